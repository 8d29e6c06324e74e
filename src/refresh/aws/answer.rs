//! What Amazon's APIs answer: a token, or an error in JSON or, from STS, in XML.
//!
//! Source: botocore 1.44.8 service models of `ecr` and `ecr-public`, `parsers.py`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use zeroize::Zeroizing;

use super::endpoint::Api;
use super::xml;
use crate::credential::Credential;
use crate::credential::expiry::Expiry;
use crate::credential::token::classify;
use crate::net::transport::Response;
use crate::refresh::error::Meaning;
use crate::refresh::instant;
use crate::registry::provider::Provider;
use crate::secret::Secret;

/// Reads the answer of `GetAuthorizationToken`. `authorizationData` is a list in ECR and an object in ECR Public. The end
/// is by the server's clock.
///
/// The end is the earlier of the API's `expiresAt` and the password's own `expiration`, which may lie up to 84 s before it.
///
/// # Errors
/// It is something else; the words are the rest of a sentence and quote nothing.
pub fn read(api: Api, body: &Secret) -> Result<Credential, &'static str> {
    let answer: Value = serde_json::from_slice(body.expose()).map_err(|_| "its answer is no JSON")?;
    let data = &answer["authorizationData"];
    let data = if api == Api::EcrPublic { data } else { &data[0] };
    let token = data["authorizationToken"].as_str().ok_or("its answer has no token")?;
    let said = instant::read(&data["expiresAt"]).ok_or("its answer does not say when the token ends")?;
    let pair = Zeroizing::new(STANDARD.decode(token).map_err(|_| "its token is no base64")?);
    let pair = std::str::from_utf8(&pair).map_err(|_| "its token is no text")?;
    let (username, password) = pair.split_once(':').ok_or("its token is no login")?;
    if username.is_empty() || password.is_empty() {
        return Err("its token is no login");
    }
    let secret = Secret::from_text(password.to_owned());
    let expires_at = Some(own_end(&secret).map_or(said, |own| own.min(said)));
    Ok(Credential { username: username.to_owned(), secret, expires_at })
}

/// The end that stands in the password itself; nobody promises that it does.
fn own_end(password: &Secret) -> Option<Timestamp> {
    let provider = Some(Provider::AwsEcr);
    match classify("", "AWS", password.expose(), provider, Timestamp::UNIX_EPOCH).expiry {
        Expiry::At { at, .. } => Some(at),
        _ => None,
    }
}

/// An error that an API answered with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiError {
    /// Its name, such as `ExpiredTokenException`; empty where there is none.
    pub code: String,
    /// What else it says, as it came: it may quote what was sent.
    pub message: String,
}

impl ApiError {
    /// Reads an answer that is no success.
    pub fn read(answer: &Response) -> Self {
        let header = || answer.header("x-amzn-errortype").next().unwrap_or_default().to_owned();
        let body = String::from_utf8_lossy(answer.body.expose());
        let Ok(json) = serde_json::from_str::<Value>(&body) else {
            let text = |name| xml::text(&body, name).unwrap_or_default();
            let code = text("Code");
            return Self {
                code: bare(&if code.is_empty() { header() } else { code }),
                message: text("Message"),
            };
        };
        let text =
            |names: [&str; 2]| names.into_iter().find_map(|name| json[name].as_str()).map(str::to_owned);
        Self {
            code: bare(&text(["__type", "code"]).unwrap_or_else(header)),
            message: text(["message", "Message"]).unwrap_or_default(),
        }
    }

    /// What it means, its status considered.
    pub fn meaning(&self, status: u16) -> Meaning {
        let known = MEANINGS.iter().find(|(codes, _)| codes.contains(&self.code.as_str()));
        match (known, status) {
            (Some(_), _) if self.names_the_time() => Meaning::ClockOff,
            (Some((_, meaning)), _) => *meaning,
            (None, 429) => Meaning::Throttled,
            (None, 500..=599) => Meaning::ServerError,
            (None, 401 | 403) => Meaning::Denied,
            (None, _) => Meaning::Other,
        }
    }

    /// True where a clock that is off may be the reason (aws-runtime 1.5 `clock_skew`): then the server's own time helps.
    pub fn may_be_the_clock(&self) -> bool {
        self.meaning(400) == Meaning::ClockOff || SIGNATURE.contains(&self.code.as_str())
    }

    /// Amazon has one error for a wrong secret and for a wrong time, and tells them apart in words.
    fn names_the_time(&self) -> bool {
        let says = |words| self.message.starts_with(words);
        SIGNATURE.contains(&self.code.as_str())
            && (says("Signature expired") || says("Signature not yet current"))
    }
}

