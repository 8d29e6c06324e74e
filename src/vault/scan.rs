//! Finding docker's login of one key without making a record of every other one: each `docker pull` waits for it.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Result;
use super::document::Document;
use super::record::{Name, Record};
use crate::registry::helper_key;

/// What decides whether a record is looked at whole.
#[derive(Deserialize)]
struct Peek<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    login: bool,
}

/// The login of this key in the text of a vault, as [`Document::login`] finds it. What is wrong with the password of another
/// record goes unnoticed.
///
/// # Errors
/// As [`Document::from_json`].
pub fn login(json: &[u8], key: &str) -> Result<Option<Record>> {
    match serde_json::Deserializer::from_slice(json).deserialize_map(Vault { key }) {
        Ok(found) => Ok(found),
        // A version, an order or a record that is unusual: slow, and with all the words.
        Err(_) => Ok(Document::from_json(json)?.login(key).cloned()),
    }
}

struct Vault<'k> {
    key: &'k str,
}

impl<'de> Visitor<'de> for Vault<'_> {
    type Value = Option<Record>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a vault of this version")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let (mut is_known, mut found) = (false, None);
        while let Some(Name(member)) = map.next_key()? {
            match &*member {
                "version" => is_known = map.next_value::<u64>()? == super::VERSION,
                "records" => found = map.next_value_seed(Records { key: self.key })?,
                _ => {
                    map.next_value::<&RawValue>()?;
                }
            }
        }
        if is_known { Ok(found) } else { Err(serde::de::Error::custom("another version")) }
    }
}

struct Records<'k> {
    key: &'k str,
}

impl<'de> serde::de::DeserializeSeed<'de> for Records<'_> {
    type Value = Option<Record>;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Records<'_> {
    type Value = Option<Record>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut records: A) -> std::result::Result<Self::Value, A::Error> {
        let (mut exact, mut spelled) = (None, None);
        while let Some(record) = records.next_element::<&RawValue>()? {
            let peek: Peek<'_> = serde_json::from_str(record.get()).map_err(serde::de::Error::custom)?;
            if !peek.login {
                continue;
            }
            let found = if peek.key == self.key { &mut exact } else { &mut spelled };
            if found.is_none() && helper_key::is_same(&peek.key, self.key) {
                *found = Some(record);
            }
        }
        let found: Option<&RawValue> = exact.or(spelled);
        found.map(|record| serde_json::from_str(record.get()).map_err(serde::de::Error::custom)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"{"version":1,"recipients":[],"later":{"x":[1]},"records":["#;

    fn record(name: &str, key: &str, login: bool) -> String {
        format!(
            r#"{{"name":"{name}","kind":"private_registry","key":"{key}","username":"u","password":"of {name}","login":{login},"created_at":"2026-11-20T10:00:00Z","changed_at":"2026-11-20T10:00:00Z"}}"#
        )
    }

    /// Whatever the text is, both ways give the same.
    fn agrees(json: &str, key: &str) {
        let whole = Document::from_json(json.as_bytes()).map(|document| document.login(key).cloned());
        let one = login(json.as_bytes(), key);
        match (whole, one) {
            (Ok(whole), Ok(one)) => assert!(whole == one, "{json}"),
            (Err(whole), Err(one)) => assert_eq!(whole.to_string(), one.to_string(), "{json}"),
            (whole, one) => panic!("{json}: {whole:?}, {one:?}"),
        }
    }

    #[test]
    fn it_finds_what_the_whole_document_finds() {
        let records =
            [record("a", "ghcr.io", false), record("b", "ghcr.io", true), record("c", r"qu\u0061y.io", true)];
        let json = format!("{HEAD}{}]}}", records.join(","));
        let name = |key: &str| login(json.as_bytes(), key).unwrap().map(|record| record.name);
        assert_eq!(name("ghcr.io"), Some("b".to_owned()));
        assert_eq!(name("quay.io"), Some("c".to_owned()));
        assert_eq!(name("docker.io"), None);
        assert_eq!(name("https://ghcr.io/"), Some("b".to_owned()));
        assert_eq!(name("ghcr.io/team"), None);
        for key in ["ghcr.io", "quay.io", "docker.io", "https://quay.io", ""] {
            agrees(&json, key);
        }
    }

    #[test]
    fn what_is_odd_gets_the_same_words() {
        let good = record("a", "ghcr.io", true);
        let table = [
            format!(r#"{{"records":[{good}],"version":1}}"#),
            format!(r#"{{"version":2,"records":[{good}]}}"#),
            format!(r#"{{"records":[{good}]}}"#),
            format!("{HEAD}{good},7]}}"),
            format!("{HEAD}{good},{{}}]}}"),
            format!("{HEAD}{good}"),
            r#"{"version":1,"records":[{"name":"a","key":"ghcr.io","password":"p"}]}"#.to_owned(),
            "[]".to_owned(),
            String::new(),
        ];
        for json in &table {
            agrees(json, "ghcr.io");
        }
    }
}
