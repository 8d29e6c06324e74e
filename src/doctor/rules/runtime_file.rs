//! podman's logins lie in the runtime folder, which is empty after a restart.

use crate::credential::diagnostic::Severity;
use crate::doctor::finding::{Finding, Fix, quoted};
use crate::doctor::machine::Machine;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    let locations = &machine.settings.locations;
    let Some(lasting) = locations.lasting_podman_file() else { return };
    let runtime = locations.runtime_file();
    let is_it = |source: &crate::app::inventory::Source| source.place.path.as_deref() == Some(&*runtime);
    let Some(number) = machine.inventory.sources.iter().position(is_it) else { return };
    let count = machine.inventory.logins.iter().filter(|login| usize::from(login.source) == number).count();
    if count == 0 {
        return;
    }
    let source = &machine.inventory.sources[number];
    let (from, to) = (quoted(&source.place.name), quoted(&lasting.to_string_lossy()));
    let step = if lasting.exists() {
        format!("podman login --authfile {to}")
    } else {
        format!("install -D -m 600 {from} {to}")
    };
    let what = "podman's runtime folder is emptied at a restart, and its logins with it";
    let finding = Finding::of(Severity::Note, &source.place.name, what);
    let hurts = "podman, buildah and skopeo after the next restart, and jobs that run before anybody logs in";
    found.push(finding.hurting(hurts).mended_by(Fix::Step(step)));
}
