//! From an entry of docker's file to the form's fields.

use crate::credential::auth;
use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::secret::Secret;

use super::{SecretType, user};

/// The two fields of rapyuta.io's form that an `auth` value fills.
#[derive(Debug, PartialEq, Eq)]
pub struct RapyutaFields {
    /// Before the first colon.
    pub username: String,
    /// All that follows it, further colons too.
    pub password: Secret,
}

impl RapyutaFields {
    /// True where the form would take both as they are.
    pub fn is_complete(&self) -> bool {
        !self.password.is_empty() && !user::verdict(SecretType::Private, &self.username).is_wrong()
    }
}

/// The fields in an `auth` value, split at the first colon. rapyuta.io's own importer (rapyuta-io-cli a24ae37^,
/// `riocli/secret/import_secret.py`) cut passwords at the second one.
///
/// # Errors
/// The diagnostic that says why there are none.
pub fn docker_auth_to_rapyuta_fields(value: &str) -> Result<RapyutaFields, Diagnostic> {
    let pair = auth::decode(value, &mut Diagnostics::default())?;
    let username = String::from_utf8(pair.username).map_err(|_| Diagnostic::NonUtf8Secret)?;
    // The form's fields are text.
    if pair.password.expose_text().is_none() {
        return Err(Diagnostic::NonUtf8Secret);
    }
    Ok(RapyutaFields { username, password: pair.password })
}
