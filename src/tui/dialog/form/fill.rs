//! How the form looks when it opens: empty, or filled in from a login.

use crate::app::login::destination::Destination;
use crate::app::login::submission::Origin;
use crate::credential::login::Login;
use crate::credential::rules::{SecretType, name};
use crate::registry::key;
use crate::tui::dialog::form::{Checked, Entry, Field, Form, Step};
use crate::tui::widget::secret_field::SecretField;

impl Form {
    /// An empty form. `taken` are the names in the vault; `is_secret` where no tool is to use by itself what is added.
    pub fn new(taken: Vec<String>, is_secret: bool) -> Self {
        Self {
            origin: Origin::New,
            is_secret,
            taken,
            step: Step::Type,
            kind: SecretType::default(),
            focus: Field::Name,
            entries: Default::default(),
            password: SecretField::default(),
            untouched: Default::default(),
            untouched_kind: SecretType::default(),
            chosen: Vec::new(),
            is_chosen: false,
            place: Destination::Vault,
            place_problem: None,
            plain_allowed: Vec::new(),
            reviewed: None,
            is_on_submit: true,
            scroll: 0,
            is_sending: false,
            check: Checked::No,
        }
    }

    /// The form filled in from a login, which lies in this place; its password stays there.
    pub fn edit(login: &Login, place: Destination, taken: Vec<String>) -> Self {
        let mut form = Self::new(taken, false);
        form.origin = Origin::Edit(login.id.clone());
        form.step = Step::Fields;
        let named = login.named.as_deref();
        form.kind = named.and_then(|named| named.kind).unwrap_or_else(|| SecretType::of(login.provider));
        form.untouched_kind = form.kind;
        let registry = key::display_name(&login.id.key);
        let username = login.account.name().unwrap_or_default();
        match named {
            Some(named) => form.fill(Field::Name, &named.name),
            None => form.fill(Field::Name, &form.free_name(&format!("{registry} {username}"))),
        }
        if let Some(reminder) = named.and_then(|named| named.reminder) {
            form.fill(Field::ExpiresOn, &reminder.day.to_string());
        }
        form.fill(Field::Registry, &login.id.key);
        form.fill(Field::Username, username);
        form.fill(Field::Email, login.email.as_deref().unwrap_or_default());
        form.chosen = vec![place];
        form.is_chosen = true;
        form.place = place;
        let taken = std::mem::take(&mut form.taken);
        form.know_names(taken);
        form
    }

    /// The names that are in the vault now: a secret may keep its own.
    pub fn know_names(&mut self, mut taken: Vec<String>) {
        if let Origin::Edit(id) = &self.origin {
            taken.retain(|taken| id.store.vault_name().is_none_or(|own| **own != **taken));
        }
        self.taken = taken;
    }

    fn fill(&mut self, field: Field, text: &str) {
        self.entries[field as usize] = Entry::default();
        self.entry_mut(field).input.set(text);
        // As the line took it: without what could move the terminal's cursor.
        self.untouched[field as usize] = self.entry(field).input.text().into();
    }

    /// A name made of these words that no other secret has.
    fn free_name(&self, words: &str) -> String {
        let name = name::suggest(words);
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        names.find(|name| !self.taken.contains(name)).unwrap_or_default()
    }

    /// Takes the type of the login over: its usual user name is filled in where no other was typed.
    pub(super) fn choose(&mut self, kind: SecretType) {
        let is_usual = self.text(Field::Username) == self.kind.usual_user();
        self.kind = kind;
        if is_usual {
            self.fill(Field::Username, kind.usual_user());
        }
        if !Field::of(kind).contains(&self.focus) {
            self.focus = Field::Name;
        }
    }
}
