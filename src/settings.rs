//! What the environment says, read once at the start; everything else gets it as data.

pub mod network;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::config::locate::{DOCKER_AUTH_CONFIG, Locations};
use crate::secret::Secret;
use network::NetworkSettings;

/// How long a credential helper may take, unless `PULLPASS_HELPER_TIMEOUT` says otherwise.
const HELPER_TIMEOUT: Duration = Duration::from_secs(10);

/// The environment as this program sees it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What decides where docker's and podman's files are.
    pub locations: Locations,
    /// The text of `DOCKER_AUTH_CONFIG`; it holds passwords.
    pub variable: Option<Secret>,
    /// Where helper programs are looked for.
    pub path: OsString,
    /// How long a helper may take (`PULLPASS_HELPER_TIMEOUT`, in seconds).
    pub helper_timeout: Duration,
    /// What decides where the vault and its key are.
    pub vault: VaultSettings,
    /// The folder for what is remembered between runs: `PULLPASS_STATE`, or the user's own.
    pub state: Option<PathBuf>,
    /// What decides the way to a registry.
    pub network: NetworkSettings,
    /// What decides how the screen looks and where a copy goes.
    pub terminal: TerminalSettings,
}

/// What the environment says about the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VaultSettings {
    /// The vault's file: `PULLPASS_VAULT`, or `pullpass/vault.age` in the user's data folder.
    pub file: Option<PathBuf>,
    /// `PULLPASS_IDENTITY`: an age identity file that is used instead of the vault's own way.
    pub identity: Option<PathBuf>,
    /// There is a session bus to find a keyring on, or the system needs none for that.
    pub session_bus: bool,
    /// It is the sample home's, which goes with this run.
    pub is_sample: bool,
}

/// What the environment says about the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalSettings {
    /// `NO_COLOR` is set and not empty.
    pub no_color: bool,
    /// `TERM` is `dumb`.
    pub dumb: bool,
    /// The locale is not UTF-8: ASCII only.
    pub ascii: bool,
    /// `REDUCED_MOTION` or `PULLPASS_REDUCED_MOTION` is set: nothing counts seconds.
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
    /// Reads the environment of this process through `get`.
    pub fn from_environment(get: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let path = |name: &str| set(name).map(PathBuf::from);
        let home = path(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).or_else(home_of_the_account);
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
            path: set("PATH").unwrap_or_default(),
            helper_timeout: seconds(set("PULLPASS_HELPER_TIMEOUT")).unwrap_or(HELPER_TIMEOUT),
            vault: vault(path),
            state: path("PULLPASS_STATE").or_else(|| state_folder(path)),
            terminal: terminal(set),
        }
    }

    /// Reads the environment of this process.
    #[allow(clippy::disallowed_methods)] // the one place that reads it
    pub fn of_this_process() -> Self {
        Self::from_environment(|name| std::env::var_os(name))
    }
}

fn vault(path: impl Fn(&str) -> Option<PathBuf>) -> VaultSettings {
    // A socket of the user's own bus counts as well: libdbus finds it by itself.
    let own_bus = || path("XDG_RUNTIME_DIR").is_some_and(|folder| folder.join("bus").exists());
    let in_data_folder = || Some(data_folder(&path)?.join("vault.age"));
    VaultSettings {
        file: path("PULLPASS_VAULT").or_else(in_data_folder),
        identity: path("PULLPASS_IDENTITY"),
        session_bus: !cfg!(target_os = "linux") || path("DBUS_SESSION_BUS_ADDRESS").is_some() || own_bus(),
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

fn terminal(set: impl Fn(&str) -> Option<OsString>) -> TerminalSettings {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(&set);
    let utf8 = locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    TerminalSettings {
        no_color: set("NO_COLOR").is_some(),
        dumb: set("TERM").is_some_and(|term| term == "dumb"),
        ascii: !utf8,
        reduced_motion: set("REDUCED_MOTION").or_else(|| set("PULLPASS_REDUCED_MOTION")).is_some(),
        tmux: set("TMUX").is_some(),
        ssh: set("SSH_TTY").or_else(|| set("SSH_CONNECTION")).is_some(),
        desktop: cfg!(windows)
            || cfg!(target_os = "macos")
            || set("WAYLAND_DISPLAY").or_else(|| set("DISPLAY")).is_some(),
        wsl: set("WSL_DISTRO_NAME").is_some(),
    }
}

fn seconds(value: Option<OsString>) -> Option<Duration> {
    let seconds: u64 = value?.to_str()?.parse().ok()?;
    (1..=600).contains(&seconds).then(|| Duration::from_secs(seconds))
}

/// docker falls back to the account's home folder where the variable is missing.
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

    fn with(variables: &[(&str, &str)]) -> Settings {
        Settings::from_environment(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        })
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
    fn the_helper_time_limit_is_a_plausible_number_of_seconds() {
        let table = [("3", 3), ("0", 10), ("x", 10), ("100000", 10)];
        for (value, seconds) in table {
            let settings = with(&[("PULLPASS_HELPER_TIMEOUT", value)]);
            assert_eq!(settings.helper_timeout, Duration::from_secs(seconds), "{value}");
        }
    }

    #[test]
    fn the_variable_with_passwords_is_not_in_debug_output() {
        let shown = format!("{:?}", with(&[("DOCKER_AUTH_CONFIG", "hunter2")]));
        assert!(!shown.contains("hunter2"));
    }
}
