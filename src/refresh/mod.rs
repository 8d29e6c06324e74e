//! Who mints short-lived passwords, and when the next one is due. Knows nothing of the vault and of whoever asks.
//!
//! ```text
//! mod             mint()
//!   ├─ profile        how a secret is minted, as a record keeps it
//!   ├─ environment    variables, captured
//!   ├─ aws/           Amazon ECR and ECR Public
//!   ├─ sauce/         Sauce Labs
//!   ├─ google azure digitalocean command     whoever has a program
//!   │    └─ program       one run of it
//!   │         └─ mask          others' words, made fit to show
//!   ├─ ask  instant  identity  shell_words   what they have in common
//!   └─ error          what can go wrong
//!        └─ words         in sentences
//!
//! schedule        when the next password is due
//! provider        where each provider's tokens are made, and the least right that a pull needs
//! hint            the command or page for whoever does it by hand
//! ```

mod ask;
pub mod aws;
pub mod azure;
pub mod command;
pub mod digitalocean;
mod environment;
pub mod error;
pub mod google;
pub mod hint;
mod identity;
mod instant;
mod mask;
mod profile;
mod program;
pub mod provider;
pub mod sauce;
pub mod schedule;
mod shell_words;
mod words;

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::clock::Clock;
use crate::net::transport::Transport;
use crate::secret::Secret;

use self::aws::Target;
use self::aws::endpoint::Api;
pub use self::environment::Environment;
use self::error::Cause;
pub use self::error::MintError;
pub use self::profile::Profile;

/// What is to be minted.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The credential key of the registry.
    pub key: &'a str,
    /// The user name of the record, for a command that prints a password only.
    pub username: &'a str,
    /// How.
    pub profile: &'a Profile,
}

/// What minting needs from the outside.
pub struct Context<'a, T> {
    /// The way to the servers.
    pub transport: &'a T,
    /// The variables.
    pub environment: &'a Environment,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// The user name and the secret of a record of the vault by its name, for a profile that names one.
    pub kept: &'a (dyn Fn(&str) -> Option<(String, Secret)> + Sync),
}

/// A fresh password.
#[derive(Clone, PartialEq, Eq)]
pub struct Minted {
    /// The user name; it may be the password itself (`DigitalOcean`).
    pub username: String,
    /// The password.
    pub secret: Secret,
    /// When it ends, by this machine's clock; `None` where nobody says.
    pub expires_at: Option<Timestamp>,
    /// True where that is a guess by the usual life.
    pub is_estimate: bool,
    /// When it was minted, by this machine's clock.
    pub minted_at: Timestamp,
    /// Who minted it: the API's host, or the program. Safe to show.
    pub asked: String,
    /// Whose right it rests on, as part of a sentence: `the keys of the AWS profile "two" (from AWS_PROFILE)`.
    pub source: String,
    /// The mark of whoever the environment was, where the profile names nobody. See [`present_identity`].
    pub identity: Option<String>,
    /// What a person should know about it.
    pub notes: Vec<Note>,
}

/// When a fresh password ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Then.
    At(Timestamp),
    /// Nobody says; such passwords usually live so long.
    Usual(SignedDuration),
    /// Nobody says, and nobody knows.
    Unknown,
}

impl Minted {
    /// A password that was minted just now.
    ///
    /// # Errors
    /// It is over already: nobody gets such a one.
    fn new(
        username: String,
        secret: Secret,
        end: End,
        minted_at: Timestamp,
        asked: String,
        source: String,
    ) -> Result<Self, Cause> {
        let expires_at = match end {
            End::At(end) => Some(end),
            End::Usual(life) => minted_at.checked_add(life).ok(),
            End::Unknown => None,
        };
        if expires_at.is_some_and(|end| end <= minted_at) {
            return Err(Cause::CameExpired { asked });
        }
        let is_estimate = matches!(end, End::Usual(_));
        Ok(Self {
            username,
            secret,
            expires_at,
            is_estimate,
            minted_at,
            asked,
            source,
            identity: None,
            notes: Vec::new(),
        })
    }
}

/// Something that a person should know about a minting that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// This machine's clock is ahead by so many seconds, or behind if negative.
    ClockDiffers {
        /// Seconds.
        ahead: i64,
    },
    /// The right host was not to be reached, and another one of the same API was.
    FellBack {
        /// The right one.
        wanted: String,
        /// The one that answered.
        asked: String,
    },
}

impl Note {
    /// What is so, one sentence.
    pub fn words(&self) -> String {
        match self {
            Self::ClockDiffers { ahead: ahead @ 0.. } => {
                format!("This machine's clock is {ahead} s ahead of the server's.")
            }
            Self::ClockDiffers { ahead } => {
                format!("This machine's clock is {} s behind the server's.", -ahead)
            }
            Self::FellBack { wanted, asked } => {
                format!("{wanted} was not reached; {asked} was asked instead.")
            }
        }
    }
}

/// Neither the password nor the user name is shown: the one may be the other.
impl fmt::Debug for Minted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minted")
            .field("expires_at", &self.expires_at)
            .field("asked", &self.asked)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// Mints a password.
///
/// # Errors
/// Nothing was minted; the words say why, and what to do. A later version's profile is such an error.
pub async fn mint<T: Transport>(order: &Order<'_>, context: &Context<'_, T>) -> Result<Minted, MintError> {
    let minted = match order.profile {
        Profile::Ecr { aws_profile, region } => {
            ecr(order.key, Api::Ecr, aws_profile.as_deref(), region.as_deref(), context).await
        }
        Profile::EcrPublic { aws_profile } => {
            ecr(order.key, Api::EcrPublic, aws_profile.as_deref(), None, context).await
        }
        Profile::Sauce { registry, datacenter, api, account } => {
            let wanted = sauce::Wanted {
                registry: registry.as_deref(),
                datacenter: datacenter.as_deref(),
                api: api.as_deref(),
                account: account.as_deref(),
            };
            sauce::mint(order.key, &wanted, context).await
        }
        Profile::Google { account } => google::mint(account.as_deref(), context).await,
        Profile::Azure { subscription } => azure::mint(order.key, subscription.as_deref(), context).await,
        Profile::DigitalOcean { context: named } => {
            digitalocean::mint(order.key, named.as_deref(), context).await
        }
        Profile::Command { argv, life } => command::mint(order, argv, *life, context).await,
        Profile::Unknown(provider) => Err(Cause::UnknownProfile { provider: provider.clone() }),
    };
    minted.map_err(|cause| MintError { minter: provider::minter(order.profile.id()), cause })
}

async fn ecr<T: Transport>(
    key: &str,
    api: Api,
    aws_profile: Option<&str>,
    region: Option<&str>,
    context: &Context<'_, T>,
) -> Result<Minted, Cause> {
    aws::mint(&Target::new(key, api, region)?, aws_profile, context).await
}

/// The mark of whoever the environment is at present; `None` where the profile names somebody, or who mints takes
/// nothing from the environment. Reads variables and small files, asks nobody. A password with another
/// [`Minted::identity`] is somebody else's: mint anew, and say so.
///
/// # Errors
/// The environment is nobody at present: minting would fail with this error.
pub fn present_identity(profile: &Profile, environment: &Environment) -> Result<Option<String>, MintError> {
    let found = match profile {
        Profile::Ecr { aws_profile, .. } | Profile::EcrPublic { aws_profile } => {
            aws::present_identity(aws_profile.as_deref(), environment)
        }
        Profile::Sauce { account: None, .. } => sauce::present_identity(environment),
        _ => Ok(None),
    };
    found.map_err(|cause| MintError { minter: provider::minter(profile.id()), cause })
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
