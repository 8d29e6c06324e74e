//! What can go wrong with a file. Unless it says otherwise, the file is as it was.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::error::plain_reason;
use crate::text;

/// Why a file was not read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// The system refused something.
    #[error("Could not {} {}: {}.", .tried.words(), shown(.path), plain_reason(.source))]
    System {
        /// What was tried.
        tried: Operation,
        /// With which file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another program keeps the lock of the folder.
    #[error("Did not write in {}: another program has locked it.", shown(.0))]
    FolderLocked(PathBuf),
    /// Another program keeps the lock file locked.
    #[error("Another program keeps {} locked.", shown(.0))]
    Locked(PathBuf),
    /// Its owner marked the file read-only.
    #[error("Did not write {}: it is marked read-only.", shown(.0))]
    ReadOnly(PathBuf),
    /// Each time that the new file was ready, the old one was another.
    #[error("Did not write {}: another program keeps changing it.", shown(.0))]
    KeepsChanging(PathBuf),
    /// The file is not the one that was read, and is as that program left it.
    #[error("Did not write {}: it was written by another program.", shown(.0))]
    Overtaken(PathBuf),
}

/// What the system was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// To follow the links of a name.
    FollowLinks,
    /// To say whether a file is there.
    LookFor,
    /// To make a folder.
    MakeFolder,
    /// To open or make a lock file.
    Open,
    /// To lock it.
    Lock,
    /// To read a file.
    Read,
    /// To make the new file beside the old one.
    WriteBeside,
    /// To write it, or to give it the old one's name.
    Write,
    /// To remove a file.
    Remove,
}

impl Operation {
    fn words(self) -> &'static str {
        match self {
            Self::FollowLinks => "follow the links of",
            Self::LookFor => "look for",
            Self::MakeFolder => "make the folder",
            Self::Open => "open",
            Self::Lock => "lock",
            Self::Read => "read",
            Self::WriteBeside => "write beside",
            Self::Write => "write",
            Self::Remove => "remove",
        }
    }

    /// The error of this operation.
    pub fn failed(self, path: &Path, source: io::Error) -> FileError {
        FileError::System { tried: self, path: path.to_owned(), source }
    }
}

/// A path in words that are safe to show.
pub fn shown(path: &Path) -> String {
    text::safe(&path.to_string_lossy()).into_owned()
}
