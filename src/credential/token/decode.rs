//! What a token says in the clear, as a table for people. Keys and signatures stay out of it.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

use crate::text;

use super::super::diagnostic::Diagnostics;
use super::content::{self, Content, JfrogReference};
use super::jwt::Jwt;
use super::numdate;
use super::object::Object;
use super::wrapping;

/// The most rows that [`decode`] gives.
const MOST_ROWS: usize = 64;

/// The most characters of a name or a value.
const MOST_CHARS: usize = 200;

/// Members that hold a moment (RFC 7519, `OpenID` Connect, Amazon's `expiration`, Alibaba's `time`).
const MOMENTS: [&str; 7] = ["exp", "iat", "nbf", "auth_time", "updated_at", "expiration", "time"];

/// One row: a member of a token. Name and text are safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The part of the token that it stands in.
    pub section: &'static str,
    /// The member's name.
    pub name: String,
    /// What the member says. Nobody vouches for it.
    pub value: ClaimValue,
}

/// A value of a [`Claim`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimValue {
    /// Text, or compact JSON for anything else.
    Text(String),
    /// A plausible moment.
    Time(Timestamp),
}

/// The readable table of a token, in the token's own order; empty for a password and for what cannot be read.
pub fn decode(secret: &[u8]) -> Vec<Claim> {
    let Ok(secret) = std::str::from_utf8(secret) else {
        return Vec::new();
    };
    let text = wrapping::strip(secret, &mut Diagnostics::default());
    match content::read(text) {
        Some(Content::Jwt { jwt, .. } | Content::GitlabJob(jwt)) => jwt_rows(&jwt),
        Some(Content::Ecr { members, .. }) => some_rows("ecr", &members, &["version", "type", "expiration"]),
        Some(Content::GoogleKey { members, .. }) => {
            some_rows("key", &members, &["client_email", "project_id", "private_key_id"])
        }
        Some(Content::Jfrog(reference)) => jfrog_rows(&reference),
        Some(Content::Alibaba(members)) => all_rows("token", &members).collect(),
        None => docker_client_id(text).map(|id| text_row("token", "client_id", id)).into_iter().collect(),
    }
}

fn jwt_rows(jwt: &Jwt) -> Vec<Claim> {
    match jwt {
        Jwt::Signed { header, claims } => {
            all_rows("header", header).chain(all_rows("claims", claims)).take(MOST_ROWS).collect()
        }
        Jwt::Encrypted { header } => all_rows("header", header).collect(),
    }
}

fn all_rows(section: &'static str, members: &Object) -> impl Iterator<Item = Claim> {
    members.iter().take(MOST_ROWS).map(move |(name, value)| row(section, name, value))
}

/// The named members only: everything else in there is secret.
fn some_rows(section: &'static str, members: &Object, names: &[&str]) -> Vec<Claim> {
    names.iter().filter_map(|name| Some(row(section, name, members.get(name)?))).collect()
}

fn jfrog_rows(reference: &JfrogReference) -> Vec<Claim> {
    let value = match (reference.expiry, numdate::from_seconds(reference.expiry)) {
        (0, _) => ClaimValue::Text("never".to_owned()),
        (_, Some(at)) => ClaimValue::Time(at),
        (seconds, None) => ClaimValue::Text(seconds.to_string()),
    };
    let expiry = Claim { section: "token", name: "expiry".to_owned(), value };
    vec![text_row("token", "id", &reference.form), expiry]
}

/// The client's id behind a refresh token of docker's device login (docker/cli 28f7560 `internal/oauth/manager/manager.go`).
/// The form is taken strictly: the end of an ordinary password must never pass for an id.
fn docker_client_id(text: &str) -> Option<&str> {
    let (token, id) = text.split_once("..")?;
    let is_token =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (token.len() >= 20 && is_token(token) && is_id).then_some(id)
}

fn row(section: &'static str, name: &str, value: &Value) -> Claim {
    match moment(name, value) {
        Some(at) => Claim { section, name: bounded(name), value: ClaimValue::Time(at) },
        None => text_row(section, name, &plain(value)),
    }
}

fn text_row(section: &'static str, name: &str, value: &str) -> Claim {
    Claim { section, name: bounded(name), value: ClaimValue::Text(bounded(value)) }
}

fn moment(name: &str, value: &Value) -> Option<Timestamp> {
    if MOMENTS.contains(&name) { numdate::read(value, &mut Diagnostics::default()) } else { None }
}

fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// Untrusted text, safe and short enough to show.
fn bounded(raw: &str) -> String {
    // Cut before escaping as well, so that a long text costs no more than a short one.
    let end = raw.char_indices().nth(MOST_CHARS + 1).map_or(raw.len(), |(at, _)| at);
    let shown = text::safe(&raw[..end]);
    match shown.char_indices().nth(MOST_CHARS) {
        Some((at, _)) => format!("{}…", &shown[..at]),
        None => shown.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::*;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.U0lHTkFUVVJF", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    /// Rows as "section name=value", a moment as its seconds after "@".
    fn shown(secret: &str) -> Vec<String> {
        let rows = decode(secret.as_bytes());
        let value = |value: &ClaimValue| match value {
            ClaimValue::Text(text) => text.clone(),
            ClaimValue::Time(at) => format!("@{}", at.as_second()),
        };
        rows.iter().map(|row| format!("{} {}={}", row.section, row.name, value(&row.value))).collect()
    }

    #[test]
    fn a_web_token_shows_header_and_claims_in_order_through_every_wrapping() {
        let jwt = token(
            r#"{"typ":"JWT","alg":"RS256"}"#,
            r#"{"sub":"jane","exp":1795133800,"iat":-1,"aud":["b","a"],"admin":true,"n":null}"#,
        );
        let rows = [
            "header typ=JWT",
            "header alg=RS256",
            "claims sub=jane",
            "claims exp=@1795133800",
            "claims iat=-1",
            "claims aud=[\"b\",\"a\"]",
            "claims admin=true",
            "claims n=null",
        ];
        for secret in [jwt.clone(), format!("Bearer {jwt}\n"), format!("glcbt-{jwt}"), STANDARD.encode(&jwt)]
        {
            assert_eq!(shown(&secret), rows, "{secret}");
        }
    }

    #[test]
    fn other_tokens_show_their_readable_members_only() {
        let ecr = STANDARD.encode(
            r#"{"payload":"HUSH","datakey":"HUSH","version":"2","type":"DATA_KEY","expiration":1795158000}"#,
        );
        let ecr_rows = ["ecr version=2", "ecr type=DATA_KEY", "ecr expiration=@1795158000"];
        let key = r#"{"type":"service_account","project_id":"p","private_key_id":"1f","private_key":"HUSH",
            "client_email":"ci@p.example","other":"HUSH"}"#;
        let key_rows = ["key client_email=ci@p.example", "key project_id=p", "key private_key_id=1f"];
        let jfrog = |expiry: &str| STANDARD.encode(format!("reftkn:01:{expiry}:HUSHHUSHHUSHHUSHHUSHHUSHHUS"));
        let alibaba =
            STANDARD.encode(r#"{"instanceId":"cri-1","time":1795136400000,"type":"user","userId":"1"}"#);
        let client = "L4FAKEFAKEFAKEFAKEFAKEFAKEFAKE32";
        let table: [(String, &[&str]); 9] = [
            (ecr.clone(), &ecr_rows),
            (STANDARD.encode(format!("AWS:{ecr}")), &ecr_rows),
            (key.to_owned(), &key_rows),
            (STANDARD.encode(key), &key_rows),
            (jfrog("1795219200"), &["token id=01", "token expiry=@1795219200"]),
            (jfrog("0000000000"), &["token id=01", "token expiry=never"]),
            (jfrog("9999999999"), &["token id=01", "token expiry=9999999999"]),
            (
                format!("{alibaba}:HUSH"),
                &["token instanceId=cri-1", "token time=@1795136400", "token type=user", "token userId=1"],
            ),
            (
                format!("v1.HUSHHUSHHUSHHUSHHUSH..{client}"),
                &["token client_id=L4FAKEFAKEFAKEFAKEFAKEFAKEFAKE32"],
            ),
        ];
        for (secret, rows) in table {
            assert_eq!(shown(&secret), rows);
        }
    }

    #[test]
    fn nothing_of_a_password_is_shown() {
        let half = "v1.HUSHHUSHHUSHHUSHHUSH..short".to_owned();
        let broken = r#"{"type":"service_account","private_key":"HUSH"#.to_owned();
        for secret in ["hunter2", "foo..bar", "a.b.c", "eyes:only", "{}", "", "ghp_FAKE", "robot$x"] {
            assert_eq!(shown(secret), [""; 0], "{secret}");
        }
        assert_eq!(shown(&half), [""; 0]);
        assert_eq!(shown(&broken), [""; 0]);
        assert_eq!(decode(&[0xff, 0xfe]), []);
    }

    #[test]
    fn rows_and_values_are_bounded_and_safe() {
        let many: Vec<String> = (0..200).map(|n| format!("\"c{n}\":{n}")).collect();
        assert_eq!(shown(&token(r#"{"alg":"x"}"#, &format!("{{{}}}", many.join(",")))).len(), MOST_ROWS);

        let (long, bells) = ("ä".repeat(201), "\\u0007".repeat(300));
        let claims = format!(r#"{{"{long}":"{long}","bells":"{bells}","esc\u001b[2J":"\u202ex"}}"#);
        let rows = decode(token(r#"{"alg":"x"}"#, &claims).as_bytes());
        for row in &rows {
            let ClaimValue::Text(value) = &row.value else { panic!("{row:?}") };
            for text in [&row.name, value] {
                assert!(text.chars().count() <= MOST_CHARS + 1, "{text}");
                assert!(!text.chars().any(text::is_unsafe), "{text}");
            }
        }
        assert_eq!(rows[1].name, format!("{}…", "ä".repeat(MOST_CHARS)));
        assert_eq!(rows[3].value, ClaimValue::Text("\\u{202e}x".to_owned()));
    }
}
