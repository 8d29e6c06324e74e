//! Files that hardly any tool reads: docker's old place, and files that a variable takes the tools away from.

use crate::app::inventory::SourceState;
use crate::config::locate::Format;
use crate::credential::diagnostic::Severity;
use crate::doctor::finding::{Finding, Fix, quoted};
use crate::doctor::machine::Machine;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for (number, source) in machine.inventory.sources.iter().enumerate() {
        let has_logins = machine.inventory.logins.iter().any(|login| usize::from(login.source) == number);
        if source.state != SourceState::Read || !has_logins {
            continue;
        }
        let (what, hurts) = match source.place.format {
            Format::Legacy => (
                "the old place of docker's logins",
                "docker 23 and later do not look there; podman does, and so do older dockers without a config.json",
            ),
            _ if !source.place.docker && source.place.podman.is_none() => (
                "neither docker nor podman reads it now, because a variable leads them elsewhere",
                "its logins seem to be there, and pulls go out without them",
            ),
            _ => continue,
        };
        let step =
            format!("unset the variable, or log in again; then mv {0} {0}.old", quoted(&source.place.name));
        let finding = Finding::of(Severity::Warning, &source.place.name, what).hurting(hurts);
        found.push(finding.mended_by(Fix::Step(step)));
    }
}
