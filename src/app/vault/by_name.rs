//! Named secrets of the vault, for the commands: finding one, making one, removing one.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::app::Context;
use crate::app::transaction::journal::Ahead;
use crate::app::transaction::{Done, Line, Step, Undo};
use crate::config::relocate;
use crate::credential::content::Content;
use crate::credential::expiry::{Expiry, Source};
use crate::credential::login::Account;
use crate::credential::rules::{self, FieldVerdict, PasswordContext, SecretType};
use crate::credential::token::{self, Token};
use crate::credential::{Credential, TOKEN_USERNAME};
use crate::error::{Error, Result};
use crate::registry::{key, provider};
use crate::store::error::StoreError;
use crate::store::vault as store;
use crate::text;
use crate::vault::document::Document;
use crate::vault::error::VaultError;
use crate::vault::record::Record;
use crate::vault::{Access, name};

/// A secret to make, without its account.
#[derive(Debug)]
pub struct Fields {
    /// What it is to be called; without it, a name after the registry.
    pub name: Option<String>,
    /// The registry, as typed.
    pub registry: String,
    /// The address that some platforms ask for; may be empty.
    pub email: String,
    /// The day of the reminder, or how long until then; may be empty.
    pub expires_on: String,
    /// docker is to find it in the vault.
    pub for_docker: bool,
}

/// What is known of a secret to make before there is a password.
#[derive(Debug)]
pub struct Judged {
    /// The key that it will have.
    pub key: String,
    kind: SecretType,
    name: String,
    warnings: Vec<String>,
}

/// What keeps the rules, and what is odd about it all the same.
#[derive(Debug)]
pub struct NewSecret {
    /// The record.
    pub record: Record,
    /// What is odd about it, a sentence each.
    pub warnings: Vec<String>,
}

/// The secret of this name; `None` where the vault has none, or where there is no vault.
///
/// # Errors
/// The vault is locked and may have it, or does not open.
pub fn find(vault: &Access, wanted: &str) -> Result<Option<Record>> {
    Ok(find_each(vault, &[wanted])?.pop().flatten())
}

/// As [`find`], for several names in their order: the vault is read once.
///
/// # Errors
/// As [`find`].
pub fn find_each(vault: &Access, wanted: &[&str]) -> Result<Vec<Option<Record>>> {
    let none = || Ok(vec![None; wanted.len()]);
    match vault.open() {
        Ok(vault) => {
            let document = vault.read()?;
            Ok(wanted.iter().map(|name| document.find(name).cloned()).collect())
        }
        Err(VaultError::Missing) => none(),
        // A locked vault has no say in what cannot be a name.
        Err(VaultError::Locked(_))
            if wanted.iter().all(|name| rules::name::fault(name, |_| false).is_some()) =>
        {
            none()
        }
        Err(error) => Err(error.into()),
    }
}

/// What the secret says of itself.
pub fn token(record: &Record, now: Timestamp) -> Token {
    token::classify(&record.key, &record.credential.username, record.credential.secret.expose(), None, now)
}

/// When its password ends: as who minted it said, else as the password says.
pub fn end(record: &Record, token: &Token) -> Expiry {
    match (&record.minted, record.credential.expires_at) {
        (Some(mint), Some(at)) if mint.is_estimate => Expiry::Estimated { at, source: Source::Minter },
        (Some(_), Some(at)) => Expiry::At { at, source: Source::Minter },
        _ => token.expiry,
    }
}

/// Whose it is, as far as it may be shown.
pub fn account(record: &Record) -> Account {
    let login = &record.credential;
    match () {
        () if login.is_username_secret() => Account::IsTheSecret,
        () if login.is_identity_token() => Account::Unknown,
        () => Account::Name(login.username.as_str().into()),
    }
}

/// Removes this secret, and none that took its name meanwhile.
///
/// # Errors
/// It is gone or was changed meanwhile, or the vault is locked or cannot be written.
pub(in crate::app) fn remove(vault: &Access, ahead: &Ahead, record: &Record) -> Result<Done> {
    let shown = text::safe(&record.name);
    let edit = |document: &mut Document| {
        if find_in(document, &record.name)? != record {
            return Err(Error::failed(format!("The secret {shown} was changed in the meantime."))
                .hint("It is left as it is now."));
        }
        document.remove(&record.name)?;
        Ok(())
    };
    let note = |touched: &[_]| ahead.note(&Step::of_vault(touched));
    let touched = store::change_ahead::<Error>(&vault.open()?, edit, note)?;
    let lines = vec![Line::Said(format!("the vault forgot {shown}"))];
    Ok(Done { lines, undo: Undo::of_vault(touched) })
}

/// The secret of this name as it is now.
///
/// # Errors
/// There is none, or the vault is missing, locked or damaged.
pub fn get(vault: &Access, name: &str) -> Result<Record> {
    find_in(&vault.open()?.read()?, name).cloned()
}

