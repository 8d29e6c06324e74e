//! Writing ahead: each step of a change is in its record, on the disk, before it is taken.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::file::{Head, Lines};
use super::{Journal, form};
use crate::app::transaction::undo::Step;
use crate::error::{Error, Result};
use crate::file::error::{FileError, Operation};
use crate::file::lock;
use crate::vault::OwnKey;

/// Where the steps of one change are written down; nowhere by default.
#[derive(Clone, Debug, Default)]
pub struct Ahead(Option<Arc<Mutex<Writer>>>);

#[derive(Debug)]
struct Writer {
    journal: Journal,
    key: OwnKey,
    at: Timestamp,
    /// How many steps count.
    count: usize,
    /// The record, from the first step on. Its lock says that the change is not over.
    record: Option<Record>,
}

#[derive(Debug)]
struct Record {
    id: String,
    path: PathBuf,
    file: File,
    lines: Lines,
}

impl Ahead {
    pub(super) fn of(journal: Journal, key: OwnKey, at: Timestamp) -> Self {
        Self(Some(Arc::new(Mutex::new(Writer { journal, key, at, count: 0, record: None }))))
    }

    /// Writes a step down; only then may it be taken.
    ///
    /// # Errors
    /// It cannot be written: nothing was done yet.
    pub(in crate::app) fn note(&self, step: &Step) -> Result<()> {
        self.writer().map_or(Ok(()), |mut writer| writer.note(step).map_err(not_noted))
    }

    /// How many steps stand there.
    pub(in crate::app) fn count(&self) -> usize {
        self.writer().map_or(0, |writer| writer.count)
    }

    /// The steps after so many were taken back, or never taken. What fails here leaves steps that undo finds taken back.
    pub(in crate::app) fn only(&self, count: usize) {
        if let Some(mut writer) = self.writer() {
            writer.only(count);
        }
    }

    /// The change is over. The answer is what its record is called; `None` where there is nothing to take back.
    pub fn finish(&self) -> Option<String> {
        self.writer()?.finish()
    }

    fn writer(&self) -> Option<MutexGuard<'_, Writer>> {
        self.0.as_deref().map(|writer| writer.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn not_noted(error: Error) -> Error {
    Error::failed(format!("Nothing was changed: how to take it back cannot be written down. {}", error.what))
        .hint("PULLPASS_STATE names another folder for that.")
        .because(error)
}

impl Writer {
    fn note(&mut self, step: &Step) -> Result<()> {
        let text = form::write(step).ok_or_else(|| Error::failed("A secret is not text."))?;
        let sealed = self.key.seal(&text)?;
        match &mut self.record {
            Some(record) => record.append(|lines| lines.step(&sealed))?,
            None => self.record = Some(self.begin(&sealed)?),
        }
        self.count += 1;
        Ok(())
    }

    fn begin(&self, sealed: &[u8]) -> Result<Record> {
        let (id, path) = self.journal.new_record()?;
        let file = create(&path).map_err(|error| Operation::Write.failed(&path, error))?;
        let mut record = Record { id, path, file, lines: Lines::new(self.journal.key()?) };
        let head = Head::new(record.id.clone(), self.at, self.key.public());
        let begun = lock::hold(&record.file, &record.path).and_then(|()| {
            record.append(|lines| lines.head(&head) + &lines.step(sealed))?;
            self.journal.sync();
            Ok(())
        });
        if let Err(error) = begun {
            record.remove();
            return Err(error.into());
        }
        Ok(record)
    }

    fn only(&mut self, count: usize) {
        if count >= self.count {
            return;
        }
        self.count = count;
        let Some(record) = &mut self.record else { return };
        let _undo_looks_for_itself = record.append(|lines| lines.only(count)).is_err();
    }

    fn finish(&mut self) -> Option<String> {
        let mut record = self.record.take()?;
        if self.count == 0 {
            record.remove();
            return None;
        }
        let _pending_is_understood_too = record.append(Lines::done).is_err();
        self.journal.end_the_old(self.at);
        Some(record.id)
    }
}

/// A change that came to nothing leaves no record; one that was broken off does.
impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(record) = self.record.take()
            && self.count == 0
        {
            record.remove();
        }
    }
}

impl Record {
    fn append(&mut self, line: impl FnOnce(&mut Lines) -> String) -> std::result::Result<(), FileError> {
        let line = line(&mut self.lines);
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|error| Operation::Write.failed(&self.path, error))
    }

    fn remove(self) {
        let _gone = std::fs::remove_file(&self.path).is_err();
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create_new(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
