//! What comes back: the files that were read, the helpers' lists, the secrets that were fetched.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::inventory::{self, Inventory, Listings};
use crate::app::login::fetch::Fetched;
use crate::credential::login::{Login, LoginId};
use crate::tui::effect::Effect;
use crate::tui::message::{Failure, Ticket};
use crate::tui::model::Model;
use crate::tui::model::changes::Changing;
use crate::tui::model::state::{Known, Purpose, Reveal, after};

impl Model {
    pub(super) fn load(&mut self) -> Vec<Effect> {
        if self.loading {
            // What is being read may be old already.
            self.reload_again = true;
            return Vec::new();
        }
        self.loading = true;
        vec![Effect::Load]
    }

    pub(super) fn take_in(&mut self, inventory: Inventory, now: Timestamp) -> Vec<Effect> {
        let selected = self.logins.selected_id(&self.inventory);
        self.loading = false;
        self.loaded = true;
        self.inventory = inventory;
        inventory::apply_listings(&mut self.inventory, &self.listings);
        self.apply_known();
        self.recall();
        self.logins.take_over(&self.inventory, selected.as_ref(), now);
        self.fit();
        self.count(now);
        self.touch();
        let mut effects = self.ask_helpers();
        effects.extend(self.look_into_vault(now));
        let is_gone = |id: &LoginId| self.find(id).is_none();
        if self.reveal.as_ref().is_some_and(|reveal| is_gone(&reveal.id)) {
            effects.extend(self.hide());
        }
        if std::mem::take(&mut self.reload_again) {
            effects.extend(self.load());
        }
        effects
    }

    /// Asks each helper that is named now and has not been asked yet.
    fn ask_helpers(&mut self) -> Vec<Effect> {
        let new: Vec<_> = self
            .inventory
            .helpers()
            .into_iter()
            .filter(|helper| !self.listings.contains_key(helper) && !self.asking.contains(helper))
            .collect();
        self.asking.extend(new.iter().cloned());
        inventory::mark_asked(&mut self.inventory, &self.asking);
        new.into_iter().map(Effect::List).collect()
    }

    /// Fills in what helper-kept logins said of themselves; what the vault keeps is known where it is open.
    pub(super) fn apply_known(&mut self) {
        let is_dockers = |secret: &&Login| secret.is_login_of(&secret.id.key);
        let secrets = self.secrets.inventory.logins.iter().filter(is_dockers);
        let kept: HashMap<&str, &Login> = secrets.map(|secret| (&*secret.id.key, secret)).collect();
        for login in &mut self.inventory.logins {
            let is_ours = login.is_ours();
            if let Some(secret) = kept.get(&*login.id.key).filter(|_| is_ours) {
                login.account.clone_from(&secret.account);
                login.token = secret.token;
                login.expiry = secret.named.as_ref().map_or(secret.expiry, |named| named.end);
                login.claims.clone_from(&secret.claims);
            } else if let Some(known) = self.known.get(&login.id) {
                login.token = Some(known.kind);
                login.expiry = known.expiry;
                login.claims.clone_from(&known.claims);
            }
        }
    }

    pub(super) fn take_listing(&mut self, helper: Arc<str>, answer: inventory::Listing, now: Timestamp) {
        self.asking.remove(&helper);
        let one = Listings::from([(helper.clone(), answer.clone())]);
        self.listings.insert(helper, answer);
        let selected = self.logins.selected_id(&self.inventory);
        inventory::apply_listings(&mut self.inventory, &one);
        self.apply_known();
        self.logins.take_over(&self.inventory, selected.as_ref(), now);
        self.count(now);
        self.touch();
    }

    pub(super) fn take_secret(
        &mut self,
        ticket: Ticket,
        id: LoginId,
        answer: Result<Box<Fetched>, Failure>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some((_, purpose, _)) = self.fetching.take_if(|(wanted, _, _)| *wanted == ticket) else {
            return Vec::new();
        };
        let fetched = match answer {
            Ok(fetched) => *fetched,
            Err(failure) => {
                let mut effects = self.complain(failure);
                // Its key may be kept for some hours only.
                if id.store.vault_name().is_some() {
                    effects.extend(self.look_into_vault(now));
                }
                return effects;
            }
        };
        if id.store.helper().is_some() {
            let known = Known { kind: fetched.kind, expiry: fetched.expiry, claims: fetched.claims.into() };
            self.known.insert(id.clone(), known);
            self.apply_known();
            self.count(now);
        }
        let still_there = self.selected().is_some_and(|login| login.id == id);
        if purpose == Purpose::Reveal && still_there && self.focused && !self.privacy {
            let until = after(now, self.chosen.reveal.as_secs());
            self.reveal = Some(Reveal { id, secret: fetched.credential.secret, until });
        }
        self.touch();
        Vec::new()
    }

    /// Nobody knows which job it was: none of them is waited for any more.
    pub(super) fn take_panic(&mut self) -> Vec<Effect> {
        self.loading = false;
        self.fetching = None;
        self.copying = None;
        self.asking.clear();
        self.submission_failed();
        self.form_check_failed();
        self.vault_failed();
        self.changing = Changing::default();
        self.checks.crashed();
        self.complain(Failure {
            what: "A background task crashed; the screen may be incomplete.".into(),
            hints: vec!["R reads everything again.".into()],
        })
    }
}
