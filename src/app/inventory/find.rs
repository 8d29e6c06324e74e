//! The logins and secrets that a person means by a name.

use crate::app::inventory::{Inventory, Source};
use crate::credential::login::Login;
use crate::error::{Error, Result};
use crate::registry::key;
use crate::text;

/// The logins that a person means: by their key, else by the registry's name.
///
/// # Errors
/// There is none; the hints name some that are near.
pub fn named<'a>(inventory: &'a Inventory, wanted: &str) -> Result<Vec<&'a Login>> {
    let by = |test: &dyn Fn(&Login) -> bool| -> Vec<&'a Login> {
        inventory.logins.iter().filter(|login| login.named.is_none() && test(login)).collect()
    };
    let lower = wanted.to_lowercase();
    let name = key::display_name(&lower);
    let mut found = by(&|login| *login.id.key == *wanted);
    // A name means every spelling of the registry; a URL means that very key.
    if found.is_empty() || !wanted.contains("://") {
        found = by(&|login| key::display_name(&login.id.key).to_lowercase() == *name);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let mut error = Error::not_found(format!("There is no login for {}.", text::safe(wanted)));
    let near = by(&|login| login.id.key.to_lowercase().contains(&*name));
    for login in near.iter().take(3) {
        error = error.hint(format!("There is one for {}.", text::safe(&login.id.key)));
    }
    if near.is_empty() {
        error = error.hint("pullpass list shows all logins.");
    }
    // It may be in there, unseen.
    Err(inventory
        .sources
        .iter()
        .filter_map(Source::trouble)
        .fold(error, |error, trouble| error.hint(format!("Not read was {trouble}."))))
}

/// The secret of the vault that has this name.
pub fn secret<'a>(inventory: &'a Inventory, name: &str) -> Option<&'a Login> {
    inventory.logins.iter().find(|login| login.named.as_ref().is_some_and(|named| *named.name == *name))
}
