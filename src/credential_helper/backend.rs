//! What docker's own helpers do with a login that they are given: where it ends up, and what they cannot keep.
//!
//! Sources: docker-credential-helpers 594c023 `pass/pass.go`, `secretservice/secretservice.go` and `.c`,
//! `osxkeychain/osxkeychain.go`, `registryurl/parse.go`, `wincred/wincred.go`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;

use super::name::HelperName;
use crate::credential::Credential;
use crate::registry::key;
use crate::secret::Secret;

/// The most bytes that Windows keeps in a credential (`CRED_MAX_CREDENTIAL_BLOB_SIZE`).
const WINCRED_MOST: usize = 5 * 512;

/// Why a helper would lose or spoil a login. It is better not given to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// pass makes a path of the user name: a slash leads into or out of folders.
    PassUsername,
    /// secretservice ends texts at a zero byte.
    NulInSecret,
    /// secretservice takes an empty secret for none.
    EmptySecret,
    /// wincred keeps 2,560 bytes.
    SecretTooLong,
    /// osxkeychain cannot take the key apart: its own words.
    BadServerUrl(String),
}

impl Unsupported {
    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PassUsername => "username_not_storable_in_pass",
            Self::NulInSecret => "nul_in_secret",
            Self::EmptySecret => "empty_secret",
            Self::SecretTooLong => "secret_too_long",
            Self::BadServerUrl(_) => "bad_server_url",
        }
    }

    /// What would happen, in words.
    pub fn words(&self) -> String {
        match self {
            Self::PassUsername => "pass would make folders of the slashes in the user name".to_owned(),
            Self::NulInSecret => "the Secret Service would cut the secret at its zero byte".to_owned(),
            Self::EmptySecret => "the Secret Service would take the empty secret for none".to_owned(),
            Self::SecretTooLong => format!("Windows keeps at most {WINCRED_MOST} bytes"),
            Self::BadServerUrl(words) => format!("the keychain cannot take the registry's address: {words}"),
        }
    }
}

/// What a helper changes about a login that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// pass ends a secret before its last line endings.
    TrailingNewlineLost,
}

impl Change {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        "secret_trailing_newline_lost"
    }

    /// What comes back of the secret.
    pub fn apply(self, secret: &Secret) -> Secret {
        let bytes = secret.expose();
        let kept = bytes.iter().rposition(|&byte| byte != b'\n').map_or(0, |last| last + 1);
        Secret::new(bytes.get(..kept).unwrap_or_default().to_vec())
    }
}

/// Looks at a login before it is given to a helper.
///
/// # Errors
/// The helper would lose or spoil it.
pub fn check(helper: &HelperName, key: &str, login: &Credential) -> Result<Option<Change>, Unsupported> {
    let Credential { username, secret, .. } = login;
    match helper.as_str() {
        "pass" => {
            pass_path(key, username)?;
            Ok(secret.expose().ends_with(b"\n").then_some(Change::TrailingNewlineLost))
        }
        "secretservice" if secret.expose().contains(&0) => Err(Unsupported::NulInSecret),
        "secretservice" if secret.is_empty() => Err(Unsupported::EmptySecret),
        "wincred" if secret.len() > WINCRED_MOST => Err(Unsupported::SecretTooLong),
        "osxkeychain" => KeychainItem::of_key(key).map(|_| None),
        _ => Ok(None),
    }
}

/// The file below the password store in which pass keeps a login.
///
/// # Errors
/// The user name would lead elsewhere.
pub fn pass_path(key: &str, username: &str) -> Result<String, Unsupported> {
    if username.contains('/') || matches!(username, "" | "." | "..") {
        return Err(Unsupported::PassUsername);
    }
    Ok(format!("docker-credential-helpers/{}/{username}.gpg", URL_SAFE.encode(key)))
}

/// What docker's helper writes beside a secret in the Secret Service, and what it finds it by.
pub fn secretservice_attributes<'a>(key: &'a str, username: &'a str) -> [(&'static str, &'a str); 4] {
    [("label", LABEL), ("server", key), ("username", username), ("docker_cli", "1")]
}

/// What the keyring's own program shows for the item; the helper's `list` gives it as the key.
pub fn secretservice_label(key: &str) -> String {
    format!("Registry credentials for {key}")
}

/// The mark of docker's helpers on what they keep.
pub const LABEL: &str = "Docker Credentials";

