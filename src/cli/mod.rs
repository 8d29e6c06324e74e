//! The commands.

mod add;
pub mod args;
mod check;
mod confirm;
pub mod json;
mod list;
mod named;
pub mod output;
mod prompt;
mod remove;
mod screenshot;
mod seal;
mod show;
mod undo;
mod vault;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;
use jiff::Timestamp;

use crate::app::inventory::{self, Inventory, Listings};
use crate::cli::args::{Arguments, Verb};
use crate::cli::output::Output;
use crate::clock::{Clock as _, SystemClock};
use crate::credential_helper::Client;
use crate::error::{Error, Result};
use crate::settings::Settings;
use crate::{app, hardening, text, tui};

/// Runs one command line; the exit status is that of the README's table.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    hardening::protect();
    let output = Output::of_this_process();
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(answer) => return output.clap(&answer),
    };
    match dispatch(arguments, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output.error(&error),
    }
}

fn dispatch(arguments: Arguments, output: &Output) -> Result<()> {
    let mut settings = Settings::of_this_process();
    if let Some(folder) = arguments.config {
        if !folder.is_dir() {
            let shown = folder.to_string_lossy();
            return Err(Error::not_found(format!("There is no folder {}.", text::safe(&shown)))
                .hint("--config takes the folder that holds config.json, as docker's own option does."));
        }
        settings.locations.config_flag = Some(folder);
    }
    let now = SystemClock.now();
    let _demo = if arguments.demo { Some(app::demo::enter(&mut settings, now)?) } else { None };
    match arguments.verb {
        None => tui::run(settings, arguments.demo),
        Some(Verb::List(options)) => list::run(&settings, &options, output, now),
        Some(Verb::Show(options)) => show::run(&settings, &options, output, now),
        Some(Verb::Add(options)) => add::run(&settings, &options, output, now),
        Some(Verb::Remove(options)) => remove::run(&settings, &options, output, now),
        Some(Verb::Seal(options)) => seal::run(&settings, &options, output, now),
        Some(Verb::Undo(options)) => undo::run(&settings, &options, output, now),
        // Real registries would get logins that were made up.
        Some(Verb::Check(_)) if arguments.demo => {
            Err(Error::usage("Nothing was checked: the sample home's logins are not real."))
        }
        Some(Verb::Check(options)) => check::run(&settings, &options, output),
        Some(Verb::Vault(verb)) => vault::run(&settings.vault, verb, output),
        Some(Verb::Screenshot(options)) => screenshot::run(&settings, &options, output, now),
    }
}

/// Everything that can be found, with what the helpers list. Without helpers no program runs and no thread starts.
fn find_all(settings: &Settings, ask_helpers: bool, now: Timestamp) -> Result<Inventory> {
    let mut inventory = inventory::read(settings, now);
    let helpers = inventory.helpers();
    if ask_helpers && !helpers.is_empty() {
        let client = client(settings);
        let listings: Listings = block_on(inventory::list_helpers::list_all(&client, helpers))?;
        inventory::apply_listings(&mut inventory, &listings);
    }
    Ok(inventory)
}

/// The client that runs helper programs under this environment.
pub fn client(settings: &Settings) -> Client {
    inventory::list_helpers::client(settings)
}

fn block_on<T>(future: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::failed("Could not start the event loop.").because(error))?;
    Ok(runtime.block_on(future))
}
