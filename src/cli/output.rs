//! The one place that prints.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;

use crate::error::{Error, Kind, Result};
use crate::text;

/// The columns of the line that shows how far something is.
const PROGRESS_COLUMNS: usize = 40;

/// Where the answers go, and how they may look there.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Standard output is a terminal: a table for people. Otherwise plain lines for programs.
    pub is_terminal: bool,
    /// How many columns the terminal has.
    pub columns: usize,
}

impl Output {
    /// Looks at this process's standard output.
    pub fn of_this_process() -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let columns =
            if is_terminal { crossterm::terminal::size().map_or(80, |(columns, _)| columns) } else { 80 };
        Self { is_terminal, columns: usize::from(columns.max(20)) }
    }

    /// Prints an answer. A reader that has gone away is no error: `pullpass list | head` ends well.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn print(self, text: &str) -> Result<()> {
        let mut stdout = std::io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::failed("Could not write to standard output.").because(error))
            }
            _ => Ok(()),
        }
    }

    /// Prints a remark that is not part of the answer.
    pub fn remark(self, text: &str) {
        // There is nowhere left to say that standard error is gone.
        let _gone = writeln!(std::io::stderr().lock(), "pullpass: {text}").is_err();
    }

    /// True where there is a terminal to show progress on.
    pub fn can_show_progress(self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// Shows how far something is, on one line of a terminal that the next text replaces; an empty one wipes it.
    pub fn progress(self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        let wiped = " ".repeat(PROGRESS_COLUMNS);
        let line = format!("\r{wiped}\r{}", text::end_ellipsis(text, PROGRESS_COLUMNS));
        let _gone = stderr.write_all(line.as_bytes()).and_then(|()| stderr.flush()).is_err();
    }

    /// Prints the beginning of a line that a person ends.
    pub fn question(self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        let _gone = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()).is_err();
    }

    /// Asks for a line.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub fn ask(self, question: &str) -> Result<String> {
        self.question(question);
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        read.map_err(|error| Error::failed("Could not read from standard input.").because(error))?;
        Ok(line.trim().to_owned())
    }

    /// Asks a question that only `y` or `yes` answers with yes.
    ///
    /// # Errors
    /// Standard input cannot be read.
    pub fn ask_yes(self, question: &str) -> Result<bool> {
        let answer = self.ask(&format!("{question} [y/N] "))?;
        Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
    }

    /// Prints an error with its next steps and gives its exit status.
    pub fn error(self, error: &Error) -> ExitCode {
        self.remark(&error.what);
        for hint in &error.hints {
            let _gone = writeln!(std::io::stderr().lock(), "  {hint}").is_err();
        }
        ExitCode::from(error.kind.exit_status())
    }

    /// Prints the command line parser's answer: help, the version, or what is wrong with the command line.
    pub fn clap(self, answer: &clap::Error) -> ExitCode {
        let _gone = answer.print().is_err();
        if answer.use_stderr() { ExitCode::from(Kind::Usage.exit_status()) } else { ExitCode::SUCCESS }
    }
}
