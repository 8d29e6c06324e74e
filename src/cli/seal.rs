//! `pullpass seal`

use jiff::Timestamp;

use crate::app::inventory::{self, Inventory};
use crate::app::inventory::{find, list_helpers};
use crate::app::login::seal::{self, Review, Target};
use crate::app::transaction::change::Consent;
use crate::cli::args::SealOptions;
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, undo};
use crate::credential::login::{Login, LoginId};
use crate::error::{Error, Result};
use crate::settings::Settings;

/// Shows what moves and what stays, asks, and moves it.
pub fn run(settings: &Settings, options: &SealOptions, output: &Output, now: Timestamp) -> Result<()> {
    let inventory = inventory::read(settings, now);
    let (ids, unread) =
        if options.all { seal::all(&inventory) } else { (meant(&inventory, options)?, Vec::new()) };
    let client = list_helpers::client(settings);
    let mut review = if ids.is_empty() {
        Review::default()
    } else {
        block_on(seal::review(settings, &client, &ids, &options.to))??
    };
    review.stays.extend(unread);
    let count = review.logins.len() + review.stays.len();
    if count == 0 {
        return output.print("nothing to seal: no secret lies in a file\n");
    }
    if !options.yes && !review.logins.is_empty() {
        let words = ("Seal them?", "Nothing was sealed", "--yes seals them.");
        confirm::ask(output, &review.lines(), words)?;
    }
    let consent = Consent { plain: false, force: options.force };
    let mut sealed = block_on(seal::run(&client, review, consent))?;
    if count > 1 && sealed.moved > 0 {
        sealed.done.lines.push(format!(
            "{} of {count} logins are in {} now",
            sealed.moved,
            options.to.words()
        ));
    }
    if !sealed.done.lines.is_empty() {
        undo::tell(&settings.vault, &sealed.done, output, now)?;
    }
    finish(sealed.failed, count, &options.to, output)
}

/// The logins that were named and lie in a file.
fn meant(inventory: &Inventory, options: &SealOptions) -> Result<Vec<LoginId>> {
    let mut ids = Vec::new();
    for key in &options.keys {
        let logins =
            find::named(inventory, key)?.into_iter().filter(|login: &&Login| seal::is_sealable(login));
        ids.extend(logins.map(|login| login.id.clone()));
    }
    Ok(ids)
}

/// Whatever stays in the open is an error in the end, after all that could move has moved.
fn finish(failed: Vec<Error>, count: usize, to: &Target, output: &Output) -> Result<()> {
    let stays = failed.len();
    if stays == 1 && count == 1 {
        return failed.into_iter().next().map_or(Ok(()), Err);
    }
    for error in &failed {
        output.problem(error);
    }
    if stays == 0 {
        return Ok(());
    }
    let place = to.words();
    Err(Error::failed(format!("{stays} of {count} could not be moved into {place}."))
        .hint("They are as they were; the reasons are above."))
}
