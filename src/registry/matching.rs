//! How tools other than docker match a stored key against what they look for.

use crate::registry::key;

/// The keys that podman, buildah and skopeo try for an image, most special first: the repository, its parents, the host.
///
/// Source: container-libs 9869b8f `image/pkg/docker/config/config.go`, `authKeysForKey`.
pub fn podman_order(image: &str) -> Vec<&str> {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    // A colon after the last slash begins a tag; without a slash it begins a port.
    let end = if last == 0 { name.len() } else { name[last..].find(':').map_or(name.len(), |at| last + at) };
    let mut rest = &name[..end];
    let mut order = vec![rest];
    while let Some((parent, _)) = rest.rsplit_once('/') {
        order.push(parent);
        rest = parent;
    }
    order
}

/// The host under which podman finds a key that is no plain name: scheme and path cut, Docker Hub's names made one.
///
/// Source: container-libs 9869b8f `image/pkg/docker/config/config.go`, `normalizeAuthFileKey` and `normalizeRegistry`.
pub fn podman_normalised(stored: &str) -> &str {
    let bare = stored.strip_prefix("https://").or_else(|| stored.strip_prefix("http://"));
    // A namespaced key without a scheme is a key of its own.
    let host = match bare {
        Some(rest) => rest.split('/').next().unwrap_or(rest),
        None => stored,
    };
    if matches!(host, "docker.io" | "registry-1.docker.io") { "index.docker.io" } else { host }
}

/// True where the Windows helper finds a stored target for a query: scheme, port and path that the query lacks are
/// taken from the target.
///
/// Source: docker-credential-helpers 594c023 `wincred/wincred.go`, `approximateMatch`.
pub fn wincred_matches(stored: &str, query: &str) -> bool {
    if stored == query {
        return true;
    }
    let [stored, query] =
        [stored, query].map(|address| key::parts(address.strip_prefix("//").unwrap_or(address)));
    let agree = |wanted: Option<&str>, found: Option<&str>| wanted.is_none() || wanted == found;
    query.host == stored.host
        && query.userinfo == stored.userinfo
        && agree(query.scheme, stored.scheme)
        && agree(query.port, stored.port)
        && agree((!query.path.is_empty()).then_some(query.path), Some(stored.path))
}

/// A folder of buildx's scoped logins: `HOST[/REPOSITORY][@ACTION,ACTION]`.
///
/// Source: buildx `util/dockerutil/dockerconfig/configprovider.go`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildxScope<'a> {
    /// The registry.
    pub host: &'a str,
    /// The one repository that it is for; empty for all.
    pub repository: &'a str,
    /// The actions that a request must ask for; empty for any.
    pub actions: Vec<&'a str>,
}

impl<'a> BuildxScope<'a> {
    /// Reads the name of a folder below buildx's `config` folder.
    pub fn of_folder(folder: &'a str) -> Self {
        let (place, actions) = folder.split_once('@').unwrap_or((folder, ""));
        let (host, repository) = place.split_once('/').unwrap_or((place, ""));
        Self { host, repository, actions: split_actions(actions) }
    }

    /// True where buildx uses this folder for a token request: the request must name exactly one resource.
    pub fn serves(&self, request_scopes: &[&str]) -> bool {
        // One text may hold several scopes. An empty one makes buildx forget all of them.
        let scopes: Vec<_> = request_scopes.iter().flat_map(|text| text.split(' ')).map(scope).collect();
        let Some((wanted, _)) = scopes.first().filter(|_| !request_scopes.contains(&"")) else {
            return false;
        };
        let is_asked = |action: &&str| scopes.iter().any(|(_, actions)| actions.contains(action));
        scopes.iter().all(|(resource, _)| resource == wanted)
            && (self.repository.is_empty() || *wanted == ("repository", self.repository))
            && self.actions.iter().all(is_asked)
    }
}

/// A resource of the registry: its type and its name.
type Resource<'a> = (&'a str, &'a str);

/// Resource and actions of `TYPE:NAME:ACTION,ACTION`.
fn scope(text: &str) -> (Resource<'_>, Vec<&str>) {
    let mut parts = text.splitn(3, ':');
    let mut part = || parts.next().unwrap_or_default();
    ((part(), part()), split_actions(part()))
}

fn split_actions(actions: &str) -> Vec<&str> {
    actions.split(',').map(str::trim).filter(|action| !action.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_takes_two_slashes_for_no_scheme() {
        assert!(wincred_matches("//reg.example.com", "reg.example.com"));
        assert!(!wincred_matches("//reg.example.com", "https://reg.example.com"));
    }

    #[test]
    fn a_scoped_folder_serves_a_request_for_one_resource() {
        let table: &[(&str, &[&str], bool)] = &[
            ("r@pull", &["repository:a:pull"], true),
            ("r@pull,push", &["repository:a:pull", "repository:a:push"], true),
            ("r@pull,push", &["repository:a:pull"], false),
            ("r/a@pull, push", &["repository:a:pull repository:a:push"], true),
            ("r@pull", &["repository:a:pull repository:b:pull"], false),
            ("r@pull", &["repository:a:pull", "registry:catalog:*"], false),
            ("r", &["registry:catalog:*"], true),
            ("r/a", &["registry:a:*"], false),
            ("r", &["repository:a:pull", ""], false),
            ("r", &[""], false),
            ("r", &[], false),
        ];
        for (folder, scopes, serves) in table {
            assert_eq!(BuildxScope::of_folder(folder).serves(scopes), *serves, "{folder} {scopes:?}");
        }
        assert_eq!(BuildxScope::of_folder("r/a@x@y").repository, "a");
    }

    #[test]
    fn podman_cuts_tag_and_digest_but_no_port() {
        assert_eq!(podman_order("localhost:5000/x:tag"), ["localhost:5000/x", "localhost:5000"]);
        assert_eq!(podman_order("quay.io/x@sha256:abc"), ["quay.io/x", "quay.io"]);
        assert_eq!(podman_order("localhost:5000"), ["localhost:5000"]);
    }

    #[test]
    fn podman_finds_a_url_key_by_its_host_only() {
        let table = [
            ("https://index.docker.io/v1/", "index.docker.io"),
            ("docker.io", "index.docker.io"),
            ("http://reg.example.com/team", "reg.example.com"),
            ("reg.example.com/team", "reg.example.com/team"),
        ];
        for (stored, host) in table {
            assert_eq!(podman_normalised(stored), host);
        }
    }
}
