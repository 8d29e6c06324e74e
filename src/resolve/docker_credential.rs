//! The Rust crate `docker_credential`: `get_credential(HOST)`.
//!
//! Measured with `docker_credential` 1.4.0 (`src/lib.rs`, `src/config.rs`, `src/helper.rs`).

use std::rc::Rc;

use crate::config::document;
use crate::registry::image::Image;
use crate::registry::matching;
use crate::resolve::base64;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::{self, Config, Fields, Json, Kind, Names, Part, Value};
use crate::resolve::keys::{Map, Match};
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::snapshot::join;
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

const NONE: &str = "User has no credential configured";

/// What the crate answers for the host of an image; "no login" is an error to it.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    let path = file(run);
    match run.open(&path, &image.registry) {
        Found::Text(file) => {
            let json = run.view.json(&path, file);
            extract(run, &Source::File(path.clone()), (&path, &json), &image.registry)
        }
        Found::Absent | Found::Unreadable => Err(Halt::Stops("Unable to read config".to_owned())),
    }
}

/// The file; a variable that is set to nothing means the folder at hand.
pub fn file(run: &Run<'_, '_>) -> String {
    let snapshot = run.snapshot();
    snapshot
        .variable("DOCKER_CONFIG")
        .map_or_else(|| snapshot.at_home(".docker/config.json"), |folder| join(folder, "config.json"))
}

/// The login for a host out of a text of docker's form, which is cached under a name.
///
/// # Errors
/// [`Halt::Stops`] with the crate's words, [`Halt::Unknown`] where nobody asked a helper.
pub fn extract<'a>(
    run: &mut Run<'_, 'a>,
    source: &Source,
    (cached, json): (&str, &Rc<Json<'a>>),
    host: &str,
) -> Result<End, Halt> {
    let config = run.view.config(cached, json, Names::Exact);
    if let Some(words) = run.view.verdict("docker_credential", cached, || refused(json, &config)) {
        run.note(source.clone(), host, Outcome::Failed(words));
        return Err(Halt::Stops("Unable to read config".to_owned()));
    }
    if let Some(helper) = config.cred_helpers.text(host).filter(|helper| !helper.is_empty()) {
        run.note(source.clone(), host, Outcome::LeadsTo(helper.clone().into_owned()));
        return ask(run, &helper, host);
    }
    let candidates = config.auths.map().map(|auths| candidates(auths, host)).unwrap_or_default();
    let mut ends = Vec::new();
    for (key, fields, spare) in candidates {
        match sent(&fields, spare.as_ref()) {
            Ok(Some(sent)) => {
                run.note(source.clone(), host, Outcome::Found(key.to_owned()));
                ends.push(End::login(source.clone(), key, sent));
            }
            Ok(None) => {
                run.note(source.clone(), host, Outcome::Nothing);
                ends.push(in_store(run, source, &config, host)?);
            }
            Err(words) => {
                run.note(source.clone(), host, Outcome::Failed(words.to_owned()));
                ends.push(End::Stops(words.to_owned()));
            }
        }
    }
    if ends.is_empty() {
        run.note(source.clone(), host, Outcome::NotFound);
        return in_store(run, source, &config, host);
    }
    Ok(End::one_of(ends))
}

fn in_store(run: &mut Run<'_, '_>, source: &Source, config: &Config<'_>, host: &str) -> Result<End, Halt> {
    let Some(store) = config.creds_store.and_then(document::string) else {
        return Ok(End::Stops(NONE.to_owned()));
    };
    run.note(source.clone(), host, Outcome::LeadsTo(store.clone().into_owned()));
    match ask(run, &store, host) {
        Err(Halt::Stops(words)) => Ok(End::Stops(words)),
        end => end,
    }
}

