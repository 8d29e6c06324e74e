//! The screen without a terminal: keys and answers go into the state machine, effects and pictures come out.

#![cfg(unix)] // the sandbox home sets modes, and the demo's helpers are scripts
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails

#[path = "../support/mod.rs"]
mod support;

mod flow;
mod form_flow;
mod form_screens;
mod scenes;
mod screens;
