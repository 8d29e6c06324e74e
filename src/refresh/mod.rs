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
//!   ├─ ask instant principal shell_words     what they have in common
//!   ├─ minted         what comes of it
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
mod instant;
pub mod mask;
mod minted;
mod principal;
mod profile;
mod program;
pub mod provider;
pub mod sauce;
pub mod schedule;
mod shell_words;
mod words;

use crate::clock::Clock;
use crate::credential::Credential;
use crate::net::transport::Transport;

use self::aws::Target;
use self::aws::endpoint::Api;
pub use self::environment::Environment;
use self::error::Cause;
pub use self::error::MintError;
pub use self::minted::{Minted, Note};
pub use self::principal::mark;
pub use self::profile::Profile;

/// What is to be minted.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The credential key of the registry.
    pub key: &'a str,
    /// The user name of the record, for a command that prints a password only.
    pub username: &'a str,
    /// The profile of the record.
    pub profile: &'a Profile,
}

/// What minting needs from the outside.
pub struct Context<'a, T> {
    /// The way to the servers.
    pub transport: &'a T,
    /// The variables, as they were when the program began.
    pub environment: &'a Environment,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// What a record of the vault keeps, by its name, for a profile that names one.
    pub kept: &'a (dyn Fn(&str) -> Option<Credential> + Sync),
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
    minted.map_err(|cause| MintError::of(order.profile, cause))
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

/// The mark of the principal that the environment stands for at present; `None` where the profile names one, or who mints
/// takes none from the environment. Reads variables and small files, asks nobody. A password with another
/// [`Minted::principal`] is somebody else's: mint anew, and say so.
///
/// # Errors
/// The environment stands for nobody: minting would fail with this error.
pub fn present_principal(profile: &Profile, environment: &Environment) -> Result<Option<String>, MintError> {
    let found = match profile {
        Profile::Ecr { aws_profile, .. } | Profile::EcrPublic { aws_profile } => {
            aws::present_principal(aws_profile.as_deref(), environment)
        }
        Profile::Sauce { account: None, .. } => sauce::present_principal(environment),
        _ => Ok(None),
    };
    found.map_err(|cause| MintError::of(profile, cause))
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
