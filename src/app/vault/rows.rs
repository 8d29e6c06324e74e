//! The named secrets of the vault as rows: each a `Login` like those of the files, without the secret itself.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::inventory::{Inventory, Source, SourceState};
use crate::app::vault::by_name;
use crate::config::locate::{Format, Place};
use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::credential::expiry::Expiry;
use crate::credential::login::{EntryKind, Listing, Login, LoginId, Named, Reminder, Store as LoginStore};
use crate::credential::rules::SecretType;
use crate::credential::token::{self, TokenKind};
use crate::error::{Notice, Result};
use crate::secret::Secret;
use crate::vault::error::VaultError;
use crate::vault::init::{self, NewKey};
use crate::vault::key_source::KeySource;
use crate::vault::record::Record;
use crate::vault::{Access, Locked, Opened, Remembered, Vault};

/// What became of the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nobody looked yet.
    #[default]
    NotRead,
    /// There is none.
    Missing,
    /// Its key is not at hand.
    Locked {
        /// Why, and what to do.
        why: Notice,
        /// What opens it.
        by: Option<Unlock>,
    },
    /// Its secrets were read.
    Open,
    /// It cannot be read; it was left as it is.
    Broken(Notice),
}

/// What opens a locked vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlock {
    /// Its passphrase.
    Passphrase,
    /// The session's keyring, which asks its owner itself.
    Keyring,
}

/// The vault as the screen shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secrets {
    /// What became of it.
    pub state: State,
    /// Where its key is kept, in a word or two.
    pub key: Option<&'static str>,
    /// Its secrets, as logins of one source; without any where it is not open.
    pub inventory: Inventory,
}

impl Secrets {
    /// There is no vault.
    pub fn missing() -> Self {
        Self { state: State::Missing, ..Self::default() }
    }

    /// The names of all secrets.
    pub fn names(&self) -> Vec<String> {
        let named = self.inventory.logins.iter().filter_map(|login| login.named.as_ref());
        named.map(|named| named.name.to_string()).collect()
    }
}

/// Reads the vault. Nobody is asked for anything; a keyring may take its time.
pub fn read(vault: &Access, now: Timestamp) -> Secrets {
    match vault.find() {
        Ok(None) => Secrets::missing(),
        Ok(Some(Opened::Locked(locked))) => of_locked(locked),
        Ok(Some(Opened::Open(vault))) => of_open(&vault, now),
        Err(VaultError::Locked(why)) => {
            Secrets { state: State::Locked { why: Notice::of(why), by: None }, ..Secrets::default() }
        }
        Err(error) => Secrets { state: State::Broken(Notice::of(error)), ..Secrets::default() },
    }
}

fn of_locked(locked: Locked) -> Secrets {
    let by = match locked.key_source() {
        KeySource::Passphrase => Some(Unlock::Passphrase),
        KeySource::Keyring => Some(Unlock::Keyring),
        KeySource::IdentityFile { .. } => None,
    };
    let key = Some(locked.key_source().short());
    Secrets { state: State::Locked { why: Notice::of(locked.why), by }, key, ..Secrets::default() }
}

fn of_open(vault: &Vault, now: Timestamp) -> Secrets {
    let key = Some(vault.key_source.short());
    match vault.read() {
        Ok(document) => Secrets {
            state: State::Open,
            key,
            inventory: of_records(&vault.place().vault, &document.records, now),
        },
        Err(error) => Secrets { state: State::Broken(Notice::of(error)), key, ..Secrets::default() },
    }
}

/// Records of the vault in this file, as logins of one source.
pub fn of_records(file: &Path, records: &[Record], now: Timestamp) -> Inventory {
    let source = source(file);
    let zone = TimeZone::system();
    let row = |record: &Record| row(record, &source.place.name, &zone, now);
    let logins = records.iter().map(row).collect();
    Inventory { sources: vec![source], logins, ..Inventory::default() }
}

fn source(file: &Path) -> Source {
    let name: Arc<str> = file.display().to_string().into();
    let format = Format::Vault;
    Source {
        place: Place {
            name,
            path: Some(file.to_owned()),
            format,
            why: "the vault",
            docker: false,
            podman: None,
        },
        state: SourceState::Read,
        diagnostics: Diagnostics::default(),
        read_only: false,
        creds_store: None,
        cred_helpers: Vec::new(),
        modified: None,
    }
}

