//! The JSON of `doctor`, as `docs/doctor.schema.json` has it.

use pullpass::doctor::rules::RULES;
use serde_json::{Value, json};

use super::{EXPLANATION, Schema};
use crate::support::home::Home;
use crate::support::program::pullpass;
use crate::support::tokens::auth;
use crate::support::{MARKER, leaks};

fn schema() -> Schema {
    Schema::of(include_str!("../../../docs/doctor.schema.json"))
}

#[test]
fn each_finding_is_as_the_schema_says_and_holds_no_secret() {
    let entry = json!({"auth": auth("jane", MARKER)});
    let home = Home::docker(&json!({
        "auths": {"MyReg.azurecr.io": entry, "docker.io": entry, "b.example": {"auth": "!"}, "c.example": {}},
        "credHelpers": {"gcr.io": "gone"},
    }));
    let run = pullpass(&home, &["doctor", "--json"]);
    assert_eq!(run.status, 1, "{run:?}");
    assert!(!leaks(&run.stdout), "{}", run.stdout);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(schema().faults(&document), [""; 0], "{}", run.stdout);
    assert!(document["findings"].as_array().unwrap().len() >= 5, "{}", run.stdout);
}

#[test]
fn schema_and_page_know_every_rule_and_member() {
    let rules = RULES.iter().map(|rule| rule.code.to_owned()).collect();
    assert_eq!(schema().words_of("rule"), rules);
    for member in schema().members() {
        assert!(EXPLANATION.contains(&format!("`{member}`")), "docs/json.md does not name {member}");
    }
    for rule in RULES {
        assert!(
            EXPLANATION.contains(&format!("`{}`", rule.code)),
            "docs/json.md does not name {}",
            rule.code
        );
    }
}
