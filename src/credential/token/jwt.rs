//! JSON web tokens, signed (RFC 7515) and encrypted (RFC 7516). Nothing is verified: what is read here is for display.

use jiff::Timestamp;
use serde_json::Value;

use crate::registry::provider::Provider;

use super::super::diagnostic::{Diagnostic, Diagnostics};
use super::base64_any;
use super::kind::TokenKind;
use super::numdate;
use super::object::Object;

/// The readable parts of a JSON web token.
pub(super) enum Jwt {
    /// Three parts: anyone can read the claims.
    Signed { header: Object, claims: Object },
    /// Five parts: only the header is readable.
    Encrypted { header: Object },
}

/// Reads a token in its compact form.
pub(super) fn read(text: &str) -> Option<Jwt> {
    // The header is an object, so its base64 begins with "e": an ordinary password is out at its first character.
    if !text.starts_with('e') {
        return None;
    }
    let mut parts = text.split('.');
    let (header, second) = (parts.next()?, parts.next()?);
    match parts.count() {
        1 => {
            let header = object(header).filter(|header| header.text("alg").is_some())?;
            Some(Jwt::Signed { header, claims: object(second)? })
        }
        3 => Some(Jwt::Encrypted { header: object(header).filter(|header| header.has("enc"))? }),
        _ => None,
    }
}

fn object(part: &str) -> Option<Object> {
    Object::parse(&base64_any::decode(part)?)
}

impl Jwt {
    /// Which token this is, as far as its issuer or its host tell.
    pub(super) fn kind(&self, provider: Provider) -> TokenKind {
        let Self::Signed { claims, .. } = self else {
            return TokenKind::Jwe;
        };
        let is_jfrog = |name| claims.text(name).is_some_and(|text| text.starts_with("jfac@"));
        match (claims.text("iss"), claims.text("grant_type")) {
            // Azure/acr `docs/AAD-OAuth.md`.
            (Some("Azure Container Registry"), Some("refresh_token")) => TokenKind::AcrRefreshToken,
            (Some("Azure Container Registry"), Some("access_token")) => TokenKind::AcrAccessToken,
            _ if is_jfrog("iss") || is_jfrog("sub") => TokenKind::JfrogAccessJwt,
            _ if provider == Provider::Redhat => TokenKind::RedhatServiceAccountJwt,
            _ => TokenKind::Jwt,
        }
    }

    /// The `exp` claim, where there is one.
    pub(super) fn exp(&self) -> Option<&Value> {
        match self {
            Self::Signed { claims, .. } => claims.get("exp"),
            Self::Encrypted { .. } => None,
        }
    }

    /// Warns of what a registry would refuse.
    pub(super) fn check(&self, now: Timestamp, warnings: &mut Diagnostics) {
        let Self::Signed { header, claims } = self else {
            return;
        };
        let is_unsigned = header.text("alg").is_some_and(|alg| alg.eq_ignore_ascii_case("none"));
        warnings.add_if(is_unsigned, Diagnostic::AlgNone);
        // An odd "nbf" says nothing about the expiry, so its own warnings are dropped.
        let start = claims.get("nbf").and_then(|nbf| numdate::read(nbf, &mut Diagnostics::default()));
        warnings.add_if(start.is_some_and(|start| start > now), Diagnostic::NotYetValid);
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn token(parts: &[&str]) -> String {
        parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect::<Vec<_>>().join(".")
    }

    #[test]
    fn the_kind_follows_from_issuer_and_host() {
        let table = [
            (
                r#"{"iss":"Azure Container Registry","grant_type":"refresh_token"}"#,
                TokenKind::AcrRefreshToken,
            ),
            (r#"{"iss":"Azure Container Registry","grant_type":"access_token"}"#, TokenKind::AcrAccessToken),
            (r#"{"iss":"Azure Container Registry"}"#, TokenKind::Jwt),
            (r#"{"iss":"jfac@01/users/jane"}"#, TokenKind::JfrogAccessJwt),
            (r#"{"iss":"x","sub":"jfac@01/users/jane"}"#, TokenKind::JfrogAccessJwt),
            (r#"{"iss":["jfac@01"]}"#, TokenKind::Jwt),
        ];
        for (claims, kind) in table {
            let jwt = read(&token(&[r#"{"alg":"RS256"}"#, claims, "s"])).unwrap();
            assert_eq!(jwt.kind(Provider::Generic), kind, "{claims}");
        }
    }

    #[test]
    fn an_encrypted_token_is_known_by_its_header() {
        let header = r#"{"alg":"dir","enc":"A256GCM"}"#;
        let jwt = read(&token(&[header, "", "iv", "text", "tag"])).unwrap();
        assert_eq!(jwt.kind(Provider::Redhat), TokenKind::Jwe);
        assert!(jwt.exp().is_none());
        assert!(read(&token(&[r#"{"alg":"dir"}"#, "", "iv", "text", "tag"])).is_none());
    }

    #[test]
    fn what_is_not_whole_is_no_token() {
        let header = r#"{"alg":"RS256"}"#;
        for parts in [
            &[header][..],
            &[header, "{}"],
            &[header, "{}", "s", "x"],
            &[header, "[]", "s"],
            &[header, "\u{feff}{}", "s"],
            &[header, "", "s"],
            &["{}", "{}", "s"],
            &[r#"{"alg":1}"#, "{}", "s"],
            &["[1]", "{}", "s"],
        ] {
            assert!(read(&token(parts)).is_none(), "{parts:?}");
        }
    }

    #[test]
    fn an_unsigned_or_early_token_is_warned_of() {
        let now = Timestamp::from_second(1_000).unwrap();
        let table: &[(&str, &str, &[Diagnostic])] = &[
            (r#"{"alg":"RS256"}"#, r#"{"nbf":1000}"#, &[]),
            (r#"{"alg":"RS256"}"#, r#"{"nbf":1001}"#, &[Diagnostic::NotYetValid]),
            (r#"{"alg":"RS256"}"#, r#"{"nbf":"soon"}"#, &[]),
            (r#"{"alg":"nOnE"}"#, r#"{"nbf":2000}"#, &[Diagnostic::AlgNone, Diagnostic::NotYetValid]),
        ];
        for (header, claims, expected) in table {
            let mut warnings = Diagnostics::default();
            read(&token(&[header, claims, ""])).unwrap().check(now, &mut warnings);
            assert_eq!(warnings, expected.iter().copied().collect(), "{header} {claims}");
        }
    }
}
