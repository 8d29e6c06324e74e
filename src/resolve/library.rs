//! docker's configuration library in Go, which docker itself, go-containerregistry, nerdctl, Apptainer and buildx share.
//!
//! Sources: docker/cli v28.2.2 `cli/config/configfile/file.go` (`LoadFromReader`, `decodeAuth`,
//! `getConfiguredCredentialStore`) and `cli/config/credentials/file_store.go`, `native_store.go`; v20.10.24 the same.

use std::borrow::Cow;
use std::rc::Rc;

use serde_json::value::RawValue;

use crate::config::docker;
use crate::config::document;
use crate::resolve::base64;
use crate::resolve::json::{self, Config, Fields, Json, Kind, Names, Value};
use crate::resolve::keys::Match;
use crate::resolve::trace::Sent;
use crate::secret::Secret;

/// What differs between the versions of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Debian's 20.10: a user name may be empty, only http and https are schemes.
    Old,
    /// 23 and later.
    New,
}

impl Edition {
    fn matches(self) -> Match {
        match self {
            Self::Old => Match::DockerOld,
            Self::New => Match::Docker,
        }
    }
}

/// A file as the library loads it.
pub struct Library<'a> {
    pub(super) config: Rc<Config<'a>>,
    /// Why the file is no JSON of docker's form: what was read before stays, and no `auth` is decoded.
    malformed: Option<String>,
    /// Entries whose `auth` cannot be decoded.
    undecodable: Vec<(usize, BadAuth)>,
}

/// Why an `auth` cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BadAuth {
    NotBase64,
    NoColon,
    NoUserName,
}

impl BadAuth {
    fn counts(self, edition: Edition) -> bool {
        self != Self::NoUserName || edition == Edition::New
    }

    fn words(self) -> &'static str {
        match self {
            Self::NotBase64 => "illegal base64 data",
            Self::NoColon | Self::NoUserName => "Invalid auth configuration file",
        }
    }
}

impl<'a> Library<'a> {
    /// Loads a text.
    pub fn read(json: &Json<'a>, config: Rc<Config<'a>>) -> Self {
        let malformed = match &json.value {
            Value::Blank | Value::Null => None,
            Value::Bad(words) => Some(words.clone()),
            Value::Other => Some("it holds no JSON object".to_owned()),
            Value::Object(_) => mistyped(json, &config),
        };
        let undecodable = undecodable(&config);
        Self { config, malformed, undecodable }
    }

    /// Loads a file that holds the entries alone.
    pub fn of_entries(json: &Json<'a>) -> Self {
        let config = Rc::new(Config::of_entries(json.members().to_vec()));
        let undecodable = undecodable(&config);
        Self { config, malformed: None, undecodable }
    }

    /// What the library says of the file as a whole.
    pub fn refusal(&self, edition: Edition) -> Option<String> {
        let bad = self.undecodable.iter().find(|(_, bad)| bad.counts(edition));
        self.malformed.clone().or_else(|| bad.map(|(_, bad)| bad.words().to_owned()))
    }

    /// True where the file has anything to do with logins.
    pub fn is_configured(&self) -> bool {
        self.config.store().is_some() || self.config.cred_helpers.len() + self.config.auths.len() > 0
    }

    /// The helper for a key; `None` means the file itself.
    pub fn helper_for(&self, key: &str) -> Option<Cow<'a, str>> {
        let helpers = self.config.cred_helpers.map();
        match helpers.and_then(|helpers| helpers.get(key)) {
            Some(own) => document::string(own).filter(|name| !name.is_empty()),
            None => self.config.store(),
        }
    }

    /// The places of the entries of which one serves a key; chance decides among several.
    pub(super) fn places(&self, key: &str, edition: Edition) -> Vec<usize> {
        let Some(auths) = self.config.auths.map() else { return Vec::new() };
        auths.place(key).map_or_else(|| auths.matching(edition.matches(), key), |exact| vec![exact])
    }

    /// What an entry may send: more than one thing where it is a matter of chance whether its `auth` is decoded.
    pub(super) fn sent(&self, at: usize, edition: Edition) -> Vec<Sent> {
        let value = self.config.auths.map().and_then(|auths| auths.list().get(at)).map(|(_, value)| *value);
        let fields = value.and_then(|value| Fields::read(value, Names::Folded)).unwrap_or_default();
        let Some(auth) = filled(fields.auth) else { return vec![plain(&fields)] };
        let decoded = || {
            let pair = decode(&auth).ok();
            let (username, password) =
                pair.map_or((None, None), |(name, password)| (Some(name), Some(password)));
            Sent { username, password, ..tokens(&fields) }
        };
        let undecoded = || match plain(&fields) {
            sent if sent.username.is_some() => sent,
            sent => Sent { undecoded_auth: Some(auth.clone()), ..sent },
        };
        let bad = || self.undecodable.iter().filter(|(_, bad)| bad.counts(edition)).map(|(place, _)| *place);
        if self.malformed.is_some() || bad().any(|place| place == at) {
            return vec![undecoded()];
        }
        // Go walks a map in another order each time and stops at the first that it cannot decode.
        let is_chance = bad().next().is_some();
        if is_chance { vec![decoded(), undecoded()] } else { vec![decoded()] }
    }

    /// What a helper adds to: only a registry token of the file stays beside its answer.
    pub(super) fn registry_token(&self, key: &str, edition: Edition) -> Option<Secret> {
        let at = *self.places(key, edition).first()?;
        self.sent(at, edition).into_iter().next()?.registry_token
    }
}

