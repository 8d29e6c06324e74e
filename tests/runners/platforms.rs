//! Runs the groups of `platforms.json` that are about the fields of a new secret, and about those who mint. What the cases
//! say of other programs (`rapyuta_v1_sdk_accepts` and the like) is not ours to compute.

use pullpass::credential::auth;
use pullpass::credential::diagnostic::Diagnostics;
use pullpass::credential::expiry::Expiry;
use pullpass::credential::rules::{RapyutaFields, docker_auth_to_rapyuta_fields, email, name};
use pullpass::credential::token::classify;
use pullpass::refresh::sauce::{self, datacenter};
use serde_json::{Value, json};

use super::{Verdict, same, text};

/// Compares one case of `rapyuta_secret_names`.
pub fn rapyuta_secret_names(case: &Value) -> Verdict {
    let fault = name::fault(text(case, "name"), |_| false);
    same("valid", &case["valid"], &json!(fault.is_none()))?;
    same("why", &case["why"], &json!(fault.map(name::NameError::code)))?;
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

/// Compares one case of `ecr_password_expiry`, by the password and by docker's `auth` value of it.
pub fn ecr_password_expiry(case: &Value) -> Verdict {
    let auth = auth::decode(text(case, "auth"), &mut Diagnostics::default()).ok();
    same("auth", &case["password"], &json!(auth.as_ref().and_then(|pair| pair.password.expose_text())))?;
    let host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
    let now = "2026-11-20T00:00:00Z".parse().map_err(|_| "no time")?;
    let token = classify(host, text(case, "username"), text(case, "password").as_bytes(), None, now);
    let end = match token.expiry {
        Expiry::At { at, .. } => Some(at.as_second()),
        _ => None,
    };
    same("expires_epoch", &case["expires_epoch"], &json!(end))
}

/// Compares one case of `sauce_regions`.
pub fn sauce_regions(case: &Value) -> Verdict {
    let found = datacenter::of_name(text(case, "region"));
    same("valid", &json!(case["valid"] != json!(false)), &json!(found.is_some()))?;
    let Some(found) = found else { return Ok(()) };
    let members = [
        ("api", json!(found.api)),
        ("token_url", json!(found.token_url())),
        ("imagerunner_schema_allows", json!(found.is_in_schema)),
    ];
    members.iter().try_for_each(|(name, value)| same(name, &case[*name], value))
}

/// Compares one case of `sauce_token_responses`. The moment is a double there, which holds seven digits of a second.
pub fn sauce_token_responses(case: &Value) -> Verdict {
    let read = sauce::read(case["body"].to_string().as_bytes());
    same("ok", &case["ok"], &json!(read.is_ok()))?;
    let end = read.ok().and_then(|token| token.expires_at).map(|at| at.as_duration().as_secs_f64());
    same("expires_epoch", &json!(case["expires_epoch"].as_f64()), &json!(end))
}
