//! `docker-credential-pullpass`: the vault as docker's credential helper. Nobody is asked for anything here.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use jiff::Timestamp;

use crate::credential_helper::Credentials;
use crate::credential_helper::serve::{self, Records};
use crate::error::{Kind, Result};
use crate::secret::Secret;
use crate::settings::VaultSettings;
use crate::vault::document::Document;
use crate::vault::record::Record;
use crate::vault::{Vault, name};

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
    fn get(&self, key: &str) -> Result<Option<(String, Secret)>> {
        let found = match Vault::open(self.settings) {
            Ok(vault) => vault.login(key)?,
            Err(error) if error.kind == Kind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(found.map(|record| (record.username, record.password)))
    }

    fn store(&self, login: Credentials) -> Result<()> {
        Vault::open(self.settings)?.change(|document| keep(document, login, self.now))
    }

    fn erase(&self, key: &str) -> Result<()> {
        if self.document()?.login(key).is_none() {
            return Ok(());
        }
        Vault::open(self.settings)?.change(|document| {
            document.records.retain(|record| !(record.is_login && record.key == key));
            Ok(())
        })
    }

    fn list(&self) -> Result<BTreeMap<String, String>> {
        let records = self.document()?.records.into_iter().filter(|record| record.is_login);
        Ok(records.map(|record| (record.key, record.username)).collect())
    }
}

/// The login of the key gets the new user name and password; without one there is a new record. A named secret that
/// docker does not use is never touched.
fn keep(document: &mut Document, login: Credentials, now: Timestamp) -> Result<()> {
    let known = document.records.iter_mut().find(|record| record.is_login && record.key == login.key);
    if let Some(record) = known {
        record.username = login.username;
        record.password = login.secret;
        record.changed_at = now;
        return Ok(());
    }
    let name = name::for_registry(&login.key, |name| document.find(name).is_some());
    let mut record = Record::new(name, login.key, login.username, login.secret, now);
    record.is_login = true;
    document.add(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn login(key: &str, username: &str, secret: &str) -> Credentials {
        let secret = Secret::from_text(secret.to_owned());
        Credentials { key: key.to_owned(), username: username.to_owned(), secret }
    }

    #[test]
    fn docker_login_makes_a_record_once_and_leaves_named_secrets_alone() {
        let mut document = Document::default();
        let named = |document: &mut Document| {
            let secret = Secret::from_text("named".to_owned());
            document
                .add(Record::new("ghcr-io".into(), "ghcr.io".into(), "bot".into(), secret, at(1)))
                .unwrap();
        };
        named(&mut document);
        keep(&mut document, login("ghcr.io", "jane", "one"), at(2)).unwrap();
        keep(&mut document, login("ghcr.io", "janedoe", "two"), at(3)).unwrap();
        let [bot, jane] = document.records.as_slice() else { panic!("{document:?}") };
        assert_eq!(
            (bot.name.as_str(), bot.password.expose(), bot.is_login),
            ("ghcr-io", &b"named"[..], false)
        );
        assert_eq!((jane.name.as_str(), jane.username.as_str()), ("ghcr-io-2", "janedoe"));
        assert_eq!((jane.password.expose(), jane.is_login), (&b"two"[..], true));
        assert_eq!((jane.created_at, jane.changed_at), (at(2), at(3)));
    }
}
