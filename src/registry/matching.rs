//! How tools other than docker match a stored key against what they look for.

use crate::registry::key;

/// The keys that podman, buildah and skopeo try for an image, most special first: the repository, its parents, the host.
///
/// Source: container-libs `image/pkg/docker/config/config.go`, `authKeysForKey`.
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
/// Source: container-libs `image/pkg/docker/config/config.go`, `normalizeAuthFileKey` and `normalizeRegistry`.
pub fn podman_normalised(stored: &str) -> &str {
    let bare = stored.strip_prefix("https://").or_else(|| stored.strip_prefix("http://"));
    // A namespaced key without a scheme is a key of its own.
    let host = match bare {
        Some(rest) => rest.split('/').next().unwrap_or(rest),
        None => stored,
    };
    if matches!(host, "docker.io" | "registry-1.docker.io") { "index.docker.io" } else { host }
}

/// True where a kubernetes pull secret with this key serves an image, Docker Hub's short names included.
///
/// Source: kubernetes `pkg/credentialprovider/keyring.go`, `Add` and `Lookup`.
pub fn kubernetes_serves(stored: &str, image: &str) -> bool {
    let index = kubernetes_index(stored);
    kubernetes_matches(&index, image) || (index == "index.docker.io" && is_default_registry(image))
}

/// The key as kubernetes files it: no scheme, no leading `/v1/` or `/v2/`, no lone slash.
fn kubernetes_index(stored: &str) -> String {
    let bare = stored.strip_prefix("https://").or_else(|| stored.strip_prefix("http://")).unwrap_or(stored);
    let (host, path) = bare.split_at(bare.find('/').unwrap_or(bare.len()));
    let path = if path.starts_with("/v1/") || path.starts_with("/v2/") { &path[3..] } else { path };
    if path == "/" { host.to_owned() } else { format!("{host}{path}") }
}

fn is_default_registry(image: &str) -> bool {
    match image.split_once('/') {
        None => !image.is_empty(),
        Some(("", _)) => false,
        Some(("docker.io" | "index.docker.io", _)) => true,
        Some((first, _)) => !first.contains(['.', ':']),
    }
}

/// True where a kubernetes key pattern matches: as many labels, each by its own glob, the same port, and the pattern's
/// path a plain text prefix of the image's.
///
/// Source: kubernetes `pkg/credentialprovider/keyring.go`, `URLsMatch`.
pub fn kubernetes_matches(pattern: &str, target: &str) -> bool {
    let (pattern, target) = (key::parts(pattern), key::parts(target));
    let labels = pattern.host.split('.').count();
    // As Go has it, a colon without digits is no port.
    pattern.port.unwrap_or_default() == target.port.unwrap_or_default()
        && target.path.starts_with(pattern.path)
        && labels == target.host.split('.').count()
        && pattern.host.split('.').zip(target.host.split('.')).all(|(glob, label)| glob_matches(glob, label))
}

/// A shell pattern against one label: `*`, `?`, `[a-z]`, `[^a]`, `\x`. A pattern that is malformed matches nothing.
fn glob_matches(pattern: &str, label: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let label: Vec<char> = label.chars().collect();
    glob(&pattern, &label)
}

/// Only the last star is tried again, with one character more: a hostile pattern of many costs no more than one of few.
fn glob(mut pattern: &[char], mut label: &[char]) -> bool {
    let mut star = None;
    loop {
        if let ['*', rest @ ..] = pattern {
            (pattern, star) = (rest, Some((rest, label)));
            continue;
        }
        let Some((c, after)) = label.split_first() else { return pattern.is_empty() };
        match (one(pattern, *c), star) {
            (Some(rest), _) => (pattern, label) = (rest, after),
            (None, Some((rest, [_, from @ ..]))) => {
                (pattern, label, star) = (rest, from, Some((rest, from)));
            }
            (None, _) => return false,
        }
    }
}

/// What follows in the pattern where its beginning, which is no star, matches this character.
fn one(pattern: &[char], c: char) -> Option<&[char]> {
    match pattern {
        ['?', rest @ ..] => Some(rest),
        ['[', rest @ ..] => {
            let (ranges, negated, rest) = class(rest)?;
            (ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != negated).then_some(rest)
        }
        ['\\', own, rest @ ..] | [own, rest @ ..] => (*own == c).then_some(rest),
        [] => None,
    }
}

type Class<'a> = (Vec<(char, char)>, bool, &'a [char]);

/// The ranges of a `[...]` and what follows it.
fn class(pattern: &[char]) -> Option<Class<'_>> {
    let (negated, mut rest) = match pattern {
        ['^', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut ranges = Vec::new();
    loop {
        rest = match rest {
            [']', after @ ..] if !ranges.is_empty() => return Some((ranges, negated, after)),
            [low, '-', high, after @ ..] if *high != ']' => {
                ranges.push((*low, *high));
                after
            }
            [c, after @ ..] if *c != ']' => {
                ranges.push((*c, *c));
                after
            }
            _ => return None,
        };
    }
}

/// True where the Windows helper finds a stored target for a query: scheme, port and path that the query lacks are
/// taken from the target.
///
/// Source: docker-credential-helpers `wincred/wincred.go`, `approximateMatch`.
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn globs_match_one_label() {
        let table = [
            ("*", "abc", true),
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("a?c", "abc", true),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("\\*", "*", true),
            ("[a", "a", false),
            ("[]", "a", false),
        ];
        for (pattern, label, expected) in table {
            assert_eq!(glob_matches(pattern, label), expected, "{pattern} {label}");
        }
        // Each star tried with each of the others would take for ever.
        assert!(!glob_matches(&("*".repeat(60) + "b"), &"a".repeat(60)));
    }

    /// What a glob means, as short as it can be said.
    fn plain_glob(pattern: &[char], label: &[char]) -> bool {
        match (pattern, label) {
            (['*', rest @ ..], _) => (0..=label.len()).any(|skipped| plain_glob(rest, &label[skipped..])),
            (_, [c, after @ ..]) => one(pattern, *c).is_some_and(|rest| plain_glob(rest, after)),
            (_, []) => pattern.is_empty(),
        }
    }

    proptest! {
        #[test]
        fn a_glob_that_is_tried_from_the_last_star_only_misses_nothing(
            pattern in r"[*ab?\\\[\]^-]{0,7}", label in "[ab*]{0,7}"
        ) {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let (pattern, label) = (chars(&pattern), chars(&label));
            prop_assert_eq!(glob(&pattern, &label), plain_glob(&pattern, &label));
        }
    }

    #[test]
    fn a_colon_without_digits_is_no_port() {
        assert!(kubernetes_matches("reg.example.com:", "reg.example.com/team"));
        assert!(!kubernetes_matches("reg.example.com:443", "reg.example.com/team"));
    }

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
