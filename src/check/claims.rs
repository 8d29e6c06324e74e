//! The readable half of the token that a service gave. Nobody vouches for it: it is shown, and decides nothing.

use serde_json::Value;

use crate::credential::token;
use crate::secret::Secret;
use crate::text;

/// The most characters of a claim that are shown, and the most grants.
const MOST: (usize, usize) = (80, 5);

/// What a token says of itself; safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// For whom it is; empty where it says so, `None` where it does not say.
    pub subject: Option<String>,
    /// What it allows: `repository:team/app:pull` (distribution `docs/content/spec/auth/jwt.md`).
    pub grants: Vec<String>,
}

impl Claims {
    /// Reads a JSON web token; `None` for any other. `masked` takes secrets out of a claim, before any is cut.
    pub fn read(token: &Secret, masked: impl Fn(String) -> String) -> Option<Self> {
        let claims = token::claims(token.expose_text()?)?;
        let shown = |text: &str| {
            let text: String = masked(text.to_owned()).chars().take(MOST.0).collect();
            text::safe(&text).into_owned()
        };
        let access = claims.get("access").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let grant = |one: &Value| {
            let actions = one["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
            let actions: Vec<&str> = actions.iter().filter_map(Value::as_str).collect();
            let (kind, name) = (one["type"].as_str()?, one["name"].as_str()?);
            (!actions.is_empty()).then(|| shown(&format!("{kind}:{name}:{}", actions.join(","))))
        };
        Some(Self {
            subject: claims.text("sub").map(shown),
            grants: access.iter().filter_map(grant).take(MOST.1).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn read(payload: &str) -> Option<Claims> {
        let [header, payload] = [r#"{"alg":"ES256"}"#, payload].map(|part| URL_SAFE_NO_PAD.encode(part));
        Claims::read(&Secret::from_text(format!("{header}.{payload}.y")), |claim| claim)
    }

    #[test]
    fn subject_and_grants_are_shown() {
        let claims = read(
            r#"{"sub":"ja\u001bne","access":[{"type":"repository","name":"a/b","actions":["pull","push"]},
                {"type":"repository","name":"c","actions":[]},{"type":"registry"}]}"#,
        )
        .unwrap();
        assert_eq!(claims.subject.as_deref(), Some("ja\\x1bne"));
        assert_eq!(claims.grants, ["repository:a/b:pull,push"]);
        assert_eq!(read(r#"{"sub":""}"#).unwrap().subject.as_deref(), Some(""));
        assert_eq!(read("{}"), Some(Claims::default()));
    }

    #[test]
    fn what_is_no_web_token_has_no_claims() {
        for token in ["", "opaque", "a.b", "eyJhbGciOiJub25lIn0.!.c", "eyJhbGciOiJub25lIn0.W10.y"] {
            assert_eq!(Claims::read(&Secret::from_text(token.into()), |claim| claim), None, "{token}");
        }
    }
}
