//! The use cases: the one API that the screens and the commands call.

pub mod add;
pub mod change;
pub mod check;
pub mod demo;
pub mod destination;
pub mod filter;
pub mod inventory;
pub mod listing;
pub mod remove;
pub mod secret;
pub mod serve;
pub mod submit;
pub mod undo;
pub mod used_by;
pub mod watch;
