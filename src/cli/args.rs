//! The command line.

mod vault;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::app::login::seal::Target;
use crate::credential_helper::OWN;
pub use vault::{
    KeyPlace, RecipientsVerb, VaultInitOptions, VaultStatusOptions, VaultUnlockOptions, VaultVerb,
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
        pullpass check ghcr.io          ask the registry whether it still accepts the login\n\n\
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
    List(ListOptions),
    /// Show all that is known of one login
    Show(ShowOptions),
    /// Keep a new login for docker, for podman or in the vault, or give one another secret
    Add(AddOptions),
    /// Forget a login: all its spellings, and what helpers keep of it
    Remove(RemoveOptions),
    /// Move secrets out of files into the vault, where docker still finds them
    Seal(SealOptions),
    /// Take back what the last command changed
    Undo(UndoOptions),
    /// Ask registries whether they accept logins
    Check(CheckOptions),
    /// Make, unlock, lock and share the vault that keeps named secrets
    #[command(subcommand)]
    Vault(VaultVerb),
    /// Draw the screen as an SVG picture
    #[command(hide = true)]
    Screenshot(ScreenshotOptions),
}

/// Options of `list`.
#[derive(Args, Debug)]
#[command(
    after_help = "FILTER is the screen's filter: words, is:expired is:soon is:plain is:helper is:broken, \
                        in:docker in:podman in:env, user:NAME; ! before a term negates it.\n\n\
                        Piped, each line holds key, user, store, expiry, state and file, separated by tabs."
)]
pub struct ListOptions {
    /// Show only the logins that match
    pub filter: Vec<String>,

    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,

    /// Do not run any credential helper
    #[arg(long)]
    pub no_helpers: bool,
}

/// Options of `show`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass show docker.io\n  pullpass show https://index.docker.io/v1/ --json\n  \
                        pullpass show 123456789012.dkr.ecr.eu-west-1.amazonaws.com --reveal\n\n\
                        A helper is asked for the secret only with --reveal or --decode."
)]
pub struct ShowOptions {
    /// The credential key, the registry's name, or the name of a secret in the vault
    #[arg(value_name = "KEY|NAME")]
    pub key: String,

    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,

    /// Print the secret as well
    #[arg(long)]
    pub reveal: bool,

    /// Ask the helper for the secret and show what it says of itself, but not the secret
    #[arg(long)]
    pub decode: bool,
}

/// Options of `add`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  printf %s \"$TOKEN\" | pullpass add --registry ghcr.io --username jane --password-stdin\n  \
                        pullpass add --registry quay.io/team --username team+robot --to podman\n  \
                        pullpass add --registry ghcr.io --username jane --to vault --for-docker\n\n\
                        docker: into the helper that its config.json names, or that docker would take by itself; into \
                        the file only with --plain.\npodman: into auth.json, which is always the plain file unless it \
                        names a helper.\nvault: a named secret, which \
                        no tool uses by itself; with --for-docker docker finds it there."
)]
pub struct AddOptions {
    /// The registry: docker.io, ghcr.io, localhost:5000; for podman also a namespace
    #[arg(long, value_name = "HOST")]
    pub registry: String,

    /// The user name
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,

    /// Read the password from standard input, without its last line ending
    #[arg(long)]
    pub password_stdin: bool,

    /// What the secret is
    #[arg(long, value_enum, default_value_t = SecretKind::Password)]
    pub kind: SecretKind,

    /// Whose file, or the vault
    #[arg(long, value_enum, default_value_t = Tool::Docker)]
    pub to: Tool,

    /// In the vault: what the secret is called; otherwise a name after the registry
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// In the vault: the address that some platforms ask for
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,

    /// In the vault: the day to be reminded of: 2027-03-01, 90d, 6m
    #[arg(long, value_name = "DAY")]
    pub expires_on: Option<String>,

    /// In the vault: docker uses it; its config.json then names docker-credential-pullpass for the registry
    #[arg(long)]
    pub for_docker: bool,

    /// Keep the secret in the file, in base64 only, where there is no helper
    #[arg(long)]
    pub plain: bool,

    /// Write a file that is marked read-only
    #[arg(long)]
    pub force: bool,

    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SecretKind {
    /// A password or an access token that goes with a user name
    Password,
    /// A token that the registry's token service exchanges
    IdentityToken,
    /// A token that goes to the registry as it is
    RegistryToken,
}

/// Where a new login can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// config.json
    Docker,
    /// auth.json, also for buildah and skopeo
    Podman,
    /// a named secret
    Vault,
}

