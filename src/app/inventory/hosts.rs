//! The logins of one host, found without looking through all of them: a frame must not take longer with 10,000.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::OnceLock;

use crate::credential::login::Login;
use crate::registry::key;

/// The positions of the logins, sorted by the hashes of their hosts. Made when it is first asked for.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Hosts(OnceLock<Box<[(u64, u32)]>>);

/// What follows from the logins tells no two inventories apart.
impl PartialEq for Hosts {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Hosts {}

impl Hosts {
    /// The positions of all logins whose keys name the same host as this one, and perhaps of a few others, in order.
    pub fn positions(&self, logins: &[Login], key: &str) -> impl Iterator<Item = usize> + use<'_> {
        let all = self.0.get_or_init(|| {
            let hashed = logins.iter().enumerate().map(|(at, login)| (hash(&login.id.key), at as u32));
            let mut hashed: Box<[_]> = hashed.collect();
            hashed.sort_unstable();
            hashed
        });
        let wanted = hash(key);
        let first = all.partition_point(|(hash, _)| *hash < wanted);
        all[first..].iter().take_while(move |(hash, _)| *hash == wanted).map(|(_, at)| *at as usize)
    }
}

/// Docker Hub has several hosts, and some tool takes each for each.
fn hash(key: &str) -> u64 {
    let host = key::parts(key).host;
    let mut hasher = DefaultHasher::new();
    if key::is_hub_host(host) { "docker.io" } else { host }.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use crate::app::inventory::{self, Inventory};
    use crate::settings::Settings;

    fn inventory(keys: &[&str]) -> Inventory {
        let home = tempfile::tempdir().unwrap();
        let entries: Vec<String> = keys.iter().map(|key| format!(r#""{key}":{{"auth":"dTpw"}}"#)).collect();
        std::fs::write(home.path().join("config.json"), format!(r#"{{"auths":{{{}}}}}"#, entries.join(",")))
            .unwrap();
        let folder = home.path().as_os_str().to_owned();
        let settings = Settings::from_environment(|name| (name == "DOCKER_CONFIG").then(|| folder.clone()));
        inventory::read(&settings, jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn every_spelling_of_a_host_is_found_and_no_other_host() {
        let keys =
            ["a.io", "https://a.io/v1/", "b.io", "a.io/team", "a.io:5000", "u@a.io", "docker.io", "[::1]:80"];
        let inventory = inventory(&keys);
        let table = [
            ("a.io", &["a.io", "https://a.io/v1/", "a.io/team", "a.io:5000", "u@a.io"][..]),
            ("http://a.io/team/app", &["a.io", "https://a.io/v1/", "a.io/team", "a.io:5000", "u@a.io"]),
            ("https://index.docker.io/v1/", &["docker.io"]),
            ("https://[::1]", &["[::1]:80"]),
            ("c.io", &[]),
        ];
        for (key, expected) in table {
            let found: Vec<&str> = inventory.of_host(key).map(|login| &*login.id.key).collect();
            assert_eq!(found, expected, "{key}");
        }
    }

    #[test]
    fn logins_that_come_later_are_found_too() {
        let mut all = inventory(&["b.io", "a.io"]);
        assert_eq!(all.of_host("a.io").count(), 1);
        all.append(inventory(&["https://a.io"]));
        assert_eq!(all.of_host("a.io").count(), 2);
        let listed = crate::credential_helper::Listed { key: "a.io".into(), username: "u".into() };
        all.sources[0].creds_store = Some("keeper".into());
        inventory::apply_listings(&mut all, &[("keeper".into(), Ok(vec![listed]))].into());
        assert_eq!(
            all.of_host("a.io").count(),
            all.logins.iter().filter(|one| one.id.key.contains("a.io")).count()
        );
        assert_eq!(all.logins.len(), 4);
    }
}
