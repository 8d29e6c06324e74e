//! Files that others read and write too: read within limits, written so that nobody sees half of one.

pub mod contents;
pub mod error;
pub mod leftover;
pub mod lock;
pub mod save;
