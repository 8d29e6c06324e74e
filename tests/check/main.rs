//! Whole checks of logins over a transport that plays registries: no network, no time of its own.

#![cfg(unix)] // the helpers are scripts
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails

#[path = "../support/mod.rs"]
mod support;

mod command;
mod fake;
mod leaks;
mod many;
mod nobody;
mod on_a_terminal;
mod realms;
mod unsaved;
mod verdicts;
