//! What a sealing will do and did: a login a line, and what is to be said of a file once.

use crate::app::transaction::{Done, FileChange, Line, Review};
use crate::config::plan::keeper_words;

/// What will happen, with each file's name and notes said once.
pub(super) fn planned(logins: &[Review]) -> Vec<Line> {
    let (mut file, mut notes) = (None, Vec::new());
    let is_new = |line: &Line| match line {
        Line::In { .. } => file.replace(line.clone()).as_ref() != Some(line),
        Line::Note(note) if notes.contains(note) => false,
        Line::Note(note) => {
            notes.push(note.clone());
            true
        }
        _ => true,
    };
    logins.iter().flat_map(Review::lines).filter(is_new).collect()
}

/// What was done for one login: where it was and where it is, and whatever else happened to the file.
pub(super) fn done(login: &Review, done: &Done) -> Vec<Line> {
    let Some(file) = login.files.first().filter(|_| !done.lines.is_empty()) else { return Vec::new() };
    let odd = done.lines.iter().filter(|line| !is_usual(file, line)).cloned();
    moved(file).into_iter().chain(odd).collect()
}

fn moved(file: &FileChange) -> Option<Line> {
    let step = file.plan.helper_steps.first()?;
    let user = step.keep.as_ref()?.user_words().into_owned();
    let (key, to) = (step.key.clone(), keeper_words(&step.helper));
    Some(Line::Moved { key, user, from: file.path.clone(), to })
}

/// True for what every move does.
fn is_usual(file: &FileChange, line: &Line) -> bool {
    match line {
        Line::Changed(path, change) => *path == file.path && file.plan.changes.contains(change),
        Line::Step(step) => file.plan.helper_steps.iter().any(|usual| usual.sentence() == *step),
        _ => false,
    }
}
