//! Asks helpers: found on PATH only, one question at a time for each helper, helpers beside each other.

use std::collections::HashMap;
use std::ffi::OsString;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::{Action, HelperError, last_words};
use super::name::HelperName;
use super::output::NotJson;
use super::protocol::{self, Answer, Listed, Reply};
use crate::credential::Credential;
use crate::error::plain_reason;
use crate::process::{self, Call, Finished, Limits, Stopped};
use crate::secret::Secret;

/// Runs helpers. Share one: the turns of a helper are kept in it.
#[derive(Debug)]
pub struct Client {
    path_var: OsString,
    limits: Limits,
    variables: Vec<(OsString, Option<OsString>)>,
    turns: Mutex<HashMap<HelperName, Arc<tokio::sync::Mutex<()>>>>,
}

impl Client {
    /// A client that looks for helpers in the folders of `path_var`, which has the form of the variable PATH.
    ///
    /// Only absolute folders count: an empty or relative one would mean the current directory.
    pub fn new(path_var: impl Into<OsString>, limits: Limits) -> Self {
        Self { path_var: path_var.into(), limits, variables: Vec::new(), turns: Mutex::default() }
    }

    /// Sets a variable for the helpers, or takes it away. All others are ours: helpers need HOME, the session bus etc.
    #[must_use]
    pub fn variable(mut self, name: impl Into<OsString>, value: Option<OsString>) -> Self {
        self.variables.push((name.into(), value));
        self
    }

    /// The login that the helper keeps under this key.
    pub async fn get(&self, name: &HelperName, key: &str) -> Result<Option<Answer>, HelperError> {
        Ok(self.reply(name, key).await?.into_answer())
    }

    /// As [`Self::get`], but tells an empty answer from "not found".
    pub async fn reply(&self, name: &HelperName, key: &str) -> Result<Reply, HelperError> {
        let finished = self.run(name, Action::Get, key.as_bytes()).await?;
        if finished.status.success() {
            return protocol::read_answer(&finished.stdout)
                .map_err(|NotJson| self.unreadable(name, Action::Get, &finished));
        }
        if protocol::is_not_found(&finished.stdout) {
            return Ok(Reply::NotFound);
        }
        Err(failure(name, Action::Get, &finished, None))
    }

    /// All logins that the helper keeps, without their secrets.
    pub async fn list(&self, name: &HelperName) -> Result<Vec<Listed>, HelperError> {
        let finished = self.run(name, Action::List, protocol::LIST_INPUT.as_bytes()).await?;
        if !finished.status.success() {
            return Err(failure(name, Action::List, &finished, None));
        }
        protocol::read_list(name, &finished.stdout)
            .map_err(|NotJson| self.unreadable(name, Action::List, &finished))
    }

    /// Gives the helper a login to keep.
    pub async fn store(&self, name: &HelperName, key: &str, login: &Credential) -> Result<(), HelperError> {
        let request = protocol::login_message(key, login)
            .ok_or_else(|| HelperError::SecretNotText { program: name.program() })?;
        let finished = self.run(name, Action::Store, request.as_bytes()).await?;
        if finished.status.success() {
            return Ok(());
        }
        Err(failure(name, Action::Store, &finished, Some(&login.secret)))
    }

    /// Makes the helper forget a login. That there was none is no error.
    pub async fn erase(&self, name: &HelperName, key: &str) -> Result<(), HelperError> {
        let finished = self.run(name, Action::Erase, key.as_bytes()).await?;
        if finished.status.success() || protocol::is_not_found(&finished.stdout) {
            return Ok(());
        }
        Err(failure(name, Action::Erase, &finished, None))
    }

    async fn run(&self, name: &HelperName, action: Action, input: &[u8]) -> Result<Finished, HelperError> {
        let program = process::find_on_path(&self.path_var, &name.program())
            .ok_or_else(|| HelperError::NotFound { program: name.program() })?;
        let turn = self.turn(name);
        let _until_done = turn.lock().await;
        let call = Call {
            program: &program,
            arguments: &[action.as_str()],
            input,
            variables: &self.variables,
            limits: self.limits,
        };
        process::run(&call).await.map_err(|stopped| self.stopped(name, action, &stopped))
    }

    /// The lock that makes the runs of one helper wait for each other: gcloud's fails when run twice at once.
    fn turn(&self, name: &HelperName) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(name.clone()).or_default())
    }

    fn stopped(&self, name: &HelperName, action: Action, stopped: &Stopped) -> HelperError {
        let program = name.program();
        match stopped {
            Stopped::TimedOut => HelperError::Timeout { program, action, limit: self.limits.time },
            Stopped::TooMuchOutput => {
                HelperError::OutputTooLarge { program, action, limit: self.limits.output }
            }
            Stopped::System(error) => HelperError::Failed {
                program,
                action,
                how: format!("could not be run: {}", plain_reason(error)),
                said: String::new(),
                hint: None,
            },
        }
    }

    fn unreadable(&self, name: &HelperName, action: Action, finished: &Finished) -> HelperError {
        let program = name.program();
        if finished.cut_short {
            return HelperError::Timeout { program, action, limit: self.limits.time };
        }
        HelperError::BadJson { program, action }
    }
}

fn failure(name: &HelperName, action: Action, finished: &Finished, given: Option<&Secret>) -> HelperError {
    let (said, hint) = last_words(&finished.stdout, &finished.stderr, given.map(Secret::expose));
    HelperError::Failed {
        program: name.program(),
        action,
        how: process::how_it_ended(finished.status),
        said,
        hint,
    }
}
