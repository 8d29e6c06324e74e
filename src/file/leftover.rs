//! The names of our temporary files, by which the next save finds what a killed one left behind.

use std::ffi::OsString;
use std::path::Path;

/// What the name of every temporary file of ours has after the target's own.
const MARK: &str = ".pullpass-";

/// What the name of a file begins with that will take the place of this one.
pub fn prefix(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push(MARK);
    prefix
}

/// Removes what a killed pullpass left beside this file. Only under the lock that every writer of it takes.
pub fn remove(target: &Path) {
    let prefix = prefix(target);
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(prefix.as_encoded_bytes()) {
            let _gone_already = std::fs::remove_file(entry.path()).is_err();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_belongs_to_the_file_goes() {
        let folder = tempfile::tempdir().unwrap();
        let stays = ["a", ".a.pullpass", ".b.pullpass-1", "a.pullpass-1", ".a.pullpas-1"];
        for name in stays.into_iter().chain([".a.pullpass-1", ".a.pullpass-"]) {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        remove(&folder.path().join("a"));
        for name in stays {
            assert!(folder.path().join(name).exists(), "{name}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), stays.len());
    }
}
