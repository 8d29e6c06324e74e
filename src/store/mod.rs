//! Where secret bytes are kept: one file a place.

pub mod helper;
pub mod inline;
pub mod vault;

use crate::credential::Credential;

/// A login as a person sees it: an identity token has no user name, only a mark in its place.
fn without_mark(mut login: Credential) -> Credential {
    if login.is_identity_token() {
        login.username.clear();
    }
    login
}
