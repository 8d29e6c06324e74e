//! One run of a platform's program: its arguments shown as they are, its input masked.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::export::Piece;
use crate::export::artifact::Body;
use crate::process::{self, Call, Limits, Stopped};
use crate::refresh::mask;
use crate::secret::Secret;
use crate::text;

/// A cluster far away takes its time; it says little.
const LIMITS: Limits = Limits { time: Duration::from_mins(1), output: 1 << 20 };

/// One run.
#[derive(Debug)]
pub struct Run {
    pub(super) program: PathBuf,
    /// What it is called.
    pub(super) name: &'static str,
    /// None of them is secret.
    pub(super) arguments: Vec<String>,
    /// What it reads.
    pub(super) input: Body,
}

impl Run {
    pub(super) fn lines(&self) -> Vec<String> {
        let words = self.arguments.iter().map(|word| format!(" {}", text::safe(word)));
        let head = format!("{}{}", self.name, words.collect::<String>());
        let input = self.input.masked();
        let input = input.lines().map(|line| format!("  {}", text::safe(line)));
        std::iter::once(head).chain(input).collect()
    }

    /// Runs it, and gives what it said.
    ///
    /// # Errors
    /// It cannot be run, does not end, or fails; in its own words, without a secret.
    pub(super) async fn send(self) -> Result<Vec<String>> {
        let whole = self.input.reveal();
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let printed = output(&self.program, self.name, &arguments, whole.expose(), &self.secrets()).await?;
        let lines = printed.expose_text().unwrap_or_default().lines();
        Ok(lines.map(|line| text::safe(line).into_owned()).collect())
    }

    fn secrets(&self) -> Vec<Secret> {
        let secret = |piece: &Piece| match piece {
            Piece::Secret(secret) => Some(secret.clone()),
            Piece::Text(_) => None,
        };
        self.input.pieces().iter().filter_map(secret).collect()
    }
}

/// What a program prints.
///
/// # Errors
/// As [`Run::send`].
pub(super) async fn output(
    program: &std::path::Path,
    name: &str,
    arguments: &[&str],
    input: &[u8],
    secrets: &[Secret],
) -> Result<Secret> {
    let call = Call { program, arguments, input, variables: &[], limits: LIMITS };
    let failed = |how: String| Error::failed(format!("{name} {how}."));
    match process::run(&call).await {
        Ok(mut done) if done.status.success() => Ok(Secret::new(std::mem::take(&mut done.stdout))),
        Ok(done) => {
            let said = mask::said(&done.stderr, &secrets.iter().collect::<Vec<_>>());
            let error = failed(process::how_it_ended(done.status));
            Err(if said.is_empty() { error } else { error.hint(said) })
        }
        Err(Stopped::TimedOut) => Err(failed(format!("had not ended after {} s", LIMITS.time.as_secs()))
            .hint("Look at the platform whether anything was changed.")),
        Err(Stopped::TooMuchOutput) => Err(failed("printed more than it ever should".into())),
        Err(Stopped::System(error)) => Err(failed("could not be run".into()).because(error)),
    }
}
