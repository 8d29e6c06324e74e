//! The messages between a client and a helper, and the exact strings both sides compare. Pure.
//!
//! Source: docker-credential-helpers 594c023 `credentials/credentials.go`, `credentials/error.go` and `client/client.go`.

use jiff::Timestamp;
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::json_text;
use super::name::HelperName;
use super::output::{self, NotJson, Output};
use super::warning::{HelperWarning, HelperWarnings};
use crate::credential::Credential;
use crate::secret::Secret;

/// What a helper prints, on stdout and with a non-zero exit, where it keeps no login of that key.
pub const NOT_FOUND: &str = "credentials not found in native keychain";

/// What `list` gets on stdin: helpers read it to the end, but do not look at it.
pub const LIST_INPUT: &str = "unused";

/// What docker-credential-secretservice puts before the key in its listing (`secretservice.c`).
const SECRETSERVICE_LABEL: &str = "Registry credentials for ";

/// What a helper answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The login; the user name may be empty. Its end is not part of docker's protocol, but clients ignore it.
    pub credential: Credential,
    /// What is odd about the answer.
    pub warnings: HelperWarnings,
}

/// What came back from `get`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A login.
    Login(Answer),
    /// Success, but with neither a user name nor a secret.
    Empty(HelperWarnings),
    /// The helper keeps no login of that key.
    NotFound,
}

impl Reply {
    /// The login, where there is one.
    pub fn into_answer(self) -> Option<Answer> {
        match self {
            Self::Login(answer) => Some(answer),
            Self::Empty(_) | Self::NotFound => None,
        }
    }
}

/// One line of a helper's `list`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The credential key, as `get` of the same helper takes it.
    pub key: String,
    /// The user name; empty where the helper gave something else than text.
    pub username: String,
}

/// Reads what `get` printed with exit 0.
///
/// As lenient as Go: member names in any case, the last of two counts, `null` is as good as missing, text may follow.
pub fn read_answer(stdout: &[u8]) -> Result<Reply, NotJson> {
    let Output { members, mut warnings } = output::read(stdout)?;
    let mut username = String::new();
    let mut secret = Secret::new(Vec::new());
    let mut expires_at = None;
    for (name, value) in &members {
        match name.to_ascii_lowercase().as_str() {
            "username" => username = text_or_null(value)?,
            "secret" => secret = Secret::from_text(text_or_null(value)?),
            "expiresat" | "expires_at" => expires_at = time_of(value),
            _ => {}
        }
    }
    if username.is_empty() && secret.is_empty() {
        warnings.add_if(true, HelperWarning::ReturnedEmpty);
        return Ok(Reply::Empty(warnings));
    }
    warnings.add_if(username.is_empty(), HelperWarning::EmptyUsername);
    warnings.add_if(secret.expose().ends_with(b"\n"), HelperWarning::SecretTrailingNewline);
    Ok(Reply::Login(Answer { credential: Credential { username, secret, expires_at }, warnings }))
}

/// Reads what this helper's `list` printed with exit 0; sorted, without doubles.
pub fn read_list(helper: &HelperName, stdout: &[u8]) -> Result<Vec<Listed>, NotJson> {
    let members = output::read(stdout)?.members;
    let mut list: Vec<Listed> = members
        .into_iter()
        .map(|(key, username)| Listed {
            key: key_from_listing(helper, &key).to_owned(),
            username: json_text::unescape(username.get()).unwrap_or_default(),
        })
        .collect();
    list.sort();
    list.dedup();
    Ok(list)
}

/// The credential key that a listed name means, fit to be given back to the same helper's `get`.
///
/// secretservice lists the labels of its items. osxkeychain lists `https://HOST` for what was stored as `HOST`
/// (`osxkeychain.go`); with any other scheme or with a path it is the key as stored.
pub fn key_from_listing<'a>(helper: &HelperName, listed: &'a str) -> &'a str {
    let key = listed.strip_prefix(SECRETSERVICE_LABEL).unwrap_or(listed);
    match key.strip_prefix("https://") {
        Some(host) if helper.as_str() == "osxkeychain" && !host.is_empty() && !host.contains('/') => host,
        _ => key,
    }
}

