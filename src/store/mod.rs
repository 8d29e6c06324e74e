//! Where secret bytes are kept: one file a place.

pub mod file;
pub mod helper;
pub mod inline;
pub mod save;
pub mod vault;

use jiff::Timestamp;

use crate::secret::Secret;

/// What a store keeps under a key.
#[derive(Debug)]
pub struct Kept {
    /// The user name; empty for a token.
    pub username: String,
    /// The password or token.
    pub secret: Secret,
    /// When it ends, where the store says so.
    pub expires_at: Option<Timestamp>,
}