/// What Go says of a program that is not on PATH.
pub fn not_on_path(helper: &str) -> String {
    let helper = crate::text::safe(helper);
    format!("exec: \"docker-credential-{helper}\": executable file not found in $PATH")
}

/// User name and password of an `auth` value, NUL dropped at the ends of the password.
fn decode(auth: &Secret) -> Result<(String, Secret), BadAuth> {
    let bytes = base64::go(auth.expose_text().unwrap_or_default()).ok_or(BadAuth::NotBase64)?;
    split_nul_trimmed(&bytes).ok_or(BadAuth::NoColon)
}

/// User name and password of a decoded `auth` as Go programs take it apart: at the first colon, without NUL at the ends of
/// the password.
pub fn split_nul_trimmed(bytes: &[u8]) -> Option<(String, Secret)> {
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let (name, password) = (&bytes[..colon], &bytes[colon + 1..]);
    let start = password.iter().position(|byte| *byte != 0).unwrap_or(password.len());
    let end = password.iter().rposition(|byte| *byte != 0).map_or(start, |last| last + 1);
    Some((String::from_utf8_lossy(name).into_owned(), Secret::new(password[start..end].to_vec())))
}

/// A member that is a string and not empty.
fn filled(value: Option<&RawValue>) -> Option<Secret> {
    json::secret(value).filter(|secret| !secret.is_empty())
}

fn tokens(fields: &Fields<'_>) -> Sent {
    Sent {
        identity_token: filled(fields.identity_token),
        registry_token: filled(fields.registry_token),
        ..Sent::default()
    }
}

/// The members of an entry without `auth`, or of one whose `auth` was not decoded. A password without a user name is
/// nothing that the other end makes use of.
fn plain(fields: &Fields<'_>) -> Sent {
    let username = filled(fields.username).and_then(|name| name.expose_text().map(str::to_owned));
    let empty = || Secret::new(Vec::new());
    let password = username.as_ref().map(|_| filled(fields.password).unwrap_or_else(empty));
    Sent { username, password, ..tokens(fields) }
}

fn undecodable(config: &Config<'_>) -> Vec<(usize, BadAuth)> {
    if config.is_plain() {
        return Vec::new();
    }
    let list = config.auths.map().map_or(&[][..], |auths| auths.list());
    let bad = |(at, (_, value)): (usize, &document::Member<'_>)| {
        let auth = filled(Fields::read(value, Names::Folded)?.auth)?;
        match decode(&auth) {
            Ok((name, _)) if name.is_empty() => Some((at, BadAuth::NoUserName)),
            Ok(_) => None,
            Err(bad) => Some((at, bad)),
        }
    };
    list.iter().enumerate().filter_map(bad).collect()
}

/// The first member that is not of the type that the library has for it.
fn mistyped(json: &Json<'_>, config: &Config<'_>) -> Option<String> {
    let wrong = |name: &str| format!("json: cannot unmarshal the value of \"{}\"", crate::text::safe(name));
    let is_text = |value: &RawValue| matches!(json::kind(value), Kind::Text | Kind::Null);
    let of_map = |name: &str, part: &json::Part<'_>, fits: &dyn Fn(&RawValue) -> bool| match part {
        json::Part::Other(_) => Some(wrong(name)),
        json::Part::Map(map) => {
            map.list().iter().find(|(_, value)| !fits(value)).map(|(key, _)| wrong(&format!("{name}.{key}")))
        }
        json::Part::Absent | json::Part::Null => None,
    };
    let is_entry = |value: &RawValue| match json::kind(value) {
        _ if config.is_plain() => true,
        Kind::Null => true,
        Kind::Object => {
            let fields = Fields::read(value, Names::Folded);
            fields.is_some_and(|fields| fields.all().into_iter().flatten().all(is_text))
        }
        Kind::Text | Kind::Other => false,
    };
    let others = json.members().iter().find(|(name, value)| !docker::fits(name, value));
    of_map("auths", &config.auths, &is_entry)
        .or_else(|| of_map("credHelpers", &config.cred_helpers, &is_text))
        .or_else(|| config.creds_store.filter(|value| !is_text(value)).map(|_| wrong("credsStore")))
        .or_else(|| others.map(|(name, _)| wrong(name)))
}
