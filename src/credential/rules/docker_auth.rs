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

/// The fields in an `auth` value, split at the first colon; either may be empty. rapyuta.io's own importer
/// (rapyuta-io-cli a24ae37^, `riocli/secret/import_secret.py`) cut passwords at the second one.
///
/// # Errors
/// The diagnostic that says why there are none.
pub fn docker_auth_to_rapyuta_fields(value: &str) -> Result<RapyutaFields, Diagnostic> {
    let pair = auth::split(value, &mut Diagnostics::default())?;
    let username = String::from_utf8(pair.username).map_err(|_| Diagnostic::NonUtf8Secret)?;
    // The form's fields are text.
    if pair.password.expose_text().is_none() {
        return Err(Diagnostic::NonUtf8Secret);
    }
    Ok(RapyutaFields { username, password: pair.password })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_field_is_there_and_not_complete() {
        let table = [
            ("dTpwOnc=", Ok(("u", "p:w", true))),
            ("dTo=", Ok(("u", "", false))),
            ("OnA=", Ok(("", "p", false))),
            ("Og==", Ok(("", "", false))),
            ("dXA=", Err(Diagnostic::AuthMissingColon)),
            ("dTr/", Err(Diagnostic::NonUtf8Secret)),
        ];
        for (value, expected) in table {
            let found = docker_auth_to_rapyuta_fields(value);
            let found = found.as_ref().map_err(|reason| *reason).map(|fields| {
                let password = fields.password.expose_text().unwrap_or_default();
                (fields.username.as_str(), password, fields.is_complete())
            });
            assert_eq!(found, expected, "{value}");
        }
    }
}
