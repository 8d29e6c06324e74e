//! The journal of changes: for each change of a command or of the screen a record of how to take it back. It is begun
//! before the first step and marked after the last, so that a change that was broken off can be taken back as well.
//!
//! ```text
//! journal        the folder: one file a record, found, listed, ended
//!   ├─ ahead       the record of the change that is made now
//!   ├─ file        its text
//!   ├─ form        a step in it
//!   └─ old         what an earlier version kept beside the vault
//! ```
//!
//! Records hold secrets: they are sealed for the own key, with which the vault opens, and tagged with a key of the folder's
//! own, which needs no open vault. So changes are kept while the vault is locked, and taken back once it is open.

mod ahead;
mod file;
mod form;
mod old;
mod record;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::app::Context;
use crate::app::transaction::undo::Undo;
use crate::error::{Error, Result};
use crate::file::error::Operation;
use crate::file::{contents, lock, save};
use crate::secret::Secret;
use crate::vault::Vault;
use crate::vault::error::VaultError;
pub use ahead::Ahead;
use file::{Held, Unreadable};
pub use record::Record;

/// What a record's name ends with.
const ENDING: &str = "undo";

/// The folder of records.
#[derive(Clone, Debug)]
pub struct Journal {
    folder: PathBuf,
    keep_for: Duration,
    most: usize,
    /// An earlier version left its record beside the vault.
    has_old: bool,
}

/// A record, as far as it can be told without the vault.
#[derive(Debug)]
pub struct Entry {
    /// What a person calls it.
    pub id: String,
    /// Its state.
    pub state: State,
    number: u64,
    path: PathBuf,
}

/// What can be told of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The change came to its end.
    Done(Timestamp),
    /// It was broken off: killed, or it failed and could not be taken back.
    BrokenOff(Timestamp),
    /// Another pullpass is at it.
    Busy,
    /// It is damaged, somebody else's, or a later version's.
    Unreadable,
}

impl State {
    /// It in words; `None` for the usual one.
    pub fn words(&self) -> Option<&'static str> {
        match self {
            Self::Done(_) => None,
            Self::BrokenOff(_) => Some("broken off"),
            Self::Busy => Some("at work"),
            Self::Unreadable => Some("unreadable"),
        }
    }

    /// When the change began.
    pub fn at(&self) -> Option<Timestamp> {
        match self {
            Self::Done(at) | Self::BrokenOff(at) => Some(*at),
            Self::Busy | Self::Unreadable => None,
        }
    }
}

/// Why a change cannot be taken back by a later run.
#[derive(Debug)]
pub enum NotKept {
    /// Of the sample home nothing stays.
    Sample,
    /// There is no vault whose key could seal it, or no folder to keep it in.
    NoVault,
    /// Something else, in words.
    Because(String),
}

impl Journal {
    /// Where this machine's records lie; `None` where nothing says where.
    pub fn of(ctx: &Context) -> Option<Self> {
        let settings = &ctx.settings;
        let chosen = &settings.preferences.undo;
        let folder = settings.state.as_ref()?.join("undo");
        let has_old = ctx.vault.has_undo();
        Some(Self { folder, keep_for: chosen.keep_for, most: chosen.most, has_old })
    }

    /// Begins to write ahead.
    pub(super) fn ahead(ctx: &Context) -> std::result::Result<Ahead, NotKept> {
        if ctx.settings.vault.is_sample {
            return Err(NotKept::Sample);
        }
        let journal = Self::of(ctx).ok_or(NotKept::NoVault)?;
        let key = ctx.vault.own_key().map_err(|error| match error {
            VaultError::Missing => NotKept::NoVault,
            error => NotKept::Because(Error::from(error).what.trim_end_matches('.').to_owned()),
        })?;
        Ok(Ahead::of(journal, key, ctx.now()))
    }

