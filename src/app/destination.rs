//! Where a new login can go, told from the files as they are now.

use crate::app::inventory::{Inventory, Source, SourceState};
use crate::config::locate::Format;
use crate::credential::login::{Account, EntryKind, Login};

/// A place for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// pullpass's own encrypted file.
    Vault,
    /// Whatever docker's file is configured to use: a helper, or the file itself.
    Docker,
    /// podman's `auth.json`.
    Podman,
}

impl Destination {
    /// Every place, the safest first.
    pub const ALL: [Self; 3] = [Self::Vault, Self::Docker, Self::Podman];

    /// Its name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vault => "the vault",
            Self::Docker => "docker's own store",
            Self::Podman => "podman's auth.json",
        }
    }
}

/// A destination, and what writing there would mean for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The place.
    pub destination: Destination,
    /// The helper that keeps the secret, where one does.
    pub helper: Option<String>,
    /// The file that is written; `None` for the vault.
    pub file: Option<String>,
    /// True where the secret lies in the file, in base64.
    pub is_plain: bool,
    /// Why nothing can be written there.
    pub unavailable: Option<String>,
}

/// What each destination means for a login under this key.
pub fn targets(inventory: &Inventory, key: &str) -> Vec<Target> {
    Destination::ALL
        .into_iter()
        .map(|destination| match destination {
            Destination::Vault => sealed(destination),
            Destination::Docker => of_docker(inventory, key),
            Destination::Podman => of_file(destination, podman_file(inventory), key),
        })
        .collect()
}

/// The destination that a login lies in now.
pub fn of(inventory: &Inventory, login: &Login) -> Destination {
    if login.named.is_some() {
        return Destination::Vault;
    }
    match inventory.source_of(login).place.format {
        Format::Containers => Destination::Podman,
        Format::Docker | Format::Legacy | Format::Variable | Format::Vault => Destination::Docker,
    }
}

/// Why a login cannot be edited with the form; `None` where it can.
pub fn not_editable(inventory: &Inventory, login: &Login) -> Option<&'static str> {
    let place = &inventory.source_of(login).place;
    match (place.format, login.kind, &login.account) {
        (Format::Vault, EntryKind::IdentityToken, _) => {
            Some("it is a token of docker's own login; docker login renews it")
        }
        (Format::Variable, ..) => Some("it lies in the environment, which no program can change"),
        (Format::Legacy, ..) => Some("docker no longer reads this file; add the login anew"),
        (Format::Docker, ..) if !place.docker => Some("docker reads another file"),
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

/// Why a login cannot be removed; `None` where it can.
pub fn not_removable(inventory: &Inventory, login: &Login) -> Option<&'static str> {
    let is_variable = inventory.source_of(login).place.format == Format::Variable;
    is_variable.then_some("it lies in the environment, which no program can change")
}

fn sealed(destination: Destination) -> Target {
    Target { destination, helper: None, file: None, is_plain: false, unavailable: None }
}

/// docker's file; into one that nobody has used docker puts nothing while the machine has a store of its own.
fn of_docker(inventory: &Inventory, key: &str) -> Target {
    let file = docker_file(inventory);
    let is_untouched = |source: &Source| {
        let has_login = inventory.logins.iter().any(|login| login.id.source == source.place.name);
        !has_login && source.cred_helpers.is_empty() && source.creds_store.is_none()
    };
    let by_default = inventory.default_store.filter(|_| file.is_ok_and(is_untouched));
    let target = of_file(Destination::Docker, file, key);
    match by_default {
        Some(store) => Target { is_plain: false, helper: Some(store.to_owned()), ..target },
        None => target,
    }
}

fn docker_file(inventory: &Inventory) -> Result<&Source, &'static str> {
    let is_dockers = |source: &&Source| source.place.docker && source.place.format == Format::Docker;
    inventory.sources.iter().find(is_dockers).ok_or("there is no home folder for docker's file")
}

/// The first of podman's own files that is there, else the first that it would look for.
fn podman_file(inventory: &Inventory) -> Result<&Source, &'static str> {
    let own = |source: &&Source| source.place.format == Format::Containers && source.place.podman.is_some();
    let mut files: Vec<&Source> = inventory.sources.iter().filter(own).collect();
    files.sort_by_key(|source| source.place.podman);
    let there = files.iter().find(|source| source.state != SourceState::Missing);
    there.or(files.first()).copied().ok_or("podman reads docker's file here")
}

