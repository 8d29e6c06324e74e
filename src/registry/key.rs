//! Credential keys: the strings under which tools store a login, and what docker makes of them.
//!
//! Source of the rules: docker/cli 28f7560 `cli/config/credentials/file_store.go` (`ConvertToHostname`) and
//! `cli/config/configfile/file.go` (`getAuthConfigKey`).

use std::borrow::Cow;
use std::net::Ipv6Addr;

/// The key under which docker keeps its Docker Hub login, and the only one it looks up.
pub const HUB_KEY: &str = "https://index.docker.io/v1/";
/// Where docker's web login keeps its access token, beside the Hub login.
pub const HUB_ACCESS_TOKEN_KEY: &str = "https://index.docker.io/v1/access-token";
/// Where docker's web login keeps its refresh token, beside the Hub login.
pub const HUB_REFRESH_TOKEN_KEY: &str = "https://index.docker.io/v1/refresh-token";

/// An address taken apart. Nothing is decoded or lower-cased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts<'a> {
    /// `https` of `https://host`.
    pub scheme: Option<&'a str>,
    /// What stands before an `@`.
    pub userinfo: Option<&'a str>,
    /// Host name or address, without brackets.
    pub host: &'a str,
    /// The digits after the colon.
    pub port: Option<&'a str>,
    /// From the first slash on; empty without one.
    pub path: &'a str,
}

/// Takes an address apart the way people write them: scheme, user, port and path are all optional.
pub fn parts(address: &str) -> Parts<'_> {
    let (scheme, rest) = match split_scheme(address) {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, address),
    };
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let path = &tail[..tail.find(['?', '#']).unwrap_or(tail.len())];
    let (userinfo, host_port) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    let (host, port) = host_and_port(host_port);
    Parts { scheme, userinfo, host, port, path }
}

/// Nearly every key has no scheme, and `contains` knows that at a fraction of the cost.
fn split_scheme(address: &str) -> Option<(&str, &str)> {
    if address.contains("://") { address.split_once("://") } else { None }
}

/// `[::1]:5000`, `host:5000`, and the bare `::1:5000` that docker's tests know as well.
fn host_and_port(text: &str) -> (&str, Option<&str>) {
    if let Some(inner) = text.strip_prefix('[')
        && let Some((host, after)) = inner.split_once(']')
        && is_ipv6(host)
        && (after.is_empty() || after.starts_with(':'))
    {
        return (host, after.strip_prefix(':'));
    }
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || is_ipv6(host) => (host, Some(port)),
        _ => (text, None),
    }
}

/// True for an address, perhaps with a zone behind it.
fn is_ipv6(text: &str) -> bool {
    text.split('%').next().is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
}

/// `host` or `host:port` of a stored key, as docker compares keys: scheme, user and path do not count.
pub fn hostname(key: &str) -> Cow<'_, str> {
    let bare = key.split('/').next().unwrap_or(key);
    if !key.contains("://") {
        return Cow::Borrowed(bare);
    }
    let parts = parts(key);
    let wants_brackets = parts.host.contains(':') && !parts.host.starts_with('[');
    match (wants_brackets, parts.port) {
        (false, None) => Cow::Borrowed(parts.host),
        (false, Some(port)) => Cow::Owned(format!("{}:{port}", parts.host)),
        (true, None) => Cow::Owned(format!("[{}]", parts.host)),
        (true, Some(port)) => Cow::Owned(format!("[{}]:{port}", parts.host)),
    }
}

/// The key that docker looks up for a registry: Docker Hub's two names become [`HUB_KEY`].
pub fn lookup_key(registry: &str) -> &str {
    if matches!(registry, "docker.io" | "index.docker.io") { HUB_KEY } else { registry }
}

/// True for the host names that mean Docker Hub in some tool.
pub fn is_hub_host(host: &str) -> bool {
    matches!(host, "docker.io" | "index.docker.io" | "registry-1.docker.io")
}

/// True for any spelling of the Docker Hub login: the URL key, with or without its slash, or a bare name.
pub fn is_hub_key(key: &str) -> bool {
    // All of its hosts end so.
    if !key.contains("docker.io") {
        return false;
    }
    let parts = parts(key);
    parts.port.is_none()
        && is_hub_host(parts.host)
        && matches!(parts.path, "" | "/" | "/v1" | "/v1/" | "/v2" | "/v2/")
}

/// What docker's web login keeps beside the Hub login. These entries are no registries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Companion {
    /// A JSON web token for hub.docker.com.
    AccessToken,
    /// `TOKEN..CLIENTID`.
    RefreshToken,
}

/// Which web-login companion this key is, if any.
pub fn companion(key: &str) -> Option<Companion> {
    match key {
        HUB_ACCESS_TOKEN_KEY => Some(Companion::AccessToken),
        HUB_REFRESH_TOKEN_KEY => Some(Companion::RefreshToken),
        _ => None,
    }
}

