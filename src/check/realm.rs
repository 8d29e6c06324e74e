//! May a password go there? The `realm` of a challenge is an address that the registry chose, and sending a login to
//! whatever it names is the flaw of CVE-2026-24845, -33540, -33990 and -48978. What is judged is the parsed address,
//! and only that one may be sent to.

mod pairs;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// What the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The login may go there.
    Allow,
    /// Only if the person says so for this pair.
    Ask,
    /// Never.
    Deny,
}

impl Decision {
    /// The identifier in tests.
    pub fn code(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Ask => "ask",
            Self::Deny => "deny",
        }
    }
}

macro_rules! reasons {
    ($($variant:ident $decision:ident $code:literal $words:literal)*) => {
        /// Why the policy says so.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason {
            $(#[doc = concat!("It ", $words, ".")] $variant,)*
        }

        impl Reason {
            /// Every reason there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What follows from it.
            pub fn decision(self) -> Decision {
                match self { $(Self::$variant => Decision::$decision,)* }
            }

            /// The identifier in the JSON output.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The reason as the rest of a sentence whose subject is the address.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }
    };
}

reasons! {
    SameOrigin Allow "same_origin" "is the registry itself"
    Relative Allow "relative_resolved_same_origin" "is a path on the registry itself"
    KnownPair Allow "known_pair" "is known to be the token service of this registry"
    SameHostOtherPort Ask "same_host_other_port" "is another port of the same host"
    SameSite Ask "same_site_other_host" "is another host of the same site"
    CrossSite Ask "cross_site" "is a host of somebody else, as far as its name tells"
    Empty Deny "empty" "is empty"
    Unparsable Deny "unparsable" "is no address"
    Scheme Deny "scheme" "is not an https address"
    Userinfo Deny "userinfo" "has a user name in it, which hides its host"
    Downgrade Deny "downgrade" "is plain http, and the registry is not"
    IpLiteral Deny "ip_literal" "is a bare IP address other than the registry's"
    LocalName Deny "local_name" "is this machine"
    Sibling Deny "multi_tenant_sibling" "is another customer's host at the same provider"
}

/// The policy's answer for one realm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Why, and with it what.
    pub reason: Reason,
    /// The parsed address; `None` where there is none.
    pub url: Option<Url>,
}

/// Judges the realm of a challenge. `registry` is the address whose answer named it; a relative realm is a path there.
pub fn judge(registry: &Url, realm: &str) -> Judged {
    // `join("")` would be the registry itself.
    if realm.trim_matches(|c: char| c <= ' ').is_empty() {
        return Judged { reason: Reason::Empty, url: None };
    }
    match registry.join(realm) {
        Ok(url) => Judged { reason: reason(registry, &url, realm), url: Some(url) },
        Err(_) => Judged { reason: Reason::Unparsable, url: None },
    }
}

fn reason(registry: &Url, url: &Url, realm: &str) -> Reason {
    let (Some(from), Some(to)) = (host(registry), host(url)) else {
        return if is_http(url) { Reason::Unparsable } else { Reason::Scheme };
    };
    let same_host = from == to;
    let same_origin = same_host && origin_key(registry) == origin_key(url);
    let names_itself = || Url::parse(realm).is_ok_and(|own| origin(&own) == origin(url));
    match () {
        () if !is_http(url) => Reason::Scheme,
        () if !url.username().is_empty() || url.password().is_some() => Reason::Userinfo,
        () if registry.scheme() == "https" && url.scheme() == "http" => Reason::Downgrade,
        () if same_origin && names_itself() => Reason::SameOrigin,
        () if same_origin => Reason::Relative,
        () if same_host => Reason::SameHostOtherPort,
        () if matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))) => Reason::IpLiteral,
        () if is_local_name(&to) => Reason::LocalName,
        () if is_default_https(registry) && is_default_https(url) && pairs::is_known(&from, &to) => {
            Reason::KnownPair
        }
        () if pairs::are_siblings(&from, &to) => Reason::Sibling,
        () if pairs::are_one_site(&from, &to) => Reason::SameSite,
        () => Reason::CrossSite,
    }
}

/// Scheme, host and port as one text, for remembering and showing: the host in ASCII, without a trailing dot.
pub fn origin(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), host(url).unwrap_or_default())
}

/// True for an address that a public name must not stand for: this machine, its own network, or no host at all.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            // 100.64.0.0/10 is a provider's inner network (RFC 6598).
            v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || a == 0
                || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(v6) => {
            // fec0::/10 was what fc00::/7 is now (RFC 3879); 64:ff9b:1::/48 is a network's own NAT64 (RFC 8215).
            let is_old_local = v6.segments()[0] & 0xffc0 == 0xfec0;
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                || is_old_local
                || v6.segments().starts_with(&[0x64, 0xff9b, 1])
                || inner(v6).is_some_and(|v4| is_private(IpAddr::V4(v4)))
        }
    }
}

/// The IPv4 address to which an IPv6 one leads: compatible and mapped (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052),
/// 6to4 (RFC 3056).
fn inner(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    match v6.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    }
}

/// True for an address of this machine, by name or by number.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(v4)) => v4.is_loopback(),
        Some(Host::Ipv6(v6)) => v6.is_loopback(),
        Some(Host::Domain(_)) => host(url).is_some_and(|name| is_local_name(&name)),
        None => false,
    }
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "http")
}