/// The internet password in which macOS keeps a login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeychainItem<'a> {
    /// `htps` or `http`, the four letters of `kSecProtocolType...`.
    pub protocol: &'static str,
    /// The host name.
    pub server: &'a str,
    /// The port; 0 without one.
    pub port: u16,
    /// From the first slash on.
    pub path: &'a str,
}

impl<'a> KeychainItem<'a> {
    /// The item for a credential key.
    ///
    /// # Errors
    /// The helper refuses the key.
    pub fn of_key(key: &'a str) -> Result<Self, Unsupported> {
        let parts = key::parts(key.strip_prefix("//").unwrap_or(key));
        let refused = |words: String| Err(Unsupported::BadServerUrl(words));
        let scheme = parts.scheme.unwrap_or_default().to_ascii_lowercase();
        let protocol = match scheme.as_str() {
            "http" => "http",
            "https" | "" => "htps",
            other => return refused(format!("unsupported scheme: {other}")),
        };
        if parts.host.is_empty() {
            return refused("no hostname in URL".to_owned());
        }
        let port = match parts.port {
            None | Some("") => 0,
            Some(port) => match port.parse() {
                Ok(port) => port,
                Err(_) => return refused(format!("invalid port \":{port}\" after host")),
            },
        };
        Ok(Self { protocol, server: parts.host, port, path: parts.path })
    }

    /// The key as the helper's `list` gives it: always with a scheme.
    pub fn listed(&self) -> String {
        let scheme = if self.protocol == "http" { "http" } else { "https" };
        let host =
            if self.server.contains(':') { format!("[{}]", self.server) } else { self.server.to_owned() };
        let port = if self.port == 0 { String::new() } else { format!(":{}", self.port) };
        format!("{scheme}://{host}{port}{}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_with(helper: &str, username: &str, secret: &str) -> Result<Option<Change>, Unsupported> {
        let helper = HelperName::new(helper).unwrap();
        check(&helper, "reg.example.com", &Credential::new(username, Secret::from_text(secret.to_owned())))
    }

    #[test]
    fn what_a_helper_would_spoil_is_refused() {
        let long = "x".repeat(WINCRED_MOST + 1);
        let table = [
            ("pass", "a/b", "s", Err(Unsupported::PassUsername)),
            ("pass", "..", "s", Err(Unsupported::PassUsername)),
            ("pass", "<token>", "s", Ok(None)),
            ("pass", "u", "s\n\n", Ok(Some(Change::TrailingNewlineLost))),
            ("secretservice", "a/b", "s\n", Ok(None)),
            ("secretservice", "u", "a\0b", Err(Unsupported::NulInSecret)),
            ("secretservice", "u", "", Err(Unsupported::EmptySecret)),
            ("wincred", "u", &long, Err(Unsupported::SecretTooLong)),
            ("wincred", "u", &long[1..], Ok(None)),
            ("osxkeychain", "u", "a\0b", Ok(None)),
            ("somethingelse", "../..", "a\0b\n", Ok(None)),
        ];
        for (helper, username, secret, expected) in table {
            assert_eq!(check_with(helper, username, secret), expected, "{helper} {username}");
        }
        let kept = Change::TrailingNewlineLost.apply(&Secret::from_text("a\nb\n\n".into()));
        assert_eq!(kept.expose(), b"a\nb");
    }

    #[test]
    fn the_keychain_takes_a_key_apart_and_gives_it_back_with_a_scheme() {
        let table = [
            ("ghcr.io", ("htps", "ghcr.io", 0, ""), "https://ghcr.io"),
            ("http://r:5000/v1/", ("http", "r", 5000, "/v1/"), "http://r:5000/v1/"),
            ("localhost:5000", ("htps", "localhost", 5000, ""), "https://localhost:5000"),
            ("//quay.io/team?x=1", ("htps", "quay.io", 0, "/team"), "https://quay.io/team"),
            ("https://[::1]:5000", ("htps", "::1", 5000, ""), "https://[::1]:5000"),
        ];
        for (key, parts, listed) in table {
            let item = KeychainItem::of_key(key).unwrap();
            assert_eq!((item.protocol, item.server, item.port, item.path), parts, "{key}");
            assert_eq!(item.listed(), listed);
        }
        let refused = |key: &str| KeychainItem::of_key(key).unwrap_err().words();
        assert!(refused("ftp://x").ends_with("unsupported scheme: ftp"));
        assert!(refused("https://").ends_with("no hostname in URL"));
        assert!(refused("r:x").contains("hostname") || refused("r:x").contains("port"));
    }
}
