//! Secrets that lie in the file itself, or in the variable.

use std::path::Path;

use crate::config;
use crate::config::docker::ConfigFile;
use crate::config::locate::{DOCKER_AUTH_CONFIG, Format};
use crate::credential::Credential;
use crate::credential::login::LoginId;
use crate::error::{Error, Result};
use crate::file::contents;
use crate::settings::Settings;
use crate::text;

/// Reads the secret of one entry, from the file as it is now.
///
/// # Errors
/// The file cannot be read, or the entry is gone or holds no secret.
pub fn fetch(settings: &Settings, id: &LoginId) -> Result<Credential> {
    let file = read(settings, &id.source)?;
    let entry = file.entries.into_iter().find(|entry| *entry.key == *id.key).ok_or_else(|| {
        Error::not_found(format!("{} is no longer in {}.", text::safe(&id.key), text::safe(&id.source)))
            .hint("It was removed in the meantime; press R to read the files again.")
    })?;
    let username = entry.username_text().unwrap_or_default().into_owned();
    match entry.secret() {
        Some(secret) => Ok(Credential::new(username, secret.clone())),
        None => Err(Error::failed(format!("The entry {} holds no secret.", text::safe(&id.key)))),
    }
}

fn read(settings: &Settings, source: &str) -> Result<ConfigFile> {
    if source == DOCKER_AUTH_CONFIG {
        return match &settings.variable {
            Some(variable) => Ok(config::read(Format::Variable, variable.expose())),
            None => Err(Error::not_found(format!("{DOCKER_AUTH_CONFIG} is not set."))),
        };
    }
    let path = Path::new(source);
    let bytes = contents::read(path).map_err(|error| Error::io("read", path, error))?;
    Ok(config::read(settings.locations.file(path).format, &bytes))
}
