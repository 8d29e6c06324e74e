//! What the rules say of the fields, and what is handed in when they say nothing against it.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::login::submission::{Origin, Password, Submission};
use crate::credential::expiry::Expiry;
use crate::credential::rules::{FieldVerdict, email, expires_on, name, registry, user};
use crate::credential::rules::{PasswordContext, password};
use crate::text;
use crate::tui::content::Tone;
use crate::tui::dialog::Context;
use crate::tui::dialog::form::review;
use crate::tui::dialog::form::{Field, Form};

impl Form {
    /// The verdict on a field as it is now.
    pub(super) fn verdict(&self, field: Field, context: &Context<'_>) -> FieldVerdict {
        let text = self.text(field);
        match field {
            Field::Name => name::verdict(text, |name| self.taken.iter().any(|taken| taken == name)),
            Field::Registry if self.old_key().is_some() => FieldVerdict::Ok,
            Field::Registry => registry::verdict(self.kind, text),
            Field::Username => user::verdict(self.kind, text),
            Field::Password if self.keeps_password() => FieldVerdict::Ok,
            Field::Password => {
                self.with_pair(|pair| password::verdict(pair, self.password.expose(), context.now))
            }
            Field::Email => email::verdict(text),
            Field::ExpiresOn => expires_on::verdict(text, today(context)),
        }
    }

    /// An empty password in an edit stands for the old one.
    pub(super) fn keeps_password(&self) -> bool {
        self.is_edit() && self.password.is_empty()
    }

    fn with_pair<T>(&self, judge: impl FnOnce(&PasswordContext<'_>) -> T) -> T {
        let key = self.registry_key().unwrap_or_default();
        judge(&PasswordContext { kind: self.kind, key: &key, username: self.text(Field::Username) })
    }

    /// The key for the address, where it is one. A key that nobody touched stays as its file has it.
    pub(super) fn registry_key(&self) -> Option<String> {
        let old = self.old_key().map(str::to_owned);
        old.or_else(|| registry::key(self.kind, self.text(Field::Registry)))
    }

    fn old_key(&self) -> Option<&str> {
        match &self.origin {
            Origin::Edit(id) if self.kind == self.untouched_kind => {
                (*id.key == *self.text(Field::Registry)).then_some(&*id.key)
            }
            _ => None,
        }
    }

    /// The lines under a field.
    pub(super) fn messages(&self, field: Field, context: &Context<'_>) -> Vec<(Tone, String)> {
        let entry = self.entry(field);
        let is_focused = self.focus == field;
        let mut messages = Vec::new();
        if field == Field::Password {
            messages.extend(self.token_words(context).map(|words| (Tone::Plain, words)));
        }
        if entry.was_left && (!is_focused || entry.is_live) {
            let verdict = self.verdict(field, context);
            let tone = if verdict.is_wrong() { Tone::Bad } else { Tone::Warning };
            messages.extend(verdict.words().map(|words| (tone, words)));
        }
        messages.extend(entry.note.clone().map(|words| (Tone::Plain, words)));
        if messages.is_empty() && is_focused {
            messages.push((Tone::Dim, field.help(self.kind, self.is_edit()).to_owned()));
        }
        messages
    }

    /// What the token is, and when it ends.
    fn token_words(&self, context: &Context<'_>) -> Option<String> {
        let token = self.with_pair(|pair| pair.classify(self.password.expose(), context.now));
        let kind = password::kind_words(token.kind)?;
        let end = match token.expiry {
            // The verdict says so once the field is left; a token without an end is the usual case.
            Expiry::NoneEmbedded | Expiry::NotAsked => String::new(),
            expiry => format!("; {}", review::lifetime(expiry)),
        };
        Some(format!("{}{end}.", capital(kind)))
    }

    /// The field was left: its verdict is shown, and the address is read.
    pub(super) fn leave(&mut self, field: Field) {
        if field == Field::Registry {
            self.take_registry_over();
        }
        self.entry_mut(field).was_left = true;
    }

    /// Puts the registry in the place of a pasted image name. What is to be warned of stays as it was typed.
    fn take_registry_over(&mut self) {
        let typed = self.text(Field::Registry).to_owned();
        let is_ok = registry::verdict(self.kind, &typed) == FieldVerdict::Ok;
        if let Some(key) = self.registry_key().filter(|key| is_ok && *key != typed) {
            let entry = self.entry_mut(Field::Registry);
            entry.input.set(&key);
            entry.note = Some(format!("Taken from \"{}\".", text::safe(&typed)));
        }
    }

    /// The first field that cannot be saved; every field counts as left from now on.
    pub(super) fn first_wrong(&mut self, context: &Context<'_>) -> Option<Field> {
        let fields = Field::of(self.kind);
        for field in &fields {
            self.leave(*field);
        }
        fields.into_iter().find(|field| self.verdict(*field, context).is_wrong())
    }

    /// Everything as it would be handed in; `None` where a rule is broken.
    pub(super) fn submission(&self, context: &Context<'_>) -> Option<Submission> {
        let is_wrong = |field: &Field| self.verdict(*field, context).is_wrong();
        if Field::of(self.kind).iter().any(is_wrong) || self.chosen.is_empty() {
            return None;
        }
        let password =
            if self.keeps_password() { Password::Keep } else { Password::New(self.password.secret()) };
        Some(Submission {
            origin: self.origin.clone(),
            kind: self.kind,
            name: self.text(Field::Name).to_owned(),
            registry_key: self.registry_key()?,
            username: self.text(Field::Username).to_owned(),
            password,
            email: self.text(Field::Email).to_owned(),
            expires_on: expires_on::read(self.text(Field::ExpiresOn), today(context)).ok()?,
            destinations: self.chosen.clone(),
            allows_plain_file: !self.plain_targets(context).is_empty(),
        })
    }

    /// The warnings of all fields, for the review: there, each must say what it is about. A field that was left empty has
    /// told of itself; few people need an address.
    pub fn warnings(&self, context: &Context<'_>) -> Vec<String> {
        let warned = |field: Field| {
            let words = match self.verdict(field, context) {
                _ if self.is_lost(field) => Some("only the vault keeps it; here it is lost.".to_owned()),
                FieldVerdict::Warn(_) if field == Field::Email && self.text(field).is_empty() => None,
                FieldVerdict::Warn(words) => Some(words),
                FieldVerdict::Ok | FieldVerdict::Wrong { .. } => None,
            };
            words.map(|words| format!("{}: {words}", field.label(self.is_edit()).trim_end_matches('*')))
        };
        Field::of(self.kind).into_iter().filter_map(warned).collect()
    }

    /// True for what was typed and no chosen place has room for. The name is asked for in any case.
    fn is_lost(&self, field: Field) -> bool {
        let text = self.text(field);
        matches!(field, Field::Email | Field::ExpiresOn)
            && !text.is_empty()
            && *text != *self.untouched[field as usize]
            && !self.chosen.iter().any(|place| place.is_vault())
    }
}

/// The day on the person's calendar.
fn today(context: &Context<'_>) -> Date {
    context.now.to_zoned(TimeZone::system()).date()
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
