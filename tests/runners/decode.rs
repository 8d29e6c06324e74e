//! Entries and whole files: what is in them, what is odd, what is wrong.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pullpass::config::docker::{self, ConfigFile};
use pullpass::config::entry::Entry;
use pullpass::credential::diagnostic::Diagnostic;
use pullpass::credential::token;
use pullpass::registry::key;
use pullpass::text;
use serde_json::{Value, json};

use super::{Verdict, same, texts};

/// Compares one case of kind `decode` or `error`.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    let file = docker::read(&bytes(input)?);
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
    if expect["read_only"] == json!(true) && !file.is_read_only() {
        return Err("must be read-only".into());
    }
    compare_entries(expect, &file)?;
    if let Some(rows) = expect.get("rows_shown_as_registries") {
        let shown: Vec<_> =
            file.entries.iter().map(|e| &e.key).filter(|key| key::companion(key).is_none()).collect();
        same("rows", rows, &json!(shown))?;
    }
    compare_diagnostics(expect, &file)
}

fn bytes(input: &Value) -> Result<Vec<u8>, String> {
    if let Some(text) = input["config_json"].as_str() {
        return Ok(text.as_bytes().to_vec());
    }
    if let Some(text) = input["config_b64"].as_str() {
        return STANDARD.decode(text).map_err(|error| error.to_string());
    }
    generate(&input["generate"])
}

/// The big inputs are described, not stored.
fn generate(recipe: &Value) -> Result<Vec<u8>, String> {
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
        return Ok(parts.concat().into_bytes());
    }
    if let Some(count) = recipe["entries"].as_u64() {
        let entries: serde_json::Map<String, Value> = (0..count)
            .map(|n| {
                let key = part("key").replace("%05d", &format!("{n:05}")).replace("%d", &n.to_string());
                (key, json!({"auth": STANDARD.encode(format!("u{n}:p{n}"))}))
            })
            .collect();
        return Ok(json!({ "auths": entries }).to_string().into_bytes());
    }
    // base64("user:" + "x" * 1048576)
    let times = part("auth").rsplit('*').next().and_then(|n| n.trim().trim_end_matches(')').parse().ok());
    let auth = STANDARD.encode(format!("user:{}", "x".repeat(times.ok_or("unknown recipe")?)));
    Ok(json!({"auths": {part("registry"): {"auth": auth}}}).to_string().into_bytes())
}

fn compare_entries(expect: &Value, file: &ConfigFile) -> Verdict {
    if let Some(count) = expect["count"].as_u64() {
        same("count", &json!(count), &json!(file.entries.len()))?;
    }
    let wanted = expect.get("entries").or(expect.get("sample")).and_then(Value::as_object);
    let wanted = wanted.ok_or("the case expects no entries")?;
    if expect.get("entries").is_some() {
        same("number of entries", &json!(wanted.len()), &json!(file.entries.len()))?;
    }
    for (key, members) in wanted {
        let entry = file.entries.iter().find(|entry| entry.key == *key).ok_or(format!("no entry {key:?}"))?;
        for (member, expected) in members.as_object().into_iter().flatten() {
            same(&format!("{key} {member}"), expected, &found(entry, member)?)?;
        }
    }
    Ok(())
}

fn found(entry: &Entry, member: &str) -> Result<Value, String> {
    let plain = |secret: &Option<pullpass::secret::Secret>| {
        json!(secret.as_ref().map(|secret| String::from_utf8_lossy(secret.expose()).into_owned()))
    };
    let name = entry.username.as_deref().unwrap_or_default();
    let password = entry.password.as_ref().map(pullpass::secret::Secret::expose).unwrap_or_default();
    Ok(match member {
        "kind" => json!(entry.kind.code()),
        "username" => json!(entry.username_text()),
        "display_username" => json!(text::safe_bytes(name)),
        "username_b64" => json!(STANDARD.encode(name)),
        "password" => plain(&entry.password),
        "password_b64" => json!(STANDARD.encode(password)),
        "password_len" => json!(password.len()),
        "identitytoken" => plain(&entry.identity_token),
        "registrytoken" => plain(&entry.registry_token),
        "email" => json!(entry.email),
        "client_id" => json!(entry.client_id),
        other => return Err(format!("the runner does not know the member {other}")),
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
