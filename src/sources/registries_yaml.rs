//! `registries.yaml` of k3s and RKE2.
//!
//! Source of the form: k3s `pkg/agent/containerd` and rancher/wharfie 0d4553a `pkg/registries`, issues k3s-io/k3s 4637,
//! 12438.

use crate::secret::Secret;
use crate::sources::yaml::{self, Yaml};

/// The file.
#[derive(Debug, Default)]
pub struct Registries {
    /// Logins under `configs`, by endpoint host.
    pub configs: Vec<Auth>,
    /// Logins under the older `auths`, by the URL of an endpoint.
    pub auths: Vec<Auth>,
    /// Registries and the endpoints that are asked instead, in order.
    pub mirrors: Vec<(String, Vec<String>)>,
}

/// A login.
#[derive(Debug)]
pub struct Auth {
    /// The key, as written.
    pub key: String,
    /// `username`.
    pub username: Option<String>,
    /// `password`.
    pub password: Option<Secret>,
    /// `auth`: base64 of user name and password.
    pub auth: Option<Secret>,
    /// `identity_token`.
    pub identity_token: Option<Secret>,
}

impl Auth {
    fn read(key: &str, value: &Yaml) -> Self {
        let secret =
            |name| value.get(name).and_then(Yaml::secret).filter(|secret| !secret.is_empty()).cloned();
        Self {
            key: key.to_owned(),
            username: value.get("username").and_then(Yaml::text).map(str::to_owned),
            password: secret("password"),
            auth: secret("auth"),
            identity_token: secret("identity_token"),
        }
    }
}

/// Reads the file.
///
/// # Errors
/// Where it is no YAML that is read here.
pub fn read(text: &str) -> Result<Registries, yaml::NotYaml> {
    let root = yaml::read(text)?;
    let members = |name| root.get(name).map_or(&[][..], Yaml::members);
    let configs = members("configs").iter().filter_map(|(key, config)| {
        config.get("auth").filter(|auth| !auth.members().is_empty()).map(|auth| Auth::read(key, auth))
    });
    let mirrors = members("mirrors").iter().map(|(name, mirror)| {
        let endpoints = mirror.get("endpoint").map_or(&[][..], Yaml::items);
        (name.clone(), endpoints.iter().filter_map(Yaml::text).map(str::to_owned).collect())
    });
    Ok(Registries {
        configs: configs.collect(),
        auths: members("auths").iter().map(|(key, auth)| Auth::read(key, auth)).collect(),
        mirrors: mirrors.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_and_mirrors_are_found() {
        let text = "mirrors: {docker.io: {endpoint: [\"https://m.example.com\"]}}\nconfigs:\n  \"m.example.com\":\n    \
                    auth: {username: ann, password: p}\n  tls.example.com:\n    tls: {ca_file: /x}\nauths:\n  \
                    https://old.example.com: {auth: YTpi}\n";
        let file = read(text).unwrap();
        assert_eq!(file.configs.len(), 1);
        assert_eq!(file.configs[0].username.as_deref(), Some("ann"));
        assert_eq!(file.auths[0].key, "https://old.example.com");
        assert_eq!(file.mirrors, [("docker.io".to_owned(), vec!["https://m.example.com".to_owned()])]);
        assert!(!format!("{file:?}").contains("YTpi"));
    }
}
