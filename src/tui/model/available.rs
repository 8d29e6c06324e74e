//! What can be done now, and why the rest cannot.

use crate::app::login::destination;
use crate::credential::login::Login;
use crate::tui::action::{Action, Entry};
use crate::tui::dialog::vault_step;
use crate::tui::effect::Part;
use crate::tui::model::layers::Layer;
use crate::tui::model::{Model, Tab};

/// While a change runs, no other begins.
pub(super) const WRITING: &str = "a change is being written";

impl Model {
    /// The word in the footer, as it is meant now.
    pub fn hint(&self, entry: &Entry) -> &'static str {
        match entry.action {
            Action::Unlock => vault_step(&self.inventory, &self.secrets.state).unwrap_or(entry.hint),
            _ => entry.hint,
        }
    }

    /// That no row is selected, in the word of the page shown.
    pub(super) fn none_selected(&self) -> &'static str {
        match self.tab {
            Tab::Logins => "no login is selected",
            Tab::Secrets => "no secret is selected",
        }
    }

    /// Why an action cannot be done now, in words; `None` where it can.
    pub fn unavailable(&self, action: Action) -> Option<&'static str> {
        let needs_names =
            matches!(action, Action::Reveal | Action::Edit | Action::Remove | Action::Undo | Action::Seal);
        let needs_login = matches!(
            action,
            Action::Open | Action::Copy(_) | Action::Reveal | Action::Inspect | Action::Edit | Action::Remove
        );
        match self.selected() {
            _ if needs_names && self.privacy => Some("privacy mode is on: press p first"),
            None if needs_login => Some(self.none_selected()),
            Some(login) if needs_login => self.unavailable_for(action, login),
            _ => self.unavailable_on_page(action),
        }
    }

    fn unavailable_for(&self, action: Action, login: &Login) -> Option<&'static str> {
        match action {
            Action::Copy(Part::User) => login.account.name().is_none().then_some("no user name is known"),
            Action::Copy(Part::Secret | Part::Auth) => {
                (!login.has_secret()).then_some("there is no secret to copy")
            }
            Action::Reveal => (!login.has_secret()).then_some("there is no secret to show"),
            Action::Inspect if login.named.is_some() => Some("the vault says all that there is"),
            Action::Inspect if login.id.store.helper().is_none() => Some("the file says all that there is"),
            Action::Edit => self.edited().and_then(|(found, login)| destination::not_editable(found, login)),
            Action::Remove if self.is_writing() => Some(WRITING),
            Action::Remove => destination::not_removable(self.listed(), login),
            _ => None,
        }
    }

    fn unavailable_on_page(&self, action: Action) -> Option<&'static str> {
        let in_help = matches!(self.layers.top(), Some(Layer::Help { .. }));
        match action {
            Action::Add => (!self.loaded).then_some("the files are being read"),
            Action::Seal => self.not_sealable(),
            Action::Undo if self.is_writing() => Some(WRITING),
            Action::Undo => (self.undo_steps == 0).then_some("this session has nothing to take back"),
            Action::Unlock => self.not_unlockable(),
            Action::Check | Action::CheckImage => self.not_checkable(),
            Action::CheckAll => self.nothing_checkable(),
            Action::ClearClipboard => self.lease.is_none().then_some("nothing secret is on the clipboard"),
            Action::Back => {
                let nothing = self.layers.is_empty() && self.list().filter.text().is_empty();
                let nothing = nothing && self.checks.progress().is_none();
                nothing.then_some("nothing is open")
            }
            Action::Logins
            | Action::Secrets
            | Action::NextTab
            | Action::Filter
            | Action::SortByName
            | Action::SortByExpiry
            | Action::SortByState => in_help.then_some("close the help first"),
            _ => None,
        }
    }
}
