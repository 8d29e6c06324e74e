//! `pullpass which IMAGE`: which tool would send which login for an image, and why.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::{Context, inventory, which};
use crate::cli::block_on;
use crate::cli::output::Output;
use crate::error::{Error, Result};
use crate::resolve::{self, TOOLS, Tool, Trace};
use crate::settings;
use crate::text;

/// Options of `which`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Each tool finds another login in the same files. Without --for, every tool is asked in its newest \
                        version; --for all asks the older ones too. Helpers are asked which logins they keep, never for \
                        a secret."
)]
pub struct Options {
    /// The image, spelled as the tool gets it
    pub image: String,

    /// One tool, by its name or that of a program that does the same (crane, testcontainers ...), or all versions of all
    #[arg(long = "for", value_name = "TOOL|all")]
    pub tool: Option<String>,

    /// Show each step: what was asked, where, and what came
    #[arg(long)]
    pub explain: bool,

    /// Run no helper program, not even for its list
    #[arg(long)]
    pub no_helpers: bool,
}

/// Prints a line for each tool, with its steps where they are wanted.
pub fn run(ctx: &Context, options: &Options, is_sample: bool, output: &Output) -> Result<()> {
    let tools = tools(options.tool.as_deref())?;
    let found = inventory::read(&ctx.settings, ctx.now());
    let helpers = if options.no_helpers { BTreeSet::new() } else { found.helpers() };
    let listings = if helpers.is_empty() {
        inventory::Listings::new()
    } else {
        block_on(inventory::list_helpers::list_all(&ctx.client, helpers))?
    };
    // The sample home has no variables of its own.
    let variables = if is_sample { BTreeMap::new() } else { settings::variables() };
    let traces = which::ask(which::snapshot(ctx, variables, &listings), &tools, &options.image);
    output.print(&lines(&tools, &traces, options.explain))
}

/// The tools that are asked for: of one name the one that it means, else the newest of each, or all.
fn tools(wanted: Option<&str>) -> Result<Vec<&'static Tool>> {
    match wanted {
        Some("all") => Ok(TOOLS.iter().collect()),
        Some(name) => resolve::find(name).map(|tool| vec![tool]).ok_or_else(|| unknown(name)),
        None => {
            let mut newest: Vec<&'static Tool> = Vec::new();
            for tool in TOOLS {
                if newest.iter().all(|known| known.name != tool.name) {
                    newest.push(tool);
                }
            }
            Ok(newest)
        }
    }
}

fn unknown(name: &str) -> Error {
    let known: Vec<_> = TOOLS.iter().map(|tool| tool.id).collect();
    Error::usage(format!("There is no tool {} in the table.", text::safe(name)))
        .hint(format!("Known are all, {}.", known.join(", ")))
}

fn lines(tools: &[&Tool], traces: &[Trace], with_steps: bool) -> String {
    let named: Vec<String> = tools.iter().map(|tool| format!("{} ({})", tool.name, tool.version)).collect();
    let width = named.iter().map(|name| text::width(name)).max().unwrap_or_default();
    let line = |(name, trace): (&String, &Trace)| {
        let blanks = " ".repeat(width - text::width(name));
        let end = format!("{name}{blanks}  {}\n", text::safe(&trace.end.sentence()));
        let steps = trace.steps.iter().filter(|_| with_steps);
        let steps = steps.map(|step| format!("    {}\n", text::safe(&step.sentence())));
        std::iter::once(end).chain(steps).collect::<String>()
    };
    named.iter().zip(traces).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_is_found_by_each_of_its_names_and_an_unknown_one_is_told_the_others() {
        let ids = |wanted| tools(wanted).map(|tools| tools.iter().map(|tool| tool.id).collect::<Vec<_>>());
        assert_eq!(ids(Some("crane")).unwrap(), ["ggcr"]);
        assert_eq!(ids(Some("all")).unwrap().len(), TOOLS.len());
        let newest = ids(None).unwrap();
        assert!(newest.contains(&"docker-28.3") && !newest.contains(&"docker-20.10"), "{newest:?}");
        assert!(ids(Some("cargo")).unwrap_err().hints.concat().contains("podman"));
    }
}
