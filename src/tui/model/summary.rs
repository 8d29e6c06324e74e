//! The numbers of the header.

use jiff::Timestamp;

use crate::credential::expiry::{Expiry, SOON, State};
use crate::credential::login::Login;

/// How many logins are how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All logins.
    pub total: usize,
    /// Whose token has ended.
    pub expired: usize,
    /// Whose token ends within a quarter of an hour.
    pub soon: usize,
    /// Whose reminder's day has come.
    pub due: usize,
    /// Whose secret lies in the open.
    pub plain: usize,
    /// That some tool cannot use.
    pub broken: usize,
}

impl Summary {
    /// Counts, and tells when one of the numbers changes by itself.
    pub fn of(logins: &[Login], now: Timestamp) -> (Self, Option<Timestamp>) {
        let mut summary = Self { total: logins.len(), ..Self::default() };
        let mut changes: Option<i64> = None;
        for login in logins {
            summary.expired += usize::from(login.expiry.state(now) == State::Expired);
            summary.soon += usize::from(login.expiry.is_soon(now));
            summary.due += usize::from(login.expiry.is_due(now));
            summary.plain += usize::from(login.is_plain());
            summary.broken += usize::from(login.is_broken());
            let reminder = match login.expiry {
                Expiry::Reminder { at } => Some(at.as_second() - now.as_second()),
                _ => None,
            };
            if let Some(left) = login.expiry.seconds_left(now).or(reminder).filter(|left| *left > 0) {
                let next = if left > SOON && reminder.is_none() { left - SOON } else { left };
                changes = Some(changes.map_or(next, |known| known.min(next)));
            }
        }
        let at = changes.and_then(|seconds| Timestamp::from_second(now.as_second() + seconds).ok());
        (summary, at)
    }
}

/// The numbers of both pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of the logins.
    pub logins: Summary,
    /// Of the secrets.
    pub secrets: Summary,
    /// When one of them changes by itself.
    pub change_at: Option<Timestamp>,
}

impl Counts {
    /// Counts both.
    pub fn of(logins: &[Login], secrets: &[Login], now: Timestamp) -> Self {
        let (logins, of_logins) = Summary::of(logins, now);
        let (secrets, of_secrets) = Summary::of(secrets, now);
        Self { logins, secrets, change_at: [of_logins, of_secrets].into_iter().flatten().min() }
    }
}
