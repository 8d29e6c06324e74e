//! What a helper's output means to each language's client.
//!
//! Sources: docker-credential-helpers 0.9 `client/client.go`; docker-py 7.2.0 `credentials/store.py`; oras-py 0.2.43
//! `auth/base.py`; testcontainers for Node 12.2.0 `credential-provider.js`; `docker_credential` 1.4.0 `helper.rs`; Dev
//! Containers CLI 0.89.0 (`devContainersSpecCLI.js`).

use serde_json::value::RawValue;

use crate::config::document::{self, Member};
use crate::credential::TOKEN_USERNAME;
use crate::credential_helper::NotJson;
use crate::credential_helper::protocol::{self, NOT_FOUND};
use crate::resolve::jsonc;
use crate::resolve::trace::Sent;
use crate::secret::Secret;
use crate::text;

/// What a helper told a tool.
#[derive(Debug)]
pub enum Told {
    /// A login.
    Login(Creds),
    /// Success, with neither a user name nor a secret.
    Empty,
    /// It has none.
    NotFound,
    /// The program is not on PATH.
    Missing,
    /// It ended with an exit status other than 0 and other words; those.
    Failed(String),
    /// It ended well, and what it wrote makes no sense to the tool.
    Unreadable,
}

/// A login as a helper told it.
#[derive(Debug)]
pub struct Creds {
    /// The user name; `None` where nobody fetched it.
    pub username: Option<String>,
    /// The secret; `None` where nobody fetched it.
    pub secret: Option<Secret>,
}

impl Creds {
    /// What goes out: the user name `<token>` marks an identity token.
    pub fn sent(self) -> Sent {
        if self.username.as_deref() == Some(TOKEN_USERNAME) {
            return Sent::identity(self.secret);
        }
        Sent { username: self.username, password: self.secret, ..Sent::default() }
    }

    /// True where one of the two is known to be empty.
    pub fn lacks_a_part(&self) -> bool {
        self.username.as_deref() == Some("") || self.secret.as_ref().is_some_and(Secret::is_empty)
    }
}

/// Reads an output with its exit status.
pub type Reader = fn(&[u8], i32) -> Told;

/// The clients in Go.
pub fn go(stdout: &[u8], exit: i32) -> Told {
    if exit != 0 {
        return if protocol::is_not_found(stdout) { Told::NotFound } else { failed(stdout) };
    }
    if stdout.starts_with("\u{feff}".as_bytes()) {
        return Told::Unreadable;
    }
    match protocol::read_answer(stdout) {
        Ok(protocol::Reply::Login(answer)) => {
            let login = answer.credential;
            Told::Login(Creds { username: Some(login.username), secret: Some(login.secret) })
        }
        Ok(protocol::Reply::Empty(_)) => Told::Empty,
        Ok(protocol::Reply::NotFound) => Told::NotFound,
        Err(NotJson) => Told::Unreadable,
    }
}

/// docker-py: "not found" may stand anywhere in the output.
pub fn docker_py(stdout: &[u8], exit: i32) -> Told {
    match oras_py(stdout, exit) {
        Told::Failed(_) if String::from_utf8_lossy(stdout).contains(NOT_FOUND) => Told::NotFound,
        Told::Login(creds) if is_both_empty(&creds) => Told::Empty,
        told => told,
    }
}

/// oras-py: both members must be there under their exact names.
pub fn oras_py(stdout: &[u8], exit: i32) -> Told {
    if exit != 0 {
        return failed(stdout);
    }
    match strict(stdout).and_then(|members| Some((exact(&members, "Username")?, exact(&members, "Secret")?)))
    {
        Some((username, secret)) => Told::Login(creds(&username, secret)),
        None => Told::Unreadable,
    }
}

/// `docker_credential`: as oras-py, and a double is an error.
pub fn rust(stdout: &[u8], exit: i32) -> Told {
    let once =
        |name| strict(stdout).is_some_and(|m| m.iter().filter(|(found, _)| found == name).count() == 1);
    match oras_py(stdout, exit) {
        Told::Login(_) if !once("Username") || !once("Secret") => Told::Unreadable,
        told => told,
    }
}

