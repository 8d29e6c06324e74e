//! How the form looks when it opens: empty, or filled in from a login.

use crate::app::destination::Destination;
use crate::app::submit::Origin;
use crate::config::locate::Format;
use crate::credential::login::{Account, EntryKind, Login};
use crate::credential::rules::{SecretType, name};
use crate::registry::key;
use crate::tui::part::secret_field::SecretField;
use crate::tui::screen::form::{Entry, Field, Form, Step};

impl Form {
    /// An empty form. `taken` are the names in the vault.
    pub fn new(taken: Vec<String>) -> Self {
        Self {
            origin: Origin::New,
            taken,
            step: Step::Type,
            kind: SecretType::default(),
            focus: Field::Name,
            entries: Default::default(),
            password: SecretField::default(),
            untouched: Default::default(),
            untouched_kind: SecretType::default(),
            chosen: vec![Destination::Vault],
            place: Destination::Vault,
            place_problem: None,
            plain_allowed: Vec::new(),
            reviewed: None,
            is_on_submit: true,
            scroll: 0,
            is_sending: false,
        }
    }

    /// The form filled in from a login; its password stays where it is.
    pub fn edit(login: &Login, format: Format, taken: Vec<String>) -> Self {
        let mut form = Self::new(taken);
        form.origin = Origin::Edit(login.id.clone());
        form.step = Step::Fields;
        form.kind = SecretType::of(login.provider);
        form.untouched_kind = form.kind;
        let registry = key::display_name(&login.id.key);
        let username = login.account.name().unwrap_or_default();
        form.fill(Field::Name, &form.free_name(&format!("{registry} {username}")));
        form.fill(Field::Registry, &login.id.key);
        form.fill(Field::Username, username);
        form.fill(Field::Email, login.email.as_deref().unwrap_or_default());
        let place = if format == Format::Containers { Destination::Podman } else { Destination::Docker };
        form.chosen = vec![place];
        form.place = place;
        form
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

/// Why a login cannot be edited with the form; `None` where it can.
pub fn not_editable(login: &Login, format: Format, is_read_by_docker: bool) -> Option<&'static str> {
    match (format, login.kind, &login.account) {
        (Format::Variable, ..) => Some("it lies in the environment, which no program can change"),
        (Format::Legacy, ..) => Some("docker no longer reads this file; add the login anew"),
        (Format::Docker, ..) if !is_read_by_docker => Some("docker reads another file"),
        (_, EntryKind::IdentityToken | EntryKind::RegistryToken, _) => {
            Some("it has a token instead of a password; docker login renews it")
        }
        (_, EntryKind::OauthAccessToken | EntryKind::OauthRefreshToken, _) => {
            Some("docker's web login keeps it; docker login renews it")
        }
        (_, _, Account::IsTheSecret) => Some("its user name is a token, which is never shown; add it anew"),
        _ => None,
    }
}
