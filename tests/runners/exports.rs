//! Runs the groups of `exports.json`.

use pullpass::export::escape::{dotenv, hcl, json};
use pullpass::resolve::{gitlab_runner, kubelet};
use serde_json::{Value, json};

use super::{Verdict, judges, same, text, texts};

/// Compares one case of a group.
pub fn run(group: &str, case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    match group {
        "exports/kubelet_keys" => kubelet_keys(input, expect),
        "exports/kubelet_auth" => kubelet_auth(input, expect),
        "exports/hcl_string" => hcl_string(input, expect),
        "exports/hcl_string_safe_form" => {
            same("hcl", &expect["hcl"], &json!(hcl::quoted(text(input, "value"))))
        }
        "exports/dotenv_bare_characters" => dotenv_bare_characters(input, expect),
        "exports/gitlab_runner_keys" => gitlab_runner_keys(input, expect),
        "exports/gitlab_runner_config" => gitlab_runner_config(input, expect),
        "exports/terraform_jsonencode" => {
            same("json", &expect["json"], &json!(json::quoted(text(input, "password"))))
        }
        group => Err(format!("no runner for the group {group}")),
    }
}

fn kubelet_keys(input: &Value, expect: &Value) -> Verdict {
    judges("kubelet_keys", expect, &["logins_tried_in_order"]);
    let keys = texts(input, "auths_keys");
    let name = kubelet::repository(text(input, "image")).unwrap_or_default();
    let tried = kubelet::tried(keys.iter().map(String::as_str), &name);
    same("logins_tried_in_order", &expect["logins_tried_in_order"], &json!(tried))
}

/// The input is the entry.
fn kubelet_auth(input: &Value, expect: &Value) -> Verdict {
    judges("kubelet_auth", expect, &["login", "error", "effect"]);
    let secret = json!({"auths": {"registry.example.com": input}}).to_string();
    let found = kubelet::read_secret(&secret);
    same("error", &json!(expect["error"] == json!(true)), &json!(found.is_err()))?;
    let Ok(logins) = found else { return Ok(()) };
    let (_, login) = logins.first().ok_or("no login")?;
    let pair = [String::from_utf8_lossy(&login.username), String::from_utf8_lossy(login.password.expose())];
    same("login", &expect["login"], &json!(pair))
}

/// What others write must mean the same to the reader that our own writing is tested with.
fn hcl_string(input: &Value, expect: &Value) -> Verdict {
    judges("hcl_string", expect, &["value"]);
    let value = text(expect, "value");
    same("value", &expect["value"], &json!(hcl_value(text(input, "hcl"))?))?;
    same("our own form", &expect["value"], &json!(hcl_value(&hcl::quoted(value))?))
}

/// The text that an expression in quotes stands for.
pub fn hcl_value(expression: &str) -> Result<String, String> {
    let body: ::hcl::Body =
        ::hcl::from_str(&format!("x = {expression}\n")).map_err(|error| error.to_string())?;
    match body.attributes().next().map(::hcl::Attribute::expr) {
        Some(::hcl::Expression::String(text)) => Ok(text.clone()),
        other => Err(format!("{other:?}")),
    }
}

/// A value is written bare only where no reader changes it; who of them would is not ours to compute.
fn dotenv_bare_characters(input: &Value, expect: &Value) -> Verdict {
    judges("dotenv_bare_characters", expect, &["changed_by"]);
    let is_bare = |value: &str| dotenv::style(value) == dotenv::Style::Bare;
    let nobody_changes = expect["changed_by"].as_array().is_some_and(Vec::is_empty);
    if let Some(characters) = input["characters"].as_str() {
        let all = characters.chars().all(|c| is_bare(&format!("{c}a{c}b{c}")));
        return same("bare", &json!(nobody_changes), &json!(all));
    }
    let value = text(input, "line").split_once('=').map(|(_, value)| value).ok_or("no value")?;
    same("bare", &json!(nobody_changes), &json!(is_bare(value)))
}

fn gitlab_runner_keys(input: &Value, expect: &Value) -> Verdict {
    judges("gitlab_runner_keys", expect, &["key_used"]);
    let keys = texts(input, "auths_keys");
    let used = gitlab_runner::used(keys.iter().map(String::as_str), text(input, "image"));
    same("key_used", &expect["key_used"], &json!(used))
}

fn gitlab_runner_config(input: &Value, expect: &Value) -> Verdict {
    judges("gitlab_runner_config", expect, &["logins", "error_shown", "first_wins"]);
    if expect.get("first_wins").is_some() {
        return same("sources", &json!(texts(input, "sources")), &json!(gitlab_runner::SOURCES));
    }
    // No helper's program is there.
    let found = gitlab_runner::read(text(input, "DOCKER_AUTH_CONFIG").as_bytes(), |_| false);
    let shown = found.as_ref().err().is_some_and(|dropped| dropped.is_shown());
    same("error_shown", &json!(expect["error_shown"] == json!(true)), &json!(shown))?;
    let logins: Vec<String> =
        found.into_iter().flat_map(|file| file.entries).map(|entry| entry.key).collect();
    same("logins", &expect["logins"], &json!(logins))
}
