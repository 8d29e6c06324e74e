//! Sealing: moving secrets out of files into the vault, or into a helper, so that docker and podman still find them.
//!
//! Each login moves as a whole or not at all: the keeper gets the secret, is asked for it, and only then does it leave
//! the file. No login that a keeper has already is replaced.

mod lines;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::app::Context;
use crate::app::inventory::{Inventory, Source};
use crate::app::login::add::in_the_variable;
use crate::app::login::fetch::file_of;
use crate::app::login::for_docker;
use crate::app::transaction::line::Note;
use crate::app::transaction::{self, Consent, Done, FileChange, Line, keeper};
use crate::config;
use crate::config::locate::ConfigPath;
use crate::config::plan::{HelperStep, Intent, keeper_words};
use crate::config::relocate::asked_for;
use crate::credential::Credential;
use crate::credential::login::{EntryKind, Login, LoginId, OWN_HELPER, Store};
use crate::credential_helper::backend;
use crate::credential_helper::{HelperError, HelperName};
use crate::error::{Error, Result};
use crate::file::save;
use crate::process::find_on_path;
use crate::text;

/// Where secrets go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealTo {
    /// Into the vault; the file then names the helper that we are.
    Vault,
    /// To this helper, named without `docker-credential-`.
    Helper(String),
}

impl SealTo {
    /// The helper that the file will name.
    pub fn helper(&self) -> &str {
        match self {
            Self::Vault => OWN_HELPER,
            Self::Helper(name) => name,
        }
    }

    /// It in words.
    pub fn words(&self) -> String {
        keeper_words(self.helper())
    }
}

/// What sealing will do.
#[derive(Debug, Default)]
pub struct SealPlan {
    /// The logins that can move, each by itself.
    pub logins: Vec<transaction::Review>,
    /// The logins that stay, and why.
    pub stays: Vec<Error>,
}

/// What was done.
#[derive(Debug)]
pub struct Sealed {
    /// What there is to tell, a login a line, and how to take all of it back.
    pub done: Done,
    /// How many logins moved.
    pub moved: usize,
    /// The logins that could not be moved after all; they are as they were.
    pub failed: Vec<Error>,
}

impl SealPlan {
    /// What will happen and what will not; no secret in it.
    pub fn lines(&self) -> Vec<Line> {
        let moves = lines::planned(&self.logins).into_iter();
        moves.chain(self.stays.iter().map(|error| Line::Stays(error.what.clone()))).collect()
    }

    /// True where a file is marked read-only: [`Consent::force`] is needed.
    pub fn is_read_only(&self) -> bool {
        self.logins.iter().any(transaction::Review::is_read_only)
    }
}

/// True for a login whose secret lies in a file or variable, or might.
pub fn is_sealable(login: &Login) -> bool {
    login.id.store == Store::Inline && (login.is_plain() || login.kind == EntryKind::Invalid)
}

/// Why a secret can move nowhere, as far as its file's kind and its entry alone tell; `None` where it can.
pub fn not_movable(source: &Source, login: &Login) -> Option<&'static str> {
    match login.kind {
        _ if !is_sealable(login) => Some("there is no secret in the file"),
        EntryKind::RegistryToken => Some("no helper can keep a registry token"),
        EntryKind::Invalid => Some("the entry cannot be read"),
        _ if asked_for(source.place.format, &login.id.key).is_err() => {
            Some("no tool would ask a helper for it")
        }
        _ => None,
    }
}

/// Every login that lies in the open, and the files that could not be looked into.
pub fn all(inventory: &Inventory) -> (Vec<LoginId>, Vec<Error>) {
    let troubles = inventory.sources.iter().filter_map(Source::trouble);
    let unread = troubles.map(|trouble| Error::failed(format!("{trouble}.")));
    let logins = inventory.logins.iter().filter(|login| is_sealable(login));
    (logins.map(|login| login.id.clone()).collect(), unread.collect())
}

/// What sealing these logins will do; nothing is written. Keepers are asked what they have under their keys.
///
/// # Errors
/// The target cannot be used at all: the vault is missing or locked, or its program is not found.
pub async fn review(ctx: &Context, ids: &[LoginId], target: &SealTo) -> Result<SealPlan> {
    check_target(ctx, target).await?;
    let mut review = SealPlan::default();
    let mut seen = BTreeSet::new();
    let mut given = HashMap::new();
    for id in ids {
        let Some(file) = file_of(&ctx.settings, id) else {
            review.stays.push(in_the_variable());
            continue;
        };
        // All spellings of a login move at once.
        let asked = asked_for(file.format, &id.key).unwrap_or_else(|_| id.key.to_string());
        if !seen.insert((file.clone(), asked)) {
            continue;
        }
        match review_login(ctx, &file, &id.key, target).await {
            Ok(login) if login.is_empty() => {}
            Ok(login) => match given_twice(&mut given, &login, &file.path) {
                Some(error) => review.stays.push(error),
                None => review.logins.push(login),
            },
            Err(error) => review.stays.push(error),
        }
    }
    Ok(review)
}

/// Does what was reviewed, one login after the other: what one of them fails with does not stop the others.
pub async fn run(ctx: &Context, review: SealPlan, consent: Consent) -> Sealed {
    let mut sealed = Sealed { done: Done::default(), moved: 0, failed: review.stays };
    for login in review.logins {
        if ctx.is_stopping() {
            sealed.failed.push(Error::failed("A login was not moved: the run was told to end."));
            continue;
        }
        match transaction::apply(ctx, login.clone(), consent).await {
            Ok(done) => {
                let lines = lines::done(&login, &done);
                sealed.moved += usize::from(!lines.is_empty());
                sealed.done.lines.extend(lines);
                sealed.done.undo.append(done.undo);
            }
            Err(error) => sealed.failed.push(error),
        }
    }
    sealed
}

