//! Logins that another place hides: a secret in the file beside a store, and one of the file that `DOCKER_AUTH_CONFIG`
//! replaces (docker 28.3 and later).

use std::collections::BTreeSet;

use crate::config::locate::Format;
use crate::credential::diagnostic::{Diagnostic, Severity};
use crate::doctor::finding::{Finding, Fix, quoted};
use crate::doctor::machine::Machine;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for (source, login) in machine.logins() {
        if login.diagnostics.has(Diagnostic::PlaintextShadowedByStore) {
            let finding = Finding::of(
                Severity::Warning,
                &source.place.name,
                Diagnostic::PlaintextShadowedByStore.words(),
            );
            let hurts = "docker asks the store; it sends this one only where the store's program fails, which nobody sees";
            let fix = Fix::Seal(format!("pullpass seal {}", quoted(&login.id.key)));
            found.push(finding.about(&login.id.key).hurting(hurts).mended_by(fix));
        }
    }
    let of_variable = machine.logins().filter(|(source, _)| source.place.format == Format::Variable);
    let keys: BTreeSet<&str> = of_variable.map(|(_, login)| &*login.id.key).collect();
    let is_hidden = |key: &str| keys.contains(key);
    for (source, login) in
        machine.logins().filter(|(source, _)| source.place.docker && source.place.path.is_some())
    {
        if is_hidden(&login.id.key) {
            let what = "DOCKER_AUTH_CONFIG has a login for it as well";
            let hurts = "docker 28.3 and later send the variable's, every other tool sends this one";
            let finding = Finding::of(Severity::Warning, &source.place.name, what).about(&login.id.key);
            let step = "unset DOCKER_AUTH_CONFIG where it is set, or take the login out of it".to_owned();
            found.push(finding.hurting(hurts).mended_by(Fix::Step(step)));
        }
    }
}
