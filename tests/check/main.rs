//! Whole checks of logins over a transport that plays registries: no network, no time of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails

mod fake;
mod leaks;
mod realms;
mod verdicts;