/// True for a key that means less than a whole host: docker would use its login for the host all the same.
pub fn is_namespaced(key: &str) -> bool {
    !matches!(parts(key).path, "" | "/" | "/v1" | "/v1/" | "/v2" | "/v2/") && companion(key).is_none()
}

/// True for keys under which docker/hub-tool keeps its own login: no registry has such a name.
pub fn is_hub_tool_key(key: &str) -> bool {
    matches!(key, "hub-tool" | "hub-tool-token" | "hub-tool-refresh-token")
}

/// The key as people say it: `docker.io` for Docker Hub, else host, port and namespace without the scheme.
pub fn display_name(key: &str) -> Cow<'_, str> {
    if is_hub_key(key) {
        return Cow::Borrowed("docker.io");
    }
    let Some((_, rest)) = split_scheme(key) else {
        return Cow::Borrowed(key);
    };
    let rest = rest.strip_suffix("/v1/").or_else(|| rest.strip_suffix("/v2/")).unwrap_or(rest);
    let rest = rest.trim_end_matches('/');
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((_, host)) => Cow::Owned(format!("{host}{path}")),
        None if rest.is_empty() => Cow::Borrowed(key),
        None => Cow::Borrowed(rest),
    }
}

/// What is worth saying about an address that became a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// A name of Docker Hub became its key.
    HubAlias,
    /// The key belongs to docker's web login.
    WebLoginCompanion,
    /// Looks like Docker Hub, but no tool takes it for that.
    NotAHubAlias,
    /// Docker Hub's host with a port is another registry to every tool.
    HubHostWithOddPort,
    /// The name was written in another script and became its ASCII form.
    IdnConverted,
}

impl Hint {
    /// The identifier in tests and in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::HubAlias => "hub_alias",
            Self::WebLoginCompanion => "docker_oauth_helper_key",
            Self::NotAHubAlias => "not_an_alias_of_docker_hub_in_any_peer",
            Self::HubHostWithOddPort => "hub_host_with_odd_port",
            Self::IdnConverted => "idn_converted",
        }
    }
}

/// A key to store a login under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialKey {
    /// The key itself.
    pub key: String,
    /// What is worth saying about it.
    pub hint: Option<Hint>,
}

/// The text is no registry address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARegistryAddress;

/// The key to store a login under for what a person typed: host and port, lower-case, in ASCII; Docker Hub's URL for
/// any of its names. An image reference, a URL and an address with a path all become their registry.
///
/// # Errors
/// [`NotARegistryAddress`] where no host name can be found in it.
pub fn credential_key(typed: &str) -> Result<CredentialKey, NotARegistryAddress> {
    let typed = typed.trim();
    if companion(typed).is_some() {
        return Ok(CredentialKey { key: typed.to_owned(), hint: Some(Hint::WebLoginCompanion) });
    }
    let parts = parts(typed);
    let (host, converted) = ascii_host(parts.host)?;
    let port = match parts.port {
        // `name:tag`, an image reference without a registry, has letters where a port has digits.
        Some(port) if !is_port(port) => return Err(NotARegistryAddress),
        port => port,
    };
    if is_hub_host(&host) && port.is_none() {
        return Ok(CredentialKey { key: HUB_KEY.to_owned(), hint: Some(Hint::HubAlias) });
    }
    let hint = match host.as_str() {
        host if is_hub_host(host) => Some(Hint::HubHostWithOddPort),
        "registry.hub.docker.com" | "hub.docker.com" => Some(Hint::NotAHubAlias),
        _ => converted.then_some(Hint::IdnConverted),
    };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let key = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
    Ok(CredentialKey { key, hint })
}

/// The key to store a login under in podman's file for what a person typed: as [`credential_key`], but a namespace
/// stays, and Docker Hub is `docker.io` (container-libs 9869b8f `image/pkg/docker/config/config.go`, `validateKey`).
///
/// # Errors
/// [`NotARegistryAddress`] where no host name can be found in it, or the path has a tag or a digest.
pub fn containers_key(typed: &str) -> Result<CredentialKey, NotARegistryAddress> {
    let typed = typed.trim();
    let found = credential_key(typed)?;
    let key = if found.key == HUB_KEY { "docker.io".to_owned() } else { found.key };
    let path = parts(typed).path.trim_matches('/');
    if matches!(path, "" | "v1" | "v2") || companion(typed).is_some() {
        return Ok(CredentialKey { key, ..found });
    }
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b':' | b'@' | b'"' | b'\\');
    if !path.bytes().all(plain) || path.contains("//") {
        return Err(NotARegistryAddress);
    }
    Ok(CredentialKey { key: format!("{key}/{path}"), hint: found.hint })
}