fn is_default_https(url: &Url) -> bool {
    url.scheme() == "https" && url.port_or_known_default() == Some(443)
}

fn is_local_name(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

fn host(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let host = host.strip_suffix('.').unwrap_or(host);
    (!host.is_empty()).then(|| host.to_owned())
}

fn origin_key(url: &Url) -> (&str, Option<u16>) {
    (url.scheme(), url.port_or_known_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reason_of(registry: &str, realm: &str) -> Reason {
        judge(&Url::parse(registry).unwrap(), realm).reason
    }

    #[test]
    fn each_reason_has_its_realm() {
        let corp = "https://registry.corp.example/v2/";
        let table = [
            (corp, "https://registry.corp.example/token", Reason::SameOrigin),
            (corp, "https://REGISTRY.corp.example.:443/token", Reason::SameOrigin),
            (corp, "//registry.corp.example/token", Reason::Relative),
            (corp, "Registry Realm", Reason::Relative),
            (corp, "  \t", Reason::Empty),
            (corp, "https://", Reason::Unparsable),
            (corp, "javascript:alert(1)", Reason::Scheme),
            (corp, "https://u:p@registry.corp.example/token", Reason::Userinfo),
            (corp, "http://auth.corp.example/token", Reason::Downgrade),
            (corp, "https://[::1]/token", Reason::IpLiteral),
            (corp, "https://[::ffff:10.0.0.1]/token", Reason::IpLiteral),
            (corp, "https://localhost./token", Reason::LocalName),
            (corp, "https://auth.corp.example/token", Reason::SameSite),
            (corp, "https://corp.example/token", Reason::SameSite),
            ("https://registry.acme.co.uk", "https://auth.other.co.uk/token", Reason::CrossSite),
            ("https://registry.acme.co.uk", "https://auth.acme.co.uk/token", Reason::SameSite),
            ("https://registry-1.docker.io", "https://auth.docker.io/token", Reason::KnownPair),
            ("https://registry-1.docker.io", "https://auth.docker.io:8443/token", Reason::SameSite),
            ("https://registry-1.docker.io:5000", "https://auth.docker.io/token", Reason::SameSite),
            ("https://registry.gitlab.com", "https://auth.docker.io/token", Reason::CrossSite),
            ("https://registry.gitlab.com", "https://gitlab.com/jwt/auth", Reason::KnownPair),
            ("https://rg.fr-par.scw.cloud", "https://api.scaleway.com/x", Reason::KnownPair),
            ("https://rg.evil.fr-par.scw.cloud", "https://api.scaleway.com/x", Reason::CrossSite),
            ("https://a.azurecr.io", "https://b.azurecr.io/oauth2/token", Reason::Sibling),
            ("https://a.azurecr.io", "https://azurecr.io/oauth2/token", Reason::Sibling),
            (
                "https://registry.cn-x.aliyuncs.com",
                "https://dockerauth-vpc.cn-y.aliyuncs.com/",
                Reason::KnownPair,
            ),
            (
                "https://registry.cn-x.aliyuncs.com",
                "https://dockerauth-evil.cn-y.aliyuncs.com/",
                Reason::Sibling,
            ),
            ("https://registry.cn-x.aliyuncs.com", "https://dockerauth.cn-.aliyuncs.com/", Reason::Sibling),
            ("http://localhost:5000", "http://localhost:5000/token", Reason::SameOrigin),
            ("http://localhost:5000", "https://auth.example/token", Reason::CrossSite),
            ("http://localhost:5000", "http://127.0.0.1:5000/token", Reason::IpLiteral),
            ("https://10.1.2.3", "https://10.1.2.3:8443/token", Reason::SameHostOtherPort),
        ];
        for (registry, realm, expected) in table {
            assert_eq!(reason_of(registry, realm), expected, "{registry} {realm}");
        }
    }

    #[test]
    fn inner_addresses_are_private() {
        let private = [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "::",
            "fec0::1",
            "::10.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:0:10.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::8.8.8.8",
            "2002:7f00:1::",
            "2002:c0a8:101::5",
        ];
        for address in private {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
        let public = ["8.8.8.8", "2606:4700::1", "172.32.0.1", "100.128.0.1"];
        let public_inside = ["::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"];
        for address in public.into_iter().chain(public_inside) {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn an_origin_is_in_ascii_and_without_its_default_port() {
        let table = [
            ("https://Auth.example.:443/x?y", "https://auth.example"),
            ("https://régistre.example:8443/", "https://xn--rgistre-bya.example:8443"),
            ("http://[::1]:5000/", "http://[::1]:5000"),
        ];
        for (url, expected) in table {
            assert_eq!(origin(&Url::parse(url).unwrap()), expected);
        }
    }

    proptest! {
        /// Whatever a realm looks like, a login goes without a question to the registry itself or to a listed host.
        #[test]
        fn only_the_own_origin_or_a_pair_is_allowed(realm in "(https?:|//|\\\\|[a-z.@:/%0-9。]|registry.corp.example){0,12}") {
            let registry = Url::parse("https://registry.corp.example/v2/").unwrap();
            let judged = judge(&registry, &realm);
            if judged.reason.decision() == Decision::Allow {
                prop_assert_eq!(origin(&judged.url.unwrap()), "https://registry.corp.example");
            }
        }
    }
}
