//! The JSON of `check`, version 1. `docs/json.md` explains it, `docs/check.schema.json` defines it.

use jiff::Timestamp;
use serde::Serialize;

use super::{VERSION, printed};
use crate::app::check::Checked;
use crate::app::inventory::Inventory;
use crate::check::flow::{Note, Report, Wrong};
use crate::check::rate_limit::{Amount, RateLimit};
use crate::check::verdict::Standing;
use crate::error::Result;
use crate::registry::key;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    generated_at: Timestamp,
    checks: Vec<JsonCheck<'a>>,
}

#[derive(Serialize)]
struct JsonCheck<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    key: &'a str,
    registry: std::borrow::Cow<'a, str>,
    source: &'a str,
    store: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    checked_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a str>,
    #[serde(flatten)]
    report: Option<JsonReport<'a>>,
}

#[derive(Serialize)]
struct JsonReport<'a> {
    verdict: &'static str,
    standing: &'static str,
    words: String,
    address: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    next: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<&'a str>,
    notes: Vec<JsonNote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    realm: Option<JsonRealm<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit: Option<JsonRateLimit<'a>>,
}

#[derive(Serialize)]
struct JsonNote {
    code: &'static str,
    text: String,
}

#[derive(Serialize)]
struct JsonRealm<'a> {
    origin: &'a str,
    reason: &'static str,
    can_be_allowed: bool,
}

#[derive(Serialize)]
struct JsonRateLimit<'a> {
    unlimited: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counted_for: Option<&'a str>,
}

/// The answer of `check --json`, in the order of the registries.
///
/// # Errors
/// It cannot be written as JSON.
pub fn document(inventory: &Inventory, results: &[Checked], now: Timestamp) -> Result<String> {
    let mut checks: Vec<_> = results.iter().map(|checked| json_check(inventory, checked)).collect();
    checks.sort_by_cached_key(|one| (one.registry.to_lowercase(), one.source.to_owned(), one.store.clone()));
    written(checks, now)
}

/// The same of a registry that was asked without a login.
///
/// # Errors
/// As [`document`].
pub fn without_login(registry: &str, report: &Report, now: Timestamp) -> Result<String> {
    let check = JsonCheck {
        name: None,
        key: registry,
        registry: key::display_name(registry),
        source: "",
        store: "none".to_owned(),
        username: None,
        checked_at: now,
        problem: None,
        report: Some(json_report(report)),
    };
    written(vec![check], now)
}

fn written(checks: Vec<JsonCheck<'_>>, now: Timestamp) -> Result<String> {
    let document = Document { version: VERSION, generated_at: now, checks };
    printed(&document)
}

fn json_check<'a>(inventory: &'a Inventory, checked: &'a Checked) -> JsonCheck<'a> {
    let id = &checked.job.id;
    JsonCheck {
        name: id.store.vault_name().map(|name| &**name),
        key: &id.key,
        registry: key::display_name(&id.key),
        source: &id.source,
        store: id.store.label(),
        username: inventory.find(id).and_then(|login| login.account.name()),
        checked_at: checked.at,
        problem: checked.result.as_ref().err().map(|error| error.what.as_str()),
        report: checked.result.as_ref().ok().map(json_report),
    }
}

fn json_report(report: &Report) -> JsonReport<'_> {
    let note = |note: &Note| JsonNote { code: note.code(), text: note.sentence() };
    JsonReport {
        verdict: report.verdict.code(),
        standing: match report.verdict.standing() {
            Standing::Works => "works",
            Standing::Unproved => "unproved",
            Standing::Failed => "failed",
            Standing::Unreachable => "unreachable",
            Standing::Refused => "refused",
        },
        words: report.sentence(),
        address: &report.address,
        next: report.next(),
        wrong: report.wrong.map(Wrong::code),
        said: report.said.as_deref(),
        notes: report.notes.iter().map(note).collect(),
        realm: report.realm.as_ref().map(|(origin, reason)| JsonRealm {
            origin,
            reason: reason.code(),
            can_be_allowed: report.ask.is_some(),
        }),
        retry_after: report.retry_after,
        rate_limit: report.rate_limit.as_ref().map(json_rate_limit),
    }
}

fn json_rate_limit(rate: &RateLimit) -> JsonRateLimit<'_> {
    let pulls = |amount: Option<Amount>| amount.map(|amount| amount.pulls);
    JsonRateLimit {
        unlimited: rate.limit.is_none(),
        limit: pulls(rate.limit),
        remaining: pulls(rate.remaining),
        window: rate.limit.and_then(|limit| limit.window),
        counted_for: rate.source.as_deref(),
    }
}
