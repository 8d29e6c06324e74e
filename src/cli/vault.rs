//! `pullpass vault`

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::cli::output::Output;
use crate::cli::prompt;
use crate::error::{Error, Result};
use crate::settings::{VaultSettings, time};
use crate::text;
use crate::vault::document::Recipient;
use crate::vault::error::VaultError;
use crate::vault::init::{self, NewKey};
use crate::vault::key_source::KeySource;
use crate::vault::{self, Opened, Remembered, Vault};

/// What to do with the vault.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Make an empty vault
    Init(InitOptions),
    /// Unlock the vault, and have the kernel keep its key for some hours
    Unlock(UnlockOptions),
    /// Make the kernel forget the key
    Lock,
    /// Show where the vault and its key are, and whether it is open
    Status(StatusOptions),
    /// Choose whose keys open the vault
    #[command(subcommand)]
    Recipients(RecipientsVerb),
}

/// Options of `vault init`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Without --key the session's keyring keeps the key, and where there is none, key.age does, sealed \
                        with a passphrase.\n\nPULLPASS_VAULT, or vault.file in the settings, names another file than the one in the data folder."
)]
pub struct InitOptions {
    /// Where the key goes
    #[arg(long, value_enum)]
    pub key: Option<KeyPlace>,

    /// The age identity file that opens the vault; it is made where it is missing
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    pub identity: Option<PathBuf>,

    /// Read the passphrase from standard input
    #[arg(long)]
    pub passphrase_stdin: bool,

    /// How long the kernel keeps the key after an unlock: 30m, 8h; 0 for not at all. Without it, what the settings say,
    /// else 8h
    #[arg(long = "for", value_name = "TIME", value_parser = time::parse)]
    pub time: Option<Duration>,
}

/// Where the key of a new vault goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum KeyPlace {
    /// Into the session's keyring
    Keyring,
    /// Into a file, sealed with a passphrase
    Passphrase,
}

/// Options of `vault unlock`.
#[derive(clap::Args, Debug)]
pub struct UnlockOptions {
    /// Read the passphrase from standard input
    #[arg(long)]
    pub passphrase_stdin: bool,

    /// How long the kernel keeps the key: 30m, 8h. Without it, what the settings or `vault init` said
    #[arg(long = "for", value_name = "TIME", value_parser = time::parse)]
    pub time: Option<Duration>,
}

/// Options of `vault status`.
#[derive(clap::Args, Debug)]
pub struct StatusOptions {
    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,
}

/// What to do with the recipients.
#[derive(Debug, clap::Subcommand)]
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

/// Runs one of the commands.
pub fn run(settings: &VaultSettings, verb: Verb, output: &Output) -> Result<()> {
    match verb {
        Verb::Init(options) => make(settings, options, *output),
        Verb::Unlock(options) => unlock(settings, &options, *output),
        Verb::Lock => lock(settings, *output),
        Verb::Status(options) => status(settings, &options, *output),
        Verb::Recipients(verb) => recipients(settings, verb, *output),
    }
}

fn make(settings: &VaultSettings, options: InitOptions, output: Output) -> Result<()> {
    init::check(settings)?;
    let time = options.time.unwrap_or_else(|| init::usual_time(settings));
    // A key that the environment names is the one that this vault will be opened with.
    let named = options.identity.or_else(|| settings.identity.clone().filter(|_| options.key.is_none()));
    let vault = match (named, options.key) {
        (Some(path), _) => init::init(settings, NewKey::IdentityFile(path), time)?,
        (None, Some(KeyPlace::Keyring)) => init::init(settings, NewKey::Keyring, time)?,
        (None, Some(KeyPlace::Passphrase)) => {
            with_passphrase(settings, options.passphrase_stdin, time, output)?
        }
        (None, None) => match init::init(settings, NewKey::Keyring, time) {
            Err(error @ VaultError::KeyringRefuses(_)) => {
                output.remark(&format!("{error} A passphrase keeps the key instead."));
                with_passphrase(settings, options.passphrase_stdin, time, output)?
            }
            answer => answer?,
        },
    };
    let remembered = vault.remember(time);
    let text = format!(
        "vault  {}\nkey    {}\npublic {}\n",
        vault.place().vault.display(),
        vault.key_source.words(),
        vault.public_key()
    );
    output.print(&text)?;
    tell(output, &remembered);
    Ok(())
}

fn with_passphrase(
    settings: &VaultSettings,
    from_stdin: bool,
    time: Duration,
    output: Output,
) -> Result<Vault> {
    let passphrase = prompt::new_passphrase(&output, from_stdin)?;
    Ok(init::init(settings, NewKey::Passphrase(passphrase), time)?)
}

fn unlock(settings: &VaultSettings, options: &UnlockOptions, output: Output) -> Result<()> {
    let locked = match Vault::find(settings)?.ok_or(VaultError::Missing)? {
        Opened::Locked(locked) => locked,
        Opened::Open(vault) => {
            // The key is there; whether the file can be opened with it is another question.
            vault.read()?;
            if let Some(time) = options.time {
                tell(output, &vault.remember(time));
            }
            return output.print("The vault is open.\n");
        }
    };
    let vault = match locked.key_source() {
        KeySource::Passphrase => locked.unlock(&prompt::passphrase(&output, options.passphrase_stdin)?)?,
        KeySource::Keyring => locked.unlock_keyring()?,
        KeySource::IdentityFile { .. } => return Err(locked.why.into()),
    };
    vault.read()?;
    let remembered = vault.remember(options.time.unwrap_or(locked.unlocked_for()));
    tell(output, &remembered);
    if vault.key_source == KeySource::Passphrase && !matches!(remembered, Remembered::For(_)) {
        let what = "The passphrase is right, but nothing keeps the key: the vault is locked again.";
        return Err(Error::failed(what).hint(
            "pullpass asks for the passphrase each time; docker's helper needs PULLPASS_IDENTITY here.",
        ));
    }
    output.print("The vault is open.\n")
}

