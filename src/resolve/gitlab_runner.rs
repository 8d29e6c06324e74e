//! Which login a GitLab runner uses for the image of a job.
//!
//! Source: gitlab-runner `helpers/docker/auth/auth.go` (the version with namespaces in keys, merge request 4727), which
//! reads the text with docker/cli's `configfile.LoadFromReader`.

use std::borrow::Cow;

use crate::config::docker::{self, ConfigFile};
use crate::credential::diagnostic::Diagnostic;

/// Where the runner looks, in its order. The first source that knows a key decides for it.
pub const SOURCES: [&str; 3] = ["DOCKER_AUTH_CONFIG", "config.json of the runner's home", "job payload"];

/// Docker Hub, as the runner calls it.
const HUB: &str = "docker.io";

/// Why a source gives no login at all, not even those that are fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// It is no JSON, or docker's code refuses it.
    Unreadable,
    /// The program of a helper that it names is not there.
    HelperMissing,
    /// It names a helper with a slash in it: the job fails.
    HelperIsPath,
}

impl Dropped {
    /// True where the job's log says so. The others are seen at the runner's debug level only.
    pub fn is_shown(self) -> bool {
        self == Self::HelperIsPath
    }
}

/// What a stored key becomes: the lower-case host where it has a scheme, else the path without a tag and without a
/// final slash. The name of Docker Hub's index becomes `docker.io` in the first case only.
pub fn index_key(stored: &str) -> String {
    if let Some(rest) = without_scheme(stored) {
        let host = rest.split('/').next().unwrap_or(rest).to_lowercase();
        return if host == "index.docker.io" { HUB.to_owned() } else { host };
    }
    let path = stored.strip_suffix('/').unwrap_or(stored);
    let (slash, colon) = (path.rfind('/'), path.rfind(':'));
    let end = colon.filter(|colon| slash.is_some_and(|slash| *colon > slash));
    lower_host(&path[..end.unwrap_or(path.len())])
}

/// The keys that are looked up for an image, one after the other: repository, its parents, the host.
pub fn wanted(image: &str) -> Vec<String> {
    let path = image_path(image);
    let mut rest = path.as_str();
    let mut keys = vec![path.clone()];
    while let Some((parent, _)) = rest.rsplit_once('/') {
        keys.push(parent.to_owned());
        rest = parent;
    }
    keys.retain(|key| !key.is_empty());
    keys
}

/// The stored key whose login the runner uses. Of keys that become the same one any may be it; here it is the first.
pub fn used<'a>(stored: impl IntoIterator<Item = &'a str>, image: &str) -> Option<&'a str> {
    let stored: Vec<(String, &str)> = stored.into_iter().map(|key| (index_key(key), key)).collect();
    let find = |wanted: &String| stored.iter().find(|(index, _)| index == wanted).map(|(_, key)| *key);
    wanted(image).iter().find_map(find)
}

/// The logins in the text of `DOCKER_AUTH_CONFIG` or of the runner's file. What the helpers answer is not in it.
///
/// # Errors
/// [`Dropped`] where the runner takes nothing from it.
pub fn read(text: &[u8], is_installed: impl Fn(&str) -> bool) -> Result<ConfigFile, Dropped> {
    let file = docker::read(text);
    let mut diagnostics = file.entries.iter().map(|entry| entry.diagnostics).chain([file.diagnostics]);
    let is_refused = diagnostics.any(|found| found.has(Diagnostic::DockerRejectsFile));
    if file.problem.is_some() || is_refused {
        return Err(Dropped::Unreadable);
    }
    let helpers = file.creds_store.iter().chain(file.cred_helpers.iter().map(|(_, helper)| helper));
    for helper in helpers {
        if helper.contains('/') {
            return Err(Dropped::HelperIsPath);
        }
        if !is_installed(helper) {
            return Err(Dropped::HelperMissing);
        }
    }
    Ok(file)
}

