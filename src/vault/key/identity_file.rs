//! A key in a file that the user names: for CI and servers.

use std::path::Path;

use super::Key;
use crate::file::{contents, save};
use crate::secret::Secret;
use crate::vault::Result;
use crate::vault::error::LockedBecause;

/// Reads the key.
///
/// # Errors
/// The file cannot be read or holds something else.
pub fn read(path: &Path) -> std::result::Result<Key, LockedBecause> {
    let unreadable = |source| LockedBecause::IdentityUnreadable { path: path.to_owned(), source };
    let text = contents::read(path).map_err(unreadable)?;
    Key::parse(&Secret::new(text.to_vec())).ok_or_else(|| LockedBecause::NotAnIdentity(path.to_owned()))
}

/// Reads the key, or makes the file with a new one in it.
///
/// # Errors
/// The file cannot be read or made, or holds something else.
pub fn read_or_make(path: &Path) -> Result<Key> {
    if contents::exists(path)? {
        return Ok(read(path)?);
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
        assert!(matches!(read(&path).unwrap_err(), LockedBecause::IdentityUnreadable { .. }));
        let key = read_or_make(&path).unwrap();
        assert_eq!(read_or_make(&path).unwrap().public(), key.public());
    }

    #[test]
    fn the_error_about_a_wrong_file_quotes_nothing_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("id");
        std::fs::write(&path, "hunter2").unwrap();
        let error = read(&path).unwrap_err();
        assert!(matches!(error, LockedBecause::NotAnIdentity(_)) && !error.to_string().contains("hunter2"));
    }
}
