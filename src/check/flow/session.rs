//! The requests of one check, and what is noticed on the way.

use url::Url;

use crate::check::flow::error_body;
use crate::check::flow::question::Question;
use crate::check::flow::report::{Note, Report};
use crate::check::flow::service::Service;
use crate::check::flow::status;
use crate::check::realm;
use crate::check::verdict::Verdict;
use crate::clock::Clock;
use crate::net::transport::{Authorization, Method, Request, Response, Transport, TransportError};
use crate::secret::Secret;
use crate::text;

/// A clock that differs by more than this, in seconds, explains odd verdicts.
const CLOCKS_DIFFER: i64 = 120;

/// What a step finds: what the next one needs, or the verdict that ends the check.
pub(super) type Step<T> = Result<T, Verdict>;

/// One check on its way.
pub(super) struct Session<'a, T> {
    transport: &'a T,
    pub(super) question: &'a Question,
    pub(super) clock: &'a dyn Clock,
    /// Scheme, host and port that are asked.
    pub(super) base: Url,
    /// The challenge's token service, once the policy let it pass.
    pub(super) service: Option<Service>,
    /// What the token service gave for the login.
    pub(super) granted: Option<Secret>,
    /// What the registry accepted, or is to say at an image.
    pub(super) proof: Option<Authorization>,
    pub(super) report: Report,
}

impl<'a, T: Transport> Session<'a, T> {
    pub(super) fn new(transport: &'a T, question: &'a Question, clock: &'a dyn Clock, base: Url) -> Self {
        let mut report = Report::new(question, Verdict::Unreachable);
        report.address = realm::origin(&base);
        Self { transport, question, clock, base, service: None, granted: None, proof: None, report }
    }

    /// The first request, without a login. This machine, and a registry that the person named, may answer in plain http
    /// where they do not in https, as with docker (moby `daemon/pkg/registry/config.go`).
    pub(super) async fn open(&mut self) -> Step<Response> {
        let may_be_plain = self.question.plain_http || realm::is_loopback(&self.base);
        let first = self.transport.send(self.anonymous_ping()).await;
        let has_no_tls = |failure: &TransportError| {
            !matches!(failure, TransportError::TlsUntrusted(_) | TransportError::Setup(_))
        };
        let plain = self.question.base("http").filter(|_| may_be_plain);
        match (first, plain) {
            (Err(failure), Some(plain)) if has_no_tls(&failure) => {
                let secure = std::mem::replace(&mut self.base, plain);
                match self.transport.send(self.anonymous_ping()).await {
                    Ok(answer) => {
                        self.report.address = realm::origin(&self.base);
                        self.report.note(Note::PlainHttp);
                        Ok(self.seen(answer))
                    }
                    Err(second) => {
                        self.base = secure;
                        // Without TLS there is only the second try to speak of.
                        let reason =
                            if failure == TransportError::PlainHttpServer { second } else { failure };
                        Err(self.failed(reason))
                    }
                }
            }
            (Err(failure), _) => Err(self.failed(failure)),
            (Ok(answer), _) => Ok(self.seen(answer)),
        }
    }

    fn anonymous_ping(&self) -> Request {
        Request::new(Method::Get, self.url("v2/"), Authorization::Anonymous)
    }

    /// An address at the registry. `path` is ours, or of an image: it has no odd characters.
    pub(super) fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }

    pub(super) async fn get(&mut self, path: &str, proof: Authorization) -> Step<Response> {
        self.send(Request::new(Method::Get, self.url(path), proof)).await
    }

    pub(super) async fn send(&mut self, request: Request) -> Step<Response> {
        match self.transport.send(request).await {
            Ok(answer) => Ok(self.seen(answer)),
            Err(failure) => Err(self.failed(failure)),
        }
    }

    /// Asks what nothing depends on: a failure is no answer.
    pub(super) async fn try_send(&self, request: Request) -> Option<Response> {
        self.transport.send(request).await.ok()
    }

    pub(super) async fn resolve(&self, host: &str) -> Vec<std::net::IpAddr> {
        self.transport.resolve(host).await
    }

    fn failed(&mut self, reason: TransportError) -> Verdict {
        let (verdict, words) = status::of_failure(reason);
        self.say(&words);
        verdict
    }

    fn seen(&mut self, answer: Response) -> Response {
        if let Some(proxy) = &answer.proxy {
            self.report.note(Note::Proxy(text::safe(proxy).into_owned()));
        }
        if let Some(ahead) = self.ahead_of(&answer).filter(|seconds| seconds.abs() > CLOCKS_DIFFER) {
            self.report.note(Note::ClockDiffers(ahead));
        }
        answer
    }

    /// How far this machine's clock is ahead of the answer's, in seconds.
    fn ahead_of(&self, answer: &Response) -> Option<i64> {
        Some(self.clock.now().as_second() - answer.date()?.as_second())
    }

    /// Keeps what a refusal of the registry says.
    pub(super) fn listen(&mut self, answer: &Response) {
        self.listen_to(&self.base.clone(), answer);
    }

    /// Keeps what a refusal says; a redirect may be a path of the host that was `asked`.
    pub(super) fn listen_to(&mut self, asked: &Url, answer: &Response) {
        if let Some(words) = error_body::words(answer) {
            let words = self.masked(words);
            self.report.quote(&words);
        }
        if (300..=399).contains(&answer.status)
            && let Some(target) = answer.header("location").next().and_then(|to| asked.join(to).ok())
        {
            // The rest of the address may hold what only the registry should know.
            let target = self.masked(realm::origin(&target));
            self.say(&format!("It sends to {target}."));
        }
        self.report.retry_after = answer.retry_after(self.clock.now()).or(self.report.retry_after);
    }

    /// What a refusal of an anonymous request means, and what it says.
    pub(super) fn refused_before_login(&mut self, answer: &Response) -> Verdict {
        self.listen(answer);
        status::refusal_before_login(answer.status)
    }

    /// A server's text without any secret of this check.
    pub(super) fn masked(&self, text: String) -> String {
        error_body::masked(text, &self.question.login, self.granted.as_ref())
    }

    pub(super) fn say(&mut self, words: &str) {
        self.report.say(words);
    }

    pub(super) fn finish(self, verdict: Verdict) -> Report {
        self.report.end(verdict)
    }
}
