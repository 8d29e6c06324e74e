//! The jobs that change something, and the way back from each. What is needed for that holds secrets: it stays here and is
//! wiped with the program, beside its record in the journal; the model knows only how many steps there are.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::Context;
use crate::app::login::destination::Destination;
use crate::app::login::remove::{self, Removal};
use crate::app::login::seal;
use crate::app::login::submission::{Origin, Submission};
use crate::app::login::submit;
use crate::app::transaction::journal::{Ahead, Journal, NotKept, Record};
use crate::app::transaction::{self, Consent, Done, Line, Undo, line};
use crate::credential::login::LoginId;
use crate::error::{Error, Result};
use crate::registry::key;
use crate::text;
use crate::tui::jobs::{Shared, Ticket};

/// What can be done with a row after a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It goes.
    Remove,
    /// Its secret moves out of the file into the vault.
    Seal,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// It in a sentence.
    pub words: String,
    /// How many changes of this session can be taken back now.
    pub undo_steps: usize,
}

/// What will be done, once a person said yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// It in words, a line each.
    pub lines: Vec<String>,
    /// True where more goes than the one entry that was pointed at: then its name is to be typed.
    pub is_wide: bool,
}

/// What can be taken back, and what was shown and waits for a yes.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Held while something is written: one change at a time, and the end of the program waits for it.
    pub writing: tokio::sync::Mutex<()>,
    steps: Mutex<Vec<UndoStep>>,
    made: AtomicU64,
    reviewed: Mutex<Option<Reviewed>>,
}

/// A change that was made.
#[derive(Clone, Debug)]
struct UndoStep {
    /// Tells it from the others, should one come while it is taken back.
    number: u64,
    /// "removing ghcr.io"
    words: String,
    undo: Undo,
    /// What its record in the journal is called, where it has one.
    record: Option<String>,
}

#[derive(Debug)]
struct Reviewed {
    ticket: Ticket,
    name: String,
    plan: Plan,
}

/// What a yes will do.
#[derive(Debug)]
enum Plan {
    Removal(Removal),
    Sealing(seal::SealPlan),
    /// Of a change that another run made.
    Undo(Box<Record>),
}

impl Plan {
    fn lines(&self) -> Vec<Line> {
        match self {
            Self::Removal(removal) => removal.lines(),
            Self::Sealing(review) => review.lines(),
            Self::Undo(record) => record.lines(),
        }
    }

    fn is_wide(&self) -> bool {
        matches!(self, Self::Removal(removal) if removal.is_wide())
    }
}

/// Where a change is written ahead, or why it is not.
type Kept = std::result::Result<Ahead, NotKept>;

/// What sealing one login means. What cannot be moved is an error here: nothing else was asked for.
async fn sealing(ctx: &Context, id: &LoginId) -> Result<seal::SealPlan> {
    let review = seal::review(ctx, std::slice::from_ref(id), &seal::SealTo::Vault).await?;
    if !review.logins.is_empty() {
        return Ok(review);
    }
    let nothing = || {
        Error::failed("There is nothing to seal: the file holds no secret for it any more.")
            .hint("R reads the files again.")
    };
    Err(review.stays.into_iter().next().unwrap_or_else(nothing))
}

/// A job that panicked left the value whole: it is replaced in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Changes {
    /// Keeps the way back, where something was changed; the answer is the number of steps.
    fn push(&self, words: String, undo: Undo, ahead: &Kept) -> usize {
        let record = ahead.as_ref().ok().and_then(Ahead::finish);
        let mut steps = lock(&self.steps);
        if !undo.is_empty() {
            let number = self.made.fetch_add(1, Ordering::Relaxed);
            steps.push(UndoStep { number, words, undo, record });
        }
        steps.len()
    }

    /// Nobody wants this review carried out any more: what it holds is wiped.
    pub fn forget_review(&self, ticket: Ticket) {
        lock(&self.reviewed).take_if(|reviewed| reviewed.ticket == ticket);
    }

    fn last(&self) -> Option<UndoStep> {
        lock(&self.steps).last().cloned()
    }

    /// Puts the last step behind all others: it stays, because it may be the only copy of a secret. The answer is what was
    /// skipped, what is the last one now, and how many there are.
    fn skip(&self) -> Option<(String, String, usize)> {
        let mut steps = lock(&self.steps);
        let skipped = steps.last()?.words.clone();
        steps.rotate_right(1);
        Some((skipped, steps.last()?.words.clone(), steps.len()))
    }

    fn count(&self) -> usize {
        lock(&self.steps).len()
    }

    fn forget(&self, number: u64) -> usize {
        let mut steps = lock(&self.steps);
        steps.retain(|step| step.number != number);
        steps.len()
    }
}

impl Shared {
    /// Lines as the screen tells them.
    fn words(&self, lines: &[Line]) -> Vec<String> {
        line::words(lines, self.ctx.settings.locations.home.as_deref())
    }

    pub(super) async fn submit(self: Arc<Self>, submission: Submission) -> Result<Changed> {
        let _one_at_a_time = self.changes.writing.lock().await;
        let name = name_of(&submission);
        let doing = match submission.origin {
            Origin::New => format!("adding {name}"),
            Origin::Edit(_) => format!("changing {name}"),
        };
        let (ctx, kept) = transaction::begin(&self.ctx);
        let Done { lines, undo } = submit::submit(&ctx, submission).await?;
        let nothing = "It is so already; nothing was written.";
        let words = if lines.is_empty() { nothing.into() } else { self.words(&lines).join(" ") };
        Ok(Changed { words, undo_steps: self.changes.push(doing, undo, &kept) })
    }

