//! docker's and podman's own files, and what is written like them.

use crate::config::docker::{self, ConfigFile};
use crate::config::document;
use crate::config::entry::Entry;
use crate::credential::diagnostic::Diagnostics;
use crate::credential::login::EntryKind;
use crate::credential::rules::{RapyutaFields, docker_auth_to_rapyuta_fields};
use crate::secret::Secret;
use crate::text;

use super::{Draft, Imported, Layout};

/// The members that only such a file has.
const MEMBERS: [&str; 3] = ["auths", "credHelpers", "credsStore"];

/// Reads a whole file, or a value of `DOCKER_AUTH_CONFIG`. `None` where it is neither, nor of the old layout.
pub(super) fn read(json: &str) -> Option<Imported> {
    let members = document::members(json, &mut Diagnostics::default()).ok()?;
    let has = |wanted: &str| members.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let mut found = Imported::new(Layout::DockerConfig);
    if MEMBERS.iter().any(|member| has(member)) {
        take(docker::read(json.as_bytes()), &mut found);
        return Some(found);
    }
    let is_entry = |value| {
        let members = document::object(value).unwrap_or_default();
        members.iter().any(|(name, _)| name == "auth")
    };
    if members.is_empty() || !members.iter().all(|(_, value)| is_entry(value)) {
        return None;
    }
    take(docker::read_legacy(json.as_bytes()), &mut found);
    Some(found)
}

/// The login in a bare `auth` value, which names no registry. `None` where it is none.
pub(super) fn read_auth(value: &str) -> Option<Draft> {
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    if value.is_empty() || !value.chars().all(is_base64) {
        return None;
    }
    let found = docker_auth_to_rapyuta_fields(value).ok().filter(RapyutaFields::is_complete)?;
    Some(Draft {
        name: String::new(),
        registry: String::new(),
        username: found.username,
        secret: found.password,
        email: String::new(),
        is_identity_token: false,
    })
}

/// The logins of a `.dockerconfigjson`, or of the older `.dockercfg`, go to the others.
pub(super) fn take_text(json: &str, is_legacy: bool, found: &mut Imported) {
    let file = if is_legacy { docker::read_legacy(json.as_bytes()) } else { docker::read(json.as_bytes()) };
    take(file, found);
}

fn take(file: ConfigFile, found: &mut Imported) {
    if let Some(problem) = &file.problem {
        found.note(format!("The file of docker's kind cannot be read: {}.", text::safe(&problem.what)));
    }
    for entry in file.entries {
        let key = text::safe(&entry.key).into_owned();
        match draft(entry) {
            Ok(draft) => found.drafts.push(draft),
            Err(why) => found.note(format!("{key} is passed over: {why}.")),
        }
    }
    let store = file.creds_store.map(|store| ("its other registries".to_owned(), store));
    for (key, helper) in file.cred_helpers.into_iter().chain(store).filter(|(_, helper)| !helper.is_empty()) {
        found.note(format!(
            "The login of {} stays behind: the program docker-credential-{} keeps it, on its own machine.",
            text::safe(&key),
            text::safe(&helper)
        ));
    }
}

fn draft(entry: Entry) -> Result<Draft, &'static str> {
    let is_identity_token = match entry.kind {
        EntryKind::Basic => false,
        EntryKind::IdentityToken => true,
        EntryKind::Empty => return Err("it is empty, and a store has the login"),
        kind => return Err(kind.words()),
    };
    let username = String::from_utf8(entry.username.unwrap_or_default());
    let username = username.map_err(|_| "its user name is no text")?;
    let secret = if is_identity_token { entry.identity_token } else { entry.password };
    let secret = secret.filter(|secret: &Secret| !secret.is_empty()).ok_or("it has no secret")?;
    let email = entry.email.unwrap_or_default();
    Ok(Draft { name: String::new(), registry: entry.key, username, secret, email, is_identity_token })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_taken_and_the_rest_is_told() {
        let json = r#"{"auths":{"ghcr.io":{"auth":"amFuZTpw","email":"j@x.io"},"a.io":{"identitytoken":"tok"},
            "b.io":{},"c.io":{"auth":"!"},"d.io":{"auth":"dTo="}},"credsStore":"pass","credHelpers":{"e.io":"ecr-login"}}"#;
        let found = read(json).unwrap();
        let drafts: Vec<_> = found
            .drafts
            .iter()
            .map(|one| (one.registry.as_str(), one.username.as_str(), one.email.as_str()))
            .collect();
        assert_eq!(drafts, [("ghcr.io", "jane", "j@x.io"), ("a.io", "", "")]);
        assert!(found.drafts[1].is_identity_token);
        assert_eq!(found.notes.len(), 5, "{:?}", found.notes);
        assert!(found.notes[3].contains("docker-credential-ecr-login"));
    }

    #[test]
    fn the_old_layout_is_known_by_its_entries() {
        let found = read(r#"{"https://index.docker.io/v1/":{"auth":"amFuZTpw","email":"j@x.io"}}"#).unwrap();
        assert_eq!(found.drafts[0].username, "jane");
        assert!(read(r#"{"a":{"b":1}}"#).is_none());
        assert!(read("{}").is_none());
    }
}
