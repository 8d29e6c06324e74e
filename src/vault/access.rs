//! Finding the vault and its key, again and again in one run.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::config::Config;
use super::error::{LockedBecause, VaultError};
use super::key::keyring::{Prompt, Session};
use super::key::{Key, identity_file, kernel, keyring};
use super::key_source::KeySource;
use super::{Locked, Opened, Place, Result, Vault};
use crate::file::contents;
use crate::secret::Secret;
use crate::settings::VaultSettings;

/// What leads to the vault in this run: what the environment says of it, and its key, where a person unlocked it and
/// nothing else keeps that. All clones share the key: it lies in one place and is wiped with the last of them.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// What the environment says of it.
    pub settings: VaultSettings,
    unlocked: Arc<Mutex<Option<Secret>>>,
}

impl Access {
    /// To the vault of these settings, which nobody unlocked in this run.
    pub fn new(settings: VaultSettings) -> Self {
        Self { settings, unlocked: Arc::default() }
    }

    /// As [`Vault::find`].
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn find(&self) -> Result<Option<Opened>> {
        let place = Place::of(&self.settings)?;
        if !contents::exists(&place.vault)? {
            return Ok(None);
        }
        let open = |key: Key, key_source: KeySource, place: Place| {
            Ok(Some(Opened::Open(Vault { place, key, key_source })))
        };
        if let Some(path) = &self.settings.identity {
            let key = identity_file::read(path)?;
            return open(key, KeySource::IdentityFile { path: path.clone() }, place);
        }
        let config = Config::read(&place.config)?.ok_or_else(|| no_config(&place))?;
        let unlocked = self.unlocked().as_ref().and_then(Key::parse);
        if let Some(key) = unlocked.filter(|key| key.public() == config.public_key) {
            return open(key, config.key, place);
        }
        let has_bus = self.settings.session_bus;
        match find_key(&config, Session { has_bus, prompt: Prompt::Never }) {
            Ok(key) => open(key, config.key, place),
            Err(why) => {
                let unlocked_for = self.settings.unlocked_for;
                Ok(Some(Opened::Locked(Locked { place, config, has_bus, unlocked_for, why })))
            }
        }
    }

    /// As [`Vault::open`].
    ///
    /// # Errors
    /// There is none ([`VaultError::Missing`]), or it is locked ([`VaultError::Locked`]).
    pub fn open(&self) -> Result<Vault> {
        match self.find()? {
            Some(Opened::Open(vault)) => Ok(vault),
            Some(Opened::Locked(locked)) => Err(locked.why.into()),
            None => Err(VaultError::Missing),
        }
    }

    /// Keeps the key of the vault ([`Vault::identity`]) until the run ends.
    pub fn keep(&self, identity: Secret) {
        *self.unlocked() = Some(identity);
    }

    /// A panic elsewhere leaves the key whole: it is replaced in one step.
    fn unlocked(&self) -> MutexGuard<'_, Option<Secret>> {
        self.unlocked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn find_key(config: &Config, session: Session) -> std::result::Result<Key, LockedBecause> {
    match &config.key {
        KeySource::IdentityFile { path } => identity_file::read(path),
        KeySource::Passphrase => kernel::recall(&config.public_key).ok_or(LockedBecause::PassphraseWanted),
        KeySource::Keyring => keyring::read(session, &config.public_key)
            .map_err(|why| LockedBecause::KeyringRefuses { why, prompt: session.prompt })?
            .ok_or(LockedBecause::NotInKeyring),
    }
}

pub(super) fn no_config(place: &Place) -> LockedBecause {
    LockedBecause::NoConfig { vault: place.vault.clone(), config: place.config.clone() }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::vault::init::{self, NewKey};

    #[test]
    fn a_key_that_was_kept_opens_the_vault_for_every_clone_and_for_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            VaultSettings { file: Some(folder.path().join("vault.age")), ..VaultSettings::default() };
        let key = folder.path().join("id");
        let vault = init::init(&settings, NewKey::IdentityFile(key.clone()), Duration::ZERO).unwrap();
        std::fs::remove_file(key).unwrap();
        let access = Access::new(settings);
        let clone = access.clone();
        assert!(clone.open().is_err());
        access.keep(vault.identity());
        assert!(clone.open().unwrap().read().unwrap().records.is_empty());
        assert!(Vault::open(&access.settings).is_err());
        assert!(!format!("{access:?}").to_uppercase().contains("SECRET-KEY"));
    }

    #[test]
    fn a_key_is_kept_as_long_as_the_settings_say_or_else_the_vault() {
        let folder = tempfile::tempdir().unwrap();
        let file = Some(folder.path().join("vault.age"));
        let settings = VaultSettings { file, ..VaultSettings::default() };
        assert_eq!(init::usual_time(&settings), Duration::from_hours(8));
        let passphrase = NewKey::Passphrase(Secret::from_text("correct horse".into()));
        init::init(&settings, passphrase, Duration::from_mins(7)).unwrap();
        let lease = |settings: VaultSettings| match Access::new(settings).find().unwrap() {
            Some(Opened::Locked(locked)) => locked.unlocked_for(),
            other => panic!("{other:?}"),
        };
        assert_eq!(lease(settings.clone()), Duration::from_mins(7));
        let chosen = VaultSettings { unlocked_for: Some(Duration::from_mins(3)), ..settings };
        assert_eq!(init::usual_time(&chosen), Duration::from_mins(3));
        assert_eq!(lease(chosen), Duration::from_mins(3));
    }
}
