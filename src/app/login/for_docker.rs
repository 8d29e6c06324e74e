//! A login of the vault that docker finds there: its file names the helper that we are.
//!
//! The vault is given the login first, because docker must find what its file names.

use crate::app::Context;
use crate::app::transaction::{self, Consent, Done, FileChange, Review};
use crate::app::vault::by_name;
use crate::config::plan::Intent;
use crate::credential::login::OWN_HELPER;
use crate::error::{Error, Result};
use crate::process::find_on_path;
use crate::settings::Settings;
use crate::vault::record::Record;

/// True where docker would find the program that is named.
pub fn finds_us(settings: &Settings) -> bool {
    find_on_path(&settings.path, &program()).is_some()
}

/// Looks for the program before anything is changed: without it docker finds no login in the vault.
///
/// # Errors
/// No folder of `PATH` has it; `undone` says what was not done.
pub fn find_us(settings: &Settings, undone: &str) -> Result<()> {
    if finds_us(settings) {
        return Ok(());
    }
    let what = format!("{undone}: docker would not find {}, which is not on PATH.", program());
    Err(Error::failed(what)
        .hint("It comes with pullpass: put it into a folder that PATH names, beside pullpass."))
}

/// What docker's file must say so that docker asks the vault for this login; nothing is written.
///
/// # Errors
/// docker would not find our helper, or asks another one; or the file cannot be edited.
pub fn review(settings: &Settings, key: &str) -> Result<Review> {
    find_us(settings, "Nothing was changed")?;
    let file = settings.locations.file(&settings.locations.docker_file().ok_or_else(no_home)?);
    let intent = Intent::UseHelper { key: key.to_owned(), helper: OWN_HELPER.to_owned() };
    Ok(Review::of(FileChange::plan(settings, &file, intent)?))
}

/// Adds new logins to the vault, and then the lines to docker's file that [`review`] showed.
///
/// # Errors
/// Either cannot be written; then both are as they were.
pub async fn add(ctx: &Context, records: Vec<Record>, lines: Review, consent: Consent) -> Result<Done> {
    let noted = ctx.ahead.count();
    let mut done = by_name::add(ctx, records).await?;
    match transaction::apply(ctx, lines, consent).await {
        Ok(written) => {
            done.lines.extend(written.lines);
            done.undo.append(written.undo);
            Ok(done)
        }
        Err(error) => Err(transaction::roll_back(ctx, done.undo, noted, error).await),
    }
}

/// The error where nothing tells where docker's file belongs.
pub(super) fn no_home() -> Error {
    Error::failed("Could not tell where the file belongs: there is no home folder.")
        .hint("Set HOME, or give the folder with --config.")
}

fn program() -> String {
    format!("docker-credential-{OWN_HELPER}")
}
