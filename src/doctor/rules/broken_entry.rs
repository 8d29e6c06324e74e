//! One entry that docker cannot decode. Go walks a map in another order each time and stops at the first such entry, so which
//! of the others go out decoded is chance (docker/cli v28.2 `configfile/file.go`, `LoadFromReader`).

use crate::credential::diagnostic::Severity;
use crate::credential::login::EntryKind;
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for (source, login) in machine.logins().filter(|(_, login)| login.kind == EntryKind::Invalid) {
        let name = &source.place.name;
        let words: Vec<&str> = login
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity() == Severity::Error)
            .map(crate::credential::diagnostic::Diagnostic::words)
            .collect();
        let what = if words.is_empty() { "it cannot be read".to_owned() } else { words.join("; ") };
        let hurts = if source.is_refused_by_docker() {
            "docker refuses the whole file: which of its logins go out is chance, and the next docker login may lose them"
        } else {
            "no tool can use it, and docker would refuse a file with it"
        };
        let severity = if source.is_refused_by_docker() { Severity::Error } else { Severity::Warning };
        let finding = Finding::of(severity, name, what).about(&login.id.key).hurting(hurts);
        found.push(finding.mended_by(Fix::remove(&login.id.key, name)));
    }
}
