//! The members of a file in docker's form, before any tool has given them a meaning.
//!
//! Each language reads names and doubles its own way: Go folds the case of names and merges doubles, all others take
//! the exact name and the last one.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::config::document::{self, Member};
use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::registry::{key, matching};
use crate::secret::Secret;

/// A text as JSON.
#[derive(Debug)]
pub struct Json<'a> {
    /// What it holds.
    pub value: Value<'a>,
    /// True where no byte had to be replaced.
    pub is_utf8: bool,
    /// True where something stands after the value.
    pub has_rest: bool,
}

/// The one value of a text.
#[derive(Debug)]
pub enum Value<'a> {
    /// There is nothing but blanks.
    Blank,
    /// The literal `null`.
    Null,
    /// An object.
    Object(Vec<Member<'a>>),
    /// Any other value.
    Other,
    /// No JSON, and why.
    Bad(String),
}

impl<'a> Json<'a> {
    /// Reads a text. A byte order mark is no JSON to any of these tools.
    pub fn read(text: &'a str, is_utf8: bool) -> Self {
        let mut found = Diagnostics::default();
        let value = if text.starts_with('\u{feff}') {
            Value::Bad("a byte order mark stands before the JSON".to_owned())
        } else if text.trim_ascii().is_empty() {
            Value::Blank
        } else {
            match document::members(text, &mut found) {
                Ok(_) if found.has(Diagnostic::EmptyFile) => Value::Null,
                Ok(members) => Value::Object(members),
                Err(problem) if problem.kind == document::ProblemKind::WrongType => Value::Other,
                Err(problem) => Value::Bad(problem.sentence()),
            }
        };
        Self { value, is_utf8, has_rest: found.has(Diagnostic::TrailingData) }
    }

    /// The members of an object; of anything else none.
    pub fn members(&self) -> &[Member<'a>] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }
}

/// What kind of value a JSON text is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// A string.
    Text,
    /// An object.
    Object,
    /// An array, a number, `true` or `false`.
    Other,
}

/// The kind of a value.
pub fn kind(value: &RawValue) -> Kind {
    match value.get().as_bytes().first() {
        Some(b'n') => Kind::Null,
        Some(b'"') => Kind::Text,
        Some(b'{') => Kind::Object,
        _ => Kind::Other,
    }
}

/// A value that is a string, as a secret.
pub fn secret(value: Option<&RawValue>) -> Option<Secret> {
    value.and_then(document::string).map(|text| Secret::from_text(text.into_owned()))
}

/// How names of members are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As they are; the last of two counts.
    Exact,
    /// Without regard to case, as Go has it.
    Folded,
}

impl Names {
    fn same(self, found: &str, wanted: &str) -> bool {
        match self {
            Self::Exact => found == wanted,
            Self::Folded => found.eq_ignore_ascii_case(wanted),
        }
    }

    /// A member of an object; of doubles the last.
    pub fn find<'a>(self, members: &[Member<'a>], wanted: &str) -> Option<&'a RawValue> {
        members.iter().rev().find(|(name, _)| self.same(name, wanted)).map(|(_, value)| *value)
    }
}

/// The three members that decide about logins.
#[derive(Debug)]
pub struct Config<'a> {
    /// `auths`.
    pub auths: Part<'a>,
    /// `credsStore`.
    pub creds_store: Option<&'a RawValue>,
    /// `credHelpers`.
    pub cred_helpers: Part<'a>,
}

