//! Reading the vault, opening a locked one, and making a new one.

use crate::app::vault::rows::{self, Secrets};
use crate::error::{Kind, Result};
use crate::secret::Secret;
use crate::tui::jobs::Shared;

/// What came of making a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// It is there; a sentence says how it is open.
    Vault(String),
    /// The keyring keeps no key for it, and why. A passphrase can.
    PassphraseWanted(String),
}

impl Shared {
    pub(super) fn read_vault(&self) -> Secrets {
        rows::read(&self.ctx.vault, self.ctx.now())
    }

    #[allow(clippy::needless_pass_by_value)] // it is wiped when the job is done
    pub(super) fn unlock(&self, passphrase: Option<Secret>) -> Result<String> {
        rows::unlock(&self.ctx.vault, passphrase.as_ref())
    }

    /// Without a passphrase the keyring is asked first.
    #[allow(clippy::needless_pass_by_value)] // it is wiped when the job is done
    pub(super) fn make_vault(&self, passphrase: Option<Secret>) -> Result<Made> {
        match rows::make(&self.ctx.vault, passphrase.as_ref()) {
            Err(why) if why.kind == Kind::Locked && passphrase.is_none() => {
                Ok(Made::PassphraseWanted(why.what))
            }
            made => made.map(Made::Vault),
        }
    }
}
