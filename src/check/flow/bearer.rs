//! A token for the registry, from the service that its challenge names, if the policy lets the login go there.

use url::Url;

use crate::check::challenge::Challenge;
use crate::check::claims::Claims;
use crate::check::flow::session::Session;
use crate::check::flow::{Login, Note, RealmPair, Step, login, pull, request};
use crate::check::realm::{self, Decision};
use crate::check::token::{self, Granted, Refusal};
use crate::check::verdict::Verdict;
use crate::credential::TOKEN_USERNAME;
use crate::net::transport::{Authorization, Body, Method, Request, Response, Transport};
use crate::registry::provider::{Provider, identify};
use crate::secret::Secret;
use crate::text;

/// What the token service is told of us.
const CLIENT_ID: &str = "pullpass";

/// A token service that may be asked, and what for.
#[derive(Clone, Debug)]
pub(super) struct Service {
    url: Url,
    name: Option<String>,
    scopes: Vec<String>,
}

/// Gets a token with the login.
pub(super) async fn prove<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    challenge: &Challenge,
) -> Step<Authorization> {
    let service = find(session, challenge).await?;
    let granted = match &session.question.login {
        Login::Basic(_) => {
            let answer = session.send(get(&service, &session.question.login, basic(session))).await?;
            read(session, &service, &answer, Verdict::Rejected)?
        }
        Login::IdentityToken(token) => exchange(session, &service, token).await?,
        // It never comes here: it needs no token service.
        Login::RegistryToken(_) | Login::Nobody => return Err(Verdict::UnsupportedScheme),
    };
    session.granted = Some(granted.token.clone());
    note_claims(session, &granted.token);
    Ok(Authorization::Bearer(granted.token))
}

/// Gets the token that anybody may have, where there is no login.
pub(super) async fn as_nobody<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    challenge: &Challenge,
) -> Step<Authorization> {
    let service = find(session, challenge).await.map_err(|_| Verdict::ServiceBlocked)?;
    let answer = session.send(get(&service, &Login::Nobody, Authorization::Anonymous)).await?;
    let granted = read(session, &service, &answer, Verdict::NotPublic)?;
    Ok(Authorization::Bearer(granted.token))
}

/// Gets a token without a login, from the service that was let pass before; `None` where nothing came back.
pub(super) async fn anonymous<T: Transport + Sync>(
    session: &Session<'_, T>,
) -> Option<Result<Authorization, Refusal>> {
    let service = session.service.as_ref()?;
    let url = with_query(service, None);
    let answer = session.try_send(request(Method::Get, url, Authorization::Anonymous)).await?;
    let read = token::read(answer.status, &answer.body, answer.is_cut, session.clock.now());
    Some(read.map(|granted| Authorization::Bearer(granted.token)))
}

/// The token service of a challenge, if the login may go there; the session keeps it. Where there is no login to lose, it
/// need not be asked for.
async fn find<T: Transport + Sync>(session: &mut Session<'_, T>, challenge: &Challenge) -> Step<Service> {
    let judged = realm::judge(&session.url("v2/"), challenge.param("realm").unwrap_or_default());
    let origin = judged.url.as_ref().map(realm::origin).unwrap_or_default();
    let pair = RealmPair { registry: session.question.host(), realm: origin };
    let choice = session.question.choices.iter().find(|(known, _)| *known == pair).map(|(_, yes)| *yes);
    let is_open = match (judged.reason.decision(), choice) {
        (Decision::Allow, _) => true,
        (Decision::Ask, None) if session.question.login == Login::Nobody => {
            leads_outside(session, judged.url.as_ref()).await
        }
        (Decision::Ask, Some(true)) => leads_outside(session, judged.url.as_ref()).await,
        (Decision::Ask, Some(false)) | (Decision::Deny, _) => false,
        (Decision::Ask, None) => {
            session.report.ask = Some(pair.clone());
            false
        }
    };
    let Some(mut url) = judged.url.filter(|_| is_open) else {
        session.report.realm = Some((text::safe(&pair.realm).into_owned(), judged.reason));
        return Err(Verdict::RealmBlocked);
    };
    url.set_fragment(None);
    let mut scopes: Vec<String> = challenge.scopes().map(str::to_owned).collect();
    let image = session.question.image.clone().or_else(|| pull::counted(session.question));
    let pull = image.map(|image| format!("repository:{}:pull", image.repository));
    scopes.extend(pull.filter(|pull| !scopes.contains(pull)));
    let service = Service { url, name: challenge.param("service").map(str::to_owned), scopes };
    session.service = Some(service.clone());
    Ok(service)
}

