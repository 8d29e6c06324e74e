//! The work behind the screen: each job that the model can start, what is done for it, and its answer. At its heart a job is
//! one call of `app`, the same that the commands make.

mod changes;
mod checking;
mod clipboard;
mod files;
mod report;
mod running;
mod vault;

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use tokio::sync::{Mutex, Notify};

use crate::app::Context;
use crate::app::check::history::Memory;
use crate::app::check::{self, CheckOptions};
use crate::app::describe::Fact;
use crate::app::inventory::{Inventory, Listing, Listings};
use crate::app::login::fetch::Fetched;
use crate::app::login::submission::Submission;
use crate::app::vault::rows::Secrets;
use crate::app::watch::Watch;
use crate::app::which::used_by::ToolView;
use crate::check::flow::{RealmPair, Report};
use crate::credential::login::{Login, LoginId};
use crate::error::Notice;
use crate::secret::Secret;
use crate::tui::clipboard::{Clipboard, Route};

use changes::Changes;
pub use changes::{Change, Changed, Planned};
pub use clipboard::Part;
pub use running::{Answered, Jobs};
pub use vault::Made;

/// The number of a job: its answers carry it, and it is cancelled by it.
pub type Ticket = u64;

/// What the machine is asked for. Only a submission and a passphrase are secrets; every other one is fetched where it is
/// needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Read all files.
    Load,
    /// Ask a helper for its list.
    List(Arc<str>),
    /// Find out who uses a login.
    Uses {
        /// Which one.
        login: Box<Login>,
        /// What the helpers listed.
        listings: Arc<Listings>,
    },
    /// Find out which login each tool sends.
    Which {
        /// For this image.
        image: String,
        /// What the helpers listed.
        listings: Arc<Listings>,
    },
    /// Find out what is odd; the helpers listed this.
    Doctor(Arc<Listings>),
    /// Read what earlier checks found.
    ReadMemory,
    /// Read the vault.
    ReadVault,
    /// Open the vault with its passphrase, or without one with the keyring.
    Unlock(Option<Secret>),
    /// Make a vault behind this passphrase, or without one with its key in the keyring.
    MakeVault(Option<Secret>),
    /// Fetch a secret.
    Fetch(LoginId),
    /// Put a part of a login on the clipboard.
    Copy(LoginId, Part),
    /// Clear the clipboard where it still holds what was copied.
    ClearClipboard,
    /// Carry the form out.
    Submit(Box<Submission>),
    /// Find out what a change of a row means.
    Review(LoginId, Change),
    /// Do what the review with this ticket showed, once a person said yes to it.
    CarryOut(Ticket),
    /// Find the last change that another run made, and what taking it back means.
    ReviewUndo,
    /// Take the last change of this session back.
    Undo,
    /// Let the last change wait behind the ones before it.
    SkipUndo,
    /// Ask registries whether they accept logins.
    Check {
        /// Which logins.
        logins: Vec<check::Job>,
        /// What is to be found out, and what is allowed.
        options: Box<CheckOptions>,
    },
    /// Ask the registry about the login in the form.
    CheckForm {
        /// The login.
        submission: Box<Submission>,
        /// What is allowed.
        options: Box<CheckOptions>,
    },
    /// Remember whether a registry may have its logins sent to a token service.
    Choose {
        /// The two of them.
        pair: RealmPair,
        /// It may.
        allowed: bool,
    },
    /// Forget what was found of the logins of a registry (host and port, as [`host_of`](crate::check::flow::host_of) names
    /// it): one of them was changed.
    ForgetChecks(String),
}

/// What came of a job; a crash is a failure too.
pub type Outcome<T> = Result<T, Notice>;

