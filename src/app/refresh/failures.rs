//! What is remembered of a record's failed minting, and the lock that lets one process mint at a time. Names of records are
//! nobody's business: the files are called by a hash.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Error, Kind, Result};
use crate::file::contents;
use crate::file::error::FileError;
use crate::file::lock::Lock;
use crate::file::save::{self, Outcome, ReadOnly};
use crate::refresh::schedule::Failures;
use crate::refresh::{MintError, mark};
use crate::settings::Settings;

/// The version of the file's form; one of another version is not read.
const VERSION: u32 = 1;

/// How long another process that mints is waited for: no minting takes longer (two programs, a minute each).
const PATIENCE: Duration = Duration::from_mins(3);

/// The files of one record.
#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
    stem: String,
}

/// Failures in a row, and what the last one was. It holds no secret: others' words in it are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    version: u32,
    /// How many; at least one.
    pub count: u32,
    /// The last one.
    pub last_at: Timestamp,
    /// How long the server then wanted to be left alone, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// [`MintError::code`]
    pub code: String,
    /// What was tried and what happened.
    pub what: String,
    /// What to do.
    pub next_step: String,
}

impl Failed {
    /// One more failure after these.
    pub fn after(before: Option<&Self>, error: &MintError, now: Timestamp) -> Self {
        Self {
            version: VERSION,
            count: before.map_or(0, |before| before.count).saturating_add(1),
            last_at: now,
            retry_after: error.retry_after(),
            code: error.code().to_owned(),
            what: error.what(),
            next_step: error.next_step(),
        }
    }

    /// For the schedule.
    pub fn in_a_row(&self) -> Failures {
        Failures { count: self.count, last_at: self.last_at, retry_after: self.retry_after }
    }

    /// The last one as an error, where no password can be handed out.
    pub fn error(&self) -> Error {
        Error::new(Kind::Failed, &*self.what).hint(&*self.next_step)
    }
}

impl Files {
    /// Those of the record of this name, in the folder of what is remembered between runs.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn of(settings: &Settings, name: &str) -> Result<Self> {
        let nowhere = || {
            Error::failed("There is no folder to remember in what is minted.")
                .hint("Name one: PULLPASS_STATE=/a/folder")
        };
        let folder = settings.state.as_ref().ok_or_else(nowhere)?.join("refresh");
        let vault = settings.vault.file.clone().unwrap_or_default();
        let stem = mark("record", &format!("{}\0{name}", vault.to_string_lossy()));
        Ok(Self { folder, stem })
    }

    /// The failures since the last password. What cannot be read counts as none.
    pub fn failed(&self) -> Option<Failed> {
        let bytes = contents::find(&self.path("json")).ok()??.bytes;
        serde_json::from_slice(&bytes).ok().filter(|failed: &Failed| failed.version == VERSION)
    }

    /// Remembers a failure. Where that cannot be written, the next process tries again at once.
    pub fn remember(&self, failed: &Failed) {
        let text = serde_json::to_vec(failed).unwrap_or_default();
        let mut edit = |_: Option<&[u8]>| Ok::<_, FileError>(Outcome::Write(Zeroizing::new(text.clone())));
        let _not_remembered =
            save::save(&self.path("json"), ReadOnly::Refuse, &mut edit, &mut |_| {}).is_err();
    }

    /// Forgets the failures: there is a new password.
    pub fn forget(&self) {
        let _were_none = fs::remove_file(self.path("json")).is_err();
    }

    /// Waits until nobody else mints for the record.
    ///
    /// # Errors
    /// The lock cannot be made, or another process keeps it.
    pub fn lock(&self) -> Result<Lock> {
        let mut folder = fs::DirBuilder::new();
        folder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(&self.folder).map_err(|error| Error::io("make the folder", &self.folder, error))?;
        Ok(Lock::of_file_within(&self.path("lock"), PATIENCE)?)
    }

    fn path(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", self.stem))
    }
}
