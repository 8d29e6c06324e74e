//! What is to be found out, and which host is asked.

use url::{Position, Url};

use crate::check::flow::login::Login;
use crate::check::rate_limit;
use crate::registry::image::Image;
use crate::registry::key;

/// Where Docker Hub answers (docker/cli 28f7560 `internal/registry/config.go`).
pub const HUB_HOST: &str = "registry-1.docker.io";

/// A registry and the token service that it names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RealmPair {
    /// Host and port, as [`Question::host`] has it.
    pub registry: String,
    /// Scheme, host and port, in ASCII.
    pub realm: String,
}

/// What is to be found out.
#[derive(Clone, Debug)]
pub struct Question {
    /// The registry, as a credential key or a host.
    pub registry: String,
    /// The login.
    pub login: Login,
    /// The image whose pull is to be checked; it lies in this registry.
    pub image: Option<Image>,
    /// What a person said of token services on other hosts: may the login go there?
    pub choices: Vec<(RealmPair, bool)>,
    /// The person allows plain http for this registry. This machine is always asked so, where https fails.
    pub plain_http: bool,
    /// With an image: ask also without the login, and where the image is not found, for the repository alone.
    pub thorough: bool,
    /// Without an image: ask Docker Hub how many pulls are left.
    pub rate_limit: bool,
}

impl Question {
    /// A question about one login, with nothing allowed beyond the rules.
    pub fn new(registry: &str, login: Login) -> Self {
        Self {
            registry: registry.to_owned(),
            login,
            image: None,
            choices: Vec::new(),
            plain_http: false,
            thorough: true,
            rate_limit: false,
        }
    }

    /// Host and port that will be asked; Docker Hub's own.
    pub fn host(&self) -> String {
        host_of(&self.registry)
    }

    /// The address that is asked first; `None` where the key is no registry address.
    pub fn address(&self) -> Option<Url> {
        self.base("https")
    }

    /// The address at its host with this scheme.
    pub(super) fn base(&self, scheme: &str) -> Option<Url> {
        address(scheme, &self.host())
    }

    /// The image by which Docker Hub tells how many pulls are left, where that is asked for and no other image is.
    pub(super) fn counted(&self) -> Option<Image> {
        let is_asked = self.rate_limit && self.image.is_none() && self.host() == HUB_HOST;
        if is_asked { Image::parse(rate_limit::IMAGE).ok() } else { None }
    }
}

/// The address of a host; `None` where it is none, or more than one.
fn address(scheme: &str, host: &str) -> Option<Url> {
    let url = Url::parse(&format!("{scheme}://{host}/")).ok()?;
    let is_bare = url.path() == "/" && url.username().is_empty() && url.query().is_none();
    (is_bare && url.fragment().is_none()).then_some(url)
}

/// Host and port that are asked for the registry of a credential key; in ASCII, as the name is looked up: letters that
/// look alike, and those that cannot be seen, must not hide who that is.
pub fn host_of(registry: &str) -> String {
    let host = key::hostname(registry).to_lowercase();
    match () {
        () if key::is_hub_host(&host) => HUB_HOST.to_owned(),
        () if host.bytes().all(is_plain) => host,
        () => {
            let url = address("https", &host);
            url.map_or(host, |url| url[Position::BeforeHost..Position::AfterPort].to_owned())
        }
    }
}

/// True for what stands for itself in a host, an address or a port.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte)
}
