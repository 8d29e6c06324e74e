//! The JSON of `refresh`, version 1. `docs/json.md` explains it, `docs/refresh.schema.json` defines it. No secret stands in it.

use jiff::Timestamp;
use serde::Serialize;

use super::{VERSION, printed};
use crate::app::refresh::run::{End, Refreshed};
use crate::error::Result;
use crate::refresh::Profile;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    generated_at: Timestamp,
    secrets: Vec<JsonRefreshed<'a>>,
}

#[derive(Serialize)]
struct JsonRefreshed<'a> {
    name: &'a str,
    key: &'a str,
    provider: String,
    outcome: &'static str,
    good: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    minted_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at_is_estimate: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<JsonFailure>,
}

#[derive(Serialize)]
struct JsonFailure {
    code: &'static str,
    what: String,
    next: String,
}

/// The answer of `refresh --json`, in the order in which the secrets were named.
///
/// # Errors
/// It cannot be written as JSON.
pub fn document(results: &[Refreshed], now: Timestamp) -> Result<String> {
    let secrets = results.iter().map(json_refreshed).collect();
    let document = Document { version: VERSION, generated_at: now, secrets };
    printed(&document)
}

fn json_refreshed(refreshed: &Refreshed) -> JsonRefreshed<'_> {
    let record = &refreshed.record;
    let mint = record.minted.as_ref();
    let profile = record.refresh.as_ref().map(|member| Profile::from_json(&member.0));
    let (outcome, notes, error) = match &refreshed.end {
        End::Minted { notes } => ("minted", notes.as_slice(), None),
        End::Taken => ("taken", [].as_slice(), None),
        End::NotDue => ("not_due", [].as_slice(), None),
        End::Failed(error) => {
            let failure = JsonFailure { code: error.code(), what: error.what(), next: error.next_step() };
            ("failed", [].as_slice(), Some(failure))
        }
    };
    JsonRefreshed {
        name: &record.name,
        key: &record.key,
        provider: profile.map(|profile| profile.id().to_owned()).unwrap_or_default(),
        outcome,
        good: refreshed.is_good,
        minted_at: mint.map(|mint| mint.at),
        expires_at: record.credential.expires_at,
        expires_at_is_estimate: mint.map(|mint| mint.is_estimate),
        asked: mint.map(|mint| &*mint.asked),
        source: mint.map(|mint| &*mint.source),
        notes,
        error,
    }
}
