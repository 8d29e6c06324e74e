//! One more sealed text beside the vault: what the last command changed. Sealed for the own key alone, because it is
//! nobody else's business.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::error::VaultError;
use super::{Place, Result, Vault, sealed};
use crate::file::error::Operation;
use crate::file::save;
use crate::settings::VaultSettings;

impl Place {
    fn undo(&self) -> PathBuf {
        self.vault.with_file_name("undo.age")
    }
}

impl Vault {
    /// Seals a text beside the vault, in the place of the one that was there.
    ///
    /// # Errors
    /// The folder cannot be written, or another writer keeps it locked.
    pub fn write_undo(&self, plain: &[u8]) -> Result<()> {
        let sealed = sealed::seal(plain, &[self.key.recipient()])?;
        Ok(save::replace(&self.place.lock()?, &self.place.undo(), sealed)?)
    }

    /// The text; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or is sealed for another key.
    pub fn read_undo(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let path = self.place.undo();
        let Some(bytes) = save::read(&path)? else { return Ok(None) };
        let identities: Vec<_> = self.key.identities().cloned().collect();
        sealed::open(&bytes, &identities).map(Some).map_err(|_| VaultError::UndoDamaged(path))
    }
}

/// Removes the text; it takes no key. That there is none is no error.
///
/// # Errors
/// The file is there and cannot be removed.
pub fn remove_undo(settings: &VaultSettings) -> Result<()> {
    let Ok(place) = Place::of(settings) else { return Ok(()) };
    let path = place.undo();
    match std::fs::remove_file(&path) {
        Ok(()) => Ok(()),
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            Ok(())
        }
        Err(error) => Err(Operation::Remove.failed(&path, error).into()),
    }
}
