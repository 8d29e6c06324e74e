//! `undo.age` beside the vault: where earlier versions kept what the last command changed, sealed for the own key. It is
//! read once and goes; today's records lie elsewhere, because who can write the vault's folder could forge this one.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::error::VaultError;
use super::{Access, Place, Result, Vault};
use crate::file::contents;
use crate::file::error::Operation;
use crate::file::save;

impl Place {
    fn undo(&self) -> PathBuf {
        self.vault.with_file_name("undo.age")
    }
}

impl Vault {
    /// The text; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or is sealed for another key.
    pub fn read_undo(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let path = self.place.undo();
        let Some(bytes) = save::read(&path)? else { return Ok(None) };
        self.open_own(&bytes).map(Some).ok_or(VaultError::UndoDamaged(path))
    }

    /// Removes the text.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn remove_undo(&self) -> Result<()> {
        let path = self.place.undo();
        Ok(std::fs::remove_file(&path).map_err(|error| Operation::Remove.failed(&path, error))?)
    }
}

impl Access {
    /// True where an earlier version left one.
    pub fn has_undo(&self) -> bool {
        let there = |place: Place| contents::exists(&place.undo()).unwrap_or_default();
        Place::of(&self.settings).is_ok_and(there)
    }
}
