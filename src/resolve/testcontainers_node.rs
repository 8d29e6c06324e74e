//! testcontainers for Node.
//!
//! Measured with npm testcontainers 12.2.0 (`build/container-runtime/auth`, `image-name.js`).

use std::rc::Rc;

use crate::config::document;
use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::credential_helper::protocol::NOT_FOUND;
use crate::registry::key::HUB_KEY;
use crate::resolve::base64;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::{self, Config, Fields, Kind, Names, Value};
use crate::resolve::keys::Match;
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

/// What comes of a helper that is missing, or writes what makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddHelper {
    /// The pull fails.
    Stops,
    /// The pull goes on without a login, and so it does where the helper fails in any way but "not found".
    IsAnonymous,
}

/// What `GenericContainer.start` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    look(run, image, OddHelper::Stops)
}

/// The same for a sibling of it.
pub fn look(run: &mut Run<'_, '_>, image: &str, odd: OddHelper) -> Result<End, Halt> {
    let prefix = run.snapshot().filled("TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX");
    let prefixed = || prefix.map(|prefix| written_registry(prefix).unwrap_or(prefix));
    // Without a name the engine's index address is asked for.
    let name = written_registry(image).or_else(prefixed).unwrap_or(HUB_KEY);
    let Some((source, config)) = load(run, name)? else { return Ok(End::Anonymous) };
    let own = config.cred_helpers.text(name).filter(|helper| !helper.is_empty());
    if let Some(helper) = own
        && let Some(end) = ask(run, &source, (&helper, odd), name)?
    {
        return Ok(end);
    }
    if config.creds_store.is_some_and(document::is_null) {
        return Err(Halt::Stops("TypeError: Cannot read properties of null (reading 'length')".to_owned()));
    }
    if let Some(helper) = config.store()
        && let Some(end) = ask(run, &source, (&helper, odd), name)?
    {
        return Ok(end);
    }
    Ok(from_auths(run, &source, &config, name))
}

/// The host, where one is written.
fn written_registry(image: &str) -> Option<&str> {
    let (first, _) = image.split_once('/')?;
    (first.contains(['.', ':']) || first == "localhost").then_some(first)
}

/// The variable, else the file; both must be JSON.
fn load<'a>(run: &mut Run<'_, 'a>, name: &str) -> Result<Option<(Source, Rc<Config<'a>>)>, Halt> {
    let (source, json, cached) = if let Some(text) = run.snapshot().filled(DOCKER_AUTH_CONFIG) {
        (
            Source::Variable(DOCKER_AUTH_CONFIG),
            run.view.json_variable(DOCKER_AUTH_CONFIG, text),
            format!("${DOCKER_AUTH_CONFIG}"),
        )
    } else {
        let path = run.snapshot().docker_file();
        match run.open(&path, name) {
            Found::Absent => return Ok(None),
            Found::Unreadable => return Err(Halt::Stops("EACCES: permission denied".to_owned())),
            Found::Text(file) => (Source::File(path.clone()), run.view.json(&path, file), path),
        }
    };
    let is_json = !json.has_rest && matches!(json.value, Value::Object(_) | Value::Other);
    if !is_json {
        let words = match json.value {
            Value::Null => "TypeError: Cannot read properties of null (reading 'credsStore')",
            _ => "SyntaxError: it is not valid JSON",
        };
        run.note(source, name, Outcome::Failed(words.to_owned()));
        return Err(Halt::Stops(words.to_owned()));
    }
    let config = run.view.config(&cached, &json, Names::Exact);
    Ok(Some((source, config)))
}

/// A helper's login; `None` where it has none.
fn ask(
    run: &mut Run<'_, '_>,
    source: &Source,
    (helper, odd): (&str, OddHelper),
    name: &str,
) -> Result<Option<End>, Halt> {
    run.note(source.clone(), name, Outcome::LeadsTo(helper.to_owned()));
    let words = match run.ask(helper, &format!("{name}\n"), helper::node)? {
        Told::Login(creds) => {
            return Ok(Some(End::login(Source::Helper(helper.to_owned()), name, creds.sent())));
        }
        Told::Empty | Told::NotFound => return Ok(None),
        Told::Failed(words) if odd == OddHelper::Stops || words == NOT_FOUND => return Ok(None),
        Told::Failed(words) => words,
        Told::Missing => format!("spawn docker-credential-{helper} ENOENT"),
        Told::Unreadable => "Unexpected response from Docker credential provider GET command".to_owned(),
    };
    match odd {
        OddHelper::Stops => Err(Halt::Stops(format!("Error from Docker credential provider: {words}"))),
        OddHelper::IsAnonymous => Ok(Some(End::Anonymous)),
    }
}

/// The first key in the file's order that is the name, or ends with `://` and the name.
fn from_auths(run: &mut Run<'_, '_>, source: &Source, config: &Config<'_>, name: &str) -> End {
    let auths = config.auths.map();
    let at = auths.and_then(|auths| auths.matching(Match::Node, name).first().copied());
    let Some((key, value)) = at.and_then(|at| auths.and_then(|auths| auths.list().get(at))) else {
        run.note(source.clone(), name, Outcome::NotFound);
        return End::Anonymous;
    };
    let Some(sent) = Fields::read(value, Names::Exact).and_then(|fields| sent(&fields)) else {
        run.note(source.clone(), name, Outcome::Nothing);
        return End::Anonymous;
    };
    run.note(source.clone(), name, Outcome::Found(key.clone().into_owned()));
    End::login(source.clone(), key, sent)
}

fn sent(fields: &Fields<'_>) -> Option<Sent> {
    let filled = |value: Option<_>| json::secret(value).filter(|secret| !secret.is_empty());
    if let Some(token) = filled(fields.identity_token) {
        return Some(Sent::identity(Some(token)));
    }
    if let Some(auth) = filled(fields.auth.filter(|auth| json::kind(auth) == Kind::Text)) {
        let bytes = base64::node(auth.expose_text().unwrap_or_default());
        let colon = bytes.iter().position(|byte| *byte == b':').unwrap_or(bytes.len());
        let name = String::from_utf8_lossy(&bytes[..colon]).into_owned();
        let password = bytes.get(colon + 1..).unwrap_or_default();
        // Node replaces what is not UTF-8.
        let password = String::from_utf8_lossy(password).into_owned();
        return Some(Sent::basic(name, Some(Secret::from_text(password))));
    }
    let username = filled(fields.username)?;
    Some(Sent::basic(username.expose_text().unwrap_or_default(), filled(fields.password)))
}
