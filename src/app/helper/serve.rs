//! `docker-credential-pullpass`: one run of it.

use std::io::{Read, Write};

use jiff::Timestamp;

use crate::app::helper::rules::ByRules;
use crate::app::vault::serve::VaultRecords;
use crate::credential_helper::serve;
use crate::settings::Settings;

/// Serves one run and gives its exit status. The first of `arguments` is the program.
pub fn run(
    settings: &Settings,
    arguments: &[String],
    stdin: impl Read,
    (stdout, stderr): (&mut impl Write, &mut impl Write),
    now: Timestamp,
) -> u8 {
    let (program, arguments) = arguments.split_first().map_or(("", arguments), |(first, rest)| (first, rest));
    let program = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let records = ByRules::new(settings, VaultRecords::new(settings, now));
    let reply = serve::serve(program, arguments, stdin, &records);
    if reply.is_said_twice {
        let _gone = stderr.write_all(reply.stdout.expose()).is_err();
    }
    match stdout.write_all(reply.stdout.expose()).and_then(|()| stdout.flush()) {
        Ok(()) => reply.exit,
        Err(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::settings::VaultSettings;
    use crate::vault::init::{self, NewKey};

    const NOT_FOUND: &str = "credentials not found in native keychain\n";

    fn ask(settings: &Settings, action: &str, stdin: &str) -> (u8, String) {
        let arguments = ["docker-credential-pullpass", action].map(str::to_owned);
        let mut stdout = Vec::new();
        let exit = run(
            settings,
            &arguments,
            stdin.as_bytes(),
            (&mut stdout, &mut Vec::new()),
            Timestamp::UNIX_EPOCH,
        );
        (exit, String::from_utf8(stdout).unwrap())
    }

    #[test]
    fn a_locked_vault_stops_only_the_logins_that_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| Some(folder.path().join(name));
        let vault =
            VaultSettings { file: file("vault.age"), kept: file("kept.json"), ..VaultSettings::default() };
        let settings = Settings { vault, ..Settings::from_environment(|_| None) };
        let key = folder.path().join("id");
        init::init(&settings.vault, NewKey::IdentityFile(key.clone()), Duration::ZERO).unwrap();
        let login = r#"{"ServerURL":"https://ghcr.io","Username":"jane","Secret":"hunter2"}"#;
        assert_eq!(ask(&settings, "store", login), (0, String::new()));
        let answer = r#"{"ServerURL":"ghcr.io","Username":"jane","Secret":"hunter2"}"#;
        assert_eq!(ask(&settings, "get", "ghcr.io\n"), (0, format!("{answer}\n")));

        std::fs::rename(&key, folder.path().join("elsewhere")).unwrap();
        for spelling in ["ghcr.io", "https://ghcr.io/", "ghcr.io\n"] {
            let (exit, words) = ask(&settings, "get", spelling);
            assert!(exit == 1 && words != NOT_FOUND && words.lines().count() == 1, "{spelling}: {words}");
        }
        for other in ["quay.io", "ghcr.io/team", "docker.io"] {
            assert_eq!(ask(&settings, "get", other), (1, NOT_FOUND.into()), "{other}");
            assert_eq!(ask(&settings, "erase", other), (0, String::new()), "{other}");
        }
        // Without the note nobody knows what it has.
        std::fs::remove_file(folder.path().join("kept.json")).unwrap();
        assert_ne!(ask(&settings, "get", "quay.io").1, NOT_FOUND);
    }
}
