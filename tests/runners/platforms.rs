//! Runs the groups of `platforms.json` that are about the fields of a new secret. What the cases say of other programs
//! (`rapyuta_v1_sdk_accepts` and the like) is not ours to compute.

use pullpass::credential::rules::{RapyutaFields, docker_auth_to_rapyuta_fields, email, name};
use serde_json::{Value, json};

use super::{Verdict, same, text};

/// Compares one case of `rapyuta_secret_names`.
pub fn rapyuta_secret_names(case: &Value) -> Verdict {
    let fault = name::fault(text(case, "name"), |_| false);
    same("valid", &case["valid"], &json!(fault.is_none()))?;
    same("why", &case["why"], &json!(fault.map(name::Fault::code)))?;
    let verdict = name::verdict(text(case, "name"), |_| false);
    same("wrong", &json!(fault.is_some()), &json!(verdict.is_wrong()))
}

/// Compares one case of `emails`.
pub fn emails(case: &Value) -> Verdict {
    let address = text(case, "email");
    same("valid", &case["valid"], &json!(email::is_valid(address)))?;
    same("warn_no_dot_in_domain", &case["warn_no_dot_in_domain"], &json!(email::lacks_dot(address)))
}

/// Compares one case of `docker_auth_to_rapyuta_fields`.
pub fn docker_auth_to_fields(case: &Value) -> Verdict {
    let found = docker_auth_to_rapyuta_fields(text(case, "auth")).ok();
    let ok = found.as_ref().is_some_and(RapyutaFields::is_complete);
    same("ok", &case["ok"], &json!(ok))?;
    let username = found.as_ref().map(|fields| fields.username.as_str());
    let password = found.as_ref().and_then(|fields| fields.password.expose_text());
    // Of fields that are not complete a case may say less.
    let members = [("username", username), ("password", password)];
    let mut judged = members.iter().filter(|(member, _)| ok || case.get(member).is_some());
    judged.try_for_each(|(member, found)| same(member, &case[member], &json!(found)))
}
