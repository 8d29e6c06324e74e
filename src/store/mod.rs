//! Where secret bytes are kept: one file a place.

pub mod error;
pub mod helper;
pub mod inline;
pub mod vault;

use self::error::StoreError;
use crate::credential::Credential;

/// What is kept, or why it is not.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A login as a person sees it: an identity token has no user name, only a mark in its place.
fn without_mark(mut login: Credential) -> Credential {
    if login.is_identity_token() {
        login.username.clear();
    }
    login
}
