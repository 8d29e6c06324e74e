//! Which credential store docker takes when its file names none.
//!
//! Source: docker/cli 28f7560 `cli/config/config.go` (`LoadDefaultConfigFile`) and `cli/config/credentials/default_store*.go`.

use crate::config::docker::ConfigFile;

/// The systems that docker tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// `pass` or the secret service.
    Linux,
    /// The keychain.
    MacOs,
    /// The credential manager.
    Windows,
    /// No store.
    Other,
}

impl System {
    /// The one that this program runs on.
    pub const HERE: Self = if cfg!(target_os = "linux") {
        Self::Linux
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else if cfg!(windows) {
        Self::Windows
    } else {
        Self::Other
    };
}

/// What docker finds on the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// The store that it would take for a file without any login.
    pub store: Option<&'static str>,
    /// `pass` is there without its helper, which hides a secret service that would work.
    pub pass_shadows_secretservice: bool,
}

/// Looks at the programs that can be found.
pub fn machine(system: System, on_path: impl Fn(&str) -> bool) -> Machine {
    let helper = |name: &str| on_path(&format!("docker-credential-{name}"));
    let with_pass = system == System::Linux && on_path("pass");
    let wanted = match system {
        System::Linux if with_pass => "pass",
        System::Linux => "secretservice",
        System::MacOs => "osxkeychain",
        System::Windows => "wincred",
        System::Other => return Machine::default(),
    };
    let store = Some(wanted).filter(|wanted| helper(wanted));
    Machine { store, pass_shadows_secretservice: with_pass && store.is_none() && helper("secretservice") }
}

/// The store that docker keeps all logins in: the file's own, else the machine's for a file that names no store and
/// no helper and has no entry.
pub fn store<'a>(file: &'a ConfigFile, machine: &Machine) -> Option<&'a str> {
    let untouched = file.cred_helpers.is_empty() && file.entries.is_empty();
    file.creds_store.as_deref().or(machine.store.filter(|_| untouched))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::docker;

    #[test]
    fn docker_takes_the_systems_own_store_where_its_helper_is() {
        let table: &[(System, &[&str], Option<&str>)] = &[
            (System::Linux, &["pass", "docker-credential-pass"], Some("pass")),
            (System::Linux, &["docker-credential-pass"], None),
            (System::Linux, &["docker-credential-secretservice"], Some("secretservice")),
            (System::Linux, &["pass", "docker-credential-secretservice"], None),
            (System::MacOs, &["pass", "docker-credential-osxkeychain"], Some("osxkeychain")),
            (System::Windows, &["docker-credential-wincred"], Some("wincred")),
            (System::Other, &["docker-credential-secretservice"], None),
        ];
        for (system, programs, expected) in table {
            let found = machine(*system, |program| programs.contains(&program));
            assert_eq!(found.store, *expected, "{system:?} {programs:?}");
        }
    }

    #[test]
    fn a_file_that_has_any_login_keeps_its_ways() {
        let machine = Machine { store: Some("pass"), pass_shadows_secretservice: false };
        let table = [
            ("", Some("pass")),
            ("{}", Some("pass")),
            (r#"{"credsStore":"","auths":{}}"#, Some("pass")),
            (r#"{"credsStore":"desktop"}"#, Some("desktop")),
            (r#"{"auths":{"r":{}}}"#, None),
            (r#"{"credHelpers":{"r":"x"}}"#, None),
        ];
        for (text, expected) in table {
            assert_eq!(store(&docker::read(text.as_bytes()), &machine), expected, "{text}");
        }
    }
}