/// Options of `remove`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass remove docker.io\n  pullpass remove ghcr.io --file ~/.docker/config.json --yes\n\n\
                        What goes is shown first. Without --yes it is asked for, and without a terminal nothing goes."
)]
pub struct RemoveOptions {
    /// The credential key, the registry's name, or the name of a secret in the vault
    #[arg(value_name = "KEY|NAME")]
    pub key: String,

    /// Only from this file; otherwise from every file that has it
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Write a file that is marked read-only
    #[arg(long)]
    pub force: bool,

    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Options of `seal`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass seal ghcr.io\n  pullpass seal --all --yes\n  pullpass seal docker.io --to helper:pass\n\n\
                        The file then names docker-credential-pullpass, or the helper, in credHelpers. What goes is shown \
                        first; what cannot be moved stays, with the reason, and makes the exit status 1."
)]
pub struct SealOptions {
    /// The credential keys, or the registries' names
    #[arg(value_name = "KEY", required_unless_present = "all", conflicts_with = "all")]
    pub keys: Vec<String>,

    /// Every secret that lies in a file
    #[arg(long)]
    pub all: bool,

    /// Where they go: vault, or helper:NAME for docker-credential-NAME
    #[arg(long, value_name = "vault|helper:NAME", default_value = "vault", value_parser = target)]
    pub to: Target,

    /// Write a file that is marked read-only
    #[arg(long)]
    pub force: bool,

    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Options of `undo`.
#[derive(Args, Debug)]
#[command(
    after_help = "Taken back is the last add, remove or seal of the command line. It is kept for that beside the \
                        vault, sealed with its key; without an open vault it is not kept."
)]
pub struct UndoOptions {
    /// Do not ask
    #[arg(long, short = 'y')]
    pub yes: bool,
}

/// Options of `check`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass check ghcr.io\n  pullpass check --image ghcr.io/team/app:1.0   may it pull this?\n  \
                        pullpass check --all --json\n  pullpass check --rate-limit docker.io\n\n\
                        Each login goes to its registry once, and to another host only where that is known to belong to \
                        the registry or --allow-realm names it.\n\n\
                        Exit status: 4 a registry refused a login, else 5 one could not be reached, else 1 one was not \
                        shown to work, or with --all a file or an entry could not be read.\n\n\
                        Piped, each line holds key, user, verdict, the verdict in words and file, separated by tabs."
)]
pub struct CheckOptions {
    /// The credential keys, the registries' names, or the names of secrets in the vault
    #[arg(value_name = "KEY|NAME")]
    pub keys: Vec<String>,

    /// Check every login, and every secret of an open vault
    #[arg(long, conflicts_with_all = ["keys", "image", "rate_limit"])]
    pub all: bool,

    /// Check whether this image can be pulled, with the login and without; where there is none, only without
    #[arg(long, value_name = "REF")]
    pub image: Option<String>,

    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,

    /// In this run a registry may have the login sent to this token service
    #[arg(long, value_name = "HOST")]
    pub allow_realm: Vec<String>,

    /// Ask this registry over plain http where https fails; anybody on the way can read the login
    #[arg(long, value_name = "HOST")]
    pub plain_http: Vec<String>,

    /// Ask Docker Hub how many pulls are left: for its login, or where there is none for this address
    #[arg(long, conflicts_with = "image")]
    pub rate_limit: bool,
}

/// Options of `screenshot`.
#[derive(Args, Debug)]
pub struct ScreenshotOptions {
    /// Columns
    #[arg(long, default_value_t = 80)]
    pub width: u16,

    /// Rows
    #[arg(long, default_value_t = 24)]
    pub height: u16,
}

/// `vault`, or `helper:NAME`; our own helper is the vault.
fn target(text: &str) -> Result<Target, String> {
    match text.strip_prefix("helper:") {
        Some(OWN) => Ok(Target::Vault),
        Some(name) if !name.is_empty() => Ok(Target::Helper(name.to_owned())),
        None if text == "vault" => Ok(Target::Vault),
        _ => Err("it is vault, or helper:NAME".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_the_vault_or_a_helper() {
        let pass = Target::Helper("pass".into());
        let table = [
            ("vault", Some(Target::Vault)),
            ("helper:pullpass", Some(Target::Vault)),
            ("helper:pass", Some(pass)),
        ];
        let wrong = ["", "helper", "helper:", "pass"].map(|text| (text, None));
        for (text, expected) in table.into_iter().chain(wrong) {
            assert_eq!(target(text).ok(), expected, "{text}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
