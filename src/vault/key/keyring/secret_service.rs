//! Linux: the Secret Service over D-Bus. The crate below the keyring project's store is used directly: the store pops
//! up a prompt for every locked keyring, and waits a year for the answer.

use std::collections::HashMap;

use dbus_secret_service::{Collection, EncryptionType, Error, SecretService};

use super::Ask;
use crate::secret::Secret;

/// How long somebody may take to type the keyring's password, in seconds.
const PROMPT: u64 = 100;

pub fn read(service: &str, account: &str, ask: Ask) -> Result<Option<Secret>, String> {
    let bus = connect(ask)?;
    let found = bus.search_items(attributes(service, account)).map_err(words)?;
    let item = match (found.unlocked.first(), found.locked.first()) {
        (Some(item), _) => item,
        (None, Some(item)) => {
            item.unlock().map_err(words)?;
            item
        }
        (None, None) => return Ok(None),
    };
    item.get_secret().map(|bytes| Some(Secret::new(bytes))).map_err(words)
}

pub fn write(service: &str, account: &str, secret: &Secret, ask: Ask) -> Result<(), String> {
    let bus = connect(ask)?;
    let collection = bus.get_default_collection().map_err(words)?;
    unlock(&collection)?;
    let label = "Key of the pullpass vault";
    let made =
        collection.create_item(label, attributes(service, account), secret.expose(), true, "text/plain");
    made.map(drop).map_err(words)
}

pub fn delete(service: &str, account: &str, ask: Ask) -> Result<(), String> {
    let bus = connect(ask)?;
    let found = bus.search_items(attributes(service, account)).map_err(words)?;
    for item in found.unlocked.iter().chain(&found.locked) {
        item.delete().map_err(words)?;
    }
    Ok(())
}

/// The secret travels encrypted over the bus (Diffie-Hellman).
fn connect(ask: Ask) -> Result<SecretService, String> {
    let seconds = if ask == Ask::ThePerson { PROMPT } else { 0 };
    SecretService::connect_with_max_prompt_timeout(EncryptionType::Dh, seconds).map_err(words)
}

fn unlock(collection: &Collection<'_>) -> Result<(), String> {
    match collection.is_locked() {
        Ok(false) => Ok(()),
        Ok(true) => collection.unlock().map_err(words),
        Err(error) => Err(words(error)),
    }
}

/// The attributes by which the keyring project's crates find an item too.
fn attributes<'a>(service: &'a str, account: &'a str) -> HashMap<&'a str, &'a str> {
    HashMap::from([("service", service), ("username", account)])
}

fn words(error: Error) -> String {
    match error {
        Error::Unavailable => "is not there: no Secret Service runs in this session".to_owned(),
        Error::Locked | Error::Prompt => "is locked".to_owned(),
        Error::NoResult => "has no default collection".to_owned(),
        error => format!("does not work: {error}"),
    }
}
