//! JSON that others wrote, as the same values that YAML becomes.

use std::fmt;
use std::rc::Rc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use super::CannotRead;
use super::yaml::Value;

/// The value of a JSON text. `serde_json` itself bounds how deep it is nested.
///
/// # Errors
/// [`CannotRead::Syntax`] where it is no JSON.
pub fn json_value(text: &str) -> Result<Value, CannotRead> {
    let syntax = |error: serde_json::Error| CannotRead::Syntax { line: error.line(), column: error.column() };
    serde_json::from_str(text).map_err(syntax)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::text_of(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::plain_of(if value { "true" } else { "false" }))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::plain_of(&value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::plain_of(&value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::plain_of(&value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::plain_of("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(Rc::new(item));
        }
        Ok(Value::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some((key, value)) = members.next_entry::<String, Value>()? {
            all.push((Zeroizing::new(key), Rc::new(value)));
        }
        Ok(Value::Map(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_becomes_what_yaml_becomes() {
        let value = json_value(r#"{"a":"\ud83d\ude00\/","b":[1,-2.5,true,null],"c":{"d":"x"}}"#).unwrap();
        assert_eq!(value.get("a").unwrap().text(), Some("😀/"));
        let items: Vec<_> = value.get("b").unwrap().items().collect();
        assert!(items.iter().all(|item| item.text().is_none()) && items[3].is_null());
        assert_eq!(value.at(&["c", "d"]).unwrap().text(), Some("x"));
        assert_eq!(json_value("{\n\"a\"").unwrap_err(), CannotRead::Syntax { line: 2, column: 3 });
        assert!(json_value(&"[".repeat(200_000)).is_err());
    }
}
