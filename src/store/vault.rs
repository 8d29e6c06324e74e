//! Secrets that lie in the vault: what docker gets from `docker-credential-pullpass`, without running it, and any by name.

use crate::error::{Error, Result};
use crate::settings::VaultSettings;
use crate::store::Kept;
use crate::text;
use crate::vault::Vault;
use crate::vault::record::Record;

/// Reads the login of one key.
///
/// # Errors
/// The vault is locked or does not open, or keeps no login of that key.
pub fn fetch(settings: &VaultSettings, key: &str) -> Result<Kept> {
    let record = Vault::open(settings)?.login(key)?.ok_or_else(|| {
        Error::not_found(format!("The vault has no login for {}.", text::safe(key)))
            .hint(format!("Log in again: docker login {}", text::safe(key)))
    })?;
    Ok(kept(record))
}

/// Reads the secret of one name.
///
/// # Errors
/// The vault is locked or does not open, or has no secret of that name.
pub fn fetch_named(settings: &VaultSettings, name: &str) -> Result<Kept> {
    let record = Vault::open(settings)?.get(name)?.ok_or_else(|| {
        Error::not_found(format!("The vault has no secret of the name {} any more.", text::safe(name)))
    })?;
    Ok(kept(record))
}

fn kept(record: Record) -> Kept {
    let username = if record.is_identity_token() { String::new() } else { record.username };
    Kept { username, secret: record.password, expires_at: None }
}
