//! What the form hands in, as a named secret of the vault. All of it blocks: the keyring may take its time.

use jiff::Timestamp;

use crate::app::login::destination::Destination;
use crate::app::login::submission::{Password, Submission};
use crate::app::transaction::journal::Ahead;
use crate::app::transaction::{Step, Undo};
use crate::app::vault::by_name::find_in;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::store::vault as store;
use crate::vault::Access;
use crate::vault::document::Document;
use crate::vault::error::VaultError;
use crate::vault::record::{Record, SecretKind};

/// Adds a submission as a new secret.
///
/// # Errors
/// The name is taken, or the vault is missing, locked or damaged.
pub(in crate::app) fn add(
    (access, ahead): (&Access, &Ahead),
    submission: &Submission,
    password: Secret,
    now: Timestamp,
) -> Result<Undo> {
    let vault = access.open()?;
    let key = submission.registry_key.clone();
    let login = Credential::new(&*submission.username, password);
    let mut record = Record::new(submission.name.clone(), key, login, now);
    record.kind = SecretKind::Known(submission.kind);
    record.is_login = is_for_docker(submission);
    fill_in(&mut record, submission);
    let note = |touched: &[_]| ahead.note(&Step::of_vault(touched));
    let touched = store::change_ahead::<Error>(&vault, |document| Ok(document.add(record)?), note)?;
    Ok(Undo::of_vault(touched))
}

/// Changes the secret of this name; what the form does not know of it stays.
///
/// # Errors
/// As [`add`], or there is no secret of this name any more.
pub(in crate::app) fn replace(
    (access, ahead): (&Access, &Ahead),
    name: &str,
    submission: &Submission,
    password: Secret,
    now: Timestamp,
) -> Result<Undo> {
    let vault = access.open()?;
    let edit = |document: &mut Document| {
        let before = find_in(document, name)?.clone();
        if before.refresh.is_some() && submission.password != Password::Keep {
            return Err(VaultError::Minted(before.name).into());
        }
        let mut after = before.clone();
        after.name.clone_from(&submission.name);
        // docker's helper answers for one key: under another one it is no login of docker's.
        after.is_login &= after.key == submission.registry_key;
        after.is_login |= is_for_docker(submission);
        after.key.clone_from(&submission.registry_key);
        after.credential.username.clone_from(&submission.username);
        // What stays is what is here now: docker login may have stored another one since it was read.
        if submission.password != Password::Keep {
            after.credential = Credential::new(&*submission.username, password);
        }
        if after.kind.known().is_some() {
            after.kind = SecretKind::Known(submission.kind);
        }
        fill_in(&mut after, submission);
        // It was minted for another registry, perhaps another account.
        if after.refresh.is_some() && after.key != before.key {
            after.forget_minted();
        }
        if after != before {
            after.changed_at = now;
            document.replace(name, after)?;
        }
        Ok(())
    };
    let note = |touched: &[_]| ahead.note(&Step::of_vault(touched));
    let touched = store::change_ahead::<Error>(&vault, edit, note)?;
    Ok(Undo::of_vault(touched))
}

fn is_for_docker(submission: &Submission) -> bool {
    submission.destinations.contains(&Destination::VaultForDocker)
}

fn fill_in(record: &mut Record, submission: &Submission) {
    record.email = Some(submission.email.clone()).filter(|email| !email.is_empty());
    record.expires_on = submission.expires_on;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::login::submission::Origin;
    use crate::credential::login::{LoginId, Store as Place};
    use crate::credential::rules::SecretType;
    use crate::settings::VaultSettings;
    use crate::vault::init::{self, NewKey};

    #[test]
    fn a_password_that_stays_is_the_one_that_is_there_by_then() {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            VaultSettings { file: Some(folder.path().join("vault.age")), ..VaultSettings::default() };
        let key = NewKey::IdentityFile(folder.path().join("id"));
        let vault = init::init(&settings, key, std::time::Duration::ZERO).unwrap();
        let secret = |text: &str| Secret::from_text(text.into());
        let now = Timestamp::UNIX_EPOCH;
        vault
            .add(Record::new("bot".into(), "r.io".into(), Credential::new("u", secret("newer")), now))
            .unwrap();
        let id = LoginId { source: "vault".into(), key: "r.io".into(), store: Place::Vault("bot".into()) };
        let mut submission = Submission {
            origin: Origin::Edit(id),
            kind: SecretType::Private,
            name: "bot".into(),
            registry_key: "r.io".into(),
            username: "u".into(),
            password: Password::Keep,
            email: "a@b.c".into(),
            expires_on: None,
            destinations: vec![Destination::Vault],
            allows_plain_file: false,
        };
        for (password, expected) in [(Password::Keep, "newer"), (Password::New(secret("given")), "given")] {
            submission.password = password;
            // What was read before docker login stored another one.
            let read = if expected == "given" { secret("given") } else { secret("older") };
            replace((&Access::new(settings.clone()), &Ahead::default()), "bot", &submission, read, now)
                .unwrap();
            let kept = vault.get("bot").unwrap().unwrap();
            assert_eq!((kept.credential.secret, kept.email.as_deref()), (secret(expected), Some("a@b.c")));
        }
    }
}
