//! `pullpass undo`, and what the other commands leave for it.

use crate::app::Context;
use crate::app::transaction::{self, Done, last_change, line};
use crate::cli::output::Output;
use crate::cli::{block_on, confirm};
use crate::error::{Kind, Result};
use crate::text;

/// Options of `undo`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Taken back is the last add, remove or seal of the command line. It is kept for that beside the \
                        vault, sealed with its key; without an open vault it is not kept."
)]
pub struct Options {
    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Shows the last change of a command, asks, and takes it back.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let last = last_change::find(&ctx.vault)?;
    if !options.yes {
        let lines = last.lines.iter().map(|line| text::safe(line).into_owned());
        let head = format!("taken back would be, of {}:", text::moment(last.at, ctx.now()));
        let shown: Vec<String> = std::iter::once(head).chain(lines).collect();
        confirm::ask(output, &shown, ("Take it back?", "Nothing was taken back", "--yes takes it back."))?;
    }
    let done = block_on(transaction::take_back(ctx, last.undo))??;
    last_change::forget(&ctx.vault)?;
    output.print(&(line::words(&done.lines, None).join("\n") + "\n"))
}

/// Says what was done, and keeps it for [`run`] in the place of the change before it.
pub fn tell(ctx: &Context, done: &Done, output: &Output) -> Result<()> {
    let mut lines = line::words(&done.lines, None);
    if ctx.settings.vault.is_sample {
        lines.push("the sample home is gone again: nothing of yours was changed".to_owned());
    } else if !done.undo.is_empty() {
        // Whether or not this change can be kept, the one before it is no longer the last.
        let kept =
            last_change::forget(&ctx.vault).and_then(|()| last_change::keep(&ctx.vault, done, ctx.now()));
        lines.push(match kept {
            Ok(()) => "pullpass undo takes it back".to_owned(),
            Err(error) => {
                let why = match error.kind {
                    Kind::NotFound => "there is no vault to keep it with",
                    Kind::Locked => "the vault is locked",
                    _ => error.what.trim_end_matches('.'),
                };
                format!("pullpass undo cannot take it back: {why}")
            }
        });
    }
    output.print(&(lines.join("\n") + "\n"))
}
