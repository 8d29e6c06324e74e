//! Secrets that lie in the vault: what docker gets from `docker-credential-pullpass`, without running it, and any by name.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::config::plan::HelperStep;
use crate::credential::Credential;
use crate::registry::helper_key;
use crate::store::error::StoreError;
use crate::store::{Result, without_mark};
use crate::vault::document::Document;
use crate::vault::error::VaultError;
use crate::vault::record::Record;
use crate::vault::{Access, Vault, name};

/// A record that a change touched.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordChange {
    /// As it was; `None` where there was none of this name.
    pub before: Option<Record>,
    /// As it is now; `None` where it is gone.
    pub after: Option<Record>,
}

impl RecordChange {
    /// True where docker used it under its key, and now another record has its place.
    pub fn loses_mark(&self) -> bool {
        let is_login = |record: &Option<Record>| record.as_ref().is_some_and(|record| record.is_login);
        is_login(&self.before) && self.after.is_some() && !is_login(&self.after)
    }

    /// The record's name.
    pub fn name(&self) -> &str {
        self.before.as_ref().or(self.after.as_ref()).map_or("", |record| &record.name)
    }
}

/// Reads the login of one key. The user name is empty for an identity token.
///
/// # Errors
/// The vault is locked or does not open, or keeps no login of that key.
pub fn fetch(access: &Access, key: &str) -> Result<Credential> {
    let record = access.open()?.login(key)?;
    password_of(record.ok_or_else(|| StoreError::NotInVault { key: key.to_owned() })?)
}

/// Reads the secret of one name. The user name is empty for an identity token.
///
/// # Errors
/// The vault is locked or does not open, or has no secret of that name.
pub fn fetch_named(access: &Access, name: &str) -> Result<Credential> {
    let record = access.open()?.get(name)?;
    password_of(record.ok_or_else(|| StoreError::SecretGone { name: name.to_owned() })?)
}

fn password_of(record: Record) -> Result<Credential> {
    match record.refresh {
        Some(_) if record.credential.secret.is_empty() => Err(StoreError::NotMinted { name: record.name }),
        _ => Ok(without_mark(record.credential)),
    }
}

/// The login that the vault keeps under a key now.
///
/// # Errors
/// The vault is missing, locked or does not open.
pub fn stored(access: &Access, key: &str) -> Result<Option<Credential>> {
    let document = access.open()?.read()?;
    Ok(document.login(key).map(|record| record.credential.clone()))
}

