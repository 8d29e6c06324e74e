//! Secrets that lie in the file itself, or in the variable.

use std::path::Path;

use crate::config;
use crate::config::docker::ConfigFile;
use crate::config::locate::{DOCKER_AUTH_CONFIG, Format};
use crate::credential::Credential;
use crate::credential::login::LoginId;
use crate::file::contents;
use crate::file::error::Operation;
use crate::settings::Settings;
use crate::store::Result;
use crate::store::error::StoreError;

/// Reads the secret of one entry, from the file as it is now.
///
/// # Errors
/// The file cannot be read, or the entry is gone or holds no secret.
pub fn fetch(settings: &Settings, id: &LoginId) -> Result<Credential> {
    let file = read(settings, &id.source)?;
    let gone = || StoreError::EntryGone { key: id.key.to_string(), file: id.source.to_string() };
    let entry = file.entries.into_iter().find(|entry| *entry.key == *id.key).ok_or_else(gone)?;
    let username = entry.username_text().unwrap_or_default().into_owned();
    match entry.secret() {
        Some(secret) => Ok(Credential::new(username, secret.clone())),
        None => Err(StoreError::EntryEmpty { key: id.key.to_string() }),
    }
}

fn read(settings: &Settings, source: &str) -> Result<ConfigFile> {
    if source == DOCKER_AUTH_CONFIG {
        return match &settings.variable {
            Some(variable) => Ok(config::read(Format::Variable, variable.expose())),
            None => Err(StoreError::NoVariable),
        };
    }
    let path = Path::new(source);
    let bytes = contents::read(path).map_err(|error| Operation::Read.failed(path, error))?;
    Ok(config::read(settings.locations.file(path).format, &bytes))
}
