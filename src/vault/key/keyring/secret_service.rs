//! Linux: the Secret Service over D-Bus, behind the traits of the keyring project. That project's own store is not used:
//! it pops up a prompt for every locked keyring, and waits a year for the answer (`dbus-secret-service-keyring-store` 1.0).

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use dbus_secret_service::{
    Collection, EncryptionType, Error as BusError, Item, SearchItemsResult, SecretService,
};
use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, Entry, Error, Result};

use super::Prompt;

/// How long somebody may take to type the keyring's password, in seconds.
const PATIENCE: u64 = 100;

/// What people see in the keyring's own program.
const LABEL: &str = "Key of the pullpass vault";

/// The default collection of the session's Secret Service.
#[derive(Debug)]
pub struct Store {
    /// Whether a locked one may ask its owner.
    pub prompt: Prompt,
}

impl CredentialStoreApi for Store {
    fn vendor(&self) -> String {
        "Secret Service, https://crates.io/crates/pullpass".to_owned()
    }

    fn id(&self) -> String {
        format!("{}, {self:?}", env!("CARGO_PKG_VERSION"))
    }

    fn build(&self, service: &str, user: &str, modifiers: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        if modifiers.is_some_and(|modifiers| !modifiers.is_empty()) {
            return Err(Error::NotSupportedByStore("an entry has no modifiers here".to_owned()));
        }
        let specifier = Specifier { service: service.to_owned(), user: user.to_owned(), prompt: self.prompt };
        Ok(Entry::new_with_credential(Arc::new(specifier)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Leads to the item with these attributes. Several of them count as one: the first that is unlocked, else the first.
#[derive(Debug)]
struct Specifier {
    service: String,
    user: String,
    prompt: Prompt,
}

impl Specifier {
    /// The secret travels encrypted over the bus (Diffie-Hellman).
    fn connect(&self) -> Result<SecretService> {
        let seconds = if self.prompt == Prompt::Allowed { PATIENCE } else { 0 };
        SecretService::connect_with_max_prompt_timeout(EncryptionType::Dh, seconds).map_err(failure)
    }

    /// The attributes by which the keyring project's crates find an item too.
    fn attributes(&self) -> HashMap<&str, &str> {
        HashMap::from([("service", &*self.service), ("username", &*self.user)])
    }

    fn items<'a>(&self, bus: &'a SecretService) -> Result<SearchItemsResult<Item<'a>>> {
        bus.search_items(self.attributes()).map_err(failure)
    }
}

impl CredentialApi for Specifier {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        let bus = self.connect()?;
        let collection = bus.get_default_collection().map_err(failure)?;
        unlock(&collection)?;
        let made = collection.create_item(LABEL, self.attributes(), secret, true, "text/plain");
        made.map(drop).map_err(failure)
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        let bus = self.connect()?;
        let found = self.items(&bus)?;
        let item = match (found.unlocked.first(), found.locked.first()) {
            (Some(item), _) => item,
            (None, Some(item)) => {
                item.unlock().map_err(failure)?;
                item
            }
            (None, None) => return Err(Error::NoEntry),
        };
        item.get_secret().map_err(failure)
    }

    fn delete_credential(&self) -> Result<()> {
        let bus = self.connect()?;
        let found = self.items(&bus)?;
        let items: Vec<_> = found.unlocked.iter().chain(&found.locked).collect();
        if items.is_empty() {
            return Err(Error::NoEntry);
        }
        items.into_iter().try_for_each(|item| item.delete().map_err(failure))
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        let bus = self.connect()?;
        let found = self.items(&bus)?;
        if found.unlocked.is_empty() && found.locked.is_empty() { Err(Error::NoEntry) } else { Ok(None) }
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        Some((self.service.clone(), self.user.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn unlock(collection: &Collection<'_>) -> Result<()> {
    match collection.is_locked() {
        Ok(false) => Ok(()),
        Ok(true) => collection.unlock().map_err(failure),
        Err(error) => Err(failure(error)),
    }
}

fn failure(error: BusError) -> Error {
    match error {
        BusError::Unavailable => Error::NoDefaultStore,
        BusError::Locked | BusError::Prompt => Error::NoStorageAccess(Box::new(error)),
        BusError::NoResult => Error::BadStoreFormat("it has no default collection".to_owned()),
        error => Error::PlatformFailure(Box::new(error)),
    }
}