/// A signature that does not fit: a wrong secret, or a wrong time.
const SIGNATURE: &[&str] =
    &["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "IncompleteSignature"];

/// What the errors mean that can come (AWS "Common error types", Amazon ECR and STS API references).
const MEANINGS: &[(&[&str], Meaning)] = &[
    (
        &[
            "ExpiredToken",
            "ExpiredTokenException",
            "IDPRejectedClaim",
            "InvalidIdentityToken",
            "InvalidIdentityTokenException",
        ],
        Meaning::SessionEnded,
    ),
    (
        &[
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidAccessKeyId",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
        ],
        Meaning::WrongKey,
    ),
    (SIGNATURE, Meaning::WrongKey),
    (
        &["AccessDenied", "AccessDeniedException", "NotAuthorized", "OptInRequired", "UnauthorizedOperation"],
        Meaning::Denied,
    ),
    (
        &[
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "SlowDown",
        ],
        Meaning::Throttled,
    ),
    (&["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"], Meaning::ClockOff),
    (
        &[
            "InternalFailure",
            "InternalError",
            "ServerException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        ],
        Meaning::ServerError,
    ),
];

/// The name alone: a namespace may stand before it (`com.amazon.coral.service#`), an address behind it.
fn bare(code: &str) -> String {
    let code = code.rsplit('#').next().unwrap_or_default();
    code.split(':').next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values.
    type Headers<'a> = &'a [(&'a str, &'a str)];

    fn token(pair: &str) -> String {
        STANDARD.encode(pair)
    }

    fn shown(api: Api, body: &str) -> Result<(String, String, i64), &'static str> {
        let read = read(api, &Secret::from_text(body.to_owned()));
        read.map(|read| {
            (
                read.username,
                read.secret.expose_text().unwrap().to_owned(),
                read.expires_at.unwrap().as_millisecond(),
            )
        })
    }

    #[test]
    fn a_token_is_read_from_a_list_or_an_object() {
        let list = format!(
            r#"{{"authorizationData":[{{"authorizationToken":"{}","expiresAt":1796109421.5}}]}}"#,
            token("AWS:a:b")
        );
        let object = list.replace(['[', ']'], "");
        let login = Ok(("AWS".to_owned(), "a:b".to_owned(), 1_796_109_421_500));
        assert_eq!(shown(Api::Ecr, &list), login);
        assert_eq!(shown(Api::EcrPublic, &object), login);
        assert!(shown(Api::Ecr, &object).is_err());
        assert!(shown(Api::EcrPublic, &list).is_err());
    }

    #[test]
    fn the_earlier_end_counts() {
        let password = STANDARD.encode(
            r#"{"payload":"p","datakey":"d","version":"3","type":"DATA_KEY","expiration":1796109337}"#,
        );
        let end = |said: &str| {
            let pair = token(&format!("AWS:{password}"));
            let body =
                format!(r#"{{"authorizationData":[{{"authorizationToken":"{pair}","expiresAt":{said}}}]}}"#);
            shown(Api::Ecr, &body).map(|(_, _, end)| end)
        };
        assert_eq!(end("1796109421.371"), Ok(1_796_109_337_000));
        assert_eq!(end("1796000000"), Ok(1_796_000_000_000));
        assert_eq!(end(r#""2026-12-01T07:17:01Z""#), Ok(1_796_109_337_000));
    }

    #[test]
    fn anything_else_is_no_answer() {
        let with = |token: &str, end: &str| {
            format!(r#"{{"authorizationData":[{{"authorizationToken":"{token}","expiresAt":{end}}}]}}"#)
        };
        for body in [
            "",
            "null",
            "<html>",
            "{}",
            r#"{"authorizationData":[]}"#,
            &with("!", "1796109421"),
            &with(&token("AWS"), "1796109421"),
            &with(&token("AWS:"), "1796109421"),
            &with(&token(":x"), "1796109421"),
            &with(&STANDARD.encode(b"AWS:\xff"), "1796109421"),
            &with(&token("AWS:x"), "null"),
            &with(&token("AWS:x"), "\"soon\""),
        ] {
            assert!(shown(Api::Ecr, body).is_err(), "{body}");
        }
    }

    /// Code, message and meaning.
    fn error(status: u16, headers: Headers, body: &str) -> [String; 3] {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let body = Secret::from_text(body.to_owned());
        let answer = Response { status, headers: headers.collect(), body, is_cut: false, proxy: None };
        let error = ApiError::read(&answer);
        let meaning = format!("{:?}", error.meaning(status));
        [error.code, error.message, meaning]
    }

    #[test]
    fn an_error_is_read_from_json_xml_or_a_header() {
        let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no &lt;x&gt;</Message></Error></ErrorResponse>";
        let table: [(u16, Headers, &str, [&str; 3]); 11] = [
            (
                400,
                &[],
                r#"{"__type":"ExpiredTokenException","message":"over"}"#,
                ["ExpiredTokenException", "over", "SessionEnded"],
            ),
            (
                400,
                &[],
                r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","Message":"who"}"#,
                ["UnrecognizedClientException", "who", "WrongKey"],
            ),
            (
                400,
                &[],
                r#"{"code":"ThrottlingException:http://x"}"#,
                ["ThrottlingException", "", "Throttled"],
            ),
            (
                400,
                &[("x-amzn-errortype", "AccessDeniedException:")],
                "{}",
                ["AccessDeniedException", "", "Denied"],
            ),
            (
                400,
                &[],
                r#"{"__type":"InvalidSignatureException"}"#,
                ["InvalidSignatureException", "", "WrongKey"],
            ),
            (
                400,
                &[],
                r#"{"__type":"InvalidSignatureException","message":"Signature expired: x"}"#,
                ["InvalidSignatureException", "Signature expired: x", "ClockOff"],
            ),
            (400, &[], r#"{"__type":"RequestTimeTooSkewed"}"#, ["RequestTimeTooSkewed", "", "ClockOff"]),
            (403, &[], xml, ["AccessDenied", "no <x>", "Denied"]),
            (429, &[], "", ["", "", "Throttled"]),
            (503, &[], "<html>busy</html>", ["", "", "ServerError"]),
            (418, &[], "[]", ["", "", "Other"]),
        ];
        for (status, headers, body, expected) in table {
            assert_eq!(error(status, headers, body), expected, "{body}");
        }
    }
}
