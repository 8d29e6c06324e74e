//! What the bytes of a `config.json` mean.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::config::document::{self, Member, Problem};
use crate::config::entry::{self, Entry};
use crate::credential::diagnostic::{Diagnostic, Diagnostics};

/// A file as far as it could be read.
#[derive(Debug, Default)]
pub struct ConfigFile {
    /// The entries of `auths`, in order; of doubles the last one.
    pub entries: Vec<Entry>,
    /// The helper for all registries; `None` where the member is missing or empty.
    pub creds_store: Option<String>,
    /// Keys and the helpers for them, in order. A helper's name may be empty: "use the file".
    pub cred_helpers: Vec<(String, String)>,
    /// What is odd about the file as a whole.
    pub diagnostics: Diagnostics,
    /// Why it cannot be used as it is.
    pub problem: Option<Problem>,
}

impl ConfigFile {
    /// True where an edit could lose something: the file is shown, never written.
    pub fn is_read_only(&self) -> bool {
        let lossy = [Diagnostic::TrailingData, Diagnostic::InvalidUtf8, Diagnostic::DuplicateKey];
        self.problem.is_some() || lossy.iter().any(|reason| self.diagnostics.has(*reason))
    }

    fn broken(problem: Problem, diagnostics: Diagnostics) -> Self {
        Self { problem: Some(problem), diagnostics, ..Self::default() }
    }
}

/// What Go expects a member of the file to be.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Texts,
    TextMap,
    TextMaps,
    Proxies,
    Proxy,
}

/// The members that docker reads apart from the credentials (docker/cli 28f7560 `configfile/file.go`).
const OTHER_MEMBERS: &[(&str, Shape)] = &[
    ("HttpHeaders", Shape::TextMap),
    ("psFormat", Shape::Text),
    ("imagesFormat", Shape::Text),
    ("networksFormat", Shape::Text),
    ("pluginsFormat", Shape::Text),
    ("volumesFormat", Shape::Text),
    ("statsFormat", Shape::Text),
    ("detachKeys", Shape::Text),
    ("serviceInspectFormat", Shape::Text),
    ("servicesFormat", Shape::Text),
    ("tasksFormat", Shape::Text),
    ("secretFormat", Shape::Text),
    ("configFormat", Shape::Text),
    ("nodesFormat", Shape::Text),
    ("pruneFilters", Shape::Texts),
    ("proxies", Shape::Proxies),
    ("currentContext", Shape::Text),
    ("cliPluginsExtraDirs", Shape::Texts),
    ("plugins", Shape::TextMaps),
    ("aliases", Shape::TextMap),
    ("features", Shape::TextMap),
];

/// The members of a proxy's object that docker reads.
const PROXY_MEMBERS: [&str; 5] = ["httpProxy", "httpsProxy", "noProxy", "ftpProxy", "allProxy"];

impl Shape {
    fn fits(self, value: &RawValue) -> bool {
        if document::is_null(value) {
            return true;
        }
        let all = |test: fn(&str, &RawValue) -> bool| {
            document::object(value)
                .is_some_and(|members| members.iter().all(|(name, value)| test(name, value)))
        };
        match self {
            Self::Text => document::string(value).is_some(),
            Self::Texts => serde_json::from_str::<Option<Vec<Option<Cow<'_, str>>>>>(value.get()).is_ok(),
            Self::TextMap => all(|_, value| Self::Text.fits(value)),
            Self::TextMaps => all(|_, value| Self::TextMap.fits(value)),
            Self::Proxies => all(|_, value| Self::Proxy.fits(value)),
            Self::Proxy => all(|name, value| {
                let is_read = PROXY_MEMBERS.iter().any(|known| name.eq_ignore_ascii_case(known));
                !is_read || Self::Text.fits(value)
            }),
        }
    }
}

/// True where a member that has nothing to do with logins is of the type that docker has for it; one that is not makes
/// docker refuse the file. Unknown members fit.
pub fn fits(name: &str, value: &RawValue) -> bool {
    let shape = OTHER_MEMBERS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    shape.is_none_or(|(_, shape)| shape.fits(value))
}

/// Reads docker's file: one bad entry never hides the others.
///
/// ```
/// let text = br#"{"auths": {"ghcr.io": {"auth": "amFuZTpodW50ZXIy"}, "quay.io": {"auth": "?"}}}"#;
/// let file = pullpass::config::docker::read(text);
/// let keys: Vec<&str> = file.entries.iter().map(|entry| &*entry.key).collect();
/// assert_eq!(keys, ["ghcr.io", "quay.io"]);
/// ```
pub fn read(bytes: &[u8]) -> ConfigFile {
    read_with(bytes, read_members)
}

