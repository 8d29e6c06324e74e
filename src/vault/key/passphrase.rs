//! A key in `key.age`, sealed with a passphrase. `age -d -i key.age vault.age` opens the vault without pullpass.

use std::path::Path;

use super::Key;
use crate::file::lock::Lock;
use crate::file::{contents, save};
use crate::secret::Secret;
use crate::vault::Result;
use crate::vault::SHORTEST_PASSPHRASE;
use crate::vault::error::{LockedBecause, VaultError};
use crate::vault::sealed::{self, OpenError};

/// Says whether a new vault takes this passphrase.
///
/// # Errors
/// It is too short.
pub fn check(passphrase: &Secret) -> Result<()> {
    if passphrase.len() < SHORTEST_PASSPHRASE {
        return Err(VaultError::ShortPassphrase);
    }
    Ok(())
}

/// Seals the key, under the vault's lock; never over a file that is there, because another vault may depend on it.
///
/// # Errors
/// The passphrase is too short or not text, or the file is there or cannot be made.
pub fn write(lock: &Lock, path: &Path, key: &Key, passphrase: &Secret) -> Result<()> {
    check(passphrase)?;
    let sealed = sealed::seal_with_passphrase(key.to_lines().expose(), passphrase)?;
    Ok(save::swap(lock, path, None, sealed)?)
}

/// Opens the key.
///
/// # Errors
/// The passphrase is wrong, or the file cannot be read or is damaged.
pub fn read(path: &Path, passphrase: &Secret) -> Result<Key> {
    let unreadable = |source| VaultError::KeyUnreadable { path: path.to_owned(), source };
    let damaged = || VaultError::KeyDamaged(path.to_owned());
    let sealed = contents::read(path).map_err(unreadable)?;
    match sealed::open_with_passphrase(&sealed, passphrase) {
        Ok(text) => Key::parse(&Secret::new(text.to_vec())).ok_or_else(damaged),
        Err(OpenError::OtherKeys) => Err(LockedBecause::PassphraseWrong.into()),
        Err(OpenError::Damaged | OpenError::TooMuchWork) => Err(damaged()),
    }
}
