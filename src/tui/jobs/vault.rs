//! The jobs around the vault: reading it, and opening a locked one.

use std::sync::PoisonError;

use jiff::Timestamp;

use crate::app::secrets;
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
        Outcome::Tell(Message::VaultRead(Box::new(secrets::read(&self.settings(), now))))
    }

    pub(super) fn unlock(&self, passphrase: Option<&Secret>) -> Outcome {
        let answer = secrets::unlock(&self.settings().vault, passphrase).map(|opened| {
            // A vault that is open already stays so: its key may be the one that lies here.
            if opened.identity.is_some() {
                *self.unlocked.lock().unwrap_or_else(PoisonError::into_inner) = opened.identity;
            }
            opened.words
        });
        Outcome::Tell(Message::Unlocked(answer.map_err(Into::into)))
    }
}
