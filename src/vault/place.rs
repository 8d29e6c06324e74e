//! The files of a vault, and writing the sealed one.

use std::path::{Path, PathBuf};

use age::x25519;

use super::document::{Document, Recipient};
use super::error::VaultError;
use super::{Result, kept, sealed};
use crate::file::error::FileError;
use crate::file::lock::Lock;
use crate::file::save;
use crate::settings::VaultSettings;

/// The files of a vault; all lie in one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The vault.
    pub vault: PathBuf,
    /// Where its key is.
    pub config: PathBuf,
    /// The key, sealed with a passphrase.
    pub key: PathBuf,
    /// The keys of its logins, unsealed.
    kept: Option<PathBuf>,
    /// Held by whoever writes.
    lock: PathBuf,
}

impl Place {
    pub(super) fn of(settings: &VaultSettings) -> Result<Self> {
        let vault = settings.file.clone().ok_or(VaultError::NoPlace)?;
        let beside = |name: &str| vault.with_file_name(name);
        let kept = settings.kept.clone();
        Ok(Self {
            config: beside("vault.json"),
            key: beside("key.age"),
            // Beside the real file: one vault has one lock, whatever its name.
            lock: save::real_path_of(&vault)?.with_file_name("vault.lock"),
            kept,
            vault,
        })
    }

    /// Writes the vault, and what may be known of it while it is locked. That is a convenience: where it cannot be noted, a
    /// locked vault is an error for every key.
    pub(super) fn write(&self, lock: &Lock, before: Option<&[u8]>, document: &Document) -> Result<()> {
        let sealed = seal(&document.to_json()?, document)?;
        self.write_sealed(lock, before, document, sealed)
    }

    /// As [`Self::write`], with what [`seal`] made of the document.
    pub(super) fn write_sealed(
        &self,
        lock: &Lock,
        before: Option<&[u8]>,
        document: &Document,
        sealed: Vec<u8>,
    ) -> Result<()> {
        self.note(kept::announce, document);
        save::swap(lock, &self.vault, before, sealed)?;
        self.note(kept::settle, document);
        Ok(())
    }

    pub(super) fn note(
        &self,
        noted: fn(&Path, &Path, &Document) -> std::result::Result<(), FileError>,
        document: &Document,
    ) {
        if let Some(file) = &self.kept
            && noted(file, &self.vault, document).is_err()
        {
            let _not_there = std::fs::remove_file(file).is_err();
        }
    }

    /// Waits until nobody else writes the vault. The lock is a file of its own: the vault is replaced by every save.
    pub(super) fn lock(&self) -> Result<Lock> {
        Ok(Lock::of_file(&self.lock)?)
    }
}

/// Seals the text of a document for its recipients.
pub(super) fn seal(json: &[u8], document: &Document) -> Result<Vec<u8>> {
    let parse = |recipient: &Recipient| recipient.key.parse().map_err(|_| VaultError::BadRecipient);
    let keys = document.recipients.iter().map(parse);
    let recipients: Result<Vec<x25519::Recipient>> = keys.collect();
    sealed::seal(json, &recipients?)
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn a_vault_has_one_lock_under_all_its_names() {
        use super::*;

        let folder = tempfile::tempdir().unwrap();
        let (link, real) = (folder.path().join("a/vault.age"), folder.path().join("b/team.age"));
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let place = |file: &Path| {
            let file = Some(file.to_owned());
            Place::of(&VaultSettings { file, ..VaultSettings::default() }).unwrap()
        };
        assert_eq!(place(&link).lock, place(&real).lock);
        assert_eq!(place(&link).config, folder.path().join("a/vault.json"));
    }
}
