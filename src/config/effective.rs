//! Which login a tool would really use, blind spots included.

use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::registry::key;
use crate::registry::matching::{podman_normalised, podman_order};

/// What a tool has to choose from: the keys of one file, and of the variable that goes before it.
#[derive(Clone, Debug, Default)]
pub struct Choices<'a> {
    /// The keys of a valid `DOCKER_AUTH_CONFIG`.
    pub variable: Vec<&'a str>,
    /// The keys of `auths`.
    pub auths: Vec<&'a str>,
    /// The helper for all registries.
    pub creds_store: Option<&'a str>,
    /// Keys with a helper of their own.
    pub cred_helpers: Vec<(&'a str, &'a str)>,
}

/// Where a lookup ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// An entry of `DOCKER_AUTH_CONFIG`.
    Variable(&'a str),
    /// An entry of `auths`.
    Auths(&'a str),
    /// The tool picks one of these at random.
    Ambiguous(Vec<&'a str>),
    /// The helper named for this key is asked for it; nothing else is tried.
    CredHelper {
        /// The helper's name.
        helper: &'a str,
        /// What it is asked for.
        key: &'a str,
    },
    /// The helper for all registries is asked; nothing else is tried.
    CredsStore {
        /// The helper's name.
        helper: &'a str,
        /// What it is asked for.
        key: &'a str,
    },
    /// No login.
    Nothing,
}

/// docker's choice for a registry (docker/cli 28f7560 `configfile/file.go`, `GetCredentialsStore`; `credentials/file_store.go`).
pub fn docker<'a>(choices: &Choices<'a>, registry: &'a str) -> Lookup<'a> {
    if registry.is_empty() {
        return Lookup::Nothing;
    }
    let key = key::lookup_key(registry);
    if choices.variable.contains(&key) {
        return Lookup::Variable(key);
    }
    match choices.cred_helpers.iter().find(|(helped, _)| *helped == key) {
        Some((_, "")) => return docker_file(choices, key),
        Some((_, helper)) => return Lookup::CredHelper { helper, key },
        None => {}
    }
    match choices.creds_store {
        Some(helper) => Lookup::CredsStore { helper, key },
        None => docker_file(choices, key),
    }
}

fn docker_file<'a>(choices: &Choices<'a>, key: &str) -> Lookup<'a> {
    if let Some(exact) = choices.auths.iter().find(|stored| **stored == key) {
        return Lookup::Auths(exact);
    }
    one_of(choices.auths.iter().copied().filter(|stored| key::hostname(stored) == key).collect())
}

/// podman's choice for an image or registry (container-libs 9869b8f `config.go`, `findCredentialsInFile`). `readable` tells
/// which entries have an `auth` member: one without is no login, but its key ends the search in this file all the same.
pub fn podman<'a>(choices: &Choices<'a>, wanted: &'a str, readable: impl Fn(&str) -> bool) -> Lookup<'a> {
    if wanted.is_empty() || wanted.contains("://") {
        return Lookup::Nothing;
    }
    let registry = wanted.split('/').next().unwrap_or(wanted);
    if let Some((key, helper)) = choices.cred_helpers.iter().find(|(helped, _)| *helped == registry) {
        return Lookup::CredHelper { helper, key };
    }
    let stored = || choices.auths.iter().copied();
    let exact = podman_order(wanted).into_iter().find_map(|tried| stored().find(|stored| *stored == tried));
    let normalised = || {
        let registry = podman_normalised(registry);
        one_of(stored().filter(|stored| podman_normalised(stored) == registry).collect())
    };
    let found = exact.map_or_else(normalised, Lookup::Auths);
    match found {
        Lookup::Auths(key) if !readable(key) => Lookup::Nothing,
        found => found,
    }
}

/// True where podman stops its search at a file for what is odd about it, although docker may take it: it reads the
/// text as one JSON value and nothing else (container-libs 9869b8f `config.go`, `parse`).
pub fn stops_podman(diagnostics: &Diagnostics) -> bool {
    let reasons = [Diagnostic::EmptyAuthJsonBreaksPodman, Diagnostic::TrailingData, Diagnostic::Bom];
    reasons.iter().any(|reason| diagnostics.has(*reason))
}

fn one_of(candidates: Vec<&str>) -> Lookup<'_> {
    match candidates.as_slice() {
        [] => Lookup::Nothing,
        [one] => Lookup::Auths(one),
        _ => Lookup::Ambiguous(candidates),
    }
}