/// True for the one text, on stdout and beside a non-zero exit, that means "no such login".
/// A longer sentence or another case is an error.
pub fn is_not_found(stdout: &[u8]) -> bool {
    std::str::from_utf8(stdout).is_ok_and(|text| text.trim() == NOT_FOUND)
}

/// What `store` gets on stdin and what `get` prints, byte for byte as docker writes it; nothing where the secret is not
/// UTF-8, which JSON cannot carry.
pub fn login_message(key: &str, login: &Credential) -> Option<Zeroizing<String>> {
    let (username, secret) = (&*login.username, login.secret.expose_text()?);
    let texts = key.len() + username.len() + secret.len();
    // Room for the worst case: a growing buffer would leave copies behind.
    let mut out = Zeroizing::new(String::with_capacity(64 + texts * json_text::WORST_GROWTH));
    for (before, text) in [("{\"ServerURL\":", key), (",\"Username\":", username), (",\"Secret\":", secret)] {
        out.push_str(before);
        json_text::push_escaped(&mut out, text);
    }
    out.push_str("}\n");
    Some(out)
}

fn text_or_null(value: &RawValue) -> Result<String, NotJson> {
    match value.get() {
        "null" => Ok(String::new()),
        token => json_text::unescape(token).ok_or(NotJson),
    }
}

