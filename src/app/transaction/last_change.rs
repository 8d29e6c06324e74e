//! What the last command changed, for the next one to take back. It holds secrets, so it lies only sealed, beside the
//! vault; without an open vault it is not kept at all.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::app::transaction::journal::{Done, FileUndo, HelperUndo, KeeperUndo, Undo};
use crate::app::transaction::line;
use crate::config::locate::Format;
use crate::config::plan::MemberPath;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::store::vault::RecordChange;
use crate::vault::error::VaultError;
use crate::vault::record::Record;
use crate::vault::{Access, undo_file};

/// The version of the form; the record of another one is not read.
const VERSION: u32 = 1;

/// The last change.
#[derive(Debug)]
pub struct LastChange {
    /// When it was made.
    pub at: Timestamp,
    /// It in words, a line each.
    pub lines: Vec<String>,
    /// How to take it back.
    pub undo: Undo,
}

/// Keeps what was done, in the place of what was kept before.
///
/// # Errors
/// There is no open vault to keep it with, or it cannot be written.
pub fn keep(vault: &Access, done: &Done, now: Timestamp) -> Result<()> {
    let vault = vault.open()?;
    let json = Sealed::of(done, now);
    let mut plain = Zeroizing::new(Vec::new());
    serde_json::to_writer(&mut *plain, &json).map_err(|_| {
        Error::failed("A path or a secret is not text, so the change cannot be written down.")
    })?;
    Ok(vault.write_undo(&plain)?)
}

/// Forgets what was kept.
///
/// # Errors
/// It is there and cannot be removed.
pub fn forget(vault: &Access) -> Result<()> {
    Ok(undo_file::remove_undo(&vault.settings)?)
}

/// The last change.
///
/// # Errors
/// There is none, or the vault is locked or missing.
pub fn find(vault: &Access) -> Result<LastChange> {
    let nothing = || Error::not_found("There is no change to take back.");
    let vault = vault.open().map_err(|error| match error {
        VaultError::Missing => nothing()
            .hint("Changes are kept for it beside the vault, sealed, and there is no vault.")
            .hint("Make one: pullpass vault init"),
        error => error.into(),
    })?;
    let plain = vault.read_undo()?.ok_or_else(|| {
        nothing().hint("The last one was taken back already, or made while the vault was missing or locked.")
    })?;
    // serde's own words may quote a secret.
    let json: Sealed = serde_json::from_slice(&plain)
        .map_err(|_| other_version("What was kept of the last change is not of this version."))?;
    if json.version != VERSION {
        return Err(other_version("The last change was made by another version of pullpass."));
    }
    Ok(json.read())
}

fn other_version(what: &str) -> Error {
    Error::failed(what).hint("Take it back with that version; the next change takes its place.")
}

/// The form of the record.
#[derive(Serialize, Deserialize)]
struct Sealed {
    version: u32,
    at: Timestamp,
    lines: Vec<String>,
    kept: Vec<JsonKept>,
    files: Vec<JsonFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum JsonKept {
    Helper { helper: String, key: String, before: Option<JsonLogin>, after: Option<JsonLogin> },
    Vault(Vec<JsonTouched>),
}

#[derive(Serialize, Deserialize)]
struct JsonLogin {
    username: String,
    secret: Bytes,
}

#[derive(Serialize, Deserialize)]
struct JsonTouched {
    before: Option<Record>,
    after: Option<Record>,
}

#[derive(Serialize, Deserialize)]
struct JsonFile {
    path: PathBuf,
    format: JsonFormat,
    before: Option<Bytes>,
    after: Option<Bytes>,
    slots: Vec<JsonSlot>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum JsonFormat {
    Docker,
    Containers,
    Legacy,
    Variable,
    Vault,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum JsonSlot {
    Entry(String),
    Helper(String),
    Store,
}

/// Any bytes, in base64.
struct Bytes(Secret);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut text = Zeroizing::new(vec![0; self.0.len().div_ceil(3) * 4]);
        let length = STANDARD.encode_slice(self.0.expose(), &mut text).map_err(S::Error::custom)?;
        let text = std::str::from_utf8(text.get(..length).unwrap_or_default()).map_err(S::Error::custom)?;
        serializer.serialize_str(text)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = STANDARD.decode(&*text).map_err(|_| D::Error::custom("no base64"))?;
        Ok(Self(Secret::new(bytes)))
    }
}

impl Sealed {
    fn of(done: &Done, at: Timestamp) -> Self {
        let kept = done.undo.keepers.iter().map(JsonKept::of).collect();
        let files = done.undo.files.iter().map(JsonFile::of).collect();
        Self { version: VERSION, at, lines: line::words(&done.lines, None), kept, files }
    }

