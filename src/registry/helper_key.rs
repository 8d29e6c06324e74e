//! The key under which our own credential helper keeps and finds a login: docker, podman and people write the same host in
//! several ways.

use std::borrow::Cow;

use super::key::{HUB_KEY, companion, hostname, is_hub_key, is_namespaced};

/// A key as all its spellings are kept: a host without its scheme, Docker Hub under docker's own key. A repository
/// (`ghcr.io/team`) and docker's web-login companions are names of their own, and stay as they are.
pub fn canonical(key: &str) -> Cow<'_, str> {
    if companion(key).is_some() || is_namespaced(key) {
        Cow::Borrowed(key)
    } else if is_hub_key(key) {
        Cow::Borrowed(HUB_KEY)
    } else {
        hostname(key)
    }
}

/// True for two spellings of one key.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || canonical(one) == canonical(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_name_and_a_repository_its_own() {
        let table = [
            ("docker.io", HUB_KEY),
            ("index.docker.io", HUB_KEY),
            ("https://registry-1.docker.io/v2/", HUB_KEY),
            ("https://index.docker.io/v1", HUB_KEY),
            ("https://index.docker.io/v1/access-token", "https://index.docker.io/v1/access-token"),
            ("https://index.docker.io/v1/refresh-token", "https://index.docker.io/v1/refresh-token"),
            ("docker.io/library/alpine", "docker.io/library/alpine"),
            ("ghcr.io", "ghcr.io"),
            ("https://ghcr.io", "ghcr.io"),
            ("http://localhost:5000/", "localhost:5000"),
            ("https://[::1]:5000", "[::1]:5000"),
            ("ghcr.io/team", "ghcr.io/team"),
            ("https://ghcr.io/team", "https://ghcr.io/team"),
        ];
        for (key, expected) in table {
            assert_eq!(canonical(key), expected, "{key}");
        }
        assert!(is_same("https://ghcr.io", "ghcr.io") && !is_same("ghcr.io/team", "ghcr.io"));
    }
}