/// The login that a person means by `wanted`: docker's answer, and below a namespace podman's where docker has none.
pub fn meant<'a>(choices: &Choices<'a>, wanted: &'a str) -> Lookup<'a> {
    match docker(choices, wanted) {
        Lookup::Nothing if wanted.contains('/') => podman(choices, wanted, |_| true),
        found => found,
    }
}

/// What is odd about how `wanted` is found among these keys.
pub fn diagnostics(choices: &Choices<'_>, wanted: &str) -> Diagnostics {
    let mut found = Diagnostics::default();
    let key = key::lookup_key(wanted);
    if key == key::HUB_KEY {
        let spellings = choices.auths.iter().filter(|stored| key::is_hub_key(stored)).count();
        let canonical = choices.auths.contains(&key::HUB_KEY);
        found.add_if(spellings > 0 && !canonical, Diagnostic::HubKeyNotCanonical);
        found.add_if(spellings > 1, Diagnostic::HubDoubleEntry);
    }
    for (helped, helper) in &choices.cred_helpers {
        let scheme = *helped != key::HUB_KEY && helped.contains("://") && key::hostname(helped) == key;
        found.add_if(scheme, Diagnostic::CredhelpersKeyWithScheme);
        found.add_if(*helped == key && helper.is_empty(), Diagnostic::EmptyHelperName);
        found.add_if(helped.contains('*'), Diagnostic::CredhelpersWildcard);
    }
    match docker(choices, wanted) {
        Lookup::Ambiguous(_) => found.add(Diagnostic::AmbiguousKeys),
        Lookup::Auths(stored) => {
            let parts = key::parts(stored);
            found.add_if(parts.userinfo.is_some(), Diagnostic::UserinfoInKey);
            let cut = parts.scheme.is_none() && stored != key && parts.path.len() > 1;
            found.add_if(cut, Diagnostic::NamespacedKeyUsedForWholeHost);
        }
        Lookup::CredsStore { .. } | Lookup::CredHelper { .. } => {
            let exact = choices.auths.contains(&key);
            let respelled = choices.auths.iter().any(|stored| key::hostname(stored) == key);
            found.add_if(!exact && respelled, Diagnostic::StoreKeyMismatch);
        }
        Lookup::Variable(_) | Lookup::Nothing => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_asks_exactly_one_place() {
        let mut choices = Choices {
            auths: vec!["reg.example.com", "https://other.example.com"],
            cred_helpers: vec![("ghcr.io", "gh"), ("plain.example.com", "")],
            ..Choices::default()
        };
        assert_eq!(docker(&choices, "ghcr.io"), Lookup::CredHelper { helper: "gh", key: "ghcr.io" });
        assert_eq!(docker(&choices, "reg.example.com"), Lookup::Auths("reg.example.com"));
        assert_eq!(docker(&choices, "other.example.com"), Lookup::Auths("https://other.example.com"));
        choices.creds_store = Some("pass");
        assert_eq!(docker(&choices, "docker.io"), Lookup::CredsStore { helper: "pass", key: key::HUB_KEY });
        assert_eq!(docker(&choices, "plain.example.com"), Lookup::Nothing);
        choices.variable = vec!["reg.example.com"];
        assert_eq!(docker(&choices, "reg.example.com"), Lookup::Variable("reg.example.com"));
    }

    #[test]
    fn podman_reads_auth_members_only_and_knows_namespaces() {
        let choices = Choices { auths: vec!["quay.io/team", "quay.io", "docker.io"], ..Choices::default() };
        assert_eq!(podman(&choices, "quay.io/team/x", |_| true), Lookup::Auths("quay.io/team"));
        assert_eq!(podman(&choices, "quay.io/team/x", |key| key != "quay.io/team"), Lookup::Nothing);
        assert_eq!(podman(&choices, "quay.io/x", |key| key != "quay.io/team"), Lookup::Auths("quay.io"));
        assert_eq!(podman(&choices, "docker.io/x", |_| false), Lookup::Nothing);
        assert_eq!(podman(&choices, "index.docker.io/x", |_| true), Lookup::Auths("docker.io"));
        assert_eq!(podman(&choices, "https://quay.io", |_| true), Lookup::Nothing);
    }
}