/// Whatever is sealed must be found again by docker, so its program is looked for before anything is changed.
async fn check_target(ctx: &Context, target: &SealTo) -> Result<()> {
    if *target == SealTo::Vault {
        ctx.with_vault(|vault| vault.open()?.read()).await?;
        return for_docker::find_us(&ctx.settings, "Nothing was sealed");
    }
    let program = HelperName::new(target.helper())?.program();
    if find_on_path(&ctx.settings.path, &program).is_some() {
        return Ok(());
    }
    Err(HelperError::NotFound { program }.into())
}

async fn review_login(
    ctx: &Context,
    file: &ConfigPath,
    key: &str,
    target: &SealTo,
) -> Result<transaction::Review> {
    let intent = Intent::MoveToHelper { key: key.to_owned(), helper: target.helper().to_owned() };
    let mut review = transaction::Review::of(FileChange::plan(&ctx.settings, file, intent)?);
    let steps: Vec<HelperStep> =
        review.files.iter().flat_map(|file| file.plan.helper_steps.clone()).collect();
    let store = store_for_all(file)?.filter(|store| store != target.helper());
    for step in &steps {
        let Some(login) = &step.keep else { continue };
        check_backend(step, login)?;
        let at = (target.helper(), &*step.key);
        let found = keeper::stored(ctx, at).await?;
        if found.is_some_and(|found| found != *login) {
            return Err(taken(ctx, target, &step.key).await);
        }
        let Some(store) = &store else { continue };
        let at = (&**store, &*step.key);
        match keeper::stored(ctx, at).await {
            Ok(found) => refuse_unused(found.as_ref(), login, at)?,
            Err(error) => review.skipped.push(Line::Note(Note::Unknown(error.what))),
        }
    }
    Ok(review)
}

/// Two files may hold different logins for one registry: a keeper has room for the first one alone. What it is given, and by
/// which file, is kept in `given`.
fn given_twice(
    given: &mut HashMap<String, (Credential, PathBuf)>,
    login: &transaction::Review,
    path: &Path,
) -> Option<Error> {
    let steps = || login.files.iter().flat_map(|file| &file.plan.helper_steps);
    for step in steps() {
        let (Some(wanted), Some((first, other))) = (&step.keep, given.get(&step.key)) else { continue };
        if !first.is_same_login(wanted) {
            let (key, path, other) = (text::safe(&step.key), path.display(), other.display());
            let what = format!("{path} holds another login for {key} than {other}, which is moved.");
            return Some(
                Error::failed(what).hint("There is room for one: see which one works, and remove the other."),
            );
        }
    }
    for step in steps() {
        if let Some(login) = &step.keep {
            given.insert(step.key.clone(), (login.clone(), path.to_owned()));
        }
    }
    None
}

/// The helper that docker asks for every registry without one of its own.
fn store_for_all(file: &ConfigPath) -> Result<Option<String>> {
    let bytes = save::read(&file.path)?;
    Ok(bytes.and_then(|bytes| config::read(file.format, &bytes).creds_store))
}

/// What a helper would lose is better not given to it.
fn check_backend(step: &HelperStep, login: &Credential) -> Result<()> {
    let helper = HelperName::new(&step.helper)?;
    let refused = |why: &str| {
        let (who, key) = (keeper_words(&step.helper), text::safe(&step.key));
        // It knows of other helpers only, so that no sentence begins with "the vault".
        Error::failed(format!("{who} cannot keep the login for {key}: {}.", text::safe(why)))
            .hint("The vault can: pullpass seal --to vault")
    };
    match backend::check(&helper, &step.key, login) {
        Ok(None) => Ok(()),
        Ok(Some(backend::Change::TrailingNewlineLost)) => {
            Err(refused("it would drop the line ending of the secret"))
        }
        Err(refusal) => Err(refused(&refusal.words())),
    }
}

/// A login that the target has already is somebody's: it is not replaced.
async fn taken(ctx: &Context, target: &SealTo, key: &str) -> Error {
    let shown = text::safe(key);
    if let SealTo::Helper(helper) = target {
        let who = keeper_words(helper);
        return Error::failed(format!("{who} keeps another login for {shown} already.")).hint(
            "Forget one of the two: the helper's own erase, or pullpass remove for the one in the file.",
        );
    }
    let wanted = key.to_owned();
    let name = ctx.with_vault(move |vault| {
        let document = vault.open()?.read()?;
        Ok::<_, Error>(document.login(&wanted).map(|login| login.name.clone()))
    });
    let error = Error::failed(format!("The vault keeps another login for {shown} already."));
    match name.await.ok().flatten().as_deref().map(text::safe) {
        Some(name) => error
            .hint(format!("Look which one works: pullpass show {name}, pullpass show {shown}"))
            .hint(format!("Then forget that of the vault (pullpass remove {name}), or that of the file.")),
        None => error,
    }
}

/// While a file names a store for all registries, docker never looks at what lies in the file beside it: to seal that
/// would bring an old login back.
fn refuse_unused(found: Option<&Credential>, login: &Credential, (helper, key): (&str, &str)) -> Result<()> {
    if found.is_none_or(|found| found.is_same_login(login)) {
        return Ok(());
    }
    let (who, key) = (keeper_words(helper), text::safe(key));
    Err(Error::failed(format!(
        "docker uses another login for {key}, which {who} keeps; the one in the file is not used."
    ))
    .hint(format!("docker login {key} takes the old one out of the file.")))
}
