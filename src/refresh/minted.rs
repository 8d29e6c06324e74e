//! A fresh password, and what is known of it.

use jiff::{SignedDuration, Timestamp};

use super::error::Cause;
use crate::credential::Credential;

/// A fresh password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minted {
    /// User name, password, and its end by this machine's clock, where anybody knows it.
    pub credential: Credential,
    /// True where the end is a guess by the usual life.
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

impl Minted {
    /// A password that was minted just now. Where it does not tell its end, `usual` is how long such ones live.
    ///
    /// # Errors
    /// It is over already: nobody gets such a one.
    pub(super) fn new(
        mut credential: Credential,
        usual: Option<SignedDuration>,
        minted_at: Timestamp,
        asked: String,
        source: String,
    ) -> Result<Self, Cause> {
        let is_told = credential.expires_at.is_some();
        let guess = || minted_at.checked_add(usual?).ok();
        credential.expires_at = credential.expires_at.or_else(guess);
        if credential.expires_at.is_some_and(|end| end <= minted_at) {
            return Err(Cause::CameExpired { asked });
        }
        let is_estimate = !is_told && credential.expires_at.is_some();
        let (principal, notes) = (None, Vec::new());
        Ok(Self { credential, is_estimate, minted_at, asked, source, principal, notes })
    }
}

/// Something that a person should know about a minting that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// This machine's clock is ahead by so many seconds, or behind if negative.
    ClockDiffers {
        /// Seconds that our clock is ahead of the server; negative: behind.
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
