//! Plays the cases of `login_outcome.json`: a registry that answers as each step says, and asserts what it is asked.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Mutex;

use pullpass::check::flow::{Login, Question, check};
use pullpass::clock::FixedClock;
use pullpass::credential::Credential;
use pullpass::net::transport::{Authorization, Body, Method, Request, Response, Transport, TransportError};
use pullpass::registry::image::Image;
use pullpass::secret::Secret;
use serde_json::{Value, json};

use super::{Verdict, same, text};

/// The registry that the cases speak of, and an image there.
const HOST: &str = "same-host";
const IMAGE: &str = "same-host:443/team/app:1";

/// Compares one case.
pub fn run(case: &Value) -> Verdict {
    let steps = case["steps"].as_array().cloned().unwrap_or_default();
    let asks = |what: &str| steps.iter().any(|step| text(step, "req").contains(what));
    let secret = || Secret::from_text("hunter2-FAKE".into());
    // A bearer that no token service gave is part of the login.
    let is_own_bearer = asks("(Bearer") && !asks(" token (");
    let login = match () {
        () if asks("refresh_token") || asks("<token>") => Login::IdentityToken(secret()),
        () if is_own_bearer => Login::RegistryToken(secret()),
        () => Login::Basic(Credential::new("jane", secret())),
    };
    let mut question = Question::new(HOST, login);
    // What the steps do not tell is not asked.
    question.thorough = false;
    if asks("/manifests/") {
        question.image = Some(Image::parse(IMAGE).map_err(|_| "no image")?);
    }
    let script = Script { steps: Mutex::new(steps.into()), odd: Mutex::new(None) };
    let clock = FixedClock("2026-11-20T00:00:00Z".parse().map_err(|error| format!("{error}"))?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let report = runtime.map_err(|error| error.to_string())?.block_on(check(&script, &question, &clock));
    if let Some(odd) = script.odd.into_inner().map_err(|error| error.to_string())? {
        return Err(odd);
    }
    let left = script.steps.into_inner().map_err(|error| error.to_string())?;
    same("steps that were not taken", &json!(0), &json!(left.len()))?;
    same("verdict", &case["verdict"], &json!(report.verdict.code()))
}

/// Answers one step after the other.
struct Script {
    steps: Mutex<VecDeque<Value>>,
    /// A request that the case does not have.
    odd: Mutex<Option<String>>,
}

impl Transport for Script {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let step = self.steps.lock().unwrap().pop_front();
        let Some(step) = step else {
            *self.odd.lock().unwrap() = Some(format!("one request too many: {}", spoken(&request)));
            return Err(TransportError::Unreachable("the case is over".into()));
        };
        let (expected, made) = (text(&step, "req"), spoken(&request));
        // What happens below HTTP is no request.
        let is_connection = !["GET ", "HEAD ", "POST "].iter().any(|method| expected.starts_with(method));
        if !is_connection && !is_same_request(expected, &made) {
            *self.odd.lock().unwrap() = Some(format!("expected the request {expected}, made {made}"));
        }
        answer(&step)
    }

    async fn resolve(&self, _: &str) -> Vec<IpAddr> {
        Vec::new()
    }
}

/// True where a case speaks of the request that was made. It may say more or less of a bearer, and more of a token's
/// user name.
fn is_same_request(expected: &str, made: &str) -> bool {
    let bare = |text: &str| text.split_inclusive([' ', '(']).take(3).collect::<String>();
    let proof = |text: &str| text.rsplit_once('(').map(|(_, proof)| proof.trim_end_matches(')').to_owned());
    let (Some(expected_proof), Some(made_proof)) = (proof(expected), proof(made)) else { return false };
    let is_alike = match made_proof.as_str() {
        made if made.starts_with("Bearer") => expected_proof.starts_with("Bearer"),
        "Basic <token>" => expected_proof.starts_with("Basic "),
        _ => false,
    };
    bare(expected) == bare(made) && (expected_proof == made_proof || is_alike)
}

/// A request as the cases write it. A registry's token service may lie below `/v2/` as well.
fn spoken(request: &Request) -> String {
    let path = match request.url.path() {
        path if path.contains("/manifests/") => "/v2/<repo>/manifests/<ref>",
        "/v2/" => "/v2/",
        _ => "token",
    };
    let proof = match (&request.body, &request.authorization) {
        (Body::Form(fields), _) => fields[0].1.expose_text().unwrap_or_default(),
        (_, authorization) => proof(authorization, path),
    };
    let method = match request.method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
    };
    format!("{method} {path} ({proof})")
}

fn answer(step: &Value) -> Result<Response, TransportError> {
    let Some(status) = step["status"].as_u64().and_then(|status| u16::try_from(status).ok()) else {
        let word = step["status"].as_str().unwrap_or_else(|| text(step, "error"));
        return Err(failure(text(step, "req"), word));
    };
    let headers = step["headers"].as_object().into_iter().flatten();
    let headers = headers.flat_map(|(name, value)| {
        let all = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        let name = name.to_lowercase();
        all.into_iter().map(move |one| (name.clone(), one.as_str().unwrap_or_default().to_owned()))
    });
    Ok(Response {
        status,
        headers: headers.collect(),
        body: Secret::from_text(text(step, "body").to_owned()),
        is_cut: false,
        proxy: None,
    })
}

/// Why there is no answer, by the case's words for where it happened and what.
fn failure(place: &str, word: &str) -> TransportError {
    let lower = word.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    match () {
        () if has(&["proxy"]) => TransportError::ProxyAuthRequired(word.into()),
        () if has(&["timeout", "refused", "reset", "eof", "found"]) => {
            TransportError::Unreachable(word.into())
        }
        () if has(&[
            "plain", "clear", "http", "not_", "not ", "no_tls", "version", "record", "message", "content",
        ]) && !has(&["not_yet", "not yet", "not_trusted", "cert"]) =>
        {
            TransportError::PlainHttpServer
        }
        () if place.starts_with("TLS") => TransportError::TlsUntrusted(word.into()),
        () => TransportError::Unreachable(word.into()),
    }
}

fn proof(authorization: &Authorization, path: &str) -> &'static str {
    match authorization {
        Authorization::Anonymous => "no auth",
        Authorization::Basic { username, .. } if username.expose() == b"<token>" => "Basic <token>",
        Authorization::Basic { .. } => "Basic",
        Authorization::Bearer(_) if path.contains("manifests") => "Bearer repo:pull",
        Authorization::Bearer(_) => "Bearer",
    }
}
