//! regctl's `config.json`: hosts with user names and passwords as they are.
//!
//! Source: regclient 725072f (v0.11.5) `cmd/regctl/config.go`, `config/host.go`.

use crate::config::document::{self, Member};
use crate::credential::diagnostic::Diagnostics;
use crate::secret::Secret;

/// The file.
#[derive(Debug, Default)]
pub struct Regctl {
    /// The hosts in order, each under its one name.
    pub hosts: Vec<Host>,
    /// The helper program for every host.
    pub default_helper: Option<String>,
    /// False where the file says that docker's logins do not count.
    pub includes_docker: bool,
}

/// One host.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// The registry: `docker.io` for Docker Hub.
    pub name: String,
    /// The user name.
    pub user: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// An identity token.
    pub token: Option<Secret>,
    /// The whole name of a helper program.
    pub helper: Option<String>,
    /// What the helper is asked for, where it is not the host.
    pub helper_key: Option<String>,
}

/// Reads the file; an empty text is an empty file.
///
/// # Errors
/// Why it cannot be used.
pub fn read(text: &str) -> Result<Regctl, String> {
    let members =
        document::members(text, &mut Diagnostics::default()).map_err(|problem| problem.sentence())?;
    let object = |name| find(&members, name).and_then(|value| document::object(value)).unwrap_or_default();
    let hosts = object("hosts").iter().map(|(name, value)| host(name, value)).collect();
    let default_helper = text_of(&object("hostDefault"), "credHelper");
    let includes_docker = find(&members, "incDockerCred").is_none_or(|value| value.get() != "false");
    Ok(Regctl { hosts, default_helper, includes_docker })
}

fn host(name: &str, value: &serde_json::value::RawValue) -> Host {
    let members = document::object(value).unwrap_or_default();
    let secret = |name| text_of(&members, name).map(Secret::from_text);
    Host {
        name: name_of(name).0.to_owned(),
        user: text_of(&members, "user"),
        password: secret("pass"),
        token: secret("token"),
        helper: text_of(&members, "credHelper"),
        helper_key: text_of(&members, "credHost"),
    }
}

/// The one name of a host, and the path behind it; Docker Hub has three spellings.
pub fn name_of(key: &str) -> (&str, &str) {
    if matches!(key, "docker.io" | "registry-1.docker.io" | "https://index.docker.io/v1/") {
        return ("docker.io", "");
    }
    let bare = key.split_once("://").filter(|(scheme, _)| !scheme.is_empty()).map_or(key, |(_, rest)| rest);
    bare.split_once('/').filter(|(host, _)| !host.is_empty()).unwrap_or((bare, ""))
}

fn find<'a>(members: &[Member<'a>], wanted: &str) -> Option<&'a serde_json::value::RawValue> {
    members.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value)
}

fn text_of(members: &[Member<'_>], wanted: &str) -> Option<String> {
    find(members, wanted)
        .and_then(document::string)
        .map(std::borrow::Cow::into_owned)
        .filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_docker_hub_is_one_host() {
        let text = r#"{"hosts": {"registry-1.docker.io": {"user": "ann", "pass": "p"}, "http://reg:5000": {"token": "t"}}}"#;
        let file = read(text).unwrap();
        let names: Vec<_> =
            file.hosts.iter().map(|host| (host.name.as_str(), host.user.as_deref())).collect();
        assert_eq!(names, [("docker.io", Some("ann")), ("reg:5000", None)]);
        assert!(file.includes_docker && file.hosts[1].token.is_some());
        assert!(!format!("{file:?}").contains("\"p\""));
    }

    #[test]
    fn docker_s_logins_can_be_left_out_and_one_helper_can_serve_all() {
        let file = read(r#"{"incDockerCred": false, "hostDefault": {"credHelper": "docker-credential-x"}}"#)
            .unwrap();
        assert!(!file.includes_docker);
        assert_eq!(file.default_helper.as_deref(), Some("docker-credential-x"));
        assert!(read("{").is_err());
        assert!(read("").unwrap().hosts.is_empty());
    }
}
