//! The one word that says how a login is, for the STATE column.

use jiff::Timestamp;

use crate::credential::expiry::{Expiry, State};
use crate::credential::login::{EntryKind, Listing, Login, Store};

/// How a login is, gravest first: the order of the sort by state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// The entry cannot be read, or is half a login.
    Broken,
    /// The helper could not be asked.
    HelperFails,
    /// The file says a store keeps it, and the store does not know it.
    Missing,
    /// The token says that it ended.
    Expired,
    /// The token has probably ended.
    ProbablyExpired,
    /// The day of the owner's reminder has come.
    Due,
    /// The token ends soon.
    Soon,
    /// The helper was asked and has not answered yet.
    Waiting,
    /// The helper was not asked.
    NotAsked,
    /// There is no secret in it.
    Empty,
    /// The helper lists it.
    Listed,
    /// The file holds it and it can be decoded. Whether the registry takes it is another question.
    Readable,
    /// The token says that it is still good.
    Valid,
}

impl Health {
    /// How this login is now.
    pub fn of(login: &Login, now: Timestamp) -> Self {
        match (login.kind, &login.listing) {
            (EntryKind::Invalid | EntryKind::Incomplete, _) => return Self::Broken,
            (_, Listing::Failed(_)) => return Self::HelperFails,
            (_, Listing::Missing) => return Self::Missing,
            (EntryKind::Empty, _) if login.id.store == Store::Inline => return Self::Empty,
            _ => {}
        }
        match login.expiry.state(now) {
            State::Expired => Self::Expired,
            State::Valid if login.expiry.is_soon(now) => Self::Soon,
            State::Valid => Self::Valid,
            State::Estimated if matches!(login.expiry, Expiry::Estimated { at, .. } if at <= now) => {
                Self::ProbablyExpired
            }
            State::Reminder if login.expiry.is_due(now) => Self::Due,
            _ if login.listing == Listing::Waiting => Self::Waiting,
            _ if login.listing == Listing::NotAsked => Self::NotAsked,
            _ if login.listing == Listing::Listed => Self::Listed,
            _ => Self::Readable,
        }
    }

    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::HelperFails => "helper_fails",
            Self::Missing => "missing",
            Self::Expired => "expired",
            Self::ProbablyExpired => "probably_expired",
            Self::Due => "due",
            Self::Soon => "soon",
            Self::Waiting => "waiting",
            Self::NotAsked => "not_asked",
            Self::Empty => "empty",
            Self::Listed => "listed",
            Self::Readable => "readable",
            Self::Valid => "valid",
        }
    }

    /// One ASCII character that carries the meaning without colour.
    pub fn glyph(self) -> char {
        match self {
            Self::Broken | Self::HelperFails | Self::Missing | Self::Expired => 'x',
            Self::ProbablyExpired | Self::Waiting => '~',
            Self::NotAsked => '?',
            Self::Due | Self::Soon => '!',
            Self::Empty => '-',
            Self::Listed | Self::Readable | Self::Valid => '+',
        }
    }

    /// One word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::HelperFails => "no helper",
            Self::Missing => "missing",
            Self::Expired => "expired",
            Self::ProbablyExpired => "expired?",
            Self::Due => "due",
            Self::Soon => "soon",
            Self::Waiting => "asking",
            Self::NotAsked => "not asked",
            Self::Empty => "empty",
            Self::Listed => "listed",
            Self::Readable => "readable",
            Self::Valid => "valid",
        }
    }

    /// True where somebody should do something.
    pub fn is_bad(self) -> bool {
        self <= Self::ProbablyExpired
    }
}
