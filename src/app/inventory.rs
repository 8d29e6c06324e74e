//! Every login that can be found, over all files and helpers.

mod conflicts;
pub mod filter;
pub mod find;
pub mod list_helpers;
mod merge_helpers;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::login::for_docker;
use crate::app::transaction::review;
use crate::config;
use crate::config::docker::ConfigFile;
use crate::config::document::Problem;
use crate::config::entry::Entry;
use crate::config::locate::{self, Format, Place};
use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::credential::expiry::{self, Expiry};
use crate::credential::login::{self, Account, EntryKind, Login, LoginId, Store};
use crate::credential::token::{self, TokenKind};
use crate::credential_helper::protocol::Listed;
use crate::error::plain_reason;
use crate::file::contents;
use crate::registry::key;
use crate::registry::provider;
use crate::settings::Settings;
use crate::text;

/// What became of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// Read, perhaps with diagnostics.
    Read,
    /// Not there.
    Missing,
    /// There, but it cannot be used as it is.
    Broken(Problem),
    /// There, but it cannot be opened: the reason.
    Unreadable(String),
}

/// A file or the variable, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is and who reads it.
    pub place: Place,
    /// What became of it.
    pub state: SourceState,
    /// What is odd about it as a whole.
    pub diagnostics: Diagnostics,
    /// True where an edit could lose something.
    pub read_only: bool,
    /// The helper for all registries.
    pub creds_store: Option<Arc<str>>,
    /// Keys with a helper of their own; the helper's name may be empty.
    pub cred_helpers: Vec<(Box<str>, Arc<str>)>,
    /// When it was last written.
    pub modified: Option<Timestamp>,
}

impl Source {
    /// Why it could not be read, with its name, as safe text; `None` where it was read or is not there.
    pub fn trouble(&self) -> Option<String> {
        let reason = match &self.state {
            SourceState::Broken(problem) => problem.sentence(),
            SourceState::Unreadable(reason) => reason.clone(),
            SourceState::Read | SourceState::Missing => return None,
        };
        Some(format!("{}: {}", text::safe(&self.place.name), text::safe(&reason)))
    }

    /// What is odd about the file and matters to each login in it; the rest is told of the file, or of one entry.
    pub fn beside_a_login(&self) -> Diagnostics {
        let mut found = Diagnostics::default();
        for diagnostic in [Diagnostic::ReadableByOthers, Diagnostic::TrailingData, Diagnostic::Bom] {
            found.add_if(self.diagnostics.has(diagnostic), diagnostic);
        }
        found
    }

    /// True for docker's own file where one odd entry makes docker refuse all of it.
    pub fn is_refused_by_docker(&self) -> bool {
        let is_read = self.state == SourceState::Read;
        is_read && self.place.docker && self.diagnostics.has(Diagnostic::DockerRejectsFile)
    }
}

/// All that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Every place that was looked at, found or not.
    pub sources: Vec<Source>,
    /// The logins, grouped by source.
    pub logins: Vec<Login>,
    /// What is odd about the variables that lead to the files.
    pub diagnostics: Diagnostics,
    /// The helper that docker takes by itself for a file without any login, store or helper.
    pub default_store: Option<&'static str>,
    /// There is a vault, whose secrets [`crate::app::vault::rows`] reads.
    pub has_vault: bool,
    /// docker would find the helper that we are.
    pub finds_us: bool,
}

pub use merge_helpers::{apply_listings, mark_asked};

/// A helper's answer to `list`: its logins, or why there are none.
pub type Listing = Result<Vec<Listed>, Arc<str>>;

/// What the helpers answered.
pub type Listings = BTreeMap<Arc<str>, Listing>;

impl Inventory {
    /// The helper programs that keep some of these logins.
    pub fn helpers(&self) -> BTreeSet<Arc<str>> {
        let named = self.logins.iter().filter_map(|login| login.id.store.helper().cloned());
        named.chain(self.sources.iter().filter_map(|source| source.creds_store.clone())).collect()
    }

    /// The source of a login.
    pub fn source_of(&self, login: &Login) -> &Source {
        &self.sources[usize::from(login.source)]
    }

