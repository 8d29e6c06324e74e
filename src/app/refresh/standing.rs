//! How the minted password of a record stands. Asks nobody; the helper's small program needs no more than this.

use jiff::Timestamp;

use super::failures::{Failed, Files};
use crate::error::Result;
use crate::refresh::schedule::{self, Due, History, Life, MARGIN};
use crate::refresh::{self, Environment, Profile};
use crate::settings::Settings;
use crate::vault::record::Record;

/// What is known of a record's password before anybody is asked.
#[derive(Clone, Debug)]
pub struct Standing {
    /// How it is minted.
    pub profile: Profile,
    /// When the next one is to be minted.
    pub due: Due,
    /// The password that is there can be handed out.
    pub is_good: bool,
    /// The password that is there was minted for somebody for whom the environment no longer stands.
    pub is_anothers: bool,
    /// The failures since it was minted.
    pub failed: Option<Failed>,
}

/// How the password of a record stands; `None` for one that is not minted.
///
/// # Errors
/// There is no folder for what is remembered between runs.
pub fn of(
    settings: &Settings,
    environment: &Environment,
    record: &Record,
    now: Timestamp,
) -> Result<Option<Standing>> {
    let Some(member) = &record.refresh else { return Ok(None) };
    let profile = Profile::from_json(&member.0);
    let failed = Files::of(settings, &record.name)?.failed();
    let is_anothers = is_anothers(&profile, environment, record);
    let minted = life(record).filter(|_| !is_anothers);
    let history = History { minted, failed: failed.as_ref().map(Failed::in_a_row) };
    Ok(Some(Standing {
        due: schedule::due(&history, MARGIN, now),
        is_good: minted.is_some_and(|life| life.is_good(now)),
        profile,
        is_anothers,
        failed,
    }))
}

/// From when to when the password of a record is good; `None` where none was minted.
fn life(record: &Record) -> Option<Life> {
    let minted_at = record.minted.as_ref()?.at;
    let expires_at = record.credential.expires_at;
    (!record.credential.secret.is_empty()).then_some(Life { minted_at, expires_at })
}

/// Who has no keys at present is nobody else: the password stays good for the time that it has.
fn is_anothers(profile: &Profile, environment: &Environment, record: &Record) -> bool {
    let Some(then) = record.minted.as_ref().and_then(|mint| mint.principal.as_ref()) else { return false };
    let present = refresh::present_principal(profile, environment);
    present.is_ok_and(|present| present.is_some_and(|present| present != *then))
}
