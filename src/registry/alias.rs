//! Which keys of a file mean the same login: what leaves together, and what to ask about.
//!
//! docker's own logout erases the typed name, its host and their http and https forms and nothing else
//! (docker/cli 28f7560 `command/registry/logout.go`), so a Docker Hub login typed as `docker.io` stays.

use crate::registry::key::{self, Parts};

/// The keys that one removal takes, and those that a person may have meant as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AliasSet<'a> {
    /// Spellings of the same login.
    pub same: Vec<&'a str>,
    /// Other keys of the same host: a namespace, or the port that https has anyway.
    pub related: Vec<&'a str>,
}

/// Sorts the keys of a file by what they are to `name`: a key, a registry as typed, or nothing at all for Docker Hub.
pub fn alias_set<'a>(name: &str, keys: impl IntoIterator<Item = &'a str>) -> AliasSet<'a> {
    let name = name.trim();
    let wanted = Wanted::of(name);
    let mut set = AliasSet::default();
    for key in keys {
        match wanted.relation(name, key) {
            Relation::Same => set.same.push(key),
            Relation::Related => set.related.push(key),
            Relation::Other => {}
        }
    }
    set
}

enum Relation {
    Same,
    Related,
    Other,
}

enum Wanted {
    Hub,
    Host { host: String, port: Option<String> },
    Namespace,
}

impl Wanted {
    fn of(name: &str) -> Self {
        let parts = key::parts(name);
        // A person may type a host in any case.
        let lower = name.to_ascii_lowercase();
        if name.is_empty() || key::is_hub_key(&lower) || key::companion(&lower).is_some() {
            Self::Hub
        } else if is_whole_host(&parts) {
            Self::Host { host: parts.host.to_ascii_lowercase(), port: parts.port.map(str::to_owned) }
        } else {
            Self::Namespace
        }
    }

    fn relation(&self, name: &str, key: &str) -> Relation {
        if key == name {
            return Relation::Same;
        }
        let parts = key::parts(key);
        match self {
            Self::Hub if key::is_hub_key(key) || key::companion(key).is_some() => Relation::Same,
            Self::Hub if key::is_hub_host(parts.host) && parts.port.is_none() => Relation::Related,
            Self::Host { host, port } if parts.host.eq_ignore_ascii_case(host) => {
                let whole = is_whole_host(&parts);
                match (port.as_deref(), parts.port) {
                    (wanted, found) if wanted == found && whole => Relation::Same,
                    (wanted, found) if wanted == found => Relation::Related,
                    (None, Some("443")) | (Some("443"), None) if whole => Relation::Related,
                    _ => Relation::Other,
                }
            }
            _ => Relation::Other,
        }
    }
}

/// True for a key that means a host and no namespace of it.
fn is_whole_host(parts: &Parts<'_>) -> bool {
    matches!(parts.path, "" | "/" | "/v1" | "/v1/" | "/v2" | "/v2/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_hub_goes_with_all_its_names_and_companions() {
        let keys = [
            key::HUB_KEY,
            key::HUB_ACCESS_TOKEN_KEY,
            key::HUB_REFRESH_TOKEN_KEY,
            "docker.io",
            "docker.io/team",
            "index.docker.io:80",
            "ghcr.io",
        ];
        let names =
            ["", "docker.io", "Docker.IO", "index.docker.io", key::HUB_KEY, key::HUB_ACCESS_TOKEN_KEY];
        for name in names {
            let set = alias_set(name, keys);
            assert_eq!(set.same, keys[..4], "{name}");
            assert_eq!(set.related, ["docker.io/team"], "{name}");
        }
    }

    #[test]
    fn a_namespace_goes_alone() {
        let keys = ["quay.io", "quay.io/team", "https://quay.io/team"];
        assert_eq!(alias_set("quay.io/team", keys).same, ["quay.io/team"]);
        assert_eq!(alias_set("quay.io", keys).related, ["quay.io/team", "https://quay.io/team"]);
    }
}
