//! The rows of the page on the screen, and the one under the cursor.

use jiff::Timestamp;

use crate::app::inventory::Inventory;
use crate::credential::login::{Login, LoginId};
use crate::tui::dialog::Context;
use crate::tui::layout;
use crate::tui::model::list::List;
use crate::tui::model::{Model, Reason, Tab, notices};

impl Model {
    /// What the page on the screen lists.
    pub fn listed(&self) -> &Inventory {
        match self.tab {
            Tab::Logins => &self.inventory,
            Tab::Secrets => &self.secrets.inventory,
        }
    }

    /// The list of the page on the screen.
    pub fn list(&self) -> &List {
        match self.tab {
            Tab::Logins => &self.logins,
            Tab::Secrets => &self.secrets_list,
        }
    }

    pub(super) fn list_mut(&mut self) -> &mut List {
        match self.tab {
            Tab::Logins => &mut self.logins,
            Tab::Secrets => &mut self.secrets_list,
        }
    }

    /// The login or secret under the cursor.
    pub fn selected(&self) -> Option<&Login> {
        self.list().selected().and_then(|at| self.listed().logins.get(at))
    }

    /// The selected row, for an action that needs one.
    pub(super) fn row(&self) -> Result<&Login, Reason> {
        self.selected().ok_or(match self.tab {
            Tab::Logins => "no login is selected",
            Tab::Secrets => "no secret is selected",
        })
    }

    /// The login or secret with this identity.
    pub fn find(&self, id: &LoginId) -> Option<&Login> {
        let inventory =
            if id.store.vault_name().is_some() { &self.secrets.inventory } else { &self.inventory };
        inventory.find(id)
    }

    /// What a dialog sees of the world.
    pub fn context(&self, now: Timestamp) -> Context<'_> {
        Context {
            inventory: &self.inventory,
            vault: &self.secrets.state,
            home: self.home.as_deref(),
            theme: self.theme,
            now,
            body: layout::body(self.size),
        }
    }

    /// Makes the list fit the size: what is above its rows is the notices and the head.
    pub(super) fn fit(&mut self) {
        let above = notices::lines(self, layout::list(self.size, false)).len() + 1;
        let list = layout::list(self.size, self.selected().is_none());
        let height = list.rows.saturating_sub(above).max(1);
        self.list_mut().resize(height);
    }

    pub(super) fn arrange(&mut self, now: Timestamp) {
        self.logins.arrange(&self.inventory, now);
        self.secrets_list.arrange(&self.secrets.inventory, now);
        self.fit();
    }
}
