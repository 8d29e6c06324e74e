//! `pullpass seal` and `pullpass undo` as people and scripts run them.

mod faults;
mod moving;
mod undo;

use crate::support::MARKER;
use crate::support::tokens::auth;

const SEAL_ALL: &[&str] = &["seal", "--all", "--yes"];

/// The login of [`one`], as docker would get it.
const JANE: &str = "jane:hunter2";

/// A file with one login.
fn one(key: &str) -> String {
    format!("{{\n  \"auths\": {{\n    \"{key}\": {{ \"auth\": \"{}\" }}\n  }}\n}}\n", auth("jane", MARKER))
}
