//! Requests, with words for what does not come back.

use std::time::Duration;

use tokio::time::timeout;
use url::Url;

use super::error::Cause;
use crate::net::transport::{Request, Response, Transport, TransportError};
use crate::text;

/// Sends one request. An answer that was cut short is none.
pub async fn once<T: Transport>(transport: &T, request: Request) -> Result<Response, Cause> {
    let asked = host(&request.url);
    match transport.send(request).await {
        Ok(answer) if answer.is_cut => Err(Cause::BadAnswer { asked, what: "its answer has no end" }),
        Ok(answer) => Ok(answer),
        Err(failure) => Err(Cause::Network { asked, failure }),
    }
}

/// As [`once`], for a server so near that it answers at once if it is there.
pub async fn near<T: Transport>(transport: &T, request: Request, limit: Duration) -> Result<Response, Cause> {
    let asked = host(&request.url);
    let late = |_| {
        let words = format!("It did not answer within {} s.", limit.as_secs());
        Cause::Network { asked, failure: TransportError::Unreachable(words) }
    };
    timeout(limit, once(transport, request)).await.map_err(late)?
}

/// Asks one address after the other until one can be reached; the error is the last one's.
pub async fn first_reachable<T: Transport>(
    transport: &T,
    addresses: &[Url],
    request: impl Fn(Url) -> Request,
) -> Result<(Url, Response), Cause> {
    let mut last = Err(Cause::NotTold { what: "the address of an API", setting: "region" });
    for url in addresses {
        last = once(transport, request(url.clone())).await.map(|answer| (url.clone(), answer));
        let is_away =
            |cause: &Cause| matches!(cause, Cause::Network { failure: TransportError::Unreachable(_), .. });
        if !last.as_ref().is_err_and(is_away) {
            break;
        }
    }
    last
}

/// The address of an API that somebody wrote into a setting.
pub fn address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// `host` or `host:port`, safe to show. Never the whole address: its path may hold a secret.
pub fn host(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    text::safe(&format!("{}{port}", url.host_str().unwrap_or_default())).into_owned()
}