    /// Takes another inventory's sources and logins in, after its own.
    pub fn append(&mut self, other: Self) {
        let first = self.sources.len() as u16;
        self.sources.extend(other.sources);
        self.logins
            .extend(other.logins.into_iter().map(|login| Login { source: login.source + first, ..login }));
    }

    /// The login with this identity.
    pub fn find(&self, id: &LoginId) -> Option<&Login> {
        self.logins.iter().find(|login| login.id == *id)
    }

    /// The files that were found or looked for, for watching.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.sources.iter().filter_map(|source| source.place.path.as_deref())
    }
}

/// Reads every file. No helper is run: their logins wait for [`apply_listings`].
pub fn read(settings: &Settings, now: Timestamp) -> Inventory {
    let mut inventory = Inventory {
        diagnostics: settings.locations.diagnostics(Path::exists),
        default_store: review::around(settings, Format::Docker).machine.store,
        // One that cannot be looked at is not missing: reading it says why.
        has_vault: settings.vault.file.as_ref().is_some_and(|path| path.try_exists().unwrap_or(true)),
        finds_us: for_docker::finds_us(settings),
        ..Inventory::default()
    };
    if let Some(variable) = &settings.variable {
        let file = config::read(Format::Variable, variable.expose());
        add_source(&mut inventory, locate::variable_place(), file, None, now);
    }
    for place in settings.locations.places() {
        let Some(path) = place.path.clone() else { continue };
        match contents::find(&path) {
            Ok(Some(content)) => {
                let file = config::read(place.format, &content.bytes);
                add_source(&mut inventory, place, file, Some(&content), now);
            }
            Ok(None) => add_empty(&mut inventory, place, SourceState::Missing),
            Err(error) => {
                let reason = plain_reason(&error);
                add_empty(&mut inventory, place, SourceState::Unreadable(reason));
            }
        }
    }
    conflicts::gather_companions(&mut inventory.logins);
    inventory
}

fn add_empty(inventory: &mut Inventory, place: Place, state: SourceState) {
    inventory.sources.push(Source {
        place,
        state,
        diagnostics: Diagnostics::default(),
        read_only: true,
        creds_store: None,
        cred_helpers: Vec::new(),
        modified: None,
    });
}

fn add_source(
    inventory: &mut Inventory,
    place: Place,
    file: ConfigFile,
    content: Option<&contents::Content>,
    now: Timestamp,
) {
    let has_plain = file.entries.iter().any(|entry| entry.diagnostics.has(Diagnostic::PlaintextSecret));
    let mut diagnostics = file.diagnostics;
    let exposed = has_plain && content.is_some_and(|content| content.others_can_read);
    diagnostics.add_if(exposed, Diagnostic::ReadableByOthers);
    let source = Source {
        read_only: file.is_read_only(),
        state: file.problem.map_or(SourceState::Read, SourceState::Broken),
        diagnostics,
        creds_store: file.creds_store.map(Arc::from),
        cred_helpers: file.cred_helpers.into_iter().map(|(key, name)| (key.into(), name.into())).collect(),
        modified: content.and_then(|content| content.modified),
        place,
    };
    let number = inventory.sources.len() as u16;
    let first = inventory.logins.len();
    add_entries(&mut inventory.logins, &source, number, file.entries, now);
    add_helped(&mut inventory.logins, &source, number);
    conflicts::diagnose(&mut inventory.logins[first..], source.place.format);
    inventory.sources.push(source);
}

fn add_entries(logins: &mut Vec<Login>, source: &Source, number: u16, entries: Vec<Entry>, now: Timestamp) {
    logins.reserve(entries.len());
    let helpers: HashMap<&str, &Arc<str>> =
        source.cred_helpers.iter().map(|(key, name)| (&**key, name)).collect();
    for entry in entries {
        let helped = helpers.get(&*entry.key).copied();
        let by_helper = helped.is_some_and(|name| !name.is_empty());
        // An empty entry marks what a store keeps; the store's own row stands for it.
        if entry.kind == EntryKind::Empty && by_helper {
            continue;
        }
        let store = match &source.creds_store {
            Some(name) if entry.kind == EntryKind::Empty && helped.is_none() => {
                Store::CredsStore(name.clone())
            }
            _ => Store::Inline,
        };
        let shadowed = by_helper || (source.creds_store.is_some() && helped.is_none());
        let mut login = from_entry(source, number, &entry, store, now);
        login.diagnostics.add_if(login.is_plain() && shadowed, Diagnostic::PlaintextShadowedByStore);
        login.diagnostics.add_if(helped.is_some_and(|name| name.is_empty()), Diagnostic::EmptyHelperName);
        logins.push(login);
    }
}

