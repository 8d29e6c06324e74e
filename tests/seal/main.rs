//! `pullpass seal` and `pullpass undo` as people and scripts run them.

#![cfg(unix)] // the helpers are scripts
#![allow(clippy::disallowed_methods)] // tests start programs
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails

#[path = "../support/mod.rs"]
mod support;

mod faults;
mod moving;
mod undo;

use support::MARKER;
use support::tokens::auth;

const SEAL_ALL: &[&str] = &["seal", "--all", "--yes"];

/// The login of [`one`], as docker would get it.
const JANE: &str = "jane:hunter2";

/// A file with one login.
fn one(key: &str) -> String {
    format!("{{\n  \"auths\": {{\n    \"{key}\": {{ \"auth\": \"{}\" }}\n  }}\n}}\n", auth("jane", MARKER))
}
