//! Which proxy carries a request, by docker's rules.
//!
//! Source: Go's `golang.org/x/net/http/httpproxy`, which docker, podman and containerd use. `ALL_PROXY` is curl's.

use std::net::IpAddr;

use url::{Host, Url};

use super::transport::TransportError;
use crate::secret::Secret;
use crate::settings::network::ProxySettings;
use crate::text;

/// What a proxy's address may begin with; without any of these it is an http proxy.
const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];

/// The proxies of a machine and their exceptions.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exceptions: Vec<Exception>,
}

/// One proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Its address without user name and password, safe to show.
    pub shown: String,
    /// Its whole address.
    pub address: Secret,
}

/// One item of `NO_PROXY`, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Exception {
    /// `*`
    Everyone,
    /// `10.0.0.0/8`: an address and how many of its bits count.
    Network(IpAddr, u32),
    /// `10.0.0.1` or `10.0.0.1:5000`
    Address(IpAddr, Option<u16>),
    /// `example.com`, or with a port: this host and all below it. `.example.com` and `*.example.com`: those below only.
    Name { name: String, below_only: bool, port: Option<u16> },
}

impl Proxies {
    /// Reads the variables.
    ///
    /// # Errors
    /// A variable holds no address. Its text is not in the words, since it may hold a password.
    pub fn new(settings: &ProxySettings) -> Result<Self, TransportError> {
        let either = |name, own: &Option<Secret>| match (own, &settings.all) {
            (Some(own), _) => Proxy::new(name, own).map(Some),
            (None, Some(all)) => Proxy::new("ALL_PROXY", all).map(Some),
            (None, None) => Ok(None),
        };
        Ok(Self {
            http: either("HTTP_PROXY", &settings.http)?,
            https: either("HTTPS_PROXY", &settings.https)?,
            exceptions: settings.exceptions.split(',').filter_map(exception).collect(),
        })
    }

    /// The proxy for an address; none for this machine itself, as in docker, nor for its metadata service.
    pub fn of(&self, url: &Url) -> Option<&Proxy> {
        let proxy = match url.scheme() {
            "http" => self.http.as_ref(),
            "https" => self.https.as_ref(),
            _ => None,
        }?;
        let host = url.host()?;
        let port = url.port_or_known_default();
        let is_direct = is_this_machine(&host)
            || address(&host).is_some_and(is_link_local)
            || self.exceptions.iter().any(|one| one.covers(&host, port));
        (!is_direct).then_some(proxy)
    }
}

impl Proxy {
    /// True where the connection to the proxy itself is TLS, and so could ask who we are.
    pub fn wants_tls(&self) -> bool {
        self.shown.starts_with("https://")
    }

    fn new(variable: &str, address: &Secret) -> Result<Self, TransportError> {
        let wrong = || {
            let known = SCHEMES.join("://, ");
            TransportError::Setup(format!(
                "{variable} is no address of a proxy. Write it as host:port, or with one of {known}:// before it."
            ))
        };
        let typed = address.expose_text().ok_or_else(wrong)?.trim();
        let whole = if typed.contains("://") { typed.to_owned() } else { format!("http://{typed}") };
        let url = Url::parse(&whole).map_err(|_| wrong())?;
        let host = url.host_str().filter(|_| SCHEMES.contains(&url.scheme())).ok_or_else(wrong)?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let shown = text::safe(&format!("{}://{host}{port}", url.scheme())).into_owned();
        Ok(Self { shown, address: Secret::from_text(whole) })
    }
}

/// What a proxy calls `localhost` is another machine.
fn is_this_machine(host: &Host<&str>) -> bool {
    match address(host) {
        Some(address) => address.is_loopback(),
        None => matches!(host, Host::Domain(name) if name.trim_end_matches('.') == "localhost"),
    }
}

/// Only neighbours on the same wire are reached there: a container's or a machine's own services (Amazon has
/// `fd00:ec2::/32` for them too). A proxy would see the keys that those give, or answer with its own machine's.
fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_unicast_link_local() || matches!(address.segments(), [0xfd00, 0xec2, ..])
        }
    }
}

