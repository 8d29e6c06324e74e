//! Amazon ECR, private and public: botocore's order of keys and endpoints, and one signed call.
//!
//! ```text
//! mod           the order of things
//!   ├─ config        the AWS files: which profile counts
//!   │    └─ ini           their dialect
//!   ├─ credentials   who signs: decided
//!   ├─ fetch         who signs: fetched
//!   │    ├─ keys          the JSON of programs and machines
//!   │    ├─ container     a container's endpoint
//!   │    ├─ instance      a machine's metadata service
//!   │    ├─ token_file    tokens that others keep up to date
//!   │    └─ xml           what STS answers
//!   ├─ endpoint      who is asked
//!   ├─ sigv4         the signature
//!   └─ answer        what comes back
//! ```

pub mod answer;
pub mod config;
mod container;
pub mod credentials;
pub mod endpoint;
mod fetch;
pub mod ini;
mod instance;
pub mod keys;
pub mod sigv4;
mod token_file;
mod xml;

use jiff::Timestamp;
use url::Url;

use self::answer::ApiError;
use self::config::Config;
use self::credentials::{Chosen, Source};
use self::endpoint::{Api, Variant};
use self::keys::Keys;
use self::sigv4::{CONTENT_TYPE, Call};
use super::environment::Environment;
use super::error::{Cause, NamedBy, Refused};
use super::{Context, Minted, Note, ask, mask, principal};
use crate::net::transport::{Authorization, Body, Method, Request, Response, Transport};
use crate::registry::ecr;
use crate::registry::provider::{Provider, identify};
use crate::secret::Secret;

/// A clock that is off by less than this is not told of; in seconds.
const CLOCKS_DIFFER: i64 = 120;

/// With a clock that is off by less than this, signing again would change nothing; in seconds.
const WORTH_SIGNING_AGAIN: i64 = 60;

const BODY: &str = "{}";

/// Which registry a password is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Who mints it.
    pub api: Api,
    /// Where.
    pub region: String,
    /// At which of the region's hosts.
    pub wanted: Variant,
}

/// What one minting has to do with.
struct Run<'a, T> {
    context: &'a Context<'a, T>,
    config: Config,
    region: &'a str,
    wanted: Variant,
}

impl Target {
    /// Reads a credential key; `region` is the profile's, for a registry whose address does not tell it.
    ///
    /// # Errors
    /// Neither tells the region, or they differ.
    pub fn new(key: &str, api: Api, region: Option<&str>) -> Result<Self, Cause> {
        let found = identify(key);
        let host = ecr::read(&found.host);
        let (api, told) = match (found.provider, host) {
            (Provider::AwsEcrPublic, _) => (Api::EcrPublic, Some(ecr::PUBLIC_REGION)),
            (_, Some(host)) => (Api::Ecr, Some(host.region)),
            (_, None) if api == Api::EcrPublic => (api, Some(ecr::PUBLIC_REGION)),
            (_, None) => (api, None),
        };
        let wrong = |why: String| Cause::BadSetting { name: "\"region\" of the refresh profile", why };
        let region = match (told, region) {
            (Some(told), Some(region)) if told != region => {
                return Err(wrong(format!("is another than {told}, which the registry's address tells")));
            }
            (Some(told), _) => told,
            (None, Some(region)) if ecr::is_region(region) => region,
            (None, Some(_)) => return Err(wrong("is no region".to_owned())),
            (None, None) => return Err(Cause::NotTold { what: "the AWS region", setting: "region" }),
        };
        let wanted = Variant {
            fips: host.is_some_and(|host| host.fips),
            dual_stack: host.is_some_and(|host| host.dual_stack) || *found.host == *ecr::PUBLIC_HOSTS[1],
        };
        Ok(Self { api, region: region.to_owned(), wanted })
    }
}

/// Mints a password for a registry.
pub(super) async fn mint<T: Transport>(
    target: &Target,
    aws_profile: Option<&str>,
    context: &Context<'_, T>,
) -> Result<Minted, Cause> {
    let config = Config::load(aws_profile, context.environment)?;
    let chosen = credentials::choose(&config, context.environment)?;
    let run = Run { context, config, region: &target.region, wanted: target.wanted };
    let keys = fetch::keys(&chosen, &run).await?;
    let addresses = target.api.addresses(run.region, run.wanted, &run.config, context.environment)?;
    let mut notes = Vec::new();
    let (url, answer) = run.ask(target.api, &addresses, &keys, &mut notes).await?;
    if answer.status / 100 != 2 {
        let secrets: Vec<&Secret> =
            [Some(&keys.secret), keys.session.as_ref()].into_iter().flatten().collect();
        return Err(run.refused(&url, &answer, &ApiError::read(&answer), &chosen.place, &secrets));
    }
    let asked = ask::host(&url);
    let mut password = answer::read(target.api, &answer.body)
        .map_err(|what| Cause::BadAnswer { asked: asked.clone(), what })?;
    let now = context.clock.now();
    password.expires_at = password.expires_at.map(|end| here(end, ahead(&answer, now)));
    let mut minted = Minted::new(password, None, now, asked, chosen.place.clone())?;
    minted.principal = principal_of(&run.config, &chosen);
    minted.notes = notes;
    Ok(minted)
}

