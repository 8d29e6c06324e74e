//! The journeys through the screen: keys and answers go into the model, effects and pictures come out.

#![cfg(unix)] // the sandbox home sets modes, and the demo's helpers are scripts
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails

#[path = "../support/mod.rs"]
mod support;

mod anything;
mod checking;
mod clipboard;
mod editing;
mod files;
mod helpers;
mod list;
mod making;
mod questions;
mod quiet;
mod removing;
mod reveal;
mod sealing;
mod secrets;
mod time;
