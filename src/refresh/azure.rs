//! Refresh tokens for Azure Container Registry, by `az`.
//!
//! Source: azure-cli 2.91.0 `acr/custom.py`, `acr/_validators.py`, read.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::error::{Cause, Program};
use super::{Context, Minted, program};
use crate::credential::expiry::Expiry;
use crate::credential::token::classify;
use crate::credential::{ACR_TOKEN_USERNAME, Credential};
use crate::registry::provider::{Provider, identify};
use crate::secret::Secret;
use crate::text;

/// How long a token lives that does not tell (Azure documentation, "Authenticate with an Azure container registry").
const LIFE: SignedDuration = SignedDuration::from_hours(3);

/// The domains of registries in Azure's clouds.
const DOMAINS: [&str; 4] = ["azurecr.io", "azurecr.cn", "azurecr.de", "azurecr.us"];

/// The parts of a registry's host name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The registry's own name, as `az` knows it.
    pub registry: String,
    /// The region of a regional endpoint.
    pub region: Option<String>,
}

/// Reads `NAME.azurecr.io`, `NAME-LABEL.azurecr.io` (a domain label; a name has no dash) and
/// `NAME.REGION.geo.azurecr.io`.
pub fn read_host(key: &str) -> Option<Host> {
    let found = identify(key);
    let name = DOMAINS.iter().find_map(|domain| found.host.strip_suffix(domain)?.strip_suffix('.'))?;
    let labels: Vec<&str> = name.split('.').collect();
    let (first, region) = match labels[..] {
        [name] => (name, None),
        [name, region, "geo"] => (name, Some(region.to_owned())),
        _ => return None,
    };
    let registry = first.split('-').next().unwrap_or_default();
    let is_name = !registry.is_empty() && registry.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| Host { registry: registry.to_owned(), region })
}

/// Reads the output of `az acr login --expose-token`. Newer versions print `refreshToken` too; the end stands in the token.
///
/// # Errors
/// It is something else; the words are the rest of a sentence and quote nothing.
pub fn read(stdout: &[u8]) -> Result<Credential, &'static str> {
    let answer: Value = serde_json::from_slice(stdout).map_err(|_| "its answer is no JSON")?;
    let text = |name: &str| answer[name].as_str().filter(|text| !text.is_empty());
    let token = text("refreshToken").or_else(|| text("accessToken")).ok_or("its answer has no token")?;
    let username = text("username").unwrap_or(ACR_TOKEN_USERNAME);
    let token = Credential::new(username, Secret::from_text(token.to_owned()));
    Ok(Credential { expires_at: end_of(&token), ..token })
}

/// Mints a password.
pub(super) async fn mint<T>(
    key: &str,
    subscription: Option<&str>,
    context: &Context<'_, T>,
) -> Result<Minted, Cause> {
    let host = read_host(key);
    let wrong = Cause::BadSetting { name: "the registry's address", why: "is none of Azure's".to_owned() };
    let registry = host.ok_or(wrong)?.registry;
    let mut arguments = vec!["acr", "login", "--name", &registry, "--expose-token", "--output", "json"];
    arguments.extend(subscription.map(|name| ["--subscription", name]).into_iter().flatten());
    // Counted from before: the token is no older than that.
    let minted_at = context.clock.now();
    let printed = program::run(Program::Az, "az", &arguments, context.environment).await?;
    let bad = |what: &str| Cause::BadOutput { program: Program::Az, what: what.to_owned() };
    let token = read(&printed).map_err(bad)?;
    let source = match subscription {
        Some(name) => format!("the subscription {} of az", text::safe(name)),
        None => "the active subscription of az".to_owned(),
    };
    Minted::new(token, Some(LIFE), minted_at, "az".to_owned(), source)
}

/// The `exp` of the token.
fn end_of(token: &Credential) -> Option<Timestamp> {
    let (username, provider) = (&token.username, Some(Provider::AzureAcr));
    match classify("", username, token.secret.expose(), provider, Timestamp::UNIX_EPOCH).expiry {
        Expiry::At { at, .. } => Some(at),
        _ => None,
    }
}