/// Digits alone: Rust's own reading of a number would take a sign as well.
fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// The host in lower case and ASCII, and whether it was written in another script.
fn ascii_host(host: &str) -> Result<(String, bool), NotARegistryAddress> {
    if host.parse::<Ipv6Addr>().is_ok() {
        return Ok((host.to_ascii_lowercase(), false));
    }
    let (name, converted) = if host.is_ascii() {
        (host.to_ascii_lowercase(), false)
    } else {
        (idna::domain_to_ascii(host).map_err(|_| NotARegistryAddress)?, true)
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label =
        |label: &str| !label.is_empty() && label.trim_matches('-') == label && label.bytes().all(is_plain);
    // One dot may end the name: it means the same, but is another key.
    let labels = name.strip_suffix('.').unwrap_or(&name);
    if !labels.split('.').all(is_label) || !labels.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return Err(NotARegistryAddress);
    }
    Ok((name, converted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_however_it_is_written() {
        let whole = parts("https://user@reg.example.com:5000/team/x?y=1#z");
        assert_eq!(
            whole,
            Parts {
                scheme: Some("https"),
                userinfo: Some("user"),
                host: "reg.example.com",
                port: Some("5000"),
                path: "/team/x"
            }
        );
        assert_eq!(parts("quay.io/repo@sha256:abc").host, "quay.io");
        assert_eq!((parts("::1:6555").host, parts("::1:6555").port), ("::1", Some("6555")));
        assert_eq!((parts("fe80::1").host, parts("fe80::1").port), ("fe80::1", None));
    }

    #[test]
    fn docker_compares_keys_by_host_and_port() {
        let table = [
            ("reg.example.com", "reg.example.com"),
            ("reg.example.com/team", "reg.example.com"),
            ("http://reg.example.com/v1/", "reg.example.com"),
            ("https://user@reg.example.com", "reg.example.com"),
            ("https://[::1]:5000/v2/", "[::1]:5000"),
            ("https://[fe80::1%25eth0]:5000", "[fe80::1%25eth0]:5000"),
            ("https://[zz]:5000", "[zz]:5000"),
            ("https://reg.example.com:443", "reg.example.com:443"),
            ("", ""),
        ];
        for (key, host) in table {
            assert_eq!(hostname(key), host, "{key}");
        }
    }

    #[test]
    fn a_key_is_shown_as_people_say_it() {
        let table = [
            (HUB_KEY, "docker.io"),
            ("https://index.docker.io/v1", "docker.io"),
            ("registry-1.docker.io", "docker.io"),
            ("docker.io/library", "docker.io/library"),
            ("https://ghcr.io", "ghcr.io"),
            ("https://ghcr.io/v2/", "ghcr.io"),
            ("https://user@reg.example.com/team/", "reg.example.com/team"),
            ("quay.io/team", "quay.io/team"),
            ("https://", "https://"),
        ];
        for (key, name) in table {
            assert_eq!(display_name(key), name, "{key}");
        }
    }

    #[test]
    fn podmans_keys_have_namespaces_and_no_scheme() {
        let table = [
            ("docker.io", Ok("docker.io")),
            ("https://index.docker.io/v1/", Ok("docker.io")),
            ("docker.io/team", Ok("docker.io/team")),
            ("https://Quay.io/team/repo/", Ok("quay.io/team/repo")),
            ("reg.example.com:5000/v2/", Ok("reg.example.com:5000")),
            ("quay.io/team/repo:1.0", Err(NotARegistryAddress)),
            ("quay.io/team@sha256:abc", Err(NotARegistryAddress)),
        ];
        for (typed, key) in table {
            assert_eq!(containers_key(typed).map(|found| found.key), key.map(str::to_owned), "{typed:?}");
        }
    }

    #[test]
    fn a_typed_address_becomes_a_key_or_is_refused() {
        let table = [
            ("  GHCR.io  ", Ok("ghcr.io")),
            ("HTTPS://Docker.IO/", Ok(HUB_KEY)),
            ("docker.io:443", Ok("docker.io:443")),
            ("[2001:DB8::1]:5000", Ok("[2001:db8::1]:5000")),
            ("reg.example.com:notaport", Err(NotARegistryAddress)),
            ("reg.example.com:70000", Err(NotARegistryAddress)),
            ("reg.example.com:+80", Err(NotARegistryAddress)),
            ("reg.example.com:", Err(NotARegistryAddress)),
            ("[zz]:5000", Err(NotARegistryAddress)),
            ("reg_1.example.com.", Ok("reg_1.example.com.")),
            ("reg..example.com", Err(NotARegistryAddress)),
            (".example.com", Err(NotARegistryAddress)),
            ("-reg.example.com", Err(NotARegistryAddress)),
            ("reg-.example.com", Err(NotARegistryAddress)),
            ("[::1]x:5000", Err(NotARegistryAddress)),
            ("two words", Err(NotARegistryAddress)),
            ("evil\u{1b}[31m", Err(NotARegistryAddress)),
            ("...", Err(NotARegistryAddress)),
            (":5000", Err(NotARegistryAddress)),
            ("reg.example.com:+5000", Err(NotARegistryAddress)),
        ];
        for (typed, key) in table {
            assert_eq!(credential_key(typed).map(|found| found.key), key.map(str::to_owned), "{typed:?}");
        }
    }
}
