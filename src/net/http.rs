//! [`Transport`] over the network.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, redirect, retry};
use tokio::time::{Instant, timeout_at};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::certificates::{self, Certificates, ClientCertificate};
use super::failure::{Asked, NoSuchHost};
use super::names::Names;
use super::proxy::{Proxies, Proxy};
use super::tls;
use super::transport::{
    Authorization, BODY_LIMIT, Body, Method, Request, Response, Transport, TransportError,
};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::settings::network::NetworkSettings;
use crate::text;

/// How long a server may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands.
    pub connect: Duration,
    /// For one request as a whole, connection and body included.
    pub request: Duration,
}

/// The ways to all registries. What they have in common is made once, when it is first needed.
pub struct Network {
    settings: NetworkSettings,
    limits: Limits,
    names: Names,
    common: OnceLock<Result<Common, TransportError>>,
}

/// What registries without certificates of their own share.
#[derive(Clone)]
struct Common {
    client: Client,
    proxies: Proxies,
}

/// The way to one registry, and to the token server that it names.
pub struct Http {
    registry: Url,
    /// Shows the client certificate, if there is one.
    to_registry: Client,
    /// Never shows it.
    to_others: Client,
    proxies: Proxies,
    /// What may explain that a certificate is not trusted.
    notes: Vec<String>,
    limits: Limits,
    names: Names,
}

/// A proxy's address may hold a password.
impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Network {
    /// The network as this machine is set up for it, with the patience that a person chose. Nothing is read yet.
    pub fn of(settings: &Settings) -> Self {
        let chosen = &settings.preferences.network;
        let limits = Limits { connect: chosen.connect_timeout, request: chosen.request_timeout };
        Self::new(&settings.network, limits)
    }

    /// The network as this machine is set up for it. Nothing is read yet.
    pub fn new(settings: &NetworkSettings, limits: Limits) -> Self {
        Self { settings: settings.clone(), limits, names: Names::new(look_up), common: OnceLock::new() }
    }

    /// Prepares the way to a registry: reads its certificates, asks nobody.
    ///
    /// The authorities of the registry's folder count for its token server too, as in docker and podman; the client
    /// certificate is shown to the registry's host and port alone.
    ///
    /// # Errors
    /// [`TransportError::Setup`]: a certificate cannot be used, or would be shown to a proxy that talks TLS itself; a proxy's
    /// address is none; the system has no authorities.
    pub fn client_for(&self, registry: &Url) -> Result<Http, TransportError> {
        let Common { client: common, proxies } = self.common.get_or_init(|| self.common()).clone()?;
        let Certificates { authorities, client, notes } =
            certificates::load(&self.settings.certificates, registry)?;
        if client.is_some() && proxies.of(registry).is_some_and(Proxy::wants_tls) {
            let host = shown(registry);
            return Err(TransportError::Setup(format!(
                "The client certificate of {host} would be shown to the proxy as well. Name the proxy with http://."
            )));
        }
        let connect = |certificate: Option<&ClientCertificate>| {
            build(tls::config(&authorities, certificate)?, &proxies, self.limits, &self.names)
        };
        let to_others = if authorities.is_empty() { common } else { connect(None)? };
        let to_registry = if client.is_some() { connect(client.as_ref())? } else { to_others.clone() };
        let (registry, names) = (registry.clone(), self.names.clone());
        Ok(Http { registry, to_registry, to_others, proxies, notes, limits: self.limits, names })
    }

    /// Reads the system's authorities, which takes some milliseconds.
    fn common(&self) -> Result<Common, TransportError> {
        let proxies = Proxies::new(&self.settings.proxies)?;
        let client = build(tls::config(&[], None)?, &proxies, self.limits, &self.names)?;
        Ok(Common { client, proxies })
    }
}

impl Http {
    fn client(&self, url: &Url) -> &Client {
        let is_registry = url.host_str().map(without_dot) == self.registry.host_str().map(without_dot)
            && url.port_or_known_default() == self.registry.port_or_known_default();
        if is_registry { &self.to_registry } else { &self.to_others }
    }
}

