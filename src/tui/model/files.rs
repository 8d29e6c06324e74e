//! The files of logins: reading them, and asking the helpers that they name.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::inventory::{self, Inventory, Listing, Listings};
use crate::credential::login::LoginId;
use crate::error::Notice;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Job, Outcome};
use crate::tui::model::Model;
use crate::tui::model::secret::Known;

/// Whether something is being read. One reading at a time: what is being read may be old already when it is wanted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reading {
    #[default]
    No,
    Yes,
    AndAgain,
}

/// What the helpers said.
#[derive(Debug, Default)]
pub(in crate::tui) struct Helpers {
    /// Those that were asked and have not answered.
    pub asking: BTreeSet<Arc<str>>,
    pub(super) listings: Arc<Listings>,
    /// What secrets that were fetched said of themselves. It outlives a new reading of the files.
    pub(super) known: HashMap<LoginId, Known>,
}

impl Helpers {
    /// Whatever they said is old now.
    pub fn forget(&mut self) {
        self.listings = Arc::default();
        self.known.clear();
    }
}

impl Reading {
    /// True where it is to be read now; else it is read again after this time.
    pub fn begins(&mut self) -> bool {
        let is_new = *self == Self::No;
        *self = if is_new { Self::Yes } else { Self::AndAgain };
        is_new
    }

    /// True where it is to be read again.
    pub fn ended(&mut self) -> bool {
        std::mem::take(self) == Self::AndAgain
    }
}

impl Model {
    pub(super) fn load(&mut self) -> Vec<Effect> {
        if self.reading_files.begins() { vec![self.start(Job::Load)] } else { Vec::new() }
    }

    /// Reads the files and asks the helpers again.
    pub(super) fn reload(&mut self) -> Vec<Effect> {
        self.helpers.listings = Arc::default();
        self.load()
    }

    pub(super) fn on_loaded(&mut self, answer: Outcome<Box<Inventory>>, now: Timestamp) -> Vec<Effect> {
        let again = self.reading_files.ended();
        let mut effects = match answer {
            Ok(inventory) => self.show_files(*inventory, now),
            Err(Notice { what, .. }) => {
                self.complain(Notice { what, hints: vec!["R reads everything again.".into()] })
            }
        };
        if again {
            effects.extend(self.load());
        }
        effects
    }

    fn show_files(&mut self, inventory: Inventory, now: Timestamp) -> Vec<Effect> {
        let selected = self.logins.selected_id(&self.inventory);
        self.loaded = true;
        self.uses.forget();
        self.inventory = inventory;
        inventory::apply_listings(&mut self.inventory, &self.helpers.listings);
        self.apply_known();
        self.recall();
        self.logins.take_over(&self.inventory, selected.as_ref(), now);
        self.fit();
        self.count(now);
        self.touch();
        let mut effects = self.ask_helpers();
        effects.extend(self.look_into_vault(now));
        if self.reveal.as_ref().is_some_and(|reveal| self.find(&reveal.id).is_none()) {
            effects.extend(self.hide());
        }
        effects
    }

    /// Asks each helper that is named now and has not been asked yet.
    fn ask_helpers(&mut self) -> Vec<Effect> {
        let named = self.inventory.helpers().into_iter();
        let new: Vec<_> = named
            .filter(|helper| {
                !self.helpers.listings.contains_key(helper) && !self.helpers.asking.contains(helper)
            })
            .collect();
        self.helpers.asking.extend(new.iter().cloned());
        inventory::mark_asked(&mut self.inventory, &self.helpers.asking);
        new.into_iter().map(|helper| self.start(Job::List(helper))).collect()
    }

    pub(super) fn on_listed(&mut self, helper: Arc<str>, answer: Listing, now: Timestamp) -> Vec<Effect> {
        self.helpers.asking.remove(&helper);
        let one = Listings::from([(helper.clone(), answer.clone())]);
        Arc::make_mut(&mut self.helpers.listings).insert(helper, answer);
        self.uses.forget();
        let selected = self.logins.selected_id(&self.inventory);
        inventory::apply_listings(&mut self.inventory, &one);
        self.apply_known();
        self.logins.take_over(&self.inventory, selected.as_ref(), now);
        self.count(now);
        self.touch();
        Vec::new()
    }
}
