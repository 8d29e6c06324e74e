//! What the model is made of.

use jiff::Timestamp;

use crate::credential::expiry::Expiry;
use crate::credential::login::LoginId;
use crate::credential::token::{Claim, TokenKind};
use crate::secret::Secret;

/// A page of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What tools on this machine use.
    #[default]
    Logins,
    /// The named secrets of the vault.
    Secrets,
}

impl Tab {
    /// Its word.
    pub fn title(self) -> &'static str {
        match self {
            Self::Logins => "Logins",
            Self::Secrets => "Secrets",
        }
    }

    /// The next one; after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Logins => Self::Secrets,
            Self::Secrets => Self::Logins,
        }
    }
}

/// So many seconds after an instant, at the full second: what counts down then ends with a change of its own text.
pub(super) fn after(now: Timestamp, seconds: u64) -> Timestamp {
    Timestamp::from_second(now.as_second() + seconds.cast_signed()).unwrap_or(now)
}

/// The one secret that is on the screen.
#[derive(Debug)]
pub struct Reveal {
    /// Whose it is.
    pub id: LoginId,
    /// The secret.
    pub secret: Secret,
    /// When it is hidden again.
    pub until: Timestamp,
}

/// A secret on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// When the clipboard is cleared.
    pub until: Timestamp,
}

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It goes by itself.
    Info,
    /// Why a key does nothing: it goes by itself, and with the next key.
    Refusal,
    /// It stays until a key is pressed.
    Error,
}

/// A message for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// How much it matters.
    pub level: Level,
    /// What happened, and what to do.
    pub lines: Vec<String>,
    pub(super) until: Option<Timestamp>,
}

impl Toast {
    /// What went wrong; it stays until a key is pressed.
    pub(super) fn error(lines: Vec<String>) -> Self {
        Self { level: Level::Error, lines, until: None }
    }
}

/// Why a secret is being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Reveal,
    Inspect,
}

/// What a helper-kept secret said of itself. It outlives a new reading of the files.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub kind: TokenKind,
    pub expiry: Expiry,
    pub claims: Box<[Claim]>,
}
