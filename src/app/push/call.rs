//! One request to a platform's interface: shown with its secrets masked, then sent as it was shown.

use url::Url;

use crate::app::Context;
use crate::error::{Error, Kind, Result};
use crate::export::Piece;
use crate::export::artifact::{Body as Text, MASK};
use crate::net::http::Network;
use crate::net::transport::{Authorization, Body, Method, Request, Response, Transport as _, TransportError};
use crate::refresh::mask;
use crate::secret::Secret;
use crate::text;

/// Stands in an address for what an answer before names.
pub(super) const ID: &str = "CONTEXT-ID";

/// One request.
#[derive(Debug)]
pub struct Call {
    pub(super) method: Method,
    /// The address; [`ID`] may stand in it.
    pub(super) url: String,
    /// Headers, names in lower case.
    pub(super) headers: Vec<(&'static str, Piece)>,
    /// JSON.
    pub(super) body: Option<Text>,
    /// True where the answer names what later calls mean by [`ID`].
    pub(super) names_id: bool,
    /// What is sent in its place where the answer has this status.
    pub(super) instead: Option<(u16, Box<Call>)>,
    /// What is done when it has arrived, in a sentence.
    pub(super) done: String,
    /// What to do where the platform refuses the token.
    pub(super) log_in: &'static str,
}

impl Call {
    /// It as it goes out, secrets masked.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{} {}", method(self.method), text::safe(&self.url))];
        for (name, value) in &self.headers {
            let shown = match value {
                Piece::Text(value) => text::safe(value),
                Piece::Secret(_) => MASK.into(),
            };
            lines.push(format!("  {name}: {shown}"));
        }
        lines.extend(self.body.iter().map(|body| format!("  {}", text::safe(&body.masked()))));
        if let Some((status, other)) = &self.instead {
            lines.push(format!("where the answer is {status}:"));
            lines.extend(other.lines());
        }
        lines
    }

    /// The secrets that no word of an answer may repeat.
    fn secrets(&self) -> Vec<Secret> {
        let headers = self.headers.iter().map(|(_, value)| value);
        let pieces = headers.chain(self.body.iter().flat_map(Text::pieces));
        let secret = |piece: &Piece| match piece {
            Piece::Secret(secret) => Some(secret.clone()),
            Piece::Text(_) => None,
        };
        pieces.filter_map(secret).collect()
    }
}

/// Sends calls one after the other.
pub(super) struct Sender {
    network: Network,
    id: Option<String>,
}

impl Sender {
    pub(super) fn new(ctx: &Context) -> Self {
        Self { network: Network::of(&ctx.settings), id: None }
    }

    /// Sends one call, and the one in its place where the answer says so.
    ///
    /// # Errors
    /// It did not arrive, or was refused.
    pub(super) async fn send(&mut self, mut call: Call) -> Result<String> {
        loop {
            let url = self.address(&call)?;
            let answer = self.answer(&call, url.clone()).await?;
            match (answer.status, call.instead) {
                (status, Some((wanted, other))) if status == wanted => call = *other,
                (200..=299, _) => {
                    if call.names_id {
                        let id = member(&answer, "id").filter(|id| is_id(id));
                        self.id = Some(id.ok_or_else(|| no_answer(&host(&url)))?);
                    }
                    return Ok(call.done);
                }
                (_, instead) => return Err(refused(&url, &answer, &Call { instead, ..call })),
            }
        }
    }

    /// What a request that changes nothing answers.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) async fn ask(&self, call: &Call) -> Result<Response> {
        let url = self.address(call)?;
        let answer = self.answer(call, url.clone()).await?;
        if answer.status == 200 { Ok(answer) } else { Err(refused(&url, &answer, call)) }
    }

    async fn answer(&self, call: &Call, url: Url) -> Result<Response> {
        let asked = host(&url);
        let unreached = |failure: TransportError| unreached(&asked, &failure);
        let client = self.network.client_for(&url).map_err(unreached)?;
        let headers = call.headers.iter().map(|(name, value)| match value {
            Piece::Text(value) => (*name, Secret::from_text(value.clone())),
            Piece::Secret(secret) => (*name, secret.clone()),
        });
        let body = call.body.as_ref().map_or(Body::Empty, |body| Body::Text {
            content_type: "application/json",
            bytes: body.reveal(),
        });
        let request = Request::new(call.method, url, Authorization::Anonymous);
        let request = Request { accept: "application/json", headers: headers.collect(), body, ..request };
        client.send(request).await.map_err(unreached)
    }

    fn address(&self, call: &Call) -> Result<Url> {
        let text = call.url.replace(ID, self.id.as_deref().unwrap_or(ID));
        let url = Url::parse(&text).ok().filter(is_private);
        url.ok_or_else(|| {
            Error::failed(format!("Nothing was sent to {}: a token goes over https only.", text::safe(&text)))
                .hint("Mend the address in the platform's own configuration.")
        })
    }
}

/// True where nobody on the way reads along: TLS, or this machine itself.
fn is_private(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback)
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
    }
}

/// `host` or `host:port`, safe to show.
fn host(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    text::safe(&format!("{}{port}", url.host_str().unwrap_or_default())).into_owned()
}

/// True for what can stand in an address as it is.
pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// A text of an answer's object.
pub(super) fn member(answer: &Response, name: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(answer.body.expose()).ok()?;
    json[name].as_str().map(str::to_owned)
}

pub(super) fn no_answer(asked: &str) -> Error {
    Error::failed(format!("{asked} answered something else than what its documentation says."))
        .hint("Look at the platform whether anything was changed.")
}

fn refused(url: &Url, answer: &Response, call: &Call) -> Error {
    let host = host(url);
    let secrets = call.secrets();
    let words = member(answer, "error").or_else(|| member(answer, "message")).unwrap_or_default();
    let said = mask::said(words.as_bytes(), &secrets.iter().collect::<Vec<_>>());
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    match answer.status {
        401 | 403 => {
            Error::new(Kind::Refused, format!("{host} refused the token (status {}){said}.", answer.status))
                .hint(call.log_in)
        }
        status => Error::failed(format!("{host} did not take it (status {status}){said}."))
            .hint("Nothing after it was sent."),
    }
}

fn unreached(host: &str, failure: &TransportError) -> Error {
    let why = match failure {
        TransportError::Unreachable(words)
        | TransportError::TlsUntrusted(words)
        | TransportError::ProxyAuthRequired(words)
        | TransportError::Protocol(words)
        | TransportError::Setup(words) => words.as_str(),
        TransportError::PlainHttpServer => "It talks plain http, and https was asked.",
    };
    Error::new(Kind::Unreachable, format!("Could not reach {host}.")).hint(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_tls_or_stays_on_this_machine() {
        let table = [
            ("https://api.example/v2/", true),
            ("http://127.0.0.1:80/", true),
            ("http://[::1]/", true),
            ("http://localhost:1/", true),
            ("http://api.example/", false),
            ("http://127.0.0.1.example/", false),
            ("ftp://127.0.0.1/", false),
        ];
        for (url, is_good) in table {
            assert_eq!(is_private(&Url::parse(url).unwrap()), is_good, "{url}");
        }
    }
}
