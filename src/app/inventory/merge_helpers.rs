//! What the helpers' lists add to what the files say.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::app::inventory::conflicts::gather_companions;
use crate::app::inventory::{Inventory, Listings, helped};
use crate::credential::TOKEN_USERNAME;
use crate::credential::diagnostic::Diagnostic;
use crate::credential::login::{Account, EntryKind, Listing, Login, Store};
use crate::credential::token;
use crate::credential_helper::protocol::Listed;

/// Fills in what the helpers answered: user names, and logins that only the helper knows of.
pub fn apply_listings(inventory: &mut Inventory, listings: &Listings) {
    for (helper, answer) in listings {
        match answer {
            Ok(listed) => apply_listing(inventory, helper, listed),
            Err(reason) => {
                for login in of_helper(&mut inventory.logins, helper) {
                    login.listing = Listing::Failed(reason.clone());
                }
            }
        }
    }
    gather_companions(&mut inventory.logins);
}

/// Marks the logins of helpers that were asked and have not answered.
pub fn mark_asked(inventory: &mut Inventory, asked: &BTreeSet<Arc<str>>) {
    for login in &mut inventory.logins {
        let waits = login.id.store.helper().is_some_and(|helper| asked.contains(helper));
        if waits && login.listing == Listing::NotAsked {
            login.listing = Listing::Waiting;
        }
    }
}

fn of_helper<'a>(logins: &'a mut [Login], helper: &'a str) -> impl Iterator<Item = &'a mut Login> {
    logins.iter_mut().filter(move |login| login.id.store.helper().is_some_and(|name| **name == *helper))
}

fn apply_listing(inventory: &mut Inventory, helper: &Arc<str>, listed: &[Listed]) {
    // The macOS keychain gives every key back with a scheme.
    let bare = |text: &str| text.trim_start_matches("https://").to_owned();
    let accounts: HashMap<String, &Listed> =
        listed.iter().map(|listed| (bare(&listed.key), listed)).collect();
    for login in of_helper(&mut inventory.logins, helper) {
        match accounts.get(&bare(&login.id.key)) {
            Some(listed) => {
                login.listing = Listing::Listed;
                describe_listed(login, &listed.username);
            }
            // A program that mints tokens, such as gcloud's or ECR's, need not list what it can answer; the vault mints none.
            None if matches!(login.id.store, Store::CredHelper(_)) && !login.is_ours() => {
                login.listing = Listing::Listed;
            }
            None => {
                login.listing = Listing::Missing;
                login.diagnostics.add(Diagnostic::StoreHasNoSuchLogin);
            }
        }
    }
    let mut found = Vec::new();
    for (number, source) in inventory.sources.iter().enumerate() {
        if source.creds_store.as_ref() != Some(helper) {
            continue;
        }
        let known: BTreeSet<String> = inventory
            .logins
            .iter()
            .filter(|login| usize::from(login.source) == number && login.id.store.helper().is_some())
            .map(|login| bare(&login.id.key))
            .collect();
        for listed in listed.iter().filter(|listed| !known.contains(&bare(&listed.key))) {
            let store = Store::CredsStore(helper.clone());
            let mut login = helped(source, number as u16, &listed.key, store, Listing::Listed);
            describe_listed(&mut login, &listed.username);
            found.push(login);
        }
    }
    inventory.logins.extend(found);
    inventory.logins.sort_by_key(|login| login.source);
}

fn describe_listed(login: &mut Login, username: &str) {
    if username == TOKEN_USERNAME {
        login.kind = EntryKind::IdentityToken;
        login.account = Account::Unknown;
    } else {
        login.kind = EntryKind::Basic;
        login.account = if token::looks_like_token(username) {
            Account::IsTheSecret
        } else {
            Account::Name(username.into())
        };
    }
    login.diagnostics.add_if(username.chars().any(char::is_control), Diagnostic::ControlCharInUsername);
}
