//! A paste that is a whole login: an `auth` value, or a file of docker's kind with one in it.

use crate::credential::rules::SecretType;
use crate::import::{self, Layout};
use crate::registry::provider;
use crate::tui::dialog::form::{Field, Form};

const TAKEN: &str = "The paste was a login: its fields are filled in.";
const SEVERAL: &str =
    "The paste holds several logins or none that a form can take: pullpass import takes them.";

impl Form {
    /// Fills the fields in from a paste that is a whole login; `None` where it is none. A bare `auth` value is looked for in the
    /// field of the password alone.
    pub(super) fn paste_login(&mut self, pasted: &str) -> Option<&'static str> {
        let is_object = pasted.trim_start().starts_with('{');
        if self.is_edit() || !(is_object || self.focus == Field::Password) {
            return None;
        }
        let mut found = import::read(pasted.as_bytes()).ok()?;
        let is_login = match found.layout {
            Layout::DockerConfig => is_object,
            // A password may look like base64 by chance: what comes out must look like a user name.
            Layout::Auth => found.drafts.iter().all(|draft| is_plain(&draft.username)),
            _ => false,
        };
        if !is_login {
            return None;
        }
        let draft = found.drafts.pop().filter(|draft| found.drafts.is_empty() && !draft.is_identity_token);
        let Some(draft) = draft else { return Some(SEVERAL) };
        if !draft.registry.is_empty() {
            self.choose(SecretType::of(provider::identify(&draft.registry).provider));
            self.entry_mut(Field::Registry).input.set(&draft.registry);
        }
        self.entry_mut(Field::Username).input.set(&draft.username);
        if !draft.email.is_empty() {
            self.entry_mut(Field::Email).input.set(&draft.email);
        }
        self.password.clear();
        Some(self.paste_secret(draft.secret.expose_text()?).unwrap_or(TAKEN))
    }
}

fn is_plain(username: &str) -> bool {
    username.chars().all(|c| c.is_ascii_alphanumeric() || "._@+-$".contains(c))
}