/// Does to the vault what a plan wants of the helper that we are. A login that is there already counts as changed: who
/// gave it and wants to take it away again sees that somebody else relies on it now.
///
/// `ahead` hears which records will be touched, as [`change_ahead`] tells it.
///
/// # Errors
/// The vault is locked or cannot be written, or the error of `ahead`.
pub fn carry_out<E: From<VaultError> + From<StoreError>>(
    access: &Access,
    step: &HelperStep,
    now: Timestamp,
    ahead: impl FnOnce(&[RecordChange]) -> std::result::Result<(), E>,
) -> std::result::Result<Vec<RecordChange>, E> {
    let vault = match access.open() {
        Ok(vault) => vault,
        // As the helper does: what is not there is forgotten already.
        Err(VaultError::Missing) if step.keep.is_none() => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    if step.keep.is_none() && vault.read()?.login(&step.key).is_none() {
        return Ok(Vec::new());
    }
    let edit = |document: &mut Document| {
        let Some(login) = &step.keep else {
            forget(document, &step.key);
            return Ok(());
        };
        if step.is_taken(document.login(&step.key).map(|record| &record.credential)) {
            return Err(StoreError::Taken { helper: step.helper.clone(), key: step.key.clone() }.into());
        }
        Ok(keep(document, &step.key, login.clone(), step.email.clone(), now)?)
    };
    change_ahead(&vault, edit, ahead)
}

/// Changes the vault, and says which records that touched. Where `edit` fails nothing is written.
///
/// # Errors
/// The error of `edit`, or the vault cannot be written: then it is as it was.
pub fn change<E: From<VaultError> + From<StoreError>>(
    vault: &Vault,
    edit: impl FnOnce(&mut Document) -> std::result::Result<(), E>,
) -> std::result::Result<Vec<RecordChange>, E> {
    change_ahead(vault, edit, |_| Ok(()))
}

/// As [`change`]; before anything is written, and under the vault's lock, `ahead` hears what will be touched.
///
/// # Errors
/// As [`change`], or the error of `ahead`: nothing is written.
pub fn change_ahead<E: From<VaultError> + From<StoreError>>(
    vault: &Vault,
    edit: impl FnOnce(&mut Document) -> std::result::Result<(), E>,
    ahead: impl FnOnce(&[RecordChange]) -> std::result::Result<(), E>,
) -> std::result::Result<Vec<RecordChange>, E> {
    vault.change(|document| {
        let before = document.records.clone();
        edit(document)?;
        let touched = difference(&before, &document.records);
        ahead(&touched)?;
        Ok(touched)
    })
}

fn difference(before: &[Record], after: &[Record]) -> Vec<RecordChange> {
    let (old, new) = (by_name(before), by_name(after));
    let touched = |name: &str| {
        let (before, after) = (old.get(name).copied(), new.get(name).copied());
        (before != after).then(|| RecordChange { before: before.cloned(), after: after.cloned() })
    };
    let added = after.iter().filter(|record| !old.contains_key(&*record.name));
    before.iter().chain(added).filter_map(|record| touched(&record.name)).collect()
}

fn by_name(records: &[Record]) -> HashMap<&str, &Record> {
    records.iter().map(|record| (&*record.name, record)).collect()
}

/// Puts records back as they were before, and says which that touched. Where they are so already, nothing is written.
/// With `leave`, what somebody changed in the meantime stays as it is; what was taken away then comes back under another
/// name. A login that docker got meanwhile keeps its place: the old one comes back as a secret.
///
/// # Errors
/// Somebody changed one of them in the meantime, without `leave`; or as [`change`].
pub fn restore(vault: &Vault, touched: &[RecordChange], leave: bool) -> Result<Vec<RecordChange>> {
    let is_done = |document: &Document| {
        touched.iter().all(|record| document.find(record.name()) == record.before.as_ref())
    };
    if is_done(&vault.read()?) {
        return Ok(Vec::new());
    }
    change(vault, |document| put_all_back(document, touched, leave))
}

/// The marks of docker's logins come last: one that moved from record to record is free by then, unless docker got another
/// login meanwhile.
fn put_all_back(document: &mut Document, touched: &[RecordChange], leave: bool) -> Result<()> {
    let mut logins = Vec::new();
    for one in touched.iter().rev() {
        logins.extend(put_back(document, one, leave)?);
    }
    for login in logins {
        if document.login(&login.key).is_none() {
            document.replace(&login.name.clone(), login)?;
        }
    }
    Ok(())
}

/// Puts one record back, without the mark of docker's login. The answer is the record with it.
fn put_back(document: &mut Document, touched: &RecordChange, leave: bool) -> Result<Option<Record>> {
    let name = touched.name();
    let now = document.find(name);
    if now == touched.before.as_ref() {
        return Ok(None);
    }
    let is_ours = now == touched.after.as_ref();
    if !is_ours && !leave {
        return Err(StoreError::ChangedSince { name: name.to_owned() });
    }
    let is_there = now.is_some();
    match touched.before.clone() {
        Some(mut before) if is_ours || touched.after.is_none() => {
            if !is_ours {
                before.name = name::for_registry(&before.key, |name| document.find(name).is_some());
            }
            let login = before.is_login.then(|| before.clone());
            before.is_login = false;
            if is_ours && is_there {
                document.replace(name, before)?;
            } else {
                document.add(before)?;
            }
            Ok(login)
        }
        None if is_ours => Ok(document.remove(name).map(|_| None)?),
        _ => Ok(None),
    }
}

/// The login of the key gets the new user name and password; without one there is a new record. A named secret that
/// docker does not use is never touched. One whose password is minted stays as it is: docker stores what it was handed out.
///
/// # Errors
/// The record's password is minted, and another one is given.
pub fn keep(
    document: &mut Document,
    key: &str,
    login: Credential,
    email: Option<String>,
    now: Timestamp,
) -> std::result::Result<(), VaultError> {
    let known =
        document.records.iter_mut().find(|record| record.is_login && helper_key::is_same(&record.key, key));
    if let Some(record) = known {
        if record.refresh.is_some() {
            let is_same = record.credential.secret == login.secret;
            return if is_same { Ok(()) } else { Err(VaultError::Minted(record.name.clone())) };
        }
        record.credential = login;
        record.changed_at = now;
        return Ok(());
    }
    let name = name::for_registry(key, |name| document.find(name).is_some());
    let mut record = Record::new(name, key.to_owned(), login, now);
    record.is_login = true;
    record.email = email;
    document.add(record)
}

/// Takes the login of the key out; other records of the key stay. One whose password is minted loses that only.
pub fn forget(document: &mut Document, key: &str) {
    let is_meant = |record: &Record| record.is_login && helper_key::is_same(&record.key, key);
    document.records.retain(|record| !is_meant(record) || record.refresh.is_some());
    document.records.iter_mut().filter(|record| is_meant(record)).for_each(Record::forget_minted);
}

#[cfg(test)]
mod tests;
