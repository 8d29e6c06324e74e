//! Carrying out plans: helpers first and read back, then the file; all of it or nothing.
//!
//! Every verb that changes logins makes a [`Review`], shows it, and hands it to [`apply`].

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::app::Context;
use crate::app::context::blocking;
use crate::app::transaction::keeper;
use crate::app::transaction::undo::{FileUndo, Undo};
use crate::config::default_store::{self, Machine, System};
use crate::config::locate::Format;
use crate::config::plan::{Around, EditPlan, HelperStep, Intent};
use crate::error::{Error, Result};
use crate::file::save::{self, Outcome, Outlook, Saved, rivals};
use crate::process;
use crate::settings::Settings;
use crate::text;

/// How long a save waits before it looks whether it lasted: docker and podman write what they read some milliseconds
/// ago, without a lock.
const SETTLE: Duration = Duration::from_millis(50);

/// How many such times it waits for a program that is visibly about to write.
const MOST_SETTLES: usize = 60;

/// How often a plan is made again because the file changed while helpers were asked.
const TRIES: usize = 10;

/// One file and what will be done to it and for it.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// The file as it is called.
    pub path: PathBuf,
    /// How it is read.
    pub around: Around,
    /// What is wanted; planned again when the file changes.
    pub intent: Intent,
    /// What that means for the file as it was read.
    pub plan: EditPlan,
    /// What is known of the file itself.
    pub outlook: Outlook,
}

/// Everything that a change will do, to be shown before it is done.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// The files, in the order in which they are written.
    pub files: Vec<FileChange>,
    /// Keys of the same host that stay.
    pub related: Vec<String>,
    /// Files that could not be looked into, and why.
    pub skipped: Vec<String>,
}

/// What a person said yes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consent {
    /// A secret may lie in a file, in base64 only.
    pub plain: bool,
    /// A file that is marked read-only may be written.
    pub force: bool,
}

/// What was done.
#[derive(Debug)]
pub struct Done {
    /// It in words, a line each.
    pub lines: Vec<String>,
    /// How to take it back.
    pub undo: Undo,
}

impl FileChange {
    /// Reads a file and plans the intent for it.
    ///
    /// # Errors
    /// The file cannot be read or edited.
    pub fn plan(settings: &Settings, (path, format): (&Path, Format), intent: Intent) -> Result<Self> {
        Self::with(path, around(settings, format), intent)
    }

    /// As [`Self::plan`], from what it takes of the settings.
    pub(super) fn with(path: &Path, around: Around, intent: Intent) -> Result<Self> {
        let bytes = save::read(path)?;
        let plan = make(path, bytes.as_deref().map(Vec::as_slice), &intent, &around)?;
        Ok(Self { path: path.to_owned(), around, intent, plan, outlook: save::look(path)? })
    }

    /// True where a login was to move, and has moved.
    fn is_moved(&self) -> bool {
        let again = || Self::with(&self.path, self.around, self.intent.clone());
        matches!(self.intent, Intent::MoveToHelper { .. }) && again().is_ok_and(|now| now.plan.is_empty())
    }

    /// What will happen, a line each; no secret in it.
    pub fn lines(&self) -> Vec<String> {
        let name = text::safe(&self.path.display().to_string()).into_owned();
        let mut lines = self.plan.lines();
        lines.extend(self.plan.notes.iter().map(|note| format!("note: {}", note.words())));
        if self.plan.plain {
            lines.push("note: the secret will lie in this file in base64, which is not encryption".into());
        }
        if !self.plan.changes_file() {
            return lines;
        }
        lines.insert(
            0,
            if self.outlook.exists { format!("in {name}") } else { format!("in the new file {name}") },
        );
        if self.outlook.is_link {
            let real = self.outlook.real.display().to_string();
            lines.push(format!("note: it is a link to {}, which is written", text::safe(&real)));
        }
        if let Some(mode) = self.outlook.tightens {
            lines.push(format!("note: its mode {mode:o} lets others read it: from now on only you can"));
        }
        if self.outlook.read_only {
            lines.push("note: it is marked read-only".into());
        }
        lines
    }
}

