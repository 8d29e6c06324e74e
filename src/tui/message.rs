//! What can happen: everything that [`update`](crate::tui::model::update) is told.

use std::sync::Arc;

use crossterm::event::Event;
use jiff::Timestamp;

use crate::app::check::history::Memory;
use crate::app::inventory::Inventory;
use crate::app::login::fetch::Fetched;
use crate::app::vault::rows::Secrets;
use crate::check::flow;
use crate::credential::login::LoginId;
use crate::credential_helper::protocol::Listed;
use crate::tui::clipboard::Route;

/// Tells an answer that is still wanted from one that is not.
pub type Ticket = u64;

/// One thing that happened.
#[derive(Debug)]
pub enum Message {
    /// A key, a paste, a new size, the focus.
    Input(Event),
    /// The time that [`Model::next_wakeup`](crate::tui::model::Model::next_wakeup) asked for has come, or the program
    /// was suspended and is back.
    Wake,
    /// The program goes to the background: nothing secret may be on the screen when it comes back.
    Suspended,
    /// One of the files on the screen was changed by somebody.
    FilesChanged,
    /// The files were read.
    Loaded(Box<Inventory>),
    /// The vault was looked into.
    VaultRead(Box<Secrets>),
    /// The vault was unlocked, with a sentence that says for how long, or not.
    Unlocked(Result<String, Failure>),
    /// A vault was made, with a sentence that says how it is open, or not.
    VaultMade(Result<String, Failure>),
    /// The keyring keeps no key for a new vault: why not. A passphrase can.
    PassphraseWanted(String),
    /// A helper answered `list`, or did not: the reason.
    Listed {
        /// The helper's name.
        helper: Arc<str>,
        /// Its logins.
        answer: Result<Vec<Listed>, Arc<str>>,
    },
    /// A secret was fetched for showing it, or for reading what it says of itself.
    Fetched {
        /// Of the effect that asked for it.
        ticket: Ticket,
        /// Whose secret it is.
        id: LoginId,
        /// The secret, or why there is none: words and hints for a person.
        answer: Result<Box<Fetched>, Failure>,
    },
    /// Something was put on the clipboard, or not.
    Copied {
        /// Of the effect that asked for it.
        ticket: Ticket,
        /// The words for what was copied.
        what: &'static str,
        /// The way it went.
        answer: Result<Route, Failure>,
    },
    /// The form was carried out, or not.
    Submitted(Result<Report, Failure>),
    /// What removing a row means.
    Reviewed {
        /// Of the effect that asked for it.
        ticket: Ticket,
        /// What to ask before it is done, or why it cannot be done.
        answer: Result<Planned, Failure>,
    },
    /// The reviewed removal was carried out, or not.
    CarriedOut(Result<Report, Failure>),
    /// The last change was taken back, or not.
    Undone(Result<Report, Failure>),
    /// What earlier checks found, and what the person said of token services.
    Remembered(Box<Memory>),
    /// A registry was asked about a login.
    Checked {
        /// Of the effect that asked for it.
        ticket: Ticket,
        /// Which login.
        id: LoginId,
        /// When.
        at: Timestamp,
        /// What was found out, or why the secret could not be fetched.
        answer: Result<Box<flow::Report>, Failure>,
    },
    /// All logins of a check were checked.
    CheckEnded {
        /// Of the effect that asked for it.
        ticket: Ticket,
    },
    /// The registry was asked about the login in the form.
    FormChecked {
        /// Of the effect that asked for it.
        ticket: Ticket,
        /// What was found out, or why the secret could not be fetched.
        answer: Result<Box<flow::Report>, Failure>,
    },
    /// The clipboard was cleared, or holds something else by now.
    ClipboardCleared,
    /// A signal asks the program to end, or the terminal is gone.
    Terminate,
    /// A background task panicked.
    TaskPanicked,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
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

/// An error as the screen shows it: what happened, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub what: String,
    /// What to do next.
    pub hints: Vec<String>,
}

impl From<crate::error::Error> for Failure {
    fn from(error: crate::error::Error) -> Self {
        Self { what: error.what, hints: error.hints }
    }
}

impl From<&crate::error::Error> for Failure {
    fn from(error: &crate::error::Error) -> Self {
        Self { what: error.what.clone(), hints: error.hints.clone() }
    }
}
