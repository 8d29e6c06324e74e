//! What earlier checks found, and what the person said of token services: one small file of our own, without secrets.
//! docker's files are never touched by a check.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::app::check::Checked;
use crate::check::flow::{RealmPair, host_of};
use crate::check::verdict::Verdict;
use crate::credential::login::LoginId;
use crate::file::error::{FileError, shown};
use crate::file::save::{self, Outcome, ReadOnly};
use crate::registry::key;

/// The version of the file. One of another version is neither read nor written over.
const VERSION: u32 = 1;
/// The file's name in the state folder.
const NAME: &str = "checks.json";
/// The most bytes that are read.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The most checks that are kept, the newest.
const MOST_CHECKS: usize = 2_000;
/// The most choices that are kept, the newest.
const MOST_CHOICES: usize = 200;
/// A key or path longer than this is not kept.
const MOST_TEXT: usize = 1_024;

/// All that is remembered.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Memory {
    version: u32,
    checks: Vec<Remembered>,
    realms: Vec<Choice>,
}

/// What is remembered, by the credential key.
#[derive(Debug)]
pub struct ByKey<'a>(HashMap<&'a str, Vec<&'a Remembered>>);

impl ByKey<'_> {
    /// The last check of a login.
    pub fn last(&self, id: &LoginId) -> Option<&Remembered> {
        self.0.get(&*id.key)?.iter().rev().find(|one| one.is_of(id)).copied()
    }
}

/// One check of a login.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Remembered {
    source: String,
    key: String,
    store: String,
    /// When it was.
    pub at: Timestamp,
    verdict: String,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
struct Choice {
    registry: String,
    realm: String,
    allowed: bool,
}

impl Default for Memory {
    fn default() -> Self {
        Self { version: VERSION, checks: Vec::new(), realms: Vec::new() }
    }
}

impl Remembered {
    /// What it found; `None` for a word of another version.
    pub fn verdict(&self) -> Option<Verdict> {
        Verdict::from_code(&self.verdict)
    }

    fn is_of(&self, id: &LoginId) -> bool {
        *self.source == *id.source && *self.key == *id.key && self.store == place_of(id)
    }
}

impl Memory {
    /// Reads the state folder. A file that is missing, broken or of another version remembers nothing.
    pub fn read(folder: &Path) -> Self {
        let bytes = save::read(&folder.join(NAME)).ok().flatten();
        let memory = bytes.and_then(|bytes| read(&bytes));
        memory.filter(|memory| memory.version == VERSION).unwrap_or_default()
    }

    /// The checks by their keys, for looking many logins up.
    pub fn by_key(&self) -> ByKey<'_> {
        let mut by_key: HashMap<&str, Vec<&Remembered>> = HashMap::new();
        for one in &self.checks {
            by_key.entry(&one.key).or_default().push(one);
        }
        ByKey(by_key)
    }

    /// The last check of a login.
    pub fn last(&self, id: &LoginId) -> Option<&Remembered> {
        self.checks.iter().rev().find(|one| one.is_of(id))
    }

    /// What the person said of token services on other hosts, the newest word first.
    pub fn choices(&self) -> Vec<(RealmPair, bool)> {
        let pair = |one: &Choice| RealmPair { registry: one.registry.clone(), realm: one.realm.clone() };
        self.realms.iter().rev().map(|one| (pair(one), one.allowed)).collect()
    }

    /// Takes checks in; those of logins whose secret could not be fetched found nothing out.
    pub fn add(&mut self, checks: &[Checked]) {
        for checked in checks {
            let Ok(report) = &checked.result else { continue };
            let id = &checked.job.id;
            self.checks.retain(|one| !one.is_of(id));
            // A key with a user name in it could have a password there too.
            let is_fit =
                id.key.len().max(id.source.len()) <= MOST_TEXT && key::parts(&id.key).userinfo.is_none();
            if is_fit {
                self.checks.push(Remembered {
                    source: id.source.to_string(),
                    key: id.key.to_string(),
                    store: place_of(id),
                    at: checked.at,
                    verdict: report.verdict.code().to_owned(),
                });
            }
        }
        keep_newest(&mut self.checks, MOST_CHECKS);
    }

    /// Drops what was found of all logins of a registry, because one of them was changed.
    pub fn forget(&mut self, host: &str) {
        self.checks.retain(|one| host_of(&one.key) != host);
    }

    /// Takes in what the person said of a pair.
    pub fn choose(&mut self, pair: &RealmPair, allowed: bool) {
        self.realms.retain(|one| one.registry != pair.registry || one.realm != pair.realm);
        if pair.registry.len().max(pair.realm.len()) <= MOST_TEXT {
            let (registry, realm) = (pair.registry.clone(), pair.realm.clone());
            self.realms.push(Choice { registry, realm, allowed });
        }
        keep_newest(&mut self.realms, MOST_CHOICES);
    }
}

/// Why a check is not remembered.
#[derive(Debug, Error)]
pub enum NotRemembered {
    /// The file cannot be written.
    #[error("Did not remember the check. {0}")]
    File(#[from] FileError),
    /// A later version wrote the file.
    #[error("Did not remember the check. {} is of another version.", shown(.0))]
    OtherVersion(PathBuf),
    /// What was found cannot be written as JSON.
    #[error("Did not remember the check. It cannot be written down.")]
    NotWritten(#[source] serde_json::Error),
}

/// Changes what is remembered: under the folder's lock, on the file as it is now, so that another run's words stay. The
/// change may be made more than once, where somebody else wrote the file in between.
///
/// # Errors
/// The folder cannot be written or stays locked, or a later version of pullpass wrote the file.
pub fn change(folder: &Path, change: impl Fn(&mut Memory)) -> Result<(), NotRemembered> {
    let path = folder.join(NAME);
    let mut edit = |bytes: Option<&[u8]>| {
        let mut memory = bytes.and_then(read).unwrap_or_default();
        if memory.version != VERSION {
            return Err(NotRemembered::OtherVersion(path.clone()));
        }
        change(&mut memory);
        let text = serde_json::to_vec(&memory).map_err(NotRemembered::NotWritten)?;
        Ok(Outcome::Write(Zeroizing::new(text)))
    };
    save::save(&path, ReadOnly::Refuse, &mut edit, &mut |_| {}).map(drop)
}

/// Where the secret is kept; several secrets of the vault may have one key.
fn place_of(id: &LoginId) -> String {
    match id.store.vault_name() {
        Some(name) => format!("vault:{name}"),
        None => id.store.label(),
    }
}

/// What every version begins with.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

/// `None` where it is not ours.
fn read(bytes: &[u8]) -> Option<Memory> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    serde_json::from_slice(bytes).ok().or_else(|| {
        let head: Head = serde_json::from_slice(bytes).ok()?;
        (head.version != VERSION).then(|| Memory { version: head.version, ..Memory::default() })
    })
}

fn keep_newest<T>(list: &mut Vec<T>, most: usize) {
    list.drain(..list.len().saturating_sub(most));
}

#[cfg(test)]
mod tests;
