//! What the model wants done: data, carried out by the runtime.

use std::sync::Arc;

use crate::app::check::{Job, Wish};
use crate::app::login::submission::Submission;
use crate::check::flow::RealmPair;
use crate::credential::login::LoginId;
use crate::secret::Secret;
use crate::tui::message::Ticket;

/// One thing to do. Only a submission and a passphrase are secrets; every other one the runtime fetches where it is
/// needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read all files; answered by [`Message::Loaded`](crate::tui::message::Message::Loaded).
    Load,
    /// Read what earlier checks found; answered by
    /// [`Message::Remembered`](crate::tui::message::Message::Remembered).
    ReadMemory,
    /// Read the vault; answered by [`Message::VaultRead`](crate::tui::message::Message::VaultRead).
    ReadVault,
    /// Open the vault with its passphrase, or without one with the keyring;
    /// answered by [`Message::Unlocked`](crate::tui::message::Message::Unlocked).
    Unlock(Option<Secret>),
    /// Make a vault behind this passphrase, or without one with its key in the keyring; answered by
    /// [`Message::VaultMade`](crate::tui::message::Message::VaultMade), or by
    /// [`Message::PassphraseWanted`](crate::tui::message::Message::PassphraseWanted).
    MakeVault(Option<Secret>),
    /// Ask a helper for its list; answered by [`Message::Listed`](crate::tui::message::Message::Listed).
    List(Arc<str>),
    /// Fetch a secret; answered by [`Message::Fetched`](crate::tui::message::Message::Fetched).
    Fetch {
        /// Comes back with the answer.
        ticket: Ticket,
        /// Whose secret.
        id: LoginId,
    },
    /// Put a part of a login on the clipboard; answered by [`Message::Copied`](crate::tui::message::Message::Copied).
    Copy {
        /// Comes back with the answer.
        ticket: Ticket,
        /// Whose.
        id: LoginId,
        /// Which part.
        part: Part,
    },
    /// Clear the clipboard where it still holds what was copied;
    /// answered by [`Message::ClipboardCleared`](crate::tui::message::Message::ClipboardCleared).
    ClearClipboard,
    /// Drop the answer of an effect with this ticket, whether it runs or is there: nobody waits for it any more.
    Cancel(Ticket),
    /// Carry the form out; answered by [`Message::Submitted`](crate::tui::message::Message::Submitted).
    Submit(Box<Submission>),
    /// Find out what a change of a row means; answered by [`Message::Reviewed`](crate::tui::message::Message::Reviewed).
    Review {
        /// Comes back with the answer.
        ticket: Ticket,
        /// Which row.
        id: LoginId,
        /// What is to be done with it.
        change: Change,
    },
    /// Do what the review of this ticket showed, once a person said yes to it;
    /// answered by [`Message::CarriedOut`](crate::tui::message::Message::CarriedOut).
    CarryOut(Ticket),
    /// Take the last change of this session back; answered by [`Message::Undone`](crate::tui::message::Message::Undone).
    Undo,
    /// Let the last change wait behind the ones before it; answered by
    /// [`Message::Undone`](crate::tui::message::Message::Undone).
    SkipUndo,
    /// Ask registries whether they accept logins; answered by one
    /// [`Message::Checked`](crate::tui::message::Message::Checked) for each, and a
    /// [`Message::CheckEnded`](crate::tui::message::Message::CheckEnded).
    Check {
        /// Comes back with the answers.
        ticket: Ticket,
        /// Which logins.
        jobs: Vec<Job>,
        /// What is to be found out, and what is allowed.
        wish: Box<Wish>,
    },
    /// Ask the registry about the login in the form;
    /// answered by [`Message::FormChecked`](crate::tui::message::Message::FormChecked).
    CheckForm {
        /// Comes back with the answer.
        ticket: Ticket,
        /// The login.
        submission: Box<Submission>,
        /// What is allowed.
        wish: Box<Wish>,
    },
    /// Remember whether a registry may have its logins sent to a token service.
    Choose {
        /// The two of them.
        pair: RealmPair,
        /// It may.
        allowed: bool,
    },
    /// Forget what was found of the logins of a registry: one of them was changed.
    ForgetChecks {
        /// Host and port, as [`host_of`](crate::check::flow::host_of) names it.
        host: String,
    },
    /// Hand the terminal back to the shell until the user returns.
    Suspend,
    /// Paint every cell again.
    Redraw,
    /// End the program.
    Quit,
}

/// What can be done with a row after a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It goes.
    Remove,
    /// Its secret moves out of the file into the vault.
    Seal,
}

/// What can be copied of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The user name.
    User,
    /// The password or token.
    Secret,
    /// The registry's address.
    Registry,
    /// The base64 `auth` value.
    Auth,
}

impl Part {
    /// What was copied, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::User => "user name",
            Self::Secret => "secret",
            Self::Registry => "registry",
            Self::Auth => "auth value",
        }
    }

    /// True where the clipboard must be cleared after a while.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::Auth)
    }
}
