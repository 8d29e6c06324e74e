//! The work behind the screen. A job is a task whose result is the message for the model; dropping it ends its helper.

mod changes;
mod checking;
mod vault;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Mutex, Notify};
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::timeout;

use crate::app::Context;
use crate::app::inventory::{self, list_helpers};
use crate::app::login::fetch;
use crate::app::watch::Watch;
use crate::credential::auth;
use crate::credential::login::LoginId;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::tui::clipboard::{Clipboard, Copied, plan_copy};
use crate::tui::effect::{Effect, Part};
use crate::tui::message::{Message, Ticket};
use changes::Changes;

/// How long the end of the program may wait for the clipboard, and again for the helpers.
const LAST_WAIT: Duration = Duration::from_millis(500);

/// How long it may wait for a change that is being written: half of one is worse than a late end.
const LAST_WRITE: Duration = Duration::from_secs(5);

/// How a job ended.
#[derive(Debug)]
pub enum Outcome {
    /// With something to tell the model.
    Tell(Message),
    /// With a sequence for the terminal, to be written between two frames before the model is told.
    Emit(Secret, Message),
    /// With nothing that anybody waits for.
    Nothing,
}

/// The running jobs.
#[derive(Debug)]
pub struct Jobs {
    shared: Arc<Shared>,
    running: JoinSet<Outcome>,
    workers: Handle,
    /// The jobs that can be cancelled. What is not here any more is not wanted any more.
    wanted: HashMap<Ticket, AbortHandle>,
    /// What jobs tell before they end.
    told: UnboundedSender<Message>,
    heard: UnboundedReceiver<Message>,
}

/// What the jobs work with.
#[derive(Debug)]
struct Shared {
    ctx: Context,
    /// Locked while it is written or cleared, so that two jobs never mix.
    clipboard: Mutex<Clipboard>,
    files_changed: Arc<Notify>,
    watch: OnceLock<Option<Watch>>,
    /// What can be taken back, and what was reviewed.
    changes: Changes,
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

    /// Starts what the model wants. The effects on the terminal itself are the loop's, not ours.
    pub fn start(&mut self, effect: Effect) {
        let shared = Arc::clone(&self.shared);
        match effect {
            Effect::Load => {
                self.running.spawn_blocking_on(move || shared.load(), &self.workers);
            }
            Effect::ReadMemory => {
                self.running.spawn_blocking_on(move || shared.read_memory(), &self.workers);
            }
            Effect::Choose { pair, allowed } => {
                self.running.spawn_blocking_on(move || shared.choose(&pair, allowed), &self.workers);
            }
            Effect::ForgetChecks { host } => {
                self.running.spawn_blocking_on(move || shared.forget_checks(&host), &self.workers);
            }
            Effect::Check { ticket, jobs, wish } => {
                let told = self.told.clone();
                let job = async move { shared.check(ticket, jobs, &wish, told).await };
                self.wanted.insert(ticket, self.running.spawn_on(job, &self.workers));
            }
            Effect::CheckForm { ticket, submission, wish } => {
                let job = async move { shared.check_form(ticket, &submission, &wish).await };
                self.wanted.insert(ticket, self.running.spawn_on(job, &self.workers));
            }
            Effect::ReadVault => {
                self.running.spawn_blocking_on(move || shared.read_vault(), &self.workers);
            }
            Effect::Unlock(passphrase) => {
                self.running.spawn_blocking_on(move || shared.unlock(passphrase.as_ref()), &self.workers);
            }
            Effect::MakeVault(passphrase) => {
                self.running.spawn_blocking_on(move || shared.make_vault(passphrase.as_ref()), &self.workers);
            }
            Effect::List(helper) => {
                let job = async move {
                    let answer = list_helpers::list(&shared.ctx.client, &helper).await;
                    Outcome::Tell(Message::Listed { helper, answer })
                };
                self.running.spawn_on(job, &self.workers);
            }
            Effect::Fetch { ticket, id } => {
                let job = async move {
                    let answer = fetch::fetch(&shared.ctx, &id).await;
                    let answer = answer.map(Box::new).map_err(Into::into);
                    Outcome::Tell(Message::Fetched { ticket, id, answer })
                };
                self.wanted.insert(ticket, self.running.spawn_on(job, &self.workers));
            }
            Effect::Copy { ticket, id, part } => {
                let job = async move { shared.copy(ticket, &id, part).await };
                self.wanted.insert(ticket, self.running.spawn_on(job, &self.workers));
            }
            Effect::ClearClipboard => {
                self.running.spawn_on(async move { shared.clear_clipboard().await }, &self.workers);
            }
            Effect::Submit(submission) => {
                let job = async move { shared.submit(*submission).await };
                self.running.spawn_on(job, &self.workers);
            }
            Effect::Review { ticket, id, change } => {
                let job = async move { shared.review(ticket, &id, change).await };
                self.wanted.insert(ticket, self.running.spawn_on(job, &self.workers));
            }
            Effect::CarryOut(ticket) => {
                self.running.spawn_on(async move { shared.carry_out(ticket).await }, &self.workers);
            }
            Effect::Undo => {
                self.running.spawn_on(async move { shared.undo().await }, &self.workers);
            }
            Effect::SkipUndo => {
                self.running.spawn_on(async move { shared.skip_undo().await }, &self.workers);
            }
            Effect::Cancel(ticket) => {
                if let Some(job) = self.wanted.remove(&ticket) {
                    job.abort();
                }
                shared.changes.forget_review(ticket);
            }
            Effect::Suspend | Effect::Redraw | Effect::Quit => {}
        }
    }

