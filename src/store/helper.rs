//! Secrets that a `docker-credential-*` program keeps.

use crate::credential::Credential;
use crate::credential_helper::{Client, HelperName};
use crate::store::error::StoreError;
use crate::store::{Result, without_mark};

/// Asks the helper for one secret. The user name is empty for an identity token.
///
/// # Errors
/// The helper failed, took too long, or has no such login.
pub async fn fetch(client: &Client, name: &str, key: &str) -> Result<Credential> {
    let answer = client.get(&HelperName::new(name)?, key).await?;
    let missing = || StoreError::NotInHelper { helper: name.to_owned(), key: key.to_owned() };
    let answer = answer.ok_or_else(missing)?;
    Ok(without_mark(answer.credential))
}

/// What a helper keeps under a key now.
///
/// # Errors
/// The helper failed or took too long.
pub async fn stored(client: &Client, name: &str, key: &str) -> Result<Option<Credential>> {
    let answer = client.get(&HelperName::new(name)?, key).await?;
    Ok(answer.map(|answer| answer.credential))
}

/// Makes a helper keep this login under a key, or none, and asks it whether it does. `before` is what it keeps now.
///
/// # Errors
/// The helper failed, or does not give back what it was given.
pub async fn put(
    client: &Client,
    (name, key): (&str, &str),
    before: Option<&Credential>,
    login: Option<&Credential>,
) -> Result<()> {
    let helper = HelperName::new(name)?;
    // docker-credential-pass keeps a file for each user name and gives back the first.
    let other_user = before.is_some_and(|old| login.is_none_or(|new| new.username != old.username));
    if other_user {
        client.erase(&helper, key).await?;
    }
    if let Some(login) = login {
        client.store(&helper, key, login).await?;
    }
    if Credential::are_same(stored(client, name, key).await?.as_ref(), login) {
        return Ok(());
    }
    let (program, key) = (helper.program(), key.to_owned());
    Err(match login {
        Some(_) => StoreError::HelperLost { program, key },
        None => StoreError::HelperKept { program, key },
    })
}
