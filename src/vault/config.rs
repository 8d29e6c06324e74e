//! `vault.json` beside the vault: where its key is. Nothing in it is secret.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Result;
use super::error::VaultError;
use super::key_source::KeySource;
use crate::file::lock::Lock;
use crate::file::save;

/// How long the kernel keeps an unlocked key, where neither the settings nor `vault init --for` say otherwise: a working day.
pub const UNLOCKED_FOR: Duration = Duration::from_hours(8);

/// What `vault.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// Where the key is.
    pub key: KeySource,
    /// The key's public half, `age1...`.
    pub public_key: String,
    /// How long the kernel keeps the unlocked key, in seconds; 0 for not at all.
    #[serde(default = "unlocked_for")]
    pub unlocked_seconds: u64,
}

fn unlocked_for() -> u64 {
    UNLOCKED_FOR.as_secs()
}

impl Config {
    /// How long the kernel keeps the unlocked key.
    pub fn unlocked_for(&self) -> Duration {
        Duration::from_secs(self.unlocked_seconds)
    }

    /// Reads the file; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be read or understood.
    pub fn read(path: &Path) -> Result<Option<Self>> {
        let Some(bytes) = save::read(path)? else { return Ok(None) };
        let bad = |reason| VaultError::BadConfig { path: path.to_owned(), reason };
        serde_json::from_slice(&bytes).map(Some).map_err(bad)
    }

    /// Writes the file, under the vault's lock.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, lock: &Lock, path: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self).map_err(VaultError::PathNotText)?;
        text.push('\n');
        Ok(save::replace(lock, path, text.into_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.json");
        let lock = Lock::of_folder(folder.path()).unwrap();
        assert_eq!(Config::read(&path).unwrap(), None);
        for key in
            [KeySource::Keyring, KeySource::Passphrase, KeySource::IdentityFile { path: "/x/id".into() }]
        {
            let config = Config { key, public_key: "age1x".into(), unlocked_seconds: 60 };
            config.write(&lock, &path).unwrap();
            assert_eq!(Config::read(&path).unwrap(), Some(config));
        }
    }

    #[test]
    fn the_time_has_a_default_and_nonsense_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.json");
        std::fs::write(&path, r#"{"key":{"way":"keyring"},"public_key":"age1x"}"#).unwrap();
        assert_eq!(Config::read(&path).unwrap().map(|config| config.unlocked_for()), Some(UNLOCKED_FOR));
        std::fs::write(&path, r#"{"key":{"way":"telepathy"},"public_key":"age1x"}"#).unwrap();
        assert!(Config::read(&path).is_err());
    }
}
