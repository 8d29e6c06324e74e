//! A named secret in the JSON output.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::{Codes, JsonClaim, JsonExpiry, JsonSecret, json_claim, json_expiry, json_secret};
use crate::app::vault::by_name;
use crate::credential::token::Claim;
use crate::refresh::Profile;
use crate::registry::{key, provider};
use crate::vault::record::{Mint, Record, RefreshMember};

#[derive(Serialize)]
pub(super) struct JsonNamed<'a> {
    name: &'a str,
    kind: &'a str,
    key: &'a str,
    registry: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    provider: &'static str,
    token: &'static str,
    expiry: JsonExpiry,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<JsonRefresh<'a>>,
    docker_login: bool,
    created_at: Timestamp,
    changed_at: Timestamp,
    diagnostics: Codes,
    claims: Vec<JsonClaim<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<JsonSecret<'a>>,
}

/// Who mints its passwords, and whose right the last one rests on.
#[derive(Serialize)]
struct JsonRefresh<'a> {
    provider: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    minted_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

impl<'a> JsonRefresh<'a> {
    fn of(member: &RefreshMember, mint: Option<&'a Mint>) -> Self {
        Self {
            provider: Profile::from_json(&member.0).id().to_owned(),
            minted_at: mint.map(|mint| mint.at),
            asked: mint.map(|mint| &*mint.asked),
            source: mint.map(|mint| &*mint.source),
        }
    }
}

/// `claims` are those of the record's secret.
pub(super) fn json<'a>(
    record: &'a Record,
    claims: &'a [Claim],
    reveal: bool,
    now: Timestamp,
) -> JsonNamed<'a> {
    let token = by_name::token(record, now);
    JsonNamed {
        name: &record.name,
        kind: record.kind.code(),
        key: &record.key,
        registry: key::display_name(&record.key),
        username: by_name::account(record).name().map(|_| record.credential.username.as_str()),
        email: record.email.as_deref(),
        provider: provider::identify(&record.key).provider.code(),
        token: token.kind.code(),
        expiry: json_expiry(by_name::end(record, &token), now),
        expires_on: record.expires_on,
        refresh: record.refresh.as_ref().map(|member| JsonRefresh::of(member, record.minted.as_ref())),
        docker_login: record.is_login,
        created_at: record.created_at,
        changed_at: record.changed_at,
        diagnostics: Codes(token.warnings),
        claims: claims.iter().map(json_claim).collect(),
        secret: reveal.then(|| json_secret(&record.credential.secret)),
    }
}
