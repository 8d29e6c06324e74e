//! The command line: the verbs, each with its arguments from its own file.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::{
    add, check, config, decode, doctor, export, helper, import, list, push, refresh, remove, screenshot,
    seal, show, status, undo, vault, which,
};

/// See every container-registry login on this machine.
#[derive(Debug, Parser)]
#[command(
    name = "pullpass",
    version,
    about = "See every container-registry login on this machine",
    long_about = "See every container-registry login on this machine: where it is stored, which tool uses it, and how \
                  long it has left.\n\nWithout a command, pullpass opens its screen.",
    after_help = "Examples:\n  \
        pullpass                        open the screen\n  \
        pullpass --demo                 open it on a sample home, to look around\n  \
        pullpass list                   every login, a line each\n  \
        pullpass list is:expired        only those whose token has ended\n  \
        pullpass list --json | jq .     for scripts\n  \
        pullpass show ghcr.io           all that is known of one login\n  \
        pullpass show ghcr.io --reveal  and its secret\n  \
        pullpass add --registry ghcr.io --username jane   keep a new login\n  \
        pullpass remove ghcr.io         forget one, in all its spellings\n  \
        pullpass seal --all             move secrets out of the files into the vault\n  \
        pullpass undo                   take the last change back\n  \
        pullpass check ghcr.io          ask the registry whether it still accepts the login\n  \
        pullpass refresh --due          mint the passwords that will soon end\n  \
        pullpass export kubernetes ghcr.io   what a platform needs to pull with it\n  \
        pullpass import FILE            the logins of another machine or platform\n  \
        pullpass which alpine           which login each tool would send for an image\n  \
        pullpass helper enable          have docker and podman ask the vault, and others by rules\n  \
        pullpass doctor                 what is odd on this machine, and what mends it\n  \
        pullpass config init            write a settings file that shows every default\n\n\
        Exit status: 0 done, 1 failed, 2 bad usage, 3 not found, 4 the registry refused the login, 5 could not reach it, \
        6 locked."
)]
pub struct Arguments {
    /// The folder of docker's config.json, instead of `DOCKER_CONFIG` or ~/.docker
    #[arg(long, value_name = "DIR", global = true)]
    pub config: Option<PathBuf>,

    /// Use a sample home with logins of all kinds
    #[arg(long, global = true)]
    pub demo: bool,

    /// What to do; without it the screen opens.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List every login of every file and helper
    List(list::Options),
    /// Show all that is known of one login
    Show(show::Options),
    /// Keep a new login for docker, for podman or in the vault, or give one another secret
    Add(add::Options),
    /// Forget a login: all its spellings, and what helpers keep of it
    Remove(remove::Options),
    /// Move secrets out of files into the vault, where docker still finds them
    Seal(seal::Options),
    /// Take back what the last command changed
    Undo(undo::Options),
    /// Ask registries whether they accept logins
    Check(check::Options),
    /// Mint new passwords for the secrets that are minted
    Refresh(refresh::Options),
    /// Tell which login each tool would send for an image
    Which(which::Options),
    /// Tell everything odd on this machine, and mend what can be mended without losing anything
    Doctor(doctor::Options),
    /// Tell in one line how things are, for prompts and bars
    Status(status::Options),
    /// Write logins and secrets down for a platform that needs them
    Export(export::Options),
    /// Send secrets to rapyuta.io, CircleCI or Kubernetes, after showing what goes where
    #[command(subcommand)]
    Push(push::Verb),
    /// Take logins out of a platform's file
    Import(import::Options),
    /// Show what an auth value, or a file with several, says
    Decode(decode::Options),
    /// Make, unlock, lock and share the vault that keeps named secrets
    #[command(subcommand)]
    Vault(vault::Verb),
    /// Have docker and podman ask docker-credential-pullpass, and see whether it works
    #[command(subcommand)]
    Helper(helper::Verb),
    /// Make, check and change the settings file
    #[command(subcommand)]
    Config(config::Verb),
    /// Draw the screen as an SVG picture
    #[command(hide = true)]
    Screenshot(screenshot::Options),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
