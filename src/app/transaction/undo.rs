//! What was done and how to take it back: it lies in memory and is wiped with it, or sealed in the journal
//! ([`super::journal`]).

use std::path::{Path, PathBuf};

use crate::app::transaction::line::Line;
use crate::config::edited::Edited;
use crate::config::plan::{Change, keeper_words};
use crate::credential::Credential;
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

/// One step of a change, with what takes it back.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) enum Step {
    /// Of a keeper.
    Keeper(KeeperUndo),
    /// Of a file.
    File(FileUndo),
}

impl Step {
    /// A change of records of the vault.
    pub(in crate::app) fn of_vault(touched: &[RecordChange]) -> Self {
        Self::Keeper(KeeperUndo::Vault(touched.to_vec()))
    }
}

/// A step of a keeper: a helper program, or the vault.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) enum KeeperUndo {
    /// A helper program was told to keep or to forget a login.
    Helper(HelperUndo),
    /// Records of the vault were changed.
    Vault(Vec<RecordChange>),
}

/// A login that a helper was told to keep or to forget.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) struct HelperUndo {
    pub helper: String,
    pub key: String,
    pub before: Option<Credential>,
    pub after: Option<Credential>,
    /// False where the helper failed half-way, and may have anything now.
    pub is_whole: bool,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) struct FileUndo {
    pub path: PathBuf,
    pub edited: Edited,
}

impl KeeperUndo {
    /// Those whose way back gives a secret to a keeper, and those whose way back takes one away, the last step first. The
    /// files come between them, so that at any instant the secret lies somewhere. What is the vault's is one step of each
    /// kind: it is changed under one lock, whole or not at all.
    pub fn giving_and_taking(steps: Vec<Self>) -> (Vec<Self>, Vec<Self>) {
        let (give, take) = steps.into_iter().partition(Self::gives);
        (one_for_the_vault(give), one_for_the_vault(take))
    }

    fn gives(&self) -> bool {
        match self {
            Self::Helper(undo) => undo.before.is_some(),
            Self::Vault(touched) => touched.iter().any(|one| one.before.is_some()),
        }
    }

    fn lines(&self) -> Vec<Line> {
        match self {
            Self::Helper(HelperUndo { helper, key, after, .. }) => {
                let does = if after.is_some() { "keeps" } else { "forgets" };
                vec![Line::Said(format!("{} {does} {}", keeper_words(helper), text::safe(key)))]
            }
            Self::Vault(touched) => touched.iter().map(|one| Line::Said(vault_words(one))).collect(),
        }
    }
}

fn vault_words(touched: &RecordChange) -> String {
    let does = match (&touched.before, &touched.after) {
        (None, _) => "keeps",
        (_, None) => "forgets",
        (Some(_), Some(_)) => "changes",
    };
    format!("the vault {does} {}", text::safe(touched.name()))
}

/// The steps from the last to the first; those of the vault as one, where the last of them stood. Changes of one record that
/// follow each other become one.
fn one_for_the_vault(steps: Vec<KeeperUndo>) -> Vec<KeeperUndo> {
    let (mut ordered, mut vault) = (Vec::new(), Vec::<RecordChange>::new());
    for step in steps {
        match step {
            KeeperUndo::Helper(_) => ordered.push(step),
            KeeperUndo::Vault(touched) => {
                for one in touched {
                    match vault
                        .iter_mut()
                        .find(|known| known.name() == one.name() && known.after == one.before)
                    {
                        Some(known) => known.after = one.after,
                        None => vault.push(one),
                    }
                }
            }
        }
    }
    ordered.reverse();
    if !vault.is_empty() {
        ordered.insert(0, KeeperUndo::Vault(vault));
    }
    ordered
}

impl Undo {
    /// For records of the vault that were changed.
    pub fn of_vault(touched: Vec<RecordChange>) -> Self {
        if touched.is_empty() {
            return Self::default();
        }
        Self { keepers: vec![KeeperUndo::Vault(touched)], files: Vec::new() }
    }

    /// One step alone.
    pub(super) fn of(step: Step) -> Self {
        match step {
            Step::Keeper(keeper) => Self { keepers: vec![keeper], files: Vec::new() },
            Step::File(file) => Self { keepers: Vec::new(), files: vec![file] },
        }
    }

