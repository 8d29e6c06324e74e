//! Where secret bytes are kept: one file a place.

pub mod helper;
pub mod inline;
pub mod vault;

use std::fmt;

use jiff::Timestamp;

use crate::secret::Secret;

/// What a store keeps under a key.
pub struct Kept {
    /// The user name; empty for a token.
    pub username: String,
    /// The password or token.
    pub secret: Secret,
    /// When it ends, where the store says so.
    pub expires_at: Option<Timestamp>,
}

/// The user name may be the token, so none is shown.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({:?})", self.expires_at)
    }
}
