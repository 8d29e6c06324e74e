//! Changes of one named secret, each with the way back. All of them block: the keyring may take its time.

use jiff::Timestamp;

use crate::app::secrets::secret_kind;
use crate::app::submit::Submission;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::settings::VaultSettings;
use crate::text;
use crate::vault::Vault;
use crate::vault::document::Document;
use crate::vault::record::{Record, SecretKind};

/// A record before and after a change, and the vault that it is in. All secrets in it are [`Secret`].
#[derive(Clone, Debug)]
pub(super) struct RecordUndo {
    vault: Vault,
    before: Option<Record>,
    after: Option<Record>,
}

/// Adds a submission as a new secret.
///
/// # Errors
/// The name is taken, or the vault is missing, locked or damaged.
pub(super) fn add(
    settings: &VaultSettings,
    submission: &Submission,
    password: Secret,
    now: Timestamp,
) -> Result<RecordUndo> {
    let vault = Vault::open(settings)?;
    let (key, username) = (submission.registry_key.clone(), submission.username.clone());
    let mut record = Record::new(submission.name.clone(), key, username, password, now);
    record.kind = secret_kind(submission.kind);
    fill_in(&mut record, submission);
    vault.add(record.clone())?;
    Ok(RecordUndo { vault, before: None, after: Some(record) })
}

/// Changes the secret of this name; what the form does not know of it stays.
///
/// # Errors
/// As [`add`], or there is no secret of this name any more.
pub(super) fn replace(
    settings: &VaultSettings,
    name: &str,
    submission: &Submission,
    password: Secret,
    now: Timestamp,
) -> Result<RecordUndo> {
    let vault = Vault::open(settings)?;
    let (before, after) = vault.change(|document| {
        let before = find(document, name)?.clone();
        let mut after = before.clone();
        after.name.clone_from(&submission.name);
        // docker's helper answers for one key: under another one it is no login of docker's.
        after.is_login &= after.key == submission.registry_key;
        after.key.clone_from(&submission.registry_key);
        after.username.clone_from(&submission.username);
        after.password = password;
        if !matches!(after.kind, SecretKind::Other(_)) {
            after.kind = secret_kind(submission.kind);
        }
        fill_in(&mut after, submission);
        if after != before {
            after.changed_at = now;
            document.replace(name, after.clone())?;
        }
        Ok((before, after))
    })?;
    Ok(RecordUndo { vault, before: Some(before), after: Some(after) })
}

fn fill_in(record: &mut Record, submission: &Submission) {
    record.email = Some(submission.email.clone()).filter(|email| !email.is_empty());
    record.expires_on = submission.expires_on;
}

/// The secret of this name as it is now.
///
/// # Errors
/// There is none, or the vault is missing, locked or damaged.
pub(super) fn get(settings: &VaultSettings, name: &str) -> Result<Record> {
    let document = Vault::open(settings)?.read()?;
    find(&document, name).cloned()
}

/// Removes this secret, and none that took its name meanwhile.
///
/// # Errors
/// It is gone or was changed meanwhile, or the vault is missing, locked or damaged.
pub(super) fn remove(settings: &VaultSettings, record: Record) -> Result<RecordUndo> {
    let vault = Vault::open(settings)?;
    vault.change(|document| {
        same(document, &record)?;
        document.remove(&record.name)
    })?;
    Ok(RecordUndo { vault, before: Some(record), after: None })
}

impl RecordUndo {
    /// True where there is nothing to take back.
    pub fn is_empty(&self) -> bool {
        self.before == self.after
    }

    /// Takes the change back; the answer says so in words and is the way forward again.
    ///
    /// # Errors
    /// The secret was changed meanwhile, its old name is taken, or the vault cannot be written.
    pub fn run(self) -> Result<(String, Self)> {
        let Self { vault, before, after } = self;
        let restored = vault.change(|document| match (before.clone(), &after) {
            (None, None) => Ok(None),
            (None, Some(after)) => {
                same(document, after)?;
                document.remove(&after.name)?;
                Ok(None)
            }
            (Some(before), None) => {
                let restored = without_a_rival(document, before, "");
                document.add(restored.clone())?;
                Ok(Some(restored))
            }
            (Some(before), Some(after)) => {
                same(document, after)?;
                let restored = without_a_rival(document, before, &after.name);
                document.replace(&after.name, restored.clone())?;
                Ok(Some(restored))
            }
        })?;
        let name = restored.as_ref().or(after.as_ref()).map_or("", |record| &record.name);
        let words = match &restored {
            Some(_) => format!("{} is in the vault as before.", text::safe(name)),
            None => format!("{} is no longer in the vault.", text::safe(name)),
        };
        Ok((words, Self { vault, before: after, after: restored }))
    }
}

/// A login that docker got meanwhile keeps its place; the old one comes back as a secret. `own` is its name now.
fn without_a_rival(document: &Document, mut record: Record, own: &str) -> Record {
    let rival =
        document.login(&record.key).is_some_and(|login| login.name != record.name && login.name != own);
    record.is_login &= !rival;
    record
}

fn find<'a>(document: &'a Document, name: &str) -> Result<&'a Record> {
    document.find(name).ok_or_else(|| {
        Error::not_found(format!("The vault has no secret of the name {} any more.", text::safe(name)))
    })
}

fn same(document: &Document, record: &Record) -> Result<()> {
    if find(document, &record.name)? == record {
        return Ok(());
    }
    let name = text::safe(&record.name);
    Err(Error::failed(format!("The secret {name} was changed in the meantime."))
        .hint("It is left as it is now."))
}
