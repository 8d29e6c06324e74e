//! macOS and Windows: the system's own keyring, through the keyring project's crates.

use std::collections::HashMap;

use keyring_core::api::CredentialStoreApi as _;
use keyring_core::{Entry, Error};

use super::Ask;
use crate::secret::Secret;

pub fn read(service: &str, account: &str, _: Ask) -> Result<Option<Secret>, String> {
    match entry(service, account).and_then(|entry| entry.get_secret()) {
        Ok(bytes) => Ok(Some(Secret::new(bytes))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(words(&error)),
    }
}

pub fn write(service: &str, account: &str, secret: &Secret, _: Ask) -> Result<(), String> {
    let written = entry(service, account).and_then(|entry| entry.set_secret(secret.expose()));
    written.map_err(|error| words(&error))
}

pub fn delete(service: &str, account: &str, _: Ask) -> Result<(), String> {
    match entry(service, account).and_then(|entry| entry.delete_credential()) {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(words(&error)),
    }
}

fn entry(service: &str, account: &str) -> keyring_core::Result<Entry> {
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(windows)]
    let store = windows_native_keyring_store::Store::new()?;
    store.build(service, account, None::<&HashMap<&str, &str>>)
}

fn words(error: &Error) -> String {
    match error {
        Error::NoStorageAccess(_) => "is locked".to_owned(),
        error => format!("does not work: {error}"),
    }
}
