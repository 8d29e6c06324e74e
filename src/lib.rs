//! Every container-registry login on this machine, in one place.
//!
//! Imports point down only (`tests/layers.rs` holds the arrows):
//!
//! ```text
//! main.rs            bin/docker-credential-pullpass.rs
//!    │                        │
//! tui/  cli/                  │
//!    └──┬─────────────────────┘
//!     app/                                    use cases: the one API that the screens and the commands call
//!       │
//!    store/                                   where secret bytes lie: fetch, keep, write a file
//!       │
//! vault/  check/                              the encrypted file of named secrets; is a login accepted?
//!       │
//!    settings                                 the environment, read once
//!       │
//! config/  credential_helper/                 what lies on this machine
//!       │
//! registry/  credential/                      the words of the field, pure
//!       │
//! secret  memory  text  json_text  clock  leftover  error    the ground
//! ```

pub mod app;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod credential;
pub mod credential_helper;
pub mod error;
pub mod json_text;
pub mod leftover;
pub mod memory;
pub mod registry;
pub mod secret;
pub mod settings;
pub mod store;
pub mod text;
pub mod tui;
pub mod vault;
