//! Which entry of a pull secret a kubelet uses for an image.
//!
//! Source: kubernetes v1.35 `pkg/credentialprovider/keyring.go` (`Add`, `Lookup`, `URLsMatch`), `config.go`
//! (`DockerConfigEntry`) and `secrets/secrets.go`; addresses are read as Go 1.25 `net/url` reads them.

use std::borrow::Cow;
use std::cmp::Reverse;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::config::document;
use crate::credential::diagnostic::Diagnostics;
use crate::registry::host_pattern;
use crate::registry::image::Image;
use crate::secret::Secret;

/// Go's decoders: bits left over at the end do not matter.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
const PADDED: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const UNPADDED: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, LENIENT.with_decode_padding_mode(DecodePaddingMode::RequireNone));

/// The key that serves Docker Hub's images where no other key matches them.
const DEFAULT_REGISTRY_HOST: &str = "index.docker.io";

/// The name under which the image's login is looked up: registry and repository, without tag and digest. `None` for
/// what is no image reference: such a pod is not started.
pub fn repository(image: &str) -> Option<String> {
    Image::parse(image).ok().map(|image| format!("{}/{}", image.registry, image.repository))
}

/// What becomes of an entry's key: no scheme, no leading `/v1/` or `/v2/`, no lone slash. `None` where the kubelet
/// passes the entry over, because the key is no address.
pub fn index_key(stored: &str) -> Option<String> {
    let bare = stored.strip_prefix("https://").or_else(|| stored.strip_prefix("http://")).unwrap_or(stored);
    let Address { host, path } = Address::read(bare)?;
    let path = if path.starts_with("/v1/") || path.starts_with("/v2/") { &path[3..] } else { &*path };
    Some(if path == "/" { host.to_owned() } else { format!("{host}{path}") })
}

/// True where this key, as [`index_key`] makes it, matches this name: as many labels, `*` within one, the same port,
/// and a path that is a plain prefix of the name's.
pub fn matches(index_key: &str, repository: &str) -> bool {
    let (Some(key), Some(name)) = (Address::read(index_key), Address::read(repository)) else {
        return false;
    };
    let ((key_host, key_port), (host, port)) = (split_port(key.host), split_port(name.host));
    key_port == port
        && key_host.split('.').count() == host.split('.').count()
        && name.path.starts_with(&*key.path)
        && key_host.split('.').zip(host.split('.')).all(|(glob, label)| label_matches(glob, label))
}

/// The stored keys whose logins are tried for this name (see [`repository`]), in the order of the tries. Keys that
/// become the same one are tried in no certain order.
pub fn tried<'a>(stored: impl IntoIterator<Item = &'a str>, repository: &str) -> Vec<&'a str> {
    let indexed = stored.into_iter().filter_map(|key| Some((index_key(key)?, key)));
    let (mut matching, rest): (Vec<_>, Vec<_>) = indexed.partition(|(index, _)| matches(index, repository));
    if matching.is_empty() && is_default_registry(repository) {
        matching = rest.into_iter().filter(|(index, _)| index == DEFAULT_REGISTRY_HOST).collect();
    }
    matching.sort_by(|(one, _), (other, _)| Reverse(one).cmp(&Reverse(other)));
    matching.into_iter().map(|(_, key)| key).collect()
}

/// True where a pull secret with this one key serves the image.
pub fn serves(stored: &str, image: &str) -> bool {
    repository(image).is_some_and(|name| !tried([stored], &name).is_empty())
}

fn is_default_registry(name: &str) -> bool {
    match name.split_once('/') {
        None => !name.is_empty(),
        Some(("", _)) => false,
        Some(("docker.io" | DEFAULT_REGISTRY_HOST, _)) => true,
        Some((first, _)) => !first.contains(['.', ':']),
    }
}

/// An address without scheme, as Go's `url.Parse` takes it apart.
struct Address<'a> {
    /// Host and port.
    host: &'a str,
    /// What follows them, unescaped.
    path: Cow<'a, str>,
}

impl<'a> Address<'a> {
    /// `None` for what Go calls no address. A user name is cut off, and so are query and fragment.
    fn read(text: &'a str) -> Option<Self> {
        if text.bytes().any(|byte| byte.is_ascii_control()) {
            return None;
        }
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        let text = text.split('?').next().unwrap_or(text);
        let (authority, path) = text.split_at(text.find('/').unwrap_or(text.len()));
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        unescape(fragment)?;
        let is_good = user.chars().all(is_user_char) && is_host(host);
        is_good.then_some(Self { host, path: unescape(path)? })
    }
}

fn is_user_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c)
}

/// A bracket stands only around an address of IPv6, and a colon's port is of digits or empty. What is percent-encoded
/// is in no image's host, so that such a key never matches.
fn is_host(text: &str) -> bool {
    let port = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((_, port)) => port,
            None => return false,
        },
        None if text.contains(['[', ']']) => return false,
        None => text.rfind(':').map_or("", |colon| &text[colon..]),
    };
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    is_port && !text.contains([' ', '%', '\\', '^', '`', '{', '|', '}'])
}

