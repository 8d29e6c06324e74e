//! Which tools use a login, and why the others do not.

use std::path::Path;

use crate::app::inventory::{Inventory, Source, SourceState};
use crate::config::effective::{self, Choices, Lookup};
use crate::config::locate::Format;
use crate::credential::diagnostic::Diagnostic;
use crate::credential::login::OWN_HELPER;
use crate::credential::login::{EntryKind, Login, Store};
use crate::registry::{key, matching};
use crate::text;

/// One tool's view of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolView {
    /// The tool, or the family that reads alike.
    pub tool: &'static str,
    /// True where it uses the login.
    pub uses: bool,
    /// Why not, or under which condition.
    pub why: String,
}

/// What docker, the podman family and kubernetes make of a login of these files, or of a secret of the vault. Paths call `home` `~`.
pub fn used_by(inventory: &Inventory, login: &Login, home: Option<&Path>) -> Vec<ToolView> {
    if let Some(named) = &login.named {
        let others = |tool| view(tool, Err("does not read the vault".into()));
        return vec![
            docker_uses(inventory, &login.id.key, named.is_login),
            others("podman"),
            others("kubernetes"),
        ];
    }
    let choices = choices(inventory, inventory.source_of(login), &login.id.key);
    vec![
        view("docker", docker(inventory, login, &choices, home)),
        view("podman", podman(inventory, login, &choices, home)),
        view("kubernetes", kubernetes(login)),
    ]
}

fn view(tool: &'static str, found: Result<&str, String>) -> ToolView {
    match found {
        Ok(why) => ToolView { tool, uses: true, why: why.to_owned() },
        Err(why) => ToolView { tool, uses: false, why },
    }
}

/// What docker makes of a secret of the vault for this key: it gets one through its helper, where its file names that.
pub fn docker_uses(files: &Inventory, key: &str, is_login: bool) -> ToolView {
    view("docker", of_vault(files, key, is_login))
}

fn of_vault(files: &Inventory, key: &str, is_login: bool) -> Result<&'static str, String> {
    if !is_login {
        return Err("it is a named secret, not a login of docker's".into());
    }
    let is_asked = |source: &&Source| {
        let own = source.cred_helpers.iter().find(|(known, _)| **known == *key).map(|(_, name)| name);
        own.or(source.creds_store.as_ref()).is_some_and(|helper| **helper == *OWN_HELPER)
    };
    let mut files = files.sources.iter().filter(|source| source.place.docker);
    match files.find(is_asked) {
        Some(_) => Ok("through docker-credential-pullpass"),
        None => Err("its file does not name docker-credential-pullpass for it".into()),
    }
}

/// What there is to choose from for a key; the logins of other hosts are left out.
fn choices<'a>(inventory: &'a Inventory, source: &'a Source, key: &str) -> Choices<'a> {
    let keys_of = |wanted: &Source| {
        let number = inventory.sources.iter().position(|source| source.place.name == wanted.place.name);
        let is_in_it =
            |login: &&Login| Some(usize::from(login.source)) == number && login.id.store == Store::Inline;
        let mut keys = Vec::new();
        for login in inventory.of_host(key).filter(is_in_it) {
            keys.push(&*login.id.key);
            keys.extend(login.companions.iter().map(|companion| &*companion.key));
        }
        keys
    };
    let variable = inventory.sources.iter().find(|source| source.place.format == Format::Variable);
    let valid = variable.filter(|source| !source.diagnostics.has(Diagnostic::DockerAuthConfigInvalid));
    Choices {
        variable: valid.map(keys_of).unwrap_or_default(),
        auths: keys_of(source),
        creds_store: source.creds_store.as_deref(),
        cred_helpers: source.cred_helpers.iter().map(|(key, name)| (&**key, &**name)).collect(),
    }
}

fn docker(
    inventory: &Inventory,
    login: &Login,
    choices: &Choices<'_>,
    home: Option<&Path>,
) -> Result<&'static str, String> {
    let source = inventory.source_of(login);
    if !source.place.docker {
        return Err(format!("reads another file ({} is {})", name(source, home), source.place.why));
    }
    if source.diagnostics.has(Diagnostic::DockerAuthConfigInvalid) {
        return Err("ignores the variable: it may hold only \"auths\" with \"auth\"".into());
    }
    if matches!(source.state, SourceState::Broken(_)) || source.diagnostics.has(Diagnostic::DockerRejectsFile)
    {
        return Err("refuses the whole file".into());
    }
    if is_empty(login) {
        return Err("there is no secret in it".into());
    }
    let wanted =
        if key::is_hub_key(&login.id.key) { "docker.io".into() } else { key::hostname(&login.id.key) };
    let stored = &*login.id.key;
    match effective::docker(choices, &wanted) {
        Lookup::Variable(key) if source.place.format == Format::Variable && key == stored => Ok(""),
        Lookup::Variable(_) => Err("uses DOCKER_AUTH_CONFIG instead".into()),
        Lookup::Auths(key) if key == stored && login.id.store == Store::Inline => {
            Ok(if wanted == stored || key::is_hub_key(stored) { "" } else { "for the whole host" })
        }
        Lookup::Auths(key) => Err(format!("uses the entry {} instead", text::safe(key))),
        Lookup::Ambiguous(_) => Err("picks one of several keys at random".into()),
        Lookup::CredHelper { helper, .. } if same(&login.id.store, helper) => Ok(""),
        Lookup::CredsStore { helper, key } if same(&login.id.store, helper) && key == stored => Ok(""),
        Lookup::CredHelper { helper, .. } => {
            Err(format!("asks docker-credential-{} instead", text::safe(helper)))
        }
        Lookup::CredsStore { helper, key } => {
            Err(format!("asks docker-credential-{} for {}", text::safe(helper), text::safe(key)))
        }
        Lookup::Nothing => Err("never looks this key up".into()),
    }
}

