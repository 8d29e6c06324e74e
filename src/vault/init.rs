//! Makes a vault.

use std::path::PathBuf;
use std::time::Duration;

use super::config::{Config, UNLOCKED_FOR};
use super::document::{Document, Recipient};
use super::error::VaultError;
use super::key::keyring::{Prompt, Session};
use super::key::{Key, identity_file, keyring, passphrase};
use super::key_source::KeySource;
use super::{Place, Result, Vault};
use crate::file::lock::Lock;
use crate::file::{contents, save};
use crate::secret::Secret;
use crate::settings::VaultSettings;

/// Where the key of a new vault goes.
#[derive(Debug)]
pub enum NewKey {
    /// Into the session's keyring.
    Keyring,
    /// Beside the vault, sealed with this passphrase.
    Passphrase(Secret),
    /// Into this file, or from it where it is there.
    IdentityFile(PathBuf),
}

/// Says whether a new vault takes this passphrase, before it is typed once more.
///
/// # Errors
/// It is too short.
pub fn check_passphrase(passphrase: &Secret) -> Result<()> {
    passphrase::check(passphrase)
}

/// Says whether a vault may be made here.
///
/// # Errors
/// There is one already, or what is left of one.
pub fn check(settings: &VaultSettings) -> Result<()> {
    let place = Place::of(settings)?;
    for path in [&place.vault, &place.key, &place.config] {
        if contents::exists(path)? {
            return Err(VaultError::AlreadyThere(path.clone()));
        }
    }
    Ok(())
}

/// How long the kernel keeps the key of a new vault, where its maker does not say.
pub fn usual_time(settings: &VaultSettings) -> Duration {
    settings.unlocked_for.unwrap_or(UNLOCKED_FOR)
}

/// Makes an empty vault. `unlocked_for` is how long the kernel keeps the key after a passphrase was given.
///
/// # Errors
/// There is one already, or the key ([`VaultError::KeyringRefuses`]) or the files cannot be made.
pub fn init(settings: &VaultSettings, new: NewKey, unlocked_for: Duration) -> Result<Vault> {
    let place = Place::of(settings)?;
    save::make_folder_of(&place.vault)?;
    let lock = place.lock()?;
    check(settings)?;
    let (key, key_source) = make_key(&lock, &place, settings, new)?;
    let config = Config {
        key: key_source.clone(),
        public_key: key.public(),
        unlocked_seconds: unlocked_for.as_secs(),
    };
    config.write(&lock, &place.config)?;
    let document = Document::new(vec![Recipient::new(&key.public(), "")?]);
    place.write(&lock, None, &document)?;
    Ok(Vault { place, key, key_source })
}

fn make_key(lock: &Lock, place: &Place, settings: &VaultSettings, new: NewKey) -> Result<(Key, KeySource)> {
    match new {
        NewKey::Keyring => {
            let key = Key::generate();
            let session = Session { has_bus: settings.session_bus, prompt: Prompt::Allowed };
            keyring::write(session, &key).map_err(VaultError::KeyringRefuses)?;
            Ok((key, KeySource::Keyring))
        }
        NewKey::Passphrase(passphrase) => {
            let key = Key::generate();
            passphrase::write(lock, &place.key, &key, &passphrase)?;
            Ok((key, KeySource::Passphrase))
        }
        NewKey::IdentityFile(path) => {
            let path = std::path::absolute(&path).unwrap_or(path);
            Ok((identity_file::read_or_make(&path)?, KeySource::IdentityFile { path }))
        }
    }
}