/// testcontainers for Node: a missing member is an empty one.
pub fn node(stdout: &[u8], exit: i32) -> Told {
    if exit != 0 {
        return failed(stdout);
    }
    let Some(members) = strict(stdout) else { return Told::Unreadable };
    let text = |name| exact(&members, name).unwrap_or_else(|| Secret::new(Vec::new()));
    Told::Login(creds(&text("Username"), text("Secret")))
}

/// Dev Containers CLI: comments and trailing commas do not matter, a missing member becomes the word "undefined".
pub fn devcontainers(stdout: &[u8], exit: i32) -> Told {
    if exit != 0 {
        return failed(stdout);
    }
    let text = String::from_utf8_lossy(stdout);
    let Some(clean) = jsonc::strict(&text).filter(|_| !text.is_empty()) else { return Told::Unreadable };
    let Some(members) = strict(clean.as_bytes()) else { return Told::Unreadable };
    let text = |name| exact(&members, name).unwrap_or_else(|| Secret::from_text("undefined".to_owned()));
    Told::Login(creds(&text("Username"), text("Secret")))
}

fn failed(stdout: &[u8]) -> Told {
    Told::Failed(text::safe(String::from_utf8_lossy(stdout).trim()).into_owned())
}

/// The members of one JSON object with nothing behind it.
fn strict(stdout: &[u8]) -> Option<Vec<Member<'_>>> {
    document::object(serde_json::from_slice::<&RawValue>(stdout).ok()?)
}

fn exact(members: &[Member<'_>], wanted: &str) -> Option<Secret> {
    let (_, value) = members.iter().rev().find(|(name, _)| name == wanted)?;
    document::string(value).map(|text| Secret::from_text(text.into_owned()))
}

fn creds(username: &Secret, secret: Secret) -> Creds {
    Creds { username: username.expose_text().map(str::to_owned), secret: Some(secret) }
}

fn is_both_empty(creds: &Creds) -> bool {
    creds.username.as_deref() == Some("") && creds.secret.as_ref().is_some_and(Secret::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(told: &Told) -> &'static str {
        match told {
            Told::Login(_) => "login",
            Told::Empty => "empty",
            Told::NotFound => "not found",
            Told::Missing => "missing",
            Told::Failed(_) => "failed",
            Told::Unreadable => "unreadable",
        }
    }

    #[test]
    fn each_client_makes_its_own_of_an_output() {
        let readers: [Reader; 6] = [go, docker_py, oras_py, rust, node, devcontainers];
        let good = r#"{"Username":"u","Secret":"s"}"#;
        let table: &[(&str, i32, [&str; 6])] = &[
            (good, 0, ["login"; 6]),
            (good, 1, ["failed"; 6]),
            (
                "credentials not found in native keychain\n",
                1,
                ["not found", "not found", "failed", "failed", "failed", "failed"],
            ),
            (
                "x: credentials not found in native keychain",
                1,
                ["failed", "not found", "failed", "failed", "failed", "failed"],
            ),
            ("", 0, ["unreadable"; 6]),
            ("WARNING\n{\"Username\":\"u\",\"Secret\":\"s\"}", 0, ["unreadable"; 6]),
            (
                "{\"Username\":\"u\",\"Secret\":\"s\"} x",
                0,
                ["login", "unreadable", "unreadable", "unreadable", "unreadable", "unreadable"],
            ),
            (
                "{\"Username\":\"\",\"Secret\":\"\"}",
                0,
                ["empty", "empty", "login", "login", "login", "login"],
            ),
            (
                "{\"username\":\"u\",\"secret\":\"s\"}",
                0,
                ["login", "unreadable", "unreadable", "unreadable", "login", "login"],
            ),
            (
                "{\"Username\":\"u\",\"Username\":\"v\",\"Secret\":\"s\"}",
                0,
                ["login", "login", "login", "unreadable", "login", "login"],
            ),
            (
                "{\"Username\":\"u\"}",
                0,
                ["login", "unreadable", "unreadable", "unreadable", "login", "login"],
            ),
            (
                "{\"Username\":\"u\",\"Secret\":\"s\",} // x",
                0,
                ["unreadable", "unreadable", "unreadable", "unreadable", "unreadable", "unreadable"],
            ),
        ];
        for (stdout, exit, words) in table {
            let found = readers.map(|read| word(&read(stdout.as_bytes(), *exit)));
            assert_eq!(found, *words, "{stdout:?} {exit}");
        }
    }
}