/// An RFC 3339 time. Go writes a missing time as the year 1, so nothing before 1970 counts.
fn time_of(value: &RawValue) -> Option<Timestamp> {
    let time = json_text::unescape(value.get())?.parse::<Timestamp>().ok()?;
    (time > Timestamp::UNIX_EPOCH).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(stdout: &str) -> Answer {
        read_answer(stdout.as_bytes()).ok().and_then(Reply::into_answer).expect("a login")
    }

    fn codes(warnings: &HelperWarnings) -> Vec<&'static str> {
        warnings.iter().map(HelperWarning::code).collect()
    }

    fn helper(name: &str) -> HelperName {
        HelperName::new(name).expect("a good name")
    }

    #[test]
    fn members_are_found_in_any_case_and_the_last_one_counts() {
        let answer =
            login(r#"{"serverurl":"r","USERNAME":"old","username":"new","sEcReT":"s","other":[{"a":1}]}"#);
        assert_eq!(
            (answer.credential.username.as_str(), answer.credential.secret.expose()),
            ("new", &b"s"[..])
        );
        assert!(answer.warnings.is_empty());
    }

    #[test]
    fn oddities_are_accepted_with_a_warning() {
        let table = [
            ("\u{feff}{\"Username\":\"u\",\"Secret\":\"s\"}", "helper_bom"),
            ("{\"Username\":\"u\",\"Secret\":\"s\"}\nUpdate available!", "helper_extra_output"),
            ("{\"Username\":\"u\",\"Secret\":\"s\"}{}", "helper_extra_output"),
            ("{\"Secret\":\"s\"}", "empty_username"),
            ("{\"Username\":null,\"Secret\":\"s\"}", "empty_username"),
            ("{\"Username\":\"u\",\"Secret\":\"s\\n\"}", "secret_trailing_newline"),
        ];
        for (stdout, code) in table {
            assert_eq!(codes(&login(stdout).warnings), [code], "{stdout}");
        }
    }

    #[test]
    fn an_answer_without_a_login_is_empty() {
        for stdout in ["null\n", "{}", r#"{"Username":"","Secret":""}"#, r#"{"ServerURL":"r"}"#] {
            match read_answer(stdout.as_bytes()) {
                Ok(Reply::Empty(warnings)) => assert_eq!(codes(&warnings), ["helper_returned_empty"]),
                other => panic!("{stdout}: {other:?}"),
            }
        }
    }

    #[test]
    fn anything_else_is_not_json() {
        let table = [
            "",
            " ",
            NOT_FOUND,
            "[]",
            "\"s\"",
            "7",
            "{\"Secret\":7}",
            "{\"Secret\":\"s\"",
            "{'Secret':'s'}",
            "nullx",
        ];
        for stdout in table {
            assert_eq!(read_answer(stdout.as_bytes()), Err(NotJson), "{stdout}");
        }
        assert_eq!(read_answer(b"{\"Secret\":\"\xff\"}"), Err(NotJson));
    }

    #[test]
    fn an_expiry_is_read_where_it_is_a_real_time() {
        let at = |time: &str| {
            login(&format!(r#"{{"Username":"u","Secret":"s","expires_at":{time}}}"#)).credential.expires_at
        };
        assert_eq!(at(r#""2030-01-01T01:00:00+01:00""#), "2030-01-01T00:00:00Z".parse().ok());
        for nothing in [r#""0001-01-01T00:00:00Z""#, r#""soon""#, "null", "1893456000"] {
            assert_eq!(at(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn deep_nesting_in_an_unknown_member_does_no_harm() {
        let nested = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(
            login(&format!(r#"{{"x":{nested},"Username":"u","Secret":"s"}}"#)).credential.username,
            "u"
        );
    }

    #[test]
    fn only_the_exact_text_means_not_found() {
        assert!(is_not_found(b"  credentials not found in native keychain \r\n"));
        for other in [
            "",
            "error: credentials not found in native keychain",
            "Credentials not found in native keychain",
        ] {
            assert!(!is_not_found(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_list_is_sorted_and_its_labels_are_cut() {
        let stdout = br#"{"quay.io":null,"Registry credentials for ghcr.io":"octo","ghcr.io":"octo","a":{}}"#;
        let list = read_list(&helper("secretservice"), stdout).expect("a list");
        let pairs: Vec<_> = list.iter().map(|item| (item.key.as_str(), item.username.as_str())).collect();
        assert_eq!(pairs, [("a", ""), ("ghcr.io", "octo"), ("quay.io", "")]);
        assert_eq!(read_list(&helper("pass"), b"null"), Ok(Vec::new()));
        assert_eq!(read_list(&helper("pass"), b"boom"), Err(NotJson));
    }

    #[test]
    fn a_scheme_is_cut_only_where_the_keychain_added_it() {
        let table = [
            ("osxkeychain", "https://ghcr.io", "ghcr.io"),
            ("osxkeychain", "https://reg.example.com:5000", "reg.example.com:5000"),
            ("osxkeychain", "http://reg.example.com", "http://reg.example.com"),
            ("osxkeychain", "https://index.docker.io/v1/", "https://index.docker.io/v1/"),
            ("pass", "https://ghcr.io", "https://ghcr.io"),
        ];
        for (name, listed, key) in table {
            assert_eq!(key_from_listing(&helper(name), listed), key);
        }
    }

    #[test]
    fn a_store_request_is_what_docker_sends() {
        let request =
            login_message("reg.example.com", &Credential::new("u", Secret::from_text("p<&>w".into())));
        let expected =
            "{\"ServerURL\":\"reg.example.com\",\"Username\":\"u\",\"Secret\":\"p\\u003c\\u0026\\u003ew\"}\n";
        assert_eq!(request.as_ref().map(|text| text.as_str()), Some(expected));
        assert!(login_message("r", &Credential::new("u", Secret::new(vec![0xff]))).is_none());
    }

    #[test]
    fn the_largest_store_request_fits_its_buffer() {
        let secret = Secret::from_text("\u{1}".repeat(1000));
        let request = login_message("r", &Credential::new("u", secret)).expect("text");
        assert_eq!(request.capacity(), 64 + 1002 * json_text::WORST_GROWTH);
    }
}