    fn read(self) -> LastChange {
        let keepers = self.kept.into_iter().map(JsonKept::read).collect();
        let files = self.files.into_iter().map(JsonFile::read).collect();
        LastChange { at: self.at, lines: self.lines, undo: Undo { keepers, files } }
    }
}

impl JsonKept {
    fn of(undo: &KeeperUndo) -> Self {
        let login = |login: &Credential| JsonLogin {
            username: login.username.clone(),
            secret: Bytes(login.secret.clone()),
        };
        let touched =
            |one: &RecordChange| JsonTouched { before: one.before.clone(), after: one.after.clone() };
        match undo {
            KeeperUndo::Helper(HelperUndo { helper, key, before, after, .. }) => Self::Helper {
                helper: helper.clone(),
                key: key.clone(),
                before: before.as_ref().map(login),
                after: after.as_ref().map(login),
            },
            KeeperUndo::Vault(records) => Self::Vault(records.iter().map(touched).collect()),
        }
    }

    fn read(self) -> KeeperUndo {
        let login = |login: JsonLogin| Credential::new(login.username, login.secret.0);
        match self {
            Self::Helper { helper, key, before, after } => KeeperUndo::Helper(HelperUndo {
                helper,
                key,
                before: before.map(login),
                after: after.map(login),
                // What failed half-way was taken back, not kept.
                is_whole: true,
            }),
            Self::Vault(touched) => {
                let touched = touched.into_iter();
                let touched =
                    touched.map(|one| RecordChange { before: one.before, after: one.after }).collect();
                KeeperUndo::Vault(touched)
            }
        }
    }
}

impl JsonFile {
    fn of(undo: &FileUndo) -> Self {
        let bytes = |secret: &Option<Secret>| secret.clone().map(Bytes);
        let slot = |slot: &MemberPath| match slot {
            MemberPath::Entry(key) => JsonSlot::Entry(key.clone()),
            MemberPath::Helper(key) => JsonSlot::Helper(key.clone()),
            MemberPath::Store => JsonSlot::Store,
        };
        let format = match undo.format {
            Format::Docker => JsonFormat::Docker,
            Format::Containers => JsonFormat::Containers,
            Format::Legacy => JsonFormat::Legacy,
            Format::Variable => JsonFormat::Variable,
            Format::Vault => JsonFormat::Vault,
        };
        Self {
            path: undo.path.clone(),
            format,
            before: bytes(&undo.before),
            after: bytes(&undo.after),
            slots: undo.slots.iter().map(slot).collect(),
        }
    }

    fn read(self) -> FileUndo {
        let slot = |slot: JsonSlot| match slot {
            JsonSlot::Entry(key) => MemberPath::Entry(key),
            JsonSlot::Helper(key) => MemberPath::Helper(key),
            JsonSlot::Store => MemberPath::Store,
        };
        let format = match self.format {
            JsonFormat::Docker => Format::Docker,
            JsonFormat::Containers => Format::Containers,
            JsonFormat::Legacy => Format::Legacy,
            JsonFormat::Variable => Format::Variable,
            JsonFormat::Vault => Format::Vault,
        };
        FileUndo {
            path: self.path,
            format,
            before: self.before.map(|bytes| bytes.0),
            after: self.after.map(|bytes| bytes.0),
            slots: self.slots.into_iter().map(slot).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
