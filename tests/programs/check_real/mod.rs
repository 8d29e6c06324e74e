//! Checks over real connections: servers that behave in every way, real registries, and traps for passwords.

mod authority;
mod command;
mod many;
mod proxies;
mod registry;
mod screen;
pub mod server;
mod tls;
mod token_server;
mod transport;
mod traps;
mod verdicts;

use std::path::Path;
use std::time::Duration;

use pullpass::net::http::{Http, Limits, Network};
use pullpass::net::transport::{
    Authorization, Body, Method, Request, Response, Transport as _, TransportError,
};
use pullpass::secret::Secret;
use pullpass::settings::network::{CertificateFolders, NetworkSettings};
use url::Url;

use crate::support::MARKER;

/// Long enough for everything that answers at all on a busy machine.
const PATIENT: Limits = Limits { connect: Duration::from_secs(20), request: Duration::from_secs(30) };
/// For servers that never come to an end.
const HASTY: Limits = Limits { connect: Duration::from_secs(20), request: Duration::from_millis(500) };

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// The way to one registry.
fn client_for(registry: &Url, settings: &NetworkSettings, limits: Limits) -> Result<Http, TransportError> {
    Network::new(settings, limits).client_for(registry)
}

/// The way to a registry, with neither proxies nor certificates.
fn http(registry: &str, limits: Limits) -> Http {
    client_for(&url(registry), &NetworkSettings::default(), limits).unwrap()
}

/// Settings that look for certificates in one folder of docker's.
fn trusting(folder: &Path) -> NetworkSettings {
    let certificates = CertificateFolders { docker: vec![folder.into()], ..CertificateFolders::default() };
    NetworkSettings { certificates, ..NetworkSettings::default() }
}

fn get(address: &str) -> Request {
    let (method, authorization) = (Method::Get, Authorization::Anonymous);
    Request { method, url: url(address), authorization, accept: "", headers: Vec::new(), body: Body::Empty }
}

/// With the marker as the password.
fn get_with_password(address: &str) -> Request {
    let authorization = Authorization::Basic {
        username: Secret::from_text("jane".into()),
        password: Secret::from_text(MARKER.into()),
    };
    Request { authorization, ..get(address) }
}

/// Asks an address as if it were the registry itself.
async fn ask(address: &str, limits: Limits) -> Result<Response, TransportError> {
    http(address, limits).send(get(address)).await
}
