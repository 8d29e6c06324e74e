//! docker-py, and with it docker-compose 1.29 and every Python program that talks to the engine.
//!
//! Measured with docker-py 7.2.0 (`docker/auth.py`, `docker/credentials/store.py`, `docker/utils/config.py`).

use std::rc::Rc;

use serde_json::value::RawValue;

use crate::config::document;
use crate::registry::key::HUB_KEY;
use crate::resolve::base64;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::{self, Config, Fields, Json, Kind, Names, Part, Value};
use crate::resolve::keys::{Map, Match};
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::snapshot::FileText;
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

/// Docker Hub, as this library calls it.
pub const HUB: &str = "docker.io";

/// What a client of the library has read when it starts.
pub struct Client<'a> {
    /// Where from.
    path: String,
    /// The entries under `auths`, or of a file that is nothing else.
    auths: Option<Entries<'a>>,
    config: Option<Rc<Config<'a>>>,
    /// A login that the program itself made at the engine, with its key.
    own: Option<(String, End)>,
}

enum Entries<'a> {
    Auths(Rc<Config<'a>>),
    /// The two lines of the oldest form: Docker Hub's login.
    Lines(String, Secret),
}

/// What `APIClient.pull` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let client = Client::start(run)?;
    client.login_for(run, &registry_of(image)?)
}

/// The registry of an image, as the library names it.
///
/// # Errors
/// [`Halt::Stops`] where it refuses the name.
pub fn registry_of(image: &str) -> Result<String, Halt> {
    let refuse = |words: String| Err(Halt::Stops(format!("InvalidRepository: {words}")));
    if image.contains("://") {
        return refuse("Repository name cannot contain a scheme".to_owned());
    }
    let registry = match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => first,
        _ => HUB,
    };
    if registry.starts_with('-') || registry.ends_with('-') {
        return refuse("Invalid index name. Cannot begin or end with a hyphen.".to_owned());
    }
    Ok(index_name(registry))
}

/// `resolve_index_name`: a stored key or a host, as they are compared.
fn index_name(name: &str) -> String {
    let bare = name.replace("http://", "").replace("https://", "");
    match bare.split('/').next().unwrap_or_default() {
        "index.docker.io" => HUB.to_owned(),
        host => host.to_owned(),
    }
}

impl<'a> Client<'a> {
    /// Reads the first file that exists. Every entry is decoded: one bad one stops the client.
    ///
    /// # Errors
    /// [`Halt::Stops`] where the file does that.
    pub fn start(run: &mut Run<'_, 'a>) -> Result<Self, Halt> {
        let snapshot = run.snapshot();
        let named = snapshot.filled("DOCKER_CONFIG").map(|_| snapshot.docker_file());
        let places = [
            named.unwrap_or_default(),
            snapshot.at_home(".docker/config.json"),
            snapshot.at_home(".dockercfg"),
        ];
        for path in places.into_iter().filter(|path| !path.is_empty()) {
            match run.open(&path, "a login") {
                Found::Absent => {}
                Found::Unreadable => break,
                Found::Text(file) => return Self::read(run, path, file),
            }
        }
        Ok(Self { path: String::new(), auths: None, config: None, own: None })
    }

    fn read(run: &mut Run<'_, 'a>, path: String, file: &'a FileText) -> Result<Self, Halt> {
        let source = Source::File(path.clone());
        let stop = |run: &mut Run<'_, 'a>, words: String| {
            run.note(source.clone(), "a login", Outcome::Failed(words.clone()));
            Err(Halt::Stops(words))
        };
        let json = run.view.json(&path, file);
        let is_json = file.is_utf8() && !json.has_rest && !matches!(json.value, Value::Blank | Value::Bad(_));
        if !is_json {
            // Unparsable JSON is taken for a file of the oldest form, and then for none.
            let lines = oldest(file.text()).map(|(name, password)| Entries::Lines(name, password));
            if lines.is_none() {
                let words = "it is no JSON; taken for empty".to_owned();
                run.note(Source::File(path.clone()), "a login", Outcome::Failed(words));
            }
            return Ok(Self { path, auths: lines, config: None, own: None });
        }
        if !matches!(json.value, Value::Object(_)) {
            return stop(run, "AttributeError: the file holds no JSON object".to_owned());
        }
        let config = run.view.config(&path, &json, Names::Exact);
        if let Some(words) = run.view.verdict("docker-py", &path, || refused(&config)) {
            return stop(run, words);
        }
        let has_any = is_true(config.creds_store) || config.cred_helpers.len() + config.auths.len() > 0;
        if has_any {
            let auths = Some(Entries::Auths(Rc::clone(&config)));
            return Ok(Self { path, auths, config: Some(config), own: None });
        }
        Self::entries_alone(&json, path).or_else(|words| stop(run, words))
    }

