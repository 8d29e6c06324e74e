//! What the environment and the settings file say, read once at the start; everything else gets it as data.
//!
//! ```text
//! settings             the environment, and what follows from both
//!   ├─ file              config.toml, read: what counts, what does not
//!   │    ├─ preferences    the table of all settings
//!   │    │    ├─ table, value   what a row is, what a value can be
//!   │    │    └─ helper_rule    who answers for a host
//!   │    └─ fault          what does not count, in words
//!   ├─ edit              config.toml, changed
//!   │    └─ splice         one setting in its text
//!   └─ sample, schema    the file that shows all defaults; the form of the file, for editors
//! ```

pub mod edit;
pub mod fault;
pub mod file;
pub mod helper_rule;
pub mod network;
pub mod preferences;
pub mod sample;
pub mod schema;
pub mod splice;
pub mod table;
pub mod time;
pub mod value;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::locate::{DOCKER_AUTH_CONFIG, Locations};
use crate::secret::Secret;
use fault::SettingsFile;
use network::NetworkSettings;
use preferences::{Characters, Preferences};

/// What this program was told, by its environment and by its settings file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What decides where docker's and podman's files are.
    pub locations: Locations,
    /// The text of `DOCKER_AUTH_CONFIG`; it holds passwords.
    pub variable: Option<Secret>,
    /// Every variable that is text, for whoever must see the environment as other tools do; some hold passwords. Only
    /// that of this process can be looked through.
    pub variables: BTreeMap<String, Secret>,
    /// Where helper programs are looked for.
    pub path: OsString,
    /// Another program runs this one, which we asked ourselves: the variable [`MARK`] is set.
    pub is_asked_by_us: bool,
    /// What a person has chosen.
    pub preferences: Preferences,
    /// Where that is written, and what of it does not count.
    pub file: SettingsFile,
    /// What decides where the vault and its key are.
    pub vault: VaultSettings,
    /// The folder for what is remembered between runs: the chosen one, or the user's own.
    pub state: Option<PathBuf>,
    /// What decides the way to a registry.
    pub network: NetworkSettings,
    /// What decides how the screen looks and where a copy goes.
    pub terminal: TerminalSettings,
}

/// The variable in the environment of a helper that our own helper asks, and of a program that mints: where it asks us in turn,
/// nobody else is asked, and nothing is minted.
pub const MARK: &str = "PULLPASS_ASKS";

/// Every variable of this process that is text.
fn variables() -> BTreeMap<String, Secret> {
    let text = |value: OsString| value.into_string().ok().map(Secret::from_text);
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, text(value)?))).collect()
}

/// What decides where the vault and its key are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VaultSettings {
    /// The vault's file: the chosen one, or `pullpass/vault.age` in the user's data folder.
    pub file: Option<PathBuf>,
    /// An age identity file that is used instead of the vault's own way.
    pub identity: Option<PathBuf>,
    /// How long the kernel keeps an unlocked key, where that was chosen.
    pub unlocked_for: Option<Duration>,
    /// There is a session bus to find a keyring on, or the system needs none for that.
    pub session_bus: bool,
    /// Where the keys of its logins are noted unsealed: `kept.json` in the folder of what is remembered between runs.
    pub kept: Option<PathBuf>,
    /// It is the sample home's, which goes with this run.
    pub is_sample: bool,
}

/// What decides how the screen looks and where a copy goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalSettings {
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `TERM` is `dumb`.
    pub dumb: bool,
    /// Nothing beyond ASCII: so chosen, or the locale is not UTF-8.
    pub ascii: bool,
    /// Nothing counts seconds.
    pub reduced_motion: bool,
    /// Inside tmux.
    pub tmux: bool,
    /// Over SSH.
    pub ssh: bool,
    /// An X11 or Wayland session, or a system that always has a clipboard.
    pub desktop: bool,
    /// Inside the Windows Subsystem for Linux.
    pub wsl: bool,
}

impl Settings {
    /// Reads the environment of this process through `get`, and the settings file.
    pub fn read(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let path = |name: &str| set(name).map(PathBuf::from);
        let home = home(set);
        let (preferences, file) = file::read(file::place(set, config_folder(path)), set, home.as_deref());
        Self::of(set, home, preferences, file)
    }

    /// Reads the environment of this process through `get`, and no settings file.
    pub fn from_environment(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let home = home(set);
        let (preferences, file) = file::read((None, false), set, home.as_deref());
        Self::of(set, home, preferences, file)
    }

    fn of(
        set: impl Fn(&str) -> Option<OsString> + Copy,
        home: Option<PathBuf>,
        preferences: Preferences,
        file: SettingsFile,
    ) -> Self {
        let path = |name: &str| set(name).map(PathBuf::from);
        let state = preferences.state.folder.clone().or_else(|| state_folder(path));
        Self {
            network: NetworkSettings::from_environment(set, home.as_deref()),
            locations: Locations {
                home,
                config_flag: None,
                docker_config: path("DOCKER_CONFIG"),
                registry_auth_file: path("REGISTRY_AUTH_FILE"),
                xdg_runtime_dir: path("XDG_RUNTIME_DIR"),
                xdg_config_home: path("XDG_CONFIG_HOME"),
                uid: user_number(),
            },
            variable: set(DOCKER_AUTH_CONFIG).map(|text| Secret::new(text.into_encoded_bytes())),
            variables: BTreeMap::new(),
            path: set("PATH").unwrap_or_default(),
            is_asked_by_us: set(MARK).is_some(),
            vault: VaultSettings {
                kept: state.as_ref().map(|folder| folder.join("kept.json")),
                ..vault(path, &preferences.vault)
            },
            state,
            terminal: terminal(set, &preferences.screen),
            preferences,
            file,
        }
    }