/// A name that a person allowed must not turn out to stand for an inner address, unless the registry is inside too.
async fn leads_outside<T: Transport + Sync>(session: &mut Session<'_, T>, realm: Option<&Url>) -> bool {
    let Some(host) = realm.and_then(Url::host_str) else { return false };
    let is_inside = |addresses: Vec<std::net::IpAddr>| addresses.into_iter().any(realm::is_private);
    if !is_inside(session.resolve(host).await) {
        return true;
    }
    let registry = session.base.host_str().unwrap_or_default().to_owned();
    let same_side = realm::is_loopback(&session.base) || is_inside(session.resolve(&registry).await);
    if !same_side {
        session.say("The name of that host stands for an address of the inner network.");
    }
    same_side
}

fn basic<T: Transport + Sync>(session: &Session<'_, T>) -> Authorization {
    match &session.question.login {
        Login::Basic(login) => login::basic(&login.username, &login.secret),
        Login::IdentityToken(token) | Login::RegistryToken(token) => {
            let is_azure = identify(&session.question.host()).provider == Provider::AzureAcr;
            login::basic(if is_azure { login::ACR_USER } else { TOKEN_USERNAME }, token)
        }
        Login::Nobody => Authorization::Anonymous,
    }
}

/// Exchanges an identity token; a service without OAuth gets it as a password.
async fn exchange<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    service: &Service,
    token: &Secret,
) -> Step<Granted> {
    let answer = session.send(post(service, token)).await?;
    if !matches!(answer.status, 404 | 405) {
        return read(session, service, &answer, Verdict::ExpiredOrRevoked);
    }
    let answer = session.send(get(service, &session.question.login, basic(session))).await?;
    read(session, service, &answer, Verdict::Rejected)
}

/// distribution `docs/content/spec/auth/token.md`. No `offline_token`: a check must not make a token that lasts.
fn get(service: &Service, login: &Login, proof: Authorization) -> Request {
    request(Method::Get, with_query(service, login::account(login)), proof)
}

/// What the realm's own query says stays.
fn with_query(service: &Service, account: Option<&str>) -> Url {
    let mut url = service.url.clone();
    let pairs = [("account", account), ("service", service.name.as_deref())];
    let scopes = service.scopes.iter().map(|scope| ("scope", Some(scope.as_str())));
    for (name, value) in pairs.into_iter().chain(scopes) {
        if let Some(value) = value {
            url.query_pairs_mut().append_pair(name, value);
        }
    }
    url
}

/// distribution `docs/content/spec/auth/oauth.md`.
fn post(service: &Service, token: &Secret) -> Request {
    let open = |text: &str| Secret::from_text(text.to_owned());
    let mut form = vec![("grant_type", open("refresh_token")), ("client_id", open(CLIENT_ID))];
    form.extend(service.name.as_deref().map(|name| ("service", open(name))));
    let scopes = service.scopes.join(" ");
    form.extend((!scopes.is_empty()).then(|| ("scope", open(&scopes))));
    form.push(("refresh_token", token.clone()));
    Request { body: Body::Form(form), ..request(Method::Post, service.url.clone(), Authorization::Anonymous) }
}

/// Reads the service's answer; `refused` is what it means that it does not take the login.
fn read<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    service: &Service,
    answer: &Response,
    refused: Verdict,
) -> Step<Granted> {
    let read = token::read(answer.status, &answer.body, answer.is_cut, session.clock.now());
    let Err(refusal) = read else { return read.map_err(|_| refused) };
    match refusal {
        // These bodies are no words for people: a page of a portal, or half a token.
        Refusal::TooLarge | Refusal::BadJson | Refusal::NoToken | Refusal::BadToken => {
            session.say("The token service's answer has no usable token in it.");
        }
        _ => session.listen_to(&service.url, answer),
    }
    // ghcr.io refuses a token for an image that the account cannot see, with the same 403 as for a bad login.
    if refusal == Refusal::Denied && session.question.image.is_some() && refused != Verdict::NotPublic {
        session.report.note(Note::PerhapsRights);
    }
    Err(match refusal {
        Refusal::Unauthorized | Refusal::Denied | Refusal::InvalidGrant => refused,
        Refusal::Expired => Verdict::Expired,
        Refusal::Redirect => Verdict::RedirectRefused,
        _ if answer.status >= 300 => super::common_refusal(answer.status),
        _ => Verdict::ProtocolError,
    })
}

fn note_claims<T: Transport + Sync>(session: &mut Session<'_, T>, token: &Secret) {
    let Some(claims) = Claims::read(token, |claim| session.masked(claim)) else { return };
    match claims.subject {
        Some(subject) if subject.is_empty() => session.report.note(Note::AnonymousToken),
        Some(subject) => session.report.note(Note::TokenFor(subject)),
        None => {}
    }
    if !claims.grants.is_empty() {
        session.report.note(Note::Grants(claims.grants.join(", ")));
    }
}
