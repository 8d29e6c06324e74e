//! Taking a change back: what is needed for it lies in memory and is wiped with it, or sealed beside the vault
//! ([`crate::app::transaction::last_change`]).

use std::path::{Path, PathBuf};

use crate::app::Context;
use crate::app::transaction::change::{self, Consent, Done, FileChange};
use crate::app::transaction::keeper::{KeptUndo, VaultUndo};
use crate::config::default_store::Machine;
use crate::config::locate::Format;
use crate::config::plan::{Around, EditPlan, Intent, Slot};
use crate::error::{Error, Result};
use crate::file::save::Saved;
use crate::secret::Secret;
use crate::store::vault::Touched;
use crate::text;

/// What was changed, in order. It holds secrets, all of them in [`Secret`].
#[derive(Clone, Debug, Default)]
pub struct Undo {
    pub(super) kept: Vec<KeptUndo>,
    pub(super) files: Vec<FileUndo>,
}

/// A file that was written.
#[derive(Clone, Debug)]
pub(super) struct FileUndo {
    pub path: PathBuf,
    pub format: Format,
    /// Its bytes before and after; `None` where there was no file.
    pub before: Option<Secret>,
    pub after: Option<Secret>,
    /// The members that were touched.
    pub slots: Vec<Slot>,
}

impl FileUndo {
    pub fn new(file: &FileChange, saved: Saved, plan: EditPlan) -> Self {
        let (path, format) = (file.path.clone(), file.around.format);
        Self { path, format, before: saved.before, after: saved.after, slots: plan.slots }
    }

    fn go_on(&mut self, later: Self) {
        self.after = later.after;
        let new = later.slots.into_iter().filter(|slot| !self.slots.contains(slot)).collect::<Vec<_>>();
        self.slots.extend(new);
    }

    fn review(self) -> Result<change::Review> {
        let Self { path, format, before, after, slots } = self;
        // Bringing members back asks nobody where logins are kept.
        let around = Around { format, machine: Machine::default() };
        let intent = Intent::Restore { before, after, slots };
        Ok(change::Review::of(FileChange::with(&path, around, intent)?))
    }
}

impl Undo {
    /// For records of the vault that were changed.
    pub fn of_vault(touched: Vec<Touched>) -> Self {
        if touched.is_empty() {
            return Self::default();
        }
        let undo = KeptUndo::Vault(VaultUndo { touched });
        Self { kept: vec![undo], files: Vec::new() }
    }

    /// The secrets of the vault that docker used before the change, and does not use after it.
    pub(in crate::app) fn passed_over(&self) -> Vec<String> {
        let touched = self.kept.iter().flat_map(|one| match one {
            KeptUndo::Vault(undo) => &*undo.touched,
            KeptUndo::Helper(_) => &[],
        });
        touched.filter(|one| one.loses_mark()).map(|one| text::safe(one.name()).into_owned()).collect()
    }

