//! Helpers that the files name and that cannot be run here: missing, not executable, a Windows program, or left behind by a
//! program that is gone.

use crate::app::inventory::Source;
use crate::config::plan::Intent;
use crate::credential::diagnostic::Severity;
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::text;

/// What programs of a helper's name begin with.
const PREFIX: &str = "docker-credential-";

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for source in &machine.inventory.sources {
        if let Some(store) = source.creds_store.as_deref() {
            let fix = |step| match step {
                Some(step) => Fix::Step(step),
                None => edit(machine, source, Intent::DropStore),
            };
            found.extend(finding(machine, source, store, "every login of the file", fix));
        }
        for (key, helper) in source.cred_helpers.iter().filter(|(_, helper)| !helper.is_empty()) {
            let fix = |step| match step {
                Some(step) => Fix::Step(step),
                None => edit(machine, source, Intent::DropHelper { key: key.to_string() }),
            };
            let whom = format!("every pull from {}", text::safe(key));
            found.extend(finding(machine, source, helper, &whom, fix).map(|finding| finding.about(key)));
        }
    }
    if machine.has_program("pass") && !machine.has_program("docker-credential-pass") {
        let what = "pass is installed without docker-credential-pass";
        let finding = Finding::of(Severity::Note, "PATH", what)
            .hurting("docker takes no other store then, and keeps new logins in plain text");
        found.push(finding.mended_by(Fix::Step("install docker-credential-pass".into())));
    }
}

fn edit(machine: &Machine<'_>, source: &Source, intent: Intent) -> Fix {
    match &source.place.path {
        Some(path) if !source.read_only => Fix::Edit(machine.settings.locations.file(path), intent),
        _ => Fix::Step(format!("take the helper's line out of {}", machine.path(&source.place.name))),
    }
}

/// `fix` gets the step of a person, or nothing where the line may simply go.
fn finding(
    machine: &Machine<'_>,
    source: &Source,
    helper: &str,
    whom: &str,
    fix: impl FnOnce(Option<String>) -> Fix,
) -> Option<Finding> {
    let program = format!("{PREFIX}{helper}");
    if machine.has_program(&program) {
        return None;
    }
    let shown = text::safe(&program);
    let place = machine.path(&source.place.name);
    let (what, step) = if machine.snapshot.not_executable.contains(&program) {
        (
            format!("{shown} cannot be run: it is not executable"),
            Some(format!("chmod +x \"$(which -a {shown})\"")),
        )
    } else if let Some(name) = helper.strip_prefix(PREFIX) {
        let name = text::safe(name);
        (
            format!(
                "the helper is named {}, with the beginning that docker adds by itself",
                text::safe(helper)
            ),
            Some(format!("write {name} in place of {PREFIX}{name} in {place}")),
        )
    } else if helper.starts_with("dev-containers-") {
        (format!("{shown} was left behind by VS Code's dev containers"), None)
    } else if helper.starts_with("desktop")
        || helper.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("exe"))
    {
        (
            format!("{shown} belongs to Docker Desktop or Windows, and is not there now"),
            Some("start Docker Desktop and its integration with this system, or take the line out".into()),
        )
    } else {
        (format!("{shown} is not installed"), None)
    };
    let hurts = format!("{whom}: docker takes what the file has, podman and most others stop with an error");
    Some(Finding::of(Severity::Error, &source.place.name, what).hurting(hurts).mended_by(fix(step)))
}
