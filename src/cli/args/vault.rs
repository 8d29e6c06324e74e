//! The command line of `pullpass vault`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

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
}
