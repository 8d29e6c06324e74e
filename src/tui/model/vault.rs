//! The Secrets tab: reading the vault, and opening a locked one.

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use crate::app::vault::rows::{self, Secrets, State};
use crate::tui::dialog::confirm::Confirm;
use crate::tui::dialog::unlock::{Unlock, UnlockEvent};
use crate::tui::effect::Effect;
use crate::tui::jobs::{Job, Made, Outcome};
use crate::tui::model::layers::Layer;
use crate::tui::model::{Model, Reason, Tab, Then};

impl Model {
    /// Reads the vault where there is one. The files come first: they are on the screen by now.
    pub(super) fn look_into_vault(&mut self, now: Timestamp) -> Vec<Effect> {
        if !self.inventory.has_vault {
            return self.show_vault(Secrets::missing(), now);
        }
        if self.reading_vault.begins() { vec![self.start(Job::ReadVault)] } else { Vec::new() }
    }

    pub(super) fn on_vault_read(&mut self, answer: Outcome<Box<Secrets>>, now: Timestamp) -> Vec<Effect> {
        let again = self.reading_vault.ended();
        let mut effects = match answer {
            Ok(secrets) => self.show_vault(*secrets, now),
            Err(notice) => self.complain(notice),
        };
        if again {
            effects.extend(self.look_into_vault(now));
        }
        effects
    }

    fn show_vault(&mut self, secrets: Secrets, now: Timestamp) -> Vec<Effect> {
        let selected = self.secrets_list.selected_id(&self.secrets.inventory);
        let names = secrets.names();
        self.secrets = secrets;
        self.uses.forget();
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

    pub(super) fn may_unlock(&self) -> Result<(), Reason> {
        match &self.secrets.state {
            // On every page: whoever pressed the key types a passphrase next, and it must not run as commands.
            State::Locked { by: Some(_), .. } => Ok(()),
            State::Missing if self.tab == Tab::Secrets => Ok(()),
            State::Missing => Err("there is no vault; the page of the secrets makes one: press 2"),
            State::Locked { by: None, .. } => Err("nothing tells where its key is"),
            State::NotRead => Err("the vault is being read"),
            State::Open => Err("the vault is open"),
            State::Broken(_) => Err("the vault is not locked, it cannot be read"),
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
                vec![self.start(Job::Unlock(None))]
            }
        }
    }

    /// A key while the passphrase is asked for.
    pub(super) fn unlock_key(&mut self, mut unlock: Unlock, key: KeyEvent) -> Vec<Effect> {
        let event = unlock.on_key(key);
        if event != UnlockEvent::Close {
            self.layers.push(Layer::Unlock(unlock));
        }
        match event {
            UnlockEvent::Stay | UnlockEvent::Close => Vec::new(),
            UnlockEvent::Open(passphrase) => vec![self.start(Job::Unlock(Some(passphrase)))],
            UnlockEvent::Make(passphrase) => vec![self.start(Job::MakeVault(Some(passphrase)))],
        }
    }

    /// Makes a vault: the keyring is asked first, and a passphrase where there is none.
    pub(super) fn make_vault(&mut self) -> Vec<Effect> {
        self.layers.push(Layer::Unlock(Unlock::making()));
        self.hide().into_iter().chain([self.start(Job::MakeVault(None))]).collect()
    }

    /// A vault was made, or not: another passphrase mends none of the reasons. The files are read again either way: they
    /// tell whether there is a vault, and somebody else may have made it.
    pub(super) fn on_vault_made(&mut self, answer: Outcome<Made>, now: Timestamp) -> Vec<Effect> {
        self.touch();
        let answer = match answer {
            Ok(Made::PassphraseWanted(why)) => {
                if let Some(unlock) = self.layers.unlock_mut().filter(|unlock| unlock.is_making()) {
                    unlock.want(why);
                }
                return Vec::new();
            }
            Ok(Made::Vault(words)) => Ok(words),
            Err(notice) => Err(notice),
        };
        self.layers.close_unlock(Unlock::is_making);
        let mut effects = self.tell(answer, now);
        effects.extend(self.load());
        effects
    }

    pub(super) fn on_unlocked(&mut self, answer: Outcome<String>, now: Timestamp) -> Vec<Effect> {
        self.touch();
        match (answer, self.layers.unlock_mut()) {
            (Ok(words), _) => {
                self.layers.close_unlock(|_| true);
                self.say(words, now);
                self.look_into_vault(now)
            }
            (Err(notice), Some(unlock)) => {
                unlock.failed(notice);
                Vec::new()
            }
            (Err(notice), None) => self.complain(notice),
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
