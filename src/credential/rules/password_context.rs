//! What stands beside a password: without it nobody can tell what the password is.

use jiff::Timestamp;

use crate::credential::token::{self, Token};

use super::SecretType;

/// The fields of a form that say what its password may be.
#[derive(Clone, Copy, Debug)]
pub struct PasswordContext<'a> {
    /// The type of the secret.
    pub kind: SecretType,
    /// The key to store it under; empty where none is known yet.
    pub key: &'a str,
    /// The user name.
    pub username: &'a str,
}

impl PasswordContext<'_> {
    /// What a secret is, at this registry and under this user name.
    pub fn classify(&self, secret: &[u8], now: Timestamp) -> Token {
        token::classify(self.key, self.username, secret, self.kind.profile(), now)
    }
}
