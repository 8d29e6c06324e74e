//! `pullpass which IMAGE`: which tool would send which login for an image, and why.

use crate::app::Context;
use crate::app::which::{self, Who};
use crate::cli::output::Output;
use crate::cli::{find_with_lists, json};
use crate::error::{Error, Result};
use crate::resolve::{self, TOOLS, Tool, Trace};
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

    /// Print JSON, each step in it (docs/json.md)
    #[arg(long, conflicts_with = "explain")]
    pub json: bool,

    /// Show each step: what was asked, where, and what came
    #[arg(long)]
    pub explain: bool,

    /// Run no helper program, not even for its list
    #[arg(long)]
    pub no_helpers: bool,

    /// Whose tools are meant, where it is not you: what works for you may not work with sudo
    #[arg(long = "as", value_name = "USER")]
    pub user: Option<User>,
}

/// Somebody else whose tools find other logins.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum User {
    /// Root, without your variables
    Root,
}

/// Prints a line for each tool, with its steps where they are wanted.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let tools = tools(options.tool.as_deref())?;
    let who = options.user.map_or(Who::Me, |User::Root| Who::Root);
    let asks_helpers = who == Who::Me && !options.no_helpers;
    let (_, listings) = find_with_lists(ctx, asks_helpers)?;
    let mut snapshot = which::snapshot(&ctx.settings, &listings, who);
    let traces = which::ask(&mut snapshot, &tools, &options.image);
    if options.json {
        return output.print(&json::which::document(&options.image, who, &traces, ctx.now())?);
    }
    output.print(&lines(&tools, &traces, options.explain))?;
    for path in which::unreadable(&snapshot).filter(|_| who == Who::Root) {
        output.remark(&format!("{} may not be read: sudo pullpass which shows more", text::safe(path)));
    }
    Ok(())
}

/// The tools that are asked for: of one name the one that it means, else the newest of each, or all.
fn tools(wanted: Option<&str>) -> Result<Vec<&'static Tool>> {
    match wanted {
        Some("all") => Ok(TOOLS.iter().collect()),
        Some(name) => resolve::find(name).map(|tool| vec![tool]).ok_or_else(|| unknown(name)),
        None => Ok(which::newest()),
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