    /// Waits for the next job that ends; `None` where none runs.
    pub async fn next(&mut self) -> Option<Outcome> {
        loop {
            // What a job told comes before its end.
            let told = tokio::select! { biased;
                Some(message) = self.heard.recv() => Some(message),
                ended = self.running.join_next() => return Some(self.outcome(ended?)),
            };
            if let Some(message) = told.filter(|message| self.is_awaited(message)) {
                return Some(Outcome::Tell(message));
            }
        }
    }

    /// A job that has ended already.
    pub fn try_next(&mut self) -> Option<Outcome> {
        while let Ok(message) = self.heard.try_recv() {
            if self.is_awaited(&message) {
                return Some(Outcome::Tell(message));
            }
        }
        let ended = self.running.try_join_next()?;
        Some(self.outcome(ended))
    }

    /// True for what a job tells that was not cancelled meanwhile.
    fn is_awaited(&self, message: &Message) -> bool {
        matches!(message, Message::Checked { ticket, .. } if self.wanted.contains_key(ticket))
    }

    fn outcome(&mut self, ended: std::result::Result<Outcome, JoinError>) -> Outcome {
        match ended {
            Ok(outcome) if self.is_wanted(&outcome) => outcome,
            Err(error) if error.is_panic() => Outcome::Tell(Message::TaskPanicked),
            Ok(_) | Err(_) => Outcome::Nothing,
        }
    }

    /// A job may have ended just before it was cancelled: its secret must not reach the terminal then.
    fn is_wanted(&mut self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Tell(message) | Outcome::Emit(_, message) => match message {
                Message::Reviewed { ticket, .. } => {
                    let is_wanted = self.wanted.remove(ticket).is_some();
                    if !is_wanted {
                        self.shared.changes.forget_review(*ticket);
                    }
                    is_wanted
                }
                Message::Fetched { ticket, .. }
                | Message::Copied { ticket, .. }
                | Message::CheckEnded { ticket }
                | Message::FormChecked { ticket, .. } => self.wanted.remove(ticket).is_some(),
                _ => true,
            },
            Outcome::Nothing => false,
        }
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

impl Shared {
    fn load(&self) -> Outcome {
        // Before the first reading, so that no change falls between the two.
        self.watch.get_or_init(|| self.watch_files());
        let inventory = inventory::read(&self.ctx.settings, self.ctx.now());
        Outcome::Tell(Message::Loaded(Box::new(inventory)))
    }

    /// Without a watch (the system has a limit for them), the user reads the files again with a key.
    fn watch_files(&self) -> Option<Watch> {
        let files = self.ctx.settings.locations.places().into_iter().filter_map(|place| place.path);
        let vault = self.ctx.settings.vault.file.clone();
        let paths = files.chain(vault).collect();
        let files_changed = Arc::clone(&self.files_changed);
        Watch::start(paths, move || files_changed.notify_one()).ok()
    }

    async fn copy(&self, ticket: Ticket, id: &LoginId, part: Part) -> Outcome {
        let copied = match self.part(id, part).await {
            // Only now: a slow helper must not keep the clipboard from being cleared.
            Ok(text) => self.clipboard.lock().await.copy(text, part.is_secret()).await,
            Err(error) => Err(error),
        };
        let told = |answer| Message::Copied { ticket, what: part.words(), answer };
        match copied {
            Ok(Copied { route, sequence: Some(sequence) }) => Outcome::Emit(sequence, told(Ok(route))),
            Ok(Copied { route, sequence: None }) => Outcome::Tell(told(Ok(route))),
            Err(error) => Outcome::Tell(told(Err(error.into()))),
        }
    }

    /// The text of a part. The address needs no helper.
    async fn part(&self, id: &LoginId, part: Part) -> Result<Secret> {
        if part == Part::Registry {
            return Ok(Secret::from_text(id.key.to_string()));
        }
        let login = fetch::fetch(&self.ctx, id).await?.credential;
        match part {
            Part::Secret => Ok(login.secret),
            _ if login.username.is_empty() => {
                Err(Error::failed("This login has no user name, only a token.")
                    .hint("Copy the secret instead."))
            }
            Part::Auth => Ok(auth::encode(&login.username, &login.secret)),
            Part::User | Part::Registry => Ok(Secret::from_text(login.username)),
        }
    }

    async fn clear_clipboard(&self) -> Outcome {
        match self.clipboard.lock().await.clear().await {
            Some(sequence) => Outcome::Emit(sequence, Message::ClipboardCleared),
            None => Outcome::Tell(Message::ClipboardCleared),
        }
    }
}

#[cfg(test)]
mod tests;
