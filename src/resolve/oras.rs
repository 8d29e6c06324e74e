//! oras (the Go program), and its library's store, which Helm from 3.18 on shares.
//!
//! Source: oras-go 19db72b `registry/remote/credentials/file_store.go`, `native_store.go`,
//! `registry/remote/internal/configuration/config.go`, `registry/remote/auth.go` (`ServerAddressFromRegistry`).

use std::rc::Rc;

use crate::config::default_store;
use crate::config::document;
use crate::registry::image::Image;
use crate::registry::key::HUB_KEY;
use crate::resolve::base64;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::{self, Config, Fields, Kind, Names, Part, Value};
use crate::resolve::keys::Match;
use crate::resolve::library::not_on_path;
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

/// What `oras pull` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let server = server(image)?;
    let path = run.snapshot().docker_file();
    let store = Store::open(run, path, &server, Blank::IsEmpty)?;
    Ok(store.get(run, &server)?.unwrap_or(End::Anonymous))
}

/// The address under which a login is looked for.
///
/// # Errors
/// [`Halt::Stops`] where it is no reference.
pub fn server(image: &str) -> Result<String, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference".to_owned()))?;
    Ok(match image.registry.as_str() {
        "docker.io" | "registry-1.docker.io" => HUB_KEY.to_owned(),
        registry => registry.to_owned(),
    })
}

/// What a file without a single word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// An empty one.
    IsEmpty,
    /// An error, before oras-go v2.6.1.
    IsRefused,
}

/// A file with the helpers that it names.
pub struct Store<'a> {
    path: String,
    config: Option<Rc<Config<'a>>>,
}

impl<'a> Store<'a> {
    /// Reads a file; one that is not there is empty.
    ///
    /// # Errors
    /// [`Halt::Stops`] where it cannot be used.
    pub fn open(run: &mut Run<'_, 'a>, path: String, server: &str, blank: Blank) -> Result<Self, Halt> {
        let file = match run.open(&path, server) {
            Found::Absent => return Ok(Self { path, config: None }),
            Found::Unreadable => {
                return Err(Halt::Stops(format!("failed to open config file at {path}: permission denied")));
            }
            Found::Text(file) => file,
        };
        let json = run.view.json(&path, file);
        let config = run.view.config(&path, &json, Names::Exact);
        let is_text = |value| matches!(json::kind(value), Kind::Text | Kind::Null);
        let helpers = config.cred_helpers.map().map_or(&[][..], |map| map.list());
        let is_odd = matches!(config.auths, Part::Other(_))
            || matches!(config.cred_helpers, Part::Other(_))
            || !config.creds_store.is_none_or(is_text)
            || !helpers.iter().all(|(_, value)| is_text(value));
        let words = match &json.value {
            Value::Bad(words) => words.clone(),
            Value::Other => "it holds no JSON object".to_owned(),
            Value::Blank if blank == Blank::IsRefused => "EOF".to_owned(),
            Value::Object(_) if is_odd => "a member is not of the type that it must be".to_owned(),
            Value::Blank | Value::Null | Value::Object(_) => return Ok(Self { path, config: Some(config) }),
        };
        run.note(Source::File(path.clone()), server, Outcome::Failed(words.clone()));
        Err(Halt::Stops(format!("failed to decode config file {path}: invalid config format: {words}")))
    }

