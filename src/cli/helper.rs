//! `pullpass helper`

use crate::app::Context;
use crate::app::helper::setup::{self, For, Setup};
use crate::app::helper::status;
use crate::app::transaction::{Consent, line};
use crate::cli::confirm::Confirm;
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, undo};
use crate::error::{Error, Result};

/// What to do with docker's and podman's way to the helper.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Have docker and podman ask docker-credential-pullpass for every registry
    #[command(
        after_help = "docker's file gets credsStore; the store that was there before goes to helper.otherwise of the settings, and \
                      is asked last. Lines in credHelpers stay, and go before. podman gets a file of its own in \
                      registries.conf.d.\n\nWho answers for which host is in the settings: [[helper.rules]] in docs/settings.md."
    )]
    Enable(Options),
    /// Name docker-credential-pullpass in none of their files any more
    Disable(Options),
    /// Tell who asks it, which program that is, and whether it can answer
    #[command(
        after_help = "Exit status: 0 it works or is not asked, 1 something keeps logins from being found."
    )]
    Status {
        /// Only of this tool
        #[arg(long = "for", value_name = "docker|podman", value_parser = tool)]
        tool: Option<For>,
    },
}

/// Options of `enable` and `disable`.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// Only for this tool
    #[arg(long = "for", value_name = "docker|podman", value_parser = tool)]
    pub tool: Option<For>,

    /// Whether it asks, and what it may write.
    #[command(flatten)]
    pub confirm: Confirm,
}

fn tool(text: &str) -> std::result::Result<For, String> {
    match text {
        "docker" => Ok(For::Docker),
        "podman" => Ok(For::Podman),
        _ => Err("it is docker or podman".to_owned()),
    }
}

fn tools(tool: Option<For>) -> Vec<For> {
    tool.map_or_else(|| For::ALL.to_vec(), |tool| vec![tool])
}

/// Runs one of the commands.
pub fn run(ctx: &Context, verb: &Verb, output: &Output) -> Result<()> {
    match verb {
        Verb::Enable(options) => {
            let words = ("Enable it?", "Nothing was changed", "--yes enables it.");
            change(
                ctx,
                setup::enable(ctx, &tools(options.tool))?,
                (words, "enabled"),
                options.confirm,
                output,
            )
        }
        Verb::Disable(options) => {
            let words = ("Disable it?", "Nothing was changed", "--yes disables it.");
            change(
                ctx,
                setup::disable(ctx, &tools(options.tool))?,
                (words, "disabled"),
                options.confirm,
                output,
            )
        }
        Verb::Status { tool } => tell(ctx, &tools(*tool), output),
    }
}

/// Shows what would be done, asks, and does it.
fn change(
    ctx: &Context,
    setup: Setup,
    (words, state): ((&str, &str, &str), &str),
    confirm: Confirm,
    output: &Output,
) -> Result<()> {
    if setup.is_empty() {
        return output.print(&format!("docker-credential-pullpass is {state} already\n"));
    }
    let mut change = undo::begin(ctx);
    if !confirm.yes {
        let mut lines = line::words(&setup.lines(), None);
        lines.extend(change.warning());
        confirm::ask(output, &lines, words)?;
    }
    let consent = Consent { plain: false, force: confirm.force };
    let done = change.make(output, async |ctx| setup.carry_out(ctx, consent).await)??;
    change.tell(&done, output)
}

fn tell(ctx: &Context, tools: &[For], output: &Output) -> Result<()> {
    let findings = block_on(status::status(ctx, tools))?;
    let separator = if output.is_terminal { "  " } else { "\t" };
    let lines = findings.iter().map(|found| [found.about, &found.words].join(separator));
    output.print(&(lines.collect::<Vec<_>>().join("\n") + "\n"))?;
    match findings.iter().filter(|found| found.is_fault).count() {
        0 => Ok(()),
        _ => Err(Error::failed(
            "Logins are not found through docker-credential-pullpass; the reasons are above.",
        )),
    }
}
