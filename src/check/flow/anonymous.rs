//! May anybody pull this image? Where there is no login to send, that is all that can be asked.

use crate::check::challenge::{Challenges, Pick};
use crate::check::flow::session::Session;
use crate::check::flow::{HUB_HOST, Step, bearer, common_refusal, is_web_page, pull, refusal_before_login};
use crate::check::rate_limit::RateLimit;
use crate::check::verdict::Verdict;
use crate::net::transport::{Authorization, Response, Transport};

/// Asks for the manifest as nobody. `first` is the registry's answer at `/v2/`.
pub(super) async fn ask<T: Transport + Sync>(
    session: &mut Session<'_, T>,
    first: &Response,
) -> Step<Verdict> {
    match first.status {
        200..=299 if is_web_page(first) => return Err(Verdict::NotARegistry),
        200..=299 | 401 => {}
        _ => return Err(refusal_before_login(session, first)),
    }
    let (wanted, counted) = (session.question.image.clone(), pull::counted(session.question));
    let Some(image) = wanted.clone().or(counted) else { return Err(Verdict::AnonymousOk) };
    let answer = session.send(pull::head(session, &image, Authorization::Anonymous)).await?;
    let challenges = Challenges::read(answer.header("www-authenticate"));
    let answer = match challenges.pick().filter(|_| answer.status == 401) {
        Some(Pick::Bearer(challenge)) => {
            let proof = bearer::as_nobody(session, challenge).await?;
            session.send(pull::head(session, &image, proof)).await?
        }
        _ => answer,
    };
    session.report.rate_limit = RateLimit::of(&answer).filter(|_| session.question.host() == HUB_HOST);
    match answer.status {
        200..=299 if wanted.is_none() => Ok(Verdict::Counted),
        200..=299 => Ok(Verdict::Public),
        401 | 403 | 404 => Err(Verdict::NotPublic),
        300..=399 => Err(refusal_before_login(session, &answer)),
        status => {
            session.listen(&answer);
            Err(common_refusal(status))
        }
    }
}
