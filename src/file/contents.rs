//! The bytes of a file that may hold secrets.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::file::error::{FileError, Operation};

/// A file larger than this is neither docker's nor ours, in bytes.
pub(super) const LARGEST: u64 = 64 << 20;

/// The bytes of a file and what the file system says of it.
#[derive(Debug)]
pub struct Content {
    /// The bytes; wiped on drop.
    pub bytes: Zeroizing<Vec<u8>>,
    /// When it was last written.
    pub modified: Option<Timestamp>,
    /// True where other users of the machine can read it.
    pub others_can_read: bool,
}

/// Reads a file that is there.
///
/// # Errors
/// It is not there, not readable, a folder, or larger than 64 MiB.
pub fn read(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    open(path).map(|content| content.bytes)
}

/// True where there is something of this name. What cannot be looked at is not taken for missing.
///
/// # Errors
/// The folder cannot be searched, or links go in a circle.
pub fn exists(path: &Path) -> Result<bool, FileError> {
    path.try_exists().map_err(|error| Operation::LookFor.failed(path, error))
}

/// Reads a file that may not be there.
///
/// # Errors
/// It is there, but not readable, a folder, or larger than 64 MiB.
pub fn find(path: &Path) -> std::io::Result<Option<Content>> {
    match open(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn open(path: &Path) -> std::io::Result<Content> {
    // A pipe or a device would block or never end; look before opening.
    match std::fs::metadata(path)? {
        metadata if metadata.is_dir() => return Err(std::io::Error::other("it is a folder")),
        metadata if !metadata.is_file() => return Err(std::io::Error::other("it is not a regular file")),
        _ => {}
    }
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.len() > LARGEST {
        return Err(std::io::Error::other("it is larger than 64 MiB"));
    }
    // Reserved in one piece, so that no half-filled copy is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(metadata.len() as usize + 1));
    file.by_ref().take(LARGEST).read_to_end(&mut bytes)?;
    let modified = metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
    Ok(Content { bytes, modified, others_can_read: others_can_read(&metadata) })
}

/// No such file, or a file where a folder should be.
fn is_missing(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

#[cfg(unix)]
fn others_can_read(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.mode() & 0o044 != 0
}

#[cfg(not(unix))]
fn others_can_read(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_no_error_and_a_folder_is_one() {
        let folder = tempfile::tempdir().unwrap();
        assert!(find(&folder.path().join("none")).unwrap().is_none());
        assert!(find(&folder.path().join("none/deeper")).unwrap().is_none());
        assert_eq!(find(folder.path()).unwrap_err().to_string(), "it is a folder");
        assert_eq!(read(&folder.path().join("none")).unwrap_err().kind(), std::io::ErrorKind::NotFound);
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_looked_at_is_not_missing() {
        let folder = tempfile::tempdir().unwrap();
        let (circle, nothing) = (folder.path().join("circle"), folder.path().join("nothing"));
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        assert!(exists(&circle).is_err());
        assert!(!exists(&nothing).unwrap() && exists(folder.path()).unwrap());
    }
}