/// Reads the variable `DOCKER_AUTH_CONFIG`. docker takes it only while it holds nothing but `auths` entries with an
/// `auth` member; otherwise it ignores the whole variable, and so says the diagnostic.
pub fn read_variable(bytes: &[u8]) -> ConfigFile {
    let mut file = read(bytes);
    let strict = file.creds_store.is_none()
        && file.cred_helpers.is_empty()
        && file.problem.is_none()
        && !file.diagnostics.has(Diagnostic::TrailingData)
        && !file.diagnostics.has(Diagnostic::DockerRejectsFile)
        && has_only_auth(bytes)
        && file.entries.iter().all(|entry| entry.has_auth && entry.username.is_some());
    file.diagnostics.add_if(!strict, Diagnostic::DockerAuthConfigInvalid);
    file
}

/// True where there is nothing but `auths`, and nothing but `auth` in its entries.
fn has_only_auth(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let Ok(members) = document::members(text, &mut Diagnostics::default()) else {
        return false;
    };
    let all_are = |members: &[Member<'_>], known| {
        members.iter().all(|(name, _): &Member<'_>| name.eq_ignore_ascii_case(known))
    };
    let entries = || members.iter().filter_map(|(_, auths)| document::object(auths)).flatten();
    all_are(&members, "auths")
        && entries().all(|(_, entry)| document::object(entry).is_none_or(|members| all_are(&members, "auth")))
}

/// Reads a `.dockercfg`: the entries without anything around them.
pub fn read_legacy(bytes: &[u8]) -> ConfigFile {
    read_with(bytes, |members, file| {
        read_entries(members, file);
        Ok(())
    })
}

fn read_with(bytes: &[u8], read: fn(&[Member<'_>], &mut ConfigFile) -> Result<(), Problem>) -> ConfigFile {
    let mut diagnostics = Diagnostics::default();
    if bytes.is_empty() {
        diagnostics.add(Diagnostic::EmptyFile);
        return ConfigFile { diagnostics, ..ConfigFile::default() };
    }
    let text = match document::text(bytes, &mut diagnostics) {
        Ok(text) => text,
        Err(problem) => return ConfigFile::broken(problem, diagnostics),
    };
    let members = match document::members(&text, &mut diagnostics) {
        Ok(members) => members,
        Err(problem) => return ConfigFile::broken(problem, diagnostics),
    };
    let mut file = ConfigFile { diagnostics, ..ConfigFile::default() };
    file.problem = read(&members, &mut file).err();
    for entry in &file.entries {
        let of_file = [Diagnostic::DockerRejectsFile, Diagnostic::DuplicateKey, Diagnostic::NonstandardCase];
        for diagnostic in of_file {
            file.diagnostics.add_if(entry.diagnostics.has(diagnostic), diagnostic);
        }
    }
    file
}

fn read_members(members: &[Member<'_>], file: &mut ConfigFile) -> Result<(), Problem> {
    let known = ["auths", "credsStore", "credHelpers"];
    file.diagnostics.add_if(document::has_doubles(members, &known), Diagnostic::DuplicateKey);
    for (name, value) in members {
        let Some(known) = known.into_iter().find(|known| name.eq_ignore_ascii_case(known)) else {
            file.diagnostics.add_if(!fits(name, value), Diagnostic::DockerRejectsFile);
            continue;
        };
        file.diagnostics.add_if(name != known, Diagnostic::NonstandardCase);
        if document::is_null(value) {
            continue;
        }
        match known {
            "auths" => {
                let entries =
                    document::object(value).ok_or_else(|| Problem::wrong_type(name, "an object"))?;
                read_entries(&entries, file);
            }
            "credsStore" => {
                let store = document::string(value).ok_or_else(|| Problem::wrong_type(name, "a string"))?;
                file.creds_store = Some(store.into_owned()).filter(|name| !name.is_empty());
            }
            _ => {
                read_helpers(value, file).ok_or_else(|| Problem::wrong_type(name, "an object of strings"))?;
            }
        }
    }
    Ok(())
}

fn read_helpers(value: &RawValue, file: &mut ConfigFile) -> Option<()> {
    let mut places: HashMap<String, usize> =
        file.cred_helpers.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
    for (key, value) in document::object(value)? {
        let helper = if document::is_null(value) { Cow::Borrowed("") } else { document::string(value)? };
        if let Some(at) = places.get(&*key) {
            file.diagnostics.add(Diagnostic::DuplicateKey);
            file.cred_helpers[*at].1 = helper.into_owned();
        } else {
            places.insert(key.clone().into_owned(), file.cred_helpers.len());
            file.cred_helpers.push((key.into_owned(), helper.into_owned()));
        }
    }
    Some(())
}

/// Adds entries; one with the key of an earlier one takes its place, as in every peer.
fn read_entries(members: &[Member<'_>], file: &mut ConfigFile) {
    let earlier = file.entries.len();
    file.entries.reserve(members.len());
    // docker writes sorted keys; only a file that somebody else wrote needs the search for doubles.
    let sorted = earlier == 0 && members.windows(2).all(|pair| pair[0].0 < pair[1].0);
    if sorted {
        file.entries.extend(members.iter().map(|(key, value)| entry::read(key, value)));
        return;
    }
    let mut places: HashMap<String, usize> =
        file.entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
    for (key, value) in members {
        let read = entry::read(key, value);
        if let Some(at) = places.get(read.key.as_str()) {
            file.diagnostics.add(Diagnostic::DuplicateKey);
            file.entries[*at] = read;
        } else {
            places.insert(read.key.clone(), file.entries.len());
            file.entries.push(read);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_two_entries_counts_and_the_file_is_read_only() {
        let file = read(
            br#"{"auths":{"b":{"auth":"YTox"},"a":{},"b":{"auth":"Yjoy"}},"Auths":{"a":{"auth":"Yzoz"}}}"#,
        );
        let names: Vec<_> = file.entries.iter().map(|e| (e.key.as_str(), e.username.clone())).collect();
        assert_eq!(names, [("b", Some(b"b".to_vec())), ("a", Some(b"c".to_vec()))]);
        assert!(file.is_read_only());
        assert!(file.diagnostics.has(Diagnostic::NonstandardCase));
    }

    #[test]
    fn every_member_that_docker_types_is_checked() {
        let table = [
            (r#"{"psFormat":1}"#, true),
            (r#"{"psFormat":"x"}"#, false),
            (r#"{"psFormat":null}"#, false),
            (r#"{"features":{"x":true}}"#, true),
            (r#"{"features":{"x":"true"}}"#, false),
            (r#"{"pruneFilters":["a"]}"#, false),
            (r#"{"pruneFilters":{"a":1}}"#, true),
            (r#"{"plugins":{"x":{"y":"z"}}}"#, false),
            (r#"{"plugins":{"x":1}}"#, true),
            (r#"{"plugins":{"x":{"y":true}}}"#, true),
            (r#"{"plugins":{"x":null}}"#, false),
            (r#"{"proxies":{"default":{"httpProxy":"p","other":1}}}"#, false),
            (r#"{"proxies":{"default":{"HTTPProxy":1}}}"#, true),
            (r#"{"proxies":{"default":"p"}}"#, true),
            (r#"{"somethingElse":{"x":1}}"#, false),
        ];
        for (text, rejected) in table {
            assert_eq!(
                read(text.as_bytes()).diagnostics.has(Diagnostic::DockerRejectsFile),
                rejected,
                "{text}"
            );
        }
    }

    #[test]
    fn members_that_go_takes_for_one_are_doubles_and_the_file_is_read_only() {
        let table = [
            (r#"{"auths":{},"Auths":{}}"#, true),
            (r#"{"credsStore":"a","CREDSSTORE":"b"}"#, true),
            (r#"{"auths":{"r":{"auth":"YTox","Auth":"Yjoy"}}}"#, true),
            (r#"{"credHelpers":{"r":"a","r":"b"}}"#, true),
            (r#"{"credHelpers":{"r":"a","R":"b"}}"#, false),
            (r#"{"mine":1,"Mine":2}"#, false),
            (r#"{"auths":{"r":{"mine":1,"Mine":2}}}"#, false),
            (r#"{"auths":{"r":{},"R":{}}}"#, false),
        ];
        for (text, doubles) in table {
            assert_eq!(read(text.as_bytes()).is_read_only(), doubles, "{text}");
        }
    }

    #[test]
    fn the_variable_holds_auth_and_nothing_else() {
        let table = [
            (r#"{"auths":{"r":{"auth":"YTox"}}}"#, true),
            (r#"{"auths":{}}"#, true),
            (r#"{"auths":null}"#, true),
            ("{}", true),
            ("", true),
            (r#"{"auths":{"r":{"auth":"YTox","email":"a@b.c"}}}"#, false),
            (r#"{"auths":{"r":{"auth":"YTox","identitytoken":"t"}}}"#, false),
            (r#"{"auths":{"r":{"auth":"YTox","x":1}}}"#, false),
            (r#"{"auths":{"r":{"auth":"YTo"}}}"#, false),
            (r#"{"auths":{"r":{}}}"#, false),
            (r#"{"auths":{"r":"x"}}"#, false),
            (r#"{"auths":{},"credHelpers":{}}"#, false),
            (r#"{"auths":{}}{}"#, false),
            ("[]", false),
        ];
        for (text, valid) in table {
            let file = read_variable(text.as_bytes());
            assert_eq!(!file.diagnostics.has(Diagnostic::DockerAuthConfigInvalid), valid, "{text}");
        }
    }

    #[test]
    fn a_legacy_file_is_entries_only() {
        let file = read_legacy(br#"{"https://index.docker.io/v1/":{"auth":"YTox","email":"a@b.c"}}"#);
        assert_eq!(file.entries.len(), 1);
        assert_eq!(file.entries[0].email.as_deref(), Some("a@b.c"));
    }

    #[test]
    fn no_secret_is_in_debug_output() {
        let file = read(br#"{"auths":{"r":{"auth":"dTpodW50ZXIy","identitytoken":"t0psecret"}}}"#);
        let shown = format!("{file:?}");
        assert!(!shown.contains("hunter2") && !shown.contains("t0psecret"), "{shown}");
    }
}
