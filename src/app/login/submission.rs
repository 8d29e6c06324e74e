//! What the form hands in.

use std::fmt;

use jiff::civil::Date;

use crate::app::login::destination::Destination;
use crate::credential::login::LoginId;
use crate::credential::rules::SecretType;
use crate::secret::Secret;

/// Whether there was a login before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No.
    New,
    /// This one is changed.
    Edit(LoginId),
}

/// The password of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// The one that the login has. Only an edit can keep it.
    Keep,
    /// This one.
    New(Secret),
}

/// A filled-in form that keeps every rule of [`crate::credential::rules`]. Nothing was written yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Submission {
    /// Whether there was a login before.
    pub origin: Origin,
    /// The type of the secret.
    pub kind: SecretType,
    /// The name in the vault.
    pub name: String,
    /// The credential key, as docker writes it.
    pub registry_key: String,
    /// The user name.
    pub username: String,
    /// The password or token.
    pub password: Password,
    /// The e-mail address; may be empty.
    pub email: String,
    /// The day of the reminder.
    pub expires_on: Option<Date>,
    /// Where it goes; at least one.
    pub destinations: Vec<Destination>,
    /// The person said yes to a plain file. Without that word nothing may be written in plain text.
    pub allows_plain_file: bool,
}

/// What somebody typed may be a secret in the wrong field: only the shape is told.
impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission")
            .field("origin", &self.origin)
            .field("kind", &self.kind)
            .field("destinations", &self.destinations)
            .field("allows_plain_file", &self.allows_plain_file)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_that_was_typed() {
        let submission = Submission {
            origin: Origin::New,
            kind: SecretType::Private,
            name: "hunter2".into(),
            registry_key: "hunter2".into(),
            username: "hunter2".into(),
            password: Password::New(Secret::from_text("hunter2".into())),
            email: "hunter2".into(),
            expires_on: None,
            destinations: vec![Destination::Vault],
            allows_plain_file: false,
        };
        let shown = format!("{submission:?}");
        assert!(!shown.contains("hunter2") && shown.contains("Vault"), "{shown}");
    }
}