impl Review {
    /// A review of one file.
    pub fn of(file: FileChange) -> Self {
        Self { files: vec![file], ..Self::default() }
    }

    /// What will happen, a line each; no secret in it.
    pub fn lines(&self) -> Vec<String> {
        let stays = |key: &String| format!("{} stays: another key of the same host", text::safe(key));
        let files = self.files.iter().flat_map(FileChange::lines);
        files.chain(self.related.iter().map(stays)).chain(self.skipped.iter().cloned()).collect()
    }

    /// True where a secret will lie in a file: [`Consent::plain`] is needed.
    pub fn is_plain(&self) -> bool {
        self.files.iter().any(|file| file.plan.plain)
    }

    /// True where a file is marked read-only: [`Consent::force`] is needed.
    pub fn is_read_only(&self) -> bool {
        self.files.iter().any(|file| file.outlook.read_only && file.plan.changes_file())
    }

    /// True where there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.files.iter().all(|file| file.plan.is_empty())
    }
}

/// What decides the edit of a file, besides its bytes.
pub fn around(settings: &Settings, format: Format) -> Around {
    let on_path = |program: &str| process::find_on_path(&settings.path, program).is_some();
    let docker = format == Format::Docker;
    let machine = if docker { default_store::machine(System::HERE, on_path) } else { Machine::default() };
    Around { format, machine }
}

/// Does what was reviewed. When something fails, what was done before it is taken back.
///
/// # Errors
/// The first thing that failed; files and helpers are as they were.
pub async fn apply(ctx: &Context, review: Review, consent: Consent) -> Result<Done> {
    let mut done = Done { lines: Vec::new(), undo: Undo::default() };
    for file in review.files {
        if let Err(error) = apply_file(ctx, &file, consent, &mut done).await {
            return Err(done.undo.roll_back(ctx, error).await);
        }
    }
    Ok(done)
}