fn address(host: &Host<&str>) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(IpAddr::V4(*address)),
        Host::Ipv6(address) => Some(IpAddr::V6(*address).to_canonical()),
    }
}

fn exception(item: &str) -> Option<Exception> {
    let item = item.trim().to_lowercase();
    if item == "*" {
        return Some(Exception::Everyone);
    }
    if let Some((network, bits)) = item.split_once('/') {
        let network: IpAddr = network.parse().ok()?;
        return Some(Exception::Network(network, bits.parse().ok()?));
    }
    let bare = item.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse() {
        return Some(Exception::Address(address, None));
    }
    let (name, port) = match item.rsplit_once(':') {
        Some((name, port)) => (name, Some(port.parse().ok()?)),
        None => (item.as_str(), None),
    };
    if let Ok(address) = name.trim_start_matches('[').trim_end_matches(']').parse() {
        return Some(Exception::Address(address, port));
    }
    let tail = name.strip_prefix('*').unwrap_or(name);
    let below_only = tail.starts_with('.');
    let name = tail.trim_matches('.').to_owned();
    (!name.is_empty()).then_some(Exception::Name { name, below_only, port })
}

impl Exception {
    fn covers(&self, host: &Host<&str>, port: Option<u16>) -> bool {
        let same_port = |wanted: &Option<u16>| wanted.is_none() || *wanted == port;
        match (self, host, address(host)) {
            (Self::Everyone, ..) => true,
            (Self::Network(network, bits), _, Some(address)) => is_in(address, *network, *bits),
            (Self::Address(known, wanted), _, Some(address)) => *known == address && same_port(wanted),
            (Self::Name { name, below_only, port: wanted }, Host::Domain(host), _) => {
                let before = host.trim_end_matches('.').strip_suffix(name.as_str());
                let is_match =
                    before.is_some_and(|before| (before.is_empty() && !below_only) || before.ends_with('.'));
                is_match && same_port(wanted)
            }
            _ => false,
        }
    }
}

