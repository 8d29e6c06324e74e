//! One pullpass at a time in a folder.
//!
//! The lock is on the folder itself, not on a file: the file is replaced with every write, an empty one would stop
//! podman, and nothing is left lying about. docker and podman take no lock at all, hence the comparing in [`super`].

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use crate::error::{Error, Result};

/// How long another pullpass is waited for: far longer than a save takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// The lock; it ends with this value, and with the process.
pub(super) struct Lock(Option<File>);

impl Lock {
    /// Waits for the lock. A file system without locks gives none, which is no error.
    pub fn take(folder: &Path) -> Result<Self> {
        let Ok(file) = File::open(folder) else {
            // Windows opens no folders; there the comparing has to do.
            return Ok(Self(None));
        };
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            match file.try_lock() {
                Ok(()) => return Ok(Self(Some(file))),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(_)) => return Ok(Self(None)),
            }
        }
        let what = format!("Did not write in {}: another program has locked it.", folder.display());
        Err(Error::failed(what)
            .hint("Is another pullpass waiting for something? Try again when it has ended."))
    }

    /// True where no other pullpass can be writing.
    pub fn is_held(&self) -> bool {
        self.0.is_some()
    }
}
