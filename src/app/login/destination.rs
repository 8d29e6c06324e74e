//! Where a new login can go, told from the files as they are now.

use crate::app::inventory::{Inventory, Source, SourceState};
use crate::config::locate::Format;
use crate::config::relocate;
use crate::credential::login::OWN_HELPER;
use crate::credential::login::{Account, EntryKind, Login};
use crate::text;

/// A place for a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// The vault, with a word in docker's file that lets docker find it there.
    VaultForDocker,
    /// pullpass's own encrypted file, which no tool reads by itself.
    Vault,
    /// Whatever docker's file is configured to use: a helper, or the file itself.
    Docker,
    /// podman's `auth.json`.
    Podman,
}

impl Destination {
    /// Every place, the safest first.
    pub const ALL: [Self; 4] = [Self::VaultForDocker, Self::Vault, Self::Docker, Self::Podman];

    /// Its name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::VaultForDocker => "the vault, for docker",
            Self::Vault => "the vault alone",
            Self::Docker => "docker's own store",
            Self::Podman => "podman's auth.json",
        }
    }

    /// True for the vault, whoever finds the login there.
    pub fn is_vault(self) -> bool {
        matches!(self, Self::VaultForDocker | Self::Vault)
    }

    /// True where a login cannot go to both: docker looks in one place only, and the vault is one.
    pub fn excludes(self, other: Self) -> bool {
        let is_either = |one| self == one || other == one;
        self != other && is_either(Self::VaultForDocker) && !is_either(Self::Podman)
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
            Destination::VaultForDocker => of_vault_for_docker(inventory, key),
            Destination::Vault => of_vault(inventory, destination),
            Destination::Docker => of_docker(inventory, key),
            Destination::Podman => of_file(destination, podman_file(inventory), key),
        })
        .collect()
}