/// A path with its `%41` undone; `None` where a percent sign begins none.
fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Host and port as Go's `net.SplitHostPort` has them; where it finds an error, all is host.
fn split_port(host: &str) -> (&str, &str) {
    if let Some((inner, port)) = host.strip_prefix('[').and_then(|rest| rest.split_once("]:")) {
        return (inner, port);
    }
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && !name.starts_with('[') => (name, port),
        _ => (host, ""),
    }
}

/// A shell pattern against one label. Of its special characters only `*` can stand in a host; the bracket that begins
/// an IPv6 address without a port begins a class to the kubelet, which is one character.
fn label_matches(glob: &str, label: &str) -> bool {
    let is_class = glob.starts_with('[') && !glob.contains('*');
    !is_class && host_pattern::label_matches(glob, label)
}

/// A login as the kubelet reads it. Both are empty where an entry has neither, as with an identity token alone.
#[derive(Debug, PartialEq, Eq)]
pub struct Login {
    /// The user name; any bytes.
    pub username: Vec<u8>,
    /// The password.
    pub password: Secret,
}

/// The kubelet cannot read a pull secret. One such entry costs the pod every login of all its secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// No JSON of the expected shape.
    NotJson,
    /// An `auth` that is not base64.
    NotBase64,
    /// An `auth` without a colon in it.
    NoColon,
}

/// The logins of a `.dockerconfigjson`, in order.
///
/// # Errors
/// [`Unreadable`] where the kubelet fails.
pub fn read_secret(json: &str) -> Result<Vec<(String, Login)>, Unreadable> {
    let mut ignored = Diagnostics::default();
    let members = document::members(json, &mut ignored).map_err(|_| Unreadable::NotJson)?;
    let auths = members.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case("auths"));
    let Some((_, auths)) = auths.filter(|(_, value)| !document::is_null(value)) else {
        return Ok(Vec::new());
    };
    let entries = document::object(auths).ok_or(Unreadable::NotJson)?;
    entries.into_iter().map(|(key, entry)| Ok((key.into_owned(), read_entry(entry)?))).collect()
}

/// One entry: `auth` counts before `username` and `password`, and nothing else is read.
///
/// # Errors
/// [`Unreadable`] where the kubelet fails.
pub fn read_entry(entry: &RawValue) -> Result<Login, Unreadable> {
    if document::is_null(entry) {
        return Ok(Login { username: Vec::new(), password: Secret::new(Vec::new()) });
    }
    let members = document::object(entry).ok_or(Unreadable::NotJson)?;
    let text = |wanted: &str| -> Result<Zeroizing<String>, Unreadable> {
        let mut found = Zeroizing::new(String::new());
        for (_, value) in members.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted)) {
            if !document::is_null(value) {
                found = Zeroizing::new(document::string(value).ok_or(Unreadable::NotJson)?.into_owned());
            }
        }
        Ok(found)
    };
    text("email")?;
    let (username, password, auth) = (text("username")?, text("password")?, text("auth")?);
    if auth.is_empty() {
        let (username, password) = (username.as_bytes().to_vec(), password.as_bytes().to_vec());
        return Ok(Login { username, password: Secret::new(password) });
    }
    decode(&auth)
}

