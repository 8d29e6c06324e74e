//! What an answer says in words. It may hold anything, the login itself included.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::check::flow::login::{Login, TOKEN_USERS};
use crate::net::transport::Response;
use crate::secret::Secret;

/// The longest part of a body that is looked at.
const MOST_BYTES: usize = 4096;
/// Shorter than this, a secret is part of ordinary words: masking it would tell more than it hides.
const LEAST_MASKED: usize = 4;

/// The words of an answer as they came; `None` where it has none for people.
pub(super) fn words(answer: &Response) -> Option<String> {
    from_json(answer).or_else(|| from_text(answer)).or_else(|| from_challenge(answer))
}

/// docker reads `details` first: Docker Hub writes it (vendored `client/errors.go`). Else the first of `errors`.
fn from_json(answer: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(answer.body.expose()).ok()?;
    let first = &body["errors"][0];
    let texts = [
        &body["details"],
        &first["message"],
        &first["code"],
        &body["error_description"],
        &body["message"],
        &body["error"],
    ];
    texts.into_iter().filter_map(Value::as_str).find(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// A body of plain text; a page of HTML or half of some JSON is none.
fn from_text(answer: &Response) -> Option<String> {
    let body = answer.body.expose();
    let text = String::from_utf8_lossy(&body[..body.len().min(MOST_BYTES)]);
    let text = text.trim();
    let is_words = !text.is_empty() && !text.starts_with(['<', '{', '[']);
    is_words.then(|| text.to_owned())
}

fn from_challenge(answer: &Response) -> Option<String> {
    let challenges = crate::check::challenge::Challenges::read(answer.header("www-authenticate"));
    let said = |name| challenges.list.iter().find_map(|one| one.param(name)).map(str::to_owned);
    said("error_description").or_else(|| said("error"))
}

/// A server's text without any part of the login, or of the token that was given for it.
pub(super) fn masked(text: String, of: &Login, granted: Option<&Secret>) -> String {
    let mut text = text;
    for secret in secrets(of, granted) {
        if secret.len() >= LEAST_MASKED && text.contains(secret.as_str()) {
            text = text.replace(secret.as_str(), "•••");
        }
    }
    text
}

/// The forms in which an answer could repeat a login: each in which it was sent.
fn secrets(of: &Login, granted: Option<&Secret>) -> Vec<Zeroizing<String>> {
    let text = |secret: &Secret| Zeroizing::new(String::from_utf8_lossy(secret.expose()).into_owned());
    let pair = |username: &[u8], password: &Secret| {
        let pair = Zeroizing::new([username, b":", password.expose()].concat());
        Zeroizing::new(STANDARD.encode(&pair))
    };
    let mut all: Vec<_> = granted.map(text).into_iter().collect();
    match of {
        Login::Basic(login) => {
            all.extend([pair(login.username.as_bytes(), &login.secret), text(&login.secret)]);
            // A user name may be the secret itself, as at DigitalOcean.
            all.extend(login.is_username_secret().then(|| Zeroizing::new(login.username.clone())));
        }
        Login::IdentityToken(token) => {
            let in_form = form_urlencoded::byte_serialize(token.expose()).collect();
            all.extend(TOKEN_USERS.map(|user| pair(user.as_bytes(), token)));
            all.extend([text(token), Zeroizing::new(in_form)]);
        }
        Login::RegistryToken(token) => all.push(text(token)),
        Login::Anonymous => {}
    }
    all
}
