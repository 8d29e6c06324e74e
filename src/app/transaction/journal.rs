//! What was done and how to take it back: it lies in memory and is wiped with it, or sealed beside the vault
//! ([`super::last_change`]).

use std::path::{Path, PathBuf};

use crate::app::transaction::line::Line;
use crate::config::locate::Format;
use crate::config::plan::MemberPath;
use crate::credential::Credential;
use crate::secret::Secret;
use crate::store::vault::RecordChange;
use crate::text;

/// What was done.
#[derive(Debug, Default)]
pub struct Done {
    /// What there is to tell of it.
    pub lines: Vec<Line>,
    /// How to take it back.
    pub undo: Undo,
}

/// What was changed, in order. It holds secrets, all of them in [`Secret`].
#[derive(Clone, Debug, Default)]
pub struct Undo {
    pub(super) keepers: Vec<KeeperUndo>,
    pub(super) files: Vec<FileUndo>,
}

/// A step of a keeper: a helper program, or the vault.
#[derive(Clone, Debug)]
pub(super) enum KeeperUndo {
    /// A helper program was told to keep or to forget a login.
    Helper(HelperUndo),
    /// Records of the vault were changed.
    Vault(Vec<RecordChange>),
}

/// A login that a helper was told to keep or to forget.
#[derive(Clone, Debug)]
pub(super) struct HelperUndo {
    pub helper: String,
    pub key: String,
    pub before: Option<Credential>,
    pub after: Option<Credential>,
    /// False where the helper failed half-way, and may have anything now.
    pub is_whole: bool,
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
    pub slots: Vec<MemberPath>,
}

impl KeeperUndo {
    /// Those whose way back gives a secret to a keeper, and those whose way back takes one away, the last step first. The
    /// files come between them, so that at any instant the secret lies somewhere.
    pub fn giving_and_taking(steps: Vec<Self>) -> (Vec<Self>, Vec<Self>) {
        steps.into_iter().rev().partition(Self::gives)
    }

    fn gives(&self) -> bool {
        match self {
            Self::Helper(undo) => undo.before.is_some(),
            Self::Vault(touched) => touched.iter().any(|one| one.before.is_some()),
        }
    }
}

impl FileUndo {
    fn go_on(&mut self, later: Self) {
        self.after = later.after;
        let new = later.slots.into_iter().filter(|slot| !self.slots.contains(slot)).collect::<Vec<_>>();
        self.slots.extend(new);
    }
}

impl Undo {
    /// For records of the vault that were changed.
    pub fn of_vault(touched: Vec<RecordChange>) -> Self {
        if touched.is_empty() {
            return Self::default();
        }
        Self { keepers: vec![KeeperUndo::Vault(touched)], files: Vec::new() }
    }

    /// The secrets of the vault that docker used before the change, and does not use after it.
    pub(in crate::app) fn passed_over(&self) -> Vec<String> {
        let touched = self.keepers.iter().flat_map(|one| match one {
            KeeperUndo::Vault(touched) => &**touched,
            KeeperUndo::Helper(_) => &[],
        });
        touched.filter(|one| one.loses_mark()).map(|one| text::safe(one.name()).into_owned()).collect()
    }

    /// True where there is nothing to take back.
    pub fn is_empty(&self) -> bool {
        self.keepers.is_empty() && self.files.is_empty()
    }

    /// The files that it would write.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| &*file.path)
    }

    /// Adds what was done after it, so that both are taken back together. Of a file that nobody else wrote in between,
    /// only the bytes before the first change and after the last one stay: a run over many logins holds no copy for each.
    pub fn append(&mut self, later: Self) {
        self.keepers.extend(later.keepers);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_one_file_that_follow_each_other_are_one() {
        let secret = |text: &str| Some(Secret::from_text(text.into()));
        let undo = |path: &str, before: &str, after: &str, key: &str| {
            let (before, after) = (secret(before), secret(after));
            let slots = vec![MemberPath::Entry(key.into()), MemberPath::Store];
            let file = FileUndo { path: path.into(), format: Format::Docker, before, after, slots };
            Undo { keepers: Vec::new(), files: vec![file] }
        };
        let mut all = Undo::default();
        let changes =
            [("a", "0", "1"), ("b", "0", "1"), ("a", "1", "2"), ("a", "2", "3"), ("a", "other", "4")];
        for (at, (path, before, after)) in changes.into_iter().enumerate() {
            all.append(undo(path, before, after, &at.to_string()));
        }
        let entry = |key: &str| MemberPath::Entry(key.into());
        let expected = [
            ("a", "0", "3", vec![entry("0"), MemberPath::Store, entry("2"), entry("3")]),
            ("b", "0", "1", vec![entry("1"), MemberPath::Store]),
            ("a", "other", "4", vec![entry("4"), MemberPath::Store]),
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
