//! containerd's `hosts.toml`, as far as it says whom to trust.
//!
//! Source: containerd `docs/hosts.md` and `core/remotes/docker/config/hosts.go` (`parseHostConfig`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

use super::{Certificates, read, shown};
use crate::net::transport::TransportError;
use crate::text;

/// The file; the fields of a `Trust` at its top are for `server`, by default the registry that the folder is named after.
#[derive(Deserialize)]
struct Hosts {
    server: Option<String>,
    ca: Option<OneOrMany<PathBuf>>,
    client: Option<OneOrMany<ClientFiles>>,
    skip_verify: Option<bool>,
    #[serde(default)]
    host: BTreeMap<String, Trust>,
}

/// What is trusted for one address.
#[derive(Default, Deserialize)]
struct Trust {
    ca: Option<OneOrMany<PathBuf>>,
    client: Option<OneOrMany<ClientFiles>>,
    skip_verify: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn into_list(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

/// A file with both halves, or a certificate and its key.
#[derive(Deserialize)]
#[serde(untagged)]
enum ClientFiles {
    Both(PathBuf),
    Halves(Vec<PathBuf>),
}

/// Adds what `hosts.toml` in this folder names for a registry, and says whether there is such a file.
pub fn add(found: &mut Certificates, folder: &Path, registry: &Url) -> Result<bool, TransportError> {
    let file = folder.join("hosts.toml");
    if !file.exists() {
        return Ok(false);
    }
    let bytes = read(&file)?;
    let wrong = |reason: &str| {
        let reason = text::safe(reason.trim_end_matches('.')).into_owned();
        TransportError::Setup(format!("{} cannot be understood: {reason}.", shown(&file)))
    };
    let hosts: Hosts = match bytes.expose_text().map(toml::from_str) {
        Some(Ok(hosts)) => hosts,
        Some(Err(error)) => return Err(wrong(error.message())),
        None => return Err(wrong("it is not UTF-8")),
    };
    let mut all: Vec<Trust> = Vec::new();
    if hosts.server.is_none_or(|server| is_same_host(&server, registry)) {
        all.push(Trust { ca: hosts.ca, client: hosts.client, skip_verify: hosts.skip_verify });
    }
    all.extend(
        hosts.host.into_iter().filter(|(host, _)| is_same_host(host, registry)).map(|(_, trust)| trust),
    );
    for trust in all {
        add_trust(found, folder, trust, &wrong)?;
    }
    Ok(true)
}

fn add_trust(
    found: &mut Certificates,
    folder: &Path,
    trust: Trust,
    wrong: &impl Fn(&str) -> TransportError,
) -> Result<(), TransportError> {
    for authority in trust.ca.map(OneOrMany::into_list).unwrap_or_default() {
        found.add_authorities(&folder.join(authority))?;
    }
    for files in trust.client.map(OneOrMany::into_list).unwrap_or_default() {
        match files {
            ClientFiles::Both(both) => found.add_client(&folder.join(&both), &folder.join(&both))?,
            ClientFiles::Halves(halves) => match &*halves {
                [both] => found.add_client(&folder.join(both), &folder.join(both))?,
                [certificate, key] if key.as_os_str().is_empty() => {
                    found.add_client(&folder.join(certificate), &folder.join(certificate))?;
                }
                [certificate, key] => found.add_client(&folder.join(certificate), &folder.join(key))?,
                _ => return Err(wrong("a client certificate is one file or two")),
            },
        }
    }
    if trust.skip_verify == Some(true) {
        let file = folder.join("hosts.toml");
        let note = "lets containerd take any certificate (skip_verify); it is checked here all the same.";
        found.notes.push(format!("{} {note}", shown(&file)));
    }
    Ok(())
}

/// True where an address, with a scheme or without, is on the registry's host and port.
fn is_same_host(address: &str, registry: &Url) -> bool {
    let whole = if address.contains("://") { address.to_owned() } else { format!("https://{address}") };
    Url::parse(&whole).is_ok_and(|other| {
        other.host() == registry.host() && other.port_or_known_default() == registry.port_or_known_default()
    })
}
