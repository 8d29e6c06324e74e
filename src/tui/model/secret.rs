//! Fetching one secret: to show it for a while, or to learn what it says of itself.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::app::login::fetch::Fetched;
use crate::credential::expiry::Expiry;
use crate::credential::login::{Login, LoginId};
use crate::credential::token::{Claim, TokenKind};
use crate::secret::Secret;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Job, Outcome, Ticket};
use crate::tui::model::time::after;
use crate::tui::model::{Model, Reason};

/// The one secret that is on the screen.
#[derive(Debug)]
pub struct Reveal {
    /// Whose it is.
    pub id: LoginId,
    /// The secret.
    pub secret: Secret,
    /// When it is hidden again.
    pub until: Timestamp,
}

/// Why a secret is being fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Reveal,
    Inspect,
}

/// What a helper-kept secret said of itself.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub kind: TokenKind,
    pub expiry: Expiry,
    pub claims: Box<[Claim]>,
}

/// A secret on its way.
#[derive(Debug)]
pub(super) struct Fetching {
    ticket: Ticket,
    purpose: Purpose,
    id: LoginId,
}

impl Model {
    /// True while this login's secret is on its way.
    pub fn is_fetching(&self, id: &LoginId) -> bool {
        self.fetching.as_ref().is_some_and(|fetching| fetching.id == *id)
    }

    pub(super) fn may_reveal(&self) -> Result<(), Reason> {
        self.row()?.has_secret().then_some(()).ok_or("there is no secret to show")
    }

    pub(super) fn may_inspect(&self) -> Result<(), Reason> {
        match self.row()? {
            login if login.named.is_some() => Err("the vault says all that there is"),
            login if login.id.store.helper().is_none() => Err("the file says all that there is"),
            _ => Ok(()),
        }
    }

    /// Shows the secret, or hides it where it is shown.
    pub(super) fn reveal(&mut self) -> Vec<Effect> {
        if self.reveal.is_some() { self.hide() } else { self.fetch(Purpose::Reveal) }
    }

    pub(super) fn inspect(&mut self) -> Vec<Effect> {
        self.fetch(Purpose::Inspect)
    }

    fn fetch(&mut self, purpose: Purpose) -> Vec<Effect> {
        let Some(id) = self.selected().map(|login| login.id.clone()) else {
            return Vec::new();
        };
        let before = self.fetching.take().map(|fetching| Effect::Cancel(fetching.ticket));
        let (ticket, start) = self.ticketed(Job::Fetch(id.clone()));
        self.fetching = Some(Fetching { ticket, purpose, id });
        before.into_iter().chain([start]).collect()
    }

    /// Takes the secret off the screen, and the answer of a fetch that would bring one.
    pub(super) fn hide(&mut self) -> Vec<Effect> {
        if self.reveal.take().is_some() {
            self.touch();
        }
        let fetching = self.fetching.take_if(|fetching| fetching.purpose == Purpose::Reveal);
        fetching.map(|fetching| Effect::Cancel(fetching.ticket)).into_iter().collect()
    }

    pub(super) fn on_fetched(
        &mut self,
        ticket: Ticket,
        answer: Outcome<Box<Fetched>>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(Fetching { purpose, id, .. }) = self.fetching.take_if(|fetching| fetching.ticket == ticket)
        else {
            return Vec::new();
        };
        let fetched = match answer {
            Ok(fetched) => *fetched,
            Err(notice) => {
                let mut effects = self.complain(notice);
                // Its key may be kept for some hours only.
                if id.store.vault_name().is_some() {
                    effects.extend(self.look_into_vault(now));
                }
                return effects;
            }
        };
        if id.store.helper().is_some() {
            let known = Known { kind: fetched.kind, expiry: fetched.expiry, claims: fetched.claims.into() };
            self.helpers.known.insert(id.clone(), known);
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
            } else if let Some(known) = self.helpers.known.get(&login.id) {
                login.token = Some(known.kind);
                login.expiry = known.expiry;
                login.claims.clone_from(&known.claims);
            }
        }
    }
}
