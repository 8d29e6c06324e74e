//! A record that is taken back: it is held until that is done, and goes with it.

use std::fs::File;
use std::path::PathBuf;

use jiff::Timestamp;

use super::file::{Held, Unreadable};
use super::{Entry, Journal, form};
use crate::app::transaction::line::Line;
use crate::app::transaction::undo::Undo;
use crate::error::{Error, Result};
use crate::file::lock;
use crate::text;
use crate::vault::Vault;

/// A record that nobody else takes back meanwhile.
#[derive(Debug)]
pub struct Record {
    /// What a person calls it.
    pub id: String,
    /// When the change began.
    pub at: Timestamp,
    /// False where the change was broken off: then it is looked at each place how far it came.
    pub is_done: bool,
    /// How to take it back.
    pub undo: Undo,
    path: PathBuf,
    _held: File,
}

impl Record {
    /// Takes hold of a record. `None` where somebody took it back meanwhile, or where it is for another key and was not asked
    /// for by name.
    pub(super) fn take(
        journal: &Journal,
        entry: &Entry,
        vault: &Vault,
        is_named: bool,
    ) -> Result<Option<Self>> {
        let Ok(file) = File::open(&entry.path) else { return Ok(None) };
        lock::hold(&file, &entry.path)?;
        if !entry.path.exists() {
            return Ok(None);
        }
        let (head, is_done, undo) = match read(journal, entry, vault) {
            Ok((held, undo)) => (held.head, held.is_done, undo),
            Err(Closed::ToThisKey(_)) if !is_named => return Ok(None),
            Err(why) => return Err(why.into()),
        };
        let (id, path) = (entry.id.clone(), entry.path.clone());
        Ok(Some(Self { id, at: head.at, is_done, undo, path, _held: file }))
    }

    /// What the change did, or was about to; no secret in it.
    pub fn lines(&self) -> Vec<Line> {
        self.undo.lines()
    }

    /// It was taken back.
    ///
    /// # Errors
    /// Its file cannot be removed.
    pub fn forget(self) -> Result<()> {
        super::remove(&self.path)
    }
}

/// Why a record tells nothing.
pub(super) enum Closed {
    /// It is sealed for another key.
    ToThisKey(Error),
    /// Anything else.
    Otherwise(Error),
}

impl From<Closed> for Error {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::ToThisKey(error) | Closed::Otherwise(error) => error,
        }
    }
}

/// What a record holds, and its steps.
pub(super) fn read(
    journal: &Journal,
    entry: &Entry,
    vault: &Vault,
) -> std::result::Result<(Held, Undo), Closed> {
    let not_ours = |why| Closed::Otherwise(unreadable(entry, why));
    let held = journal.held(&entry.path).map_err(not_ours)?;
    let key = &held.head.key;
    if !vault.all_public_keys().contains(key) {
        let what = format!("The record {} is sealed for another key: {}.", entry.id, text::safe(key));
        let hint = "The vault that it belongs to opens it: name that one in PULLPASS_VAULT.";
        return Err(Closed::ToThisKey(Error::failed(what).hint(hint)));
    }
    let mut undo = Undo::default();
    for sealed in &held.sealed {
        let step = vault.open_own(sealed).and_then(|text| form::read(&text));
        undo.append(Undo::of(step.ok_or_else(|| not_ours(Unreadable::NotOurs))?));
    }
    Ok((held, undo))
}

fn unreadable(entry: &Entry, why: Unreadable) -> Error {
    let id = &entry.id;
    match why {
        Unreadable::Later => Error::failed(format!("A later pullpass wrote the record {id}."))
            .hint("Take it back with that version."),
        Unreadable::NotOurs => {
            let file = text::safe(&entry.path.to_string_lossy()).into_owned();
            Error::failed(format!("{file} is no record of this machine, or damaged: it is not taken back."))
                .hint(format!("pullpass undo --forget {id} removes it; undo --list shows the others."))
        }
    }
}
