//! A key in a file that the user names: for CI and servers.

use std::path::Path;

use super::Key;
use crate::error::{Error, Kind, Result};
use crate::file::{contents, save};
use crate::secret::Secret;

/// Reads the key.
///
/// # Errors
/// The file cannot be read or holds something else.
pub fn read(path: &Path) -> Result<Key> {
    let text = contents::read(path).map_err(|reason| {
        let mut error = Error::io("read the identity file", path, reason);
        error.kind = Kind::Locked;
        error.hint("PULLPASS_IDENTITY, the settings (vault.identity) or vault.json name it; the vault stays locked without it.")
    })?;
    Key::parse(&Secret::new(text.to_vec())).ok_or_else(|| {
        Error::new(Kind::Locked, format!("{} is no age identity file.", path.display())).hint(
            "It holds lines that begin with AGE-SECRET-KEY-1, as age-keygen writes them, and no passphrase.",
        )
    })
}

/// Reads the key, or makes the file with a new one in it.
///
/// # Errors
/// The file cannot be read or made, or holds something else.
pub fn read_or_make(path: &Path) -> Result<Key> {
    if contents::exists(path)? {
        return read(path);
    }
    let key = Key::generate();
    save::create(path, key.to_lines().expose())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/id");
        assert_eq!(read(&path).unwrap_err().kind, Kind::Locked);
        let key = read_or_make(&path).unwrap();
        assert_eq!(read_or_make(&path).unwrap().public(), key.public());
    }

    #[test]
    fn the_error_about_a_wrong_file_quotes_nothing_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("id");
        std::fs::write(&path, "hunter2").unwrap();
        let error = read(&path).unwrap_err();
        assert!(!error.to_string().contains("hunter2") && error.kind == Kind::Locked);
    }
}
