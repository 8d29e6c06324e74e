//! A home folder, variables, and servers on paper.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use jiff::Timestamp;
use pullpass::clock::FixedClock;
use pullpass::credential::Credential;
use pullpass::net::transport::{Authorization, Body, Method, Request, Response, Transport, TransportError};
use pullpass::refresh::error::{Cause, Meaning};
use pullpass::refresh::{Context, Environment, MintError, Minted, Order, Profile, mint};
use pullpass::secret::Secret;
use tempfile::TempDir;

/// A registry in Ireland.
pub const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/// When everything happens.
pub fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

/// So many seconds later.
pub fn later(seconds: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + seconds).unwrap()
}

/// What a server does with a request.
#[derive(Clone)]
pub enum Reply {
    Answer(Response),
    TransportError(TransportError),
    /// It never answers.
    Silence,
}

/// An answer.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let body = Secret::from_text(body.to_owned());
    Reply::Answer(Response { status, headers, body, is_cut: false, proxy: None })
}

/// There is no such host.
pub fn no_host() -> Reply {
    Reply::TransportError(TransportError::Unreachable("There is no such host.".to_owned()))
}

/// One request as it was sent.
pub struct Asked {
    /// Method, address and proof.
    pub line: String,
    headers: Vec<(&'static str, String)>,
    /// The content type and the text, or the fields of a form.
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

/// Answers with what was written down, in this order.
#[derive(Default)]
pub struct Server {
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<Asked>>,
}

impl Server {
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self { replies: Mutex::new(replies.into_iter().collect()), asked: Mutex::default() }
    }

    /// What was asked; all answers must have been taken.
    pub fn asked(&self) -> Vec<Asked> {
        assert_eq!(self.replies.lock().unwrap().len(), 0, "nobody asked for these");
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    pub fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

impl Transport for Server {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.asked.lock().unwrap().push(asked(&request));
        let reply = self.replies.lock().unwrap().pop_front();
        match reply.unwrap_or_else(|| panic!("one request too many: {}", request.url)) {
            Reply::Answer(response) => Ok(response),
            Reply::TransportError(failure) => Err(failure),
            Reply::Silence => std::future::pending().await,
        }
    }

    async fn resolve(&self, _: &str) -> Vec<IpAddr> {
        Vec::new()
    }
}

fn asked(request: &Request) -> Asked {
    let text = |secret: &Secret| secret.expose_text().unwrap().to_owned();
    let method = match request.method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
    };
    let proof = match &request.authorization {
        Authorization::Anonymous => String::new(),
        Authorization::Basic { username, password } => format!(" {}:{}", text(username), text(password)),
        Authorization::Bearer(token) => format!(" bearer {}", text(token)),
    };
    let body = match &request.body {
        Body::Empty => String::new(),
        Body::Form(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
            fields.join("&")
        }
        Body::Text { content_type, bytes } => format!("{content_type} {}", text(bytes)),
    };
    Asked {
        line: format!("{method} {}{proof}", request.url),
        headers: request.headers.iter().map(|(name, value)| (*name, text(value))).collect(),
        body,
    }
}

/// A home folder that is also the only folder of PATH.
pub struct World {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl World {
    pub fn new(variables: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let folder = tempfile::tempdir().unwrap();
        Self { folder, variables: variables.iter().map(own).collect() }
    }

    /// With an AWS key in the environment.
    pub fn with_keys() -> Self {
        Self::new(&[("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "opensesame")])
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    /// Adds a program. Another process writes it: one that is open for writing here could not be run.
    pub fn program(&self, name: &str, script: &str) {
        let mut shell = Command::new("sh")
            .args(["-c", "cat >\"$0\" && chmod 755 \"$0\""])
            .arg(self.path(name))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let text = format!("#!/bin/sh\nD='{}'\n{script}\n", self.folder.path().display());
        shell.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(shell.wait().unwrap().success());
    }

    /// The arguments that a program was given, a line each, if its script wrote them down.
    pub fn arguments(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("arguments")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub fn environment(&self) -> Environment {
        Environment::capture(Some(self.folder.path().into()), |name| match name {
            "PATH" => Some(self.folder.path().into()),
            name => {
                let known = self.variables.iter().rev().find(|(known, _)| known == name);
                known.map(|(_, value)| OsString::from(value))
            }
        })
    }

    /// Mints at [`now`] with a clock that leaps over every wait. For programs, see [`Self::mint_by_program`].
    pub fn mint(&self, server: &Server, key: &str, profile: &Profile) -> Result<Minted, MintError> {
        self.mint_at(now(), server, key, profile)
    }

    pub fn mint_at(
        &self,
        at: Timestamp,
        server: &Server,
        key: &str,
        profile: &Profile,
    ) -> Result<Minted, MintError> {
        let builder = &mut tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        runtime.block_on(self.minting(at, server, key, profile))
    }

    /// Mints in real time, without any server.
    pub fn mint_by_program(&self, key: &str, profile: &Profile) -> Result<Minted, MintError> {
        self.mint_in_real_time(&Server::default(), key, profile)
    }

    pub fn mint_in_real_time(
        &self,
        server: &Server,
        key: &str,
        profile: &Profile,
    ) -> Result<Minted, MintError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.minting(now(), server, key, profile))
    }

    async fn minting(
        &self,
        at: Timestamp,
        server: &Server,
        key: &str,
        profile: &Profile,
    ) -> Result<Minted, MintError> {
        let kept = |name: &str| (name == "sauce key").then(|| Credential::new("kept", secret("kept-key")));
        let environment = self.environment();
        let context =
            Context { transport: server, environment: &environment, clock: &FixedClock(at), kept: &kept };
        mint(&Order { key, username: "jane", profile }, &context).await
    }
}

pub fn secret(text: &str) -> Secret {
    Secret::from_text(text.to_owned())
}

/// A profile of this kind, without any setting.
pub fn ecr() -> Profile {
    Profile::Ecr { aws_profile: None, region: None }
}

/// What Amazon answers: a password that ends then.
pub fn authorization(password: &str, ends: Timestamp) -> String {
    use base64::Engine as _;
    let token = base64::engine::general_purpose::STANDARD.encode(format!("AWS:{password}"));
    let ends = ends.as_second();
    format!(
        r#"{{"authorizationData":[{{"authorizationToken":"{token}","expiresAt":{ends}.5,"proxyEndpoint":"x"}}]}}"#
    )
}

/// A password that lives 12 hours.
pub fn granted() -> Reply {
    answer(200, &[], &authorization("pw", later(43_200)))
}

/// An error of Amazon's.
pub fn error(code: &str, message: &str) -> String {
    serde_json::json!({ "__type": code, "message": message }).to_string()
}

/// What a refusal means, and the whole line about it.
pub fn refusal(error: &MintError) -> (Meaning, String) {
    match &error.cause {
        Cause::Refused(refused) => (refused.meaning, error.to_string()),
        _ => panic!("no refusal: {error}"),
    }
}
