//! Secrets of all kinds. Those that end do so at the instant that is asked for.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::MARKER;

/// The `auth` value of a pair.
pub fn auth(user: &str, password: &str) -> String {
    STANDARD.encode(format!("{user}:{password}"))
}

/// The `auth` value of a pair of bytes.
pub fn auth_bytes(user: &[u8], password: &[u8]) -> String {
    STANDARD.encode([user, b":", password].concat())
}

/// A web token that ends then and was made two hours earlier.
pub fn jwt(end: Timestamp) -> String {
    let end = end.as_second();
    signed(&json!({"iss": "https://auth.example.com", "sub": "jane", "aud": "registry.example.com",
                   "iat": end - 7_200, "exp": end}))
}

/// Azure's refresh token.
pub fn acr(end: Timestamp) -> String {
    let end = end.as_second();
    signed(&json!({"iss": "Azure Container Registry", "aud": "contoso.azurecr.io",
                   "grant_type": "refresh_token", "iat": end - 10_800, "exp": end}))
}

fn signed(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(&json!({"alg": "RS256", "typ": "JWT"})), part(claims), signature())
}

/// The part of a web token that nobody may see on its own.
pub fn signature() -> String {
    URL_SAFE_NO_PAD.encode(format!("{MARKER} is no signature"))
}

/// Amazon's password.
pub fn ecr(end: Timestamp) -> String {
    let password = json!({"payload": STANDARD.encode(MARKER), "datakey": "REVNTw==", "version": "2",
                          "type": "DATA_KEY", "expiration": end.as_second()});
    STANDARD.encode(password.to_string())
}

/// A service account's key file.
pub fn google_key() -> String {
    json!({"type": "service_account", "project_id": "acme", "private_key_id": "0123456789abcdef",
           "private_key": format!("-----BEGIN PRIVATE KEY-----\n{MARKER}\n-----END PRIVATE KEY-----\n"),
           "client_email": "puller@acme.iam.gserviceaccount.com"})
    .to_string()
}