/// The secret of this name in what was read.
///
/// # Errors
/// There is none.
pub(in crate::app) fn find_in<'a>(document: &'a Document, name: &str) -> Result<&'a Record> {
    document.find(name).ok_or_else(|| StoreError::SecretGone { name: name.to_owned() }.into())
}

/// Holds everything but the password against the rules of the form: it is said before anybody types one. What stands in the
/// place of the password is not looked at.
///
/// # Errors
/// The first rule that it breaks, with the fix; or the vault is missing or locked.
pub fn judge(vault: &Access, fields: &Fields, account: &Content, today: Date) -> Result<Judged> {
    let login = login_of(account)?;
    let taken = vault.open()?.read()?;
    let kind = SecretType::of(provider::identify(&fields.registry).provider);
    let key = rules::registry::key(kind, &fields.registry).unwrap_or_default();
    let is_taken = |name: &str| taken.find(name).is_some();
    let name = fields.name.clone().unwrap_or_else(|| name::for_registry(&key, is_taken));
    let mut warnings = accept([
        rules::name::verdict(&name, is_taken),
        rules::registry::verdict(kind, &fields.registry),
        if login.is_identity_token() {
            FieldVerdict::Ok
        } else {
            rules::user::verdict(kind, &login.username)
        },
        rules::expires_on::verdict(&fields.expires_on, today),
        // No tool asks for one here, so that only a wrong one is worth a word.
        if fields.email.is_empty() { FieldVerdict::Ok } else { rules::email::verdict(&fields.email) },
    ])?;
    let key = if fields.for_docker { relocate::docker_key(&key)? } else { key };
    let old = taken.login(&key).filter(|_| fields.for_docker).map(|old| text::safe(&old.name));
    warnings.extend(old.map(|name| format!("docker no longer uses {name}, which stays as a secret")));
    Ok(Judged { key, kind, name, warnings })
}

/// The warnings, or the first rule that is broken.
fn accept(verdicts: impl IntoIterator<Item = FieldVerdict>) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    for verdict in verdicts {
        match verdict {
            FieldVerdict::Ok => {}
            FieldVerdict::Warn(words) => warnings.push(words),
            FieldVerdict::Wrong { rule, fix } => return Err(Error::usage(rule).hint(fix)),
        }
    }
    Ok(warnings)
}

/// Holds a new secret against the rules of the form.
///
/// # Errors
/// The first rule that it breaks, with the fix; or the vault is missing or locked.
pub fn review(
    vault: &Access,
    fields: &Fields,
    content: &Content,
    today: Date,
    now: Timestamp,
) -> Result<NewSecret> {
    let Judged { kind, name, key, mut warnings } = judge(vault, fields, content, today)?;
    let login = login_of(content)?;
    let beside = PasswordContext { kind, key: &key, username: &login.username };
    warnings.extend(accept([rules::password::verdict(&beside, login.secret.expose(), now)])?);
    if login.secret.expose_text().is_none() {
        return Err(Error::failed("The password is not text, and helpers carry text only.")
            .hint("Give one that is text in UTF-8, without a byte order mark of another encoding."));
    }
    let mut record = Record::new(name, key, login, now);
    record.is_login = fields.for_docker;
    record.email = Some(fields.email.clone()).filter(|email| !email.is_empty());
    record.expires_on = rules::expires_on::read(&fields.expires_on, today).ok().flatten();
    Ok(NewSecret { record, warnings })
}

/// What adding it will do; no secret in it.
pub fn addition(record: &Record) -> Line {
    let (name, registry) = (text::safe(&record.name), key::display_name(&record.key));
    Line::Said(format!("the vault keeps {name}, a secret for {}: ••••••••", text::safe(&registry)))
}

/// Adds secrets: all of them or none.
///
/// # Errors
/// A name was taken meanwhile, or the vault is locked or cannot be written.
pub async fn add(ctx: &Context, records: Vec<Record>) -> Result<Done> {
    let ahead = ctx.ahead.clone();
    ctx.with_vault(move |vault| add_now(vault, &ahead, records)).await
}

fn add_now(vault: &Access, ahead: &Ahead, records: Vec<Record>) -> Result<Done> {
    let lines = records.iter().map(addition).collect();
    let add_all =
        |document: &mut Document| records.into_iter().try_for_each(|record| Ok(document.add(record)?));
    let note = |touched: &[_]| ahead.note(&Step::of_vault(touched));
    let touched = store::change_ahead::<Error>(&vault.open()?, add_all, note)?;
    Ok(Done { lines, undo: Undo::of_vault(touched) })
}

fn login_of(content: &Content) -> Result<Credential> {
    match content {
        Content::Basic(login) => Ok(login.clone()),
        Content::IdentityToken { token, .. } => Ok(Credential::new(TOKEN_USERNAME, token.clone())),
        Content::RegistryToken { .. } => Err(Error::usage("A registry token cannot be kept in the vault.")
            .hint("docker reads one from its own file only: --to docker")),
    }
}
