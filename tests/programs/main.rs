//! The real programs: as a shell and a terminal see them, beside docker's client and the helpers that people use, against
//! real registries, and killed in the middle.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails
#![allow(clippy::disallowed_methods)] // tests start programs and read the environment
#![allow(clippy::print_stdout, clippy::print_stderr)] // a skipped test says why

#[path = "../support/mod.rs"]
mod support;

mod add_remove;
mod check;
mod check_real;
mod cli;
mod config;
mod docker_client;
mod doctor;
mod export;
#[cfg(target_os = "linux")]
mod faults;
mod helper_rules;
mod helper_setup;
#[cfg(target_os = "linux")]
mod idle;
mod import;
mod json;
#[cfg(target_os = "linux")]
mod leftovers;
mod named;
mod one_helper;
mod platforms;
mod pty;
mod push;
#[cfg(target_os = "linux")]
mod real_helpers;
mod refresh;
mod seal;
mod tmux;
mod vault;
mod vault_screen;
