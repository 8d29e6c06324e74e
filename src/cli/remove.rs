//! `pullpass remove`

use crate::app::Context;
use crate::app::login::remove::{self, Request};
use crate::app::transaction::{self, Consent};
use crate::app::vault::by_name;
use crate::cli::confirm::Confirm;
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, undo};
use crate::error::{Error, Kind, Result};
use std::path::PathBuf;

/// Options of `remove`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass remove docker.io\n  pullpass remove ghcr.io --file ~/.docker/config.json --yes\n\n\
                        What goes is shown first. Without --yes it is asked for, and without a terminal nothing goes."
)]
pub struct Options {
    /// The credential key, the registry's name, or the name of a secret in the vault
    #[arg(value_name = "KEY|NAME")]
    pub key: String,

    /// Only from this file; otherwise from every file that has it
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Whether it asks, and what it may write.
    #[command(flatten)]
    pub confirm: Confirm,
}

/// The question, what is not done without a yes, and how to say it.
const WORDS: (&str, &str, &str) = ("Remove it?", "Nothing was removed", "--yes removes it.");

/// Shows everything that goes, asks, and removes it.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let request = Request { name: options.key.clone(), file: options.file.clone() };
    let review = match block_on(remove::review(ctx, &request))? {
        Ok(review) => review,
        Err(error) if options.file.is_none() => {
            return remove_secret(ctx, options, output, error);
        }
        Err(error) => return Err(error),
    };
    if !options.confirm.yes {
        confirm::ask(output, &review.lines(), WORDS)?;
    }
    let consent = Consent { plain: false, force: options.confirm.force };
    let done = block_on(transaction::apply(ctx, review, consent))??;
    undo::tell(ctx, &done, output)
}

/// What is no login may be the name of a secret in the vault. Where a file could not be looked into, that is said unless
/// there is such a secret.
fn remove_secret(ctx: &Context, options: &Options, output: &Output, nothing: Error) -> Result<()> {
    let record = match by_name::find(&ctx.vault, &options.key) {
        Err(_) if nothing.kind != Kind::NotFound => return Err(nothing),
        found => found?.ok_or(nothing)?,
    };
    if !options.confirm.yes {
        confirm::ask(output, &by_name::removal(&record), WORDS)?;
    }
    let done = by_name::remove(&ctx.vault, &record)?;
    undo::tell(ctx, &done, output)
}
