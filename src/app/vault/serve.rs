//! The vault as docker's credential helper. Nobody is asked for anything here; a password that is minted comes from
//! [`super::minted`].

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::minted;
use crate::credential::Credential;
use crate::credential_helper::serve::Records;
use crate::error::Result;
use crate::settings::Settings;
use crate::store::vault;
use crate::vault::Vault;
use crate::vault::document::Document;
use crate::vault::error::VaultError;
use crate::vault::record::Record;

/// The logins of the vault. It is opened only when one is asked for.
pub struct VaultRecords<'a> {
    settings: &'a Settings,
    now: Timestamp,
}

impl<'a> VaultRecords<'a> {
    /// Those of the vault that the settings name.
    pub fn new(settings: &'a Settings, now: Timestamp) -> Self {
        Self { settings, now }
    }

    /// A vault that is not there keeps no logins.
    ///
    /// # Errors
    /// It is locked, or cannot be read.
    pub fn document(&self) -> Result<Document> {
        match Vault::open(&self.settings.vault) {
            Ok(vault) => Ok(vault.read()?),
            Err(VaultError::Missing) => Ok(Document::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Docker's login of a key. A vault that is locked or broken is an error only for the logins that it has: public images
    /// of all other registries are pulled without one.
    fn login(&self, key: &str) -> Result<Option<Record>> {
        match Vault::open(&self.settings.vault).and_then(|vault| vault.login(key)) {
            Ok(found) => Ok(found),
            Err(VaultError::Missing) => Ok(None),
            Err(_) if !crate::vault::may_have_login(&self.settings.vault, key) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Records for VaultRecords<'_> {
    fn get(&self, key: &str) -> Result<Option<Credential>> {
        match self.login(key)? {
            Some(record) if record.refresh.is_some() => {
                minted::password(self.settings, self.now, record, || self.login(key)).map(Some)
            }
            found => Ok(found.map(|record| record.credential)),
        }
    }

    fn store(&self, key: &str, login: Credential) -> Result<()> {
        let keep = |document: &mut Document| vault::keep(document, key, login, None, self.now);
        Ok(Vault::open(&self.settings.vault)?.change(keep)?)
    }

    fn erase(&self, key: &str) -> Result<()> {
        if self.login(key)?.is_none() {
            return Ok(());
        }
        Vault::open(&self.settings.vault)?.change(|document| {
            vault::forget(document, key);
            Ok(())
        })
    }

    fn list(&self) -> Result<BTreeMap<String, String>> {
        let records = self.document()?.records.into_iter().filter(|record| record.is_login);
        Ok(records.map(|record| (record.key, record.credential.username)).collect())
    }
}
