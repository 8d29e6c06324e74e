//! Secrets that lie in the vault: what docker gets from `docker-credential-pullpass`, without running ourselves.

use crate::error::{Error, Result};
use crate::settings::VaultSettings;
use crate::store::Kept;
use crate::text;
use crate::vault::Vault;

/// Reads the login of one key.
///
/// # Errors
/// The vault is locked or does not open, or keeps no login of that key.
pub fn fetch(settings: &VaultSettings, key: &str) -> Result<Kept> {
    let record = Vault::open(settings)?.login(key)?.ok_or_else(|| {
        Error::not_found(format!("The vault has no login for {}.", text::safe(key)))
            .hint(format!("Log in again: docker login {}", text::safe(key)))
    })?;
    let username = if record.is_identity_token() { String::new() } else { record.username.clone() };
    Ok(Kept { username, secret: record.password, expires_at: None })
}
