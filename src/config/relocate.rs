//! Moving a login out of a file into a helper that docker or podman will ask in its place, and having one asked.

use crate::config::draft::{Draft, SECRET_MEMBERS};
use crate::config::edit::{self, JsonValue};
use crate::config::edit_refused::{EditError, EditRefused, Immovable};
use crate::config::entry::Entry;
use crate::config::locate::Format;
use crate::config::plan::{Change, HelperStep, MemberPath, Note};
use crate::credential::Credential;
use crate::credential::content::Content;
use crate::credential::login::{EntryKind, OWN_HELPER};
use crate::registry::key::{self, HUB_ACCESS_TOKEN_KEY, HUB_KEY, HUB_REFRESH_TOKEN_KEY};

/// The key that docker or podman asks a helper for in the place of an entry: they look in `credHelpers` for the plain
/// registry only, whatever the entry's key is.
///
/// # Errors
/// No tool would ask a helper for it.
pub fn asked_for(format: Format, key: &str) -> Result<String, Immovable> {
    let parts = key::parts(key);
    match format {
        Format::Containers if key::is_namespaced(key) => Err(Immovable::Namespace),
        Format::Containers => Ok(key.to_owned()),
        Format::Docker if key::is_hub_key(key) => Ok(HUB_KEY.to_owned()),
        Format::Docker if key::companion(key).is_some() => Ok(key.to_owned()),
        Format::Docker if key::is_hub_host(parts.host) && parts.port.is_none() => Err(Immovable::NeverAsked),
        Format::Docker => Ok(key::hostname(key).into_owned()),
        Format::Legacy | Format::Variable | Format::Vault => Err(Immovable::NeverAsked),
    }
}

/// The key under which docker asks a helper for the login of this one.
///
/// # Errors
/// It asks none for it.
pub fn docker_key(key: &str) -> Result<String, EditError> {
    let refused = |why| EditError {
        file: "docker's file".to_owned(),
        why: EditRefused::NothingToMove { key: key.to_owned(), why },
    };
    asked_for(Format::Docker, key).map_err(refused)
}