fn is_in(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let same = |difference: u128, width: u32| {
        bits <= width && difference.checked_shr(width - bits).unwrap_or_default() == 0
    };
    match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => same(u128::from(one.to_bits() ^ other.to_bits()), 32),
        (IpAddr::V6(one), IpAddr::V6(other)) => same(one.to_bits() ^ other.to_bits(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(http: &str, https: &str, all: &str, exceptions: &str) -> Proxies {
        let set = |text: &str| (!text.is_empty()).then(|| Secret::from_text(text.into()));
        let exceptions = exceptions.to_owned();
        Proxies::new(&ProxySettings { http: set(http), https: set(https), all: set(all), exceptions })
            .unwrap()
    }

    fn shown(proxies: &Proxies, url: &str) -> Option<String> {
        proxies.of(&Url::parse(url).unwrap()).map(|proxy| proxy.shown.clone())
    }

    #[test]
    fn each_scheme_has_its_variable_and_all_proxy_fills_the_gaps() {
        let table = [
            ("", "", "", None, None),
            ("a:1", "", "", Some("http://a:1"), None),
            ("", "b:2", "", None, Some("http://b:2")),
            ("a:1", "", "socks5://c:3", Some("http://a:1"), Some("socks5://c:3")),
        ];
        for (http, https, all, plain, secure) in table {
            let proxies = proxies(http, https, all, "");
            assert_eq!(shown(&proxies, "http://r.example/").as_deref(), plain, "{http} {https} {all}");
            assert_eq!(shown(&proxies, "https://r.example/").as_deref(), secure, "{http} {https} {all}");
        }
    }

    #[test]
    fn what_is_shown_holds_no_login() {
        for written in ["http://user:hunter2@proxy:3128/hunter2?hunter2", "user:hunter2@proxy:3128"] {
            let proxies = proxies("", written, "", "");
            assert_eq!(shown(&proxies, "https://r.example/").as_deref(), Some("http://proxy:3128"));
            assert!(!format!("{proxies:?}").contains("hunter2"), "{proxies:?}");
        }
    }

    #[test]
    fn a_variable_that_is_no_address_is_refused_without_its_text() {
        for wrong in
            ["ftp://u:hunter2@proxy", "http://", "http://u:hunter2@pro xy", "://hunter2", "direct://"]
        {
            let settings = ProxySettings { all: Some(Secret::from_text(wrong.into())), ..Default::default() };
            let Err(TransportError::Setup(words)) = Proxies::new(&settings) else {
                panic!("{wrong} was taken")
            };
            assert!(words.starts_with("ALL_PROXY") && !words.contains("hunter2"), "{words}");
        }
    }

    #[test]
    fn exceptions_are_gos() {
        let table = [
            ("", "https://r.example/", true),
            ("*", "https://r.example/", false),
            ("r.example", "https://r.example/", false),
            ("R.Example ,x", "https://r.example./", false),
            ("example", "https://r.example/", false),
            ("x.example", "https://r.example/", true),
            ("ample", "https://r.example/", true),
            (".example", "https://r.example/", false),
            (".r.example", "https://r.example/", true),
            ("*.example", "https://r.example/", false),
            ("*.r.example", "https://r.example/", true),
            ("r.example:443", "https://r.example/", false),
            ("r.example:444", "https://r.example/", true),
            ("r.example:444", "https://r.example:444/", false),
            ("10.1.2.3", "https://10.1.2.3/", false),
            ("10.1.2.3:5000", "https://10.1.2.3:5000/", false),
            ("10.1.2.3:5000", "https://10.1.2.3/", true),
            ("10.0.0.0/8", "https://10.1.2.3/", false),
            ("10.0.0.0/16", "https://10.1.2.3/", true),
            ("0.0.0.0/0", "https://10.1.2.3/", false),
            ("10.0.0.0/99", "https://10.1.2.3/", true),
            ("10.0.0.0/8", "https://[fd00::1]/", true),
            ("fd00::/8", "https://[fd00::1]/", false),
            ("::/0", "https://[fd00::1]/", false),
            ("[fd00::1]", "https://[fd00::1]/", false),
            ("[fd00::1]:5000", "https://[fd00::1]:5000/", false),
            ("10.0.0.0/8", "https://r.example/", true),
        ];
        for (exceptions, url, is_used) in table {
            let proxies = proxies("", "proxy:1", "", exceptions);
            assert_eq!(shown(&proxies, url).is_some(), is_used, "{exceptions} {url}");
        }
    }

    #[test]
    fn what_gives_keys_to_its_neighbours_is_never_asked_through_a_proxy() {
        let proxies = proxies("proxy:1", "", "", "");
        let of = |address: &str| shown(&proxies, &format!("http://{address}/")).is_some();
        for address in ["169.254.169.254", "169.254.170.2", "[fd00:ec2::254]", "[fe80::1]"] {
            assert!(!of(address), "{address}");
        }
        for address in ["169.255.0.1", "[fd00:ec3::1]", "[fd00::ec2]"] {
            assert!(of(address), "{address}");
        }
    }

    #[test]
    fn this_machine_is_never_asked_for_through_a_proxy() {
        let proxies = proxies("", "", "proxy:1", "");
        for host in
            ["localhost", "localhost.", "127.0.0.1:5000", "127.9.9.9", "[::1]:5000", "[::ffff:127.0.0.1]"]
        {
            assert_eq!(shown(&proxies, &format!("https://{host}/")), None, "{host}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_exceptions_are_read(
            exceptions in "([0-9a-z.:/*\\[\\], ]|\\PC){0,40}",
            host in "(10\\.1\\.2\\.3|\\[fd00::1\\]|[a-z.]{1,9})",
        ) {
            let proxies = proxies("", "proxy:1", "", &exceptions);
            if let Ok(url) = Url::parse(&format!("https://{host}/")) {
                proxies.of(&url);
            }
        }
    }
}