    /// True where it holds a secret that lies nowhere else any more.
    pub fn keeps_a_removed_secret(&self) -> bool {
        let of_keeper = |keeper: &KeeperUndo| match keeper {
            KeeperUndo::Helper(undo) => undo.before.is_some() && undo.after.is_none(),
            KeeperUndo::Vault(touched) => {
                touched.iter().any(|one| one.before.is_some() && one.after.is_none())
            }
        };
        let keeps = |keeper: &KeeperUndo| match keeper {
            KeeperUndo::Helper(undo) => undo.after.is_some(),
            KeeperUndo::Vault(touched) => touched.iter().any(|one| one.after.is_some()),
        };
        if self.keepers.iter().any(keeps) {
            return false;
        }
        let removes = |change: &Change| matches!(change, Change::RemoveEntry(_));
        let of_file = |file: &FileUndo| file.edited.changes().iter().any(removes);
        self.keepers.iter().any(of_keeper) || self.files.iter().any(of_file)
    }

    /// What was changed, told from the steps; no secret in it.
    pub fn lines(&self) -> Vec<Line> {
        let files = self.files.iter().flat_map(|file| {
            let changes = file.edited.changes().into_iter();
            changes.map(|change| Line::Changed(file.path.clone(), change))
        });
        self.keepers.iter().flat_map(KeeperUndo::lines).chain(files).collect()
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
                Some(known) if known.edited.after == file.edited.before => known.edited.go_on(file.edited),
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
    use crate::config::locate::Format;
    use crate::config::plan::MemberPath;
    use crate::credential::Credential;
    use crate::secret::Secret;
    use crate::vault::record::Record;

    fn edited(before: &str, after: &str, key: &str) -> Edited {
        let slots = [MemberPath::Entry(key.into())];
        Edited::between(Format::Docker, Some(before.as_bytes()), Some(after.as_bytes()), &slots)
    }

    #[test]
    fn changes_of_one_file_that_follow_each_other_are_one() {
        let mut all = Undo::default();
        let changes =
            [("a", "0", "1"), ("b", "0", "1"), ("a", "1", "2"), ("a", "2", "3"), ("a", "other", "4")];
        for (at, (path, before, after)) in changes.into_iter().enumerate() {
            let file = FileUndo { path: path.into(), edited: edited(before, after, &at.to_string()) };
            all.append(Undo { keepers: Vec::new(), files: vec![file] });
        }
        let expected = [("a", "0", "3", 3), ("b", "0", "1", 1), ("a", "other", "4", 1)];
        assert_eq!(all.files.len(), expected.len());
        for (file, (path, before, after, members)) in all.files.iter().zip(expected) {
            let whole = edited(before, after, "");
            assert_eq!(file.path, Path::new(path));
            assert_eq!((file.edited.before, file.edited.after), (whole.before, whole.after));
            assert_eq!(file.edited.members.len(), members);
        }
    }

    #[test]
    fn what_the_vault_did_is_taken_back_under_one_lock() {
        let record = |name: &str, secret: &str| {
            let login = Credential::new("u", Secret::from_text(secret.into()));
            Some(Record::new(name.into(), "r.io".into(), login, jiff::Timestamp::UNIX_EPOCH))
        };
        let vault = |before, after| KeeperUndo::Vault(vec![RecordChange { before, after }]);
        let helper = KeeperUndo::Helper(HelperUndo {
            helper: "pass".into(),
            key: "r.io".into(),
            before: None,
            after: None,
            is_whole: true,
        });
        let steps = vec![
            vault(None, record("a", "1")),
            helper.clone(),
            vault(record("b", "1"), record("b", "2")),
            vault(record("b", "2"), record("b", "3")),
            vault(None, record("c", "1")),
        ];
        let (give, take) = KeeperUndo::giving_and_taking(steps);
        assert_eq!(give, [vault(record("b", "1"), record("b", "3"))]);
        let both = [(None, record("a", "1")), (None, record("c", "1"))];
        let both = both.into_iter().map(|(before, after)| RecordChange { before, after }).collect();
        assert_eq!(take, [KeeperUndo::Vault(both), helper]);
    }
}
