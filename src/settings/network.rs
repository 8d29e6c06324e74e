//! What the environment says about the way to a registry: proxies, and where tools keep certificates.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::secret::Secret;

/// Who stands between this machine and a registry, and whom it trusts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSettings {
    /// The proxies.
    pub proxies: ProxySettings,
    /// Where docker, podman and containerd keep certificates.
    pub certificates: CertificateFolders,
}

/// The proxy variables, in capitals or not; capitals win. An address may hold a password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxySettings {
    /// `HTTP_PROXY`, for plain http.
    pub http: Option<Secret>,
    /// `HTTPS_PROXY`, for https.
    pub https: Option<Secret>,
    /// `ALL_PROXY`, for whatever has none of its own.
    pub all: Option<Secret>,
    /// `NO_PROXY`, for whom there is none.
    pub exceptions: String,
}

/// Folders that hold a folder for each registry, named `host` or `host:port`; the first ones win.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateFolders {
    /// docker's, with root and without.
    pub docker: Vec<PathBuf>,
    /// podman's, skopeo's and buildah's own; they read docker's as well.
    pub podman: Vec<PathBuf>,
    /// containerd's, with a `hosts.toml` in each folder.
    pub containerd: Vec<PathBuf>,
}

impl NetworkSettings {
    /// Reads the variables through `set`, which leaves out empty ones.
    pub(super) fn from_environment(set: impl Fn(&str) -> Option<OsString>, home: Option<&Path>) -> Self {
        let config = set("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
        let config = config.or_else(|| Some(home?.join(".config")));
        let program_data = set("ProgramData").map(PathBuf::from);
        Self {
            proxies: proxies(&set),
            certificates: folders(home, config.as_deref(), program_data.as_deref()),
        }
    }
}

fn proxies(set: impl Fn(&str) -> Option<OsString>) -> ProxySettings {
    let first = |name: &str| set(name).or_else(|| set(&name.to_lowercase()));
    let secret = |name: &str| first(name).map(|text| Secret::new(text.into_encoded_bytes()));
    // A web server hands a visitor's `Proxy` header to a program as HTTP_PROXY (CVE-2016-5385).
    let is_for_a_web_server = set("REQUEST_METHOD").is_some();
    ProxySettings {
        http: secret("HTTP_PROXY").filter(|_| !is_for_a_web_server),
        https: secret("HTTPS_PROXY"),
        all: secret("ALL_PROXY"),
        exceptions: first("NO_PROXY").map(|text| text.to_string_lossy().into_owned()).unwrap_or_default(),
    }
}

/// Sources: docker/cli 28f7560 `internal/registry/config.go` (`CertsDir`), Docker Desktop's manual (below the home folder),
/// containers/image `docker/docker_client.go` (`certPath`), nerdctl's manual (without root).
fn folders(home: Option<&Path>, config: Option<&Path>, program_data: Option<&Path>) -> CertificateFolders {
    let below = |folder: Option<&Path>, path: &str| folder.map(|folder| folder.join(path));
    let is_desktop = cfg!(any(windows, target_os = "macos"));
    let docker = if cfg!(windows) {
        below(program_data, "docker/certs.d")
    } else {
        Some("/etc/docker/certs.d".into())
    };
    let at_home = home.filter(|_| is_desktop);
    let docker = [below(at_home, ".docker/certs.d"), below(config, "docker/certs.d"), docker];
    let podman = [below(home, ".config/containers/certs.d"), Some("/etc/containers/certs.d".into())];
    let containerd = [below(config, "containerd/certs.d"), Some("/etc/containerd/certs.d".into())];
    let list = |folders: [Option<PathBuf>; 2]| folders.into_iter().flatten().collect();
    CertificateFolders {
        docker: docker.into_iter().flatten().collect(),
        podman: list(podman),
        containerd: list(containerd),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> NetworkSettings {
        let set = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        NetworkSettings::from_environment(set, Some(Path::new("/h")))
    }

    #[test]
    fn capitals_win_over_small_letters() {
        let text = |secret: Option<Secret>| secret.and_then(|secret| secret.expose_text().map(str::to_owned));
        let table = [
            (vec![], None),
            (vec![("https_proxy", "small")], Some("small")),
            (vec![("HTTPS_PROXY", "capital"), ("https_proxy", "small")], Some("capital")),
            (vec![("HTTP_PROXY", "other")], None),
        ];
        for (variables, expected) in table {
            assert_eq!(text(with(&variables).proxies.https).as_deref(), expected, "{variables:?}");
        }
        assert_eq!(with(&[("no_proxy", "a,b")]).proxies.exceptions, "a,b");
    }

    #[test]
    fn a_program_of_a_web_server_takes_no_http_proxy_from_a_visitor() {
        let set = with(&[("HTTP_PROXY", "p"), ("http_proxy", "p"), ("REQUEST_METHOD", "GET")]).proxies;
        assert_eq!(set.http, None);
        assert!(with(&[("HTTP_PROXY", "p")]).proxies.http.is_some());
    }

    #[test]
    fn a_proxys_password_is_not_in_debug_output() {
        let shown = format!("{:?}", with(&[("ALL_PROXY", "http://u:hunter2@proxy")]));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn each_tool_has_its_folders_and_the_users_own_come_first() {
        let found = with(&[("XDG_CONFIG_HOME", "/c")]).certificates;
        let paths = |list: &[&str]| list.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(found.docker, paths(&["/c/docker/certs.d", "/etc/docker/certs.d"]));
        assert_eq!(found.podman, paths(&["/h/.config/containers/certs.d", "/etc/containers/certs.d"]));
        assert_eq!(found.containerd, paths(&["/c/containerd/certs.d", "/etc/containerd/certs.d"]));
        assert_eq!(with(&[]).certificates.docker[0], Path::new("/h/.config/docker/certs.d"));
        assert_eq!(
            with(&[("XDG_CONFIG_HOME", "relative")]).certificates.docker[0],
            Path::new("/h/.config/docker/certs.d")
        );
    }
}
