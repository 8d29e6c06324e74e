//! A Docker Hub login in docker's file under another name than `https://index.docker.io/v1/`: podman and some others find it,
//! docker never does (docker/cli v28.2 `registry.IndexServer`).

use crate::config::plan::Intent;
use crate::credential::diagnostic::{Diagnostic, Severity};
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::registry::key::HUB_KEY;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    let is_it =
        |login: &crate::credential::login::Login| login.diagnostics.has(Diagnostic::HubKeyNotCanonical);
    for (source, login) in machine.logins().filter(|(_, login)| is_it(login)) {
        let Some(path) = &source.place.path else { continue };
        let is_taken =
            machine.logins().any(|(other, login)| other.place == source.place && *login.id.key == *HUB_KEY);
        // Of several wrong names only the first can have the right one.
        let is_first = machine
            .logins()
            .find(|(other, login)| other.place == source.place && is_it(login))
            .is_some_and(|(_, first)| first.id == login.id);
        let fix = if is_taken || !is_first || source.read_only {
            Fix::remove(&login.id.key, &source.place.name)
        } else {
            let intent = Intent::Rename { from: login.id.key.to_string(), to: HUB_KEY.to_owned() };
            Fix::Edit(machine.settings.locations.file(path), intent)
        };
        let finding =
            Finding::of(Severity::Warning, &source.place.name, Diagnostic::HubKeyNotCanonical.words());
        let hurts = "docker pulls from Docker Hub without a login";
        found.push(finding.about(&login.id.key).hurting(hurts).mended_by(fix));
    }
}
