//! The order of a check: ask without a login first, see what is wanted, prove who asks, and with an image ask for that.
//! Each request goes out once. Source of the order: OCI distribution-spec `spec.md`, distribution `token.md`.

mod anonymous;
mod bearer;
mod error_body;
mod login;
mod pull;
mod report;
mod session;

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use url::{Position, Url};

use crate::check::challenge::{Challenges, Pick};
use crate::check::verdict::Verdict;
use crate::clock::Clock;
use crate::credential::Credential;
use crate::net::transport::{Authorization, Body, Failure, Method, Request, Response, Transport};
use crate::registry::image::Image;
use crate::registry::key;
use crate::secret::Secret;

pub use report::{Note, Report, Wrong};
use session::Session;

/// The longest time that a whole check takes.
pub const DEADLINE: Duration = Duration::from_secs(45);

/// Where Docker Hub answers (docker/cli `internal/registry/config.go`).
pub const HUB_HOST: &str = "registry-1.docker.io";

/// What proves who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// A user name, which may be a secret itself, and a password or token.
    Basic(Credential),
    /// A token that the token service exchanges.
    IdentityToken(Secret),
    /// A token that goes to the registry as it is.
    RegistryToken(Secret),
    /// There is none: what may anybody do?
    Nobody,
}

/// A registry and the token service that it names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RealmPair {
    /// Host and port, as [`Question::host`] has it.
    pub registry: String,
    /// Scheme, host and port, in ASCII.
    pub realm: String,
}

/// What is to be found out.
#[derive(Clone, Debug)]
pub struct Question {
    /// The registry, as a credential key or a host.
    pub registry: String,
    /// The login.
    pub login: Login,
    /// The image whose pull is to be checked; it lies in this registry.
    pub image: Option<Image>,
    /// What a person said of token services on other hosts: may the login go there?
    pub choices: Vec<(RealmPair, bool)>,
    /// The person allows plain http for this registry. This machine is always asked so, where https fails.
    pub plain_http: bool,
    /// With an image: ask also without the login, and where the image is not found, for the repository alone.
    pub thorough: bool,
    /// Without an image: ask Docker Hub how many pulls are left.
    pub rate_limit: bool,
}

impl Question {
    /// A question about one login, with nothing allowed beyond the rules.
    pub fn new(registry: &str, login: Login) -> Self {
        Self {
            registry: registry.to_owned(),
            login,
            image: None,
            choices: Vec::new(),
            plain_http: false,
            thorough: true,
            rate_limit: false,
        }
    }

    /// Host and port that will be asked; Docker Hub's own.
    pub fn host(&self) -> String {
        host_of(&self.registry)
    }

    /// The address that is asked first; `None` where the key is no registry address.
    pub fn address(&self) -> Option<Url> {
        self.base("https")
    }

    fn base(&self, scheme: &str) -> Option<Url> {
        address(scheme, &self.host())
    }
}

/// The address of a host; `None` where it is none, or more than one.
fn address(scheme: &str, host: &str) -> Option<Url> {
    let url = Url::parse(&format!("{scheme}://{host}/")).ok()?;
    let is_bare = url.path() == "/" && url.username().is_empty() && url.query().is_none();
    (is_bare && url.fragment().is_none()).then_some(url)
}

/// Host and port that are asked for the registry of a credential key; in ASCII, as the name is looked up: letters that
/// look alike, and those that cannot be seen, must not hide who that is.
pub fn host_of(registry: &str) -> String {
    let host = key::hostname(registry).to_lowercase();
    match () {
        () if key::is_hub_host(&host) => HUB_HOST.to_owned(),
        () if host.bytes().all(is_plain) => host,
        () => {
            let url = address("https", &host);
            url.map_or(host, |url| url[Position::BeforeHost..Position::AfterPort].to_owned())
        }
    }
}

/// True for what stands for itself in a host, an address or a port.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte)
}

/// Checks one login. It ends after [`DEADLINE`], and at once when it is dropped.
pub async fn check<T: Transport + Sync>(transport: &T, question: &Question, clock: &dyn Clock) -> Report {
    let Some(base) = question.address() else {
        return Report::new(question, Verdict::NotSent).saying("The key is no registry address.");
    };
    let mut session = Session::new(transport, question, clock, base);
    if let Some(why) = login::fault(&question.login) {
        return session.finish(Verdict::NotSent).saying(why);
    }
    let end = Instant::now() + DEADLINE;
    let Ok(found) = timeout_at(end, steps(&mut session)).await else {
        let why = format!("It took longer than {} seconds.", DEADLINE.as_secs());
        return session.finish(Verdict::Unreachable).saying(&why);
    };
    let verdict = found.unwrap_or_else(|verdict| verdict);
    // What was found stands, explained or not.
    let _explained = timeout_at(end, pull::explain(&mut session, verdict)).await;
    session.finish(verdict)
}

/// What a step finds: what the next one needs, or the verdict that ends the check.
type Step<T> = Result<T, Verdict>;

