//! May the login pull this image, and may anybody?

use crate::check::flow::session::Session;
use crate::check::flow::{
    HUB_HOST, Login, Note, Question, Step, bearer, common_refusal, prove, request, says_expired,
};
use crate::check::rate_limit::{self, RateLimit};
use crate::check::token::Refusal;
use crate::check::verdict::Verdict;
use crate::net::transport::{Authorization, Method, Request, Transport};
use crate::registry::image::Image;

/// Every form of a manifest (OCI image-spec, docker's manifest lists and schema 2).
const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
                         application/vnd.docker.distribution.manifest.list.v2+json, \
                         application/vnd.docker.distribution.manifest.v2+json";

/// Asks for the manifest with a proof that the registry accepted before.
pub(super) async fn with_login<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    image: &Image,
    proof: &Authorization,
) -> Step<Verdict> {
    let answer = session.send(head(session, image, proof.clone())).await?;
    let is_hub = session.question.host() == HUB_HOST;
    session.report.rate_limit = RateLimit::of(&answer).filter(|_| is_hub);
    if (200..=299).contains(&answer.status) {
        return Ok(Verdict::VerifiedPullOk);
    }
    session.listen(&answer);
    Err(match answer.status {
        300..=399 => Verdict::RedirectRefused,
        401 | 403 if says_expired(&answer) => Verdict::Expired,
        401 | 403 => Verdict::VerifiedNoPull,
        404 => Verdict::VerifiedNotFound,
        status => common_refusal(status),
    })
}

/// A registry that asks nobody at `/v2/` may ask for a login at the image.
pub(super) async fn of_open_registry<T: Transport + Sync>(session: &mut Session<'_, T>) -> Step<Verdict> {
    let Some(image) = session.question.image.clone() else { return Err(Verdict::AnonymousOk) };
    let answer = session.send(head(session, &image, Authorization::Anonymous)).await?;
    match answer.status {
        200..=299 => {
            session.report.note(Note::Public);
            Err(Verdict::AnonymousOk)
        }
        401 => {
            let proof = match &session.question.login {
                Login::RegistryToken(token) => Authorization::Bearer(token.clone()),
                Login::Basic(_) | Login::IdentityToken(_) | Login::Nobody => prove(session, &answer).await?,
            };
            session.proof = Some(proof.clone());
            match (with_login(session, &image, &proof).await, &session.question.login) {
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
            session.listen(&answer);
            Err(match status {
                300..=399 => Verdict::Redirected,
                403 => Verdict::ForbiddenBeforeAuth,
                status => common_refusal(status),
            })
        }
    }
}

/// Asks for what a verdict does not hang on, but which people want to know with it.
pub(super) async fn explain<T: Transport + Sync>(session: &mut Session<'_, T>, found: Verdict) {
    match (session.question.image.clone(), session.proof.clone()) {
        (Some(image), Some(proof)) if found == Verdict::VerifiedNotFound => {
            look_for_repository(session, &image, &proof).await;
        }
        (None, Some(proof)) if found == Verdict::Verified => count(session, proof).await,
        _ => {}
    }
    compare(session, found).await;
}

/// The image by which Docker Hub tells how many pulls are left, where that is asked for and no other image is.
pub(super) fn counted(question: &Question) -> Option<Image> {
    let is_asked = question.rate_limit && question.image.is_none() && question.host() == HUB_HOST;
    if is_asked { Image::parse(rate_limit::IMAGE).ok() } else { None }
}

/// Nobody wants to pull that image, so a refusal of it says nothing of the login.
async fn count<T: Transport + Sync>(session: &mut Session<'_, T>, proof: Authorization) {
    let Some(image) = counted(session.question) else { return };
    let answer = session.try_send(head(session, &image, proof)).await;
    session.report.rate_limit = answer.as_ref().and_then(RateLimit::of);
}

/// Asks once more without the login, where that explains the verdict: docker always sends a login that it has, so a bad
/// one breaks the pull of a public image.
async fn compare<T: Transport + Sync>(session: &mut Session<'_, T>, found: Verdict) {
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
    let Some(image) = session.question.image.clone().filter(|_| session.question.thorough) else { return };
    let proof = match session.service {
        Some(_) => match bearer::anonymous(session).await {
            Some(Ok(proof)) => proof,
            Some(Err(Refusal::Unauthorized | Refusal::Denied)) => {
                return session.report.note(Note::NotPublic);
            }
            // A service that fails says nothing of the image.
            Some(Err(_)) | None => return,
        },
        None => Authorization::Anonymous,
    };
    let Some(answer) = session.try_send(head(session, &image, proof)).await else { return };
    match answer.status {
        200..=299 if can_pull => session.report.note(Note::Public),
        200..=299 => session.report.note(Note::BreaksPublicPull),
        401 | 403 | 404 => session.report.note(Note::NotPublic),
        _ => {}
    }
}

/// A manifest that is not found may be a wrong tag of a repository that is there. Nothing counts this as a pull.
async fn look_for_repository<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    image: &Image,
    proof: &Authorization,
) {
    if !session.question.thorough {
        return;
    }
    let mut url = session.url(&format!("v2/{}/tags/list", image.repository));
    url.set_query(Some("n=1"));
    let answer = session.try_send(request(Method::Get, url, proof.clone())).await;
    if answer.is_some_and(|answer| answer.status == 200) {
        session.report.note(Note::OnlyTagMissing);
    }
}

/// Asks whether a manifest is there; nothing counts that as a pull.
pub(super) fn head<T: Transport + Sync>(
    session: &Session<'_, T>,
    image: &Image,
    proof: Authorization,
) -> Request {
    let path = format!("v2/{}/manifests/{}", image.repository, image.wanted());
    Request { accept: MANIFESTS, ..request(Method::Head, session.url(&path), proof) }
}
