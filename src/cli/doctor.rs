//! `pullpass doctor`

use crate::app::Context;
use crate::app::transaction::{self, Consent, line};
use crate::cli::confirm;
use crate::cli::output::Output;
use crate::cli::{find_with_lists, json, undo};
use crate::credential::diagnostic::Severity;
use crate::doctor::{self, Finding, Fix, Machine, mend};
use crate::error::{Error, Kind, Result};

/// Options of `doctor`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Each finding says what is so, whom it hurts, and one way to mend it. --fix does only what loses nothing: it \
                        removes no secret, no line of a helper whose program is there, and touches no other tool's file. \
                        It shows all of it, asks once, and pullpass undo takes it back.\n\n\
                        Exit status: 0 nothing is odd, 1 something is, 2 a place could not be looked into."
)]
pub struct Options {
    /// Mend what can be mended without losing anything
    #[arg(long)]
    pub fix: bool,

    /// Print JSON (docs/json.md)
    #[arg(long, conflicts_with = "fix")]
    pub json: bool,

    /// Do not run any credential helper
    #[arg(long)]
    pub no_helpers: bool,

    /// With --fix: do not ask
    #[arg(long, short = 'y', requires = "fix")]
    pub yes: bool,
}

/// The question, what is not done without a yes, and how to say it.
const WORDS: (&str, &str, &str) = ("Mend it?", "Nothing was mended", "--yes mends it.");

/// Tells what is odd, and mends what was asked for.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let (inventory, listings) = find_with_lists(ctx, !options.no_helpers)?;
    let machine = Machine::of(&ctx.settings, &inventory, &listings, ctx.now());
    let findings = doctor::look(&machine);
    if options.json {
        output.print(&json::doctor::document(&findings, ctx.now())?)?;
    } else if options.fix {
        return fix(ctx, &machine, &findings, options, output);
    } else {
        output.print(&lines(&machine, &findings))?;
    }
    verdict(&machine, &findings)
}

/// Mends in one change, and tells what is left with its step.
fn fix(
    ctx: &Context,
    machine: &Machine<'_>,
    findings: &[Finding],
    options: &Options,
    output: &Output,
) -> Result<()> {
    let review = mend::review(&ctx.settings, findings);
    let left: Vec<Finding> =
        findings.iter().filter(|finding| !matches!(finding.fix, Fix::Edit(..))).cloned().collect();
    if review.is_empty() {
        output.remark("nothing can be mended without losing something");
    } else {
        let mut change = undo::begin(ctx);
        if !options.yes {
            let mut lines = line::words(&review.lines(), None);
            lines.extend(change.warning());
            confirm::ask(output, &lines, WORDS)?;
        }
        let apply = async |ctx: &_| transaction::apply(ctx, review, Consent::default()).await;
        let done = change.make(output, apply)??;
        change.tell(&done, output)?;
    }
    if !left.is_empty() {
        output.print(&format!("\nLeft to you:\n\n{}", lines(machine, &left)))?;
    }
    verdict(machine, &left)
}

/// A finding is three lines: what and where, whom it hurts, what mends it.
fn lines(machine: &Machine<'_>, findings: &[Finding]) -> String {
    let one = |finding: &Finding| {
        let Finding { severity, place, key, what, hurts, fix, .. } = finding;
        let mark = match severity {
            Severity::Error => 'x',
            Severity::Warning => '!',
            Severity::Note => '-',
        };
        let key = key.as_ref().map(|key| format!("{key}: ")).unwrap_or_default();
        let hurts = if hurts.is_empty() { String::new() } else { format!("    hurts  {hurts}\n") };
        let place = machine.path(place);
        format!("{mark} {key}{what} ({place})\n{hurts}    mend   {}\n", fix.words())
    };
    findings.iter().map(one).collect()
}

/// What scripts see.
///
/// # Errors
/// Something is odd; or a place could not be looked into, so that nobody knows.
pub fn verdict(machine: &Machine<'_>, findings: &[Finding]) -> Result<()> {
    if doctor::is_blind(machine) {
        // The status of a question that could not be answered.
        return Err(Error::new(Kind::Usage, "Not every place could be looked into."));
    }
    match findings.len() {
        0 => Ok(()),
        1 => Err(Error::failed("One thing is odd.")),
        count => Err(Error::failed(format!("{count} things are odd."))),
    }
}
