//! Where the vault's key is kept.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where the key is, as chosen at `vault init`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum KeySource {
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

impl KeySource {
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
