//! Access tokens for Google Artifact Registry, by `gcloud`.
//!
//! Source: google-cloud-cli 528.0.0, run without a network. `config config-helper` tells the end of its token, `auth
//! print-access-token` does not.

use jiff::SignedDuration;
use serde_json::Value;
use zeroize::Zeroizing;

use super::error::{Cause, Program};
use super::{Context, Minted, instant, program};
use crate::credential::Credential;
use crate::secret::Secret;
use crate::text;

/// The user name that goes with an access token (fluxcd/pkg `auth/gcp/provider.go`).
const USERNAME: &str = "oauth2accesstoken";

/// How long an access token lives that does not tell (ggcr `pkg/v1/google/auth.go`).
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// Reads the output of `gcloud config config-helper --format=json`.
///
/// # Errors
/// It is something else; the words are the rest of a sentence and quote nothing.
pub fn read_config_helper(stdout: &[u8]) -> Result<Credential, &'static str> {
    let answer: Value = serde_json::from_slice(stdout).map_err(|_| "its answer is no JSON")?;
    let credential = &answer["credential"];
    let token = credential["access_token"].as_str().filter(|token| is_token(token));
    let token = login(token.ok_or("its answer has no access token")?);
    // It is null for an account that somebody else's token stands for.
    Ok(Credential { expires_at: instant::read(&credential["token_expiry"]), ..token })
}

/// Reads the output of `gcloud auth print-access-token`: the token and one line end.
///
/// # Errors
/// It is something else.
pub fn read_access_token(stdout: &[u8]) -> Result<Credential, &'static str> {
    let token = std::str::from_utf8(program::without_line_end(stdout)).ok().filter(|token| is_token(token));
    token.map(login).ok_or("its answer is no access token")
}

fn login(token: &str) -> Credential {
    Credential::new(USERNAME, Secret::from_text(token.to_owned()))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Mints a password.
pub(super) async fn mint<T>(account: Option<&str>, context: &Context<'_, T>) -> Result<Minted, Cause> {
    let minted_at = context.clock.now();
    let helper = ["config", "config-helper", "--format=json", "--min-expiry=20m"];
    let token = match run(&helper, account, context).await {
        Ok(printed) => read_config_helper(&printed),
        Err(cause @ Cause::ProgramMissing(_)) => return Err(cause),
        // An older gcloud has no --min-expiry, and says so by a failure like any other.
        Err(_) => {
            let printed = run(&["auth", "print-access-token"], account, context).await?;
            read_access_token(&printed)
        }
    };
    let bad = |what: &str| Cause::BadOutput { program: Program::Gcloud, what: what.to_owned() };
    let source = match account {
        Some(account) => format!("the account {} of gcloud", text::safe(account)),
        None => "the active account of gcloud".to_owned(),
    };
    Minted::new(token.map_err(bad)?, Some(LIFE), minted_at, "gcloud".to_owned(), source)
}

async fn run<T>(
    command: &[&str],
    account: Option<&str>,
    context: &Context<'_, T>,
) -> Result<Zeroizing<Vec<u8>>, Cause> {
    let account = account.map(|account| format!("--account={account}"));
    let arguments: Vec<&str> = command.iter().copied().chain(account.as_deref()).collect();
    program::run(Program::Gcloud, "gcloud", &arguments, context.environment).await
}
