//! The jobs around the vault: reading it, and opening a locked one.

use crate::app::vault::rows;
use crate::error::Kind;
use crate::secret::Secret;
use crate::tui::jobs::{Outcome, Shared};
use crate::tui::message::Message;

impl Shared {
    pub(super) fn read_vault(&self) -> Outcome {
        Outcome::Tell(Message::VaultRead(Box::new(rows::read(&self.ctx.vault, self.ctx.now()))))
    }

    pub(super) fn unlock(&self, passphrase: Option<&Secret>) -> Outcome {
        let answer = rows::unlock(&self.ctx.vault, passphrase);
        Outcome::Tell(Message::Unlocked(answer.map_err(Into::into)))
    }

    pub(super) fn make_vault(&self, passphrase: Option<&Secret>) -> Outcome {
        Outcome::Tell(match rows::make(&self.ctx.vault, passphrase) {
            Err(why) if why.kind == Kind::Locked && passphrase.is_none() => {
                Message::PassphraseWanted(why.what)
            }
            answer => Message::VaultMade(answer.map_err(Into::into)),
        })
    }
}
