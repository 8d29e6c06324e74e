//! `docker-credential-pullpass`: the vault as docker's credential helper. Nobody is asked for anything here.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use jiff::Timestamp;

use crate::credential::Credential;
use crate::credential_helper::serve::{self, Records};
use crate::error::{Kind, Result};
use crate::settings::VaultSettings;
use crate::store::vault;
use crate::vault::Vault;
use crate::vault::document::Document;

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
            Ok(vault) => vault.read(),
            Err(error) if error.kind == Kind::NotFound => Ok(Document::default()),
            Err(error) => Err(error),
        }
    }
}

impl Records for VaultRecords<'_> {
    fn get(&self, key: &str) -> Result<Option<Credential>> {
        let found = match Vault::open(self.settings) {
            Ok(vault) => vault.login(key)?,
            Err(error) if error.kind == Kind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(found.map(|record| record.credential))
    }

    fn store(&self, key: &str, login: Credential) -> Result<()> {
        Vault::open(self.settings)?.change(|document| vault::keep(document, key, login, None, self.now))
    }

    fn erase(&self, key: &str) -> Result<()> {
        if self.document()?.login(key).is_none() {
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
