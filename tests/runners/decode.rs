//! Entries and whole files: what is in them, what is odd, what is wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pullpass::config::docker::{self, ConfigFile};
use pullpass::config::entry::Entry;
use pullpass::credential::diagnostic::Diagnostic;
use pullpass::credential::token;
use pullpass::registry::key;
use pullpass::secret::Secret;
use pullpass::text;
use serde_json::{Value, json};

use super::{Verdict, judges, not_judged, same, texts};

/// What a case may expect.
const EXPECTED: [&str; 8] =
    ["entries", "sample", "count", "diagnostics", "error", "hint", "read_only", "rows_shown_as_registries"];

/// Compares one case of kind `decode` or `error`.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    let Some(bytes) = bytes(input) else {
        not_judged(format!("decode: the recipe {}", input["generate"]));
        return Ok(());
    };
    let file = docker::read(&bytes);
    judges("decode", expect, &EXPECTED);
    if let Some(error) = expect["error"].as_str() {
        let problem = file.problem.as_ref().ok_or("read without an error")?;
        same("error", &json!(error), &json!(problem.kind.code()))?;
        same("read_only", &json!(true), &json!(file.is_read_only()))?;
        return match expect["hint"].as_str() {
            Some(hint) => same("hint", &json!(hint), &json!(problem.hint)),
            None => Ok(()),
        };
    }
    if let Some(problem) = &file.problem {
        return Err(format!("refused: {}", problem.sentence()));
    }
    if let Some(read_only) = expect["read_only"].as_bool() {
        same("read_only", &json!(read_only), &json!(file.is_read_only()))?;
    }
    compare_entries(expect, &file)?;
    if let Some(rows) = expect.get("rows_shown_as_registries") {
        let shown: Vec<_> =
            file.entries.iter().map(|e| &e.key).filter(|key| key::companion(key).is_none()).collect();
        same("rows", rows, &json!(shown))?;
    }
    compare_diagnostics(expect, &file)
}

fn bytes(input: &Value) -> Option<Vec<u8>> {
    let text = input["config_json"].as_str().map(|text| text.as_bytes().to_vec());
    text.or_else(|| super::bytes(input, "config")).or_else(|| generate(&input["generate"]))
}

/// The big inputs are described, not stored; `None` for a recipe that we do not know.
fn generate(recipe: &Value) -> Option<Vec<u8>> {
    let part = |name: &str| recipe[name].as_str().unwrap_or_default();
    if let Some(times) = recipe["times"].as_u64() {
        let times = times as usize;
        let parts = [
            part("prefix").to_owned(),
            part("repeat").repeat(times),
            part("middle").to_owned(),
            part("then_repeat").repeat(times),
            part("suffix").to_owned(),
        ];
        return Some(parts.concat().into_bytes());
    }
    if let Some(count) = recipe["entries"].as_u64() {
        let entries: serde_json::Map<String, Value> = (0..count)
            .map(|n| {
                let key = part("key").replace("%05d", &format!("{n:05}")).replace("%d", &n.to_string());
                (key, json!({"auth": STANDARD.encode(format!("u{n}:p{n}"))}))
            })
            .collect();
        return Some(json!({ "auths": entries }).to_string().into_bytes());
    }
    // base64("user:" + "x" * 1048576)
    let times = part("auth").rsplit('*').next().and_then(|n| n.trim().trim_end_matches(')').parse().ok());
    let auth = STANDARD.encode(format!("user:{}", "x".repeat(times?)));
    Some(json!({"auths": {part("registry"): {"auth": auth}}}).to_string().into_bytes())
}

fn compare_entries(expect: &Value, file: &ConfigFile) -> Verdict {
    if let Some(count) = expect["count"].as_u64() {
        same("count", &json!(count), &json!(file.entries.len()))?;
    }
    let wanted = expect.get("entries").or(expect.get("sample")).and_then(Value::as_object);
    let Some(wanted) = wanted else { return Ok(()) };
    if expect.get("entries").is_some() {
        same("number of entries", &json!(wanted.len()), &json!(file.entries.len()))?;
    }
    for (key, members) in wanted {
        let entry = file.entries.iter().find(|entry| entry.key == *key).ok_or(format!("no entry {key:?}"))?;
        for (member, expected) in members.as_object().into_iter().flatten() {
            match found(entry, member) {
                Some(found) => same(&format!("{key} {member}"), expected, &found)?,
                None => not_judged(format!("decode: entry {member}")),
            }
        }
    }
    Ok(())
}

/// A member of an entry as the cases write it: as text, `display_NAME`, `NAME_b64` or `NAME_len`.
fn found(entry: &Entry, member: &str) -> Option<Value> {
    let shown = member.strip_prefix("display_");
    let (name, form) = match shown.unwrap_or(member).rsplit_once('_') {
        Some((name, form @ ("b64" | "len"))) => (name, form),
        _ => (shown.unwrap_or(member), ""),
    };
    let secret = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_vec());
    let text = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
    let bytes = match name {
        "kind" => return Some(json!(entry.kind.code())),
        "key" => Some(entry.key.as_bytes().to_vec()),
        "username" => entry.username.clone(),
        "password" => secret(&entry.password),
        "identitytoken" => secret(&entry.identity_token),
        "registrytoken" => secret(&entry.registry_token),
        "email" => text(&entry.email),
        "client_id" => text(&entry.client_id),
        _ => return None,
    };
    Some(match (form, shown) {
        ("b64", _) => json!(STANDARD.encode(bytes.unwrap_or_default())),
        ("len", _) => json!(bytes.unwrap_or_default().len()),
        (_, Some(_)) => json!(text::safe_bytes(&bytes.unwrap_or_default())),
        _ => json!(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
    })
}

/// Every expected one is there. What comes on top must follow from the others: the cases name such consequences only
/// where they are the point.
const CONSEQUENCES: &[&str] = &[
    "docker_rejects_file",
    "email_field_will_be_lost_by_docker",
    "podman_ignores_entry",
    "plaintext_secret",
    "empty_entry",
    "unknown_field",
];

fn compare_diagnostics(expect: &Value, file: &ConfigFile) -> Verdict {
    let mut all = file.diagnostics;
    for entry in &file.entries {
        all.extend(&entry.diagnostics);
        let name = entry.username_text().unwrap_or_default();
        if let Some(secret) = entry.secret() {
            let kind =
                token::classify(&entry.key, &name, secret.expose(), None, jiff::Timestamp::UNIX_EPOCH).kind;
            all.add_if(kind.is_google_key(), Diagnostic::LongLivedServiceAccountKey);
        }
    }
    let found: Vec<&str> = all.iter().map(Diagnostic::code).collect();
    let Some(expected) = expect.get("diagnostics").map(|_| texts(expect, "diagnostics")) else {
        return Ok(());
    };
    let missing: Vec<_> = expected.iter().filter(|code| !found.contains(&code.as_str())).collect();
    let surplus: Vec<_> = found
        .iter()
        .filter(|code| !expected.iter().any(|known| known == *code) && !CONSEQUENCES.contains(code))
        .collect();
    if missing.is_empty() && surplus.is_empty() {
        return Ok(());
    }
    Err(format!("diagnostics: missing {missing:?}, surplus {surplus:?}"))
}
