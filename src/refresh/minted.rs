//! A fresh password, and what is known of it.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::error::Cause;
use crate::secret::Secret;

/// A fresh password.
#[derive(Clone, PartialEq, Eq)]
pub struct Minted {
    /// The user name; it may be the password itself (`DigitalOcean`).
    pub username: String,
    /// The password.
    pub secret: Secret,
    /// When it ends, by this machine's clock; `None` where nobody says.
    pub expires_at: Option<Timestamp>,
    /// True where that is a guess by the usual life.
    pub is_estimate: bool,
    /// When it was minted, by this machine's clock.
    pub minted_at: Timestamp,
    /// Who minted it: the API's host, or the program. Safe to show.
    pub asked: String,
    /// Whose right it rests on, as part of a sentence: `the keys of the AWS profile "two" (from AWS_PROFILE)`.
    pub source: String,
    /// The mark of the principal, where the profile leaves it to the environment. See [`super::present_principal`].
    pub principal: Option<String>,
    /// What a person should know about it.
    pub notes: Vec<Note>,
}

/// When a fresh password ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Then.
    At(Timestamp),
    /// Nobody says; such passwords usually live so long.
    Usual(SignedDuration),
    /// Nobody says, and nobody knows.
    Unknown,
}

impl Minted {
    /// A password that was minted just now.
    ///
    /// # Errors
    /// It is over already: nobody gets such a one.
    pub(super) fn new(
        username: String,
        secret: Secret,
        end: End,
        minted_at: Timestamp,
        asked: String,
        source: String,
    ) -> Result<Self, Cause> {
        let expires_at = match end {
            End::At(end) => Some(end),
            End::Usual(life) => minted_at.checked_add(life).ok(),
            End::Unknown => None,
        };
        if expires_at.is_some_and(|end| end <= minted_at) {
            return Err(Cause::CameExpired { asked });
        }
        let is_estimate = matches!(end, End::Usual(_));
        Ok(Self {
            username,
            secret,
            expires_at,
            is_estimate,
            minted_at,
            asked,
            source,
            principal: None,
            notes: Vec::new(),
        })
    }
}

/// Something that a person should know about a minting that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// This machine's clock is ahead by so many seconds, or behind if negative.
    ClockDiffers {
        /// Seconds.
        ahead: i64,
    },
    /// The right host was not to be reached, and another one of the same API was.
    FellBack {
        /// The right one.
        wanted: String,
        /// The one that answered.
        asked: String,
    },
}

impl Note {
    /// What is so, one sentence.
    pub fn words(&self) -> String {
        match self {
            Self::ClockDiffers { ahead: ahead @ 0.. } => {
                format!("This machine's clock is {ahead} s ahead of the server's.")
            }
            Self::ClockDiffers { ahead } => {
                format!("This machine's clock is {} s behind the server's.", -ahead)
            }
            Self::FellBack { wanted, asked } => {
                format!("{wanted} was not reached; {asked} was asked instead.")
            }
        }
    }
}

/// Neither the password nor the user name is shown: the one may be the other.
impl fmt::Debug for Minted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minted")
            .field("expires_at", &self.expires_at)
            .field("asked", &self.asked)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
