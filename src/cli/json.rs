//! The JSON output, version 1. `docs/json.md` explains it, `docs/pullpass.schema.json` defines it.

pub mod check;
pub mod doctor;
mod named;
pub mod refresh;
pub mod which;

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::Serializer;

use crate::app::inventory::{Inventory, Source, SourceState};
use crate::app::login::fetch::Fetched;
use crate::app::which::used_by::ToolView;
use crate::credential::diagnostic::Diagnostics;
use crate::credential::expiry::Expiry;
use crate::credential::health::Health;
use crate::credential::login::{Listing, Login};
use crate::credential::token::{self, Claim, ClaimValue, TokenKind};
use crate::error::{Error, Result};
use crate::registry::key;
use crate::secret::Secret;
use crate::text;
use crate::vault::record::Record;
use named::JsonNamed;

/// The version of the form. It grows by one when a member is removed or changes its meaning; new members may come.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    generated_at: Timestamp,
    sources: Vec<JsonSource<'a>>,
    logins: Vec<JsonLogin<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secrets: Vec<JsonNamed<'a>>,
}

#[derive(Serialize)]
struct JsonSource<'a> {
    name: &'a str,
    format: &'static str,
    found_by: &'static str,
    state: &'static str,
    read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<JsonProblem<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creds_store: Option<&'a str>,
    docker: bool,
    podman: bool,
    diagnostics: Codes,
}

#[derive(Serialize)]
struct JsonProblem<'a> {
    code: &'a str,
    line: usize,
    column: usize,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonLogin<'a> {
    key: &'a str,
    registry: std::borrow::Cow<'a, str>,
    source: &'a str,
    store: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'static str>,
    expiry: JsonExpiry,
    health: &'static str,
    plain_text: bool,
    diagnostics: Codes,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    companions: Vec<JsonCompanion<'a>>,
    #[serde(flatten)]
    detail: Option<JsonDetail<'a>>,
}

#[derive(Serialize)]
struct JsonExpiry {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
}

#[derive(Serialize)]
struct JsonCompanion<'a> {
    key: &'a str,
    kind: &'static str,
    expiry: JsonExpiry,
}

/// What `show` adds.
#[derive(Serialize)]
struct JsonDetail<'a> {
    used_by: Vec<JsonUse<'a>>,
    claims: Vec<JsonClaim<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<JsonSecret<'a>>,
}

#[derive(Serialize)]
struct JsonUse<'a> {
    tool: &'static str,
    uses: bool,
    why: &'a str,
}

#[derive(Serialize)]
struct JsonClaim<'a> {
    section: &'static str,
    name: &'a str,
    value: std::borrow::Cow<'a, str>,
}

/// Present only with `--reveal`.
#[derive(Serialize)]
#[serde(untagged)]
enum JsonSecret<'a> {
    Text { text: &'a str },
    Bytes { base64: String },
}

/// Diagnostics as their identifiers.
struct Codes(Diagnostics);

impl Serialize for Codes {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(crate::credential::diagnostic::Diagnostic::code))
    }
}

/// The answer of `list --json`.
pub fn list(inventory: &Inventory, logins: &[&Login], now: Timestamp) -> Result<String> {
    let logins = logins.iter().map(|login| json_login(inventory, login, now)).collect();
    print(inventory, logins, Vec::new(), now)
}

/// A login with all that is told of it.
pub struct Shown<'a> {
    /// The login.
    pub login: &'a Login,
    /// Its secret, where it was wanted.
    pub fetched: Option<Fetched>,
    /// Who uses it.
    pub uses: Vec<ToolView>,
}

