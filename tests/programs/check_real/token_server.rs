//! A token server (distribution's `docs/spec/auth/token.md` and `oauth.md`) that a real registry believes.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use pullpass::clock::{Clock as _, SystemClock};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, SigningKey as _};
use serde_json::{Value, json};
use url::Url;

use super::server::{Asked, Server, reply};
use crate::support::MARKER;
use crate::support::tokens::auth;

/// May pull and push what lies below `team/`; the password is the marker.
pub const WRITER: &str = "jane";
/// May only pull it; the password is the marker too.
pub const READER: &str = "reader";
/// The refresh token of [`WRITER`].
pub const REFRESH_TOKEN: &str = "hunter2-refresh";

/// What signs, and what the registry believes.
pub struct Signer {
    key: KeyPair,
    certificate: rcgen::Certificate,
}

impl Signer {
    pub fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let certificate = CertificateParams::default().self_signed(&key).unwrap();
        Self { key, certificate }
    }

    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    fn token(&self, user: Option<&str>, scopes: &[String]) -> String {
        let now = SystemClock.now().as_second();
        let head = json!({"typ": "JWT", "alg": "RS256", "x5c": [STANDARD.encode(self.certificate.der())]});
        let access: Vec<Value> = scopes.iter().filter_map(|scope| granted(user, scope)).collect();
        let claims = json!({"iss": "test", "sub": user.unwrap_or_default(), "aud": "a test", "iat": now,
                            "nbf": now - 60, "exp": now + 300, "jti": "1", "access": access});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&head), part(&claims));
        let signature = self.key.sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What a user gets of what was asked: everything that is allowed, or nothing.
fn granted(user: Option<&str>, scope: &str) -> Option<Value> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, wanted) = rest.rsplit_once(':')?;
    let allowed: &[&str] = match (user, name.split('/').next()?) {
        (Some(WRITER), "team") => &["pull", "push"],
        (Some(READER), "team") | (_, "public") => &["pull"],
        _ => &[],
    };
    let actions: Vec<&str> = wanted.split(',').filter(|action| allowed.contains(action)).collect();
    (!actions.is_empty()).then(|| json!({"type": kind, "name": name, "actions": actions}))
}

/// Answers at `/token`.
pub fn start(signer: Signer) -> Server {
    Server::plain(move |asked, wire| wire.write_all(answer(&signer, asked).as_bytes()))
}

fn answer(signer: &Signer, asked: &Asked) -> String {
    let path = asked.line.split(' ').nth(1).unwrap_or_default();
    let refused = reply(401, "", &json!({"details": "incorrect username or password"}).to_string());
    if asked.line.starts_with("POST") {
        let form: BTreeMap<_, _> = url::form_urlencoded::parse(&asked.body).into_owned().collect();
        let is_known = form.get("refresh_token").is_some_and(|token| token == REFRESH_TOKEN);
        let scopes: Vec<String> =
            form.get("scope").into_iter().flat_map(|scope| scope.split(' ')).map(str::to_owned).collect();
        let body = json!({"access_token": signer.token(Some(WRITER), &scopes)});
        return if is_known { reply(200, "", &body.to_string()) } else { refused };
    }
    let user = match asked.header("authorization").and_then(|value| value.strip_prefix("Basic ")) {
        None => None,
        Some(pair) => match [WRITER, READER].into_iter().find(|user| auth(user, MARKER) == pair) {
            None => return refused,
            known => known,
        },
    };
    let address = Url::parse("http://token").and_then(|base| base.join(path)).unwrap();
    let values = address.query_pairs().filter(|(name, _)| name == "scope");
    let scopes: Vec<String> = values.map(|(_, value)| value.into_owned()).collect();
    reply(200, "", &json!({"token": signer.token(user, &scopes), "expires_in": 300}).to_string())
}
