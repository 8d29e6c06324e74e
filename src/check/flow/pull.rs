//! May the login pull this image, and may anybody?

use crate::check::flow::login::Login;
use crate::check::flow::question::HUB_HOST;
use crate::check::flow::report::Note;
use crate::check::flow::session::{Session, Step};
use crate::check::flow::status;
use crate::check::rate_limit::RateLimit;
use crate::check::token::TokenError;
use crate::check::verdict::Verdict;
use crate::net::transport::{Authorization, Method, Request, Transport};
use crate::registry::image::Image;

/// Every form of a manifest (OCI image-spec, docker's manifest lists and schema 2).
const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
                         application/vnd.docker.distribution.manifest.list.v2+json, \
                         application/vnd.docker.distribution.manifest.v2+json";

impl<T: Transport> Session<'_, T> {
    /// Asks for the manifest with a proof that the registry accepted before.
    pub(super) async fn pull_with(&mut self, image: &Image, proof: &Authorization) -> Step<Verdict> {
        let answer = self.send(self.head(image, proof.clone())).await?;
        let is_hub = self.question.host() == HUB_HOST;
        self.report.rate_limit = RateLimit::of(&answer).filter(|_| is_hub);
        if (200..=299).contains(&answer.status) {
            return Ok(Verdict::VerifiedPullOk);
        }
        self.listen(&answer);
        Err(match answer.status {
            300..=399 => Verdict::RedirectRefused,
            401 | 403 if status::says_expired(&answer) => Verdict::Expired,
            401 | 403 => Verdict::VerifiedNoPull,
            404 => Verdict::VerifiedNotFound,
            status => status::refusal(status),
        })
    }

    /// A registry that asks nobody at `/v2/` may ask for a login at the image.
    pub(super) async fn pull_from_open_registry(&mut self) -> Step<Verdict> {
        let Some(image) = self.question.image.clone() else { return Err(Verdict::AnonymousOk) };
        let answer = self.send(self.head(&image, Authorization::Anonymous)).await?;
        match answer.status {
            200..=299 => {
                self.report.note(Note::Public);
                Err(Verdict::AnonymousOk)
            }
            401 => {
                let proof = match &self.question.login {
                    Login::RegistryToken(token) => Authorization::Bearer(token.clone()),
                    Login::Basic(_) | Login::IdentityToken(_) | Login::Anonymous => {
                        self.prove(&answer).await?
                    }
                };
                self.proof = Some(proof.clone());
                match (self.pull_with(&image, &proof).await, &self.question.login) {
                    // Nothing was accepted before, so it is the login itself that is refused.
                    (Err(Verdict::VerifiedNoPull), Login::RegistryToken(_)) => Err(Verdict::ExpiredOrRevoked),
                    (Err(Verdict::VerifiedNoPull), _) if matches!(proof, Authorization::Basic { .. }) => {
                        Err(Verdict::Rejected)
                    }
                    (found, _) => found,
                }
            }
            // The image is not there for anybody, and that says nothing of the login.
            404 => Err(Verdict::AnonymousOk),
            status => {
                self.listen(&answer);
                Err(match status {
                    300..=399 => Verdict::Redirected,
                    403 => Verdict::ForbiddenBeforeAuth,
                    status => status::refusal(status),
                })
            }
        }
    }

    /// Asks for what a verdict does not hang on, but which people want to know with it.
    pub(super) async fn explain(&mut self, found: Verdict) {
        match (self.question.image.clone(), self.proof.clone()) {
            (Some(image), Some(proof)) if found == Verdict::VerifiedNotFound => {
                self.look_for_repository(&image, &proof).await;
            }
            (None, Some(proof)) if found == Verdict::Verified => self.count(proof).await,
            _ => {}
        }
        self.compare(found).await;
    }

    /// Nobody wants to pull that image, so a refusal of it says nothing of the login.
    async fn count(&mut self, proof: Authorization) {
        let Some(image) = self.question.counted() else { return };
        let answer = self.try_send(self.head(&image, proof)).await;
        self.report.rate_limit = answer.as_ref().and_then(RateLimit::of);
    }

    /// Asks once more without the login, where that explains the verdict: docker always sends a login that it has, so a bad
    /// one breaks the pull of a public image.
    async fn compare(&mut self, found: Verdict) {
        let can_pull = match found {
            Verdict::VerifiedPullOk => true,
            Verdict::VerifiedNoPull
            | Verdict::VerifiedNotFound
            | Verdict::Rejected
            | Verdict::Expired
            | Verdict::ExpiredOrRevoked
            | Verdict::AcceptedButUnusable => false,
            _ => return,
        };
        let Some(image) = self.question.image.clone().filter(|_| self.question.thorough) else { return };
        let proof = match self.service {
            Some(_) => match self.bearer_of_nobody().await {
                Some(Ok(proof)) => proof,
                Some(Err(TokenError::Unauthorized | TokenError::Denied)) => {
                    return self.report.note(Note::NotPublic);
                }
                // A service that fails says nothing of the image.
                Some(Err(_)) | None => return,
            },
            None => Authorization::Anonymous,
        };
        let Some(answer) = self.try_send(self.head(&image, proof)).await else { return };
        match answer.status {
            200..=299 if can_pull => self.report.note(Note::Public),
            200..=299 => self.report.note(Note::BreaksPublicPull),
            401 | 403 | 404 => self.report.note(Note::NotPublic),
            _ => {}
        }
    }

    /// A manifest that is not found may be a wrong tag of a repository that is there. Nothing counts this as a pull.
    async fn look_for_repository(&mut self, image: &Image, proof: &Authorization) {
        if !self.question.thorough {
            return;
        }
        let mut url = self.url(&format!("v2/{}/tags/list", image.repository));
        url.set_query(Some("n=1"));
        let answer = self.try_send(Request::new(Method::Get, url, proof.clone())).await;
        if answer.is_some_and(|answer| answer.status == 200) {
            self.report.note(Note::OnlyTagMissing);
        }
    }

    /// Asks whether a manifest is there; nothing counts that as a pull.
    pub(super) fn head(&self, image: &Image, proof: Authorization) -> Request {
        let path = format!("v2/{}/manifests/{}", image.repository, image.wanted());
        Request { accept: MANIFESTS, ..Request::new(Method::Head, self.url(&path), proof) }
    }
}