/// An entry's key and members, and the members in which a missing user name and password are looked for again.
type Candidate<'m, 'a> = (&'m str, Fields<'a>, Option<Fields<'a>>);

/// The exact key, else every key of that host; chance decides among several.
fn candidates<'m, 'a>(auths: &'m Map<'a>, host: &str) -> Vec<Candidate<'m, 'a>> {
    let entry = |at: usize| auths.list().get(at).map(|(key, value)| (&**key, fields_of(value)));
    let alike = auths.matching(Match::Rust, matching::podman_normalised(host));
    match auths.place(host).and_then(entry) {
        Some((key, fields)) => {
            let others: Vec<_> = alike.into_iter().filter_map(entry).collect();
            let spare = |(_, other): (&str, Fields<'a>)| (key, fields, Some(other));
            if others.is_empty() {
                vec![(key, fields, None)]
            } else {
                others.into_iter().map(spare).collect()
            }
        }
        None => alike.into_iter().filter_map(entry).map(|(key, fields)| (key, fields, None)).collect(),
    }
}

fn fields_of(value: &serde_json::value::RawValue) -> Fields<'_> {
    Fields::read(value, Names::Exact).unwrap_or_default()
}

/// What an entry gives; `Ok(None)` where it gives nothing.
fn sent(fields: &Fields<'_>, spare: Option<&Fields<'_>>) -> Result<Option<Sent>, &'static str> {
    // An empty token is a token.
    if let Some(token) = json::secret(fields.identity_token) {
        return Ok(Some(Sent::identity(Some(token))));
    }
    let pair = |fields: &Fields<'_>| Some((json::secret(fields.username)?, json::secret(fields.password)?));
    let plain = pair(fields).or_else(|| spare.and_then(pair));
    let Some(auth) = json::secret(fields.auth) else {
        return Ok(plain.map(|(name, password)| Sent::basic(text(&name), Some(password))));
    };
    let (name, password) =
        decode(auth.expose_text().unwrap_or_default()).ok_or("Unable to decode credential")?;
    if plain.is_some_and(|(plain, secret)| plain != name || secret != password) {
        return Err("auth field does not match username and password fields");
    }
    Ok(Some(Sent::basic(text(&name), Some(password))))
}

fn decode(auth: &str) -> Option<(Secret, Secret)> {
    let bytes = base64::rust(auth)?;
    let (name, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some((Secret::from_text(name.to_owned()), Secret::from_text(password.to_owned())))
}

fn text(name: &Secret) -> String {
    name.expose_text().unwrap_or_default().to_owned()
}

/// Any failure of a helper is an error.
fn ask(run: &mut Run<'_, '_>, helper: &str, host: &str) -> Result<End, Halt> {
    let words = match run.ask(helper, host, helper::rust)? {
        Told::Login(creds) => {
            return Ok(End::login(Source::Helper(helper.to_owned()), host, creds.sent()));
        }
        Told::Missing => "Unable to communicate with credential helper".to_owned(),
        Told::Unreadable | Told::Empty => "Credential helper response malformed".to_owned(),
        Told::Failed(words) => {
            format!("Credential helper `docker-credential-{helper}` returned non-zero response code: {words}")
        }
        Told::NotFound => {
            format!("Credential helper `docker-credential-{helper}` returned non-zero response code")
        }
    };
    Err(Halt::Stops(words))
}

/// Why `serde_json` refuses a text for the crate's types: one odd value anywhere is enough.
fn refused(json: &Json<'_>, config: &Config<'_>) -> Option<String> {
    let members = match &json.value {
        Value::Object(members) if json.is_utf8 && !json.has_rest => members,
        Value::Bad(words) => return Some(words.clone()),
        _ => return Some("it is not one JSON object and nothing else".to_owned()),
    };
    let times = |wanted: &str| members.iter().filter(|(name, _)| name == wanted).count();
    if ["auths", "credsStore", "credHelpers"].into_iter().any(|name| times(name) > 1) {
        return Some("a member stands there twice".to_owned());
    }
    let is_text = |value| matches!(json::kind(value), Kind::Text);
    let is_odd_store = config.creds_store.is_some_and(|store| !is_text(store) && !document::is_null(store));
    let helpers = config.cred_helpers.map().map_or(&[][..], |map| map.list());
    let auths = config.auths.map().map_or(&[][..], |map| map.list());
    let is_odd = matches!(config.auths, Part::Other(_))
        || matches!(config.cred_helpers, Part::Other(_))
        || is_odd_store
        || !helpers.iter().all(|(_, value)| is_text(value))
        || !config.is_plain() && !auths.iter().all(|(_, value)| is_entry(value));
    is_odd.then(|| "a value is not of the type that it must be".to_owned())
}

fn is_entry(value: &serde_json::value::RawValue) -> bool {
    let known = ["auth", "username", "password", "identitytoken"];
    document::object(value).is_some_and(|members| {
        json::kind(value) == Kind::Object
            && members.iter().filter(|(name, _)| known.contains(&&**name)).all(|(name, value)| {
                let is_once = members.iter().filter(|(other, _)| other == name).count() == 1;
                is_once && matches!(json::kind(value), Kind::Text | Kind::Null)
            })
    })
}
