//! The vault: one file in the public age format that holds every named secret. `age -d` opens it without pullpass.
//!
//! ```text
//! Vault          open, read, change
//!   ├─ access      finds it and its key
//!   ├─ init        makes one
//!   ├─ document    what it holds: records, recipients
//!   │    ├─ record   one named secret
//!   │    └─ name     a name for a record that nobody named
//!   ├─ scan        finds one login quickly
//!   ├─ sealed      the age format
//!   ├─ key         where the key is kept
//!   ├─ own         texts for the own key alone
//!   ├─ undo_file   what an earlier version kept of the last change
//!   ├─ config      vault.json: which of these places
//!   └─ error       what can go wrong
//! ```
//!
//! A save goes: lock, read, change, seal, and then as any file of pullpass ([`crate::file::save`]). Nothing is ever written in clear, and a vault
//! that does not open is left as it is.

mod access;
pub mod config;
pub mod document;
pub mod error;
pub mod init;
mod kept;
pub mod key;
pub mod key_source;
pub mod name;
mod own;
mod place;
pub mod record;
mod scan;
mod sealed;
mod undo_file;

use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

pub use self::access::Access;
use self::config::Config;
use self::document::{Document, Recipient};
use self::error::{LockedBecause, VaultError};
use self::key::keyring::{Prompt, Session};
use self::key::{Key, kernel, passphrase};
use self::key_source::KeySource;
pub use self::own::OwnKey;
pub use self::place::Place;
use self::record::Record;
use self::sealed::OpenError;
use crate::file::contents;
use crate::secret::Secret;
use crate::settings::VaultSettings;

/// What can be done with a vault, or why not.
pub type Result<T> = std::result::Result<T, VaultError>;

/// The version of the form of what is sealed. A file of a later one is not read.
const VERSION: u64 = 1;

/// The fewest bytes that a passphrase may have.
pub const SHORTEST_PASSPHRASE: usize = 8;

/// A vault that is there.
#[derive(Debug)]
pub enum Opened {
    /// With its key at hand.
    Open(Vault),
    /// Without.
    Locked(Locked),
}

/// A vault whose key is not at hand.
#[derive(Debug)]
pub struct Locked {
    place: Place,
    config: Config,
    has_bus: bool,
    /// How long the kernel is to keep the key, where a person chose that for every vault.
    unlocked_for: Option<Duration>,
    /// Why the key is not at hand.
    pub why: LockedBecause,
}

/// An open vault: the key and the path. The records stay in the file until they are asked for.
#[derive(Clone, Debug)]
pub struct Vault {
    place: Place,
    key: Key,
    /// Where the key came from.
    pub key_source: KeySource,
}

/// Whether the kernel keeps the unlocked key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// For so long.
    For(Duration),
    /// Not, because that was asked for.
    NotWanted,
    /// Not, although it was: the reason.
    No(String),
}

impl Vault {
    /// Finds the vault and its key. Nobody is asked for anything: a key that needs a passphrase, or that a locked
    /// keyring keeps, leaves the vault locked. `None` where there is no vault.
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn find(settings: &VaultSettings) -> Result<Option<Opened>> {
        Access::new(settings.clone()).find()
    }

    /// As [`Self::find`], where only an open vault is of use.
    ///
    /// # Errors
    /// There is none ([`VaultError::Missing`]), or it is locked ([`VaultError::Locked`]).
    pub fn open(settings: &VaultSettings) -> Result<Self> {
        Access::new(settings.clone()).open()
    }

    /// Where the files are.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The public half of the key at hand.
    pub fn public_key(&self) -> String {
        self.key.public()
    }

    /// Everything in it.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or is sealed for other keys.
    pub fn read(&self) -> Result<Document> {
        Document::from_json(&self.text()?)
    }

