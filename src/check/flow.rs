//! The order of a check: ask without a login first, see what is wanted, prove who asks, and with an image ask for that.
//! Each request goes out once. Source of the order: OCI distribution-spec v1.1 `spec.md`, distribution v3.0
//! `docs/content/spec/auth/token.md`.
//!
//! ```text
//! question  login            what is to be found out, and with what
//!    report  status          what is told of it; what an answer's status means
//!       session  service     the requests of one check; the token service
//!          bearer            a token from it
//!             prove          what the registry wants, and whether it takes it
//!                pull        the image, with the login and without
//!                   anonymous   the image where there is no login
//! ```

mod anonymous;
mod bearer;
mod error_body;
mod login;
mod prove;
mod pull;
mod question;
mod report;
mod service;
mod session;
mod status;

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::check::verdict::Verdict;
use crate::clock::Clock;
use crate::net::transport::{Authorization, Response, Transport};

pub use login::Login;
pub use question::{HUB_HOST, Question, RealmPair, host_of};
pub use report::{Note, Report, Wrong};
use session::{Session, Step};

/// The longest time that a whole check takes.
pub const DEADLINE: Duration = Duration::from_secs(45);

/// Checks one login. It ends after [`DEADLINE`], and at once when it is dropped.
pub async fn check<T: Transport>(transport: &T, question: &Question, clock: &dyn Clock) -> Report {
    let Some(base) = question.address() else {
        return Report::new(question, Verdict::NotSent).saying("The key is no registry address.");
    };
    let mut session = Session::new(transport, question, clock, base);
    if let Some(why) = question.login.fault() {
        return session.finish(Verdict::NotSent).saying(why);
    }
    let end = Instant::now() + DEADLINE;
    let Ok(found) = timeout_at(end, session.steps()).await else {
        let why = format!("It took longer than {} seconds.", DEADLINE.as_secs());
        return session.finish(Verdict::Unreachable).saying(&why);
    };
    let verdict = found.unwrap_or_else(|verdict| verdict);
    // What was found stands, explained or not.
    let _explained = timeout_at(end, session.explain(verdict)).await;
    session.finish(verdict)
}

impl<T: Transport> Session<'_, T> {
    async fn steps(&mut self) -> Step<Verdict> {
        let answer = self.open().await?;
        match &self.question.login {
            Login::Anonymous => self.pull_anonymously(&answer).await,
            // It needs no token service: it goes to the registry itself, whatever that asks for.
            Login::RegistryToken(token) => {
                let proof = Authorization::Bearer(token.clone());
                match self.with_proof(&answer, Some(proof)).await {
                    Err(Verdict::AcceptedButUnusable) => Err(Verdict::ExpiredOrRevoked),
                    found => found,
                }
            }
            Login::Basic(_) | Login::IdentityToken(_) => self.with_proof(&answer, None).await,
        }
    }

    /// Goes on from the registry's answer at `/v2/`, with a proof that is known already or one that is made for it.
    async fn with_proof(&mut self, first: &Response, proof: Option<Authorization>) -> Step<Verdict> {
        match first.status {
            401 => {
                let proof = match proof {
                    Some(proof) => proof,
                    None => self.prove(first).await?,
                };
                self.ping(&proof).await?;
                self.proof = Some(proof.clone());
                match self.question.image.clone() {
                    Some(image) => self.pull_with(&image, &proof).await,
                    None => Ok(Verdict::Verified),
                }
            }
            200..=299 if status::is_web_page(first) => Err(Verdict::NotARegistry),
            200..=299 => self.pull_from_open_registry().await,
            _ => Err(self.refused_before_login(first)),
        }
    }
}