/// The answer of `show --json`; secrets only where they were asked for.
pub fn show(inventory: &Inventory, logins: &[Shown<'_>], reveal: bool, now: Timestamp) -> Result<String> {
    let logins = logins
        .iter()
        .map(|Shown { login, fetched, uses }| {
            let mut json = json_login(inventory, login, now);
            json.detail = Some(detail(login, fetched.as_ref(), uses, reveal));
            if let Some(fetched) = fetched {
                json.expiry = json_expiry(fetched.expiry, now);
                json.token = Some(fetched.kind.code());
                json.diagnostics.0.extend(&fetched.warnings);
            }
            json
        })
        .collect();
    print(inventory, logins, Vec::new(), now)
}

/// The answer of `show --json` for a named secret.
pub fn show_named(inventory: &Inventory, record: &Record, reveal: bool, now: Timestamp) -> Result<String> {
    let claims = token::decode(record.credential.secret.expose());
    print(inventory, Vec::new(), vec![named::json(record, &claims, reveal, now)], now)
}

fn print(
    inventory: &Inventory,
    logins: Vec<JsonLogin<'_>>,
    secrets: Vec<JsonNamed<'_>>,
    now: Timestamp,
) -> Result<String> {
    let sources = inventory.sources.iter().map(json_source).collect();
    let document = Document { version: VERSION, generated_at: now, sources, logins, secrets };
    printed(&document)
}

/// A document as every `--json` prints it.
fn printed(document: &impl Serialize) -> Result<String> {
    let mut text = serde_json::to_string_pretty(document)
        .map_err(|error| Error::failed("Could not write the answer as JSON.").because(error))?;
    text.push('\n');
    Ok(escaped(text))
}

/// What could move a terminal's cursor or reverse its text, as JSON's own escapes. Below U+0080 `serde_json` does it.
fn escaped(text: String) -> String {
    let is_odd = |c: char| !c.is_ascii() && text::is_unsafe(c);
    if text.is_ascii() || !text.contains(is_odd) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if is_odd(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn json_source(source: &Source) -> JsonSource<'_> {
    let (state, problem) = match &source.state {
        SourceState::Read => ("read", None),
        SourceState::Missing => ("missing", None),
        SourceState::Broken(problem) => (
            "broken",
            Some(JsonProblem {
                code: problem.kind.code(),
                line: problem.line,
                column: problem.column,
                message: &problem.what,
            }),
        ),
        SourceState::Unreadable(reason) => {
            ("unreadable", Some(JsonProblem { code: "unreadable", line: 0, column: 0, message: reason }))
        }
    };
    JsonSource {
        name: &source.place.name,
        format: source.place.format.tag(),
        found_by: source.place.why,
        state,
        read_only: source.read_only,
        problem,
        creds_store: source.creds_store.as_deref(),
        docker: source.place.docker,
        podman: source.place.podman.is_some(),
        diagnostics: Codes(source.diagnostics),
    }
}

fn json_login<'a>(inventory: &'a Inventory, login: &'a Login, now: Timestamp) -> JsonLogin<'a> {
    JsonLogin {
        key: &login.id.key,
        registry: key::display_name(&login.id.key),
        source: &inventory.source_of(login).place.name,
        store: login.id.store.label(),
        kind: login.kind.code(),
        username: login.account.name(),
        email: login.email.as_deref(),
        provider: login.provider.code(),
        token: login.token.map(TokenKind::code),
        expiry: json_expiry(login.expiry, now),
        health: Health::of(login, now).code(),
        plain_text: login.is_plain(),
        diagnostics: Codes(login.diagnostics),
        problem: match &login.listing {
            Listing::Failed(reason) => Some(reason),
            _ => None,
        },
        companions: login
            .companions
            .iter()
            .map(|companion| JsonCompanion {
                key: &companion.key,
                kind: companion.kind.code(),
                expiry: json_expiry(companion.expiry, now),
            })
            .collect(),
        detail: None,
    }
}

fn json_expiry(expiry: Expiry, now: Timestamp) -> JsonExpiry {
    JsonExpiry {
        state: expiry.state(now).code(),
        at: expiry.instant(),
        source: expiry.source().map(crate::credential::expiry::Source::code),
    }
}

fn detail<'a>(
    login: &'a Login,
    fetched: Option<&'a Fetched>,
    uses: &'a [ToolView],
    reveal: bool,
) -> JsonDetail<'a> {
    let claims: &[Claim] = fetched.map_or(&login.claims, |fetched| &fetched.claims);
    let secret = fetched.filter(|_| reveal).map(|fetched| json_secret(&fetched.credential.secret));
    JsonDetail {
        used_by: uses
            .iter()
            .map(|view| JsonUse { tool: view.tool, uses: view.uses, why: &view.why })
            .collect(),
        claims: claims.iter().map(json_claim).collect(),
        secret,
    }
}

fn json_claim(claim: &Claim) -> JsonClaim<'_> {
    JsonClaim {
        section: claim.section,
        name: &claim.name,
        value: match &claim.value {
            ClaimValue::Text(text) => text.as_str().into(),
            ClaimValue::Time(at) => at.to_string().into(),
        },
    }
}

fn json_secret(secret: &Secret) -> JsonSecret<'_> {
    match secret.expose_text() {
        Some(text) => JsonSecret::Text { text },
        None => JsonSecret::Bytes { base64: base64_text(secret.expose()) },
    }
}

fn base64_text(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