    /// The login for an address: the address's helper, the store, the system's own store where the file has nothing to
    /// do with logins, else the file. `None` where there is none.
    ///
    /// # Errors
    /// [`Halt::Stops`] where a helper or the entry fails, [`Halt::Unknown`] where nobody asked the helper.
    pub fn get(&self, run: &mut Run<'_, 'a>, server: &str) -> Result<Option<End>, Halt> {
        let source = || Source::File(self.path.clone());
        if let Some(helper) = self.helper(run, server) {
            run.note(source(), server, Outcome::LeadsTo(helper.clone()));
            return ask(run, &helper, server);
        }
        let Some(auths) = self.config.as_ref().and_then(|config| config.auths.map()) else { return Ok(None) };
        let places =
            auths.place(server).map_or_else(|| auths.matching(Match::DockerOld, server), |at| vec![at]);
        let mut ends = Vec::new();
        for (key, value) in places.into_iter().filter_map(|at| auths.list().get(at)) {
            ends.push(match sent(value) {
                Ok(Some(sent)) => {
                    run.note(source(), server, Outcome::Found(key.clone().into_owned()));
                    Some(End::login(source(), key, sent))
                }
                Ok(None) => {
                    run.note(source(), server, Outcome::Nothing);
                    None
                }
                Err(words) => {
                    run.note(source(), server, Outcome::Failed(words.to_owned()));
                    Some(End::Stops(words.to_owned()))
                }
            });
        }
        if ends.is_empty() {
            run.note(source(), server, Outcome::NotFound);
        }
        if ends.iter().all(Option::is_none) {
            return Ok(None);
        }
        Ok(Some(End::one_of(ends.into_iter().map(|end| end.unwrap_or(End::Anonymous)).collect())))
    }

    fn helper(&self, run: &Run<'_, '_>, server: &str) -> Option<String> {
        let config = self.config.as_ref();
        let own = config.and_then(|config| config.cred_helpers.text(server));
        // An empty name falls through to the store, other than in docker.
        let own = own.filter(|name| !name.is_empty());
        let named = own.or_else(|| config.and_then(|config| config.store()));
        let is_configured = config.is_some_and(|config| {
            config.cred_helpers.len() + config.auths.len() > 0 || config.store().is_some()
        });
        named.map(std::borrow::Cow::into_owned).or_else(|| {
            let snapshot = run.snapshot();
            let machine = default_store::machine(snapshot.system, |name| snapshot.programs.contains(name));
            machine.store.filter(|_| !is_configured).map(str::to_owned)
        })
    }
}

fn ask(run: &mut Run<'_, '_>, helper: &str, server: &str) -> Result<Option<End>, Halt> {
    match run.ask(helper, server, helper::go)? {
        Told::Login(creds) => Ok(Some(End::login(Source::Helper(helper.to_owned()), server, creds.sent()))),
        Told::Empty | Told::NotFound => Ok(None),
        Told::Missing => Err(Halt::Stops(not_on_path(helper))),
        Told::Failed(words) => Err(Halt::Stops(words)),
        Told::Unreadable => Err(Halt::Stops(format!("docker-credential-{helper} wrote no JSON object"))),
    }
}

/// What an entry sends: a registry token goes before an identity token, that before a password.
fn sent(value: &serde_json::value::RawValue) -> Result<Option<Sent>, &'static str> {
    let odd = "failed to unmarshal auth field: invalid config format";
    if document::is_null(value) {
        return Ok(None);
    }
    let fields = Fields::read(value, Names::Folded).ok_or(odd)?;
    if fields.all().into_iter().flatten().any(|value| json::kind(value) != Kind::Text) {
        return Err(odd);
    }
    let filled = |value| json::secret(value).filter(|secret: &Secret| !secret.is_empty());
    let (mut username, mut password) = (filled(fields.username), filled(fields.password));
    if let Some(auth) = filled(fields.auth) {
        let undecoded = "failed to decode auth field: invalid config format";
        let bytes = base64::go(auth.expose_text().unwrap_or_default()).ok_or(undecoded)?;
        let colon = bytes.iter().position(|byte| *byte == b':').ok_or(undecoded)?;
        let half = |bytes: &[u8]| Some(Secret::new(bytes.to_vec()));
        (username, password) = (half(&bytes[..colon]), half(&bytes[colon + 1..]));
    }
    if let Some(token) = filled(fields.registry_token) {
        return Ok(Some(Sent { registry_token: Some(token), ..Sent::default() }));
    }
    if let Some(token) = filled(fields.identity_token) {
        return Ok(Some(Sent::identity(Some(token))));
    }
    Ok(username.map(|name| Sent {
        username: Some(String::from_utf8_lossy(name.expose()).into_owned()),
        password: password.or_else(|| Some(Secret::new(Vec::new()))),
        ..Sent::default()
    }))
}