impl Transport for Http {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let url = &request.url;
        let proxy = self.proxies.of(url).map(|proxy| proxy.shown.clone());
        let asked = Asked { host: shown(url), proxy };
        let built = built(self.client(url), &request)?;
        let deadline = Instant::now() + self.limits.request;
        let failed = |error: reqwest::Error| asked.failure(&error, &self.notes);
        let late = |what: &str| {
            let seconds = self.limits.request.as_secs_f32();
            TransportError::Unreachable(format!("{} {what} within {seconds} s.", asked.host))
        };
        let sent = timeout_at(deadline, self.client(url).execute(built)).await;
        let mut answer = sent.map_err(|_| late("did not answer"))?.map_err(failed)?;
        let status = answer.status().as_u16();
        if status == 407 && asked.proxy.is_some() && url.scheme() == "http" {
            return Err(asked.proxy_wants_login());
        }
        let headers = answer.headers().iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let headers = headers.collect();
        let read = timeout_at(deadline, body(&mut answer)).await;
        let (body, is_cut) =
            read.map_err(|_| late("began to answer, but did not finish"))?.map_err(failed)?;
        Ok(Response { status, headers, body, is_cut, proxy: asked.proxy })
    }

    async fn resolve(&self, host: &str) -> Vec<IpAddr> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        self.names.settled(bare, self.limits.connect).await
    }
}

fn build(
    tls: rustls::ClientConfig,
    proxies: &Proxies,
    limits: Limits,
    names: &Names,
) -> Result<Client, TransportError> {
    let proxies = proxies.clone();
    let address = |proxy: &Proxy| proxy.address.expose_text().map(str::to_owned);
    Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .proxy(reqwest::Proxy::custom(move |url| proxies.of(url).and_then(address)))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .http1_only()
        .user_agent(concat!("pullpass/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .dns_resolver(Arc::new(names.clone()))
        .build()
        .map_err(|error| TransportError::Setup(format!("Could not set HTTP up: {error}.")))
}

/// The request as the library sends it.
fn built(client: &Client, request: &Request) -> Result<reqwest::Request, TransportError> {
    let url = &request.url;
    // The library would turn it into a password of its own, past every rule.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TransportError::Setup(format!(
            "The address of {} holds a login, and is not asked.",
            shown(url)
        )));
    }
    let method = match request.method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
    };
    let mut builder = client.request(method, url.clone());
    if let Some(value) = authorization(&request.authorization)? {
        builder = builder.header(AUTHORIZATION, value);
    }
    if !request.accept.is_empty() {
        builder = builder.header(ACCEPT, request.accept);
    }
    for (name, value) in &request.headers {
        builder = builder.header(*name, sensitive(value.expose())?);
    }
    builder = match &request.body {
        Body::Empty => builder,
        Body::Form(fields) => {
            builder.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form(fields))
        }
        Body::Text { content_type, bytes } => {
            builder.header(CONTENT_TYPE, *content_type).body(bytes.expose().to_vec())
        }
    };
    builder
        .build()
        .map_err(|_| TransportError::Setup(format!("The address of {} cannot be asked.", shown(url))))
}

/// The value of the `Authorization` header.
fn authorization(authorization: &Authorization) -> Result<Option<HeaderValue>, TransportError> {
    let text = match authorization {
        Authorization::Anonymous => return Ok(None),
        Authorization::Basic { username, password } => {
            let pair = Zeroizing::new([username.expose(), b":", password.expose()].concat());
            let encoded = Zeroizing::new(STANDARD.encode(&pair));
            Zeroizing::new([b"Basic ", encoded.as_bytes()].concat())
        }
        Authorization::Bearer(token) => Zeroizing::new([b"Bearer ", token.expose()].concat()),
    };
    sensitive(&text).map(Some)
}

