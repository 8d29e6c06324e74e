//! Texts for the own key alone, wherever they lie. Sealing takes the public half only, so that it works with a locked vault.

use age::x25519;
use zeroize::Zeroizing;

use super::config::Config;
use super::error::VaultError;
use super::key::identity_file;
use super::{Access, Place, Result, Vault, sealed};
use crate::file::contents;

/// The public half of the key that opens the vault here.
#[derive(Clone, Debug)]
pub struct OwnKey(x25519::Recipient);

impl OwnKey {
    /// It as text, `age1...`.
    pub fn public(&self) -> String {
        self.0.to_string()
    }

    /// Seals a text.
    ///
    /// # Errors
    /// The age format cannot be written.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        sealed::seal(plain, std::slice::from_ref(&self.0))
    }
}

impl Access {
    /// The public half of the key. No keyring is asked, and the vault may be locked.
    ///
    /// # Errors
    /// There is no vault, or nothing says which key opens it.
    pub fn own_key(&self) -> Result<OwnKey> {
        let place = Place::of(&self.settings)?;
        if !contents::exists(&place.vault)? {
            return Err(VaultError::Missing);
        }
        if let Some(path) = &self.settings.identity {
            return Ok(OwnKey(identity_file::read(path)?.recipient()));
        }
        let config = Config::read(&place.config)?.ok_or_else(|| super::access::no_config(&place))?;
        config.public_key.parse().map(OwnKey).map_err(|_| VaultError::NotAPublicKey(config.public_key))
    }
}

impl Vault {
    /// The public half of the key at hand, for sealing.
    pub fn own_key(&self) -> OwnKey {
        OwnKey(self.key.recipient())
    }

    /// The public halves of all keys at hand.
    pub fn all_public_keys(&self) -> Vec<String> {
        self.key.all_public()
    }

    /// Opens what [`OwnKey::seal`] made; `None` where it is damaged or sealed for another key.
    pub fn open_own(&self, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let identities: Vec<_> = self.key.identities().cloned().collect();
        sealed::open(bytes, &identities).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::settings::VaultSettings;
    use crate::vault::init::{self, NewKey};

    #[test]
    fn a_locked_vault_seals_for_its_key_and_only_the_open_one_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = Some(folder.path().join("vault.age"));
        let settings = VaultSettings { file, ..VaultSettings::default() };
        let access = Access::new(settings.clone());
        assert!(matches!(access.own_key(), Err(VaultError::Missing)));
        let id = folder.path().join("id");
        let vault = init::init(&settings, NewKey::IdentityFile(id.clone()), Duration::ZERO).unwrap();
        std::fs::remove_file(id).unwrap();
        assert!(access.open().is_err());
        let key = access.own_key().unwrap();
        assert_eq!(key.public(), vault.public_key());
        let sealed = key.seal(b"hunter2").unwrap();
        assert_eq!(vault.open_own(&sealed).as_deref().map(Vec::as_slice), Some(&b"hunter2"[..]));
        assert!(vault.open_own(b"hunter2").is_none());
    }
}
