//! Secrets that a `docker-credential-*` program keeps.

use crate::credential_helper::{Client, HelperName};
use crate::error::{Error, Result};
use crate::store::Kept;
use crate::text;

/// Asks the helper for one secret.
///
/// # Errors
/// The helper failed, took too long, or has no such login.
pub async fn fetch(client: &Client, name: &str, key: &str) -> Result<Kept> {
    let answer = client.get(&HelperName::new(name)?, key).await?;
    let answer = answer.ok_or_else(|| {
        Error::not_found(format!(
            "docker-credential-{} has no login for {}.",
            text::safe(name),
            text::safe(key)
        ))
        .hint(format!("Log in again: docker login {}", text::safe(key)))
    })?;
    let username = if answer.is_identity_token() { String::new() } else { answer.username.clone() };
    Ok(Kept { username, secret: answer.secret, expires_at: answer.expires_at })
}
