//! Replacing a file so that at any instant the old one or the new one is there, whole.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::Builder;
use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::file::leftover;

/// How long another writer may take. A save takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a taken lock is tried again.
const PAUSE: Duration = Duration::from_millis(5);

/// A larger file is none of ours, in bytes.
const LARGEST: u64 = 64 << 20;

/// Reads a file of ours.
///
/// # Errors
/// It is not there, not readable, not a regular file, or larger than 64 MiB.
pub fn read(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    // A pipe or a device would block or never end; look before opening.
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(std::io::Error::other("it is not a regular file of less than 64 MiB"));
    }
    // One piece, so that no half-filled copy is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(metadata.len() as usize + 1));
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// True where there is something of this name. What cannot be looked at is not taken for missing.
///
/// # Errors
/// The folder cannot be searched, or links go in a circle.
pub fn exists(path: &Path) -> Result<bool> {
    path.try_exists().map_err(|error| Error::io("look for", path, error))
}

/// A lock against other writers of the same vault, free again when this is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits for the lock, which is a file of its own: the vault itself is replaced by every save.
///
/// # Errors
/// The file cannot be made, or another process keeps the lock.
pub fn lock(path: &Path) -> Result<Lock> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    private(&mut options);
    let file = options.open(path).map_err(|error| Error::io("open", path, error))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::failed(format!("Another program keeps {} locked.", path.display()))
                    .hint("Nothing was changed; try again when it is done."));
            }
            Err(TryLockError::Error(error)) => return Err(Error::io("lock", path, error)),
        }
    }
}

/// Writes the bytes beside the file, brings them to the disk, and gives them the file's name. Mode 0600. Only under the
/// lock: what a killed writer left goes first.
///
/// A symbolic link is followed, so that the link stays one.
///
/// # Errors
/// The folder cannot be written, or the disk is full; the old file is then as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = real(path);
    leftover::remove(&target);
    write_beside(&target, bytes, false).map_err(|error| Error::io("write", path, error))
}

/// As [`replace`], but never over a file that is there.
///
/// # Errors
/// As [`replace`], or the file is there.
pub fn create(path: &Path, bytes: &[u8]) -> Result<()> {
    write_beside(path, bytes, true).map_err(|error| Error::io("create", path, error))
}

fn write_beside(target: &Path, bytes: &[u8], new: bool) -> std::io::Result<()> {
    let folder = folder_of(target);
    // Made with mode 0600, and removed again by every way out but the last.
    let mut file = Builder::new().prefix(&leftover::prefix(target)).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if new {
        file.persist_noclobber(target)?
    } else {
        file.persist(target)?
    };
    sync_folder(folder)
}

/// Makes the folder of a file, for its owner only.
///
/// # Errors
/// It cannot be made.
pub fn make_folder_of(path: &Path) -> Result<()> {
    let folder = folder_of(path);
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| Error::io("create", folder, error))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

/// The new name is safe only once the folder is on the disk too.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;

    #[test]
    fn a_file_is_replaced_for_its_owner_only_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let before = fs::metadata(&path).unwrap().ino();
        replace(&path, b"new").unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), after.mode() & 0o777), (&b"new"[..], 0o600));
        assert_ne!(after.ino(), before, "it was written in place");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (link, real) = (folder.path().join("link"), folder.path().join("real"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, "old").unwrap();
        assert!(create(&path, b"new").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_writer_left_goes_with_the_next_save() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        for name in [".f.pullpass-abc", ".other.pullpass-abc"] {
            fs::write(folder.path().join(name), "old").unwrap();
        }
        replace(&path, b"new").unwrap();
        assert!(!folder.path().join(".f.pullpass-abc").exists());
        assert!(folder.path().join(".other.pullpass-abc").exists());
    }

    #[test]
    fn what_cannot_be_looked_at_is_not_missing() {
        let folder = tempfile::tempdir().unwrap();
        let (circle, nothing) = (folder.path().join("circle"), folder.path().join("nothing"));
        std::os::unix::fs::symlink(&circle, &circle).unwrap();
        assert!(exists(&circle).is_err());
        assert!(!exists(&nothing).unwrap() && exists(folder.path()).unwrap());
    }

    #[test]
    fn a_lock_is_free_again_when_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("l");
        drop(lock(&path).unwrap());
        drop(lock(&path).unwrap());
    }
}
