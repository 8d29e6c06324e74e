//! The real program in a real pseudo-terminal.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails
#![allow(clippy::disallowed_methods)] // the tests play the other programs of the machine

#[path = "../support/mod.rs"]
mod support;

mod background;
mod ending;
mod shown;

use support::home::Home;
use support::terminal::Session;

const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";

/// A session that has read the files.
fn ready(home: &Home, variables: &[(&str, &str)]) -> Session {
    let session = Session::pullpass(home.path(), variables);
    session.see("docker.io");
    session
}