    /// A file without any of the three members is read as one of entries alone.
    fn entries_alone(json: &Json<'a>, path: String) -> Result<Self, String> {
        let config = Rc::new(Config::of_entries(json.members().to_vec()));
        // Here one value that is no object makes the whole file empty.
        let is_entries = json.members().iter().all(|(_, value)| json::kind(value) == Kind::Object);
        if !is_entries {
            return Ok(Self { path, auths: None, config: None, own: None });
        }
        let wrong = refused(&config);
        wrong.map_or(Ok(Self { path, auths: Some(Entries::Auths(config)), config: None, own: None }), Err)
    }

    /// The login for a registry: a store's, else the file's.
    ///
    /// # Errors
    /// [`Halt::Stops`] where a store fails, [`Halt::Unknown`] where nobody asked it.
    pub fn login_for(&self, run: &mut Run<'_, 'a>, registry: &str) -> Result<End, Halt> {
        if let Some(end) = self.stored(run, registry)? {
            return Ok(end);
        }
        Ok(self.remembered(run, registry))
    }

    /// Adds a login of the program's own; it stands where one of the same key was, else behind all others.
    pub fn add(&mut self, key: &str, end: End) {
        self.own = Some((key.to_owned(), end));
    }

    /// The login that the client keeps in memory for a registry: the file's, or one that was added.
    pub fn remembered(&self, run: &mut Run<'_, 'a>, registry: &str) -> End {
        let registry = index_name(registry);
        let Some((key, end)) = &self.own else { return self.in_file(run, &registry) };
        let found = match &self.auths {
            Some(Entries::Auths(config)) => config.auths.map().and_then(|auths| entry_for(auths, &registry)),
            _ => None,
        };
        let is_replaced = found.is_some_and(|(found, _)| found == key);
        let is_exact = found.is_some_and(|(found, _)| found == registry);
        let leads = index_name(key) == registry;
        if *key == registry || is_replaced || (leads && !is_exact && found.is_none()) {
            return end.clone();
        }
        self.in_file(run, &registry)
    }

    /// What a store has; `None` where there is no store or it has nothing.
    ///
    /// # Errors
    /// [`Halt::Stops`] where it fails, [`Halt::Unknown`] where nobody asked it.
    pub fn stored(&self, run: &mut Run<'_, 'a>, registry: &str) -> Result<Option<End>, Halt> {
        let asked = if registry.is_empty() || registry == HUB { HUB_KEY } else { registry };
        let Some(config) = &self.config else { return Ok(None) };
        let own = config.cred_helpers.text(asked).filter(|name| !name.is_empty());
        let Some(helper) = own.or_else(|| config.store()) else {
            let is_odd = config.creds_store.is_some_and(|store| json::kind(store) == Kind::Other);
            let words = "TypeError: can only concatenate str to str".to_owned();
            return if is_odd { Err(Halt::Stops(words)) } else { Ok(None) };
        };
        run.note(Source::File(self.path.clone()), asked, Outcome::LeadsTo(helper.clone().into_owned()));
        let failed = |words: String| {
            Err(Halt::Stops(format!("DockerException: Credentials store error: StoreError('{words}')")))
        };
        match run.ask(&helper, asked, helper::docker_py)? {
            Told::Login(creds) => {
                let source = Source::Helper(helper.into_owned());
                Ok(Some(End::login(source, asked, creds.sent())))
            }
            Told::Empty | Told::NotFound => Ok(None),
            Told::Missing => {
                failed(format!("docker-credential-{helper} not installed or not available in PATH"))
            }
            Told::Failed(words) => {
                failed(format!("Credentials store docker-credential-{helper} exited with \"{words}\"."))
            }
            Told::Unreadable => Err(Halt::Stops(format!(
                "JSONDecodeError or KeyError: docker-credential-{helper} did not write what it must"
            ))),
        }
    }

