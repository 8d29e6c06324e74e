//! Passwords that are minted: which one is due, one mint at a time, and what becomes of a failure.
//!
//! ```text
//! run             mints for a record, for the command, the helper's program and the screen
//!   ├─ standing     how the password of a record stands now
//!   └─ failures     what failed, remembered between runs; the lock of a record
//! ```

pub mod failures;
pub mod run;
pub mod standing;

use std::ffi::OsString;

use crate::refresh::Environment;
use crate::settings::Settings;

/// What the environment says about those who mint.
pub fn environment(settings: &Settings) -> Environment {
    let get = |name: &str| settings.variables.get(name)?.expose_text().map(OsString::from);
    let mut environment = Environment::capture(settings.locations.home.clone(), get);
    environment.path.clone_from(&settings.path);
    environment
}