fn without_scheme(stored: &str) -> Option<&str> {
    ["https://", "http://"].into_iter().find_map(|scheme| {
        let (begin, rest) = stored.split_at_checked(scheme.len())?;
        begin.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// A digest is cut at its colon, so that `@sha256` stays and no key of the very repository is found.
fn image_path(image: &str) -> String {
    let last = image.rfind('/').map_or(0, |slash| slash + 1);
    let (parents, name) = image.split_at(last);
    let path = format!("{parents}{}", name.split(':').next().unwrap_or(name));
    let is_registry = |first: &str| first.contains(['.', ':']) || first == "localhost";
    match image.split_once('/') {
        Some(("index.docker.io", _)) => lower_host(path.strip_prefix("index.").unwrap_or(&path)),
        Some((first, _)) if is_registry(first) => lower_host(&path),
        _ => format!("{HUB}/{path}"),
    }
}

fn lower_host(path: &str) -> String {
    let (host, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let is_lower = !host.contains(char::is_uppercase);
    let host = if is_lower { Cow::Borrowed(host) } else { Cow::Owned(host.to_lowercase()) };
    host.into_owned() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_a_scheme_is_its_host_and_another_keeps_its_path() {
        let table = [
            ("https://index.docker.io/v1/", "docker.io"),
            ("index.docker.io", "index.docker.io"),
            ("HTTP://GHCR.io/team", "ghcr.io"),
            ("GHCR.io/Team/", "ghcr.io/Team"),
            ("ghcr.io/team/app:1", "ghcr.io/team/app"),
            ("localhost:5000", "localhost:5000"),
            ("localhost:5000/app:1", "localhost:5000/app"),
        ];
        for (stored, index) in table {
            assert_eq!(index_key(stored), index, "{stored}");
        }
    }

    #[test]
    fn an_image_asks_for_its_repository_and_all_above_it() {
        let table: &[(&str, &[&str])] = &[
            ("alpine", &["docker.io/alpine", "docker.io"]),
            ("alpine:3", &["docker.io/alpine", "docker.io"]),
            ("team/app", &["docker.io/team/app", "docker.io/team", "docker.io"]),
            ("index.docker.io/library/a", &["docker.io/library/a", "docker.io/library", "docker.io"]),
            ("GHCR.io/Team/app:1", &["ghcr.io/Team/app", "ghcr.io/Team", "ghcr.io"]),
            ("localhost:5000/app@sha256:ab", &["localhost:5000/app@sha256", "localhost:5000"]),
        ];
        for (image, keys) in table {
            assert_eq!(wanted(image), *keys, "{image}");
        }
    }

    #[test]
    fn the_most_special_key_wins_and_a_digest_hides_the_one_of_the_repository() {
        let keys = ["ghcr.io", "ghcr.io/team/app", "https://index.docker.io/v1/"];
        let table = [
            ("ghcr.io/team/app:1", Some("ghcr.io/team/app")),
            ("ghcr.io/team/app@sha256:ab", Some("ghcr.io")),
            ("ghcr.io/other", Some("ghcr.io")),
            ("alpine", Some("https://index.docker.io/v1/")),
            ("quay.io/a", None),
        ];
        for (image, key) in table {
            assert_eq!(used(keys, image), key, "{image}");
        }
    }

    #[test]
    fn one_fault_costs_all_and_only_a_path_for_a_helper_is_told() {
        let ok = r#"{"auths":{"ghcr.io":{"auth":"dTpw"}}}"#;
        let table = [
            (ok.to_owned(), Ok(1)),
            (ok[..ok.len() - 1].to_owned(), Err(Dropped::Unreadable)),
            (ok.replace("dTpw", "dQ=="), Err(Dropped::Unreadable)),
            (ok.replace("}}}", r#"}},"credHelpers":{"quay.io":"here"}}"#), Ok(1)),
            (ok.replace("}}}", r#"}},"credHelpers":{"quay.io":"gone"}}"#), Err(Dropped::HelperMissing)),
            (ok.replace("}}}", r#"}},"credsStore":"gone"}"#), Err(Dropped::HelperMissing)),
            (ok.replace("}}}", r#"}},"credsStore":"../here"}"#), Err(Dropped::HelperIsPath)),
        ];
        for (text, expected) in table {
            let found = read(text.as_bytes(), |helper| helper == "here").map(|file| file.entries.len());
            assert_eq!(found, expected, "{text}");
        }
        assert!(Dropped::HelperIsPath.is_shown() && !Dropped::HelperMissing.is_shown());
    }
}
