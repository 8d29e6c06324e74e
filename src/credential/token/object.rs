//! A JSON object whose members keep their order.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::Value;

/// More members than any token has; beyond it a hostile file could cost time.
const MOST_MEMBERS: usize = 1_000;

/// The members of a JSON object in the order of the text. Of a name that stands there twice the last value counts.
#[derive(Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// Parses a whole text; `None` for anything but an object.
    pub(super) fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(member, _)| member == name).map(|(_, value)| value)
    }

    /// The member of this name, if it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// True with a member of this name, whatever its value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All members.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            match members.iter().position(|(member, _)| *member == name) {
                Some(at) => members[at].1 = value,
                None if members.len() == MOST_MEMBERS => return Err(A::Error::custom("too many members")),
                None => members.push((name, value)),
            }
        }
        Ok(Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_order_and_the_last_of_two_counts() {
        let object = Object::parse(br#"{"z":1,"a":2,"z":3}"#).unwrap();
        let members: Vec<_> = object.iter().map(|(name, value)| (name, value.as_i64())).collect();
        assert_eq!(members, [("z", Some(3)), ("a", Some(2))]);
    }

    #[test]
    fn what_is_not_strict_json_is_refused() {
        for json in
            ["\u{feff}{}", "{\"a\":NaN}", "{\"a\":1e400}", "{}x", "[]", "1", "", "{\"a\":1,}", "{'a':1}"]
        {
            assert!(Object::parse(json.as_bytes()).is_none(), "{json}");
        }
        assert!(Object::parse(b"{\"a\":\"\xff\"}").is_none());
        assert!(Object::parse("{\"a\":".repeat(100_000).as_bytes()).is_none());
    }
}
