//! The use cases: the one API that the screens and the commands call.

pub mod demo;
pub mod filter;
pub mod inventory;
pub mod listing;
pub mod secret;
pub mod serve;
pub mod used_by;
pub mod watch;
