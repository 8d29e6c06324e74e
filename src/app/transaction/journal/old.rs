//! What an earlier version kept in `undo.age` beside the vault: one record, the last change of a command. It is taken over
//! once. Its words are not: who could write the vault's folder could choose them.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::app::transaction::journal::form::{Bytes, JsonFormat, JsonLogin, JsonSlot, JsonTouched};
use crate::app::transaction::undo::{FileUndo, HelperUndo, KeeperUndo, Step};
use crate::config::edited::Edited;
use crate::config::plan::MemberPath;

/// The form of the record.
#[derive(Deserialize)]
struct Old {
    version: u32,
    at: Timestamp,
    kept: Vec<Kept>,
    files: Vec<OldFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Helper { helper: String, key: String, before: Option<JsonLogin>, after: Option<JsonLogin> },
    Vault(Vec<JsonTouched>),
}

#[derive(Deserialize)]
struct OldFile {
    path: PathBuf,
    format: JsonFormat,
    before: Option<Bytes>,
    after: Option<Bytes>,
    slots: Vec<JsonSlot>,
}

/// When it was made, and its steps; `None` where it is something else.
pub(super) fn read(text: &[u8]) -> Option<(Timestamp, Vec<Step>)> {
    let old: Old = serde_json::from_slice(text).ok().filter(|old: &Old| old.version == 1)?;
    let steps = old.kept.into_iter().map(Kept::read).chain(old.files.into_iter().map(OldFile::read));
    Some((old.at, steps.collect()))
}

impl Kept {
    fn read(self) -> Step {
        Step::Keeper(match self {
            Self::Helper { helper, key, before, after } => {
                let (before, after) = (before.map(JsonLogin::read), after.map(JsonLogin::read));
                KeeperUndo::Helper(HelperUndo { helper, key, before, after, is_whole: true })
            }
            Self::Vault(touched) => KeeperUndo::Vault(touched.into_iter().map(JsonTouched::read).collect()),
        })
    }
}

impl OldFile {
    fn read(self) -> Step {
        let slots: Vec<MemberPath> = self.slots.into_iter().map(JsonSlot::read).collect();
        let bytes = |bytes: &Option<Bytes>| bytes.as_ref().map(|bytes| bytes.0.expose().to_vec());
        let (before, after) =
            (bytes(&self.before).map(Zeroizing::new), bytes(&self.after).map(Zeroizing::new));
        let texts = (before.as_deref().map(Vec::as_slice), after.as_deref().map(Vec::as_slice));
        let edited = Edited::between(self.format.read(), texts.0, texts.1, &slots);
        Step::File(FileUndo { path: self.path, edited })
    }
}
