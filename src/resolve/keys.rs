//! The keys of a file, and how each tool finds the one that serves a name.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use serde_json::value::RawValue;

use crate::config::document::Member;
use crate::registry::{key, matching};

/// How a tool finds a stored key for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// docker/cli 28f7560 `ConvertToHostname`: any scheme and the path are cut.
    Docker,
    /// The same before version 23: only http and https are schemes.
    DockerOld,
    /// container-libs `normalizeAuthFileKey`.
    Containers,
    /// The same for a `.dockercfg`: the path is always cut.
    ContainersLegacy,
    /// docker-py `resolve_index_name`: "http://" and "https://" are cut wherever they stand.
    DockerPy,
    /// `docker_credential` `normalize_key_to_registry`.
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
            Self::DockerPy if !stored.contains("://") && !stored.contains("docker.io") => {
                add(host(stored).into());
            }
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

/// The members of an object: of doubles the last value, in the place of the first. It cannot be printed: there may be
/// passwords in them.
pub struct Map<'a> {
    list: Vec<Member<'a>>,
    at: HashMap<Cow<'a, str>, usize>,
    searched: [Cell<bool>; MATCHES],
    indexes: [OnceCell<Index>; MATCHES],
    hasher: RandomState,
}

/// The hashes of all names that lead to a key, each with the place of the key, sorted. The names themselves would take ten
/// times as much, and a file of ten thousand logins has several indexes.
type Index = Vec<(u64, usize)>;

impl<'a> Map<'a> {
    /// Takes the members over.
    pub fn new(members: Vec<Member<'a>>) -> Self {
        let mut map = Self {
            list: Vec::with_capacity(members.len()),
            at: HashMap::with_capacity(members.len()),
            searched: Default::default(),
            indexes: Default::default(),
            hasher: RandomState::new(),
        };
        for member in members {
            map.put(member);
        }
        map
    }

    fn put(&mut self, (name, value): Member<'a>) {
        if let Some(at) = self.at.get(&name) {
            self.list[*at].1 = value;
        } else {
            self.at.insert(name.clone(), self.list.len());
            self.list.push((name, value));
        }
    }

    /// The members of both; those of the other win.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for member in other.list {
            self.put(member);
        }
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
        let hash = self.hasher.hash_one(wanted);
        let first = index.partition_point(|(other, _)| *other < hash);
        let alike = index[first..].iter().take_while(|(other, _)| *other == hash).map(|(_, at)| *at);
        alike.filter(|at| leads(&self.list[*at].0)).collect()
    }

    fn index(&self, by: Match) -> Index {
        let mut index = Vec::with_capacity(self.list.len());
        for (at, (name, _)) in self.list.iter().enumerate() {
            by.names(name, |name| index.push((self.hasher.hash_one(&*name), at)));
        }
        index.sort_unstable();
        index.dedup();
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::document;

    #[test]
    fn a_search_and_the_index_that_follows_it_agree() {
        let text = r#"{"https://ghcr.io/v1/":1,"ghcr.io/team":1,"ftp://ghcr.io":1,"x://y://ghcr.io":1,"ghcr.io/team":2,"ghcr.io":1}"#;
        let members = || document::object(serde_json::from_str(text).unwrap()).unwrap();
        let table: &[(Match, &[usize])] = &[
            (Match::Docker, &[0, 1, 2, 4]),
            (Match::DockerOld, &[0, 1, 4]),
            (Match::Containers, &[0, 4]),
            (Match::ContainersLegacy, &[0, 1, 4]),
            (Match::DockerPy, &[0, 1, 4]),
            (Match::Rust, &[0, 4]),
            (Match::Node, &[2, 3, 4]),
        ];
        for (by, places) in table {
            let map = Map::new(members());
            for _ in 0..2 {
                assert_eq!(map.matching(*by, "ghcr.io"), *places, "{by:?}");
            }
        }
    }

    #[test]
    fn of_doubles_the_last_value_stands_in_the_place_of_the_first() {
        let object = |text| document::object(serde_json::from_str(text).unwrap()).unwrap();
        let map = Map::new(object(r#"{"a":1,"b":2,"a":3}"#)).and(Map::new(object(r#"{"c":4,"b":5}"#)));
        let list: Vec<_> = map.list().iter().map(|(name, value)| format!("{name}{}", value.get())).collect();
        assert_eq!(list, ["a3", "b5", "c4"]);
        assert_eq!((map.place("c"), map.place("d")), (Some(2), None));
    }
}