fn of_file(destination: Destination, file: Result<&Source, &str>, key: &str) -> Target {
    let source = match file {
        Ok(source) => source,
        Err(reason) => return Target { unavailable: Some(reason.to_owned()), ..sealed(destination) },
    };
    let helper = helper(source, key, destination);
    Target {
        is_plain: helper.is_none(),
        helper,
        file: Some(source.place.name.to_string()),
        unavailable: unavailable(source),
        destination,
    }
}

/// The helper that the file names for the key: its own one, else the one for all. An empty name means the file.
/// podman knows no `credsStore`.
fn helper(source: &Source, key: &str, destination: Destination) -> Option<String> {
    let own = source.cred_helpers.iter().find(|(known, _)| **known == *key).map(|(_, name)| name);
    let for_all = source.creds_store.as_ref().filter(|_| destination == Destination::Docker);
    own.or(for_all).filter(|name| !name.is_empty()).map(ToString::to_string)
}

fn unavailable(source: &Source) -> Option<String> {
    match &source.state {
        SourceState::Missing => None,
        SourceState::Broken(problem) => Some(format!("the file is broken: {}", problem.sentence())),
        SourceState::Unreadable(reason) => Some(format!("the file cannot be read: {reason}")),
        SourceState::Read => source.read_only.then(|| "an edit of this file could lose something".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::inventory;
    use crate::settings::Settings;
    use jiff::Timestamp;
    use std::path::Path;

    #[test]
    fn a_file_that_nobody_used_leads_to_the_machines_own_store() {
        let programs = tempfile::tempdir().unwrap();
        for name in ["pass", "docker-credential-pass"] {
            use std::os::unix::fs::PermissionsExt as _;
            let path = programs.path().join(name);
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let used = r#"{"auths": {"r.example": {"auth": "dTpw"}}}"#;
        for (text, helper) in [(r#"{"auths": {}}"#, Some("pass")), (used, None)] {
            let home = home(text, "{}");
            let settings = Settings::from_environment(|name| match name {
                "HOME" => Some(home.path().into()),
                "PATH" => Some(programs.path().into()),
                _ => None,
            });
            let inventory = inventory::read(&settings, Timestamp::UNIX_EPOCH);
            let [_, docker, _] = targets(&inventory, "ghcr.io").try_into().unwrap();
            assert_eq!((docker.helper.as_deref(), docker.is_plain), (helper, helper.is_none()), "{text}");
        }
    }

    fn targets_of(home: &Path, key: &str) -> Vec<Target> {
        let settings = Settings::from_environment(|name| match name {
            "HOME" => Some(home.into()),
            "XDG_RUNTIME_DIR" => Some(home.join("run").into()),
            _ => None,
        });
        targets(&inventory::read(&settings, Timestamp::UNIX_EPOCH), key)
    }

    fn home(docker: &str, podman: &str) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        for (name, text) in [(".docker/config.json", docker), (".config/containers/auth.json", podman)] {
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        home
    }

    #[test]
    fn dockers_file_says_where_docker_keeps_a_login() {
        let home =
            home(r#"{"credsStore": "pass", "credHelpers": {"gcr.io": "gcloud", "plain.example": ""}}"#, "{}");
        let table = [("ghcr.io", Some("pass")), ("gcr.io", Some("gcloud")), ("plain.example", None)];
        for (key, helper) in table {
            let [vault, docker, podman] = targets_of(home.path(), key).try_into().unwrap();
            assert!(!vault.is_plain && vault.unavailable.is_none());
            assert_eq!((docker.helper.as_deref(), docker.is_plain), (helper, helper.is_none()), "{key}");
            assert!(docker.file.unwrap().ends_with(".docker/config.json"));
            assert!(podman.is_plain && podman.unavailable.is_none(), "podman knows no credsStore");
        }
    }

    #[test]
    fn a_missing_file_can_be_made_and_a_broken_one_is_left_alone() {
        let empty = tempfile::tempdir().unwrap();
        let [_, docker, podman] = targets_of(empty.path(), "ghcr.io").try_into().unwrap();
        assert!(docker.is_plain && docker.unavailable.is_none());
        assert!(podman.file.unwrap().ends_with("run/containers/auth.json"));
        let broken = home("{", "{} x");
        let [_, docker, podman] = targets_of(broken.path(), "ghcr.io").try_into().unwrap();
        assert!(docker.unavailable.unwrap().contains("broken"));
        assert!(podman.unavailable.is_some());
    }
}
