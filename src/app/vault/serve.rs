//! `docker-credential-pullpass`: the vault as docker's credential helper. Nobody is asked for anything here.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use jiff::Timestamp;

use crate::credential::Credential;
use crate::credential_helper::serve::{self, Records};
use crate::error::Result;
use crate::settings::VaultSettings;
use crate::store::vault;
use crate::vault::Vault;
use crate::vault::document::Document;
use crate::vault::error::VaultError;
use crate::vault::record::Record;

/// Serves one run and gives its exit status. The first of `arguments` is the program.
pub fn run(
    settings: &VaultSettings,
    arguments: &[String],
    stdin: impl Read,
    stdout: &mut impl Write,
    now: Timestamp,
) -> u8 {
    let (program, arguments) = arguments.split_first().map_or(("", arguments), |(first, rest)| (first, rest));
    let program = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let reply = serve::serve(program, arguments, stdin, &VaultRecords { settings, now });
    match stdout.write_all(reply.stdout.expose()).and_then(|()| stdout.flush()) {
        Ok(()) => reply.exit,
        Err(_) => 1,
    }
}

/// The logins of the vault. It is opened only when one is asked for.
struct VaultRecords<'a> {
    settings: &'a VaultSettings,
    now: Timestamp,
}

impl VaultRecords<'_> {
    /// A vault that is not there keeps no logins.
    fn document(&self) -> Result<Document> {
        match Vault::open(self.settings) {
            Ok(vault) => Ok(vault.read()?),
            Err(VaultError::Missing) => Ok(Document::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Docker's login of a key. A vault that is locked or broken is an error only for the logins that it has: public images
    /// of all other registries are pulled without one.
    fn login(&self, key: &str) -> Result<Option<Record>> {
        match Vault::open(self.settings).and_then(|vault| vault.login(key)) {
            Ok(found) => Ok(found),
            Err(VaultError::Missing) => Ok(None),
            Err(_) if !crate::vault::may_have_login(self.settings, key) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Records for VaultRecords<'_> {
    fn get(&self, key: &str) -> Result<Option<Credential>> {
        Ok(self.login(key)?.map(|record| record.credential))
    }

    fn store(&self, key: &str, login: Credential) -> Result<()> {
        let keep = |document: &mut Document| vault::keep(document, key, login, None, self.now);
        Ok(Vault::open(self.settings)?.change(keep)?)
    }

    fn erase(&self, key: &str) -> Result<()> {
        if self.login(key)?.is_none() {
            return Ok(());
        }
        Vault::open(self.settings)?.change(|document| {
            vault::forget(document, key);
            Ok(())
        })
    }

    fn list(&self) -> Result<BTreeMap<String, String>> {
        let records = self.document()?.records.into_iter().filter(|record| record.is_login);
        Ok(records.map(|record| (record.key, record.credential.username)).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::vault::init::{self, NewKey};

    const NOT_FOUND: &str = "credentials not found in native keychain\n";

    fn ask(settings: &VaultSettings, action: &str, stdin: &str) -> (u8, String) {
        let arguments = ["docker-credential-pullpass", action].map(str::to_owned);
        let mut stdout = Vec::new();
        let exit = run(settings, &arguments, stdin.as_bytes(), &mut stdout, Timestamp::UNIX_EPOCH);
        (exit, String::from_utf8(stdout).unwrap())
    }

    #[test]
    fn a_locked_vault_stops_only_the_logins_that_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| Some(folder.path().join(name));
        let settings =
            VaultSettings { file: file("vault.age"), kept: file("kept.json"), ..VaultSettings::default() };
        let key = folder.path().join("id");
        init::init(&settings, NewKey::IdentityFile(key.clone()), Duration::ZERO).unwrap();
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