impl Draft<'_> {
    /// Plans to move the login of an entry, with every other spelling of it, and with what docker's web login keeps
    /// beside it. Nothing of an entry is lost but its account and secret.
    pub(super) fn move_to_helper(&mut self, key: &str, helper: &str) -> Result<(), EditRefused> {
        let asked = self.asked_for(key)?;
        let asks_it = self
            .asks(&asked, helper)
            .map_err(|other| EditRefused::ServedByHelper { key: asked.clone(), helper: other })?;
        let spellings = self.spellings(&asked);
        if asks_it && spellings.is_empty() {
            return Ok(());
        }
        let login = self.login_of(key)?;
        if let Some(other) = spellings.iter().find(|other| self.login_of(other).ok().as_ref() != Some(&login))
        {
            return Err(EditRefused::OtherSpelling { key: key.to_owned(), other: other.clone() });
        }
        self.note_losses(key, &asked, helper);
        self.step(helper, &asked, key, login);
        let is_docker = self.is_docker();
        // docker's file keeps an empty entry for what a helper keeps, podman's does not.
        spellings
            .iter()
            .filter(|spelling| **spelling != asked || !is_docker)
            .for_each(|spelling| self.retire(spelling));
        if is_docker {
            self.write_marker(&asked);
        }
        self.name_helper(&asked, helper, asks_it);
        if asked == HUB_KEY {
            self.move_companions(helper, asks_it);
        }
        Ok(())
    }

    /// Plans to have a helper asked for a login that it was given already: what the file has under its key goes.
    pub(super) fn use_helper(&mut self, key: &str, helper: &str) -> Result<(), EditRefused> {
        let asked = self.asked_for(key)?;
        let asks_it = self
            .asks(&asked, helper)
            .map_err(|other| EditRefused::HasHelper { key: asked.clone(), helper: other })?;
        let is_docker = self.is_docker();
        self.note_passed_over(&asked, helper);
        if self.entry(key).is_some() && (key != asked || !is_docker) {
            self.retire(key);
        }
        if is_docker {
            self.write_marker(&asked);
        }
        self.name_helper(&asked, helper, asks_it);
        Ok(())
    }

    /// Whether the file has this helper asked for the key already. One that it names for this key alone goes before, and
    /// is the error.
    fn asks(&self, asked: &str, helper: &str) -> Result<bool, String> {
        match self.helper_of(asked) {
            Some((other, true)) if other != helper => Err(other),
            // What docker would take of itself is not in the file yet.
            named => {
                Ok(named
                    .is_some_and(|(named, own)| named == helper && (own || self.file.creds_store.is_some())))
            }
        }
    }

    fn asked_for(&self, key: &str) -> Result<String, EditRefused> {
        asked_for(self.context.format, key)
            .map_err(|why| EditRefused::NothingToMove { key: key.to_owned(), why })
    }

    /// The entries with anything in them whose login a helper would be asked for under this key.
    fn spellings(&self, asked: &str) -> Vec<String> {
        let means = |entry: &&Entry| self.asked_for(&entry.key).is_ok_and(|other| other == asked);
        let entries = self.file.entries.iter().filter(|entry| entry.kind != EntryKind::Empty);
        entries.filter(means).map(|entry| entry.key.clone()).collect()
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        self.file.entries.iter().find(|entry| entry.key == key)
    }

    /// What a helper would keep of an entry.
    fn login_of(&self, key: &str) -> Result<Credential, EditRefused> {
        let stays = |why| EditRefused::NothingToMove { key: key.to_owned(), why };
        let entry = self.entry(key).ok_or(stays(Immovable::NoSecret))?;
        let login = content(entry).map_err(stays)?.for_helper().map_err(EditRefused::Unfit)?;
        match login.secret.expose_text() {
            Some(_) => Ok(login),
            None => Err(stays(Immovable::NotText)),
        }
    }

    fn note_losses(&mut self, key: &str, asked: &str, helper: &str) {
        let has_name = |entry: &Entry| entry.username.as_ref().is_some_and(|name| !name.is_empty());
        let loses_name =
            self.entry(key).is_some_and(|entry| entry.kind == EntryKind::IdentityToken && has_name(entry));
        self.note_if(loses_name, Note::UsernameIsLost);
        self.note_passed_over(asked, helper);
    }

    /// Who else looks elsewhere for it from now on.
    fn note_passed_over(&mut self, asked: &str, helper: &str) {
        self.note_if(self.is_docker() && asked == HUB_KEY, Note::PodmanMissesHub);
        let passes_over = self.file.creds_store.as_deref().is_some_and(|store| store != helper);
        self.note_if(self.is_docker() && passes_over, Note::StoreIsPassedOver);
    }

    fn step(&mut self, helper: &str, asked: &str, from: &str, login: Credential) {
        // Only our own store has room for the address.
        let email = self.entry(from).and_then(|entry| entry.email.clone()).filter(|_| helper == OWN_HELPER);
        let (helper, key) = (helper.to_owned(), asked.to_owned());
        self.plan.helper_steps.push(HelperStep { helper, key, keep: Some(login), email, is_move: true });
    }

    /// Takes account and secret out of an entry, and the entry away where nothing is left of it.
    fn retire(&mut self, key: &str) {
        let path: Vec<&str> = self.home().iter().copied().chain([key]).collect();
        let is_secret = |name: &String| SECRET_MEMBERS.iter().any(|known| name.eq_ignore_ascii_case(known));
        if edit::names(&self.text, &path).iter().all(is_secret) {
            self.remove(self.home(), key, MemberPath::Entry(key.to_owned()));
            self.plan.changes.push(Change::RemoveEntry(key.to_owned()));
        } else {
            self.write_marker(key);
        }
    }

    fn name_helper(&mut self, asked: &str, helper: &str, is_named: bool) {
        if !is_named {
            self.set(
                &["credHelpers"],
                asked,
                &JsonValue::string(helper),
                MemberPath::Helper(asked.to_owned()),
            );
            self.plan.changes.push(Change::NameHelper(asked.to_owned(), helper.to_owned()));
        }
    }

    /// docker looks for its web login's tokens in the store of the Docker Hub login.
    fn move_companions(&mut self, helper: &str, is_named: bool) {
        for key in [HUB_ACCESS_TOKEN_KEY, HUB_REFRESH_TOKEN_KEY] {
            let Ok(login) = self.login_of(key) else { continue };
            self.step(helper, key, key, login);
            self.write_marker(key);
            self.name_helper(key, helper, is_named);
        }
    }
}

/// The login that an entry holds.
fn content(entry: &Entry) -> Result<Content, Immovable> {
    let username = String::from_utf8(entry.username.clone().unwrap_or_default());
    let username = username.map_err(|_| Immovable::NotText);
    match (entry.kind, &entry.identity_token, &entry.password) {
        (EntryKind::IdentityToken, Some(token), _) => {
            Ok(Content::IdentityToken { username: username?, token: token.clone() })
        }
        (EntryKind::RegistryToken, ..) => Err(Immovable::RegistryToken),
        (EntryKind::Invalid, ..) => Err(Immovable::Undecodable),
        (EntryKind::Incomplete, ..) => Err(Immovable::Incomplete),
        (_, _, Some(password)) if !password.is_empty() => {
            Ok(Content::Basic(Credential::new(username?, password.clone())))
        }
        _ => Err(Immovable::NoSecret),
    }
}

#[cfg(test)]
mod tests;