/// A member that should be an object.
#[derive(Debug)]
pub enum Part<'a> {
    /// It is not there.
    Absent,
    /// It is `null`.
    Null,
    /// It is one.
    Map(Map<'a>),
    /// It is something else.
    Other(&'a RawValue),
}

impl<'a> Config<'a> {
    /// Takes the three members out of an object.
    pub fn read(members: &[Member<'a>], names: Names) -> Self {
        let part = |wanted| {
            let found = members.iter().filter(|(name, _)| names.same(name, wanted)).map(|(_, value)| *value);
            match names {
                Names::Exact => found.last().map_or(Part::Absent, Part::read),
                Names::Folded => Part::merged(found),
            }
        };
        Self {
            auths: part("auths"),
            creds_store: names.find(members, "credsStore"),
            cred_helpers: part("credHelpers"),
        }
    }

    /// A file that holds the entries alone, as `.dockercfg` does.
    pub fn of_entries(members: Vec<Member<'a>>) -> Self {
        Self { auths: Part::Map(Map::new(members)), creds_store: None, cred_helpers: Part::Absent }
    }

    /// The name in `credsStore`; `None` where it is missing, empty or no string.
    pub fn store(&self) -> Option<Cow<'a, str>> {
        self.creds_store.and_then(document::string).filter(|name| !name.is_empty())
    }
}

impl<'a> Part<'a> {
    fn read(value: &'a RawValue) -> Self {
        match (kind(value), document::object(value)) {
            (Kind::Null, _) => Self::Null,
            (_, Some(members)) => Self::Map(Map::new(members)),
            _ => Self::Other(value),
        }
    }

    fn merged(values: impl Iterator<Item = &'a RawValue>) -> Self {
        let mut merged = Self::Absent;
        for value in values {
            merged = match (merged, Self::read(value)) {
                // Go leaves the map as it is after a value of another type, and forgets it at a null.
                (Self::Map(map), Self::Other(_)) => Self::Map(map),
                (Self::Map(one), Self::Map(other)) => Self::Map(one.and(other)),
                (_, read) => read,
            };
        }
        merged
    }

    /// The object, where it is one.
    pub fn map(&self) -> Option<&Map<'a>> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The number of its members.
    pub fn len(&self) -> usize {
        self.map().map_or(0, |map| map.list.len())
    }

    /// A member's text; `None` where there is no such member or it is no string.
    pub fn text(&self, wanted: &str) -> Option<Cow<'a, str>> {
        self.map()?.get(wanted).and_then(document::string)
    }
}

/// How a tool finds a stored key for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// docker/cli `ConvertToHostname`: any scheme and the path are cut.
    Docker,
    /// The same before version 23: only http and https are schemes.
    DockerOld,
    /// container-libs `normalizeAuthFileKey`.
    Containers,
    /// The same for a `.dockercfg`: the path is always cut.
    ContainersLegacy,
    /// docker-py `resolve_index_name`: "http://" and "https://" are cut wherever they stand.
    DockerPy,
    /// docker_credential `normalize_key_to_registry`.
    Rust,
    /// testcontainers for Node `registryMatches`: the whole, or what follows a "://".
    Node,
}

const MATCHES: usize = 7;

impl Match {
    /// The names that lead to a key.
    fn names(self, stored: &str, mut add: impl FnMut(Cow<'_, str>)) {
        match self {
            Self::Docker => add(key::hostname(stored)),
            Self::DockerOld => add(host(bare(stored)).into()),
            Self::Containers | Self::Rust => add(matching::podman_normalised(stored).into()),
            Self::ContainersLegacy => add(matching::podman_normalised(host(bare(stored))).into()),
            Self::DockerPy => {
                let bare = stored.replace("http://", "").replace("https://", "");
                let host = host(&bare);
                add(if host == "index.docker.io" { "docker.io" } else { host }.into());
            }
            Self::Node => {
                add(stored.into());
                stored.match_indices("://").for_each(|(at, mark)| add(stored[at + mark.len()..].into()));
            }
        }
    }
}

/// Without `http://` or `https://`.
fn bare(stored: &str) -> &str {
    let without = stored.strip_prefix("http://").unwrap_or(stored);
    without.strip_prefix("https://").unwrap_or(without)
}

fn host(stored: &str) -> &str {
    stored.split('/').next().unwrap_or(stored)
}

/// The members of an object: of doubles the last value, in the place of the first.
#[derive(Debug)]
pub struct Map<'a> {
    list: Vec<Member<'a>>,
    at: HashMap<Cow<'a, str>, usize>,
    searched: [Cell<bool>; MATCHES],
    indexes: [OnceCell<HashMap<String, Vec<usize>>>; MATCHES],
}

impl<'a> Map<'a> {
    fn new(members: Vec<Member<'a>>) -> Self {
        let mut map = Self {
            list: Vec::with_capacity(members.len()),
            at: HashMap::with_capacity(members.len()),
            searched: Default::default(),
            indexes: Default::default(),
        };
        members.into_iter().for_each(|member| map.put(member));
        map
    }

    fn put(&mut self, (name, value): Member<'a>) {
        match self.at.get(&name) {
            Some(at) => self.list[*at].1 = value,
            None => {
                self.at.insert(name.clone(), self.list.len());
                self.list.push((name, value));
            }
        }
    }

    fn and(mut self, other: Self) -> Self {
        other.list.into_iter().for_each(|member| self.put(member));
        Self { indexes: Default::default(), ..self }
    }

    /// The members in order.
    pub fn list(&self) -> &[Member<'a>] {
        &self.list
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.at.get(name).map(|at| self.list[*at].1)
    }

