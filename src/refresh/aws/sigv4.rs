//! AWS Signature Version 4, as far as a JSON call of one `POST` needs it.
//!
//! Source: AWS "Create a signed AWS API request"; botocore 1.44.8 `auth.py` (`SigV4Auth`) gives the same bytes.

use std::fmt::Write as _;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use url::Url;
use zeroize::Zeroizing;

use super::keys::Keys;
use crate::refresh::hex;
use crate::secret::Secret;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The content type of Amazon's JSON calls.
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// What is signed.
pub struct Call<'a> {
    /// The address.
    pub url: &'a Url,
    /// The service's signing name.
    pub service: &'a str,
    /// The region that the signature is for.
    pub region: &'a str,
    /// The `X-Amz-Target` header: the operation.
    pub target: &'static str,
    /// The body; its hash is signed.
    pub body: &'a str,
}

/// The headers that make the call signed, names in lower case.
pub fn sign(call: &Call<'_>, keys: &Keys, at: Timestamp) -> Vec<(&'static str, Secret)> {
    let date = at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    let text = |value: &str| Secret::from_text(value.to_owned());
    let mut headers = vec![("x-amz-date", text(&date)), ("x-amz-target", text(call.target))];
    headers.extend(keys.session.clone().map(|session| ("x-amz-security-token", session)));
    headers.sort_by_key(|(name, _)| *name);

    let mut signed = vec![("content-type", text(CONTENT_TYPE)), ("host", text(&host(call.url)))];
    signed.extend(headers.iter().cloned());
    let names: Vec<&str> = signed.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");

    let day = date.get(..8).unwrap_or_default();
    let scope = format!("{day}/{}/{}/aws4_request", call.region, call.service);
    let canonical = canonical(call, &signed, &names);
    let to_sign = format!("{ALGORITHM}\n{date}\n{scope}\n{}", hex(&Sha256::digest(&*canonical)));
    let first = Zeroizing::new([b"AWS4", keys.secret.expose()].concat());
    let parts = [day, call.region, call.service, "aws4_request", &to_sign];
    let signature = parts.iter().fold(first, |key, part| hmac(&key, part.as_bytes()));
    let value = format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={names}, Signature={}",
        keys.id,
        hex(&signature)
    );
    headers.push(("authorization", Secret::from_text(value)));
    headers
}

/// The request in the form that both sides hash. It holds the session token.
fn canonical(call: &Call<'_>, signed: &[(&'static str, Secret)], names: &str) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::new());
    text.extend(format!("POST\n{}\n{}\n", path(call.url), query(call.url)).into_bytes());
    for (name, value) in signed {
        text.extend_from_slice(name.as_bytes());
        text.push(b':');
        text.extend_from_slice(value.expose());
        text.push(b'\n');
    }
    text.extend(format!("\n{names}\n{}", hex(&Sha256::digest(call.body))).into_bytes());
    text
}

/// The host as the header has it: a port counts unless it is the scheme's own.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The path, encoded once more than it is sent. Dots were resolved when the address was read; doubled slashes count once.
fn path(url: &Url) -> String {
    let parts: Vec<String> = url.path().split('/').filter(|part| !part.is_empty()).map(encoded).collect();
    let end = if url.path().ends_with('/') && !parts.is_empty() { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

/// The query's pairs as they are sent, sorted.
fn query(url: &Url) -> String {
    let mut pairs: Vec<(&str, &str)> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// Percent-encoding of everything but RFC 3986's unreserved characters.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            byte => {
                let _infallible = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

fn hmac(key: &[u8], text: &[u8]) -> Zeroizing<Vec<u8>> {
    // Any length is a key: the error cannot be.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Zeroizing::default() };
    mac.update(text);
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_every_form_are_signed_as_botocore_signs_them() {
        // Each signature was made by botocore 1.44.8 at this second.
        let table = [
            (
                "https://api.ecr.eu-west-1.amazonaws.com",
                None,
                "bb1c401e32e56a50f8a22353ed4ca0cc58ef6265f74f6c19a34d33139b1b8ed3",
            ),
            (
                "https://api.ecr.eu-west-1.amazonaws.com/",
                Some("TOKEN/+=x"),
                "6c02c767fa5dc46fd4dede4da414df4d013df84400db8336797a1c19b962ce08",
            ),
            (
                "http://127.0.0.1:5000/base/",
                None,
                "3185a70b938fe2b2dfdbc33229c50ba6956da61e585e86fa54f9f46ce007961d",
            ),
            (
                "http://127.0.0.1:5000/base",
                None,
                "733280beec6bb4b5172ef0f292f0dac2ebdb1167717adaf67a6a0194d0a74a52",
            ),
            (
                "http://127.0.0.1:5000//a//b/",
                None,
                "7390ebcdc1b28ee5ab8c8ef1d81fda68bd173161172b3af858982896488d1bcb",
            ),
            (
                "http://127.0.0.1:5000/a%20b/c~d/e:f@g",
                None,
                "aebc2c486f5ee766b93e7ff61e3c03be3723b761fd7bb8544e44547a188b8d89",
            ),
            (
                "http://127.0.0.1:5000/?b=2&a=1&a=0&c",
                None,
                "a3951d716cd9c9d616ff37b7ad3af99c54b2d1a0f3375fe1a4bce24242bc7a19",
            ),
            (
                "http://127.0.0.1:80/",
                None,
                "18dd6d69aadf0841d6d0b0f5431fed6ffec480eb589ab7e8c409c23843303aec",
            ),
            ("http://[::1]:5000/", None, "fa82eea432e8e777e60d4e1505170f2f8ccaa7fff32d6e12c82f58886809001e"),
        ];
        for (url, session, signature) in table {
            let text = |text: &str| Secret::from_text(text.to_owned());
            let keys = Keys {
                id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
                secret: text("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                session: session.map(text),
                expires_at: None,
            };
            let call = Call {
                url: &Url::parse(url).unwrap(),
                service: "ecr",
                region: "eu-west-1",
                target: "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
                body: "{}",
            };
            let headers = sign(&call, &keys, Timestamp::from_second(1_796_000_000).unwrap());
            let (_, value) = headers.iter().find(|(name, _)| *name == "authorization").unwrap();
            assert!(value.expose_text().unwrap().ends_with(&format!("Signature={signature}")), "{url}");
        }
    }
}
