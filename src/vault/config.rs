//! `vault.json` beside the vault: where its key is. Nothing in it is secret.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Result;
use super::error::VaultError;
use crate::file::lock::Lock;
use crate::file::save;

/// How long the kernel keeps an unlocked key, where neither the settings nor `vault init --for` say otherwise: a working day.
pub const UNLOCKED_FOR: Duration = Duration::from_hours(8);

/// Where the key is, as chosen at `vault init`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum Way {
    /// With the session's keyring.
    Keyring,
    /// In `key.age` beside the vault, sealed with a passphrase.
    Passphrase,
    /// In a file that the user keeps.
    IdentityFile {
        /// The file.
        path: PathBuf,
    },
}

impl Way {
    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::Passphrase => "passphrase",
            Self::IdentityFile { .. } => "identity_file",
        }
    }

    /// Where the key is, in the fewest words.
    pub fn short(&self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::Passphrase => "passphrase",
            Self::IdentityFile { .. } => "identity file",
        }
    }

    /// Where the key is, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Keyring => "the session's keyring".to_owned(),
            Self::Passphrase => "key.age, sealed with a passphrase".to_owned(),
            Self::IdentityFile { path } => format!("the file {}", path.display()),
        }
    }
}

/// What `vault.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// Where the key is.
    pub key: Way,
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
        for key in [Way::Keyring, Way::Passphrase, Way::IdentityFile { path: "/x/id".into() }] {
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
