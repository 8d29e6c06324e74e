//! Secrets that lie in a file in base64: one finding a file.

use crate::credential::diagnostic::Severity;
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    let mut counts = vec![0_usize; machine.inventory.sources.len()];
    for (_, login) in machine.logins().filter(|(_, login)| login.is_plain()) {
        counts[usize::from(login.source)] += 1;
    }
    for (source, count) in machine.inventory.sources.iter().zip(counts).filter(|(_, count)| *count > 0) {
        let what = match count {
            1 => "one login lies there in plain text: base64 is not encryption".to_owned(),
            count => format!("{count} logins lie there in plain text: base64 is not encryption"),
        };
        let finding = Finding::of(Severity::Note, &source.place.name, what);
        let hurts = "whoever gets the file, a backup of it or an image with it has the passwords";
        let fix = match &source.place.path {
            Some(_) => Fix::Seal("pullpass seal --all".into()),
            None => Fix::Step("set the variable only for the command that needs it".into()),
        };
        found.push(finding.hurting(hurts).mended_by(fix));
    }
}
