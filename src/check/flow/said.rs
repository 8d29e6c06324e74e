//! What an answer says in words. It may hold anything, the login itself included.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::check::flow::Login;
use crate::check::transport::Response;

/// The longest part of a body that is looked at.
const MOST_BYTES: usize = 4096;
/// Shorter than this, a secret is part of ordinary words: masking it would tell more than it hides.
const LEAST_MASKED: usize = 4;

/// The words of an answer, without any part of the login; `None` where it has none for people.
pub(super) fn words(answer: &Response, login: &Login) -> Option<String> {
    let found = from_json(answer).or_else(|| from_text(answer)).or_else(|| from_challenge(answer))?;
    Some(masked(found, login))
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

/// A server's text without any part of the login.
pub(super) fn masked(text: String, login: &Login) -> String {
    let mut text = text;
    for secret in secrets(login) {
        if secret.len() >= LEAST_MASKED && text.contains(secret.as_str()) {
            text = text.replace(secret.as_str(), "•••");
        }
    }
    text
}

/// The forms in which an answer could repeat a login.
fn secrets(login: &Login) -> Vec<Zeroizing<String>> {
    let text = |bytes: &[u8]| Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    match login {
        Login::Basic { username, password } => {
            let pair = Zeroizing::new([username.expose(), b":", password.expose()].concat());
            vec![Zeroizing::new(STANDARD.encode(&pair)), text(password.expose())]
        }
        Login::IdentityToken(token) | Login::RegistryToken(token) => vec![text(token.expose())],
    }
}