/// Padding is wanted only where there is some; Go's decoder skips line ends.
fn decode(auth: &str) -> Result<Login, Unreadable> {
    let digits = Zeroizing::new(auth.replace(['\r', '\n'], ""));
    let is_padded = auth.trim().ends_with('=');
    let bytes = if is_padded { PADDED.decode(&*digits) } else { UNPADDED.decode(&*digits) };
    let bytes = Zeroizing::new(bytes.map_err(|_| Unreadable::NotBase64)?);
    let colon = bytes.iter().position(|byte| *byte == b':').ok_or(Unreadable::NoColon)?;
    Ok(Login { username: bytes[..colon].to_vec(), password: Secret::new(bytes[colon + 1..].to_vec()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_filed_without_scheme_and_version_and_dropped_where_it_is_no_address() {
        let table = [
            ("https://index.docker.io/v1/", Some("index.docker.io")),
            ("https://index.docker.io/v1", Some("index.docker.io/v1")),
            ("http://reg.example.com:5000/v2/team", Some("reg.example.com:5000/team")),
            ("https://user@reg.example.com/", Some("reg.example.com")),
            ("HTTPS://reg.example.com", Some("HTTPS://reg.example.com")),
            ("reg.example.com/te%61m", Some("reg.example.com/team")),
            ("reg.example.com/%zz", None),
            ("reg.example.com?team", Some("reg.example.com")),
            ("reg.example.com:*", None),
            ("reg.example.com:", Some("reg.example.com:")),
            ("[::1]:5000", Some("[::1]:5000")),
            ("reg[0-9].example.com", None),
            ("[0-9].example.com", None),
            ("reg example.com", None),
            ("reg.example.com/te am", Some("reg.example.com/te am")),
            ("reg.example.com/\n", None),
            ("//reg.example.com", Some("//reg.example.com")),
            ("", Some("")),
        ];
        for (stored, index) in table {
            assert_eq!(index_key(stored).as_deref(), index, "{stored:?}");
        }
    }

    #[test]
    fn a_star_stands_for_any_part_of_one_label() {
        let table = [
            ("*", "abc", true),
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("a*b*c", "axbxbxc", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("ab*ba", "aba", false),
            ("*a*", "bab", true),
            ("**", "x", true),
            ("abc", "abc", true),
            ("[::1]", "[::1]", false),
        ];
        for (glob, label, expected) in table {
            assert_eq!(label_matches(glob, label), expected, "{glob} {label}");
        }
    }

    #[test]
    fn ports_and_labels_must_agree_and_a_path_is_a_plain_prefix() {
        let table = [
            ("ghcr.io/acme", "ghcr.io/acme2/app", true),
            ("ghcr.io/acme/", "ghcr.io/acme2/app", false),
            ("ghcr.io/acme/", "ghcr.io/acme/app", true),
            ("GHCR.IO", "ghcr.io/acme/app", false),
            ("reg.example.com:", "reg.example.com/team", true),
            ("reg.example.com:443", "reg.example.com/team", false),
            ("*.example.com:5000", "reg.example.com:5000/a", true),
            ("[::1]:5000", "[::1]:5000/a", true),
            ("[::1]", "[::1]/a", false),
        ];
        for (key, name, expected) in table {
            assert_eq!(matches(key, name), expected, "{key} {name}");
        }
    }

    #[test]
    fn all_that_match_are_tried_from_the_end_of_the_alphabet_and_docker_hub_is_the_last_resort() {
        let hub = "https://index.docker.io/v1/";
        let table: &[(&[&str], &str, &[&str])] = &[
            (&["quay.io", "quay.io/team", "*.io"], "quay.io/team/app", &["quay.io/team", "quay.io", "*.io"]),
            (&[hub, "docker.io"], "nginx", &["docker.io"]),
            (&[hub, "ghcr.io"], "nginx", &[hub]),
            (&[hub], "quay.io/a", &[]),
            (&["ghcr.io", "https://ghcr.io"], "ghcr.io/a", &["ghcr.io", "https://ghcr.io"]),
        ];
        for (stored, image, expected) in table {
            let name = repository(image).unwrap();
            assert_eq!(tried(stored.iter().copied(), &name), *expected, "{image}");
        }
    }

    #[test]
    fn an_entry_is_read_and_one_that_cannot_be_costs_all() {
        let login = |username: &str, password: &str| {
            Ok(Login { username: username.into(), password: Secret::from_text(password.into()) })
        };
        let table = [
            (r#"{"auth":"dTpwOnc="}"#, login("u", "p:w")),
            (r#"{"auth":"dTpwOnc"}"#, login("u", "p:w")),
            (r#"{"AUTH":"dTpw\n"}"#, login("u", "p")),
            (r#"{"auth":"dTpwd1=="}"#, login("u", "pw")),
            (r#"{"auth":"dTpw","username":"x","password":"y"}"#, login("u", "p")),
            (r#"{"username":"x","password":"y","auth":""}"#, login("x", "y")),
            (r#"{"username":"x","username":null}"#, login("x", "")),
            (r#"{"identitytoken":"x"}"#, login("", "")),
            ("null", login("", "")),
            (r#"{"auth":"dXNlcg=="}"#, Err(Unreadable::NoColon)),
            (r#"{"auth":"dTpwOnc=="}"#, Err(Unreadable::NotBase64)),
            (r#"{"auth":"dTp_"}"#, Err(Unreadable::NotBase64)),
            (r#"{"auth":7}"#, Err(Unreadable::NotJson)),
            (r#"{"email":7}"#, Err(Unreadable::NotJson)),
            ("[]", Err(Unreadable::NotJson)),
        ];
        for (entry, expected) in table {
            let entry: &RawValue = serde_json::from_str(entry).unwrap();
            assert_eq!(read_entry(entry), expected, "{entry}");
        }
        let whole = |json| read_secret(json).map(|logins| logins.into_iter().map(|(key, _)| key).collect());
        assert_eq!(whole(r#"{"auths":{"b":{},"a":{}}}"#), Ok(vec!["b".to_owned(), "a".to_owned()]));
        assert_eq!(whole("{}"), Ok(Vec::<String>::new()));
        assert_eq!(whole(r#"{"auths":{"a":{"auth":"dTpw"},"b":{"auth":"!"}}}"#), Err(Unreadable::NotBase64));
        assert_eq!(whole("not json"), Err(Unreadable::NotJson));
    }
}
