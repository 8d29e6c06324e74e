//! A registry on paper: rules that answer requests, and a list of what was asked.

use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use pullpass::check::flow::{Login, Question, Report, check};
use pullpass::clock::FixedClock;
use pullpass::credential::Credential;
use pullpass::net::transport::{Authorization, Body, Method, Request, Response, Transport, TransportError};
use pullpass::secret::Secret;

/// The password of every login here.
pub const PASSWORD: &str = "hunter2";

/// What a rule answers.
pub type Reply = Result<Response, TransportError>;

/// Answers a request by the first rule whose text the request's line begins with: `GET https://host/v2/ -`.
pub struct Fake {
    rules: Vec<(String, Reply)>,
    /// Names, and the addresses that they stand for.
    pub names: Vec<(&'static str, &'static str)>,
    /// How long an answer takes.
    pub delay: Duration,
    /// The most requests that were on their way at once.
    pub most_at_once: AtomicUsize,
    running: AtomicUsize,
    asked: Mutex<Vec<String>>,
}

impl Fake {
    pub fn new(rules: &[(&str, Reply)]) -> Self {
        let rules = rules.iter().map(|(line, reply)| ((*line).to_owned(), reply.clone())).collect();
        Self {
            rules,
            names: Vec::new(),
            delay: Duration::ZERO,
            most_at_once: AtomicUsize::default(),
            running: AtomicUsize::default(),
            asked: Mutex::default(),
        }
    }

    /// Every request, a line each.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Transport for &Fake {
    async fn send(&self, request: Request) -> Reply {
        (*self).send(request).await
    }

    async fn resolve(&self, host: &str) -> Vec<IpAddr> {
        (*self).resolve(host).await
    }
}

impl Transport for Fake {
    async fn send(&self, request: Request) -> Reply {
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(self.delay).await;
        self.running.fetch_sub(1, Ordering::SeqCst);
        let line = line(&request);
        self.asked.lock().unwrap().push(line.clone());
        let rule = self.rules.iter().find(|(begin, _)| line.starts_with(begin));
        rule.map_or_else(
            || Err(TransportError::Unreachable(format!("no rule for {line}"))),
            |(_, reply)| reply.clone(),
        )
    }

    async fn resolve(&self, host: &str) -> Vec<IpAddr> {
        let known = self.names.iter().filter(|(name, _)| *name == host);
        known.map(|(_, address)| address.parse().unwrap()).collect()
    }
}

/// The request as one line: method, address, proof, form.
fn line(request: &Request) -> String {
    let text = |secret: &Secret| secret.expose_text().unwrap().to_owned();
    let proof = match &request.authorization {
        Authorization::Anonymous => "-".to_owned(),
        Authorization::Basic { username, password } => format!("basic {}:{}", text(username), text(password)),
        Authorization::Bearer(token) => format!("bearer {}", text(token)),
    };
    let method = match request.method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
    };
    let fields = match &request.body {
        Body::Form(fields) => fields.as_slice(),
        Body::Empty | Body::Text { .. } => &[],
    };
    let form: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
    format!("{method} {} {proof} {}", request.url, form.join(" ")).trim_end().to_owned()
}

/// An answer.
#[allow(clippy::unnecessary_wraps)] // a rule holds failures too
pub fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    Ok(Response {
        status,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: Secret::from_text(body.to_owned()),
        is_cut: false,
        proxy: None,
    })
}

/// 401 with this challenge.
pub fn challenge(text: &str) -> Reply {
    reply(401, &[("www-authenticate", text)], "")
}

pub fn ok() -> Reply {
    reply(200, &[], "")
}

pub fn status(status: u16) -> Reply {
    reply(status, &[], "")
}

pub fn secret(text: &str) -> Secret {
    Secret::from_text(text.to_owned())
}

pub fn jane() -> Login {
    Login::Basic(Credential::new("jane", secret(PASSWORD)))
}

pub fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

/// Runs with a clock that leaps over every wait.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    let builder = &mut tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(future)
}

/// Checks to the end.
pub fn run(fake: &Fake, question: &Question) -> Report {
    at_once(check(fake, question, &FixedClock(now())))
}
