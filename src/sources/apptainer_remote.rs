//! `remote.yaml` of Apptainer and Singularity: tokens of library services, and which registries have a login elsewhere.
//!
//! Source: apptainer 917d665 (v1.5.3) `internal/pkg/remote/remote.go`.

use crate::secret::Secret;
use crate::sources::yaml::{self, Yaml};

/// A login.
#[derive(Debug)]
pub struct Remote {
    /// The address, as written.
    pub uri: String,
    /// A token or a header; a registry's lies in `docker-config.json`.
    pub secret: Option<Secret>,
    /// True for a library service rather than a registry or a key server.
    pub is_library: bool,
}

/// The logins, libraries first.
///
/// # Errors
/// Where it is no YAML that is read here.
pub fn read(text: &str) -> Result<Vec<Remote>, yaml::NotYaml> {
    let root = yaml::read(text)?;
    let secret =
        |value: &Yaml, name| value.get(name).and_then(Yaml::secret).filter(|s| !s.is_empty()).cloned();
    let uri = |value: &Yaml| value.get("URI").and_then(Yaml::text).map(str::to_owned);
    let remotes = root.get("Remotes").map_or(&[][..], Yaml::members);
    let libraries = remotes.iter().filter_map(|(name, remote)| {
        let secret = Some(secret(remote, "Token")?);
        Some(Remote { uri: uri(remote).unwrap_or_else(|| name.clone()), secret, is_library: true })
    });
    let credentials = root.get("Credentials").map_or(&[][..], Yaml::items);
    let others = credentials
        .iter()
        .filter_map(|item| Some(Remote { uri: uri(item)?, secret: secret(item, "Auth"), is_library: false }));
    Ok(libraries.chain(others).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_have_tokens_and_registries_do_not() {
        let text = "Active: D\nRemotes: {D: {URI: cloud.example.com, Token: t}, E: {URI: x}}\n\
                    Credentials: [{URI: \"docker://r.example.com\", Insecure: false}]\n";
        let found = read(text).unwrap();
        let shown: Vec<_> =
            found.iter().map(|r| (r.uri.as_str(), r.secret.is_some(), r.is_library)).collect();
        assert_eq!(shown, [("cloud.example.com", true, true), ("docker://r.example.com", false, false)]);
    }
}