fn from_entry(source: &Source, number: u16, entry: &Entry, store: Store, now: Timestamp) -> Login {
    let inline = store == Store::Inline;
    let username = entry.username_text().unwrap_or_default();
    let mut diagnostics = entry.diagnostics;
    let (mut kind, mut expiry, mut claims) = (None, Expiry::Unknown { usual: None }, Vec::new());
    let provider = match entry.secret().filter(|_| inline) {
        Some(secret) => {
            let token = token::classify(&entry.key, &username, secret.expose(), None, now);
            // Which spelling of Docker Hub is right depends on the file; `conflicts` judges it.
            diagnostics.extend(&token.warnings.without(Diagnostic::DockerCliUsesIndexKey));
            // Of a password there is nothing to read, and most logins are passwords.
            if token.kind != TokenKind::Password {
                claims = token::decode(secret.expose());
            }
            kind = Some(token.kind);
            diagnostics.add_if(token.kind.is_google_key(), Diagnostic::LongLivedServiceAccountKey);
            expiry = estimate(token.expiry, source.modified);
            token.provider
        }
        None => provider::identify(&entry.key).provider,
    };
    Login {
        id: LoginId { source: source.place.name.clone(), key: entry.key.as_str().into(), store },
        source: number,
        kind: entry.kind,
        account: account(entry, &username, kind),
        email: entry.email.as_deref().map(Box::from),
        provider,
        token: kind,
        expiry: if inline { expiry } else { Expiry::NotAsked },
        diagnostics,
        claims: claims.into(),
        listing: if inline { login::Listing::NotNeeded } else { login::Listing::NotAsked },
        companions: Box::default(),
        named: None,
    }
}

/// A user name that is the token itself (`DigitalOcean` writes it so) must not be shown.
fn account(entry: &Entry, username: &str, kind: Option<TokenKind>) -> Account {
    let same =
        entry.secret().is_some_and(|secret| !secret.is_empty() && secret.expose() == username.as_bytes());
    let is_token = kind.is_some() && token::looks_like_token(username);
    match &entry.username {
        None => Account::Unknown,
        Some(_) if same || is_token => Account::IsTheSecret,
        Some(_) => Account::Name(username.into()),
    }
}

/// A short-lived token without a readable end was stored no later than its file was written.
fn estimate(expiry: Expiry, modified: Option<Timestamp>) -> Expiry {
    let (Expiry::Unknown { usual: Some(usual) }, Some(modified)) = (expiry, modified) else {
        return expiry;
    };
    match Timestamp::from_second(modified.as_second() + i64::from(usual)) {
        Ok(at) => Expiry::Estimated { at, source: expiry::Source::FileTime },
        Err(_) => expiry,
    }
}

/// The logins of `credHelpers`: one for each key, whether or not the file has an entry for it.
fn add_helped(logins: &mut Vec<Login>, source: &Source, number: u16) {
    for (key, name) in source.cred_helpers.iter().filter(|(_, name)| !name.is_empty()) {
        let mut login =
            helped(source, number, key, Store::CredHelper(name.clone()), login::Listing::NotAsked);
        let scheme = **key != *key::HUB_KEY && key.contains("://");
        login.diagnostics.add_if(scheme, Diagnostic::CredhelpersKeyWithScheme);
        login.diagnostics.add_if(key.contains('*'), Diagnostic::CredhelpersWildcard);
        logins.push(login);
    }
}

fn helped(source: &Source, number: u16, key: &str, store: Store, listing: login::Listing) -> Login {
    Login {
        id: LoginId { source: source.place.name.clone(), key: key.into(), store },
        source: number,
        kind: EntryKind::Basic,
        account: Account::Unknown,
        email: None,
        provider: provider::identify(key).provider,
        token: None,
        expiry: Expiry::NotAsked,
        diagnostics: Diagnostics::default(),
        claims: Box::default(),
        listing,
        companions: Box::default(),
        named: None,
    }
}
