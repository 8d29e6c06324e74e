//! The form of a step in a record: JSON, sealed by whoever writes it down.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::app::transaction::undo::{FileUndo, HelperUndo, KeeperUndo, Step};
use crate::config::edit::Splice;
use crate::config::edited::{Edited, FileHash, Member};
use crate::config::locate::Format;
use crate::config::plan::MemberPath;
use crate::credential::Credential;
use crate::secret::Secret;
use crate::store::vault::RecordChange;
use crate::vault::record::Record;

/// The text of a step; `None` where it holds what JSON cannot.
pub(super) fn write(step: &Step) -> Option<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::new());
    serde_json::to_writer(&mut *text, &JsonStep::of(step)).ok()?;
    Some(text)
}

/// What [`write`] wrote; `None` where it is something else. serde's own words may quote a secret.
pub(super) fn read(text: &[u8]) -> Option<Step> {
    serde_json::from_slice::<JsonStep>(text).ok().map(JsonStep::read)
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum JsonStep {
    Helper { helper: String, key: String, before: Option<JsonLogin>, after: Option<JsonLogin> },
    Vault(Vec<JsonTouched>),
    File(JsonFile),
}

#[derive(Serialize, Deserialize)]
pub(super) struct JsonLogin {
    username: String,
    secret: Bytes,
}

#[derive(Serialize, Deserialize)]
pub(super) struct JsonTouched {
    before: Option<Record>,
    after: Option<Record>,
}

#[derive(Serialize, Deserialize)]
struct JsonFile {
    path: Bytes,
    format: JsonFormat,
    before: Option<Bytes>,
    after: Option<Bytes>,
    back: Vec<JsonSplice>,
    members: Vec<JsonMember>,
}

#[derive(Serialize, Deserialize)]
struct JsonSplice {
    start: usize,
    end: usize,
    text: Bytes,
}

#[derive(Serialize, Deserialize)]
struct JsonMember {
    slot: JsonSlot,
    before: Option<Bytes>,
    after: Option<Bytes>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum JsonFormat {
    Docker,
    Containers,
    Legacy,
    Variable,
    Vault,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum JsonSlot {
    Entry(String),
    Helper(String),
    Store,
}

/// Any bytes, in base64.
pub(super) struct Bytes(pub Secret);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Zeroizing::new(vec![0; self.0.len().div_ceil(3) * 4]);
        let length = STANDARD.encode_slice(self.0.expose(), &mut text).map_err(S::Error::custom)?;
        let text = std::str::from_utf8(text.get(..length).unwrap_or_default()).map_err(S::Error::custom)?;
        serializer.serialize_str(text)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = STANDARD.decode(&*text).map_err(|_| D::Error::custom("no base64"))?;
        Ok(Self(Secret::new(bytes)))
    }
}

impl Bytes {
    fn of(bytes: &[u8]) -> Self {
        Self(Secret::new(bytes.to_vec()))
    }
}

impl JsonStep {
    fn of(step: &Step) -> Self {
        match step {
            Step::Keeper(KeeperUndo::Helper(HelperUndo { helper, key, before, after, .. })) => Self::Helper {
                helper: helper.clone(),
                key: key.clone(),
                before: before.as_ref().map(JsonLogin::of),
                after: after.as_ref().map(JsonLogin::of),
            },
            Step::Keeper(KeeperUndo::Vault(records)) => {
                Self::Vault(records.iter().map(JsonTouched::of).collect())
            }
            Step::File(file) => Self::File(JsonFile::of(file)),
        }
    }

    fn read(self) -> Step {
        match self {
            Self::Helper { helper, key, before, after } => {
                // Whether it came to its end nobody knows: the helper is asked.
                let (before, after) = (before.map(JsonLogin::read), after.map(JsonLogin::read));
                Step::Keeper(KeeperUndo::Helper(HelperUndo { helper, key, before, after, is_whole: true }))
            }
            Self::Vault(touched) => {
                Step::Keeper(KeeperUndo::Vault(touched.into_iter().map(JsonTouched::read).collect()))
            }
            Self::File(file) => Step::File(file.read()),
        }
    }
}

impl JsonLogin {
    fn of(login: &Credential) -> Self {
        Self { username: login.username.clone(), secret: Bytes(login.secret.clone()) }
    }

    pub(super) fn read(self) -> Credential {
        Credential::new(self.username, self.secret.0)
    }
}

impl JsonTouched {
    fn of(touched: &RecordChange) -> Self {
        Self { before: touched.before.clone(), after: touched.after.clone() }
    }

    pub(super) fn read(self) -> RecordChange {
        RecordChange { before: self.before, after: self.after }
    }
}

impl JsonFile {
    fn of(undo: &FileUndo) -> Self {
        let hash = |hash: &FileHash| hash.as_ref().map(|hash| Bytes::of(hash));
        let Edited { format, before, after, back, members } = &undo.edited;
        Self {
            path: Bytes::of(path_bytes(&undo.path)),
            format: JsonFormat::of(*format),
            before: hash(before),
            after: hash(after),
            back: back.iter().map(JsonSplice::of).collect(),
            members: members.iter().map(JsonMember::of).collect(),
        }
    }

    fn read(self) -> FileUndo {
        // A hash of another length fits no file.
        let hash = |bytes: Option<Bytes>| bytes.map(|bytes| bytes.0.expose().try_into().unwrap_or([0; 32]));
        let edited = Edited {
            format: self.format.read(),
            before: hash(self.before),
            after: hash(self.after),
            back: self.back.into_iter().map(JsonSplice::read).collect(),
            members: self.members.into_iter().map(JsonMember::read).collect(),
        };
        FileUndo { path: path_of(self.path.0.expose()), edited }
    }
}

impl JsonSplice {
    fn of(splice: &Splice) -> Self {
        let text = Bytes::of(splice.text.as_bytes());
        Self { start: splice.at.start, end: splice.at.end, text }
    }

    fn read(self) -> Splice {
        let text = self.text.0.expose_text().unwrap_or_default().to_owned();
        Splice { at: self.start..self.end, text: Zeroizing::new(text) }
    }
}

impl JsonMember {
    fn of(member: &Member) -> Self {
        let bytes = |raw: &Option<Secret>| raw.clone().map(Bytes);
        Self { slot: JsonSlot::of(&member.slot), before: bytes(&member.before), after: bytes(&member.after) }
    }

    fn read(self) -> Member {
        let secret = |bytes: Option<Bytes>| bytes.map(|bytes| bytes.0);
        Member { slot: self.slot.read(), before: secret(self.before), after: secret(self.after) }
    }
}

impl JsonSlot {
    fn of(slot: &MemberPath) -> Self {
        match slot {
            MemberPath::Entry(key) => Self::Entry(key.clone()),
            MemberPath::Helper(key) => Self::Helper(key.clone()),
            MemberPath::Store => Self::Store,
        }
    }

    pub(super) fn read(self) -> MemberPath {
        match self {
            Self::Entry(key) => MemberPath::Entry(key),
            Self::Helper(key) => MemberPath::Helper(key),
            Self::Store => MemberPath::Store,
        }
    }
}

impl JsonFormat {
    fn of(format: Format) -> Self {
        match format {
            Format::Docker => Self::Docker,
            Format::Containers => Self::Containers,
            Format::Legacy => Self::Legacy,
            Format::Variable => Self::Variable,
            Format::Vault => Self::Vault,
        }
    }

    pub(super) fn read(self) -> Format {
        match self {
            Self::Docker => Format::Docker,
            Self::Containers => Format::Containers,
            Self::Legacy => Format::Legacy,
            Self::Variable => Format::Variable,
            Self::Vault => Format::Vault,
        }
    }
}

#[cfg(unix)]
fn path_bytes(path: &Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    std::ffi::OsStr::from_bytes(bytes).into()
}

#[cfg(not(unix))]
fn path_bytes(path: &Path) -> &[u8] {
    path.to_str().unwrap_or_default().as_bytes()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn login(secret: &[u8]) -> Credential {
        Credential::new("u", Secret::new(secret.to_vec()))
    }

    fn record(secret: &str) -> Record {
        let secret = Secret::from_text(secret.into());
        Record::new("ci".into(), "r.io".into(), Credential::new("u", secret), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn every_step_comes_back_as_it_was() {
        let file = |path: &str, format, before: Option<&[u8]>| {
            let slots =
                [MemberPath::Entry("r.io".into()), MemberPath::Helper("r.io".into()), MemberPath::Store];
            let after = br#"{"auths":{"r.io":{"auth":"hunter2"}},"credsStore":"pass"}"#;
            let edited = Edited::between(format, before, Some(after), &slots);
            Step::File(FileUndo { path: path.into(), edited })
        };
        let vault = vec![
            RecordChange { before: Some(record("hunter2")), after: Some(record("hunter3")) },
            RecordChange { before: None, after: Some(record("hunter2")) },
        ];
        let helper = HelperUndo {
            helper: "pass".into(),
            key: "r.io".into(),
            before: Some(login(b"hunter2 \xff\0")),
            after: None,
            is_whole: true,
        };
        let steps = [
            Step::Keeper(KeeperUndo::Helper(helper)),
            Step::Keeper(KeeperUndo::Vault(vault)),
            file("/h/.docker/config.json", Format::Docker, Some(br#"{"auths":{}}"#)),
            file("/h/a\u{e4}.json", Format::Containers, None),
            file("/h/.dockercfg", Format::Legacy, Some(b"")),
        ];
        for step in steps {
            let text = write(&step).unwrap();
            assert!(read(&text) == Some(step));
        }
        assert!(read(b"{\"file\":{}}").is_none() && read(b"hunter2").is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text_comes_back() {
        let path = path_of(b"/h/\xff");
        assert_eq!(path_of(path_bytes(&path)), path);
    }
}