/// The answer to a job.
#[derive(Debug)]
pub enum Answer {
    /// To [`Job::Load`].
    Loaded(Outcome<Box<Inventory>>),
    /// To [`Job::List`], from this helper.
    Listed(Arc<str>, Listing),
    /// To [`Job::Uses`].
    Uses(Outcome<Vec<ToolView>>),
    /// To [`Job::Which`] and [`Job::Doctor`].
    Reported(Outcome<Vec<Fact>>),
    /// To [`Job::ReadMemory`].
    Remembered(Outcome<Box<Memory>>),
    /// To [`Job::ReadVault`].
    VaultRead(Outcome<Box<Secrets>>),
    /// To [`Job::Unlock`]: a sentence that says for how long it is open.
    Unlocked(Outcome<String>),
    /// To [`Job::MakeVault`].
    VaultMade(Outcome<Made>),
    /// To [`Job::Fetch`].
    Fetched(Outcome<Box<Fetched>>),
    /// To [`Job::Copy`]: the way it went.
    Copied(Outcome<Route>),
    /// To [`Job::ClearClipboard`]; it may have held something else by then.
    ClipboardCleared(Outcome<()>),
    /// To [`Job::Submit`].
    Submitted(Outcome<Changed>),
    /// To [`Job::Review`] and [`Job::ReviewUndo`]: what to ask before it is done.
    Reviewed(Outcome<Planned>),
    /// To [`Job::CarryOut`].
    CarriedOut(Outcome<Changed>),
    /// To [`Job::Undo`] and [`Job::SkipUndo`].
    Undone(Outcome<Changed>),
    /// To [`Job::Check`], one for each login.
    Checked {
        /// Which login.
        id: LoginId,
        /// When.
        at: Timestamp,
        /// What was found out, or why the secret could not be fetched.
        found: Outcome<Box<Report>>,
    },
    /// To [`Job::Check`], after the last login.
    CheckEnded(Outcome<()>),
    /// To [`Job::CheckForm`].
    FormChecked(Outcome<Box<Report>>),
    /// To [`Job::Choose`] and [`Job::ForgetChecks`].
    Noted(Outcome<()>),
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
    /// Starts a job; its answer comes with this ticket.
    pub fn start(&mut self, ticket: Ticket, job: Job) {
        let shared = self.shared();
        match job {
            Job::Load => self.block(ticket, Answer::Loaded, move || Ok(Box::new(shared.load()))),
            Job::List(helper) => {
                let asked = Arc::clone(&helper);
                self.spawn(ticket, |listing| Answer::Listed(helper, listed(listing)), shared.list(asked));
            }
            Job::Uses { login, listings } => {
                self.block(ticket, Answer::Uses, move || Ok(shared.uses(&login, &listings)));
            }
            Job::Which { image, listings } => {
                self.block(ticket, Answer::Reported, move || Ok(shared.which(&image, &listings)));
            }
            Job::Doctor(listings) => {
                self.block(ticket, Answer::Reported, move || Ok(shared.doctor(&listings)));
            }
            Job::ReadMemory => {
                self.block(ticket, Answer::Remembered, move || Ok(Box::new(shared.read_memory())));
            }
            Job::ReadVault => {
                self.block(ticket, Answer::VaultRead, move || Ok(Box::new(shared.read_vault())));
            }
            Job::Unlock(phrase) => self.block(ticket, Answer::Unlocked, move || shared.unlock(phrase)),
            Job::MakeVault(phrase) => {
                self.block(ticket, Answer::VaultMade, move || shared.make_vault(phrase));
            }
            Job::Fetch(id) => self.spawn(ticket, Answer::Fetched, shared.fetch(id)),
            Job::Copy(id, part) => self.emit(ticket, Answer::Copied, shared.copy(id, part)),
            Job::ClearClipboard => self.emit(ticket, Answer::ClipboardCleared, shared.clear_clipboard()),
            Job::Submit(submission) => self.spawn(ticket, Answer::Submitted, shared.submit(*submission)),
            Job::Review(id, change) => {
                self.spawn(ticket, Answer::Reviewed, shared.review(ticket, id, change));
            }
            Job::CarryOut(review) => self.spawn(ticket, Answer::CarriedOut, shared.carry_out(review)),
            Job::ReviewUndo => self.block(ticket, Answer::Reviewed, move || shared.review_undo(ticket)),
            Job::Undo => self.spawn(ticket, Answer::Undone, shared.undo()),
            Job::SkipUndo => self.spawn(ticket, Answer::Undone, shared.skip_undo()),
            Job::Check { logins, options } => {
                let tell = self.teller(ticket);
                self.spawn(ticket, Answer::CheckEnded, shared.check(logins, *options, tell));
            }
            Job::CheckForm { submission, options } => {
                self.spawn(ticket, Answer::FormChecked, shared.check_form(submission, *options));
            }
            Job::Choose { pair, allowed } => self.block(ticket, Answer::Noted, move || {
                shared.note(|memory| memory.choose(&pair, allowed));
                Ok(())
            }),
            Job::ForgetChecks(host) => self.block(ticket, Answer::Noted, move || {
                shared.note(|memory| memory.forget(&host));
                Ok(())
            }),
        }
    }
}

/// A helper whose job crashed has failed, like one that says so.
fn listed(listing: Outcome<Listing>) -> Listing {
    listing.unwrap_or_else(|crash| Err(crash.what.into()))
}
