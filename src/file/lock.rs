//! One pullpass at a time: on a folder, or on a file that is there for nothing else.
//!
//! A file that others write too is guarded by the lock of its folder: the file itself is replaced with every write, an
//! empty one beside it would be litter, and an empty `auth.json` would stop podman. docker and podman take no lock at
//! all, hence the comparing in [`super::save`]. A file that is ours alone may have a lock file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::file::error::{FileError, Operation};

/// How long another pullpass is waited for: far longer than a save takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// The lock; it ends with this value, and with the process.
#[derive(Debug)]
pub struct Lock(Option<File>);

/// Why there is no lock.
enum NoLock {
    /// Somebody else has it, all the time.
    Taken,
    /// The file system has none.
    Failed(io::Error),
}

impl Lock {
    /// Waits for the lock of a folder. A file system without locks gives none, which is no error.
    ///
    /// # Errors
    /// Another program keeps it.
    pub fn of_folder(folder: &Path) -> Result<Self, FileError> {
        let Ok(file) = File::open(folder) else {
            // Windows opens no folders; there the comparing has to do.
            return Ok(Self(None));
        };
        match wait(&file, PATIENCE) {
            Ok(()) => Ok(Self(Some(file))),
            Err(NoLock::Failed(_)) => Ok(Self(None)),
            Err(NoLock::Taken) => Err(FileError::FolderLocked(folder.to_owned())),
        }
    }

    /// Waits for the lock of a file that is there for nothing else; it is made where it is missing, and stays.
    ///
    /// # Errors
    /// The file cannot be made or locked, or another program keeps it.
    pub fn of_file(path: &Path) -> Result<Self, FileError> {
        Self::of_file_within(path, PATIENCE)
    }

    /// As [`Self::of_file`], for work that may take so long.
    ///
    /// # Errors
    /// As [`Self::of_file`].
    pub fn of_file_within(path: &Path, patience: Duration) -> Result<Self, FileError> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        only_a_file_of_ours(&mut options);
        let failed = |error| Operation::Open.failed(path, error);
        let file = options.open(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("it is not a regular file")));
        }
        match wait(&file, patience) {
            Ok(()) => Ok(Self(Some(file))),
            Err(NoLock::Failed(error)) => Err(Operation::Lock.failed(path, error)),
            Err(NoLock::Taken) => Err(FileError::Locked(path.to_owned())),
        }
    }

    /// True where no other pullpass can be writing.
    pub fn is_held(&self) -> bool {
        self.0.is_some()
    }
}

/// Whoever put a pipe or a link of that name there neither stops us nor has us make a file elsewhere.
#[cfg(unix)]
fn only_a_file_of_ours(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    options.mode(0o600).custom_flags(flags.bits().cast_signed());
}

#[cfg(not(unix))]
fn only_a_file_of_ours(_: &mut OpenOptions) {}

/// Waits for the lock of an open file, which ends with it. A file system without locks gives none, which is no error.
///
/// # Errors
/// Another program keeps it.
pub fn hold(file: &File, path: &Path) -> Result<(), FileError> {
    match wait(file, PATIENCE) {
        Ok(()) | Err(NoLock::Failed(_)) => Ok(()),
        Err(NoLock::Taken) => Err(FileError::Locked(path.to_owned())),
    }
}

/// True where somebody holds the lock of this file, under another opening of it.
pub fn is_held(file: &File) -> bool {
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

fn wait(file: &File, patience: Duration) -> Result<(), NoLock> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < patience => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(NoLock::Taken),
            Err(TryLockError::Error(error)) => return Err(NoLock::Failed(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_free_again_when_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("l");
        for _ in 0..2 {
            assert!(Lock::of_file(&path).unwrap().is_held());
            assert!(Lock::of_folder(folder.path()).unwrap().is_held());
        }
    }

    #[test]
    fn a_lock_file_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Lock::of_file(&folder.path().join("none/l")).is_err());
    }

    // rustix makes no pipes for macOS.
    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn a_pipe_or_a_link_of_the_name_is_no_lock_file_and_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, link, elsewhere) =
            (folder.path().join("pipe"), folder.path().join("link"), folder.path().join("elsewhere"));
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        assert!(Lock::of_file(&pipe).is_err());
        assert!(Lock::of_file(&link).is_err() && !elsewhere.exists());
    }
}
