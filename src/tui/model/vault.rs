//! The Secrets tab: reading the vault, and opening a locked one.

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use crate::app::vault::rows::{self, Secrets, State};
use crate::credential::login::{Login, LoginId};
use crate::tui::dialog::confirm::Confirm;
use crate::tui::dialog::unlock::{Unlock, Wish};
use crate::tui::effect::Effect;
use crate::tui::message::Failure;
use crate::tui::model::layers::Layer;
use crate::tui::model::{Model, Tab, Then};

/// Whether the vault is being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reading {
    #[default]
    No,
    Yes,
    /// What is being read may be old already.
    AndAgain,
}

impl Model {
    /// The login or secret with this identity.
    pub fn find(&self, id: &LoginId) -> Option<&Login> {
        let inventory =
            if id.store.vault_name().is_some() { &self.secrets.inventory } else { &self.inventory };
        inventory.find(id)
    }

    pub(super) fn turn_to(&mut self, tab: Tab) {
        self.layers.close_text();
        self.tab = tab;
        self.fit();
    }

    /// Reads the vault where there is one. The files come first: they are on the screen by now.
    pub(super) fn look_into_vault(&mut self, now: Timestamp) -> Vec<Effect> {
        if !self.inventory.has_vault {
            return self.show_vault(Secrets::missing(), now);
        }
        match self.reading_vault {
            Reading::No => {
                self.reading_vault = Reading::Yes;
                vec![Effect::ReadVault]
            }
            Reading::Yes | Reading::AndAgain => {
                self.reading_vault = Reading::AndAgain;
                Vec::new()
            }
        }
    }

    pub(super) fn take_vault(&mut self, secrets: Secrets, now: Timestamp) -> Vec<Effect> {
        let again = std::mem::take(&mut self.reading_vault) == Reading::AndAgain;
        let mut effects = self.show_vault(secrets, now);
        if again {
            effects.extend(self.look_into_vault(now));
        }
        effects
    }

    fn show_vault(&mut self, secrets: Secrets, now: Timestamp) -> Vec<Effect> {
        let selected = self.secrets_list.selected_id(&self.secrets.inventory);
        self.secret_names = secrets.names();
        self.secrets = secrets;
        let names = self.secret_names.clone();
        self.with_form(now, |form, context| {
            form.know_names(names);
            form.preselect(context);
        });
        self.apply_known();
        self.logins.arrange(&self.inventory, now);
        self.recall();
        self.secrets_list.take_over(&self.secrets.inventory, selected.as_ref(), now);
        self.fit();
        self.count(now);
        self.touch();
        let is_gone = self.reveal.as_ref().is_some_and(|reveal| self.find(&reveal.id).is_none());
        if is_gone { self.hide() } else { Vec::new() }
    }

    /// Why there is nothing to unlock.
    pub fn not_unlockable(&self) -> Option<&'static str> {
        match &self.secrets.state {
            _ if self.tab != Tab::Secrets => Some("the vault is on the page of the secrets: press 2"),
            State::Locked { by: Some(_), .. } | State::Missing => None,
            State::Locked { by: None, .. } => Some("nothing tells where its key is"),
            State::NotRead => Some("the vault is being read"),
            State::Open => Some("the vault is open"),
            State::Broken(_) => Some("the vault is not locked, it cannot be read"),
        }
    }

    /// Asks for the passphrase, or has the keyring ask for its own.
    pub(super) fn open_unlock(&mut self, now: Timestamp) -> Vec<Effect> {
        let by = match &self.secrets.state {
            State::Locked { by: Some(by), .. } => by,
            State::Missing => {
                self.ask(make_question(), Then::MakeVault);
                return Vec::new();
            }
            _ => return Vec::new(),
        };
        match by {
            rows::Unlock::Passphrase => {
                self.layers.push(Layer::Unlock(Unlock::default()));
                self.hide()
            }
            rows::Unlock::Keyring => {
                self.say("Asking the keyring ...", now);
                vec![Effect::Unlock(None)]
            }
        }
    }

    /// A key while the passphrase is asked for.
    pub(super) fn unlock_key(&mut self, mut unlock: Unlock, key: KeyEvent) -> Vec<Effect> {
        let wish = unlock.on_key(key);
        if wish != Wish::Close {
            self.layers.push(Layer::Unlock(unlock));
        }
        match wish {
            Wish::Stay | Wish::Close => Vec::new(),
            Wish::Open(passphrase) => vec![Effect::Unlock(Some(passphrase))],
            Wish::Make(passphrase) => vec![Effect::MakeVault(Some(passphrase))],
        }
    }

    /// Makes a vault: the keyring is asked first, and a passphrase where there is none.
    pub(super) fn make_vault(&mut self) -> Vec<Effect> {
        self.layers.push(Layer::Unlock(Unlock::making()));
        self.hide().into_iter().chain([Effect::MakeVault(None)]).collect()
    }

    pub(super) fn want_passphrase(&mut self, why: String) {
        self.touch();
        if let Some(unlock) = self.layers.unlock_mut().filter(|unlock| unlock.is_making()) {
            unlock.want(why);
        }
    }

    /// A vault was made, or not: another passphrase mends none of the reasons. The files are read again either way: they
    /// tell whether there is a vault, and somebody else may have made it.
    pub(super) fn take_made(&mut self, answer: Result<String, Failure>, now: Timestamp) -> Vec<Effect> {
        self.touch();
        self.layers.close_unlock(Unlock::is_making);
        let mut effects = match answer {
            Ok(words) => {
                self.say(words, now);
                Vec::new()
            }
            Err(failure) => self.complain(failure),
        };
        effects.extend(self.load());
        effects
    }

    pub(super) fn take_unlocked(&mut self, answer: Result<String, Failure>, now: Timestamp) -> Vec<Effect> {
        self.touch();
        match (answer, self.layers.unlock_mut()) {
            (Ok(words), _) => {
                self.layers.close_unlock(|_| true);
                self.say(words, now);
                self.look_into_vault(now)
            }
            (Err(failure), Some(unlock)) => {
                unlock.failed(failure);
                Vec::new()
            }
            (Err(failure), None) => self.complain(failure),
        }
    }

    /// A background task crashed: none is waited for any more.
    pub(super) fn vault_failed(&mut self) {
        self.reading_vault = Reading::No;
        if let Some(unlock) = self.layers.unlock_mut() {
            unlock.failed(Failure { what: "The vault was not opened.".into(), hints: Vec::new() });
        }
    }
}

fn make_question() -> Confirm {
    Confirm {
        title: "Make a vault?".into(),
        lines: vec![
            "One encrypted file keeps named secrets, and logins for docker.".into(),
            "Its key goes into the session's keyring, or behind a passphrase where there is none.".into(),
        ],
        safe_word: "Make none",
        danger_word: "Make it",
        typed: None,
    }
}
