//! The members of a file in docker's form, before any tool has given them a meaning.
//!
//! Each language reads names and doubles its own way: Go folds the case of names and merges doubles, all others take
//! the exact name and the last one.

use std::borrow::Cow;
use std::cell::OnceCell;

use ::base64::Engine as _;
use ::base64::engine::general_purpose::STANDARD;

use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::config::document::{self, Member};
use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::resolve::keys::Map;
use crate::secret::Secret;

/// A text as JSON.
pub struct Json<'a> {
    /// What it holds.
    pub value: Value<'a>,
    /// True where no byte had to be replaced.
    pub is_utf8: bool,
    /// True where something stands after the value.
    pub has_rest: bool,
}

/// The one value of a text.
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

    /// True where each of the three members stands there once, and under its exact name: then it does not matter how names
    /// are compared.
    fn is_ordinary(&self) -> bool {
        let known = ["auths", "credsStore", "credHelpers"];
        known.into_iter().all(|known| {
            let mut alike = self.members().iter().filter(|(name, _)| name.eq_ignore_ascii_case(known));
            alike.next().is_none_or(|(name, _)| name == known) && alike.next().is_none()
        })
    }

    /// How names are to be compared so that files which need no care are read but once.
    pub fn names(&self, wanted: Names) -> Names {
        if self.is_ordinary() { Names::Exact } else { wanted }
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

/// True for an object of known members, each a string and there once, whose `auth` is strict base64 of `user:password`.
fn is_plain(value: &RawValue) -> bool {
    let known = ["auth", "username", "password", "email", "serveraddress", "identitytoken", "registrytoken"];
    let is_good = |text: &str| {
        let bytes = STANDARD.decode(text).map(Zeroizing::new).unwrap_or_default();
        std::str::from_utf8(&bytes).is_ok_and(|text| text.find(':').is_some_and(|colon| colon > 0))
    };
    document::object(value).is_some_and(|members| {
        members.iter().enumerate().all(|(at, (name, value))| {
            known.contains(&&**name)
                && kind(value) == Kind::Text
                && members[..at].iter().all(|(earlier, _)| earlier != name)
                && (name != "auth" || document::string(value).is_some_and(|text| is_good(&text)))
        })
    })
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
pub struct Config<'a> {
    /// `auths`.
    pub auths: Part<'a>,
    /// `credsStore`.
    pub creds_store: Option<&'a RawValue>,
    /// `credHelpers`.
    pub cred_helpers: Part<'a>,
    is_plain: OnceCell<bool>,
}

/// A member that should be an object.
pub enum Part<'a> {
    /// It is not there.
    Absent,
    /// It is `null`.
    Null,
    /// It is one.
    Map(Box<Map<'a>>),
    /// It is something else.
    Other(&'a RawValue),
}

impl<'a> Config<'a> {
    /// Takes the three members out of an object.
    pub fn read(members: &[Member<'a>], names: Names) -> Self {
        let part = |wanted| {
            let mut found =
                members.iter().filter(|(name, _)| names.same(name, wanted)).map(|(_, value)| *value);
            match names {
                Names::Exact => found.next_back().map_or(Part::Absent, Part::read),
                Names::Folded => Part::merged(found),
            }
        };
        Self {
            auths: part("auths"),
            creds_store: names.find(members, "credsStore"),
            cred_helpers: part("credHelpers"),
            is_plain: OnceCell::new(),
        }
    }

    /// A file that holds the entries alone, as `.dockercfg` does.
    pub fn of_entries(members: Vec<Member<'a>>) -> Self {
        let auths = Part::Map(Box::new(Map::new(members)));
        Self { auths, creds_store: None, cred_helpers: Part::Absent, is_plain: OnceCell::new() }
    }

    /// True where every entry is such that no tool finds fault with it. Nearly every file is like that, and is looked
    /// through once for all tools.
    pub fn is_plain(&self) -> bool {
        let all = || {
            let auths = self.auths.map().map_or(&[][..], |auths| auths.list());
            auths.iter().all(|(_, value)| is_plain(value))
        };
        *self.is_plain.get_or_init(all)
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
            (_, Some(members)) => Self::Map(Box::new(Map::new(members))),
            _ => Self::Other(value),
        }
    }

    fn merged(values: impl Iterator<Item = &'a RawValue>) -> Self {
        let mut merged = Self::Absent;
        for value in values {
            merged = match (merged, Self::read(value)) {
                // Go leaves the map as it is after a value of another type, and forgets it at a null.
                (Self::Map(map), Self::Other(_)) => Self::Map(map),
                (Self::Map(one), Self::Map(other)) => Self::Map(Box::new(one.and(*other))),
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
        self.map().map_or(0, |map| map.list().len())
    }

    /// A member's text; `None` where there is no such member or it is no string.
    pub fn text(&self, wanted: &str) -> Option<Cow<'a, str>> {
        self.map()?.get(wanted).and_then(document::string)
    }
}

/// The members of an entry that some tool reads, as they stand there.
#[derive(Clone, Copy, Default)]
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
