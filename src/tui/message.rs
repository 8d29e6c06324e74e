//! What can happen: everything that [`update`](crate::tui::model::update) is told.

use std::sync::Arc;

use crossterm::event::Event;

use crate::app::inventory::Inventory;
use crate::app::secret::Fetched;
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
    /// The form was carried out, with a sentence that says what was done, or not.
    Submitted(Result<String, Failure>),
    /// The clipboard was cleared, or holds something else by now.
    ClipboardCleared,
    /// A signal asks the program to end, or the terminal is gone.
    Terminate,
    /// A background task panicked.
    TaskPanicked,
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
