//! Removing a login: every spelling of it, what helpers keep of it, and the entries of docker's web login.

use std::path::{Path, PathBuf};

use crate::app::Context;
use crate::app::inventory::{Listings, list_helpers};
use crate::app::login::add::in_the_variable;
use crate::app::login::fetch::file_of;
use crate::app::transaction::{self, Consent, Done, FileChange, Line, Review};
use crate::app::vault::{by_name, rows};
use crate::app::which::used_by::{ToolView, used_by};
use crate::app::which::{self, Who};
use crate::config;
use crate::config::docker::ConfigFile;
use crate::config::locate::{ConfigPath, Format};
use crate::config::plan::Intent;
use crate::credential::login::LoginId;
use crate::credential_helper::Client;
use crate::error::{Error, Kind, Result};
use crate::file::save;
use crate::registry::alias::alias_set;
use crate::registry::key;
use crate::settings::Settings;
use crate::text;
use crate::vault::record::Record;

/// A login to remove.
#[derive(Clone, Debug)]
pub struct Request {
    /// The credential key, or the registry's name.
    pub name: String,
    /// The one file to remove it from; without it, every file that has it.
    pub file: Option<PathBuf>,
}

/// What will be removed. Nothing was yet.
#[derive(Debug)]
pub enum Removal {
    /// A login with all its spellings, and what helpers keep of it.
    Login(Review),
    /// A named secret, as it was shown.
    Secret(Box<SecretRemoval>),
}

/// A named secret, and what docker makes of it.
#[derive(Debug)]
pub struct SecretRemoval {
    record: Record,
    /// One for each version of docker that does otherwise.
    docker: Vec<ToolView>,
}

/// Finds out what a person means to remove: a login, or what is none and has the name of a secret in the vault. Where a
/// file could not be looked into, that is said unless there is such a secret.
///
/// # Errors
/// There is neither, or its file or the vault cannot be read or edited.
pub async fn review_named(ctx: &Context, request: &Request) -> Result<Removal> {
    let nothing = match review(ctx, request).await {
        Err(nothing) if request.file.is_none() => nothing,
        answer => return answer.map(Removal::Login),
    };
    let name = request.name.clone();
    match ctx.with_vault(move |vault| by_name::find(vault, &name)).await {
        Err(_) if nothing.kind != Kind::NotFound => Err(nothing),
        found => Ok(of_secret(ctx, found?.ok_or(nothing)?)),
    }
}

/// Finds out what removing a row of the screen means. Helpers are asked for their lists.
///
/// # Errors
/// It is gone, or its file or the vault cannot be read or edited.
pub async fn review_row(ctx: &Context, id: &LoginId) -> Result<Removal> {
    if let Some(name) = id.store.vault_name() {
        let name = name.clone();
        let record = ctx.with_vault(move |vault| by_name::get(vault, &name)).await?;
        return Ok(of_secret(ctx, record));
    }
    // Without a file every one that has the key would be meant; the row is about one.
    let file = file_of(&ctx.settings, id).ok_or_else(in_the_variable)?;
    let request = Request { name: id.key.to_string(), file: Some(file.path) };
    Ok(Removal::Login(review(ctx, &request).await?))
}

fn of_secret(ctx: &Context, record: Record) -> Removal {
    let file = ctx.vault.settings.file.clone().unwrap_or_default();
    let rows = rows::of_records(&file, std::slice::from_ref(&record), ctx.now());
    let mut snapshot = which::snapshot(&ctx.settings, &Listings::new(), Who::Me);
    let home = ctx.settings.locations.home.as_deref();
    let views = rows.logins.iter().flat_map(|row| used_by(&mut snapshot, row, home));
    let docker = views.filter(|view| view.family == "docker").collect();
    Removal::Secret(Box::new(SecretRemoval { record, docker }))
}

/// What removing a login will do; nothing is written. Helpers are asked for their lists.
///
/// # Errors
/// There is no such login, or its file cannot be edited.
pub async fn review(ctx: &Context, request: &Request) -> Result<Review> {
    let mut review = Review::default();
    let mut problem = None;
    for file in files(&ctx.settings, request.file.as_deref()) {
        match review_file(ctx, &file, &request.name, &mut review).await {
            Ok(()) => {}
            Err(error) if request.file.is_some() => return Err(error),
            Err(error) => {
                review.skipped.push(Line::Said(error.what.clone()));
                problem = problem.or(Some(error));
            }
        }
    }
    if !review.files.is_empty() {
        return Ok(review);
    }
    Err(problem.unwrap_or_else(|| nothing(&ctx.settings, &request.name)))
}