    fn in_file(&self, run: &mut Run<'_, 'a>, registry: &str) -> End {
        let source = || Source::File(self.path.clone());
        let config = match &self.auths {
            Some(Entries::Lines(name, password)) if registry == HUB => {
                run.note(source(), registry, Outcome::Found(HUB.to_owned()));
                return End::login(source(), HUB, Sent::basic(name.clone(), Some(password.clone())));
            }
            None | Some(Entries::Lines(..)) => return End::Anonymous,
            Some(Entries::Auths(config)) => config,
        };
        let found = config.auths.map().and_then(|auths| entry_for(auths, registry));
        let Some((key, value)) = found else {
            run.note(source(), registry, Outcome::NotFound);
            return End::Anonymous;
        };
        let sent = Fields::read(value, Names::Exact).and_then(|fields| sent(&fields).ok().flatten());
        let Some(sent) = sent else {
            run.note(source(), registry, Outcome::Nothing);
            return End::Anonymous;
        };
        run.note(source(), registry, Outcome::Found(key.to_owned()));
        End::login(source(), key, sent)
    }
}

/// The exact key, else the first in the file's order whose host is the same.
fn entry_for<'m, 'a>(auths: &'m Map<'a>, registry: &str) -> Option<(&'m str, &'a RawValue)> {
    let first = || auths.matching(Match::DockerPy, registry).first().copied();
    let at = auths.place(registry).or_else(first)?;
    auths.list().get(at).map(|(key, value)| (&**key, *value))
}

/// What an entry becomes; `Ok(None)` is an entry of a store, without a login.
fn sent(fields: &Fields<'_>) -> Result<Option<Sent>, String> {
    if let Some(token) = fields.identity_token {
        // An empty one, or a null, hides the rest of the entry and is no login.
        let token = json::secret(Some(token)).filter(|token| !token.is_empty());
        return Ok(token.map(|token| Sent::identity(Some(token))));
    }
    let Some(auth) = fields.auth else { return Ok(None) };
    let auth = json::secret(Some(auth)).ok_or("TypeError: auth is no string")?;
    let text = auth.expose_text().unwrap_or_default();
    let bytes =
        base64::python(text).ok_or("binascii.Error: Invalid base64-encoded string or Incorrect padding")?;
    let colon = bytes.iter().position(|byte| *byte == b':');
    let colon = colon.ok_or("ValueError: not enough values to unpack (expected 2, got 1)")?;
    let (name, password) = (&bytes[..colon], &bytes[colon + 1..]);
    match (std::str::from_utf8(name), std::str::from_utf8(password)) {
        (Ok(name), Ok(password)) => Ok(Some(Sent::basic(name, Some(Secret::from_text(password.to_owned()))))),
        _ => Err("UnicodeDecodeError: the decoded auth is not UTF-8".to_owned()),
    }
}

/// The first entry that stops the client.
fn refused(config: &Config<'_>) -> Option<String> {
    if let Part::Other(value) = config.auths
        && is_true(Some(value))
    {
        return Some("AttributeError: auths is no object".to_owned());
    }
    if config.is_plain() {
        return None;
    }
    let list = config.auths.map().map_or(&[][..], |auths| auths.list());
    list.iter().find_map(|(key, value)| match Fields::read(value, Names::Exact) {
        None => Some(format!("InvalidConfigFile: Invalid configuration for registry {key}")),
        Some(fields) => sent(&fields).err(),
    })
}

/// What Python takes for true.
fn is_true(value: Option<&RawValue>) -> bool {
    value.is_some_and(|value| match json::kind(value) {
        Kind::Null => false,
        Kind::Text => document::string(value).is_some_and(|text| !text.is_empty()),
        Kind::Object | Kind::Other => !matches!(value.get(), "0" | "false" | "[]" | "{}"),
    })
}

/// Two lines, `auth = BASE64` and `email = ADDRESS`.
fn oldest(text: &str) -> Option<(String, Secret)> {
    let value = |line: &str| line.trim().split(" = ").nth(1).map(str::to_owned);
    let values: Option<Vec<String>> = text.lines().map(value).collect();
    let values = values.filter(|values| values.len() >= 2)?;
    let bytes = base64::python(&values[0])?;
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let name = std::str::from_utf8(&bytes[..colon]).ok()?;
    let password = std::str::from_utf8(&bytes[colon + 1..]).ok()?;
    Some((name.to_owned(), Secret::from_text(password.to_owned())))
}
