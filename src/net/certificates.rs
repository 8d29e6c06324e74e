//! The certificates that docker, podman and containerd keep for a registry: authorities beside the system's, and the
//! one that a client shows.
//!
//! Sources: docker/cli 28f7560 `internal/registry/registry.go` (`ReadCertsDirectory`), containers/image
//! `pkg/tlsclientconfig/tlsclientconfig.go` (`SetupCertificates`), containerd `core/remotes/docker/config/hosts.go`.

mod hosts_toml;

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use url::Url;

use super::transport::TransportError;
use crate::error::plain_reason;
use crate::registry::image::DEFAULT_REGISTRY;
use crate::registry::key::is_hub_host;
use crate::secret::Secret;
use crate::settings::network::CertificateFolders;
use crate::text;

/// A file longer than this is no certificate, in bytes.
const LARGEST: u64 = 1 << 20;

/// What was found for one registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificates {
    /// Authorities beside the system's.
    pub authorities: Vec<CertificateDer<'static>>,
    /// What this client shows of itself, to this registry alone.
    pub client: Option<ClientCertificate>,
    /// What a person should know, one sentence each, safe to show: what was left out, and why.
    pub notes: Vec<String>,
}

/// A client certificate as it lies in its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The certificate, then those that lead to its authority.
    pub chain: Vec<CertificateDer<'static>>,
    /// The file with the key, in PEM form.
    pub key: Secret,
    /// Where the certificate lies.
    pub file: PathBuf,
}

/// Reads what lies on this machine for a registry. Of two client certificates the first one is taken.
///
/// # Errors
/// A file is broken in such a way that docker, podman or containerd would stop as well.
pub fn load(folders: &CertificateFolders, registry: &Url) -> Result<Certificates, TransportError> {
    let mut found = Certificates::default();
    let names = folder_names(registry)?;
    let is_hub = registry.host_str().is_some_and(is_hub_host);
    // docker trusts the system alone for Docker Hub.
    let docker = folders.docker.iter().filter(|_| !is_hub);
    for folder in docker.chain(&folders.podman) {
        for name in &names {
            found.add_folder(&folder.join(name))?;
        }
    }
    for folder in &folders.containerd {
        let underlined = names.iter().map(|name| underlined(name));
        let mut places = names.iter().cloned().chain(underlined).chain(["_default".to_owned()]);
        if let Some(place) = places.find(|name| folder.join(name).is_dir()) {
            let place = folder.join(place);
            if !hosts_toml::add(&mut found, &place, registry)? {
                found.add_folder(&place)?;
            }
        }
    }
    Ok(found)
}

/// `host:port` and, where that is the usual port, `host`. What is typed becomes a part of a path here.
fn folder_names(registry: &Url) -> Result<Vec<String>, TransportError> {
    let host = registry.host_str().unwrap_or_default();
    if !is_one_name(host) {
        let host = text::safe(host);
        return Err(TransportError::Setup(format!("No certificates can be looked up for the host {host}.")));
    }
    // podman and containerd name the folder as images are named.
    let mut names: Vec<String> = is_hub_host(host).then(|| DEFAULT_REGISTRY.to_owned()).into_iter().collect();
    if registry.port().is_none() {
        names.push(host.to_owned());
    }
    if let Some(port) = registry.port_or_known_default() {
        names.push(format!("{host}:{port}"));
    }
    // A colon in a file name means something else there; docker leaves it out.
    Ok(if cfg!(windows) { names.into_iter().map(|name| name.replace(':', "")).collect() } else { names })
}

/// True for a name that cannot lead out of the folder that it is looked up in.
fn is_one_name(host: &str) -> bool {
    !host.is_empty() && !host.contains(['/', '\\', '\0']) && !host.contains("..") && host != "."
}

/// `host_port_`, for systems without colons in file names.
fn underlined(name: &str) -> String {
    name.rsplit_once(':').map_or_else(|| name.to_owned(), |(host, port)| format!("{host}_{port}_"))
}

impl Certificates {
    /// Reads `*.crt`, and `*.cert` with `*.key`, in the order of their names.
    fn add_folder(&mut self, folder: &Path) -> Result<(), TransportError> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(());
            }
            Err(error) => {
                // podman goes on as well; docker's own part runs with root's rights.
                self.notes.push(could_not_read(folder, &error));
                return Ok(());
            }
        };
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        for file in &files {
            let kind = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            match kind {
                "crt" => self.add_authorities(file)?,
                "cert" => self.add_client(file, &other_half(&files, file, "key")?)?,
                "key" => drop(other_half(&files, file, "cert")?),
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds the authorities of a file. What is none is left out with a note, as docker leaves it out without.
    fn add_authorities(&mut self, file: &Path) -> Result<(), TransportError> {
        let bytes = read(file)?;
        let mut is_empty = true;
        for one in CertificateDer::pem_slice_iter(bytes.expose()) {
            let usable = one.ok().filter(|one| RootCertStore::empty().add(one.clone()).is_ok());
            if let Some(authority) = usable {
                is_empty = false;
                self.authorities.push(authority);
            }
        }
        if is_empty {
            self.notes.push(format!("{} holds no certificate in PEM form and was left out.", shown(file)));
        }
        Ok(())
    }

    fn add_client(&mut self, file: &Path, key: &Path) -> Result<(), TransportError> {
        if self.client.is_some() {
            return Ok(());
        }
        let bytes = read(file)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes.expose()).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| {
            TransportError::Setup(format!("{} should hold a client certificate in PEM form.", shown(file)))
        })?;
        self.client = Some(ClientCertificate { chain, key: read(key)?, file: file.to_owned() });
        Ok(())
    }
}

/// The file that belongs to another: `x.key` to `x.cert`, and the other way round.
fn other_half(files: &[PathBuf], file: &Path, extension: &str) -> Result<PathBuf, TransportError> {
    let other = file.with_extension(extension);
    if files.contains(&other) {
        return Ok(other);
    }
    let name = other.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = text::safe(&name).into_owned();
    Err(TransportError::Setup(format!(
        "{} needs {name} beside it, which is missing. If it belongs to an authority, its name must end in .crt.",
        shown(file)
    )))
}

fn read(file: &Path) -> Result<Secret, TransportError> {
    let fail = |error: std::io::Error| TransportError::Setup(could_not_read(file, &error));
    // A pipe or a device would block or never end; look before opening.
    if !fs::metadata(file).map_err(fail)?.is_file() {
        return Err(fail(std::io::Error::other("it is not a regular file")));
    }
    let mut bytes = Vec::new();
    File::open(file).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes)).map_err(fail)?;
    Ok(Secret::new(bytes))
}

fn could_not_read(place: &Path, error: &std::io::Error) -> String {
    format!("Could not read {}: {}.", shown(place), plain_reason(error))
}

fn shown(path: &Path) -> String {
    text::safe(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests;
