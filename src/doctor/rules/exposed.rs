//! Files with secrets that others can read, that have a second name, or that lie outside the reach of a rename.

use crate::credential::diagnostic::{Diagnostic, Severity};
use crate::doctor::finding::{Finding, Fix, quoted};
use crate::doctor::machine::Machine;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for source in &machine.inventory.sources {
        let name = &source.place.name;
        if source.diagnostics.has(Diagnostic::ReadableByOthers) {
            let finding = Finding::of(Severity::Error, name, Diagnostic::ReadableByOthers.words());
            let hurts = "every user of this machine has its passwords";
            found.push(finding.hurting(hurts).mended_by(Fix::Step(format!("chmod 600 {}", quoted(name)))));
        }
        let Some(path) = &source.place.path else { continue };
        let names = Machine::names_of(path);
        if names > 1 {
            let finding =
                Finding::of(Severity::Warning, name, format!("the file has {names} names (hard links)"));
            let hurts =
                "whatever docker or pullpass writes reaches one of them; the others keep the old logins";
            let step = format!("find / -xdev -samefile {} shows the others", quoted(name));
            found.push(finding.hurting(hurts).mended_by(Fix::Step(step)));
        }
    }
}
