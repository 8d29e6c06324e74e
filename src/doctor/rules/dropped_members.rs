//! Members that docker or podman drop at their next write.

use crate::credential::diagnostic::{Diagnostic, Severity};
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    let kinds = [Diagnostic::UnknownField, Diagnostic::EmailFieldWillBeLostByDocker];
    for diagnostic in kinds {
        let mut last = None;
        for (source, login) in machine.logins().filter(|(_, login)| login.diagnostics.has(diagnostic)) {
            // One finding a file.
            if last.replace(login.source) == Some(login.source) {
                continue;
            }
            let hurts =
                if diagnostic.trips().is_empty() { "whoever wrote them there" } else { diagnostic.trips() };
            let finding = Finding::of(Severity::Note, &source.place.name, diagnostic.words());
            let step = format!("keep a copy of {} if they matter", machine.path(&source.place.name));
            found.push(finding.about(&login.id.key).hurting(hurts).mended_by(Fix::Step(step)));
        }
    }
}