fn is_empty(login: &Login) -> bool {
    login.id.store == Store::Inline && login.kind == EntryKind::Empty
}

fn same(store: &Store, helper: &str) -> bool {
    store.helper().is_some_and(|name| **name == *helper)
}

fn podman(
    inventory: &Inventory,
    login: &Login,
    own_choices: &Choices<'_>,
    home: Option<&Path>,
) -> Result<&'static str, String> {
    let own = inventory.source_of(login);
    if own.place.podman.is_none() {
        return Err(format!("does not read this file ({})", own.place.why));
    }
    if is_empty(login) {
        return Err("there is no secret in it".into());
    }
    let mut files: Vec<&Source> = inventory.sources.iter().filter(|s| s.place.podman.is_some()).collect();
    files.sort_by_key(|source| source.place.podman);
    for source in files {
        let name = name(source, home);
        match &source.state {
            SourceState::Missing => continue,
            SourceState::Broken(_) | SourceState::Unreadable(_) => return Err(format!("fails on {name}")),
            SourceState::Read if source.diagnostics.has(Diagnostic::EmptyAuthJsonBreaksPodman) => {
                return Err(format!("fails on the empty {name}"));
            }
            SourceState::Read if effective::stops_podman(&source.diagnostics) => {
                return Err(format!("fails on {name}"));
            }
            SourceState::Read => {}
        }
        let found = if source.place.name == own.place.name {
            Some(podman_in_own_file(inventory, login, own_choices, home))
        } else {
            podman_elsewhere(inventory, login, source, home).map(Err)
        };
        if let Some(found) = found {
            return found;
        }
    }
    Err("never gets to this file".into())
}

/// What podman makes of the file that a login is in.
fn podman_in_own_file(
    inventory: &Inventory,
    login: &Login,
    choices: &Choices<'_>,
    home: Option<&Path>,
) -> Result<&'static str, String> {
    let source = inventory.source_of(login);
    let store = &login.id.store;
    match podman_lookup(inventory, source, choices, login) {
        Lookup::Auths(key) if *key == *login.id.key && *store == Store::Inline => Ok(""),
        Lookup::CredHelper { helper, .. } if matches!(store, Store::CredHelper(name) if **name == *helper) => {
            Ok("")
        }
        Lookup::Nothing | Lookup::Variable(_) => Err(match store {
            Store::CredsStore(_) => "does not use a credsStore".into(),
            _ if login.diagnostics.has(Diagnostic::PodmanIgnoresEntry) => {
                "reads only \"auth\" members".into()
            }
            _ => "never looks this key up".into(),
        }),
        other => Err(instead(&other, &name(source, home))),
    }
}

/// What podman uses instead from a file that it reads before the login's own; `None` where it goes on.
fn podman_elsewhere(
    inventory: &Inventory,
    login: &Login,
    source: &Source,
    home: Option<&Path>,
) -> Option<String> {
    match podman_lookup(inventory, source, &choices(inventory, source, &login.id.key), login) {
        Lookup::Nothing | Lookup::Variable(_) => None,
        other => Some(instead(&other, &name(source, home))),
    }
}

/// Where podman finds the login for this registry, if it reads the file.
fn podman_lookup<'a>(
    inventory: &Inventory,
    source: &Source,
    choices: &Choices<'a>,
    login: &'a Login,
) -> Lookup<'a> {
    let wanted = match matching::podman_normalised(&login.id.key) {
        "index.docker.io" => "docker.io",
        host => host,
    };
    effective::podman(choices, wanted, |key: &str| {
        inventory.of_host(key).any(|login| {
            *login.id.key == *key
                && login.id.source == source.place.name
                && login.id.store == Store::Inline
                && login.has_secret()
                && !login.diagnostics.has(Diagnostic::PodmanIgnoresEntry)
        })
    })
}

/// What is used in place of a login. The other one lies in the file of this name.
fn instead(found: &Lookup<'_>, name: &str) -> String {
    match found {
        Lookup::Auths(key) => format!("uses the entry {} of {name} instead", text::safe(key)),
        Lookup::Ambiguous(_) => format!("picks one of several keys of {name} at random"),
        Lookup::CredHelper { helper, .. } | Lookup::CredsStore { helper, .. } => {
            format!("asks docker-credential-{} instead", text::safe(helper))
        }
        Lookup::Nothing | Lookup::Variable(_) => "never looks this key up".into(),
    }
}

fn kubernetes(login: &Login) -> Result<&'static str, String> {
    match (&login.id.store, login.kind) {
        (Store::Inline, EntryKind::Basic) => Ok("if the file is made a pull secret"),
        (Store::Inline, EntryKind::IdentityToken | EntryKind::RegistryToken) => Err("ignores tokens".into()),
        (Store::Inline, _) => Err("finds no password".into()),
        _ => Err("knows no helpers".into()),
    }
}

/// A file as it is shown.
fn name(source: &Source, home: Option<&Path>) -> String {
    text::safe(&text::short_path(&source.place.name, home)).into_owned()
}
