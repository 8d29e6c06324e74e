//! Is a helper: one run of `docker-credential-NAME`, over whatever keeps the logins.
//!
//! Source of every byte: docker-credential-helpers 594c023 `credentials/credentials.go` (`Serve`, `HandleCommand`).

use std::collections::BTreeMap;
use std::io::Read;

use zeroize::Zeroizing;

use super::json_text;
use super::protocol::{self, NOT_FOUND};
use super::request;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// What keeps the logins that a helper serves.
pub trait Records {
    /// The login under this key.
    ///
    /// # Errors
    /// The logins cannot be read.
    fn get(&self, key: &str) -> Result<Option<Credential>>;

    /// Keeps a login in the place of any other under this key.
    ///
    /// # Errors
    /// The login cannot be kept.
    fn store(&self, key: &str, login: Credential) -> Result<()>;

    /// Forgets the login under this key. That there is none is no error.
    ///
    /// # Errors
    /// The logins cannot be changed.
    fn erase(&self, key: &str) -> Result<()>;

    /// The user name of every login by its key.
    ///
    /// # Errors
    /// The logins cannot be read.
    fn list(&self) -> Result<BTreeMap<String, String>>;
}

/// What one run prints, and its exit status.
#[derive(Debug)]
pub struct Reply {
    /// 0, or 1 for any failure.
    pub exit: u8,
    /// All of it goes to standard output, failures too: docker reads nothing else.
    pub stdout: Secret,
    /// It is a failure that belongs on standard error too: docker before 29 says nothing of what a helper printed.
    pub is_said_twice: bool,
}

impl Reply {
    fn failure(message: String) -> Self {
        Self { exit: 1, stdout: Secret::from_text(message), is_said_twice: false }
    }
}

/// Serves one run. `program` is the name in its messages, `arguments` all that follow it on the command line.
/// Standard input is read only by the actions that need it.
pub fn serve(program: &str, arguments: &[String], stdin: impl Read, records: &impl Records) -> Reply {
    let usage = format!("Usage: {program} <store|get|erase|list|version>\n");
    let [argument] = arguments else { return Reply::failure(usage) };
    let answer = match argument.as_str() {
        "--help" | "-h" => Ok(Zeroizing::new(usage)),
        "--version" | "-v" | "version" => Ok(Zeroizing::new(version(program))),
        "get" => get(stdin, records),
        "store" => store(stdin, records),
        "erase" => erase(stdin, records),
        "list" => list(records),
        action => Err(format!("{program}: unknown action: {action}")),
    };
    match answer {
        Ok(text) => Reply { exit: 0, stdout: Secret::new(text.as_bytes().to_vec()), is_said_twice: false },
        Err(message) => {
            let is_said_twice = argument == "get" && message != NOT_FOUND;
            Reply { is_said_twice, ..Reply::failure(message + "\n") }
        }
    }
}

type Answer = std::result::Result<Zeroizing<String>, String>;

fn get(stdin: impl Read, records: &impl Records) -> Answer {
    let key = request::read_key(stdin)?;
    let login = records.get(&key).map_err(|error| line(&error))?.ok_or(NOT_FOUND)?;
    protocol::login_message(&key, &login)
        .ok_or_else(|| "the secret is not text, and this protocol carries nothing else".to_owned())
}

fn store(stdin: impl Read, records: &impl Records) -> Answer {
    let (key, login) = request::read_login(stdin)?;
    records.store(&key, login).map_err(|error| line(&error))?;
    Ok(Zeroizing::default())
}

fn erase(stdin: impl Read, records: &impl Records) -> Answer {
    let key = request::read_key(stdin)?;
    records.erase(&key).map_err(|error| line(&error))?;
    Ok(Zeroizing::default())
}

fn list(records: &impl Records) -> Answer {
    let logins = records.list().map_err(|error| line(&error))?;
    let mut text = String::from("{");
    for (at, (key, username)) in logins.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        json_text::push_escaped(&mut text, key);
        text.push(':');
        json_text::push_escaped(&mut text, username);
    }
    text.push_str("}\n");
    Ok(Zeroizing::new(text))
}

/// As `--version` of docker's own helpers: name, package, version.
fn version(program: &str) -> String {
    format!("{program} ({}) v{}\n", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
}

/// docker shows what the helper printed inside a sentence of its own, so an error and its next step are one line.
fn line(error: &Error) -> String {
    let parts = std::iter::once(error.what.as_str()).chain(error.hints.first().map(String::as_str));
    parts.collect::<Vec<_>>().join(" ").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    /// Logins that cannot be read.
    struct LockedAway;

    impl Records for LockedAway {
        fn get(&self, _: &str) -> Result<Option<Credential>> {
            Err(Error::new(Kind::Locked, "The vault is locked.").hint("Unlock it: pullpass vault unlock"))
        }
        fn store(&self, _: &str, _: Credential) -> Result<()> {
            self.get("").map(drop)
        }
        fn erase(&self, _: &str) -> Result<()> {
            self.get("").map(drop)
        }
        fn list(&self) -> Result<BTreeMap<String, String>> {
            self.get("").map(|_| BTreeMap::new())
        }
    }

    fn run(arguments: &[&str], stdin: &str) -> (u8, String) {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let reply = serve("docker-credential-x", &arguments, stdin.as_bytes(), &LockedAway);
        (reply.exit, reply.stdout.expose_text().unwrap().to_owned())
    }

    #[test]
    fn a_locked_vault_is_one_line_on_standard_output() {
        let login = r#"{"ServerURL":"r","Username":"u","Secret":"s"}"#;
        for (action, stdin) in [("get", "r"), ("store", login), ("erase", "r"), ("list", "")] {
            let answer = run(&[action], stdin);
            assert_eq!(
                answer,
                (1, "The vault is locked. Unlock it: pullpass vault unlock\n".into()),
                "{action}"
            );
        }
    }

    #[test]
    fn arguments_are_counted_and_options_known() {
        let usage = "Usage: docker-credential-x <store|get|erase|list|version>\n";
        let version = concat!("docker-credential-x (pullpass) v", env!("CARGO_PKG_VERSION"), "\n");
        let table: &[(&[&str], u8, &str)] = &[
            (&[], 1, usage),
            (&["get", "x"], 1, usage),
            (&["--help", "x"], 1, usage),
            (&["--help"], 0, usage),
            (&["-h"], 0, usage),
            (&["help"], 1, "docker-credential-x: unknown action: help\n"),
            (&["GET"], 1, "docker-credential-x: unknown action: GET\n"),
            (&["version"], 0, version),
            (&["--version"], 0, version),
            (&["-v"], 0, version),
        ];
        for (arguments, exit, stdout) in table {
            assert_eq!(run(arguments, ""), (*exit, (*stdout).to_owned()), "{arguments:?}");
        }
    }
}
