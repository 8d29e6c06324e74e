//! HTTP behind one trait: every rule of a check is tested without a network, and one place talks to it.

use std::fmt;
use std::future::Future;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use url::Url;

use crate::secret::Secret;

/// The most bytes of an answer's body that are read; the rest is never taken off the network. It is what the token
/// endpoint may answer at most (ggcr takes 64 KiB, containers/image 1 MiB).
pub const BODY_LIMIT: usize = 128 * 1024;

/// The longest wait that a server may ask for, in seconds.
const LONGEST_WAIT: u32 = 86_400;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

/// The secret half of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// None.
    Anonymous,
    /// User name and password (RFC 7617).
    Basic {
        /// The user name; it may be a secret itself (`DigitalOcean`).
        username: Secret,
        /// The password or token.
        password: Secret,
    },
    /// A token (RFC 6750).
    Bearer(Secret),
}

/// What a request carries. All of it may be secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// The fields of a form (`application/x-www-form-urlencoded`).
    Form(Vec<(&'static str, Secret)>),
    /// A text that is sent as it stands.
    Text {
        /// The `Content-Type` header, `application/json` for example.
        content_type: &'static str,
        /// The bytes.
        bytes: Secret,
    },
}

/// One request. No redirect of it is ever followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The parsed address: it was judged in this form, and goes out in this form.
    pub url: Url,
    /// What proves who asks.
    pub authorization: Authorization,
    /// The `Accept` header; empty for none.
    pub accept: &'static str,
    /// Further headers, names in lower case: a signature, a platform's own token.
    pub headers: Vec<(&'static str, Secret)>,
    /// What it carries.
    pub body: Body,
}

impl Request {
    /// A request without a body, and without headers beside what proves who asks.
    pub fn new(method: Method, url: Url, authorization: Authorization) -> Self {
        Self { method, url, authorization, accept: "", headers: Vec::new(), body: Body::Empty }
    }
}

/// What came back, whatever its status.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status, 100 to 599.
    pub status: u16,
    /// All headers in their order, names in lower case; a value that is not text is lossy.
    pub headers: Vec<(String, String)>,
    /// The body up to [`BODY_LIMIT`]. A token answer is a secret.
    pub body: Secret,
    /// True where the body was longer than that.
    pub is_cut: bool,
    /// The proxy that carried it, without a user name or password.
    pub proxy: Option<String>,
}

/// Why nothing came back. The words hold no secret and are safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// No such host, nothing listens, the connection broke, or it took too long.
    Unreachable(String),
    /// TLS was refused: an unknown authority, an old certificate, another name.
    TlsUntrusted(String),
    /// The server talks plain http where https was asked.
    PlainHttpServer,
    /// The proxy wants a login of its own.
    ProxyAuthRequired(String),
    /// The answer is no HTTP, or its headers have no end.
    Protocol(String),
    /// A file or a variable that the connection needs cannot be used: a certificate without its key, for example.
    Setup(String),
}

/// Sends requests for the check of one registry.
pub trait Transport: Sync {
    /// Sends one request, once, without following a redirect.
    ///
    /// # Errors
    /// Nothing came back; a status such as 500 is an answer.
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, TransportError>> + Send;

    /// The addresses that a host name stands for, for the realm policy; empty where it cannot be told. From here on a
    /// request to this host goes to these alone, unless a proxy carries it.
    fn resolve(&self, host: &str) -> impl Future<Output = Vec<std::net::IpAddr>> + Send;
}

impl Response {
    /// The values of a header, in their order; the name in lower case.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// When the server says that it is (`Date`).
    pub fn date(&self) -> Option<Timestamp> {
        moment(self.header("date").next()?)
    }

    /// For how many seconds the server wants to be left alone: `Retry-After` is a number or a date (RFC 9110 section
    /// 10.2.3).
    pub fn retry_after(&self, now: Timestamp) -> Option<u32> {
        let value = self.header("retry-after").next()?;
        let until = || u32::try_from(moment(value)?.as_second() - now.as_second()).ok();
        value.trim().parse().ok().or_else(until).map(|seconds: u32| seconds.min(LONGEST_WAIT))
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

/// A header of an answer may hold a secret (a cookie, a location), so does the body.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("is_cut", &self.is_cut)
            .finish_non_exhaustive()
    }
}
