//! Traces of other programs that are writing a file right now. They take no lock, and a write that they planned on
//! older bytes would undo ours.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use super::target::Target;

/// An older temporary file was left by a program that is gone.
const AT_WORK: Duration = Duration::from_secs(5);

/// True while docker, podman, skopeo or oras has a temporary file for this one: docker's is `NAME` and digits,
/// podman's `.tmp-NAME` and digits, oras's `oras_credstore_temp_` and digits.
pub fn are_writing(path: &Path) -> bool {
    let Ok(target) = Target::find(path) else { return false };
    let Some(name) = target.real.file_name() else { return false };
    // docker writes beside the link, the others beside what they take for the file.
    let folders = [Some(target.folder.as_path()), target.path.parent()];
    let entries = folders.into_iter().flatten().filter_map(|folder| std::fs::read_dir(folder).ok());
    entries.flatten().flatten().any(|entry| {
        let age = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|time| time.elapsed().ok());
        // One from the future was left by a wrong clock.
        is_rival(&entry.file_name(), name) && age.is_some_and(|age| age < AT_WORK)
    })
}

fn is_rival(found: &OsStr, name: &OsStr) -> bool {
    let (Some(found), Some(name)) = (found.to_str(), name.to_str()) else { return false };
    let number = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    let podmans = found.strip_prefix(".tmp-").unwrap_or(found);
    podmans.strip_prefix(name).is_some_and(number)
        || found.strip_prefix("oras_credstore_temp_").is_some_and(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_file_of_another_program_is_known() {
        let table = [
            ("config.json918247780", true),
            (".tmp-config.json123", true),
            ("oras_credstore_temp_12", true),
            ("config.json", false),
            ("config.json.bak", false),
            (".config.json.pullpass-abc", false),
        ];
        for (found, expected) in table {
            assert_eq!(is_rival(found.as_ref(), "config.json".as_ref()), expected, "{found}");
        }
    }

    #[test]
    fn a_rival_counts_while_its_file_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let (path, rival) = (folder.path().join("auth.json"), folder.path().join(".tmp-auth.json42"));
        assert!(!are_writing(&path));
        std::fs::write(&rival, "").unwrap();
        assert!(are_writing(&path));
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        std::fs::File::options().write(true).open(&rival).unwrap().set_modified(long_ago).unwrap();
        assert!(!are_writing(&path));
        let in_the_future = long_ago + Duration::from_hours(24 * 365 * 300);
        std::fs::File::options().write(true).open(&rival).unwrap().set_modified(in_the_future).unwrap();
        assert!(!are_writing(&path));
    }
}
