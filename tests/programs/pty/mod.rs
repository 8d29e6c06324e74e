//! The real program in a real pseudo-terminal.

mod background;
mod ending;
mod shown;

use crate::support::home::Home;
use crate::support::terminal::Session;

const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";

/// A session that has read the files.
fn ready(home: &Home, variables: &[(&str, &str)]) -> Session {
    let session = Session::pullpass(home.path(), variables);
    session.see("docker.io");
    session
}
