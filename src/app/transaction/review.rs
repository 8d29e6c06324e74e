//! What a change will do: planned on the files as they are, shown to a person, and confirmed before anything is written.

use std::path::{Path, PathBuf};

use crate::app::transaction::line::{Line, Note};
use crate::config::default_store::{self, Machine, System};
use crate::config::edit_refused::EditError;
use crate::config::locate::{ConfigPath, Format};
use crate::config::plan::{EditContext, EditPlan, Intent};
use crate::config::planning;
use crate::error::Result;
use crate::file::save::{self, TargetInfo};
use crate::process;
use crate::settings::Settings;

/// One file and what will be done to it and for it.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// The file as it is called.
    pub path: PathBuf,
    /// How it is read.
    pub around: EditContext,
    /// What is wanted; planned again when the file changes.
    pub intent: Intent,
    /// What that means for the file as it was read.
    pub plan: EditPlan,
    /// What is known of the file itself.
    pub target: TargetInfo,
}

/// Everything that a change will do, to be shown before it is done.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// The files, in the order in which they are written.
    pub files: Vec<FileChange>,
    /// Keys of the same host that stay.
    pub related: Vec<String>,
    /// What could not be looked into, and why.
    pub skipped: Vec<Line>,
}

/// What a person said yes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// A secret may lie in a file, in base64 only.
    pub plain: bool,
    /// A file that is marked read-only may be written.
    pub force: bool,
}

impl FileChange {
    /// Reads a file and plans the intent for it.
    ///
    /// # Errors
    /// The file cannot be read or edited.
    pub fn plan(settings: &Settings, file: &ConfigPath, intent: Intent) -> Result<Self> {
        Self::with(&file.path, around(settings, file.format), intent)
    }

    /// As [`Self::plan`], from what it takes of the settings.
    pub(super) fn with(path: &Path, around: EditContext, intent: Intent) -> Result<Self> {
        let bytes = save::read(path)?;
        let plan = make(path, bytes.as_deref().map(Vec::as_slice), &intent, &around)?;
        Ok(Self { path: path.to_owned(), around, intent, plan, target: save::inspect(path)? })
    }

    /// True where a login was to move, and has moved.
    pub(super) fn is_moved(&self) -> bool {
        let again = || Self::with(&self.path, self.around, self.intent.clone());
        matches!(self.intent, Intent::MoveToHelper { .. }) && again().is_ok_and(|now| now.plan.is_empty())
    }

    /// What will happen; no secret in it.
    pub fn lines(&self) -> Vec<Line> {
        let Self { plan, target, .. } = self;
        let mut lines = Vec::new();
        if plan.changes_file() {
            lines.push(Line::In { file: self.path.clone(), is_new: !target.exists });
        }
        lines.extend(plan.helper_steps.iter().map(|step| Line::Step(step.sentence())));
        lines.extend(plan.changes.iter().cloned().map(Line::Change));
        lines.extend(self.notes().into_iter().map(Line::Note));
        lines
    }

    fn notes(&self) -> Vec<Note> {
        let Self { plan, target, .. } = self;
        let mut notes: Vec<Note> = plan.notes.iter().copied().map(Note::Plan).collect();
        notes.extend(plan.plain.then_some(Note::Plain));
        if plan.changes_file() {
            notes.extend(target.is_link.then(|| Note::Link(target.real.clone())));
            notes.extend(target.tightens.map(Note::Closed));
            notes.extend(target.read_only.then_some(Note::ReadOnly));
        }
        notes
    }
}

impl Review {
    /// A review of one file.
    pub fn of(file: FileChange) -> Self {
        Self { files: vec![file], ..Self::default() }
    }

    /// Adds what happens after it, in the same change.
    pub fn append(&mut self, later: Self) {
        self.files.extend(later.files);
        self.related.extend(later.related);
        self.skipped.extend(later.skipped);
    }

    /// What will happen; no secret in it. Changes of one file that follow each other have one heading.
    pub fn lines(&self) -> Vec<Line> {
        let mut last = None;
        let is_new = move |line: &Line| match line {
            Line::In { file, .. } => last.replace(file.clone()).as_ref() != Some(file),
            _ => true,
        };
        let files = self.files.iter().flat_map(FileChange::lines).filter(is_new);
        let related = self.related.iter().cloned().map(Line::Related);
        files.chain(related).chain(self.skipped.iter().cloned()).collect()
    }

    /// True where a secret will lie in a file: [`Consent::plain`] is needed.
    pub fn is_plain(&self) -> bool {
        self.files.iter().any(|file| file.plan.plain)
    }

    /// True where a file is marked read-only: [`Consent::force`] is needed.
    pub fn is_read_only(&self) -> bool {
        self.files.iter().any(|file| file.target.read_only && file.plan.changes_file())
    }

    /// True where there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.plan.is_empty())
    }
}

/// What decides the edit of a file, besides its bytes.
pub fn around(settings: &Settings, format: Format) -> EditContext {
    let on_path = |program: &str| process::find_on_path(&settings.path, program).is_some();
    let docker = format == Format::Docker;
    let machine = if docker { default_store::machine(System::HERE, on_path) } else { Machine::default() };
    EditContext { format, machine }
}

/// Plans an intent on the bytes of a file; `None` where there is no file.
pub(super) fn make(
    path: &Path,
    bytes: Option<&[u8]>,
    intent: &Intent,
    around: &EditContext,
) -> Result<EditPlan> {
    planning::plan(bytes, intent, around)
        .map_err(|why| EditError { file: path.display().to_string(), why }.into())
}
