//! Tokens for `DigitalOcean`'s registry, by `doctl`: read-only, and always with an end, which `doctl` sets only if asked.
//!
//! Source: doctl 168188d (2026-08-06) `commands/registry.go`, read.

use jiff::SignedDuration;
use serde_json::Value;

use super::error::{Cause, Program};
use super::{Context, Minted, program};
use crate::credential::Credential;
use crate::credential::auth;
use crate::credential::diagnostic::Diagnostics;
use crate::registry::provider::identify;
use crate::text;

/// How long a token is asked to live, in seconds.
pub const LIFE: i64 = 3600;

/// Reads the output of `doctl registry docker-config`: a configuration file for docker with one login, whose user name is
/// the token too.
///
/// # Errors
/// It is something else; the words are the rest of a sentence and quote nothing.
pub fn read(key: &str, stdout: &[u8]) -> Result<Credential, &'static str> {
    let file: Value = serde_json::from_slice(stdout).map_err(|_| "its answer is no JSON")?;
    let auths = file["auths"].as_object().ok_or("its answer has no \"auths\"")?;
    let host = identify(key).host;
    let entry = auths.iter().find(|(name, _)| identify(name).host == host);
    let value = entry.and_then(|(_, entry)| entry["auth"].as_str());
    let value = value.ok_or("its answer has no login for this registry")?;
    let pair = auth::decode(value, &mut Diagnostics::default()).ok();
    let login =
        pair.and_then(|pair| Some(Credential::new(String::from_utf8(pair.username).ok()?, pair.password)));
    login.ok_or("its answer has a login that cannot be read")
}

/// Mints a password.
pub(super) async fn mint<T>(
    key: &str,
    named: Option<&str>,
    context: &Context<'_, T>,
) -> Result<Minted, Cause> {
    let life = LIFE.to_string();
    let mut arguments = vec!["registry", "docker-config", "--expiry-seconds", &life];
    arguments.extend(named.map(|name| ["--context", name]).into_iter().flatten());
    // Counted from before: the token lives from some moment after that.
    let minted_at = context.clock.now();
    let printed = program::run(Program::Doctl, "doctl", &arguments, context.environment).await?;
    let bad = |what: &str| Cause::BadOutput { program: Program::Doctl, what: what.to_owned() };
    let mut token = read(key, &printed).map_err(bad)?;
    token.expires_at = minted_at.checked_add(SignedDuration::from_secs(LIFE)).ok();
    let source = match named {
        Some(name) => format!("the context {} of doctl", text::safe(name)),
        None => "the active context of doctl".to_owned(),
    };
    Minted::new(token, None, minted_at, "doctl".to_owned(), source)
}
