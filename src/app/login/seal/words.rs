//! What a sealing will do and did, in words: a login a line, and what is to be said of a file once.

use std::collections::BTreeSet;

use crate::app::transaction::{Done, FileChange, Review};
use crate::config::plan::{Change, HelperStep, keeper_words};
use crate::text;

/// What will happen, with each file's name and notes said once.
pub(super) fn planned(logins: &[Review]) -> Vec<String> {
    let mut said = BTreeSet::new();
    let mut file = String::new();
    let is_new = |line: &String| {
        if line.starts_with("in ") {
            let is_other = *line != file;
            file.clone_from(line);
            return is_other;
        }
        !line.starts_with("note: ") || said.insert(line.clone())
    };
    logins.iter().flat_map(Review::lines).filter(is_new).collect()
}

/// What was done for one login: where it was and where it is, and whatever else happened to the file.
pub(super) fn done(login: &Review, done: &Done) -> Vec<String> {
    let Some(file) = login.files.first().filter(|_| !done.lines.is_empty()) else { return Vec::new() };
    let is_usual = |line: &&String| is_usual(file, line);
    let odd = done.lines.iter().filter(|line| !is_usual(line)).cloned();
    moved(file).into_iter().chain(odd).collect()
}

fn moved(file: &FileChange) -> Option<String> {
    let step = file.plan.helper_steps.first()?;
    let user = step.keep.as_ref()?.user_words();
    let (key, path, keeper) = (text::safe(&step.key), name(file), keeper_words(&step.helper));
    Some(format!("{key} for {user}: out of {path}, into {keeper}"))
}

/// True for what every move does.
fn is_usual(file: &FileChange, line: &str) -> bool {
    let of_file = |change: &Change| format!("{}: {}", name(file), change.sentence());
    file.plan.changes.iter().map(of_file).any(|usual| usual == line)
        || file.plan.helper_steps.iter().map(HelperStep::sentence).any(|usual| usual == line)
}

fn name(file: &FileChange) -> String {
    text::safe(&file.path.display().to_string()).into_owned()
}
