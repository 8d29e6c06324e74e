//! containerd's `config.toml`, as far as it holds logins of the CRI plugin, and `hosts.toml`.
//!
//! Sources: containerd 301026e (v2.4.0-beta.0) `internal/cri/config/config.go`, `core/remotes/docker/config/hosts.go`;
//! v1.6.20 `pkg/cri/config/config.go`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use toml::{Table, Value};

use crate::secret::Secret;

/// The names of the plugin's table in the versions of the file.
const PLUGINS: [&str; 3] = ["io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "cri"];

/// A file.
#[derive(Debug, Default)]
pub struct Containerd {
    /// Patterns of files that are read after it.
    pub imports: Vec<String>,
    /// Whether it sets anything of the plugin at all.
    pub has_plugin: bool,
    /// Logins under `configs`, by endpoint host.
    pub configs: Vec<Auth>,
    /// Logins under the older `auths`, by the URL of an endpoint.
    pub auths: Vec<Auth>,
    /// Registries and the endpoints that are asked instead, in order.
    pub mirrors: Vec<(String, Vec<String>)>,
    /// Where `hosts.toml` files lie.
    pub config_path: Option<String>,
}

/// A login.
#[derive(Clone, Debug)]
pub struct Auth {
    /// The key, as written.
    pub key: String,
    /// `username`.
    pub username: Option<String>,
    /// `password`.
    pub password: Option<Secret>,
    /// `auth`: base64 of user name and password.
    pub auth: Option<Secret>,
    /// `identitytoken`.
    pub identity_token: Option<Secret>,
}

impl Auth {
    fn read(key: &str, table: &Table) -> Self {
        let text = |name: &str| table.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let secret = |name| text(name).map(|text| Secret::from_text(text.to_owned()));
        Self {
            key: key.to_owned(),
            username: text("username").map(str::to_owned),
            password: secret("password"),
            auth: secret("auth"),
            identity_token: secret("identitytoken"),
        }
    }
}

/// Reads `config.toml` or a file that it imports.
///
/// # Errors
/// Why it is no TOML.
pub fn read(text: &str) -> Result<Containerd, String> {
    let root = table(text)?;
    let plugins = root.get("plugins").and_then(Value::as_table);
    let plugin = |name: &&str| plugins.and_then(|plugins| plugins.get(*name)).and_then(Value::as_table);
    let mut file = Containerd { imports: texts(root.get("imports")), ..Containerd::default() };
    for plugin in PLUGINS.iter().filter_map(plugin) {
        file.has_plugin = true;
        let Some(registry) = plugin.get("registry").and_then(Value::as_table) else { continue };
        let part = |name: &str| registry.get(name).and_then(Value::as_table).into_iter().flatten();
        let tables = |name| part(name).filter_map(|(key, value)| Some((key, value.as_table()?)));
        file.configs.extend(tables("configs").filter_map(|(key, config)| {
            config.get("auth").and_then(Value::as_table).map(|auth| Auth::read(key, auth))
        }));
        file.auths.extend(tables("auths").map(|(key, auth)| Auth::read(key, auth)));
        file.mirrors
            .extend(tables("mirrors").map(|(key, mirror)| (key.clone(), texts(mirror.get("endpoint")))));
        let path = registry.get("config_path").and_then(Value::as_str).filter(|path| !path.is_empty());
        file.config_path = path.map(str::to_owned).or(file.config_path);
    }
    Ok(file)
}

/// An `Authorization` header in a `hosts.toml`.
#[derive(Debug)]
pub struct Header {
    /// The host's URL, as written.
    pub host: String,
    /// The user name of a `Basic` one.
    pub username: Option<String>,
    /// The password of a `Basic` one, or a bearer token.
    pub secret: Secret,
    /// True for a bearer token.
    pub is_bearer: bool,
}

/// Reads a `hosts.toml`.
///
/// # Errors
/// Why it is no TOML.
pub fn read_hosts(text: &str) -> Result<Vec<Header>, String> {
    let root = table(text)?;
    let hosts = root.get("host").and_then(Value::as_table).into_iter().flatten();
    Ok(hosts.filter_map(|(host, value)| header(host, value.get("header")?.as_table()?)).collect())
}

fn header(host: &str, headers: &Table) -> Option<Header> {
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    let first = value.as_str().or_else(|| value.as_array()?.first()?.as_str())?;
    let (scheme, value) = first.split_once(' ').unwrap_or(("", first));
    let decoded = STANDARD.decode(value.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let (username, secret) = match decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((name, password)) if scheme.eq_ignore_ascii_case("basic") => {
            (Some(name.to_owned()), password.to_owned())
        }
        _ => (None, value.to_owned()),
    };
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    Some(Header { host: host.to_owned(), username, secret: Secret::from_text(secret), is_bearer })
}

fn table(text: &str) -> Result<Table, String> {
    text.parse().map_err(|error: toml::de::Error| error.message().to_owned())
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_of_the_file_has_another_table() {
        for plugin in PLUGINS {
            let text = format!(
                "[plugins.\"{plugin}\".registry.configs.\"r:5000\".auth]\nusername = \"ann\"\npassword = \"p\"\n"
            );
            let file = read(&text).unwrap();
            assert_eq!(file.configs[0].key, "r:5000");
            assert_eq!(file.configs[0].username.as_deref(), Some("ann"));
            assert!(file.has_plugin);
        }
        assert!(!read("version = 2\n").unwrap().has_plugin);
        assert!(read("x").is_err());
    }

    #[test]
    fn a_header_is_a_login() {
        let text = "[host.\"https://r\".header]\nAuthorization = \"Basic YW5uOnA=\"\n[host.\"https://t\".header]\nauthorization = [\"Bearer abc\"]\n";
        let found = read_hosts(text).unwrap();
        let names: Vec<_> =
            found.iter().map(|h| (h.host.as_str(), h.username.as_deref(), h.is_bearer)).collect();
        assert_eq!(names, [("https://r", Some("ann"), false), ("https://t", None, true)]);
        assert_eq!(found[0].secret.expose(), b"p");
    }
}
