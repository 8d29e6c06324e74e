//! Several keys that mean one registry, among which a tool picks by chance or takes another than docker.

use crate::credential::diagnostic::{Diagnostic, Severity};
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    let kinds = [Diagnostic::AmbiguousKeys, Diagnostic::HubDoubleEntry, Diagnostic::DuplicateKey];
    for (source, login) in machine.logins() {
        // One finding for the keys of a registry is enough, at the one that is not its plain name.
        let is_main = *login.id.key == *crate::registry::key::HUB_KEY;
        for diagnostic in kinds.iter().filter(|kind| login.diagnostics.has(**kind) && !is_main) {
            let finding = Finding::of(Severity::Warning, &source.place.name, diagnostic.words());
            let fix = Fix::remove(&login.id.key, &source.place.name);
            found.push(finding.about(&login.id.key).hurting(diagnostic.trips()).mended_by(fix));
        }
    }
}
