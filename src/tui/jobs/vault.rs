//! The jobs around the vault: reading it, and opening a locked one.

use std::sync::PoisonError;

use jiff::Timestamp;

use crate::app::vault::rows::{self, Unlocked};
use crate::error::Kind;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::tui::jobs::{Outcome, Shared};
use crate::tui::message::Message;

impl Shared {
    /// The settings, with the vault's key where this run alone keeps it.
    pub(super) fn settings(&self) -> Settings {
        let mut settings = self.settings.clone();
        settings.vault.unlocked.clone_from(&self.unlocked.lock().unwrap_or_else(PoisonError::into_inner));
        settings
    }

    pub(super) fn read_vault(&self, now: Timestamp) -> Outcome {
        Outcome::Tell(Message::VaultRead(Box::new(rows::read(&self.settings(), now))))
    }

    pub(super) fn unlock(&self, passphrase: Option<&Secret>) -> Outcome {
        let answer = rows::unlock(&self.settings().vault, passphrase).map(|opened| self.take_key(opened));
        Outcome::Tell(Message::Unlocked(answer.map_err(Into::into)))
    }

    pub(super) fn make_vault(&self, passphrase: Option<&Secret>) -> Outcome {
        Outcome::Tell(match rows::make(&self.settings().vault, passphrase) {
            Err(why) if why.kind == Kind::Locked && passphrase.is_none() => {
                Message::PassphraseWanted(why.what)
            }
            answer => Message::VaultMade(answer.map(|made| self.take_key(made)).map_err(Into::into)),
        })
    }

    /// A vault that is open already stays so: its key may be the one that lies here.
    fn take_key(&self, opened: Unlocked) -> String {
        if opened.identity.is_some() {
            *self.unlocked.lock().unwrap_or_else(PoisonError::into_inner) = opened.identity;
        }
        opened.words
    }
}
