//! The JSON schema of the settings file, for editors that check and complete TOML.

use serde_json::{Map, Value as Json, json};

use super::preferences::SECTIONS;
use super::table::{Row, Section};

/// The schema (JSON Schema 2020-12).
pub fn document() -> Json {
    let sections = SECTIONS.iter().map(|section| (section.name.to_owned(), of_section(section)));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The settings of pullpass (config.toml)",
        "type": "object",
        "additionalProperties": false,
        "properties": sections.collect::<Map<_, _>>(),
    })
}

fn of_section(section: &Section) -> Json {
    let rows = section.rows.iter().map(|row| (row.name.1.to_owned(), of_row(row)));
    json!({
        "description": section.about,
        "type": "object",
        "additionalProperties": false,
        "properties": rows.collect::<Map<_, _>>(),
    })
}

fn of_row(row: &Row) -> Json {
    let mut schema = (row.schema)();
    if let Json::Object(members) = &mut schema {
        members.insert("description".to_owned(), Json::from(row.meaning()));
        // What TOML writes for these values is JSON.
        if let Some(default) = (row.default)().and_then(|default| serde_json::from_str(&default).ok()) {
            members.insert("default".to_owned(), default);
        }
    }
    schema
}
