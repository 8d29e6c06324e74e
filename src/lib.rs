//! Every container-registry login on this machine, in one place.
//!
//! The program is the product. This library is public for the program and its tests: no part of it is a stable interface, and
//! each version may change all of it.
//!
//! Imports point down only (`tests/layers/` holds the arrows):
//!
//! ```text
//! main.rs            bin/docker-credential-pullpass.rs
//!    │                        │
//! tui/  cli/                  │
//!    │                        │
//! doctor/                     │               what is odd on this machine, and what mends it
//!    └──┬─────────────────────┘
//!     app/                                    use cases: the one API that the screens and the commands call
//!       │
//!   explain                                   what an error means to a person: exit status, next step
//!       │
//!    store/                                   where secret bytes lie: fetch, keep
//!       │
//! vault/  check/  resolve/                    the encrypted file; is a login accepted?; which login each tool sends
//! export/  import/  refresh/                  a secret for a platform, and back; who mints short-lived ones
//!       │
//! net/  credential_helper/                    the ways out: servers, helper programs
//!       │
//!    settings                                 the environment and the settings file, read once
//!       │
//! config/  sources/                           docker's, podman's and other tools' files
//!       │
//!  credential/                                what a login is, pure
//!       │
//!   registry/                                 what a registry is called, pure
//!       │
//! file/  process                              files and programs, within limits
//!       │
//! secret  hardening  text  json_text  clock  error    the ground
//! ```

pub mod app;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod credential;
pub mod credential_helper;
pub mod doctor;
pub mod error;
pub mod explain;
pub mod export;
pub mod file;
pub mod hardening;
pub mod import;
pub mod json_text;
pub mod net;
pub mod process;
pub mod refresh;
pub mod registry;
pub mod resolve;
pub mod secret;
pub mod settings;
pub mod sources;
pub mod store;
pub mod text;
pub mod tui;
pub mod vault;
