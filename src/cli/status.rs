//! `pullpass status`: how things are, in one line.

use crate::app::Context;
use crate::app::inventory::{self, Listings};
use crate::cli::doctor::verdict;
use crate::cli::output::Output;
use crate::credential::diagnostic::Severity;
use crate::doctor::{self, Finding, Machine};
use crate::error::Result;

/// Options of `status`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "No helper is run and nobody is asked, so it is fast enough for a prompt. --short prints nothing where nothing is \
                        odd, else the numbers of errors and warnings: x2 !3\n\n\
                        Exit status: 0 nothing is odd, 1 something is, 2 a place could not be looked into."
)]
pub struct Options {
    /// Only the numbers, and without them nothing
    #[arg(long)]
    pub short: bool,
}

/// Prints the line. What only deserves a note is no reason to look.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let found = inventory::read(&ctx.settings, ctx.now());
    let machine = Machine::of(&ctx.settings, &found, &Listings::new(), ctx.now());
    let findings = doctor::look(&machine);
    let of = |severity| findings.iter().filter(|finding: &&Finding| finding.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    if options.short {
        let part = |mark: char, count: usize| (count > 0).then(|| format!("{mark}{count}"));
        let parts: Vec<String> = [part('x', errors), part('!', warnings)].into_iter().flatten().collect();
        if !parts.is_empty() {
            output.print(&(parts.join(" ") + "\n"))?;
        }
    } else {
        let logins = found.logins.len();
        output.print(&format!(
            "{logins} logins, {errors} errors, {warnings} warnings; pullpass doctor tells them\n"
        ))?;
    }
    let grave: Vec<Finding> =
        findings.into_iter().filter(|finding| finding.severity > Severity::Note).collect();
    verdict(&machine, &grave)
}
