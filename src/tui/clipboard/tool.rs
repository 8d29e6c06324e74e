//! A program that takes the clipboard's text on its standard input, with a time limit.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use crate::error::{Error, Result, plain_reason};

/// How long a program may take.
const LIMIT: Duration = Duration::from_secs(2);

/// What to run. No argument is ever secret: every user of the machine sees them.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// The program, looked for on PATH.
    pub program: &'static str,
    pub arguments: &'static [&'static str],
}

impl Tool {
    /// Runs it with this input to its end. Where this future is dropped, the program is killed.
    ///
    /// # Errors
    /// It cannot be run, took too long or failed.
    pub async fn run(self, input: &[u8]) -> Result<()> {
        let failed = |how: String| Error::failed(format!("Could not copy: {} {how}.", self.program));
        match timeout(LIMIT, self.feed(input)).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(failed("failed".into())),
            Ok(Err(error)) => {
                Err(failed(format!("could not be run: {}", plain_reason(&error))).because(error))
            }
            Err(_) => Err(failed(format!("was not done after {LIMIT:?}"))),
        }
    }

    async fn feed(self, input: &[u8]) -> io::Result<bool> {
        #[allow(clippy::disallowed_methods)] // this is the bounded way to run a clipboard's program
        let mut command = Command::new(self.program);
        command.args(self.arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.kill_on_drop(true).spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program may end without reading: its exit status tells.
            let _not_read = stdin.write_all(input).await;
        }
        Ok(child.wait().await?.success())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_input_arrives_and_the_status_counts() {
        let grep = Tool { program: "grep", arguments: &["-q", "hunter2"] };
        assert!(grep.run(b"hunter2").await.is_ok());
        assert_eq!(grep.run(b"other").await.unwrap_err().what, "Could not copy: grep failed.");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_named() {
        let error = Tool { program: "pullpass-no-such-tool", arguments: &[] }.run(b"").await.unwrap_err();
        assert!(error.what.contains("pullpass-no-such-tool could not be run"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_program_that_hangs_is_given_up() {
        let error = Tool { program: "sleep", arguments: &["60"] }.run(b"").await.unwrap_err();
        assert!(error.what.contains("was not done after 2s"), "{error}");
    }
}