async fn apply_file(ctx: &Context, file: &FileChange, consent: Consent, done: &mut Done) -> Result<()> {
    if file.is_moved() {
        return Ok(());
    }
    let mut steps = file.plan.helper_steps.clone();
    for _ in 0..TRIES {
        let from = done.undo.kept.len();
        match attempt(ctx, file, &steps, consent, done).await {
            Ok(None) => {
                done.lines.extend(steps.iter().map(HelperStep::sentence));
                return Ok(());
            }
            // Another run has moved the login meanwhile, and counts on what its keeper has: nothing is taken back.
            Ok(Some(_)) | Err(_) if !done.undo.has_file(&file.path) && file.is_moved() => {
                done.undo.kept.truncate(from);
                return Ok(());
            }
            // Somebody changed where the file says that logins are kept: from the beginning.
            Ok(Some(wanted)) => {
                let taken = Undo { kept: done.undo.kept.split_off(from), files: Vec::new() };
                if let Err(error) = taken.clone().run(ctx).await {
                    done.undo.append(taken);
                    return Err(error);
                }
                steps = wanted;
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::failed(format!("Did not write {}: another program keeps changing it.", file.path.display()))
        .hint("Wait until docker or podman is done with it, and try again."))
}

/// The keepers first, then the file. `Some` where the file as it is now needs other steps than were carried out.
async fn attempt(
    ctx: &Context,
    file: &FileChange,
    steps: &[HelperStep],
    consent: Consent,
    done: &mut Done,
) -> Result<Option<Vec<HelperStep>>> {
    for step in steps {
        keeper::carry_out(ctx, step, &mut done.undo.kept).await?;
    }
    let wanted = write(file, steps, consent, done).await?;
    if wanted.is_none() && matches!(file.intent, Intent::MoveToHelper { .. }) {
        for step in steps {
            keeper::make_sure(&ctx.client, step).await?;
        }
    }
    Ok(wanted)
}

/// Writes until it has lasted. `Some` where the file as it is now needs other helper steps than were carried out.
async fn write(
    file: &FileChange,
    steps: &[HelperStep],
    consent: Consent,
    done: &mut Done,
) -> Result<Option<Vec<HelperStep>>> {
    for _ in 0..TRIES {
        let (saved, plan) = match save_once(file, steps, consent).await? {
            Written::Other(wanted) if done.undo.has_file(&file.path) => {
                // Our own edit is in already; what a rival wants besides is not ours.
                drop(wanted);
                return Ok(None);
            }
            Written::Other(wanted) => return Ok(Some(wanted)),
            Written::Done(saved, plan) => (saved, plan),
        };
        if !plan.changes_file() {
            return Ok(None);
        }
        done.lines.extend(report(&file.path, &saved, &plan));
        done.undo.files.push(FileUndo::new(file, saved, plan));
        settle(&file.path).await;
    }
    Err(Error::failed(format!("Could not keep {}: another program keeps writing it.", file.path.display()))
        .hint("Wait until docker or podman is done with it, and try again."))
}

/// What became of one save.
enum Written {
    Done(Saved, EditPlan),
    Other(Vec<HelperStep>),
}

async fn save_once(file: &FileChange, steps: &[HelperStep], consent: Consent) -> Result<Written> {
    let (file, steps) = (file.clone(), steps.to_vec());
    blocking(move || {
        let made: Arc<Mutex<EditPlan>> = Arc::default();
        let mut edit = |bytes: Option<&[u8]>| {
            let plan = make(&file.path, bytes, &file.intent, &file.around)?;
            let outcome = outcome(&plan, bytes, &steps, consent, &file.path);
            *made.lock().unwrap_or_else(PoisonError::into_inner) = plan;
            outcome
        };
        let saved = save::save(&file.path, consent.force, &mut edit, &mut |_| {})?;
        let plan = std::mem::take(&mut *made.lock().unwrap_or_else(PoisonError::into_inner));
        let other = plan.helper_steps != steps;
        Ok(if other { Written::Other(plan.helper_steps) } else { Written::Done(saved, plan) })
    })
    .await
}

fn outcome(
    plan: &EditPlan,
    bytes: Option<&[u8]>,
    steps: &[HelperStep],
    consent: Consent,
    path: &Path,
) -> Result<Outcome> {
    if plan.helper_steps != steps || !plan.changes_file() {
        return Ok(Outcome::Same);
    }
    if plan.plain && !consent.plain {
        return Err(Error::failed(format!("Did not write the secret into {}.", path.display()))
            .hint("It would lie there in base64, which is not encryption: anybody with the file has it."));
    }
    Ok(if plan.remove_file { Outcome::Remove } else { Outcome::Write(plan.apply(bytes.unwrap_or_default())) })
}

fn make(path: &Path, bytes: Option<&[u8]>, intent: &Intent, around: &Around) -> Result<EditPlan> {
    EditPlan::make(bytes, intent, around).map_err(|refusal| refusal.error(&path.display().to_string()))
}

/// Waits until no other program is about to write what it read before our write.
async fn settle(path: &Path) {
    for _ in 0..MOST_SETTLES {
        tokio::time::sleep(SETTLE).await;
        if !rivals::are_writing(path) {
            return;
        }
    }
}

fn report(path: &Path, saved: &Saved, plan: &EditPlan) -> Vec<String> {
    let name = text::safe(&path.display().to_string()).into_owned();
    let mut lines: Vec<String> =
        plan.changes.iter().map(|change| format!("{name}: {}", change.sentence())).collect();
    if let Some(mode) = saved.tightened_from {
        lines.push(format!("{name}: others could read it (mode {mode:o}); now only you can"));
    }
    if saved.owner_changed {
        lines.push(format!("{name}: it now belongs to you; its old owner could not be kept"));
    }
    if saved.in_place {
        lines.push(format!("{name}: it is mounted, so it was written in place"));
    }
    lines
}
