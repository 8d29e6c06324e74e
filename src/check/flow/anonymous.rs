//! May anybody pull this image? Where there is no login to send, that is all that can be asked.

use crate::check::challenge::{Challenges, Pick};
use crate::check::flow::question::HUB_HOST;
use crate::check::flow::session::{Session, Step};
use crate::check::flow::status;
use crate::check::rate_limit::RateLimit;
use crate::check::verdict::Verdict;
use crate::net::transport::{Authorization, Response, Transport};

impl<T: Transport> Session<'_, T> {
    /// Asks for the manifest as anybody could. `first` is the registry's answer at `/v2/`.
    pub(super) async fn pull_anonymously(&mut self, first: &Response) -> Step<Verdict> {
        match first.status {
            200..=299 if status::is_web_page(first) => return Err(Verdict::NotARegistry),
            200..=299 | 401 => {}
            _ => return Err(self.refused_before_login(first)),
        }
        let (wanted, counted) = (self.question.image.clone(), self.question.counted());
        let Some(image) = wanted.clone().or(counted) else { return Err(Verdict::AnonymousOk) };
        let answer = self.send(self.head(&image, Authorization::Anonymous)).await?;
        let challenges = Challenges::read(answer.header("www-authenticate"));
        let answer = match challenges.pick().filter(|_| answer.status == 401) {
            Some(Pick::Bearer(challenge)) => {
                let proof = self.anonymous_bearer(challenge).await?;
                self.send(self.head(&image, proof)).await?
            }
            _ => answer,
        };
        self.report.rate_limit = RateLimit::of(&answer).filter(|_| self.question.host() == HUB_HOST);
        match answer.status {
            200..=299 if wanted.is_none() => Ok(Verdict::Counted),
            200..=299 => Ok(Verdict::Public),
            401 | 403 | 404 => Err(Verdict::NotPublic),
            300..=399 => Err(self.refused_before_login(&answer)),
            status => {
                self.listen(&answer);
                Err(status::refusal(status))
            }
        }
    }
}
