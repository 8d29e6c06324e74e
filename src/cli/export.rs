//! `pullpass export`

mod arguments;
mod shown;

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::app::Context;
use crate::app::export::place::Plan;
use crate::app::export::{self, Own, Request};
use crate::app::transaction::Consent;
use crate::app::transaction::line;
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, find_all};
use crate::error::{Error, Result};
use crate::export::{Artifact, Form};
use crate::text;

pub use arguments::Options;
use arguments::{Chosen, Common};

/// What is done without the word for it.
const STDOUT: &str = "-";

/// Lists the platforms, or hands secrets to one.
pub fn run(ctx: &Context, options: Options, output: &Output) -> Result<()> {
    let Options::Platform(chosen) = options else {
        return output.print(&shown::platforms(output.is_terminal, output.columns));
    };
    let Chosen { platform, common, answers, images } = *chosen;
    let request = Request {
        platform,
        secrets: common.secrets.clone(),
        file: common.file.clone(),
        form: if common.literal { Some(Form::Literal) } else { common.form },
        answers,
        own: own(&common, &images),
    };
    // Before anything is looked for.
    export::form(platform, request.form)?;
    let inventory = find_all(ctx, true)?;
    let artifact = block_on(export::export(ctx, &inventory, request))??;
    match &common.output {
        None => output.print(&shown::preview(&artifact, common.reveal, output)),
        Some(to) if to.as_os_str() == STDOUT => to_stdout(&artifact, common.reveal, output),
        Some(to) => {
            let plan = Plan::of(&artifact, to)?;
            write(&artifact, plan, &common, output)
        }
    }
}

/// What was said of the secrets, by their order.
fn own(common: &Common, images: &[String]) -> Vec<Own> {
    let count = [&*common.name, &*common.email, &*common.env, images].map(<[_]>::len).into_iter().max();
    let said = |of: &[String], at: usize| of.get(at).filter(|said| !said.is_empty()).cloned();
    let own = |at| Own {
        name: said(&common.name, at),
        email: said(&common.email, at),
        image: said(images, at),
        variables: said(&common.env, at).map(|names| crate::export::Variables::read(&names)),
    };
    (0..count.unwrap_or_default()).map(own).collect()
}

/// The main file and nothing else, to be piped into another program.
fn to_stdout(artifact: &Artifact, reveal: bool, output: &Output) -> Result<()> {
    let Some(file) = artifact.files.first() else {
        return Err(
            Error::usage("This export has no file: its steps are all.").hint("Leave -o out to see them.")
        );
    };
    if output.is_terminal && file.body.holds_secret() && !reveal {
        return Err(Error::usage(format!(
            "Did not print {}: the secret would stand on the terminal.",
            text::safe(&file.name)
        ))
        .hint("Pipe it into a program, write it with -o FILE, or print it with --reveal."));
    }
    artifact.warnings.iter().for_each(|warning| output.remark(&text::safe(warning)));
    let whole = file.body.reveal();
    let plain = whole.expose_text().unwrap_or_default();
    if output.is_terminal { output.print(&shown::safe_lines(plain)) } else { output.print(plain) }
}

fn write(artifact: &Artifact, plan: Plan, common: &Common, output: &Output) -> Result<()> {
    if !plan.replaced().is_empty() && !common.confirm.yes {
        let words = ("Write over what is there?", "Nothing was written", "--yes writes it.");
        confirm::ask(output, &line::words(&plan.lines(), None), words)?;
    }
    let written = plan.write(Consent { plain: true, force: common.confirm.force })?;
    let mut out = Zeroizing::new(String::new());
    for path in written {
        let path = path.to_string_lossy();
        let _infallible = writeln!(out, "wrote {}, which only you can read", text::safe(&path));
    }
    out.push_str(&shown::around(artifact, common.reveal, output));
    output.print(&out)
}