/// Where a new login goes unless the person says otherwise: encrypted, and where docker finds it if it can be. A plain file
/// is never chosen for anybody. `is_secret` for what no tool is to use by itself.
pub fn preselected(targets: &[Target], is_secret: bool) -> Option<Destination> {
    let order: &[Destination] = if is_secret {
        &[Destination::Vault]
    } else {
        &[Destination::VaultForDocker, Destination::Docker, Destination::Vault]
    };
    let is_good = |wanted: &&Destination| {
        let fits = |target: &Target| {
            target.destination == **wanted && !target.is_plain && target.unavailable.is_none()
        };
        targets.iter().any(fits)
    };
    order.iter().find(is_good).copied()
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

fn of_vault(inventory: &Inventory, destination: Destination) -> Target {
    let missing = || "there is no vault yet: pullpass vault init makes one".to_owned();
    Target { unavailable: (!inventory.has_vault).then(missing), ..sealed(destination) }
}

/// The vault and docker's file together. A helper that the file names for this registry alone goes before.
fn of_vault_for_docker(inventory: &Inventory, key: &str) -> Target {
    let vault = of_vault(inventory, Destination::VaultForDocker);
    let file = of_file(vault.destination, docker_file(inventory), key);
    let asked = relocate::docker_key(key).ok();
    let rival =
        docker_file(inventory).ok().zip(asked.as_deref()).and_then(|(source, key)| rival(source, key));
    let unavailable = vault.unavailable.or(file.unavailable).or_else(|| match (rival, &asked) {
        (Some(rival), _) => Some(format!("docker asks docker-credential-{} for it", text::safe(rival))),
        (None, None) if !key.is_empty() => Some("docker asks no helper for such a key".to_owned()),
        _ if !inventory.finds_us => {
            Some("docker would not find docker-credential-pullpass on PATH".to_owned())
        }
        _ => None,
    });
    Target { file: file.file, unavailable, ..sealed(Destination::VaultForDocker) }
}

/// Another helper that the file names for this key alone.
fn rival<'a>(source: &'a Source, key: &str) -> Option<&'a str> {
    let (_, name) = source.cred_helpers.iter().find(|(known, _)| **known == *key)?;
    Some(&**name).filter(|name| !name.is_empty() && *name != OWN_HELPER)
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

    #[cfg(unix)]
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
            let [_, _, docker, _] = targets(&inventory, "ghcr.io").try_into().unwrap();
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
            let [_, vault, docker, podman] = targets_of(home.path(), key).try_into().unwrap();
            assert!(!vault.is_plain && vault.unavailable.unwrap().contains("vault init"));
            assert_eq!((docker.helper.as_deref(), docker.is_plain), (helper, helper.is_none()), "{key}");
            assert!(docker.file.unwrap().ends_with(".docker/config.json"));
            assert!(podman.is_plain && podman.unavailable.is_none(), "podman knows no credsStore");
        }
    }

    #[test]
    fn a_missing_file_can_be_made_and_a_broken_one_is_left_alone() {
        let empty = tempfile::tempdir().unwrap();
        let [_, _, docker, podman] = targets_of(empty.path(), "ghcr.io").try_into().unwrap();
        assert!(docker.is_plain && docker.unavailable.is_none());
        assert!(podman.file.unwrap().ends_with("run/containers/auth.json"));
        let broken = home("{", "{} x");
        let [_, _, docker, podman] = targets_of(broken.path(), "ghcr.io").try_into().unwrap();
        assert!(docker.unavailable.unwrap().contains("broken"));
        assert!(podman.unavailable.is_some());
    }

    #[test]
    fn docker_finds_a_login_of_the_vault_where_it_finds_us_and_asks_nobody_else() {
        let table = [
            ("{}", "ghcr.io", None),
            (r#"{"credsStore": "pass"}"#, "ghcr.io", None),
            (r#"{"credHelpers": {"ghcr.io": "pullpass"}}"#, "ghcr.io", None),
            (r#"{"credHelpers": {"gcr.io": "gcloud"}}"#, "gcr.io", Some("docker-credential-gcloud")),
            (
                r#"{"credHelpers": {"gcr.io": "gcloud"}}"#,
                "https://gcr.io/v2/",
                Some("docker-credential-gcloud"),
            ),
            (r#"{"credHelpers": {"https://gcr.io": "gcloud"}}"#, "https://gcr.io", None),
            ("{}", "docker.io/team", Some("asks no helper")),
            ("{", "ghcr.io", Some("broken")),
        ];
        for (text, key, words) in table {
            let home = home(text, "{}");
            let settings = Settings::from_environment(|name| (name == "HOME").then(|| home.path().into()));
            let mut inventory = inventory::read(&settings, Timestamp::UNIX_EPOCH);
            let mut reasons = Vec::new();
            for (has_vault, finds_us) in [(false, true), (true, false), (true, true)] {
                (inventory.has_vault, inventory.finds_us) = (has_vault, finds_us);
                let target = targets(&inventory, key).remove(0);
                assert!(!target.is_plain && target.helper.is_none());
                reasons.push(target.unavailable);
            }
            assert!(reasons[0].as_ref().unwrap().contains("vault init"), "{text}");
            assert!(reasons[1].is_some(), "{text}");
            let found = reasons[2].as_deref();
            assert_eq!(found.is_some(), words.is_some(), "{text}: {found:?}");
            assert!(words.is_none_or(|words| found.unwrap().contains(words)), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_plain_file_is_chosen_by_nobody_but_the_person() {
        use Destination::{Docker, Vault, VaultForDocker};
        let pass = r#"{"credsStore": "pass"}"#;
        let table = [
            ("{}", false, false, false, None),
            ("{}", false, false, true, None),
            ("{}", true, false, false, Some(Vault)),
            ("{}", true, true, false, Some(VaultForDocker)),
            ("{}", true, true, true, Some(Vault)),
            (pass, false, false, false, Some(Docker)),
            (pass, true, false, false, Some(Docker)),
            (pass, true, true, false, Some(VaultForDocker)),
        ];
        for (text, has_vault, finds_us, is_secret, expected) in table {
            let home = home(text, "{}");
            let settings = Settings::from_environment(|name| (name == "HOME").then(|| home.path().into()));
            let inventory =
                Inventory { has_vault, finds_us, ..inventory::read(&settings, Timestamp::UNIX_EPOCH) };
            let found = preselected(&targets(&inventory, "ghcr.io"), is_secret);
            assert_eq!(found, expected, "{text} {has_vault} {finds_us} {is_secret}");
        }
    }

    #[test]
    fn docker_finds_a_login_in_one_place() {
        use Destination::{Docker, Podman, Vault, VaultForDocker};
        for one in Destination::ALL {
            for other in Destination::ALL {
                let pair = [one, other];
                let expected = pair == [VaultForDocker, Vault]
                    || pair == [VaultForDocker, Docker]
                    || pair == [Vault, VaultForDocker]
                    || pair == [Docker, VaultForDocker];
                assert_eq!(one.excludes(other), expected, "{pair:?}");
            }
        }
        assert!(!Podman.is_vault());
    }
}