    /// Reads the environment of this process, and the settings file.
    #[allow(clippy::disallowed_methods)] // the one place that reads it
    pub fn of_this_process() -> Self {
        Self { variables: variables(), ..Self::read(|name| std::env::var_os(name)) }
    }
}

/// docker falls back to the account's home folder where the variable is missing.
fn home(set: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let named = set(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).map(PathBuf::from);
    named.or_else(home_of_the_account)
}

fn vault(path: impl Fn(&str) -> Option<PathBuf>, chosen: &preferences::Vault) -> VaultSettings {
    // A socket of the user's own bus counts as well: libdbus finds it by itself.
    let own_bus = || path("XDG_RUNTIME_DIR").is_some_and(|folder| folder.join("bus").exists());
    let in_data_folder = || Some(data_folder(&path)?.join("vault.age"));
    VaultSettings {
        file: chosen.file.clone().or_else(in_data_folder),
        identity: chosen.identity.clone(),
        unlocked_for: chosen.unlocked_for,
        session_bus: !cfg!(target_os = "linux") || path("DBUS_SESSION_BUS_ADDRESS").is_some() || own_bus(),
        kept: None,
        is_sample: false,
    }
}

/// Where programs keep what they remember (XDG Base Directory Specification; on macOS and Windows the data folder).
fn state_folder(path: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if cfg!(any(windows, target_os = "macos")) {
        return data_folder(path);
    }
    let named = path("XDG_STATE_HOME").filter(|folder| folder.is_absolute());
    let home = || path("HOME").or_else(home_of_the_account).map(|home| home.join(".local/state"));
    named.or_else(home).map(|folder| folder.join("pullpass"))
}

/// Where programs keep a user's data (XDG Base Directory Specification; on macOS and Windows the system's own folder).
fn data_folder(path: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if cfg!(any(windows, target_os = "macos")) {
        return directories::ProjectDirs::from("", "", "pullpass").map(|dirs| dirs.data_dir().to_owned());
    }
    let named = path("XDG_DATA_HOME").filter(|folder| folder.is_absolute());
    let home = || path("HOME").or_else(home_of_the_account).map(|home| home.join(".local/share"));
    named.or_else(home).map(|folder| folder.join("pullpass"))
}

/// Where programs keep a user's settings of theirs (as [`data_folder`]).
fn config_folder(path: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if cfg!(any(windows, target_os = "macos")) {
        return directories::ProjectDirs::from("", "", "pullpass").map(|dirs| dirs.config_dir().to_owned());
    }
    let named = path("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
    let home = || path("HOME").or_else(home_of_the_account).map(|home| home.join(".config"));
    named.or_else(home).map(|folder| folder.join("pullpass"))
}

fn terminal(set: impl Fn(&str) -> Option<OsString>, chosen: &preferences::Screen) -> TerminalSettings {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(&set);
    let utf8 = locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    TerminalSettings {
        no_color: set("NO_COLOR").is_some(),
        dumb: set("TERM").is_some_and(|term| term == "dumb"),
        ascii: match chosen.characters {
            Characters::Auto => !utf8,
            Characters::Unicode => false,
            Characters::Ascii => true,
        },
        reduced_motion: chosen.reduced_motion,
        tmux: set("TMUX").is_some(),
        ssh: set("SSH_TTY").or_else(|| set("SSH_CONNECTION")).is_some(),
        desktop: cfg!(windows)
            || cfg!(target_os = "macos")
            || set("WAYLAND_DISPLAY").or_else(|| set("DISPLAY")).is_some(),
        wsl: set("WSL_DISTRO_NAME").is_some(),
    }
}

fn home_of_the_account() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned())
}

#[cfg(unix)]
fn user_number() -> u32 {
    rustix::process::getuid().as_raw()
}

