//! The JSON output is what its schemas in `docs/` say, and the schemas know every word that the program knows.

mod check;
mod doctor;
mod logins;
mod which;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::schema;

/// The page for people.
const EXPLANATION: &str = include_str!("../../../docs/json.md");

/// What a document must be like.
struct Schema {
    text: Value,
    judge: schema::Schema,
}

impl Schema {
    fn of(text: &str) -> Self {
        let text = serde_json::from_str(text).unwrap();
        let judge = schema::Schema::of(&text);
        Self { text, judge }
    }

    /// What is wrong with a document, one line each.
    fn faults(&self, document: &Value) -> Vec<String> {
        self.judge.faults(document)
    }

    /// The words that a definition allows.
    fn words_of(&self, name: &str) -> BTreeSet<String> {
        words(&self.text["$defs"][name]["enum"])
    }

    /// The members of all objects that it describes.
    fn members(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        walk(&self.text, &mut |members| {
            if let Some(Value::Object(properties)) = members.get("properties") {
                found.extend(properties.keys().cloned());
            }
        });
        found
    }
}

/// The texts of an array.
fn words(array: &Value) -> BTreeSet<String> {
    array.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// The members of all objects in a document.
fn members_met(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(document, &mut |members| found.extend(members.keys().cloned()));
    found
}

/// Visits every object, however deep.
fn walk(value: &Value, visit: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(members);
            members.values().for_each(|value| walk(value, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        _ => {}
    }
}
