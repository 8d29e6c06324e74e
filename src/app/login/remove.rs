//! Removing a login: every spelling of it, what helpers keep of it, and the entries of docker's web login.

use std::path::{Path, PathBuf};

use crate::app::Context;
use crate::app::inventory::list_helpers;
use crate::app::login::add::{format_of, in_the_variable};
use crate::app::transaction::{FileChange, Review};
use crate::config::docker::{self, ConfigFile};
use crate::config::locate::Format;
use crate::config::plan::Intent;
use crate::credential_helper::Client;
use crate::error::{Error, Result};
use crate::file::save;
use crate::registry::alias::alias_set;
use crate::settings::Settings;
use crate::text;

/// A login to remove.
#[derive(Clone, Debug)]
pub struct Request {
    /// The credential key, or the registry's name.
    pub name: String,
    /// The one file to remove it from; without it, every file that has it.
    pub file: Option<PathBuf>,
}

/// What removing it will do; nothing is written. Helpers are asked for their lists.
///
/// # Errors
/// There is no such login, or its file cannot be edited.
pub async fn review(ctx: &Context, request: &Request) -> Result<Review> {
    let mut review = Review::default();
    let mut problem = None;
    for (path, format) in files(&ctx.settings, request.file.as_deref()) {
        match review_file(ctx, (&path, format), &request.name, &mut review).await {
            Ok(()) => {}
            Err(error) if request.file.is_some() => return Err(error),
            Err(error) => {
                review.skipped.push(error.what.clone());
                problem = problem.or(Some(error));
            }
        }
    }
    if !review.files.is_empty() {
        return Ok(review);
    }
    Err(problem.unwrap_or_else(|| nothing(&ctx.settings, &request.name)))
}

fn files(settings: &Settings, only: Option<&Path>) -> Vec<(PathBuf, Format)> {
    if let Some(path) = only {
        return vec![(path.to_owned(), format_of(settings, path))];
    }
    let places = settings.locations.places().into_iter();
    places.filter_map(|place| Some((place.path?, place.format))).collect()
}

async fn review_file(
    ctx: &Context,
    (path, format): (&Path, Format),
    name: &str,
    review: &mut Review,
) -> Result<()> {
    let Some(bytes) = save::read(path)? else { return Ok(()) };
    let file = if format == Format::Legacy { docker::read_legacy(&bytes) } else { docker::read(&bytes) };
    let (keys, unasked) = keys(&ctx.client, &file, format).await;
    let set = alias_set(name, keys.iter().map(String::as_str));
    let same: Vec<String> = set.same.into_iter().map(str::to_owned).collect();
    if same.is_empty() && file.problem.is_none() {
        return unasked.map_or(Ok(()), Err);
    }
    review.related.extend(set.related.into_iter().map(str::to_owned));
    let change = FileChange::plan(&ctx.settings, (path, format), Intent::Remove { keys: same })?;
    review.files.push(change);
    Ok(())
}

/// Every key that the file or its store knows, and why the store could not be asked.
async fn keys(client: &Client, file: &ConfigFile, format: Format) -> (Vec<String>, Option<Error>) {
    let helped = file.cred_helpers.iter().filter(|(_, helper)| !helper.is_empty()).map(|(key, _)| key);
    let mut keys: Vec<String> = file.entries.iter().map(|entry| &entry.key).chain(helped).cloned().collect();
    let mut unasked = None;
    if let Some(store) = file.creds_store.as_deref().filter(|_| format == Format::Docker) {
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
    let variable = settings.variable.as_ref().map(|text| docker::read_variable(text.expose()));
    let in_variable = variable.is_some_and(|file| {
        !alias_set(name, file.entries.iter().map(|entry| entry.key.as_str())).same.is_empty()
    });
    if in_variable {
        return in_the_variable();
    }
    Error::not_found(format!("There is no login for {}.", text::safe(name)))
        .hint("pullpass list shows all logins.")
}
