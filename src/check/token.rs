//! What a token service answered. The body is a secret; only what is needed comes out of it, as [`Secret`].
//!
//! Source of the rules: distribution `docs/content/spec/auth/token.md` and `oauth.md`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::secret::Secret;

/// How long a token is good for where nobody says, and the least that is believed, in seconds.
const SHORTEST: i64 = 60;
/// The longest time that is believed, in seconds: until about the year 2100 counted from 1970.
const LONGEST: i64 = 4_102_444_800;
/// How far a server's clock may be ahead.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);

/// A token, as the service gave it.
#[derive(Debug, PartialEq, Eq)]
pub struct Granted {
    /// The token for the registry.
    pub token: Secret,
    /// When it ends.
    pub expires_at: Timestamp,
    /// A longer-lived token that came with it. It never takes the place of what is stored.
    pub refresh_token: Option<Secret>,
}

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// 401.
    Unauthorized,
    /// 403.
    Denied,
    /// 401 or 403, and the text says that something expired.
    Expired,
    /// 400 with OAuth's `invalid_grant`: the refresh token is no longer good (RFC 6749 section 5.2).
    InvalidGrant,
    /// 400.
    BadRequest,
    /// 404.
    NotFound,
    /// 405: the service knows no `POST`.
    MethodNotAllowed,
    /// 3xx: none is followed with a secret.
    Redirect,
    /// 429.
    RateLimited,
    /// 5xx.
    ServerError,
    /// Any other status.
    OtherStatus,
    /// Longer than [`super::transport::BODY_LIMIT`].
    TooLarge,
    /// The body is no JSON object.
    BadJson,
    /// The object has neither member, or both are empty.
    NoToken,
    /// The token cannot go into a header.
    BadToken,
}

impl TokenError {
    /// The identifier in tests.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::InvalidGrant => "invalid_grant",
            Self::BadRequest => "bad_request",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Redirect => "redirect_refused",
            Self::RateLimited => "rate_limited",
            Self::ServerError => "server_error",
            Self::OtherStatus => "unexpected_status",
            Self::TooLarge => "too_large",
            Self::BadJson => "bad_json",
            Self::NoToken => "no_token",
            Self::BadToken => "bad_token",
        }
    }
}

/// Reads an answer of a token service. `is_cut` says that the body was longer than what is here.
///
/// # Errors
/// [`TokenError`]: the status is no success, or there is no usable token.
pub fn read(status: u16, body: &Secret, is_cut: bool, received: Timestamp) -> Result<Granted, TokenError> {
    if let Some(refusal) = refusal(status, body) {
        return Err(refusal);
    }
    if is_cut {
        return Err(TokenError::TooLarge);
    }
    let members: Map<String, Value> =
        serde_json::from_slice(body.expose()).map_err(|_| TokenError::BadJson)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let token = text("access_token").or_else(|| text("token")).ok_or(TokenError::NoToken)?;
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(TokenError::BadToken);
    }
    Ok(Granted {
        token: Secret::from_text(token.to_owned()),
        expires_at: end(members.get("expires_in"), text("issued_at"), received),
        refresh_token: text("refresh_token").map(|token| Secret::from_text(token.to_owned())),
    })
}

fn refusal(status: u16, body: &Secret) -> Option<TokenError> {
    Some(match status {
        200..=299 => return None,
        300..=399 => TokenError::Redirect,
        400 if says(body, "invalid_grant") => TokenError::InvalidGrant,
        400 => TokenError::BadRequest,
        401 | 403 if says(body, "expired") => TokenError::Expired,
        401 => TokenError::Unauthorized,
        403 => TokenError::Denied,
        404 => TokenError::NotFound,
        405 => TokenError::MethodNotAllowed,
        429 => TokenError::RateLimited,
        500..=599 => TokenError::ServerError,
        _ => TokenError::OtherStatus,
    })
}