/// The mark of the principal that the environment stands for; `None` where the profile names one.
pub(super) fn present_principal(
    aws_profile: Option<&str>,
    environment: &Environment,
) -> Result<Option<String>, Cause> {
    let config = Config::load(aws_profile, environment)?;
    let chosen = credentials::choose(&config, environment)?;
    Ok(principal_of(&config, &chosen))
}

/// A key by its id. Of keys that are fetched the place must do: each session has another id.
fn principal_of(config: &Config, chosen: &Chosen) -> Option<String> {
    let is_environment = config.named_by != NamedBy::Record;
    is_environment.then(|| match &chosen.source {
        Source::Keys(keys) => principal::mark("aws key", &keys.id),
        Source::WebIdentity { role, .. } => principal::mark("aws role", role),
        Source::Cli(_) | Source::Process(_) => principal::mark("aws profile", &config.profile),
        Source::Container => principal::mark("aws machine", "container"),
        Source::Instance => principal::mark("aws machine", "instance"),
    })
}

impl<T: Transport> Run<'_, T> {
    /// Asks one address after the other. Where a clock that is off may be why the answer is a refusal, the request is
    /// signed once more with the server's time, as the Rust SDK does.
    async fn ask(
        &self,
        api: Api,
        addresses: &[Url],
        keys: &Keys,
        notes: &mut Vec<Note>,
    ) -> Result<(Url, Response), Cause> {
        let now = self.context.clock.now();
        let transport = self.context.transport;
        let request = |url| self.request(api, url, keys, now);
        let (url, mut answer) = ask::first_reachable(transport, addresses, request).await?;
        if let Some(first) = addresses.first().filter(|first| **first != url) {
            notes.push(Note::FellBack { wanted: ask::host(first), asked: ask::host(&url) });
        }
        let off = ahead(&answer, now).unwrap_or_default();
        let is_refused = answer.status / 100 != 2 && ApiError::read(&answer).may_be_the_clock();
        if is_refused && off.abs() >= WORTH_SIGNING_AGAIN {
            let theirs = Timestamp::from_second(now.as_second() - off).unwrap_or(now);
            answer = ask::once(transport, self.request(api, url.clone(), keys, theirs)).await?;
        }
        if off.abs() > CLOCKS_DIFFER {
            notes.push(Note::ClockDiffers { ahead: off });
        }
        Ok((url, answer))
    }

    fn request(&self, api: Api, url: Url, keys: &Keys, at: Timestamp) -> Request {
        let target = match api {
            Api::EcrPublic => "SpencerFrontendService.GetAuthorizationToken",
            _ => "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
        };
        let call = Call { url: &url, service: api.signing_name(), region: self.region, target, body: BODY };
        let headers = sigv4::sign(&call, keys, at);
        Request {
            method: Method::Post,
            url,
            authorization: Authorization::Anonymous,
            accept: "",
            headers,
            body: Body::Text { content_type: CONTENT_TYPE, bytes: Secret::from_text(BODY.to_owned()) },
        }
    }

    /// A refusal in words, without what was sent.
    fn refused(
        &self,
        url: &Url,
        answer: &Response,
        error: &ApiError,
        by: &str,
        secrets: &[&Secret],
    ) -> Cause {
        Cause::Refused(Box::new(Refused {
            asked: ask::host(url),
            by: by.to_owned(),
            status: answer.status,
            code: mask::said(error.code.as_bytes(), secrets),
            said: mask::said(error.message.as_bytes(), secrets),
            meaning: error.meaning(answer.status),
            retry_after: answer.retry_after(self.context.clock.now()),
        }))
    }
}

/// How far this machine's clock is ahead of the answer's, in seconds.
fn ahead(answer: &Response, now: Timestamp) -> Option<i64> {
    Some(now.as_second() - answer.date()?.as_second())
}

/// A moment of the server's by this machine's clock, where the two differ by much.
fn here(theirs: Timestamp, ahead: Option<i64>) -> Timestamp {
    let off = ahead.filter(|off| off.abs() > CLOCKS_DIFFER).unwrap_or_default();
    theirs.checked_add(jiff::SignedDuration::from_secs(off)).unwrap_or(theirs)
}
