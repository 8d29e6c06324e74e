//! oras for Python.
//!
//! Measured with oras 0.2.43 of `PyPI` (`oras/auth/base.py`, `oras/auth/utils.py`, `oras/container.py`,
//! `oras/utils/request.py`).

use std::rc::Rc;

use crate::config::document;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::{self, Config, Fields, Names, Part, Value};
use crate::resolve::raw_auth;
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::trace::{End, Outcome, Sent, Source};

/// Docker Hub, as this library calls it.
const HUB: &str = "docker.io";

/// What `OrasClient.pull` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let registry = match image.split_once('/') {
        Some((first, _)) if first.get(1..).is_some_and(|rest| rest.contains(['.', ':'])) => first,
        _ => HUB,
    };
    let Some((path, config)) = load(run, registry)? else { return Ok(End::Anonymous) };
    // The pull asks once, and once more for the manifest where it found nothing.
    for _ in 0..2 {
        for host in spellings(registry) {
            if let Some(end) = look(run, &path, &config, &host)? {
                return Ok(end);
            }
        }
    }
    Ok(End::Anonymous)
}

/// A name with localhost in it is also looked for with 127.0.0.1, and the other way round.
fn spellings(registry: &str) -> Vec<String> {
    let other = if registry.contains("localhost") {
        Some(registry.replace("localhost", "127.0.0.1"))
    } else {
        registry.contains("127.0.0.1").then(|| registry.replace("127.0.0.1", "localhost"))
    };
    std::iter::once(registry.to_owned()).chain(other).collect()
}

/// The one file, whatever `DOCKER_CONFIG` says. What is odd in it raises an exception.
fn load<'a>(run: &mut Run<'_, 'a>, asked: &str) -> Result<Option<(String, Rc<Config<'a>>)>, Halt> {
    let path = run.snapshot().at_home(".docker/config.json");
    let file = match run.open(&path, asked) {
        Found::Absent => return Ok(None),
        Found::Unreadable => return Err(Halt::Stops("PermissionError".to_owned())),
        Found::Text(file) => file,
    };
    let json = run.view.json(&path, file);
    let config = run.view.config(&path, &json, Names::Exact);
    let words = match &json.value {
        _ if !file.is_utf8() => "UnicodeDecodeError: it is not UTF-8",
        Value::Blank | Value::Bad(_) => "json.decoder.JSONDecodeError: it is not JSON",
        _ if json.has_rest => "json.decoder.JSONDecodeError: Extra data",
        Value::Null | Value::Other => "AttributeError: it holds no JSON object",
        Value::Object(_) if is_odd(&config.auths) || is_odd(&config.cred_helpers) => {
            "TypeError: a member that must be an object is none"
        }
        Value::Object(_) => return Ok(Some((path, config))),
    };
    run.note(Source::File(path), asked, Outcome::Failed(words.to_owned()));
    Err(Halt::Stops(words.to_owned()))
}

/// What cannot be added to a dictionary: an empty list or text can.
fn is_odd(part: &Part<'_>) -> bool {
    match part {
        Part::Absent | Part::Map(_) => false,
        Part::Null => true,
        Part::Other(value) => !matches!(value.get(), "[]" | "\"\""),
    }
}

/// One look for one host: the entry, its helper, the store.
fn look(run: &mut Run<'_, '_>, path: &str, config: &Config<'_>, host: &str) -> Result<Option<End>, Halt> {
    let source = || Source::File(path.to_owned());
    let entry =
        config.auths.map().and_then(|auths| auths.get(host)).filter(|entry| !document::is_null(entry));
    if let Some(entry) = entry {
        let Some(fields) = Fields::read(entry, Names::Exact) else {
            let words = "AttributeError: an entry is no object".to_owned();
            run.note(source(), host, Outcome::Failed(words.clone()));
            return Err(Halt::Stops(words));
        };
        match json::secret(fields.auth).filter(|auth| !auth.is_empty()) {
            Some(auth) if raw_auth::fits_a_header(&auth) => {
                run.note(source(), host, Outcome::Found(host.to_owned()));
                return Ok(Some(End::login(source(), host, raw_auth::sent(auth))));
            }
            Some(_) => {
                let words = "InvalidHeader: Invalid return character or leading space in header".to_owned();
                run.note(source(), host, Outcome::Failed(words.clone()));
                return Err(Halt::Stops(words));
            }
            None => run.note(source(), host, Outcome::Nothing),
        }
    } else {
        run.note(source(), host, Outcome::NotFound);
    }
    let own = config.cred_helpers.text(host).filter(|helper| !helper.is_empty());
    for helper in own.into_iter().chain(config.store()) {
        run.note(source(), host, Outcome::LeadsTo(helper.clone().into_owned()));
        if let Some(end) = ask(run, &helper, host)? {
            return Ok(Some(end));
        }
    }
    Ok(None)
}

/// A helper's login; `<token>` is a user name like any other here.
fn ask(run: &mut Run<'_, '_>, helper: &str, host: &str) -> Result<Option<End>, Halt> {
    match run.ask(helper, host, helper::oras_py)? {
        Told::Login(creds) => {
            let sent = Sent { username: creds.username, password: creds.secret, ..Sent::default() };
            Ok(Some(End::login(Source::Helper(helper.to_owned()), host, sent)))
        }
        Told::Empty | Told::NotFound | Told::Missing | Told::Failed(_) => Ok(None),
        Told::Unreadable => Err(Halt::Stops(format!(
            "JSONDecodeError or KeyError: docker-credential-{helper} did not write what it must"
        ))),
    }
}
