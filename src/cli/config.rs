//! `pullpass config`, and what the other commands say of the settings file.

use std::path::Path;

use crate::cli::output::Output;
use crate::error::{Error, Result};
use crate::settings::fault::instead;
use crate::settings::table::Row;
use crate::settings::{Settings, edit, preferences, sample, schema};
use crate::text;

/// What to do with the settings file.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Write a settings file that shows every setting with its default, each as a comment
    Init,
    /// Print where the settings file is, or would be
    Path,
    /// Tell everything in the settings file that does not count, with line and column
    #[command(
        after_help = "Variables that hold no such value are told, too.\n\nExit status: 0 everything counts, 1 something does not."
    )]
    Check,
    /// Give a setting a value; everything else in the file stays as it is
    #[command(
        after_help = "Examples:\n  pullpass config set helpers.timeout 20s\n  pullpass config set screen.reduced_motion true\n  \
                            pullpass config set check.plain_http '[\"registry.lan:5000\"]'\n\n\
                            The settings are in docs/settings.md, and in the file that pullpass config init writes."
    )]
    Set {
        /// The setting: helpers.timeout
        name: String,
        /// Its value as TOML; the quotes of a text may be left out
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Take a setting out of the file, so that its default holds
    Unset {
        /// The setting: helpers.timeout
        name: String,
    },
    /// Print the JSON schema of the settings file, for editors
    Schema,
}

/// Runs one of the commands.
pub fn run(settings: &Settings, verb: &Verb, output: &Output) -> Result<()> {
    match verb {
        Verb::Init => {
            let path = settings.file.place()?;
            edit::create(path, &sample::text())?;
            output.print(&format!("{} shows every setting with its default.\n", shown(path)))
        }
        Verb::Path => {
            let path = settings.file.place()?;
            let for_programs = format!("{}\n", path.display());
            output.print(&if output.is_terminal { shown(path) + "\n" } else { for_programs })
        }
        Verb::Check => check(settings, output),
        Verb::Set { name, value } => set(settings, row(name)?, value, output),
        Verb::Unset { name } => unset(settings, row(name)?, output),
        Verb::Schema => output.print(&format!("{:#}\n", schema::document())),
    }
}

/// Says in short what of the settings does not count, if anything.
pub fn tell(settings: &Settings, output: &Output) {
    let notice = settings.file.notice(settings.locations.home.as_deref());
    let mut lines = notice.into_iter().flatten();
    if let Some(first) = lines.next() {
        output.problem(&lines.fold(Error::usage(first), Error::hint));
    }
}

fn check(settings: &Settings, output: &Output) -> Result<()> {
    let lines = settings.file.lines(settings.locations.home.as_deref());
    if lines.is_empty() {
        let path = settings.file.place()?;
        let words = if path.exists() { "everything in it counts" } else { "there is no such file" };
        return output.print(&format!("{}: {words}\n", shown(path)));
    }
    output.print(&(lines.join("\n") + "\n"))?;
    Err(Error::failed(match lines.len() {
        1 => "One of the settings does not count.".to_owned(),
        count => format!("{count} of the settings do not count."),
    }))
}

fn set(settings: &Settings, row: &Row, value: &str, output: &Output) -> Result<()> {
    let path = settings.file.place()?;
    edit::set(path, row, value, settings.locations.home.as_deref())?;
    output.print(&format!("{} is set in {}\n", row.full_name(), shown(path)))?;
    warn_of_variable(settings, row, *output);
    Ok(())
}

fn unset(settings: &Settings, row: &Row, output: &Output) -> Result<()> {
    let path = settings.file.place()?;
    let words = if edit::unset(path, row)? { "is no longer set" } else { "was not set" };
    output.print(&format!("{} {words} in {}\n", row.full_name(), shown(path)))?;
    warn_of_variable(settings, row, *output);
    Ok(())
}

/// A variable that wins would make the file seem to be ignored.
fn warn_of_variable(settings: &Settings, row: &Row, output: Output) {
    if let Some(variable) = settings.file.variable_of(row.name) {
        output.remark(&format!("{variable} is set, and wins over the file."));
    }
}

fn row(name: &str) -> Result<&'static Row> {
    preferences::find(name)
        .ok_or_else(|| Error::usage(format!("There is no setting {}.", text::safe(name))).hint(instead(name)))
}

fn shown(path: &Path) -> String {
    text::safe(&path.to_string_lossy()).into_owned()
}
