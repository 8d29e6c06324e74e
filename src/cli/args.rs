//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Keep a new login for docker or podman, or give one another secret
    Add(AddOptions),
    /// Forget a login: all its spellings, and what helpers keep of it
    Remove(RemoveOptions),
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
    /// The credential key, or the registry's name
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
                        pullpass add --registry quay.io/team --username team+robot --to podman\n\n\
                        docker: into the helper that its config.json names, or that docker would take by itself; into \
                        the file only with --plain.\npodman: into auth.json, which is always the plain file unless it \
                        names a helper."
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

    /// Whose file
    #[arg(long, value_enum, default_value_t = Tool::Docker)]
    pub to: Tool,

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

/// The tools whose files can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// config.json
    Docker,
    /// auth.json, also for buildah and skopeo
    Podman,
}

/// Options of `remove`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass remove docker.io\n  pullpass remove ghcr.io --file ~/.docker/config.json --yes\n\n\
                        What goes is shown first. Without --yes it is asked for, and without a terminal nothing goes."
)]
pub struct RemoveOptions {
    /// The credential key, or the registry's name
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

/// Options of `check`.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass check ghcr.io\n  pullpass check --image ghcr.io/team/app:1.0   may it pull this?\n  \
                        pullpass check --all --json\n  pullpass check --rate-limit docker.io\n\n\
                        Each login goes to its registry once, and to another host only where that is known to belong to \
                        the registry or --allow-realm names it.\n\n\
                        Exit status: 4 a registry refused a login, else 5 one could not be reached, else 1 one was not \
                        shown to work.\n\n\
                        Piped, each line holds key, user, verdict, the verdict in words and file, separated by tabs."
)]
pub struct CheckOptions {
    /// The credential keys, or the registries' names
    #[arg(value_name = "KEY")]
    pub keys: Vec<String>,

    /// Check every login
    #[arg(long, conflicts_with_all = ["keys", "image", "rate_limit"])]
    pub all: bool,

    /// Check whether this image can be pulled, with the login and without
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

    /// Ask Docker Hub how many pulls are left
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

/// What to do with the vault.
#[derive(Debug, Subcommand)]
pub enum VaultVerb {
    /// Make an empty vault
    Init(VaultInitOptions),
    /// Unlock the vault, and have the kernel keep its key for some hours
    Unlock(VaultUnlockOptions),
    /// Make the kernel forget the key
    Lock,
    /// Show where the vault and its key are, and whether it is open
    Status(VaultStatusOptions),
    /// Choose whose keys open the vault
    #[command(subcommand)]
    Recipients(RecipientsVerb),
}

/// Options of `vault init`.
#[derive(Args, Debug)]
#[command(
    after_help = "Without --key the session's keyring keeps the key, and where there is none, key.age does, sealed \
                        with a passphrase.\n\nPULLPASS_VAULT names another file than the one in the data folder."
)]
pub struct VaultInitOptions {
    /// Where the key goes
    #[arg(long, value_enum)]
    pub key: Option<KeyPlace>,

    /// The age identity file that opens the vault; it is made where it is missing
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    pub identity: Option<PathBuf>,

    /// Read the passphrase from standard input
    #[arg(long)]
    pub passphrase_stdin: bool,

    /// How long the kernel keeps the key after an unlock: 30m, 8h; 0 for not at all
    #[arg(long = "for", value_name = "TIME", default_value = "8h", value_parser = time)]
    pub time: Duration,
}

/// Where the key of a new vault goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyPlace {
    /// Into the session's keyring
    Keyring,
    /// Into a file, sealed with a passphrase
    Passphrase,
}

/// Options of `vault unlock`.
#[derive(Args, Debug)]
pub struct VaultUnlockOptions {
    /// Read the passphrase from standard input
    #[arg(long)]
    pub passphrase_stdin: bool,

    /// How long the kernel keeps the key: 30m, 8h; as `vault init` said, where not given
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    pub time: Option<Duration>,
}

/// Options of `vault status`.
#[derive(Args, Debug)]
pub struct VaultStatusOptions {
    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,
}

/// What to do with the recipients.
#[derive(Debug, Subcommand)]
pub enum RecipientsVerb {
    /// Seal the vault for one more age public key
    Add {
        /// The key, age1...
        key: String,
        /// Whose it is
        #[arg(default_value = "")]
        label: String,
    },
    /// Seal the vault anew without this key
    Remove {
        /// The key, age1...
        key: String,
    },
    /// List the keys that open the vault
    List,
}

/// A time like `45s`, `30m`, `8h` or `0`.
fn time(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "" if number == "0" => 1,
        _ => return Err("a time is a number with s, m or h, such as 8h".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "a time begins with a number".to_owned())?;
    let most = 366 * 24 * 3600;
    number
        .checked_mul(seconds)
        .filter(|seconds| *seconds <= most)
        .map(Duration::from_secs)
        .ok_or_else(|| "a year is the longest time".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit() {
        let table = [("8h", Some(28_800)), ("30m", Some(1_800)), ("45s", Some(45)), ("0", Some(0))];
        let wrong = ["", "h", "8", "8d", "-1h", "99999h", "99999999999999999999h"].map(|text| (text, None));
        for (text, seconds) in table.into_iter().chain(wrong) {
            assert_eq!(time(text).ok(), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
