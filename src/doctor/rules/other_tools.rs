//! Files of tools that keep logins by themselves: what one would not guess about them. Nothing is edited there; each tool's own
//! command mends it.

use crate::credential::diagnostic::Severity;
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::doctor::other_files::TOOLS;
use crate::resolve::survey::Note;

/// What is worth a finding, and how much.
const NOTES: &[(Note, Severity)] = &[
    (Note::InvalidFile, Severity::Error),
    (Note::StoreMissingBlocks, Severity::Error),
    (Note::InvalidAuth, Severity::Warning),
    (Note::KeyNeverAsked, Severity::Warning),
    (Note::PlaintextShadowedByStore, Severity::Warning),
    (Note::ImportReplacesTable, Severity::Warning),
    (Note::TokenHostLineNeeded, Severity::Warning),
    (Note::PlainSecret, Severity::Note),
    (Note::SecondCopy, Severity::Note),
    (Note::DeprecatedTable, Severity::Note),
    (Note::OldPlace, Severity::Note),
];

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for (tool, place, notes) in &machine.other_tools {
        let Some((_, name, step)) = TOOLS.iter().find(|(id, ..)| id == tool) else { continue };
        for (note, severity) in NOTES.iter().filter(|(note, _)| notes.contains(note)) {
            let finding = Finding::of(*severity, place, note.words().trim_end_matches('.'));
            found.push(finding.hurting(format!("pulls by {name}")).mended_by(Fix::Step((*step).to_owned())));
        }
    }
}
