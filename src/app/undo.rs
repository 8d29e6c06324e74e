//! Taking a change back, in this session only: what is needed for it lies in memory and is wiped with it.

use std::path::{Path, PathBuf};

use crate::app::change::{self, Consent, Done, FileChange};
use crate::app::vault_edit::RecordUndo;
use crate::config::plan::{Around, EditPlan, HelperLogin, Intent};
use crate::credential_helper::Client;
use crate::error::{Error, Result};
use crate::store::helper;
use crate::store::save::Saved;
use crate::text;

/// What was changed, in order. It holds secrets, all of them in [`crate::secret::Secret`].
#[derive(Clone, Debug, Default)]
pub struct Undo {
    pub(super) helpers: Vec<HelperUndo>,
    pub(super) files: Vec<FileUndo>,
    pub(super) records: Vec<RecordUndo>,
}

/// A login that a helper was told to keep or to forget.
#[derive(Clone, Debug)]
pub(super) struct HelperUndo {
    pub helper: String,
    pub key: String,
    pub before: Option<HelperLogin>,
    pub after: Option<HelperLogin>,
}

/// A file that was written.
#[derive(Clone, Debug)]
pub(super) struct FileUndo {
    path: PathBuf,
    around: Around,
    /// What brings it back.
    intent: Intent,
}

impl FileUndo {
    pub fn new(file: &FileChange, saved: Saved, plan: EditPlan) -> Self {
        let intent = Intent::Restore { before: saved.before, after: saved.after, slots: plan.slots };
        Self { path: file.path.clone(), around: file.around, intent }
    }
}

impl Undo {
    pub(super) fn of_record(record: RecordUndo) -> Self {
        Self { records: vec![record], ..Self::default() }
    }

    /// Puts a later change after this one.
    pub(super) fn extend(&mut self, later: Self) {
        self.helpers.extend(later.helpers);
        self.files.extend(later.files);
        self.records.extend(later.records);
    }

    /// True where there is nothing to take back.
    pub fn is_empty(&self) -> bool {
        self.helpers.is_empty() && self.files.is_empty() && self.records.iter().all(RecordUndo::is_empty)
    }

    /// The files that it would write.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| &*file.path)
    }

    pub(super) fn has_file(&self, path: &Path) -> bool {
        self.paths().any(|known| known == path)
    }

    /// Takes everything back, the last change first: the vault, then helpers, then files. Where nobody else wrote in between, each
    /// file has exactly its old bytes.
    ///
    /// # Errors
    /// Somebody changed the same login in the meantime, or a helper or the file system failed: nothing is taken back.
    pub async fn run(self, client: &Client) -> Result<Done> {
        let mut done = Done { lines: Vec::new(), undo: Self::default() };
        match self.take_back(client, Care::AsFound, &mut done).await {
            Ok(()) => Ok(done),
            Err(error) => Err(done.undo.roll_back(client, error).await),
        }
    }

    async fn take_back(self, client: &Client, care: Care, done: &mut Done) -> Result<()> {
        for undo in self.records.into_iter().rev().filter(|undo| !undo.is_empty()) {
            let (words, forward) = change::blocking(|| undo.run()).await?;
            done.lines.push(words);
            done.undo.records.push(forward);
        }
        for undo in self.helpers.into_iter().rev() {
            undo.run(client, care, done).await?;
        }
        for undo in self.files.into_iter().rev() {
            let consent = Consent { plain: true, force: true };
            let file = FileChange::plan(&undo.path, undo.around, undo.intent)?;
            // Boxed, because a change takes itself back in the same way.
            let written = Box::pin(change::apply(client, change::Review::of(file), consent)).await?;
            done.lines.extend(written.lines);
            done.undo.files.extend(written.undo.files);
        }
        Ok(())
    }

    /// Takes back what was done before an error; the error then says whether that worked.
    pub(super) async fn roll_back(self, client: &Client, error: Error) -> Error {
        if self.is_empty() {
            return error;
        }
        let mut done = Done { lines: Vec::new(), undo: Self::default() };
        match self.take_back(client, Care::Whatever, &mut done).await {
            Ok(()) => error.hint("What was done before that was taken back."),
            Err(second) => error.hint(format!("Taking back what was done before failed: {}", second.what)),
        }
    }
}

/// What a helper must have before it is given what it had.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// What it was left with: anything else is newer and stays.
    AsFound,
    /// Anything: a step that failed half-way left it so.
    Whatever,
}

impl HelperUndo {
    async fn run(self, client: &Client, care: Care, done: &mut Done) -> Result<()> {
        let Self { helper, key, before, after } = self;
        let now = helper::kept(client, &helper, &key).await?;
        if now != before {
            if care == Care::AsFound && now.is_some() && now != after {
                let (helper, key) = (text::safe(&helper), text::safe(&key));
                let what =
                    format!("docker-credential-{helper} has another login for {key} than it was left with.");
                return Err(Error::failed(what).hint("It was changed in the meantime and is left as it is."));
            }
            helper::put(client, (&*helper, &*key), now.as_ref(), before.as_ref()).await?;
            let (helper, key) = (text::safe(&helper), text::safe(&key));
            done.lines.push(format!("docker-credential-{helper}: {key} is as before"));
        }
        done.undo.helpers.push(Self { helper, key, before: after, after: before });
        Ok(())
    }
}