#[cfg(not(unix))]
fn user_number() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(variables: &[(&str, &str)], name: &str) -> Option<OsString> {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
    }

    fn with(variables: &[(&str, &str)]) -> Settings {
        Settings::from_environment(|name| value(variables, name))
    }

    fn reading(variables: &[(&str, &str)]) -> Settings {
        Settings::read(|name| value(variables, name))
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let settings =
            with(&[("HOME", "/h"), ("DOCKER_CONFIG", ""), ("REGISTRY_AUTH_FILE", ""), ("NO_COLOR", "")]);
        assert_eq!(settings.locations.docker_config, None);
        assert_eq!(settings.locations.registry_auth_file, None);
        assert!(!settings.terminal.no_color);
        assert_eq!(settings.locations.home, Some("/h".into()));
    }

    #[test]
    fn the_vault_is_in_the_data_folder_unless_named() {
        let file = |variables: &[(&str, &str)]| with(variables).vault.file;
        if cfg!(target_os = "linux") {
            let table = [
                (vec![("HOME", "/h")], "/h/.local/share/pullpass/vault.age"),
                (vec![("HOME", "/h"), ("XDG_DATA_HOME", "/d")], "/d/pullpass/vault.age"),
                (vec![("HOME", "/h"), ("XDG_DATA_HOME", "d")], "/h/.local/share/pullpass/vault.age"),
                (vec![("HOME", "/h"), ("PULLPASS_VAULT", "/v/team.age")], "/v/team.age"),
            ];
            for (variables, expected) in table {
                assert_eq!(file(&variables), Some(expected.into()), "{variables:?}");
            }
            assert!(!with(&[("HOME", "/h"), ("XDG_RUNTIME_DIR", "/nowhere")]).vault.session_bus);
            assert!(with(&[("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x")]).vault.session_bus);
        }
    }

    #[test]
    fn what_is_remembered_is_in_the_state_folder_unless_named() {
        if cfg!(target_os = "linux") {
            let table = [
                (vec![("HOME", "/h")], "/h/.local/state/pullpass"),
                (vec![("HOME", "/h"), ("XDG_STATE_HOME", "/s")], "/s/pullpass"),
                (vec![("HOME", "/h"), ("XDG_STATE_HOME", "s")], "/h/.local/state/pullpass"),
                (vec![("HOME", "/h"), ("PULLPASS_STATE", "/p")], "/p"),
            ];
            for (variables, expected) in table {
                assert_eq!(with(&variables).state, Some(expected.into()), "{variables:?}");
            }
        }
    }

    #[test]
    fn a_locale_without_utf8_means_ascii() {
        let table = [("C", true), ("en_GB.UTF-8", false), ("de_DE.utf8", false), ("de_DE.ISO-8859-1", true)];
        for (locale, ascii) in table {
            assert_eq!(with(&[("LANG", locale)]).terminal.ascii, ascii, "{locale}");
        }
        assert!(with(&[("LANG", "C.UTF-8"), ("LC_ALL", "C")]).terminal.ascii);
        assert!(!with(&[]).terminal.ascii);
    }

    #[test]
    fn the_settings_file_is_in_the_configuration_folder_unless_named() {
        if cfg!(target_os = "linux") {
            let table = [
                (vec![("HOME", "/h")], "/h/.config/pullpass/config.toml"),
                (vec![("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")], "/c/pullpass/config.toml"),
                (vec![("HOME", "/h"), ("XDG_CONFIG_HOME", "c")], "/h/.config/pullpass/config.toml"),
                (vec![("HOME", "/h"), ("PULLPASS_CONFIG", "")], "/h/.config/pullpass/config.toml"),
                (vec![("HOME", "/h"), ("PULLPASS_CONFIG", "/p")], "/p"),
            ];
            for (variables, expected) in table {
                assert_eq!(reading(&variables).file.path, Some(expected.into()), "{variables:?}");
            }
        }
    }

    #[test]
    fn what_the_file_chooses_is_what_the_program_works_with_unless_a_variable_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let text = "[vault]\nfile = \"~/v.age\"\nidentity = \"/id\"\nunlocked_for = \"1h\"\n[state]\nfolder = \"/s\"\n\
                    [screen]\ncharacters = \"ascii\"\nreduced_motion = true\n";
        std::fs::write(&path, text).unwrap();
        let file = [("HOME", "/h"), ("LANG", "C.UTF-8"), ("PULLPASS_CONFIG", path.to_str().unwrap())];
        let settings = reading(&file);
        assert_eq!(settings.vault.file, Some("/h/v.age".into()));
        assert_eq!(settings.vault.identity, Some("/id".into()));
        assert_eq!(settings.vault.unlocked_for, Some(Duration::from_hours(1)));
        assert_eq!(settings.state, Some("/s".into()));
        assert!(settings.terminal.ascii && settings.terminal.reduced_motion);
        let variables = [("PULLPASS_VAULT", "/v"), ("PULLPASS_IDENTITY", "/i"), ("PULLPASS_STATE", "/p")];
        let settings = reading(&[&file[..], &variables].concat());
        assert_eq!(settings.vault.file, Some("/v".into()));
        assert_eq!(settings.vault.identity, Some("/i".into()));
        assert_eq!(settings.state, Some("/p".into()));
    }

    #[test]
    fn motion_is_reduced_by_either_variable() {
        assert!(with(&[("REDUCED_MOTION", "1")]).terminal.reduced_motion);
        assert!(with(&[("PULLPASS_REDUCED_MOTION", "1")]).terminal.reduced_motion);
        assert!(!with(&[("REDUCED_MOTION", "")]).terminal.reduced_motion);
    }

    #[test]
    fn the_variable_with_passwords_is_not_in_debug_output() {
        let shown = format!("{:?}", with(&[("DOCKER_AUTH_CONFIG", "hunter2")]));
        assert!(!shown.contains("hunter2"));
    }
}
