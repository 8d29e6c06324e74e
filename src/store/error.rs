//! What can go wrong where secrets are kept.

use thiserror::Error;

use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::config::plan::keeper_words;
use crate::credential::login::OWN_HELPER;
use crate::credential_helper::HelperError;
use crate::file::error::FileError;
use crate::text::safe;
use crate::vault::error::VaultError;

/// Why a secret was not fetched or kept.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The vault cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The helper failed.
    #[error(transparent)]
    Helper(#[from] HelperError),
    /// The file has no such entry any more.
    #[error("{} is no longer in {}.", safe(.key), safe(.file))]
    EntryGone {
        /// The credential key.
        key: String,
        /// The file, or the variable.
        file: String,
    },
    /// The entry is there, and empty.
    #[error("The entry {} holds no secret.", safe(.key))]
    EntryEmpty {
        /// The credential key.
        key: String,
    },
    /// The variable is gone.
    #[error("{DOCKER_AUTH_CONFIG} is not set.")]
    NoVariable,
    /// The helper keeps no such login.
    #[error("docker-credential-{} has no login for {}.", safe(.helper), safe(.key))]
    NotInHelper {
        /// The helper's name.
        helper: String,
        /// The credential key.
        key: String,
    },
    /// The helper said that it kept a login, and does not have it.
    #[error("{program} did not give back what it was given for {}.", safe(.key))]
    HelperLost {
        /// The helper's program.
        program: String,
        /// The credential key.
        key: String,
    },
    /// The helper said that it forgot a login, and has one.
    #[error("{program} still has a login for {} after it was told to forget it.", safe(.key))]
    HelperKept {
        /// The helper's program.
        program: String,
        /// The credential key.
        key: String,
    },
    /// Another login is kept under the key, and must not be replaced.
    #[error("{} keeps another login for {} already.", at_start(.helper), safe(.key))]
    Taken {
        /// The helper's name; ours for the vault.
        helper: String,
        /// The credential key.
        key: String,
    },
    /// The vault keeps no login for the key.
    #[error("The vault has no login for {}.", safe(.key))]
    NotInVault {
        /// The credential key.
        key: String,
    },
    /// The password of the secret is minted, and at present there is none.
    #[error("There is no password of {} yet: it is minted.", safe(.name))]
    NotMinted {
        /// The secret's name.
        name: String,
    },
    /// The vault keeps no secret of the name.
    #[error("The vault has no secret of the name {} any more.", safe(.name))]
    SecretGone {
        /// The name.
        name: String,
    },
    /// Somebody changed the secret after what is to be undone.
    #[error("{} was changed in the vault in the meantime.", safe(.name))]
    ChangedSince {
        /// The name.
        name: String,
    },
}

fn at_start(helper: &str) -> String {
    if helper == OWN_HELPER { "The vault".to_owned() } else { keeper_words(helper) }
}