    /// True where there is nothing to take back.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.files.is_empty()
    }

    /// The files that it would write.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| &*file.path)
    }

    /// Adds what was done after it, so that both are taken back together. Of a file that nobody else wrote in between,
    /// only the bytes before the first change and after the last one stay: a run over many logins holds no copy for each.
    pub fn append(&mut self, later: Self) {
        self.kept.extend(later.kept);
        for file in later.files {
            match self.files.iter_mut().rev().find(|known| known.path == file.path) {
                Some(known) if known.after == file.before => known.go_on(file),
                _ => self.files.push(file),
            }
        }
    }

    pub(super) fn has_file(&self, path: &Path) -> bool {
        self.paths().any(|known| known == path)
    }

    /// Takes everything back, the last change first. A secret is put where it was before it goes where it is. Where
    /// nobody else wrote in between, each file has exactly its old bytes.
    ///
    /// # Errors
    /// Somebody changed the same login in the meantime, or a helper or the file system failed: nothing is taken back.
    pub async fn run(self, ctx: &Context) -> Result<Done> {
        let mut done = Done { lines: Vec::new(), undo: Self::default() };
        match self.take_back(ctx, Care::AsFound, &mut done).await {
            Ok(()) => Ok(done),
            Err(error) => Err(done.undo.roll_back(ctx, error).await),
        }
    }

    async fn take_back(self, ctx: &Context, care: Care, done: &mut Done) -> Result<()> {
        let (give, take): (Vec<_>, Vec<_>) = self.kept.into_iter().rev().partition(KeptUndo::gives);
        let mut problem = None;
        for undo in give {
            care.go_on(undo.run(ctx, care, done).await, &mut problem)?;
        }
        for undo in self.files.into_iter().rev() {
            care.go_on(restore(ctx, undo, done).await, &mut problem)?;
        }
        // What could not be brought back may lie nowhere else than in what would be taken away now.
        if let Some(problem) = problem {
            return Err(problem);
        }
        for undo in take {
            care.go_on(undo.run(ctx, care, done).await, &mut problem)?;
        }
        problem.map_or(Ok(()), Err)
    }

    /// Takes back what was done before an error; the error then says whether that worked.
    pub(in crate::app) async fn roll_back(self, ctx: &Context, error: Error) -> Error {
        if self.is_empty() {
            return error;
        }
        let mut done = Done { lines: Vec::new(), undo: Self::default() };
        match self.take_back(ctx, Care::Whatever, &mut done).await {
            Ok(()) => error.hint("What this try had done already was taken back."),
            Err(second) => error.hint(format!("Taking back what was done before failed: {}", second.what)),
        }
    }
}

/// What a keeper must have before it is given what it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// What it was left with: anything else is newer and stays.
    AsFound,
    /// Anything, where a step failed half-way; what others gave it since stays. What cannot be taken back then keeps
    /// nothing else from it.
    Whatever,
}

impl Care {
    /// Stops at a failure, or keeps the first one for later.
    fn go_on(self, result: Result<()>, problem: &mut Option<Error>) -> Result<()> {
        match result {
            Err(error) if self == Self::Whatever => {
                problem.get_or_insert(error);
                Ok(())
            }
            result => result,
        }
    }
}

async fn restore(ctx: &Context, undo: FileUndo, done: &mut Done) -> Result<()> {
    let consent = Consent { plain: true, force: true };
    // Boxed, because a change takes itself back in the same way.
    let written = Box::pin(change::apply(ctx, undo.review()?, consent)).await?;
    done.lines.extend(written.lines);
    done.undo.files.extend(written.undo.files);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_one_file_that_follow_each_other_are_one() {
        let secret = |text: &str| Some(Secret::from_text(text.into()));
        let undo = |path: &str, before: &str, after: &str, key: &str| {
            let (before, after) = (secret(before), secret(after));
            let slots = vec![Slot::Entry(key.into()), Slot::Store];
            let file = FileUndo { path: path.into(), format: Format::Docker, before, after, slots };
            Undo { kept: Vec::new(), files: vec![file] }
        };
        let mut all = Undo::default();
        let changes =
            [("a", "0", "1"), ("b", "0", "1"), ("a", "1", "2"), ("a", "2", "3"), ("a", "other", "4")];
        for (at, (path, before, after)) in changes.into_iter().enumerate() {
            all.append(undo(path, before, after, &at.to_string()));
        }
        let entry = |key: &str| Slot::Entry(key.into());
        let expected = [
            ("a", "0", "3", vec![entry("0"), Slot::Store, entry("2"), entry("3")]),
            ("b", "0", "1", vec![entry("1"), Slot::Store]),
            ("a", "other", "4", vec![entry("4"), Slot::Store]),
        ];
        assert_eq!(all.files.len(), expected.len());
        for (file, (path, before, after, slots)) in all.files.iter().zip(expected) {
            assert_eq!(
                (&*file.path, &file.before, &file.after),
                (Path::new(path), &secret(before), &secret(after))
            );
            assert_eq!(file.slots, slots);
        }
    }
}
