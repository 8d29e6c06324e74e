//! Variables that lead to no file, or that docker ignores.

use crate::credential::diagnostic::{Diagnostic, Severity};
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;

/// What is set, and what to do about it.
const STEPS: &[(Diagnostic, &str, &str)] = &[
    (
        Diagnostic::DockerConfigDirMissing,
        "DOCKER_CONFIG",
        "unset DOCKER_CONFIG, or set it to a folder with a config.json",
    ),
    (Diagnostic::DockerConfigRelative, "DOCKER_CONFIG", "set DOCKER_CONFIG to a path that begins with /"),
    (
        Diagnostic::RegistryAuthFileMissing,
        "REGISTRY_AUTH_FILE",
        "unset REGISTRY_AUTH_FILE, or set it to a file that is there",
    ),
];

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for (diagnostic, name, step) in STEPS {
        if machine.inventory.diagnostics.has(*diagnostic) {
            let finding =
                Finding::of(Severity::Warning, name, diagnostic.words()).hurting(diagnostic.trips());
            found.push(finding.mended_by(Fix::Step((*step).to_owned())));
        }
    }
    for source in &machine.inventory.sources {
        let diagnostic = Diagnostic::DockerAuthConfigInvalid;
        if source.diagnostics.has(diagnostic) {
            let finding = Finding::of(Severity::Error, &source.place.name, diagnostic.words());
            let step = "correct or unset DOCKER_AUTH_CONFIG where it is set".to_owned();
            found.push(finding.hurting(diagnostic.trips()).mended_by(Fix::Step(step)));
        }
    }
}
