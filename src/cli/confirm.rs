//! The question before a change: what will happen is shown, and without a terminal nothing does.

use std::io::IsTerminal as _;

use crate::cli::output::Output;
use crate::error::{Error, Result};

/// The options of a verb that changes files.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Confirm {
    /// Write a file that is marked read-only
    #[arg(long)]
    pub force: bool,

    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Shows what would be done and asks for a yes. The words are the question, what was not done, and how to say yes
/// without a terminal.
///
/// # Errors
/// There is no terminal, or the answer is no.
pub fn ask(
    output: &Output,
    shown: &[String],
    (question, not_done, without): (&str, &str, &str),
) -> Result<()> {
    output.print(&(shown.join("\n") + "\n"))?;
    if !std::io::stdin().is_terminal() {
        return Err(Error::usage(format!("{not_done}: there is no terminal to ask on."))
            .hint(format!("The list above is what would be done; {without}")));
    }
    if output.ask_yes(question)? {
        return Ok(());
    }
    Err(Error::failed(format!("{not_done}.")))
}
