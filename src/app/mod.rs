//! The use cases: the one API that the screens and the commands call.

pub mod check;
pub mod context;
pub mod demo;
pub mod describe;
pub mod export;
pub mod helper;
pub mod import;
pub mod inventory;
pub mod login;
pub mod push;
pub mod refresh;
pub mod transaction;
pub mod vault;
pub mod watch;
pub mod which;

pub use context::Context;
