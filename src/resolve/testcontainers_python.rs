//! testcontainers for Python: docker-py, and the first entry of a variable.
//!
//! Measured with testcontainers 4.15.0 over docker-py 7.2.0 (`core/auth.py`, `core/docker_client.py`; docker-py
//! `api/daemon.py`, `login`).

use crate::config::document;
use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::resolve::base64;
use crate::resolve::docker_py::{Client, registry_of};
use crate::resolve::json::{self, Json, Names, Part, Value};
use crate::resolve::run::{Halt, Run};
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

/// What `DockerContainer.start` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let mut client = Client::start(run)?;
    if let Some(text) = run.snapshot().filled(DOCKER_AUTH_CONFIG) {
        match first_login(text) {
            Ok(Some((key, name, password))) => log_in(run, &mut client, (&key, name, password))?,
            Ok(None) => {}
            Err(()) => {
                let words = "ValueError: Could not parse docker auth config".to_owned();
                run.note(Source::Variable(DOCKER_AUTH_CONFIG), "a login", Outcome::Failed(words.clone()));
                return Err(Halt::Stops(words));
            }
        }
    }
    client.login_for(run, &registry_of(image)?)
}

/// The program logs in at the engine, whatever the image; the client remembers that, but for a user whom it knew.
fn log_in<'a>(
    run: &mut Run<'_, 'a>,
    client: &mut Client<'a>,
    (key, name, password): (&str, String, Secret),
) -> Result<(), Halt> {
    run.note(Source::Variable(DOCKER_AUTH_CONFIG), key, Outcome::Found(key.to_owned()));
    let is_in_store = client.stored(run, key)?.is_some();
    let known = if is_in_store { End::Anonymous } else { client.remembered(run, key) };
    let is_known = known.winner().is_some_and(|winner| winner.sent.username.as_deref() == Some(&name));
    if !is_known {
        let sent = Sent::basic(name, Some(password));
        client.add(key, End::login(Source::Variable(DOCKER_AUTH_CONFIG), key, sent));
    }
    Ok(())
}

/// The first entry; `None` where the text speaks of none. Every entry must be good.
fn first_login(text: &str) -> Result<Option<(String, String, Secret)>, ()> {
    let json = Json::read(text, true);
    if json.has_rest || matches!(json.value, Value::Bad(_) | Value::Blank) {
        return Err(());
    }
    // The text itself is searched for the word.
    if !text.contains("auths") {
        return Ok(None);
    }
    let config = json::Config::read(json.members(), Names::Exact);
    let Part::Map(auths) = &config.auths else { return Err(()) };
    let mut first = None;
    for (key, value) in auths.list() {
        let members = document::object(value).ok_or(())?;
        let auth = match Names::Exact.find(&members, "auth") {
            Some(auth) if json::kind(auth) == json::Kind::Text => json::secret(Some(auth)).ok_or(())?,
            // A missing member becomes the word None, which is decoded like any other.
            _ => Secret::from_text("None".to_owned()),
        };
        let bytes = base64::python(auth.expose_text().unwrap_or_default()).ok_or(())?;
        let decoded = std::str::from_utf8(&bytes).map_err(|_| ())?;
        let (name, password) = decoded.split_once(':').ok_or(())?;
        if password.contains(':') {
            return Err(());
        }
        first.get_or_insert_with(|| {
            (key.to_string(), name.to_owned(), Secret::from_text(password.to_owned()))
        });
    }
    first.map(Some).ok_or(())
}