fn files(settings: &Settings, only: Option<&Path>) -> Vec<ConfigPath> {
    match only {
        Some(path) => vec![settings.locations.file(path)],
        None => settings.locations.files().collect(),
    }
}

async fn review_file(ctx: &Context, file: &ConfigPath, name: &str, review: &mut Review) -> Result<()> {
    let Some(bytes) = save::read(&file.path)? else { return Ok(()) };
    let found = config::read(file.format, &bytes);
    let (keys, unasked) = keys(&ctx.client, &found).await;
    let set = alias_set(name, keys.iter().map(String::as_str));
    let same: Vec<String> = set.same.into_iter().map(str::to_owned).collect();
    if same.is_empty() && found.problem.is_none() {
        return unasked.map_or(Ok(()), Err);
    }
    review.related.extend(set.related.into_iter().map(str::to_owned));
    let change = FileChange::plan(&ctx.settings, file, Intent::Remove { keys: same })?;
    review.files.push(change);
    Ok(())
}

/// Every key that the file or its store knows, and why the store could not be asked.
async fn keys(client: &Client, file: &ConfigFile) -> (Vec<String>, Option<Error>) {
    let helped = file.cred_helpers.iter().filter(|(_, helper)| !helper.is_empty()).map(|(key, _)| key);
    let mut keys: Vec<String> = file.entries.iter().map(|entry| &entry.key).chain(helped).cloned().collect();
    let mut unasked = None;
    if let Some(store) = file.creds_store.as_deref() {
        match list_helpers::list(client, store).await {
            Ok(listed) => keys.extend(listed.into_iter().map(|login| login.key)),
            Err(reason) => unasked = Some(Error::failed(&*reason)),
        }
    }
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    (keys, unasked)
}

fn nothing(settings: &Settings, name: &str) -> Error {
    let variable = settings.variable.as_ref().map(|text| config::read(Format::Variable, text.expose()));
    let in_variable = variable.is_some_and(|file| {
        !alias_set(name, file.entries.iter().map(|entry| entry.key.as_str())).same.is_empty()
    });
    if in_variable {
        return in_the_variable();
    }
    Error::not_found(format!("There is no login for {}.", text::safe(name)))
        .hint("pullpass list shows all logins.")
}

impl Removal {
    /// What will happen; no secret in it.
    pub fn lines(&self) -> Vec<Line> {
        match self {
            Self::Login(review) => review.lines(),
            Self::Secret(secret) => secret.lines(),
        }
    }

    /// True where more goes than one entry of one file, or a helper forgets something.
    pub fn is_wide(&self) -> bool {
        let Self::Login(review) = self else { return false };
        let keys = |intent: &Intent| match intent {
            Intent::Remove { keys } => keys.len(),
            _ => 1,
        };
        let count: usize = review.files.iter().map(|file| keys(&file.intent)).sum();
        count > 1 || review.files.iter().any(|file| !file.plan.helper_steps.is_empty())
    }

    /// Does it.
    ///
    /// # Errors
    /// Something was changed meanwhile or could not be written: nothing is removed then.
    pub async fn carry_out(self, ctx: &Context, consent: Consent) -> Result<Done> {
        match self {
            Self::Login(review) => transaction::apply(ctx, review, consent).await,
            Self::Secret(secret) => {
                let ahead = ctx.ahead.clone();
                ctx.with_vault(move |vault| by_name::remove(vault, &ahead, &secret.record)).await
            }
        }
    }
}

impl SecretRemoval {
    fn lines(&self) -> Vec<Line> {
        let Self { record, docker } = self;
        let (name, registry) = (text::safe(&record.name), key::display_name(&record.key));
        let registry = text::safe(&registry);
        let then = |ToolView { name, uses, why, .. }: &ToolView| match uses {
            true => format!("{name} uses it for {registry} {why}: {name} is logged out there"),
            false => format!("{name} does not use it: {why}"),
        };
        let forgets = format!("the vault forgets {name}, a secret for {registry}");
        [forgets].into_iter().chain(docker.iter().map(then)).map(Line::Said).collect()
    }
}
