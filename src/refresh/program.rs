//! One run of a program that mints or finds keys: by argv only, bounded, and its words made fit to show.

use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::environment::Environment;
use super::error::{Cause, Program};
use super::mask;
use crate::error::plain_reason;
use crate::process::{self, Call, Limits, Stopped};
use crate::secret::Secret;
use crate::settings::MARK;
use crate::text;

/// gcloud takes four to six seconds on a busy machine. No output that is meant is longer than a few KiB.
const LIMITS: Limits = Limits { time: Duration::from_mins(1), output: 64 * 1024 };

/// Runs a program to its end and gives what it printed.
///
/// # Errors
/// It is not there, does not end, ends with an error or prints too much. Nothing that it printed on stdout is in the
/// words.
pub async fn run(
    program: Program,
    name: &str,
    arguments: &[&str],
    environment: &Environment,
) -> Result<Zeroizing<Vec<u8>>, Cause> {
    run_within(LIMITS, program, name, arguments, environment).await
}

async fn run_within(
    limits: Limits,
    program: Program,
    name: &str,
    arguments: &[&str],
    environment: &Environment,
) -> Result<Zeroizing<Vec<u8>>, Cause> {
    let Some(path) = find(name, environment) else { return Err(Cause::ProgramMissing(program)) };
    // Where it asks our helper in turn, nothing is minted for it: that would wait for itself.
    let variables = [(MARK.into(), Some("1".into()))];
    let call = Call { program: &path, arguments, input: b"", variables: &variables, limits };
    let late = || format!("was not done after {} s", limits.time.as_secs());
    match process::run(&call).await {
        Ok(done) if done.cut_short => Err(failed(program, late(), String::new())),
        Ok(done) if done.status.success() => Ok(done.stdout),
        Ok(done) => {
            // It may have printed the password before it failed, and may repeat it.
            let printed = Secret::new(done.stdout.to_vec());
            let said = mask::said(&done.stderr, &[&printed]);
            Err(failed(program, process::how_it_ended(done.status), said))
        }
        Err(Stopped::TimedOut) => Err(failed(program, late(), String::new())),
        Err(Stopped::System(error)) => {
            Err(failed(program, format!("could not be run: {}", plain_reason(&error)), String::new()))
        }
        Err(Stopped::TooMuchOutput) => {
            Err(Cause::BadOutput { program, what: format!("it printed more than {} bytes", limits.output) })
        }
    }
}

fn failed(program: Program, how: String, said: String) -> Cause {
    Cause::ProgramFailed { program, how, said }
}

/// A program by its absolute path, or by its name in an absolute folder of PATH. A relative path would mean the current
/// folder.
fn find(name: &str, environment: &Environment) -> Option<PathBuf> {
    let path = Path::new(name);
    if path.is_absolute() {
        return path.is_file().then(|| path.to_owned());
    }
    let is_name = !name.is_empty() && !name.contains(std::path::is_separator) && name != "..";
    is_name.then(|| process::find_on_path(&environment.path, name))?
}

/// What a program printed, without one line end: docker 29 would send it. Blanks belong to a password.
pub fn without_line_end(printed: &[u8]) -> &[u8] {
    let line = printed.strip_suffix(b"\n").unwrap_or(printed);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The file name of a program, safe to show.
pub fn shown(name: &str) -> String {
    let file = Path::new(name).file_name().unwrap_or_default();
    text::safe(&file.to_string_lossy()).into_owned()
}