/// True where a body has this word, in small or capital letters.
pub(super) fn says(body: &Secret, word: &str) -> bool {
    body.expose().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// When a token ends, from what is said of it as far as that is sane.
fn end(expires_in: Option<&Value>, issued_at: Option<&str>, received: Timestamp) -> Timestamp {
    let said = expires_in.and_then(seconds).filter(|seconds| *seconds <= LONGEST);
    let lifetime = SignedDuration::from_secs(said.unwrap_or(SHORTEST).max(SHORTEST));
    let issued: Option<Timestamp> = issued_at.and_then(|text| text.parse().ok());
    // Go writes the year 1 for "unknown".
    let is_sane = |at: &Timestamp| at.as_second() > 0 && *at <= received + CLOCKS_DIFFER;
    let start = issued.filter(is_sane).unwrap_or(received);
    start.checked_add(lifetime).unwrap_or(received)
}

/// A number of seconds, as a whole number, with a fraction, or as text.
fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|float| float as i64)),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-20T00:00:00Z".parse().unwrap()
    }

    fn answer(status: u16, body: &str) -> Result<(String, i64), &'static str> {
        let read = read(status, &Secret::from_text(body.into()), false, now());
        let seconds = |granted: &Granted| granted.expires_at.as_second() - now().as_second();
        read.map(|granted| (granted.token.expose_text().unwrap().to_owned(), seconds(&granted)))
            .map_err(TokenError::code)
    }

    #[test]
    fn a_token_is_taken_from_either_member() {
        let table = [
            (r#"{"token":"a"}"#, Ok(("a", 60))),
            (r#"{"token":"a","access_token":""}"#, Ok(("a", 60))),
            (r#"{"token":"","access_token":""}"#, Err("no_token")),
            (r#"{"token":null}"#, Err("no_token")),
            (r#"{"token":"a b"}"#, Err("bad_token")),
            (r#"{"token":"é"}"#, Err("bad_token")),
            ("null", Err("bad_json")),
            ("", Err("bad_json")),
            ("\u{feff}{\"token\":\"a\"}", Err("bad_json")),
            (r#"{"token":"a","expires_in":"300"}"#, Ok(("a", 300))),
            (r#"{"token":"a","expires_in":-5}"#, Ok(("a", 60))),
            (r#"{"token":"a","expires_in":1e300}"#, Ok(("a", 60))),
            (r#"{"token":"a","expires_in":null}"#, Ok(("a", 60))),
            (r#"{"token":"a","expires_in":300,"issued_at":"0001-01-01T00:00:00Z"}"#, Ok(("a", 300))),
            (r#"{"token":"a","expires_in":300,"issued_at":"2026-11-20T00:04:00Z"}"#, Ok(("a", 540))),
            (r#"{"token":"a","expires_in":300,"issued_at":"2026-11-20T00:06:00Z"}"#, Ok(("a", 300))),
        ];
        for (body, expected) in table {
            assert_eq!(
                answer(200, body),
                expected.map(|(token, seconds)| (token.to_owned(), seconds)),
                "{body}"
            );
        }
    }

    #[test]
    fn each_status_has_its_meaning() {
        let table = [
            (302, "", "redirect_refused"),
            (400, "", "bad_request"),
            (400, r#"{"error":"invalid_grant"}"#, "invalid_grant"),
            (401, "", "unauthorized"),
            (401, "token EXPIRED", "expired"),
            (403, "", "denied"),
            (404, "", "not_found"),
            (405, "", "method_not_allowed"),
            (418, "", "unexpected_status"),
            (429, "", "rate_limited"),
            (503, "expired", "server_error"),
        ];
        for (status, body, expected) in table {
            assert_eq!(answer(status, body), Err(expected), "{status} {body}");
        }
    }

    #[test]
    fn a_cut_body_is_refused_though_it_may_be_json() {
        let body = Secret::from_text(r#"{"token":"a"}"#.into());
        assert_eq!(read(200, &body, true, now()), Err(TokenError::TooLarge));
    }

    proptest! {
        #[test]
        fn any_body_is_read_without_a_panic(status in 100u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
            let read = read(status, &Secret::new(body), false, now());
            prop_assert!(status / 100 == 2 || read.is_err());
        }

        #[test]
        fn any_numbers_give_an_end_that_is_not_over(number in any::<f64>(), whole in any::<i64>(), issued in "[0-9TZ:+-]{0,25}") {
            for body in [
                format!(r#"{{"token":"a","expires_in":{whole},"issued_at":"{issued}"}}"#),
                format!(r#"{{"token":"a","expires_in":{number:e}}}"#),
            ] {
                if let Ok(granted) = read(200, &Secret::from_text(body), false, now()) {
                    prop_assert!(granted.expires_at.as_second() >= 60);
                }
            }
        }
    }
}
