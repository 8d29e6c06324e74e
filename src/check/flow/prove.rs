//! Proving who asks: what the registry wants for a proof, and whether it takes it.

use crate::check::challenge::{Challenges, Pick};
use crate::check::flow::login::Login;
use crate::check::flow::session::{Session, Step};
use crate::check::flow::status;
use crate::check::verdict::Verdict;
use crate::net::transport::{Authorization, Response, Transport};

impl<T: Transport> Session<'_, T> {
    /// Answers the challenge of an answer with 401.
    pub(super) async fn prove(&mut self, answer: &Response) -> Step<Authorization> {
        let challenges = Challenges::read(answer.header("www-authenticate"));
        match challenges.pick() {
            Some(Pick::Bearer(challenge)) => self.bearer(challenge).await,
            Some(Pick::Basic(_)) => match &self.question.login {
                login @ Login::Basic(_) => Ok(login.as_basic(&self.question.host())),
                Login::IdentityToken(_) | Login::RegistryToken(_) | Login::Anonymous => {
                    self.say("It wants a user name and a password, and this login is a token.");
                    Err(Verdict::UnsupportedScheme)
                }
            },
            None if challenges.list.is_empty() || challenges.names_known_scheme() => {
                Err(Verdict::ProtocolError)
            }
            None => Err(Verdict::UnsupportedScheme),
        }
    }

    /// Asks `/v2/` with a proof.
    pub(super) async fn ping(&mut self, proof: &Authorization) -> Step<()> {
        let answer = self.get("v2/", proof.clone()).await?;
        if (200..=299).contains(&answer.status) {
            return Ok(());
        }
        self.listen(&answer);
        let is_token = matches!(proof, Authorization::Bearer(_));
        Err(match answer.status {
            300..=399 => Verdict::RedirectRefused,
            401 | 403 if is_token => Verdict::AcceptedButUnusable,
            401 | 403 if status::says_expired(&answer) => Verdict::Expired,
            401 | 403 => Verdict::Rejected,
            status => status::refusal(status),
        })
    }
}