    /// All records, the newest first. What should have ended has ended.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn list(&self, now: Timestamp) -> Result<Vec<Entry>> {
        self.end_the_old(now);
        let mut entries: Vec<Entry> =
            self.files()?.into_iter().map(|(number, id, path)| self.entry(number, id, path)).collect();
        entries.sort_by(|one, other| (other.number, &other.id).cmp(&(one.number, &one.id)));
        Ok(entries)
    }

    fn entry(&self, number: u64, id: String, path: PathBuf) -> Entry {
        let state = match fs::File::open(&path) {
            Ok(file) if lock::is_held(&file) => State::Busy,
            _ => match self.held(&path) {
                Ok(Held { head, is_done: true, .. }) => State::Done(head.at),
                Ok(Held { head, .. }) => State::BrokenOff(head.at),
                Err(_) => State::Unreadable,
            },
        };
        Entry { id, state, number, path }
    }

    /// The last record that this vault's key opens, or the one that is named. Nobody else takes it back meanwhile; where
    /// another pullpass is at it, that one is waited for.
    ///
    /// # Errors
    /// There is none, it cannot be read, or is kept locked.
    pub fn find(&self, id: Option<&str>, vault: &Vault, now: Timestamp) -> Result<Option<Record>> {
        self.take_over(vault)?;
        for entry in self.list(now)? {
            if id.is_some_and(|id| id != entry.id) {
                continue;
            }
            if let Some(record) = Record::take(self, &entry, vault, id.is_some())? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// What the change of a record did, or was about to.
    ///
    /// # Errors
    /// It cannot be read, or is sealed for another key.
    pub fn read(&self, entry: &Entry, vault: &Vault) -> Result<Undo> {
        Ok(record::read(self, entry, vault).map(|(_, undo)| undo)?)
    }

    /// Ends a record; false where there is none of this name.
    ///
    /// # Errors
    /// It is at work, or its file cannot be removed.
    pub fn forget(&self, id: &str) -> Result<bool> {
        let found = self.files()?.into_iter().find(|(_, known, _)| known == id);
        let Some((_, _, path)) = found else { return Ok(false) };
        if fs::File::open(&path).is_ok_and(|file| lock::is_held(&file)) {
            return Err(Error::failed(format!("The change {id} is not over: another pullpass is at it.")));
        }
        remove(&path).map(|()| true)
    }

    /// Ends all records that nobody is at; the answer is how many.
    ///
    /// # Errors
    /// One of the files cannot be removed.
    pub fn forget_all(&self) -> Result<usize> {
        let mut count = 0;
        for (_, _, path) in self.files()? {
            if !fs::File::open(&path).is_ok_and(|file| lock::is_held(&file)) {
                remove(&path)?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Ends the records that are too old or too many. What cannot be removed now, is the next time.
    fn end_the_old(&self, now: Timestamp) {
        let Ok(mut files) = self.files() else { return };
        files.sort_by_key(|(number, ..)| std::cmp::Reverse(*number));
        for (at, (number, id, path)) in files.into_iter().enumerate() {
            let entry = self.entry(number, id, path);
            let is_past = |at: Timestamp| {
                Duration::try_from(now.duration_since(at)).is_ok_and(|age| age > self.keep_for)
            };
            let is_old = at >= self.most || entry.state.at().is_some_and(is_past);
            if is_old && entry.state != State::Busy {
                let _next_time = remove(&entry.path).is_err();
            }
        }
    }

    fn held(&self, path: &Path) -> std::result::Result<Held, Unreadable> {
        let text = fs::read(path).map_err(|_| Unreadable::NotOurs)?;
        let key = self.known_key().ok_or(Unreadable::NotOurs)?;
        file::read(&text, key)
    }

    /// Number, name and path of each file that has the name of a record.
    fn files(&self) -> Result<Vec<(u64, String, PathBuf)>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Operation::Read.failed(&self.folder, error).into()),
        };
        Ok(entries.flatten().filter_map(|entry| parts(&entry.path())).collect())
    }

    /// The name of a new record, and its file.
    fn new_record(&self) -> Result<(String, PathBuf)> {
        self.make_folder()?;
        let last = self.files()?.into_iter().map(|(number, ..)| number).max().unwrap_or(0);
        let mut bytes = [0; 3];
        random(&mut bytes)?;
        let id = file::hex(&bytes);
        let path = self.folder.join(format!("{:06}-{id}.{ENDING}", last + 1));
        Ok((id, path))
    }

    fn make_folder(&self) -> Result<()> {
        save::make_folder_of(&self.folder.join("key"))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let closed = fs::Permissions::from_mode(0o700);
            let failed = |error| Operation::MakeFolder.failed(&self.folder, error);
            fs::set_permissions(&self.folder, closed).map_err(failed)?;
        }
        Ok(())
    }

    /// The folder's key, made where it is missing.
    fn key(&self) -> Result<Secret> {
        if let Some(key) = self.known_key() {
            return Ok(key);
        }
        let mut bytes = [0; 32];
        random(&mut bytes)?;
        let key = Secret::from_text(file::hex(&bytes));
        if self.has_old {
            save::create(&self.old_mark(), b"")?;
        }
        // Somebody else may have been faster: whose key is there, counts.
        let made = save::create(&self.key_file(), key.expose());
        match self.known_key() {
            Some(key) => Ok(key),
            None => made.map(|()| key).map_err(Error::from),
        }
    }

    fn known_key(&self) -> Option<Secret> {
        let bytes = contents::find(&self.key_file()).ok()??.bytes;
        (!bytes.is_empty()).then(|| Secret::new(bytes.to_vec()))
    }

    fn key_file(&self) -> PathBuf {
        self.folder.join("key")
    }

    /// Says that what lies beside the vault was there before there were records: only then is it taken over.
    fn old_mark(&self) -> PathBuf {
        self.folder.join("old")
    }

    /// Makes a new name last. Not every file system can.
    fn sync(&self) {
        let _as_good_as_it_gets = fs::File::open(&self.folder).and_then(|folder| folder.sync_all()).is_ok();
    }

    /// Takes over what an earlier version kept beside the vault, as the oldest record: once, and only what was there before
    /// this machine had records of its own.
    fn take_over(&self, vault: &Vault) -> Result<()> {
        if !self.has_old || (self.known_key().is_some() && !self.old_mark().exists()) {
            return Ok(());
        }
        let old = vault.read_undo()?.and_then(|text| old::read(&text));
        if let Some((at, steps)) = old {
            let ahead = Ahead::of(self.clone(), vault.own_key(), at);
            steps.iter().try_for_each(|step| ahead.note(step))?;
            let id = ahead.finish().unwrap_or_default();
            let made = self.files()?.into_iter().find(|(_, known, _)| *known == id);
            if let Some((.., path)) = made {
                let oldest = self.folder.join(format!("{:06}-{id}.{ENDING}", 0));
                fs::rename(&path, oldest).map_err(|error| Operation::Write.failed(&path, error))?;
            }
        }
        vault.remove_undo()?;
        remove(&self.old_mark())
    }
}

/// Number, name and path of a file that has the name of a record.
fn parts(path: &Path) -> Option<(u64, String, PathBuf)> {
    let name = path.file_name()?.to_str()?.strip_suffix(ENDING)?.strip_suffix('.')?;
    let (number, id) = name.split_once('-')?;
    Some((number.parse().ok()?, id.to_owned(), path.to_owned()))
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Operation::Remove.failed(path, error).into())
        }
        _ => Ok(()),
    }
}

fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes)
        .map_err(|error| Error::failed("The system gives no random numbers.").because(error))
}

#[cfg(test)]
mod tests;
