//! Names and paths as they may be shown now: safe for a terminal, short, and hidden in privacy mode.

use crate::credential::login::{Account, Login};
use crate::registry::key;
use crate::text;
use crate::tui::model::Model;

impl Model {
    /// A path with `~` for the home folder.
    pub fn shorten(&self, path: &str) -> String {
        text::short_path(path, self.home.as_deref())
    }

    /// The registry's name as it may be shown now.
    pub fn registry_name(&self, login: &Login) -> String {
        if self.privacy {
            return format!("({})", login.provider.name());
        }
        match &*key::display_name(&login.id.key) {
            "" => "(empty key)".into(),
            name => text::safe(name).into_owned(),
        }
    }

    /// The user name as it may be shown now.
    pub fn user_name(&self, login: &Login) -> String {
        match &login.account {
            _ if self.privacy => self.theme.mask().into(),
            Account::Name(name) => text::safe(name).into_owned(),
            Account::IsTheSecret => "(the token)".into(),
            Account::Unknown => "-".into(),
        }
    }

    /// A secret's name as it may be shown now; empty for a login.
    pub fn secret_name(&self, login: &Login) -> String {
        match &login.named {
            None => String::new(),
            Some(_) if self.privacy => self.theme.mask().into(),
            Some(named) => text::safe(&named.name).into_owned(),
        }
    }
}
