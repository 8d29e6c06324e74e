//! The running jobs. Each has a ticket; dropping a job ends its helper. What was cancelled is told to nobody, even where it
//! was done already.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, Notify};
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::timeout;

use crate::app::Context;
use crate::error::{Error, Notice, Result};
use crate::secret::Secret;
use crate::tui::clipboard::{Clipboard, plan_copy};
use crate::tui::jobs::changes::Changes;
use crate::tui::jobs::{Answer, Outcome, Shared, Ticket};

/// How long the end of the program may wait for the clipboard, and again for the helpers.
const LAST_WAIT: Duration = Duration::from_millis(500);

/// How long it may wait for a change that is being written: half of one is worse than a late end.
const LAST_WRITE: Duration = Duration::from_secs(5);

/// An answer, and whose.
#[derive(Debug)]
pub struct Answered {
    /// The job's.
    pub ticket: Ticket,
    /// What is to be written to the terminal, between two frames, before the model is told.
    pub sequence: Option<Secret>,
    /// What the model is told.
    pub answer: Answer,
}

/// The running jobs.
#[derive(Debug)]
pub struct Jobs {
    shared: Arc<Shared>,
    running: JoinSet<Answered>,
    workers: Handle,
    /// The jobs that run. What is not here any more is not wanted any more.
    wanted: HashMap<Ticket, AbortHandle>,
    /// What jobs tell before they end.
    told: UnboundedSender<Answered>,
    heard: UnboundedReceiver<Answered>,
}

impl Jobs {
    /// No job yet; they will run on `workers`. `files_changed` is notified when one of the files is changed.
    pub fn new(ctx: Context, files_changed: Arc<Notify>, workers: Handle) -> Self {
        let clipboard = Mutex::new(Clipboard::new(plan_copy(&ctx.settings.terminal)));
        let shared =
            Shared { ctx, clipboard, files_changed, watch: OnceLock::new(), changes: Changes::default() };
        let (told, heard) = unbounded_channel();
        let (shared, running) = (Arc::new(shared), JoinSet::new());
        Self { shared, running, workers, wanted: HashMap::new(), told, heard }
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Runs this job; `answer` makes an answer of what comes of it.
    pub(super) fn spawn<T>(
        &mut self,
        ticket: Ticket,
        answer: impl FnOnce(Outcome<T>) -> Answer + Send + 'static,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) {
        self.emit(ticket, answer, async { Ok((work.await?, None)) });
    }

    /// Runs a job that may have something to be written to the terminal.
    pub(super) fn emit<T>(
        &mut self,
        ticket: Ticket,
        answer: impl FnOnce(Outcome<T>) -> Answer + Send + 'static,
        work: impl Future<Output = Result<(T, Option<Secret>)>> + Send + 'static,
    ) {
        let job = async move {
            let done = AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|_| Err(crash()));
            let (done, sequence) = match done {
                Ok((done, sequence)) => (Ok(done), sequence),
                Err(error) => (Err(error.into()), None),
            };
            Answered { ticket, sequence, answer: answer(done) }
        };
        self.wanted.insert(ticket, self.running.spawn_on(job, &self.workers));
    }

    /// Runs a job that keeps its thread.
    pub(super) fn block<T>(
        &mut self,
        ticket: Ticket,
        answer: impl FnOnce(Outcome<T>) -> Answer + Send + 'static,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) {
        let job = move || {
            let done = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(crash()));
            Answered { ticket, sequence: None, answer: answer(done.map_err(Notice::from)) }
        };
        self.wanted.insert(ticket, self.running.spawn_blocking_on(job, &self.workers));
    }

    /// Tells answers of a job that goes on.
    pub(super) fn teller(&self, ticket: Ticket) -> impl Fn(Answer) + Send + 'static {
        let told = self.told.clone();
        move |answer| {
            // Nobody listens once the program ends.
            let _told = told.send(Answered { ticket, sequence: None, answer });
        }
    }

    /// Drops a job, whether it runs or its answer is there: nobody waits for it any more.
    pub fn cancel(&mut self, ticket: Ticket) {
        if let Some(job) = self.wanted.remove(&ticket) {
            job.abort();
        }
        self.shared.changes.forget_review(ticket);
    }

    /// Waits for the next answer; `None` where no job runs.
    pub async fn next(&mut self) -> Option<Answered> {
        loop {
            // What a job told comes before its end.
            let answered = tokio::select! { biased;
                Some(told) = self.heard.recv() => self.wanted.contains_key(&told.ticket).then_some(told),
                ended = self.running.join_next() => self.wanted(ended?),
            };
            if answered.is_some() {
                return answered;
            }
        }
    }

    /// An answer that is there already.
    pub fn try_next(&mut self) -> Option<Answered> {
        while let Ok(told) = self.heard.try_recv() {
            if self.wanted.contains_key(&told.ticket) {
                return Some(told);
            }
        }
        while let Some(ended) = self.running.try_join_next() {
            if let Some(answered) = self.wanted(ended) {
                return Some(answered);
            }
        }
        None
    }

    /// A job may have ended just before it was cancelled: its secret must not reach the terminal then, nor stay.
    fn wanted(&mut self, ended: std::result::Result<Answered, JoinError>) -> Option<Answered> {
        let answered = ended.ok()?;
        if self.wanted.remove(&answered.ticket).is_some() {
            return Some(answered);
        }
        self.shared.changes.forget_review(answered.ticket);
        None
    }

    /// Ends all jobs and their helpers, and clears the clipboard where it still holds a secret of ours.
    /// The answer is a sequence for the terminal, where it takes one to clear it.
    pub async fn finish(&mut self) -> Option<Secret> {
        // Held until the jobs are gone: a change that begins now would be cut short.
        let _held = timeout(LAST_WRITE, self.shared.changes.writing.lock()).await;
        let _a_blocking_job_goes_on = timeout(LAST_WAIT, self.running.shutdown()).await;
        let close = async { self.shared.clipboard.lock().await.close().await };
        timeout(LAST_WAIT, close).await.ok().flatten()
    }
}

/// A panic's words may hold a secret.
fn crash() -> Error {
    Error::failed("A background task crashed.").hint("Try it once more.")
}

#[cfg(test)]
mod tests;
