//! `pullpass remove`

use std::io::IsTerminal as _;

use crate::app::change::{self, Consent};
use crate::app::listing;
use crate::app::remove::{self, Request};
use crate::cli::args::RemoveOptions;
use crate::cli::block_on;
use crate::cli::output::Output;
use crate::error::{Error, Result};
use crate::settings::Settings;

/// Shows everything that goes, asks, and removes it.
pub fn run(settings: &Settings, options: &RemoveOptions, output: &Output) -> Result<()> {
    let client = listing::client(settings);
    let request = Request { name: options.key.clone(), file: options.file.clone() };
    let review = block_on(remove::review(settings, &client, &request))??;
    let shown = review.lines().join("\n") + "\n";
    if !options.yes {
        output.print(&shown)?;
        if !std::io::stdin().is_terminal() {
            return Err(Error::usage("Nothing was removed: there is no terminal to ask on.")
                .hint("The list above is what would go; --yes removes it."));
        }
        if !output.ask_yes("Remove it?")? {
            return Err(Error::failed("Nothing was removed."));
        }
    }
    let consent = Consent { plain: false, force: options.force };
    let done = block_on(change::apply(&client, review, consent))??;
    output.print(&(done.lines.join("\n") + "\n"))
}
