//! What the library does by itself: no program of ours, no screen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails
#![allow(clippy::disallowed_methods)] // tests start the helpers that they made, and themselves

#[cfg(not(unix))]
#[path = "../support/schema.rs"]
mod schema;
#[cfg(unix)]
use support::schema;

#[cfg(unix)] // it makes scripts and sets modes
#[path = "../support/mod.rs"]
mod support;

#[cfg(unix)]
mod changes;
#[cfg(unix)]
mod check;
mod documents;
mod edits;
#[cfg(unix)]
mod handed_over;
#[cfg(unix)]
mod helper_client;
#[cfg(unix)]
mod helper_path;
#[cfg(unix)]
mod named_secrets;
#[cfg(unix)]
mod refresh;
mod settings;
