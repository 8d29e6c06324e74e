//! One change of files, helpers and the vault: planned, carried out as a whole, taken back.

pub mod change;
pub(super) mod keeper;
pub mod last_change;
pub mod undo;
