//! What the status of an answer means, where that hangs on nothing but the answer.

use crate::check::token;
use crate::check::verdict::Verdict;
use crate::net::transport::{Response, TransportError};

/// What a status means wherever it comes.
pub(super) fn refusal(status: u16) -> Verdict {
    match status {
        407 => Verdict::ProxyAuthRequired,
        429 => Verdict::RateLimited,
        500..=599 => Verdict::ServerError,
        _ => Verdict::ProtocolError,
    }
}

/// What an anonymous request's status means, other than success and 401.
pub(super) fn refusal_before_login(status: u16) -> Verdict {
    match status {
        300..=399 => Verdict::Redirected,
        403 => Verdict::ForbiddenBeforeAuth,
        404 | 410 => Verdict::NotARegistry,
        status => refusal(status),
    }
}

/// Docker's header on a page of HTML makes it a registry all the same.
pub(super) fn is_web_page(answer: &Response) -> bool {
    let is_html = |kind: &str| kind.trim_start().to_ascii_lowercase().starts_with("text/html");
    answer.header("content-type").any(is_html)
        && answer.header("docker-distribution-api-version").next().is_none()
}

/// True where a refusal says that something has ended.
pub(super) fn says_expired(answer: &Response) -> bool {
    token::says(&answer.body, "expired")
}

/// The verdict where nothing came back, and what is said of it.
pub(super) fn of_failure(failure: TransportError) -> (Verdict, String) {
    match failure {
        TransportError::Unreachable(words) => (Verdict::Unreachable, words),
        TransportError::TlsUntrusted(words) => (Verdict::TlsUntrusted, words),
        TransportError::PlainHttpServer => (Verdict::PlainHttpServer, String::new()),
        TransportError::ProxyAuthRequired(words) => (Verdict::ProxyAuthRequired, words),
        TransportError::Protocol(words) => (Verdict::ProtocolError, words),
        TransportError::Setup(words) => (Verdict::Setup, words),
    }
}
