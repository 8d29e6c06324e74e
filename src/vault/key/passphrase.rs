//! A key in `key.age`, sealed with a passphrase. `age -d -i key.age vault.age` opens the vault without pullpass.

use std::path::Path;

use super::Key;
use crate::error::{Error, Kind, Result};
use crate::file::lock::Lock;
use crate::file::{contents, save};
use crate::secret::Secret;
use crate::vault::sealed::{self, Refusal};

/// The shortest passphrase that a new vault takes, in bytes.
pub const SHORTEST: usize = 8;

/// Says whether a new vault takes this passphrase.
///
/// # Errors
/// It is too short.
pub fn check(passphrase: &Secret) -> Result<()> {
    if passphrase.len() < SHORTEST {
        return Err(Error::usage(format!("A passphrase has at least {SHORTEST} characters."))
            .hint("Four or five words that nobody expects together make a good one."));
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
    save::swap(lock, path, None, sealed)
}

/// Opens the key.
///
/// # Errors
/// The passphrase is wrong, or the file cannot be read or is damaged.
pub fn read(path: &Path, passphrase: &Secret) -> Result<Key> {
    let sealed = contents::read(path).map_err(|error| Error::io("read the vault's key", path, error))?;
    let damaged = || {
        Error::failed(format!("The vault's key {} is damaged.", path.display()))
            .hint("It was left as it is. Bring it back from a backup; without it the vault does not open.")
    };
    match sealed::open_with_passphrase(&sealed, passphrase) {
        Ok(text) => Key::parse(&Secret::new(text.to_vec())).ok_or_else(damaged),
        Err(Refusal::OtherKeys) => Err(Error::new(Kind::Locked, "The passphrase is wrong.").hint(
            "Try again. Nothing but the passphrase opens it, unless it is sealed for another key too.",
        )),
        Err(Refusal::Damaged | Refusal::TooMuchWork) => Err(damaged()),
    }
}
