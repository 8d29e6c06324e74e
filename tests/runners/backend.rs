//! Runs the cases of kind "helper" about what a real helper does with what it is given.

use std::fs;

use pullpass::credential_helper::backend::{self, KeychainItem, Refusal};
use pullpass::credential_helper::{Client, HelperName, Limits, protocol};
use pullpass::registry::key;
use pullpass::secret::Secret;
use serde_json::{Map, Value, json};

use super::{Verdict, same, text, texts};
use crate::support::mock_helper::Mocks;

/// Runs one case.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    if input.get("state").is_some() {
        return without_a_session(case);
    }
    let found = match (input.get("ops"), input.get("list_stdout"), text(input, "backend")) {
        (Some(_), _, helper) => after_operations(helper, input)?,
        (_, Some(_), helper) => listed(helper, input)?,
        (_, _, helper) => layout(helper, text(input, "server"), text(input, "username"))?,
    };
    for (member, expected) in expect.as_object().into_iter().flatten() {
        same(member, expected, &found[member])?;
    }
    Ok(())
}

fn helper(name: &str) -> Result<HelperName, String> {
    HelperName::new(name).map_err(|error| error.to_string())
}

/// Where the helper keeps a login.
fn layout(name: &str, server: &str, username: &str) -> Result<Value, String> {
    let found = match name {
        "pass" => match backend::pass_path(server, username) {
            Ok(path) => json!({ "path": format!("$PASSWORD_STORE_DIR/{path}") }),
            Err(refusal) => refused(&refusal),
        },
        "secretservice" => {
            let attributes: Map<String, Value> = backend::secretservice_attributes(server, username)
                .into_iter()
                .map(|(name, value)| (name.to_owned(), json!(value)))
                .collect();
            json!({ "attributes": attributes, "item_label": backend::secretservice_label(server) })
        }
        "osxkeychain" => match KeychainItem::of_key(server) {
            Ok(item) => {
                let listed = item.listed();
                let normal = key::credential_key(&listed).map(|normal| normal.key);
                json!({
                    "list_key": listed, "path": item.path, "port": item.port, "protocol": item.protocol,
                    "server": item.server, "normalised_key": normal.unwrap_or(listed),
                })
            }
            Err(refusal) => refused(&refusal),
        },
        "wincred" => json!({
            "type": "generic", "target": server, "username": username, "blob": "UTF-8 bytes of the secret",
            "persist": "local_machine", "attributes": { "label": backend::LABEL },
        }),
        other => return Err(format!("no runner for the backend {other}")),
    };
    Ok(found)
}

fn refused(refusal: &Refusal) -> Value {
    let message = match refusal {
        Refusal::BadServerUrl(words) => words.clone(),
        other => other.words(),
    };
    json!({ "error": refusal.code(), "message": message })
}

/// What comes of `store "USER"`, `store secret "SECRET"` and `get`.
fn after_operations(name: &str, input: &Value) -> Result<Value, String> {
    let helper = helper(name)?;
    let mut found = Map::new();
    for operation in texts(input, "ops") {
        let (words, argument) = operation.split_once('"').unwrap_or((&operation, ""));
        let argument: String = serde_json::from_str(&format!("\"{argument}")).unwrap_or_default();
        let (username, secret) = match words.trim() {
            "store" => (argument, "secret".to_owned()),
            "store secret" => ("u".to_owned(), argument),
            _ => continue,
        };
        let secret = Secret::from_text(secret);
        match backend::check(&helper, "reg.example.com", &username, &secret) {
            Err(refusal) => return Ok(refused(&refusal)),
            Ok(change) => {
                let kept = change.map_or(secret.clone(), |change| change.apply(&secret));
                found.insert("secret".into(), json!(kept.expose_text()));
                if let Some(change) = change {
                    found.insert("warn".into(), json!(change.code()));
                }
            }
        }
    }
    Ok(Value::Object(found))
}

fn listed(name: &str, input: &Value) -> Result<Value, String> {
    let list = protocol::read_list(&helper(name)?, text(input, "list_stdout").as_bytes());
    let list = list.map_err(|error| format!("{error:?}"))?;
    let servers: Map<String, Value> = list.into_iter().map(|item| (item.key, json!(item.username))).collect();
    Ok(json!({ "servers": servers }))
}

/// The real helper's words, printed by a mock program, lead to the hint.
fn without_a_session(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    let said =
        case["peers"].as_object().and_then(|peers| peers.values().next()).ok_or("no peer said anything")?;
    let exit = said["exit"].as_u64().unwrap_or(1);
    let name = text(input, "backend");
    let mocks = Mocks::with(name, &format!("cat $D/stdout; exit {exit}"));
    fs::write(mocks.file("stdout"), text(said, "stdout")).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let client = Client::new(mocks.path_var(), Limits::default());
    let helper = helper(name)?;
    let answer =
        runtime.map_err(|error| error.to_string())?.block_on(client.get(&helper, text(input, "stdin")));
    let error = answer.err().ok_or("the helper gave an answer")?;
    same("error", &expect["error"], &json!(error.code()))?;
    same("hint", &expect["hint"], &json!(error.hint().map(pullpass::credential_helper::Hint::code)))
}