    /// The record with which docker's helper answers for this credential key.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn login(&self, key: &str) -> Result<Option<Record>> {
        scan::login(&self.text()?, key)
    }

    fn text(&self) -> Result<Zeroizing<Vec<u8>>> {
        self.open_sealed(&self.sealed()?)
    }

    fn sealed(&self) -> Result<Zeroizing<Vec<u8>>> {
        let path = &self.place.vault;
        contents::read(path).map_err(|source| VaultError::Unreadable { path: path.clone(), source })
    }

    fn open_sealed(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let identities: Vec<_> = self.key.identities().cloned().collect();
        sealed::open(sealed, &identities).map_err(|error| does_not_open(&self.place.vault, error))
    }

    /// All records.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn list(&self) -> Result<Vec<Record>> {
        Ok(self.read()?.records)
    }

    /// The record of this name.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn get(&self, name: &str) -> Result<Option<Record>> {
        Ok(self.read()?.find(name).cloned())
    }

    /// Adds a record.
    ///
    /// # Errors
    /// The name is taken, or as [`Self::change`].
    pub fn add(&self, record: Record) -> Result<()> {
        self.change(|document| document.add(record))
    }

    /// Puts a record, perhaps under a new name, where the one of this name is.
    ///
    /// # Errors
    /// There is none of this name, the new name is taken, or as [`Self::change`].
    pub fn replace(&self, name: &str, record: Record) -> Result<()> {
        self.change(|document| document.replace(name, record))
    }

    /// Takes a record out and gives it back, so that it can be added again.
    ///
    /// # Errors
    /// There is none of this name, or as [`Self::change`].
    pub fn remove(&self, name: &str) -> Result<Record> {
        self.change(|document| document.remove(name))
    }

    /// Changes the vault as it is now, under the lock. Where `edit` fails nothing is written, nor where what would be
    /// written does not open with the key at hand and give back what it was given: afterwards it would be too late.
    ///
    /// # Errors
    /// The error of `edit`; the vault cannot be read or written, or another writer keeps it locked.
    pub fn change<T, E: From<VaultError>>(
        &self,
        edit: impl FnOnce(&mut Document) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let lock = self.place.lock()?;
        let sealed = self.sealed()?;
        let mut document = Document::from_json(&self.open_sealed(&sealed)?)?;
        let answer = edit(&mut document)?;
        let json = document.to_json()?;
        let new = place::seal(&json, &document)?;
        if *self.open_sealed(&new)? != *json {
            return Err(VaultError::NotGivenBack.into());
        }
        self.place.write_sealed(&lock, Some(&sealed), &document, new)?;
        Ok(answer)
    }

    /// Seals the vault for one more key.
    ///
    /// # Errors
    /// It is sealed for that key already, or as [`Self::change`].
    pub fn add_recipient(&self, new: Recipient) -> Result<()> {
        self.change(|document| {
            if document.recipients.iter().any(|known| known.key == new.key) {
                return Err(VaultError::KnownRecipient);
            }
            document.recipients.push(new);
            Ok(())
        })
    }

    /// Seals the vault anew without this key. Who had it may still have an old copy of the file.
    ///
    /// # Errors
    /// There is no such key, it is the last one that opens the vault here, or as [`Self::change`].
    pub fn remove_recipient(&self, key: &str) -> Result<()> {
        let own = self.key.all_public();
        self.change(|document| {
            let before = document.recipients.len();
            document.recipients.retain(|known| known.key != key);
            if document.recipients.len() == before {
                return Err(VaultError::UnknownRecipient);
            }
            if !document.recipients.iter().any(|known| own.contains(&known.key)) {
                return Err(VaultError::OwnRecipient);
            }
            Ok(())
        })
    }

    /// The key itself, for [`Access::keep`].
    pub fn identity(&self) -> Secret {
        self.key.to_lines()
    }

    /// Has the kernel keep the key, where a passphrase would be asked for otherwise.
    pub fn remember(&self, time: Duration) -> Remembered {
        if self.key_source != KeySource::Passphrase || time.is_zero() {
            return Remembered::NotWanted;
        }
        kernel::remember(&self.key, time).map_or_else(Remembered::No, |()| Remembered::For(time))
    }
}

impl Locked {
    /// Where the key is.
    pub fn key_source(&self) -> &KeySource {
        &self.config.key
    }

    /// Where the files are.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The public half of the key.
    pub fn public_key(&self) -> &str {
        &self.config.public_key
    }

    /// How long the kernel is to keep the key.
    pub fn unlocked_for(&self) -> Duration {
        self.unlocked_for.unwrap_or(self.config.unlocked_for())
    }

    /// Opens it with the passphrase. [`Vault::remember`] spares asking again.
    ///
    /// # Errors
    /// The passphrase is wrong ([`LockedBecause::PassphraseWrong`]), or the key's file is damaged.
    pub fn unlock(&self, passphrase: &Secret) -> Result<Vault> {
        self.opened(passphrase::read(&self.place.key, passphrase)?)
    }

    /// Opens it with the keyring, which may ask its owner now.
    ///
    /// # Errors
    /// The keyring stays locked, or does not have the key ([`VaultError::Locked`]).
    pub fn unlock_keyring(&self) -> Result<Vault> {
        let session = Session { has_bus: self.has_bus, prompt: Prompt::Allowed };
        self.opened(access::find_key(&self.config, session)?)
    }

    fn opened(&self, key: Key) -> Result<Vault> {
        if key.public() != self.config.public_key {
            let (key, config) = (self.config.key.clone(), self.place.config.clone());
            return Err(VaultError::OtherKey { key, config });
        }
        let vault = Vault { place: self.place.clone(), key, key_source: self.config.key.clone() };
        // Somebody else may have written it, elsewhere.
        if let Ok(document) = vault.read() {
            self.place.note(kept::settle, &document);
        }
        Ok(vault)
    }
}

/// False where the vault surely has no login of this key, which can be told of a locked one as well.
pub fn may_have_login(settings: &VaultSettings, key: &str) -> bool {
    let has = || kept::has(settings.kept.as_ref()?, settings.file.as_ref()?, key);
    has().unwrap_or(true)
}

/// Makes the kernel forget the key; true where it had it.
///
/// # Errors
/// There is no vault, or its settings cannot be read.
pub fn lock(settings: &VaultSettings) -> Result<bool> {
    let place = Place::of(settings)?;
    let config = Config::read(&place.config)?.ok_or(VaultError::Missing)?;
    Ok(kernel::forget(&config.public_key))
}

fn does_not_open(path: &Path, error: OpenError) -> VaultError {
    match error {
        OpenError::OtherKeys => VaultError::OtherKeys(path.to_owned()),
        OpenError::Damaged | OpenError::TooMuchWork => VaultError::Damaged(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::init::NewKey;
    use super::*;
    use crate::file::error::FileError;

    #[test]
    fn what_another_program_wrote_in_between_is_not_lost() {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            VaultSettings { file: Some(folder.path().join("vault.age")), ..VaultSettings::default() };
        let key = NewKey::IdentityFile(folder.path().join("id"));
        let vault = init::init(&settings, key, Duration::ZERO).unwrap();
        let changed = vault.change(|_| {
            std::fs::write(&vault.place().vault, "brought by a program that takes no lock").unwrap();
            Ok::<_, VaultError>(())
        });
        assert!(matches!(changed.unwrap_err(), VaultError::File(FileError::Overtaken(_))));
        let now = std::fs::read_to_string(&vault.place().vault).unwrap();
        assert_eq!(now, "brought by a program that takes no lock");
    }
}
