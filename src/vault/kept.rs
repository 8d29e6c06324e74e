//! The keys of docker's logins in the vault, outside it and unsealed: docker's file names them anyway. A locked vault can then
//! still say that it does not have a login, so that public images are pulled while it is locked.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::document::Document;
use crate::file::contents;
use crate::file::error::FileError;
use crate::file::save::{self, Outcome, ReadOnly};
use crate::registry::helper_key;

/// The file's form; one of a later version is not read.
#[derive(Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
struct Kept {
    version: u32,
    /// The vault that it is about.
    vault: String,
    /// As [`helper_key::canonical`] writes them.
    keys: BTreeSet<String>,
}

/// Notes the keys of a document that is about to be written, beside those that are noted: whenever the process ends, no
/// key that the vault has is missing here.
pub(super) fn announce(file: &Path, vault: &Path, document: &Document) -> Result<(), FileError> {
    let mut keys = read(file, vault).unwrap_or_default();
    keys.extend(keys_of(document));
    write(file, vault, keys)
}

/// Notes the keys of a document that was written, and no others.
pub(super) fn settle(file: &Path, vault: &Path, document: &Document) -> Result<(), FileError> {
    write(file, vault, keys_of(document))
}

/// False where the vault surely has no login of this key; `None` where that cannot be told without opening it.
pub(super) fn has(file: &Path, vault: &Path, key: &str) -> Option<bool> {
    Some(read(file, vault)?.contains(&*helper_key::canonical(key)))
}

fn keys_of(document: &Document) -> BTreeSet<String> {
    let logins = document.records.iter().filter(|record| record.is_login);
    logins.map(|record| helper_key::canonical(&record.key).into_owned()).collect()
}

/// `None` where there is no such file, or it is about another vault, or cannot be read.
fn read(file: &Path, vault: &Path) -> Option<BTreeSet<String>> {
    let bytes = contents::find(file).ok()??.bytes;
    let kept: Kept = serde_json::from_slice(&bytes).ok()?;
    (kept.version == 1 && kept.vault == name(vault)).then_some(kept.keys)
}

fn write(file: &Path, vault: &Path, keys: BTreeSet<String>) -> Result<(), FileError> {
    if read(file, vault).as_ref() == Some(&keys) {
        return Ok(());
    }
    let text = serde_json::to_vec(&Kept { version: 1, vault: name(vault), keys }).unwrap_or_default();
    let mut edit = |_: Option<&[u8]>| Ok::<_, FileError>(Outcome::Write(Zeroizing::new(text.clone())));
    save::save(file, ReadOnly::Refuse, &mut edit, &mut |_| {}).map(drop)
}

fn name(vault: &Path) -> String {
    vault.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::Credential;
    use crate::secret::Secret;
    use crate::vault::record::Record;

    fn document(keys: &[(&str, bool)]) -> Document {
        let mut document = Document::new(Vec::new());
        for (key, is_login) in keys {
            let login = Credential::new("u", Secret::from_text("p".into()));
            let mut record =
                Record::new(format!("of {key}"), (*key).into(), login, jiff::Timestamp::UNIX_EPOCH);
            record.is_login = *is_login;
            document.add(record).unwrap();
        }
        document
    }

    #[test]
    fn it_knows_which_logins_a_vault_has_in_any_spelling() {
        let folder = tempfile::tempdir().unwrap();
        let (file, vault) = (folder.path().join("state/kept.json"), folder.path().join("vault.age"));
        assert_eq!(has(&file, &vault, "ghcr.io"), None);
        settle(&file, &vault, &document(&[("https://ghcr.io", true), ("quay.io", false)])).unwrap();
        let table = [("ghcr.io", true), ("quay.io", false), ("ghcr.io/team", false), ("docker.io", false)];
        for (key, expected) in table {
            assert_eq!(has(&file, &vault, key), Some(expected), "{key}");
        }
        // What is about to be written counts already, what will go still does.
        announce(&file, &vault, &document(&[("docker.io", true)])).unwrap();
        assert_eq!(has(&file, &vault, "https://index.docker.io/v1/"), Some(true));
        assert_eq!(has(&file, &vault, "ghcr.io"), Some(true));
        settle(&file, &vault, &document(&[("docker.io", true)])).unwrap();
        assert_eq!(has(&file, &vault, "ghcr.io"), Some(false));
        assert_eq!(has(&file, Path::new("/other.age"), "ghcr.io"), None);
    }

    #[test]
    fn a_file_that_cannot_be_read_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (file, vault) = (folder.path().join("kept.json"), folder.path().join("vault.age"));
        let of_a_later_version = format!(r#"{{"version":2,"vault":"{}","keys":[]}}"#, vault.display());
        for text in ["", "{", "[]", &of_a_later_version] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(has(&file, &vault, "ghcr.io"), None, "{text}");
        }
    }
}
