//! One module a group of vectors. Each has `run`, which compares one case and says what differs.

pub mod backend;
pub mod client_write;
pub mod decode;
pub mod discover;
pub mod file;
pub mod helper;
pub mod login_outcome;
pub mod matching;
pub mod normalise;
pub mod platforms;
pub mod realm_policy;
pub mod registry;
pub mod resolve;
pub mod serve;
pub mod token_response;
pub mod tokens;
pub mod www_authenticate;

use serde_json::Value;

/// What a runner found.
pub type Verdict = Result<(), String>;

/// Fails with both sides where they differ.
pub fn same(what: &str, expected: &Value, found: &Value) -> Verdict {
    if expected == found { Ok(()) } else { Err(format!("{what}: expected {expected}, found {found}")) }
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