    /// The place of a name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.at.get(name).copied()
    }

    /// The places of all keys to which a name leads, in order. From the second question on an index answers.
    pub fn matching(&self, by: Match, wanted: &str) -> Vec<usize> {
        let leads = |stored: &str| {
            let mut found = false;
            by.names(stored, |name| found |= name == wanted);
            found
        };
        if !self.searched[by as usize].replace(true) {
            let places = self.list.iter().enumerate().filter(|(_, (name, _))| leads(name));
            return places.map(|(at, _)| at).collect();
        }
        let index = self.indexes[by as usize].get_or_init(|| self.index(by));
        index.get(wanted).cloned().unwrap_or_default()
    }

    fn index(&self, by: Match) -> HashMap<String, Vec<usize>> {
        let mut index: HashMap<String, Vec<usize>> = HashMap::with_capacity(self.list.len());
        for (at, (name, _)) in self.list.iter().enumerate() {
            by.names(name, |name| {
                let places = index.entry(name.into_owned()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            });
        }
        index
    }
}

/// The members of an entry that some tool reads, as they stand there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fields<'a> {
    /// `auth`.
    pub auth: Option<&'a RawValue>,
    /// `username`.
    pub username: Option<&'a RawValue>,
    /// `password`.
    pub password: Option<&'a RawValue>,
    /// `identitytoken`.
    pub identity_token: Option<&'a RawValue>,
    /// `registrytoken`.
    pub registry_token: Option<&'a RawValue>,
}

impl<'a> Fields<'a> {
    /// The members of an entry; `None` where it is no object.
    pub fn read(value: &'a RawValue, names: Names) -> Option<Self> {
        let mut fields = Self::default();
        for (name, value) in document::object(value).filter(|_| kind(value) == Kind::Object)? {
            let slots = [
                ("auth", &mut fields.auth),
                ("username", &mut fields.username),
                ("password", &mut fields.password),
                ("identitytoken", &mut fields.identity_token),
                ("registrytoken", &mut fields.registry_token),
            ];
            for (known, slot) in slots {
                // Go leaves a field alone at a null.
                if names.same(&name, known) && !(names == Names::Folded && kind(value) == Kind::Null) {
                    *slot = Some(value);
                }
            }
        }
        Some(fields)
    }

    /// All of them.
    pub fn all(&self) -> [Option<&'a RawValue>; 5] {
        [self.auth, self.username, self.password, self.identity_token, self.registry_token]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str, names: Names) -> Config<'_> {
        Config::read(Json::read(text, true).members(), names)
    }

    #[test]
    fn go_merges_doubles_and_the_others_take_the_last() {
        let text = r#"{"auths":{"a":{},"b":1},"AUTHS":{"c":{}},"auths":{"b":2}}"#;
        let keys = |names| {
            let config = config(text, names);
            let list = config.auths.map().unwrap().list().to_vec();
            list.into_iter().map(|(name, value)| format!("{name}={}", value.get())).collect::<Vec<_>>()
        };
        assert_eq!(keys(Names::Folded), ["a={}", "b=2", "c={}"]);
        assert_eq!(keys(Names::Exact), ["b=2"]);
    }

    #[test]
    fn a_search_and_the_index_that_follows_it_agree() {
        let text = r#"{"auths":{"https://ghcr.io/v1/":{},"ghcr.io/team":{},"ftp://ghcr.io":{},"x://y://ghcr.io":{}}}"#;
        let table: &[(Match, &[usize])] = &[
            (Match::Docker, &[0, 1, 2]),
            (Match::DockerOld, &[0, 1]),
            (Match::Containers, &[0]),
            (Match::ContainersLegacy, &[0, 1]),
            (Match::DockerPy, &[0, 1]),
            (Match::Rust, &[0]),
            (Match::Node, &[2, 3]),
        ];
        for (by, places) in table {
            let config = config(text, Names::Exact);
            let map = config.auths.map().unwrap();
            for _ in 0..2 {
                assert_eq!(map.matching(*by, "ghcr.io"), *places, "{by:?}");
            }
        }
    }

    #[test]
    fn what_is_no_object_is_told_apart() {
        assert!(matches!(Json::read(" \n", true).value, Value::Blank));
        assert!(matches!(Json::read("null", true).value, Value::Null));
        assert!(matches!(Json::read("[1]", true).value, Value::Other));
        assert!(matches!(Json::read("\u{feff}{}", true).value, Value::Bad(_)));
        assert!(Json::read("{} x", true).has_rest);
        assert!(matches!(config(r#"{"auths":null}"#, Names::Folded).auths, Part::Null));
        assert!(matches!(config(r#"{"auths":7}"#, Names::Exact).auths, Part::Other(_)));
    }
}