async fn steps<T: Transport + Sync>(session: &mut Session<'_, T>) -> Step<Verdict> {
    let answer = session.open().await?;
    if session.question.login == Login::Nobody {
        return anonymous::ask(session, &answer).await;
    }
    if let Login::RegistryToken(token) = &session.question.login {
        let proof = Authorization::Bearer(token.clone());
        return registry_token(session, &answer, proof).await;
    }
    match answer.status {
        401 => {
            let proof = prove(session, &answer).await?;
            ping(session, &proof).await?;
            with_image(session, &proof).await
        }
        200..=299 if is_web_page(&answer) => Err(Verdict::NotARegistry),
        200..=299 => pull::of_open_registry(session).await,
        _ => Err(refusal_before_login(session, &answer)),
    }
}

/// Goes on to the image, where there is one.
async fn with_image<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    proof: &Authorization,
) -> Step<Verdict> {
    session.proof = Some(proof.clone());
    match session.question.image.clone() {
        Some(image) => pull::with_login(session, &image, proof).await,
        None => Ok(Verdict::Verified),
    }
}

/// What an anonymous request's status means, other than success and 401.
fn refusal_before_login<T: Transport + Sync>(session: &mut Session<'_, T>, answer: &Response) -> Verdict {
    session.listen(answer);
    match answer.status {
        300..=399 => Verdict::Redirected,
        403 => Verdict::ForbiddenBeforeAuth,
        404 | 410 => Verdict::NotARegistry,
        status => common_refusal(status),
    }
}

/// What a status means wherever it comes.
fn common_refusal(status: u16) -> Verdict {
    match status {
        407 => Verdict::ProxyAuthRequired,
        429 => Verdict::RateLimited,
        500..=599 => Verdict::ServerError,
        _ => Verdict::ProtocolError,
    }
}

/// Docker's header on a page of HTML makes it a registry all the same.
fn is_web_page(answer: &Response) -> bool {
    let is_html = |kind: &str| kind.trim_start().to_ascii_lowercase().starts_with("text/html");
    answer.header("content-type").any(is_html)
        && answer.header("docker-distribution-api-version").next().is_none()
}

/// Answers the challenge of an answer with 401.
async fn prove<T: Transport + Sync>(session: &mut Session<'_, T>, answer: &Response) -> Step<Authorization> {
    let challenges = Challenges::read(answer.header("www-authenticate"));
    match challenges.pick() {
        Some(Pick::Bearer(challenge)) => bearer::prove(session, challenge).await,
        Some(Pick::Basic(_)) => match &session.question.login {
            Login::Basic(login) => Ok(login::basic(&login.username, &login.secret)),
            Login::IdentityToken(_) | Login::RegistryToken(_) | Login::Nobody => {
                session.say("It wants a user name and a password, and this login is a token.");
                Err(Verdict::UnsupportedScheme)
            }
        },
        None if challenges.list.is_empty() || challenges.names_known_scheme() => Err(Verdict::ProtocolError),
        None => Err(Verdict::UnsupportedScheme),
    }
}

/// Asks `/v2/` with a proof.
async fn ping<T: Transport + Sync>(session: &mut Session<'_, T>, proof: &Authorization) -> Step<()> {
    let answer = session.get("v2/", proof.clone()).await?;
    if (200..=299).contains(&answer.status) {
        return Ok(());
    }
    session.listen(&answer);
    let is_token = matches!(proof, Authorization::Bearer(_));
    Err(match answer.status {
        300..=399 => Verdict::RedirectRefused,
        401 | 403 if is_token => Verdict::AcceptedButUnusable,
        401 | 403 if says_expired(&answer) => Verdict::Expired,
        401 | 403 => Verdict::Rejected,
        status => common_refusal(status),
    })
}

fn says_expired(answer: &Response) -> bool {
    crate::check::token::says(&answer.body, "expired")
}

/// A registry token needs no token service: it goes to the registry itself, whatever that asks for.
async fn registry_token<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    first: &Response,
    proof: Authorization,
) -> Step<Verdict> {
    match first.status {
        401 => match ping(session, &proof).await {
            Err(Verdict::AcceptedButUnusable) => Err(Verdict::ExpiredOrRevoked),
            Err(other) => Err(other),
            Ok(()) => with_image(session, &proof).await,
        },
        200..=299 if is_web_page(first) => Err(Verdict::NotARegistry),
        200..=299 => pull::of_open_registry(session).await,
        _ => Err(refusal_before_login(session, first)),
    }
}

/// A request without a body.
fn request(method: Method, url: Url, authorization: Authorization) -> Request {
    Request { method, url, authorization, accept: "", headers: Vec::new(), body: Body::Empty }
}

/// The report of a check whose way to the registry could not even be prepared.
pub fn failed(question: &Question, reason: Failure) -> Report {
    let (verdict, words) = failure(reason);
    Report::new(question, verdict).saying(&words)
}

/// The verdict where nothing came back, and what is said of it.
fn failure(failure: Failure) -> (Verdict, String) {
    match failure {
        Failure::Unreachable(words) => (Verdict::Unreachable, words),
        Failure::TlsUntrusted(words) => (Verdict::TlsUntrusted, words),
        Failure::PlainHttpServer => (Verdict::PlainHttpServer, String::new()),
        Failure::ProxyAuthRequired(words) => (Verdict::ProxyAuthRequired, words),
        Failure::Protocol(words) => (Verdict::ProtocolError, words),
        Failure::Setup(words) => (Verdict::Setup, words),
    }
}