fn tell(output: Output, remembered: &Remembered) {
    match remembered {
        Remembered::For(time) => {
            let time = text::rough(time.as_secs() as i64);
            output.remark(&format!("the kernel keeps the key for {time}; pullpass vault lock ends that."));
        }
        Remembered::No(why) => output.remark(&format!("the key is not kept: {why}.")),
        Remembered::NotWanted => {}
    }
}

fn lock(settings: &VaultSettings, output: Output) -> Result<()> {
    if vault::lock(settings)? {
        return output.print("The vault is locked.\n");
    }
    match Vault::find(settings)? {
        Some(Opened::Open(vault)) => {
            let hint = match vault.key_source {
                KeySource::Keyring => {
                    "It is locked with the keyring: lock that as your desktop does, or log out."
                }
                KeySource::Passphrase | KeySource::IdentityFile { .. } => {
                    "It is locked while nobody can read that: move the file away, or let nothing name it \
                     (PULLPASS_IDENTITY, vault.identity in the settings)."
                }
            };
            Err(Error::failed(format!("The vault stays open: its key is in {}.", vault.key_source.words()))
                .hint(hint))
        }
        _ => output.print("The vault was locked already.\n"),
    }
}

/// What `vault status` tells, and the form of its JSON.
#[derive(Serialize)]
struct Status {
    version: u32,
    /// `missing`, `locked`, `open` or `damaged`.
    state: &'static str,
    vault: Option<String>,
    key: Option<&'static str>,
    key_place: Option<String>,
    public_key: Option<String>,
    secrets: Option<usize>,
    recipients: Option<usize>,
    problem: Option<String>,
}

fn status(settings: &VaultSettings, options: &StatusOptions, output: Output) -> Result<()> {
    let (status, error) = look(settings)?;
    if options.json {
        let json = serde_json::to_string_pretty(&status)
            .map_err(|error| Error::failed("Could not write JSON.").because(error))?;
        output.print(&(json + "\n"))?;
    } else {
        output.print(&table(&status))?;
    }
    match error {
        // The answer is complete; a script sees the state in the exit status too.
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn look(settings: &VaultSettings) -> Result<(Status, Option<Error>)> {
    let mut status = Status {
        version: 1,
        state: "missing",
        vault: settings.file.as_ref().map(|path| path.display().to_string()),
        key: None,
        key_place: None,
        public_key: None,
        secrets: None,
        recipients: None,
        problem: None,
    };
    let error: Option<Error> = match Vault::find(settings)? {
        None => Some(VaultError::Missing.into()),
        Some(Opened::Locked(locked)) => {
            status.state = "locked";
            status.key = Some(locked.key_source().code());
            status.key_place = Some(locked.key_source().words());
            status.public_key = Some(locked.public_key().to_owned());
            Some(locked.why.into())
        }
        Some(Opened::Open(vault)) => {
            status.key = Some(vault.key_source.code());
            status.key_place = Some(vault.key_source.words());
            status.public_key = Some(vault.public_key());
            match vault.read() {
                Ok(document) => {
                    status.state = "open";
                    status.secrets = Some(document.records.len());
                    status.recipients = Some(document.recipients.len());
                    None
                }
                Err(error) => {
                    status.state = "damaged";
                    Some(error.into())
                }
            }
        }
    };
    status.problem = error.as_ref().map(|error| error.what.clone());
    Ok((status, error))
}

fn table(status: &Status) -> String {
    let mut out = String::new();
    let mut line = |label: &str, value: Option<String>| {
        if let Some(value) = value {
            let _infallible = writeln!(out, "{label:<10} {}", text::safe(&value));
        }
    };
    line("state", Some(status.state.to_owned()));
    line("vault", status.vault.clone());
    line("key", status.key_place.clone());
    line("public", status.public_key.clone());
    line("secrets", status.secrets.map(|count| count.to_string()));
    line("recipients", status.recipients.map(|count| count.to_string()));
    out
}

fn recipients(settings: &VaultSettings, verb: RecipientsVerb, output: Output) -> Result<()> {
    let vault = Vault::open(settings)?;
    match verb {
        RecipientsVerb::Add { key, label } => {
            vault.add_recipient(Recipient::new(&key, &label)?)?;
            output.print("The vault is sealed for that key too.\n")
        }
        RecipientsVerb::Remove { key } => {
            vault.remove_recipient(&key)?;
            output.print("The vault is no longer sealed for that key.\n")?;
            output.remark(
                "whoever has that key can still open old copies of the file: change what must stay secret.",
            );
            Ok(())
        }
        RecipientsVerb::List => {
            let own = vault.public_key();
            let mut out = String::new();
            for recipient in vault.read()?.recipients {
                let label = if recipient.key == own { "(this key)" } else { &recipient.label };
                let _infallible = writeln!(out, "{}\t{}", text::safe(&recipient.key), text::safe(label));
            }
            output.print(&out)
        }
    }
}
