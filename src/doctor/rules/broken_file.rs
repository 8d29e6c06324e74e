//! A file that is no JSON of the right form, or that cannot be opened: no tool finds a login in it.

use crate::app::inventory::SourceState;
use crate::credential::diagnostic::Severity;
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::text;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for source in &machine.inventory.sources {
        let name = &source.place.name;
        let (what, step) = match &source.state {
            SourceState::Broken(problem) => {
                let what = format!("it cannot be read: {}", text::safe(&problem.sentence()));
                (what, format!("correct line {} of {}", problem.line.max(1), machine.path(name)))
            }
            SourceState::Unreadable(reason) => {
                let what = format!("it cannot be opened: {}", text::safe(reason));
                (what, format!("ls -ld {} shows whose it is", machine.path(name)))
            }
            SourceState::Read | SourceState::Missing => continue,
        };
        let hurts = "every tool that reads it goes without its logins, or stops";
        found.push(Finding::of(Severity::Error, name, what).hurting(hurts).mended_by(Fix::Step(step)));
    }
}
