//! AWS keys, and the JSON in which programs and machines hand them out.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::refresh::instant;
use crate::secret::Secret;

/// What signs a request.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The access key's id.
    pub id: String,
    /// Its secret.
    pub secret: Secret,
    /// The token of a session; long-lived keys have none.
    pub session: Option<Secret>,
    /// When the session ends.
    pub expires_at: Option<Timestamp>,
}

/// The id belongs to a person: it is not shown either.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(•••)")
    }
}

impl Keys {
    /// What a `credential_process` printed (botocore 1.44.8 `credentials.py`, `ProcessProvider`).
    ///
    /// # Errors
    /// It is no such JSON; the words are the rest of a sentence and quote nothing.
    pub fn from_process(stdout: &[u8]) -> Result<Self, &'static str> {
        let members = object(stdout)?;
        match members.get("Version").and_then(Value::as_f64) {
            Some(1.0) => {}
            _ => return Err("its answer has no \"Version\": 1"),
        }
        Self::read(&members, "SessionToken", false)
    }

    /// What a container's or an EC2 machine's endpoint answered (botocore 1.44.8 `utils.py`).
    ///
    /// # Errors
    /// As [`Self::from_process`].
    pub fn from_endpoint(body: &[u8]) -> Result<Self, &'static str> {
        let members = object(body)?;
        if members.get("Code").and_then(Value::as_str).is_some_and(|code| code != "Success") {
            return Err("it answered with an error instead of keys");
        }
        Self::read(&members, "Token", true)
    }

    fn read(members: &Map<String, Value>, session: &str, is_session: bool) -> Result<Self, &'static str> {
        let text = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let secret = |text: &str| Secret::from_text(text.to_owned());
        let session = text(session).map(secret);
        let expires_at = match members.get("Expiration") {
            None | Some(Value::Null) => None,
            Some(end) => Some(instant::read(end).ok_or("its answer has an \"Expiration\" that is no time")?),
        };
        if is_session && (session.is_none() || expires_at.is_none()) {
            return Err("its answer has no \"Token\" or no \"Expiration\"");
        }
        Ok(Self {
            id: text("AccessKeyId").ok_or("its answer has no \"AccessKeyId\"")?.to_owned(),
            secret: secret(text("SecretAccessKey").ok_or("its answer has no \"SecretAccessKey\"")?),
            session,
            expires_at,
        })
    }

    /// True where a session's end has come.
    pub fn are_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

fn object(json: &[u8]) -> Result<Map<String, Value>, &'static str> {
    // serde's own words may quote a key.
    serde_json::from_slice(json).map_err(|_| "its answer is no JSON object")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(keys: Result<Keys, &'static str>) -> Result<String, &'static str> {
        keys.map(|keys| {
            let text = |secret: &Secret| secret.expose_text().unwrap().to_owned();
            let end = keys.expires_at.map(|end| end.to_string());
            format!("{} {} {:?} {end:?}", keys.id, text(&keys.secret), keys.session.as_ref().map(text))
        })
    }

    #[test]
    fn only_the_documented_json_of_a_process_is_taken() {
        let table = [
            (r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s"}"#, Ok("A s None None")),
            (
                r#"{"Version":1.0,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":null}"#,
                Ok("A s None None"),
            ),
            (
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","SessionToken":"t","Expiration":"2030-01-01T00:00:00+01:00","x":{}}"#,
                Ok(r#"A s Some("t") Some("2029-12-31T23:00:00Z")"#),
            ),
            (
                r#"{"Version":"1","AccessKeyId":"A","SecretAccessKey":"s"}"#,
                Err("its answer has no \"Version\": 1"),
            ),
            (r#"{"AccessKeyId":"A","SecretAccessKey":"s"}"#, Err("its answer has no \"Version\": 1")),
            (r#"{"Version":1,"SecretAccessKey":"s"}"#, Err("its answer has no \"AccessKeyId\"")),
            (
                r#"{"Version":1,"AccessKeyId":"","SecretAccessKey":"s"}"#,
                Err("its answer has no \"AccessKeyId\""),
            ),
            (r#"{"Version":1,"AccessKeyId":"A"}"#, Err("its answer has no \"SecretAccessKey\"")),
            (
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"s","Expiration":"2030-01-01T00:00:00"}"#,
                Err("its answer has an \"Expiration\" that is no time"),
            ),
            ("[]", Err("its answer is no JSON object")),
            ("AccessKeyId=A", Err("its answer is no JSON object")),
            ("", Err("its answer is no JSON object")),
        ];
        for (json, expected) in table {
            assert_eq!(shown(Keys::from_process(json.as_bytes())), expected.map(str::to_owned), "{json}");
        }
    }

    #[test]
    fn an_endpoint_hands_out_sessions_only() {
        let whole = r#"{"Code":"Success","AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"2030-01-01T00:00:00Z"}"#;
        assert!(Keys::from_endpoint(whole.as_bytes()).is_ok());
        for (from, to) in [
            ("Success", "AssumeRoleUnauthorizedAccess"),
            ("Token", "x"),
            ("Expiration", "x"),
            ("AccessKeyId", "x"),
        ] {
            assert!(Keys::from_endpoint(whole.replace(from, to).as_bytes()).is_err(), "{from}");
        }
    }

    #[test]
    fn neither_secret_nor_id_is_in_debug_output() {
        let keys = Keys::from_process(br#"{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"hunter2"}"#);
        assert_eq!(format!("{keys:?}"), "Ok(Keys(•••))");
    }
}
