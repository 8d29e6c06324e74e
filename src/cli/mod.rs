//! The commands.

mod add;
pub mod args;
mod check;
mod config;
mod confirm;
mod decode;
mod doctor;
mod export;
mod helper;
mod import;
pub mod json;
mod list;
mod mint;
pub mod output;
mod prompt;
mod push;
mod refresh;
mod remove;
mod screenshot;
mod seal;
mod show;
mod status;
mod to_the_end;
mod undo;
mod vault;
mod which;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser as _;

use crate::app::Context;
use crate::app::context::block_on;
use crate::app::inventory::{self, Inventory, Listings};
use crate::cli::args::{Arguments, Verb};
use crate::cli::output::Output;
use crate::clock::{Clock as _, SystemClock};
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
    // The screen tells it by itself, and `config` is asked about it.
    if !matches!(arguments.verb, None | Some(Verb::Config(_))) {
        config::tell(&settings, output);
    }
    if let Some(folder) = arguments.config {
        if !folder.is_dir() {
            let shown = folder.to_string_lossy();
            return Err(Error::not_found(format!("There is no folder {}.", text::safe(&shown)))
                .hint("--config takes the folder that holds config.json, as docker's own option does."));
        }
        settings.locations.config_flag = Some(folder);
    }
    let _demo = if arguments.demo { Some(app::demo::enter(&mut settings, SystemClock.now())?) } else { None };
    let ctx = Context::new(settings, SystemClock);
    match arguments.verb {
        None => tui::run(ctx, arguments.demo),
        Some(Verb::List(options)) => list::run(&ctx, &options, output),
        Some(Verb::Show(options)) => show::run(&ctx, &options, output),
        Some(Verb::Add(options)) => add::run(&ctx, &options, output),
        Some(Verb::Remove(options)) => remove::run(&ctx, &options, output),
        Some(Verb::Seal(options)) => seal::run(&ctx, &options, output),
        Some(Verb::Undo(options)) => undo::run(&ctx, &options, output),
        // Real registries would get logins that were made up.
        Some(Verb::Check(_)) if arguments.demo => {
            Err(Error::usage("Nothing was checked: the sample home's logins are not real."))
        }
        Some(Verb::Check(options)) => check::run(&ctx, &options, output),
        Some(Verb::Refresh(_)) if arguments.demo => {
            Err(Error::usage("Nothing was minted: the sample home's logins are not real."))
        }
        Some(Verb::Refresh(options)) => refresh::run(&ctx, &options, output),
        Some(Verb::Which(options)) => which::run(&ctx, &options, output),
        Some(Verb::Doctor(options)) => doctor::run(&ctx, &options, output),
        Some(Verb::Status(options)) => status::run(&ctx, &options, output),
        Some(Verb::Helper(verb)) => helper::run(&ctx, &verb, output),
        Some(Verb::Export(options)) => export::run(&ctx, options, output),
        // Real platforms would get secrets that were made up.
        Some(Verb::Push(_)) if arguments.demo => {
            Err(Error::usage("Nothing was sent: the sample home's secrets are not real."))
        }
        Some(Verb::Push(verb)) => push::run(&ctx, &verb, output),
        Some(Verb::Import(options)) => import::run(&ctx, &options, output),
        Some(Verb::Decode(options)) => decode::run(&ctx, &options, output),
        Some(Verb::Config(verb)) => config::run(&ctx.settings, &verb, output),
        Some(Verb::Vault(verb)) => vault::run(&ctx.settings.vault, verb, output),
        Some(Verb::Screenshot(options)) => screenshot::run(&ctx, &options, output),
    }
}

/// Everything that can be found, with what the helpers list. Without helpers no program runs and no thread starts.
fn find_all(ctx: &Context, ask_helpers: bool) -> Result<Inventory> {
    find_with_lists(ctx, ask_helpers).map(|(inventory, _)| inventory)
}

/// Everything that can be found, and what the helpers list.
fn find_with_lists(ctx: &Context, ask_helpers: bool) -> Result<(Inventory, Listings)> {
    let mut inventory = inventory::read(&ctx.settings, ctx.now());
    let helpers = inventory.helpers();
    let mut listings = Listings::new();
    if ask_helpers && !helpers.is_empty() {
        listings = block_on(inventory::list_helpers::list_all(&ctx.client, helpers))?;
        inventory::apply_listings(&mut inventory, &listings);
    }
    Ok((inventory, listings))
}
