//! `pullpass remove`

use jiff::Timestamp;

use crate::app::change::{self, Consent};
use crate::app::listing;
use crate::app::remove::{self, Request};
use crate::cli::args::RemoveOptions;
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, undo};
use crate::error::Result;
use crate::settings::Settings;

/// The question, what is not done without a yes, and how to say it.
const WORDS: (&str, &str, &str) = ("Remove it?", "Nothing was removed", "--yes removes it.");

/// Shows everything that goes, asks, and removes it.
pub fn run(settings: &Settings, options: &RemoveOptions, output: &Output, now: Timestamp) -> Result<()> {
    let client = listing::client(settings);
    let request = Request { name: options.key.clone(), file: options.file.clone() };
    let review = block_on(remove::review(settings, &client, &request))??;
    if !options.yes {
        confirm::ask(output, &review.lines(), WORDS)?;
    }
    let consent = Consent { plain: false, force: options.force };
    let done = block_on(change::apply(&client, review, consent))??;
    undo::tell(&settings.vault, &done, output, now)
}
