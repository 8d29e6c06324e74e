//! The password of a record that is minted, for docker. This program is small and mints nothing: where a password is due it
//! runs the `pullpass` that lies beside it, which does.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::app::context::block_on;
use crate::app::refresh::environment;
use crate::app::refresh::standing::{self, Standing};
use crate::credential::Credential;
use crate::error::{Error, Result, plain_reason};
use crate::process::{self, Call, Limits, Stopped};
use crate::refresh::schedule::Due;
use crate::settings::Settings;
use crate::text;
use crate::vault::record::Record;

/// Minting takes two minutes at most, and another process that does it is waited for.
const LIMITS: Limits = Limits { time: Duration::from_mins(6), output: 4096 };

/// The password to hand out of a record that is minted: a fresh one where it is due, else the one that is there. One that is
/// over is never handed out. `again` reads the record once more.
///
/// # Errors
/// There is none, and minting failed or must wait.
pub(super) fn password(
    settings: &Settings,
    now: Timestamp,
    record: Record,
    again: impl FnOnce() -> Result<Option<Record>>,
) -> Result<Credential> {
    let environment = environment(settings);
    let stand = |record: &Record| {
        let standing = standing::of(settings, &environment, record, now)?;
        standing.ok_or_else(|| Error::failed("The secret was changed in the meantime.").hint("Try again."))
    };
    let standing = stand(&record)?;
    if standing.due != Due::Now || settings.is_asked_by_us {
        return if standing.is_good { Ok(record.credential) } else { Err(nothing(&record, &standing)) };
    }
    let run = block_on(mint(&record.name))?;
    let record = again()?.unwrap_or(record);
    let standing = stand(&record)?;
    if standing.is_good {
        return Ok(record.credential);
    }
    // What failed is remembered; only what kept the program from minting at all is not.
    Err(run.err().filter(|_| standing.failed.is_none()).unwrap_or_else(|| nothing(&record, &standing)))
}

/// Why there is nothing to hand out.
fn nothing(record: &Record, standing: &Standing) -> Error {
    let name = text::safe(&record.name);
    match &standing.failed {
        Some(failed) => failed.error(),
        None => Error::failed(format!("There is no password of {name} that still counts."))
            .hint(format!("Mint one: pullpass refresh {name}")),
    }
}

/// Has the `pullpass` beside this program mint.
async fn mint(name: &str) -> Result<()> {
    let program = beside(std::env::current_exe().ok().as_deref())?;
    let arguments = ["refresh", "--due", "--", name];
    let call = Call { program: &program, arguments: &arguments, input: b"", variables: &[], limits: LIMITS };
    let failed = |how: &str| {
        let shown = text::safe(&program.to_string_lossy()).into_owned();
        Error::failed(format!("No new password: {shown} {how}."))
            .hint(format!("See what it says: pullpass refresh {}", text::safe(name)))
    };
    match process::run(&call).await {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(failed(&process::how_it_ended(done.status))),
        Err(Stopped::System(error)) => Err(failed(&format!("could not be run: {}", plain_reason(&error)))),
        Err(Stopped::TimedOut) => Err(failed("did not end")),
        Err(Stopped::TooMuchOutput) => Err(failed("printed too much")),
    }
}

/// `pullpass` in the folder of this program, links followed: one on PATH may be anybody's.
fn beside(this: Option<&Path>) -> Result<PathBuf> {
    let this = this.and_then(|path| std::fs::canonicalize(path).ok());
    let program = this.map(|path| path.with_file_name(format!("pullpass{}", std::env::consts::EXE_SUFFIX)));
    program.filter(|path| path.is_file()).ok_or_else(|| {
        Error::failed("No new password: pullpass, which mints, is not in the folder of this program.")
            .hint("Install both into one folder.")
    })
}
