//! The use cases: the one API that the screens and the commands call.

pub mod add;
pub mod change;
pub mod check;
pub mod demo;
pub mod destination;
pub mod filter;
pub mod find;
pub mod for_docker;
pub mod inventory;
mod kept;
pub mod last_change;
pub mod listing;
pub mod named;
pub mod removal;
pub mod remove;
pub mod renew;
pub mod seal;
pub mod secret;
pub mod secrets;
pub mod serve;
pub mod submit;
pub mod undo;
pub mod used_by;
mod vault_edit;
pub mod watch;