/// A header's value, marked so that the library never shows it.
fn sensitive(text: &[u8]) -> Result<HeaderValue, TransportError> {
    let mut value = HeaderValue::from_bytes(text)
        .map_err(|_| TransportError::Setup("The token holds characters that no request can carry.".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

fn form(fields: &[(&'static str, Secret)]) -> Vec<u8> {
    // Three times is the most that it can grow; no half-written copy stays behind.
    let most = fields.iter().map(|(name, value)| name.len() + 3 * value.len() + 2).sum();
    let mut text = String::with_capacity(most);
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        text.extend(form_urlencoded::byte_serialize(value.expose()));
    }
    text.into_bytes()
}

/// The body up to [`BODY_LIMIT`], and whether there was more. What is left is never taken off the network.
async fn body(answer: &mut reqwest::Response) -> reqwest::Result<(Secret, bool)> {
    // In one piece from the start: it may hold a token.
    let mut bytes = Zeroizing::new(Vec::with_capacity(BODY_LIMIT));
    while let Some(chunk) = answer.chunk().await? {
        let room = BODY_LIMIT - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok((Secret::new(std::mem::take(&mut bytes)), true));
        }
    }
    Ok((Secret::new(std::mem::take(&mut bytes)), false))
}

/// The addresses of a name as this machine knows it.
fn look_up(name: String) -> BoxFuture<'static, Vec<IpAddr>> {
    async move {
        let found = tokio::net::lookup_host((name, 0)).await;
        found.into_iter().flatten().map(|address| address.ip()).collect()
    }
    .boxed()
}

/// A connection goes where the policy looked. A name without an address is an error that can be told from others.
impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let found = names.addresses(name.as_str()).await;
            if found.is_empty() {
                return Err(NoSuchHost.into());
            }
            Ok(Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

fn without_dot(host: &str) -> &str {
    host.trim_end_matches('.')
}

/// `host` or `host:port`.
fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    text::safe(&format!("{}{port}", url.host_str().unwrap_or_default())).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;
    use crate::net::names::tests::rebinding;

    #[test]
    fn what_proves_who_asks_is_never_shown() {
        let secret = |text: &str| Secret::from_text(text.into());
        let basic = Authorization::Basic { username: secret("jane"), password: secret("hunter2") };
        for one in [basic, Authorization::Bearer(secret("hunter2"))] {
            let value = authorization(&one).unwrap().unwrap();
            assert_eq!(format!("{value:?}"), "Sensitive");
        }
    }

    #[test]
    fn a_server_may_take_as_long_as_the_settings_say() {
        let mut settings = Settings::from_environment(|_| None);
        let usual = Limits { connect: Duration::from_secs(10), request: Duration::from_secs(15) };
        assert_eq!(Network::of(&settings).limits, usual);
        settings.preferences.network.connect_timeout = Duration::from_secs(1);
        settings.preferences.network.request_timeout = Duration::from_secs(2);
        let chosen = Limits { connect: Duration::from_secs(1), request: Duration::from_secs(2) };
        assert_eq!(Network::of(&settings).limits, chosen);
    }

    #[test]
    fn a_request_goes_to_the_address_that_was_judged() {
        let server = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url =
            Url::parse(&format!("http://auth.test:{}/token", server.local_addr().unwrap().port())).unwrap();
        let answering = std::thread::spawn(move || {
            let (mut peer, _) = server.accept().unwrap();
            let _asked = peer.read(&mut [0; 1024]).unwrap();
            peer.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").unwrap();
        });
        // Nothing listens at the second address.
        let names = rebinding(&["127.0.0.1", "127.0.0.2"]);
        let limits = Limits { connect: Duration::from_secs(10), request: Duration::from_secs(15) };
        let network = Network { names, ..Network::new(&NetworkSettings::default(), limits) };
        let way = network.client_for(&url).unwrap();
        let request = Request {
            method: Method::Get,
            url,
            authorization: Authorization::Anonymous,
            accept: "",
            headers: Vec::new(),
            body: Body::Empty,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (judged, answer) = runtime.block_on(async {
            let judged = Transport::resolve(&way, "auth.test").await;
            (judged, way.send(request).await)
        });
        assert_eq!((judged, answer.unwrap().status), (vec![IpAddr::from([127, 0, 0, 1])], 204));
        answering.join().unwrap();
    }

    #[test]
    fn a_form_is_written_without_growing() {
        let form_of =
            |value: &[u8]| form(&[("a", Secret::new(value.to_vec())), ("b", Secret::new(Vec::new()))]);
        assert_eq!(form_of(b"x y&\xff"), b"a=x+y%26%FF&b=");
        let all_escaped = form_of(&[0xff; 50]);
        assert_eq!(all_escaped.capacity(), 2 + 150 + 1 + 2 + 1);
    }
}
