//! `pullpass remove`

use std::path::PathBuf;

use crate::app::Context;
use crate::app::login::remove::{self, Request};
use crate::app::transaction::{Consent, line};
use crate::cli::confirm::Confirm;
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, undo};
use crate::error::Result;

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
    let removal = block_on(remove::review_named(ctx, &request))??;
    let mut change = undo::begin(ctx);
    if !options.confirm.yes {
        let mut lines = line::words(&removal.lines(), None);
        lines.extend(change.warning());
        confirm::ask(output, &lines, WORDS)?;
    }
    let consent = Consent { plain: false, force: options.confirm.force };
    let done = change.make(output, async |ctx| removal.carry_out(ctx, consent).await)??;
    change.tell(&done, output)
}
