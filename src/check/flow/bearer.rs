//! A token for the registry, from the service that its challenge names, if the policy lets the login go there.

use url::Url;

use crate::check::challenge::Challenge;
use crate::check::claims::Claims;
use crate::check::flow::login::Login;
use crate::check::flow::question::RealmPair;
use crate::check::flow::report::Note;
use crate::check::flow::service::Service;
use crate::check::flow::session::{Session, Step};
use crate::check::flow::status;
use crate::check::realm::{self, Decision};
use crate::check::token::{self, Granted, TokenError};
use crate::check::verdict::Verdict;
use crate::net::transport::{Authorization, Response, Transport};
use crate::secret::Secret;
use crate::text;

impl<T: Transport> Session<'_, T> {
    /// Gets a token with the login.
    pub(super) async fn bearer(&mut self, challenge: &Challenge) -> Step<Authorization> {
        let service = self.find_service(challenge).await?;
        let granted = match &self.question.login {
            Login::Basic(_) => self.ask_for_token(&service).await?,
            Login::IdentityToken(token) => self.exchange(&service, token).await?,
            // It never comes here: it needs no token service.
            Login::RegistryToken(_) | Login::Anonymous => return Err(Verdict::UnsupportedScheme),
        };
        self.granted = Some(granted.token.clone());
        self.note_claims(&granted.token);
        Ok(Authorization::Bearer(granted.token))
    }

    /// Gets the token that anybody may have, where there is no login.
    pub(super) async fn anonymous_bearer(&mut self, challenge: &Challenge) -> Step<Authorization> {
        let service = self.find_service(challenge).await.map_err(|_| Verdict::ServiceBlocked)?;
        let answer = self.send(service.get(None, Authorization::Anonymous)).await?;
        let granted = self.granted(&service, &answer, Verdict::NotPublic)?;
        Ok(Authorization::Bearer(granted.token))
    }

    /// Gets a token without the login, from the service that was let pass before; `None` where nothing came back.
    pub(super) async fn bearer_of_nobody(&self) -> Option<Result<Authorization, TokenError>> {
        let request = self.service.as_ref()?.get(None, Authorization::Anonymous);
        let answer = self.try_send(request).await?;
        let read = token::read(answer.status, &answer.body, answer.is_cut, self.clock.now());
        Some(read.map(|granted| Authorization::Bearer(granted.token)))
    }

    /// The token service of a challenge, if the login may go there; the session keeps it. Where there is no login to
    /// lose, it need not be asked for.
    async fn find_service(&mut self, challenge: &Challenge) -> Step<Service> {
        let judged = realm::judge(&self.url("v2/"), challenge.param("realm").unwrap_or_default());
        let origin = judged.url.as_ref().map(realm::origin).unwrap_or_default();
        let pair = RealmPair { registry: self.question.host(), realm: origin };
        let choice = self.question.choices.iter().find(|(known, _)| *known == pair).map(|(_, yes)| *yes);
        let is_open = match (judged.reason.decision(), choice) {
            (Decision::Allow, _) => true,
            (Decision::Ask, None) if self.question.login == Login::Anonymous => {
                self.leads_outside(judged.url.as_ref()).await
            }
            (Decision::Ask, Some(true)) => self.leads_outside(judged.url.as_ref()).await,
            (Decision::Ask, Some(false)) | (Decision::Deny, _) => false,
            (Decision::Ask, None) => {
                self.report.ask = Some(pair.clone());
                false
            }
        };
        let Some(mut url) = judged.url.filter(|_| is_open) else {
            self.report.realm = Some((text::safe(&pair.realm).into_owned(), judged.reason));
            return Err(Verdict::RealmBlocked);
        };
        url.set_fragment(None);
        let mut scopes: Vec<String> = challenge.scopes().map(str::to_owned).collect();
        let image = self.question.image.clone().or_else(|| self.question.counted());
        let pull = image.map(|image| format!("repository:{}:pull", image.repository));
        scopes.extend(pull.filter(|pull| !scopes.contains(pull)));
        let service = Service { url, name: challenge.param("service").map(str::to_owned), scopes };
        self.service = Some(service.clone());
        Ok(service)
    }

    /// A name that a person allowed must not turn out to stand for an inner address, unless the registry is inside too.
    async fn leads_outside(&mut self, realm: Option<&Url>) -> bool {
        let Some(host) = realm.and_then(Url::host_str) else { return false };
        let is_inside = |addresses: Vec<std::net::IpAddr>| addresses.into_iter().any(realm::is_private);
        if !is_inside(self.resolve(host).await) {
            return true;
        }
        let registry = self.base.host_str().unwrap_or_default().to_owned();
        let same_side = realm::is_loopback(&self.base) || is_inside(self.resolve(&registry).await);
        if !same_side {
            self.say("The name of that host stands for an address of the inner network.");
        }
        same_side
    }

    /// Asks for a token with user name and password.
    async fn ask_for_token(&mut self, service: &Service) -> Step<Granted> {
        let login = &self.question.login;
        let proof = login.as_basic(&self.question.host());
        let answer = self.send(service.get(login.account(), proof)).await?;
        self.granted(service, &answer, Verdict::Rejected)
    }

    /// Exchanges an identity token; a service without OAuth gets it as a password.
    async fn exchange(&mut self, service: &Service, token: &Secret) -> Step<Granted> {
        let answer = self.send(service.post(token)).await?;
        if matches!(answer.status, 404 | 405) {
            return self.ask_for_token(service).await;
        }
        self.granted(service, &answer, Verdict::ExpiredOrRevoked)
    }

    /// Reads the service's answer; `refused` is what it means that it does not take the login.
    fn granted(&mut self, service: &Service, answer: &Response, refused: Verdict) -> Step<Granted> {
        let read = token::read(answer.status, &answer.body, answer.is_cut, self.clock.now());
        let error = match read {
            Ok(granted) => return Ok(granted),
            Err(error) => error,
        };
        match error {
            // These bodies are no words for people: a page of a portal, or half a token.
            TokenError::TooLarge | TokenError::BadJson | TokenError::NoToken | TokenError::BadToken => {
                self.say("The token service's answer has no usable token in it.");
            }
            _ => self.listen_to(&service.url, answer),
        }
        // ghcr.io refuses a token for an image that the account cannot see, with the same 403 as for a bad login.
        if error == TokenError::Denied && self.question.image.is_some() && refused != Verdict::NotPublic {
            self.report.note(Note::PerhapsRights);
        }
        Err(match error {
            TokenError::Unauthorized | TokenError::Denied | TokenError::InvalidGrant => refused,
            TokenError::Expired => Verdict::Expired,
            TokenError::Redirect => Verdict::RedirectRefused,
            _ if answer.status >= 300 => status::refusal(answer.status),
            _ => Verdict::ProtocolError,
        })
    }

    fn note_claims(&mut self, token: &Secret) {
        let Some(claims) = Claims::read(token, |claim| self.masked(claim)) else { return };
        match claims.subject {
            Some(subject) if subject.is_empty() => self.report.note(Note::AnonymousToken),
            Some(subject) => self.report.note(Note::TokenFor(subject)),
            None => {}
        }
        if !claims.grants.is_empty() {
            self.report.note(Note::Grants(claims.grants.join(", ")));
        }
    }
}
