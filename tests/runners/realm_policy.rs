//! Runs the cases of `realm_policy.json`: may a login go to this realm?

use pullpass::check::realm;
use serde_json::{Value, json};
use url::Url;

use super::{Verdict, same, text};

/// Compares one case.
pub fn run(case: &Value) -> Verdict {
    let registry = Url::parse(text(case, "registry_url")).map_err(|error| error.to_string())?;
    let judged = realm::judge(&registry, text(case, "realm"));
    same("expect", &case["expect"], &json!(judged.reason.decision().code()))?;
    same("reason", &case["reason"], &json!(judged.reason.code()))
}
