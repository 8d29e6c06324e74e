//! The use cases: the one API that the screens and the commands call.

pub mod demo;
pub mod destination;
pub mod filter;
pub mod inventory;
pub mod listing;
pub mod secret;
pub mod submit;
pub mod used_by;
pub mod watch;