fn row(record: &Record, source: &Arc<str>, zone: &TimeZone, now: Timestamp) -> Login {
    let (username, secret) = (&record.credential.username, record.credential.secret.expose());
    let profile = record.kind.known().and_then(SecretType::profile);
    let token = token::classify(&record.key, username, secret, profile, now);
    let end = by_name::end(record, &token);
    let mut diagnostics = token.warnings.without(Diagnostic::DockerCliUsesIndexKey);
    diagnostics.add_if(token.kind.is_google_key(), Diagnostic::LongLivedServiceAccountKey);
    let name: Arc<str> = record.name.as_str().into();
    let reminder = record.expires_on.and_then(|day| reminder(day, zone));
    let claims = if token.kind == TokenKind::Password { Vec::new() } else { token::decode(secret) };
    Login {
        id: LoginId {
            source: source.clone(),
            key: record.key.as_str().into(),
            store: LoginStore::Vault(name.clone()),
        },
        source: 0,
        kind: if record.credential.is_identity_token() { EntryKind::IdentityToken } else { EntryKind::Basic },
        account: by_name::account(record),
        email: record.email.as_deref().map(Box::from),
        provider: token.provider,
        token: Some(token.kind),
        expiry: earlier(end, reminder),
        diagnostics,
        claims: claims.into(),
        listing: Listing::NotNeeded,
        companions: Box::default(),
        named: Some(Box::new(Named {
            name,
            kind: record.kind.known(),
            end,
            reminder,
            is_login: record.is_login,
            created_at: record.created_at,
            changed_at: record.changed_at,
        })),
    }
}

fn reminder(day: Date, zone: &TimeZone) -> Option<Reminder> {
    let begins = day.to_zoned(zone.clone()).ok()?;
    Some(Reminder { day, at: begins.timestamp() })
}

/// What the list counts down to: the token's own end, or the reminder where that comes first.
fn earlier(end: Expiry, reminder: Option<Reminder>) -> Expiry {
    match (end, reminder) {
        (Expiry::At { at, .. }, Some(reminder)) if at <= reminder.at => end,
        (_, Some(Reminder { at, .. })) => Expiry::Reminder { at },
        (_, None) => end,
    }
}

/// Opens the vault with its passphrase, or without one with the keyring, which may ask its owner now. Where nothing else
/// keeps the key, this run does. The answer says who keeps it, in words.
///
/// # Errors
/// The passphrase is wrong, the keyring stays locked, or there is no vault.
pub fn unlock(access: &Access, passphrase: Option<&Secret>) -> Result<String> {
    let locked = match access.find()?.ok_or(VaultError::Missing)? {
        Opened::Locked(locked) => locked,
        Opened::Open(_) => return Ok("The vault is open.".into()),
    };
    let opened = match (locked.key_source(), passphrase) {
        (KeySource::Keyring, _) => locked.unlock_keyring()?,
        (KeySource::Passphrase, Some(passphrase)) => locked.unlock(passphrase)?,
        (KeySource::Passphrase, None) | (KeySource::IdentityFile { .. }, _) => return Err(locked.why.into()),
    };
    Ok(keep_open(access, &opened, locked.unlocked_for()))
}

/// Makes a vault. Its key goes behind this passphrase, or without one into the session's keyring, which may ask its owner
/// now; an identity file that the environment names goes before both.
///
/// # Errors
/// There is a vault already, its files cannot be made, or the keyring keeps no key: a passphrase can.
pub fn make(access: &Access, passphrase: Option<&Secret>) -> Result<String> {
    let new = match (&access.settings.identity, passphrase) {
        (Some(path), _) => NewKey::IdentityFile(path.clone()),
        (None, Some(passphrase)) => NewKey::Passphrase(passphrase.clone()),
        (None, None) => NewKey::Keyring,
    };
    let time = init::usual_time(&access.settings);
    let made = init::init(&access.settings, new, time)?;
    Ok(format!("The vault is made. {}", keep_open(access, &made, time)))
}

/// Why a new vault does not take this passphrase; `None` where it does.
pub fn fault_of_passphrase(passphrase: &Secret) -> Option<Notice> {
    init::check_passphrase(passphrase).err().map(Notice::of)
}

/// Has the kernel keep the key of a vault that a passphrase opened, or else this run.
fn keep_open(access: &Access, vault: &Vault, time: Duration) -> String {
    if vault.key_source != KeySource::Passphrase {
        return "The vault is open.".into();
    }
    match vault.remember(time) {
        Remembered::For(time) => {
            format!("The vault is open for {}.", crate::text::rough(time.as_secs().cast_signed()))
        }
        Remembered::NotWanted | Remembered::No(_) => {
            access.keep(vault.identity());
            "The vault is open until you leave.".into()
        }
    }
}

#[cfg(test)]
mod tests;