    /// Finds out what a change of a row means, and keeps it until a person said yes or no.
    pub(super) async fn review(
        self: Arc<Self>,
        ticket: Ticket,
        id: LoginId,
        change: Change,
    ) -> Result<Planned> {
        let plan = match change {
            Change::Remove => remove::review_row(&self.ctx, &id).await.map(Plan::Removal),
            Change::Seal => sealing(&self.ctx, &id).await.map(Plan::Sealing),
        }?;
        let mut lines = self.words(&plan.lines());
        if matches!(transaction::begin(&self.ctx).1, Err(NotKept::NoVault | NotKept::Because(_))) {
            lines.push("note: u takes it back until you leave pullpass, and nothing does afterwards".into());
        }
        let planned = Planned { lines, is_wide: plan.is_wide() };
        *lock(&self.changes.reviewed) = Some(Reviewed { ticket, name: name_of_row(&id), plan });
        Ok(planned)
    }

    /// Finds the last change that another run made, and keeps hold of it until a person said yes or no. Blocks.
    pub(super) fn review_undo(&self, ticket: Ticket) -> Result<Planned> {
        let now = self.ctx.now();
        let journal = Journal::of(&self.ctx).ok_or_else(nothing_to_undo)?;
        let record = journal.find(None, &self.ctx.vault.open()?, now)?.ok_or_else(nothing_to_undo)?;
        let when = format!("Another run of pullpass did this, {}:", text::moment(record.at, now));
        let name = record.id.clone();
        let plan = Plan::Undo(Box::new(record));
        let lines = std::iter::once(when).chain(self.words(&plan.lines())).collect();
        *lock(&self.changes.reviewed) = Some(Reviewed { ticket, name, plan });
        Ok(Planned { lines, is_wide: false })
    }

    /// Does what this ticket's review showed, and nothing else.
    pub(super) async fn carry_out(self: Arc<Self>, review: Ticket) -> Result<Changed> {
        let _one_at_a_time = self.changes.writing.lock().await;
        let reviewed = lock(&self.changes.reviewed).take_if(|reviewed| reviewed.ticket == review);
        let Reviewed { name, plan, .. } = reviewed.ok_or_else(|| {
            Error::failed("Nothing was changed: what was shown is no longer at hand.")
                .hint("Press the key again: what it would do is shown anew.")
        })?;
        let (ctx, kept) = transaction::begin(&self.ctx);
        let (done, doing, words) = match plan {
            Plan::Undo(record) => return self.undo_record(*record).await,
            Plan::Removal(removal) => {
                let done = removal.carry_out(&ctx, Consent::default()).await?;
                (done, format!("removing {name}"), format!("Removed {name}."))
            }
            Plan::Sealing(review) => {
                let sealed = seal::run(&ctx, review, Consent::default()).await;
                if let Some(error) = sealed.failed.into_iter().next() {
                    return Err(error);
                }
                (sealed.done, format!("sealing {name}"), format!("The vault keeps the secret of {name} now."))
            }
        };
        Ok(Changed { words, undo_steps: self.changes.push(doing, done.undo, &kept) })
    }

    /// Takes the last change back. One that cannot be taken back now stays: it may be the only copy of a secret.
    pub(super) async fn undo(self: Arc<Self>) -> Result<Changed> {
        let _one_at_a_time = self.changes.writing.lock().await;
        let UndoStep { number, words, undo, record } = self.changes.last().ok_or_else(nothing_to_undo)?;
        transaction::take_back(&self.ctx, undo).await?;
        if let (Some(journal), Some(record)) = (Journal::of(&self.ctx), record) {
            // What stays there is found taken back already.
            let _ends_by_itself = journal.forget(&record).is_err();
        }
        Ok(Changed { words: format!("Undone: {words}."), undo_steps: self.changes.forget(number) })
    }

    async fn undo_record(&self, record: Record) -> Result<Changed> {
        transaction::take_back(&self.ctx, record.undo.clone()).await?;
        record.forget()?;
        Ok(Changed { words: "Taken back.".into(), undo_steps: self.changes.count() })
    }

    /// Lets the last change wait, so that the ones before it can be taken back.
    pub(super) async fn skip_undo(self: Arc<Self>) -> Result<Changed> {
        let _one_at_a_time = self.changes.writing.lock().await;
        let (skipped, last, undo_steps) = self.changes.skip().ok_or_else(nothing_to_undo)?;
        Ok(Changed { words: format!("Skipped: {skipped}. The next u takes back {last}."), undo_steps })
    }
}

fn nothing_to_undo() -> Error {
    Error::failed("There is nothing to take back.")
}

fn name_of(submission: &Submission) -> String {
    let is_secret = submission.destinations == [Destination::Vault];
    let registry = || key::display_name(&submission.registry_key);
    text::safe(&if is_secret { (&*submission.name).into() } else { registry() }).into_owned()
}

/// A secret has a name of its own, a login that of its registry.
fn name_of_row(id: &LoginId) -> String {
    let name = id.store.vault_name().map_or_else(|| key::display_name(&id.key), |name| (&**name).into());
    text::safe(&name).into_owned()
}
