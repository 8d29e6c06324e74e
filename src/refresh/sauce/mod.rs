//! Tokens for the Sauce Labs registry, by one call of its API.
//!
//! Source: saucectl v0.194.3 `internal/http/imagerunner.go` (the last version with it); sauce-docs
//! `docs/dev/api/orchestrate.md`. How long a token lives, nobody knows but the answer.

pub mod account;
pub mod datacenter;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use url::Url;

use self::account::Account;
use self::datacenter::TOKEN_PATH;
use super::error::{Cause, Meaning, NoKeys, Refused};
use super::{Context, Environment, Minted, ask, instant, mask, principal};
use crate::credential::Credential;
use crate::net::transport::{Authorization, Body, Method, Request, Response, Transport};
use crate::secret::Secret;

/// The shortest life that Sauce Labs' pages tell of, for an answer that tells none.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// What the profile says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted<'a> {
    /// The registry's whole address.
    pub(super) registry: Option<&'a str>,
    /// The data center's name.
    pub(super) datacenter: Option<&'a str>,
    /// The base address of another API.
    pub(super) api: Option<&'a str>,
    /// The vault's record with the account.
    pub(super) account: Option<&'a str>,
}

/// Reads an answer. Its `expires_at` is believed, whatever it says; it may have none.
///
/// # Errors
/// It is something else; the words are the rest of a sentence and quote nothing.
pub fn read(body: &[u8]) -> Result<Credential, &'static str> {
    let answer: Value = serde_json::from_slice(body).map_err(|_| "its answer is no JSON")?;
    let text = |name: &str| answer[name].as_str().filter(|text| !text.is_empty());
    let expires_at = match &answer["expires_at"] {
        Value::Null => None,
        end => Some(instant::read(end).ok_or("its answer has an \"expires_at\" that is no time")?),
    };
    Ok(Credential {
        username: text("username").ok_or("its answer has no \"username\"")?.to_owned(),
        secret: Secret::from_text(text("password").ok_or("its answer has no \"password\"")?.to_owned()),
        expires_at,
    })
}

/// Mints a password.
pub(super) async fn mint<T: Transport>(
    key: &str,
    wanted: &Wanted<'_>,
    context: &Context<'_, T>,
) -> Result<Minted, Cause> {
    let account = account_of(wanted, context)?;
    let url = token_url(key, wanted)?;
    let ask = |registry| ask::once(context.transport, request(&url, &account, registry));
    let mut answer = ask(Some(wanted.registry.unwrap_or(key))).await?;
    // The older API took no body. Where a person gave the address, there is no doubt what the token is for.
    if answer.status == 400 && wanted.registry.is_none() {
        answer = ask(None).await?;
    }
    let (asked, now) = (ask::host(&url), context.clock.now());
    if answer.status / 100 != 2 {
        return Err(refused(asked, &answer, &account, now));
    }
    let token = read(answer.body.expose()).map_err(|what| Cause::BadAnswer { asked: asked.clone(), what })?;
    let mut minted = Minted::new(token, Some(LIFE), now, asked, account.place)?;
    minted.principal = wanted.account.is_none().then(|| principal::mark("sauce", &account.username));
    Ok(minted)
}

/// The mark of the principal that the environment stands for.
pub(super) fn present_principal(environment: &Environment) -> Result<Option<String>, Cause> {
    account::find(environment).map(|account| Some(principal::mark("sauce", &account.username)))
}

fn account_of<T>(wanted: &Wanted<'_>, context: &Context<'_, T>) -> Result<Account, Cause> {
    let Some(record) = wanted.account else { return account::find(context.environment) };
    let kept = (context.kept)(record).ok_or(Cause::NoKeys { asked: NoKeys::Record })?;
    Ok(Account {
        username: kept.username,
        access_key: kept.secret,
        place: "the record of the vault that the refresh profile names".to_owned(),
    })
}

/// The address to ask: an API of one's own, the data center that a person chose, else the one that the host names. None
/// is ever guessed.
fn token_url(key: &str, wanted: &Wanted<'_>) -> Result<Url, Cause> {
    const DATACENTER: &str = "\"datacenter\" of the refresh profile";
    let wrong = |name, why: &str| Cause::BadSetting { name, why: why.to_owned() };
    let text = match (wanted.api, wanted.datacenter) {
        (Some(api), _) => format!("{}{TOKEN_PATH}", api.trim_end_matches('/')),
        (None, Some(name)) => {
            let found =
                datacenter::of_name(name).ok_or_else(|| wrong(DATACENTER, "is none of Sauce Labs'"))?;
            found.token_url().ok_or_else(|| wrong(DATACENTER, "has no registry"))?
        }
        (None, None) => datacenter::of_host(key)
            .and_then(datacenter::Datacenter::token_url)
            .ok_or(Cause::NotTold { what: "Sauce Labs' data center", setting: "datacenter" })?,
    };
    ask::address(&text).ok_or_else(|| wrong("\"api\" of the refresh profile", "is no address of an API"))
}

fn request(url: &Url, account: &Account, registry: Option<&str>) -> Request {
    let body = |registry| Body::Text {
        content_type: "application/json",
        bytes: Secret::from_text(json!({ "registry_url": bare(registry) }).to_string()),
    };
    Request {
        method: Method::Post,
        url: url.clone(),
        authorization: Authorization::Basic {
            username: Secret::from_text(account.username.clone()),
            password: account.access_key.clone(),
        },
        accept: "application/json",
        headers: Vec::new(),
        body: registry.map_or(Body::Empty, body),
    }
}

/// The registry's address as the API wants it: with its path, without scheme and without a slash at its end.
fn bare(registry: &str) -> &str {
    let registry = registry.trim();
    let rest = registry.split_once("://").map_or(registry, |(_, rest)| rest);
    rest.trim_end_matches('/')
}

fn refused(asked: String, answer: &Response, account: &Account, now: Timestamp) -> Cause {
    let body: Value = serde_json::from_slice(answer.body.expose()).unwrap_or_default();
    let said =
        |name: &str| mask::said(body[name].as_str().unwrap_or_default().as_bytes(), &[&account.access_key]);
    Cause::Refused(Box::new(Refused {
        asked,
        by: account.place.clone(),
        status: answer.status,
        code: said("code"),
        said: said("message"),
        meaning: match answer.status {
            401 => Meaning::WrongKey,
            403 => Meaning::Denied,
            429 => Meaning::Throttled,
            // 422 is "could not generate a token" too, says the page.
            422 | 500..=599 => Meaning::ServerError,
            _ => Meaning::Other,
        },
        retry_after: answer.retry_after(now),
    }))
}
