//! The text of a record: a line for what it is, a line for each step, one at its end. Each begins with a tag over itself and
//! all lines before it, made with the folder's key: who cannot read that key can neither write nor change a record.
//!
//! ```text
//! TAG {"version":1,"id":"k3x9q2","at":"2026-12-01T02:00:00Z","for":"age1..."}
//! TAG {"sealed":"BASE64"}      a step, about to be taken
//! TAG {"only":1}               the steps after the first were taken back, or never taken
//! TAG {"done":true}            nothing follows
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::secret::Secret;

/// The version of the form; a record of a later one is told, and left alone.
const VERSION: u32 = 1;

/// A tag is HMAC-SHA256, in hexadecimal digits.
const TAG_LENGTH: usize = 64;

/// What a record says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    version: u32,
    /// What a person calls it.
    pub id: String,
    /// When the change began.
    pub at: Timestamp,
    /// The public half of the key that opens it.
    #[serde(rename = "for")]
    pub key: String,
}

/// Any other line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mark {
    Sealed(String),
    Only(usize),
    Done(bool),
}

/// What a record holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub head: Head,
    /// The steps that count, sealed.
    pub sealed: Vec<Vec<u8>>,
    pub is_done: bool,
}

/// Why a record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// A later version wrote it.
    Later,
    /// The folder's key did not make its tags, or it is damaged.
    NotOurs,
}

impl Head {
    pub fn new(id: String, at: Timestamp, key: String) -> Self {
        Self { version: VERSION, id, at, key }
    }
}

/// Makes the lines of one record, one after the other.
#[derive(Debug)]
pub(super) struct Lines {
    key: Secret,
    last: String,
}

impl Lines {
    pub fn new(key: Secret) -> Self {
        Self { key, last: String::new() }
    }

    pub fn head(&mut self, head: &Head) -> String {
        self.line(head)
    }

    pub fn step(&mut self, sealed: &[u8]) -> String {
        self.line(&Mark::Sealed(STANDARD.encode(sealed)))
    }

    pub fn only(&mut self, count: usize) -> String {
        self.line(&Mark::Only(count))
    }

    pub fn done(&mut self) -> String {
        self.line(&Mark::Done(true))
    }

    fn line(&mut self, what: &impl Serialize) -> String {
        // None of these types can fail to be JSON.
        let body = serde_json::to_string(what).unwrap_or_default();
        self.last = self.tag(&body);
        format!("{} {body}\n", self.last)
    }

    fn tag(&self, body: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose()) else { return String::new() };
        mac.update(self.last.as_bytes());
        mac.update(body.as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// The body of a line whose tag is right.
    fn body<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let (tag, body) = line.split_at_checked(TAG_LENGTH)?;
        let body = body.strip_prefix(' ')?;
        let is_right = Secret::new(self.tag(body).into_bytes()) == Secret::new(tag.as_bytes().to_vec());
        tag.clone_into(&mut self.last);
        is_right.then_some(body)
    }
}

/// Reads a record. A last line without its end was never written whole: what it says was not begun.
///
/// # Errors
/// A later version or somebody else wrote it.
pub(super) fn read(text: &[u8], key: Secret) -> Result<Held, Unreadable> {
    let text = std::str::from_utf8(text).map_err(|_| Unreadable::NotOurs)?;
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let mut lines = whole.lines();
    let mut checked = Lines::new(key);
    let first = lines.next().unwrap_or_default();
    if version_of(first).is_some_and(|version| version > VERSION) {
        return Err(Unreadable::Later);
    }
    let head = checked.body(first).and_then(|body| serde_json::from_str(body).ok());
    let mut record = Held { head: head.ok_or(Unreadable::NotOurs)?, sealed: Vec::new(), is_done: false };
    for line in lines {
        let mark = checked.body(line).and_then(|body| serde_json::from_str(body).ok());
        match mark.ok_or(Unreadable::NotOurs)? {
            Mark::Sealed(text) => record.sealed.push(STANDARD.decode(text).map_err(|_| Unreadable::NotOurs)?),
            Mark::Only(count) => record.sealed.truncate(count),
            Mark::Done(is_done) => record.is_done = is_done,
        }
    }
    Ok(record)
}

/// The version that a first line names, whoever wrote it.
fn version_of(line: &str) -> Option<u32> {
    #[derive(Deserialize)]
    struct Version {
        version: u32,
    }
    serde_json::from_str::<Version>(line.split_once(' ')?.1).ok().map(|read| read.version)
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Secret {
        Secret::from_text("the folder's key".into())
    }

    fn record() -> String {
        let mut lines = Lines::new(key());
        let head = Head::new("k3x9q2".into(), Timestamp::UNIX_EPOCH, "age1x".into());
        [lines.head(&head), lines.step(b"one"), lines.step(b"two"), lines.only(1), lines.done()].concat()
    }

    #[test]
    fn a_record_is_read_as_far_as_it_was_written() {
        let text = record();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let table = [(1, 0, false), (2, 1, false), (3, 2, false), (4, 1, false), (5, 1, true)];
        for (count, steps, is_done) in table {
            let whole = lines[..count].concat();
            let half = lines.get(count).map_or("", |next| &next[..next.len() - 1]);
            for text in [whole.clone(), format!("{whole}{half}")] {
                let held = read(text.as_bytes(), key()).unwrap();
                assert_eq!((held.sealed.len(), held.is_done), (steps, is_done), "{count}");
            }
        }
    }

    #[test]
    fn nobody_without_the_key_writes_changes_or_rearranges_a_record() {
        let text = record();
        assert_eq!(read(text.as_bytes(), Secret::from_text("another".into())), Err(Unreadable::NotOurs));
        for at in 0..text.len() - 1 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            let whole = read(text.as_bytes(), key()).unwrap();
            assert!(read(&bytes, key()).is_err() || text.as_bytes()[at] == b'\n', "byte {at}");
            assert_ne!(read(&bytes, key()).ok(), Some(whole), "byte {at}");
        }
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        for order in [[0, 2, 1, 3, 4], [0, 1, 1, 3, 4], [1, 0, 2, 3, 4]] {
            let text = order.map(|at| lines[at]).concat();
            assert_eq!(read(text.as_bytes(), key()), Err(Unreadable::NotOurs), "{order:?}");
        }
    }

    #[test]
    fn a_record_of_a_later_version_is_told_whatever_follows() {
        let later = format!("{} {{\"version\":2,\"x\":[]}}\nanything\n", "0".repeat(TAG_LENGTH));
        assert_eq!(read(later.as_bytes(), key()), Err(Unreadable::Later));
    }
}
