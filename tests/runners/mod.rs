//! One module a group of vectors. Each has `run`, which compares one case and says what differs. Those for Unix alone play
//! helpers as scripts, or look at the modes of files.

pub mod aws_keys;
#[cfg(unix)]
pub mod backend;
#[cfg(unix)]
pub mod client_write;
pub mod decode;
#[cfg(unix)]
pub mod discover;
pub mod exports;
#[cfg(unix)]
pub mod file;
#[cfg(unix)]
pub mod helper;
pub mod login_outcome;
pub mod matching;
pub mod minting;
pub mod normalise;
pub mod platform_files;
pub mod platforms;
pub mod realm_policy;
pub mod registry;
#[cfg(unix)]
pub mod resolve;
pub mod serve;
pub mod sources;
pub mod token_response;
pub mod tokens;
pub mod which;
pub mod www_authenticate;

use std::collections::BTreeSet;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What a runner found.
pub type Verdict = Result<(), String>;

/// Fails with both sides where they differ.
pub fn same(what: &str, expected: &Value, found: &Value) -> Verdict {
    if expected == found { Ok(()) } else { Err(format!("{what}: expected {expected}, found {found}")) }
}

/// Expectations that no runner can compute.
static NOT_JUDGED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Members that are words for people, and one that every run of a helper is judged by.
const PROSE: &[&str] = &["rule", "note", "note2", "revoke", "helper_killed"];

/// Remembers an expectation that no runner can compute. The program cannot have failed it; main tells of it, and in our
/// own files it is a defect of the runners.
pub fn not_judged(what: String) {
    NOT_JUDGED.lock().unwrap().insert(what);
}

/// As [`not_judged`], for every member of an expectation that is neither known nor prose.
pub fn judges(kind: &str, expect: &Value, known: &[&str]) {
    let members = expect.as_object().into_iter().flatten().map(|(member, _)| member.as_str());
    for member in members.filter(|member| !known.contains(member) && !PROSE.contains(member)) {
        not_judged(format!("{kind}: {member}"));
    }
}

/// What was remembered by [`not_judged`].
pub fn all_not_judged() -> Vec<String> {
    NOT_JUDGED.lock().unwrap().iter().cloned().collect()
}

/// The bytes of a member, which may stand there as text or, under `NAME_b64`, in base64.
pub fn bytes(value: &Value, member: &str) -> Option<Vec<u8>> {
    let text = value[member].as_str().map(|text| text.as_bytes().to_vec());
    text.or_else(|| STANDARD.decode(value[format!("{member}_b64")].as_str()?).ok())
}

/// The text of a member; empty where there is none.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// The strings of an array member; empty where there is none.
pub fn texts(value: &Value, member: &str) -> Vec<String> {
    let array = value[member].as_array().map(Vec::as_slice).unwrap_or_default();
    array.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
