//! The credential-helper protocol: the programs `docker-credential-NAME` that keep logins for docker and others.
//!
//! ```text
//! client      one helper at a time, on PATH only, answers as values
//!   ├─ name       which names may become a program at all
//!   ├─ process    one program: time limit, output limit, its process group
//!   ├─ protocol   the messages, byte for byte
//!   │    ├─ output      the JSON object in what was printed
//!   │    └─ warning     what is odd about an answer
//!   └─ error      what can go wrong
//!        └─ hint        causes that we know, and what to do about them
//!
//! serve       one run as a helper, over any `Records`
//!   └─ request    what comes on standard input
//!        └─ go_json    Go's words for what is no JSON
//!
//! backend     what the real helpers do with what they are given
//! ```

pub mod backend;
pub mod client;
pub mod error;
mod go_json;
mod hint;
pub mod name;
mod output;
pub mod protocol;
mod request;
pub mod serve;
mod warning;

use crate::json_text;

pub use client::Client;
pub use error::{Action, HelperError};
pub use hint::Hint;
pub use name::HelperName;
pub use output::NotJson;
pub use protocol::{Answer, Listed, Reply};
pub use warning::{HelperWarning, HelperWarnings};
