//! A login that its file says a store keeps, and that the store does not list, or has under another spelling.

use crate::credential::diagnostic::{Diagnostic, Severity};
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::registry::key;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for diagnostic in [Diagnostic::StoreHasNoSuchLogin, Diagnostic::StoreKeyMismatch] {
        for (source, login) in machine.logins().filter(|(_, login)| login.diagnostics.has(diagnostic)) {
            let finding = Finding::of(Severity::Warning, &source.place.name, diagnostic.words());
            let registry = key::display_name(&login.id.key);
            let step = format!("docker login {}", crate::doctor::finding::quoted(&registry));
            found.push(finding.about(&login.id.key).hurting(diagnostic.trips()).mended_by(Fix::Renew(step)));
        }
    }
}
