//! The state of a list: which logins it shows, in which order, and which one is selected.

use jiff::Timestamp;

use crate::app::inventory::Inventory;
use crate::app::inventory::filter::Filter;
use crate::credential::health::Health;
use crate::credential::login::{Login, LoginId};
use crate::registry::key;
use crate::tui::widget::input::Input;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By the registry's name.
    #[default]
    Name,
    /// By the time left, the shortest first.
    Expiry,
    /// By state, the gravest first.
    State,
}

impl Sort {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Expiry => "expiry",
            Self::State => "state",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct List {
    /// What is typed into the filter.
    pub filter: Input,
    pub sort: Sort,
    /// The rows: places in the inventory.
    visible: Vec<u32>,
    /// The selected row.
    selected: usize,
    /// The first row on the screen.
    offset: usize,
    /// Rows that fit on the screen; set with the size.
    pub height: usize,
    /// What is selected as soon as it is there: a key, or the name of a secret.
    wanted: Option<Box<str>>,
}

impl List {
    /// How many rows match.
    pub fn len(&self) -> usize {
        self.visible.len()
    }

    /// True where no row matches.
    pub fn is_empty(&self) -> bool {
        self.visible.is_empty()
    }

    /// The selected row.
    pub fn position(&self) -> usize {
        self.selected
    }

    /// The places of all rows, also of those beyond the screen.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.visible.iter().map(|at| *at as usize)
    }

    /// The row numbers and the logins' places that are on the screen.
    pub fn rows(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.visible.iter().map(|at| *at as usize).enumerate().skip(self.offset).take(self.height)
    }

    /// The selected login's place in the inventory.
    pub fn selected(&self) -> Option<usize> {
        self.visible.get(self.selected).map(|at| *at as usize)
    }

    /// The places of the rows that are on the screen.
    pub fn on_screen(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows().map(|(_, at)| at)
    }

    /// Which login is selected.
    pub fn selected_id(&self, inventory: &Inventory) -> Option<LoginId> {
        self.selected().and_then(|at| inventory.logins.get(at)).map(|login| login.id.clone())
    }

    /// Chooses and orders the rows of the same inventory again.
    pub fn arrange(&mut self, inventory: &Inventory, now: Timestamp) {
        let selected = self.selected_id(inventory);
        self.take_over(inventory, selected.as_ref(), now);
    }

    /// Chooses and orders the rows of a new inventory; the selected login stays selected where it is still there.
    pub fn take_over(&mut self, inventory: &Inventory, selected: Option<&LoginId>, now: Timestamp) {
        let filter = Filter::parse(self.filter.text());
        let logins = &inventory.logins;
        let matches =
            |login: &Login| filter.is_empty() || filter.matches(login, inventory.source_of(login), now);
        self.visible = (0..logins.len() as u32).filter(|at| matches(&logins[*at as usize])).collect();
        let name = |login: &Login| (sort_name(login), login.source);
        match self.sort {
            Sort::Name => self.visible.sort_by_cached_key(|at| name(&logins[*at as usize])),
            Sort::Expiry => self.visible.sort_by_cached_key(|at| {
                let login = &logins[*at as usize];
                (login.expiry.instant().is_none(), login.expiry.instant(), name(login))
            }),
            Sort::State => self.visible.sort_by_cached_key(|at| {
                let login = &logins[*at as usize];
                (Health::of(login, now), name(login))
            }),
        }
        let row = |is_it: &dyn Fn(&Login) -> bool| {
            self.visible.iter().position(|at| logins.get(*at as usize).is_some_and(is_it))
        };
        let wanted = self.wanted.as_deref().and_then(|wanted| row(&|login| is_called(login, wanted)));
        let row = wanted.or_else(|| row(&|login| Some(&login.id) == selected));
        self.wanted.take_if(|_| wanted.is_some());
        self.move_to(row.unwrap_or(self.selected));
    }

    /// Selects what is called so as soon as it is there, unless the person moves on before.
    pub fn want(&mut self, what: &str) {
        self.wanted = Some(what.into());
    }

    /// Rows that fit on the screen from now on.
    pub fn resize(&mut self, height: usize) {
        self.height = height;
        self.move_to(self.selected);
    }

    /// Selects a row, the last one where there are fewer.
    pub fn move_to(&mut self, row: usize) {
        self.selected = row.min(self.visible.len().saturating_sub(1));
        let height = self.height.max(1);
        self.offset = self.offset.clamp((self.selected + 1).saturating_sub(height), self.selected);
        // No empty rows at the end where earlier ones could be shown.
        self.offset = self.offset.min(self.visible.len().saturating_sub(height));
    }

    /// Moves by so many rows.
    pub fn move_by(&mut self, rows: isize) {
        self.wanted = None;
        self.move_to(self.selected.saturating_add_signed(rows));
    }
}

fn is_called(login: &Login, what: &str) -> bool {
    login.named.as_ref().map_or(&*login.id.key, |named| &*named.name) == what
}

/// A secret has a name of its own, a login that of its registry.
fn sort_name(login: &Login) -> String {
    match &login.named {
        Some(named) => named.name.to_lowercase(),
        None => key::display_name(&login.id.key).to_lowercase(),
    }
}
