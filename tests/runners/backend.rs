//! Runs the cases of kind "helper" about what a real helper does with what it is given.

use std::fs;

use pullpass::credential::Credential;
use pullpass::credential_helper::backend::{self, KeychainItem, Unsupported};
use pullpass::credential_helper::{Client, HelperName, protocol};
use pullpass::process::Limits;
use pullpass::registry::key;
use pullpass::secret::Secret;
use serde_json::{Map, Value, json};

use super::helper::describe;
use super::{Verdict, judges, not_judged, same, text, texts};
use crate::support::mock_helper::Mocks;

/// Runs one case.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    let found = match (input.get("ops"), input.get("list_stdout"), text(input, "backend")) {
        _ if input.get("state").is_some() => in_a_state(case)?,
        (.., helper) if !LAYOUTS.contains(&helper) => None,
        (Some(_), _, helper) => after_operations(helper, input)?,
        (_, Some(_), helper) => listed(helper, input)?,
        (_, _, helper) => layout(helper, text(input, "server"), text(input, "username")),
    };
    let Some(found) = found else {
        not_judged(format!("backend: {} as {input} describes it", text(input, "backend")));
        return Ok(());
    };
    judges("backend", expect, &EXPECTED);
    let known = |member: &str| EXPECTED.contains(&member);
    let mut members = expect.as_object().into_iter().flatten().filter(|(member, _)| known(member));
    members.try_for_each(|(member, expected)| same(member, expected, &found[member]))
}

/// The helpers whose ways we know.
const LAYOUTS: [&str; 4] = ["pass", "secretservice", "osxkeychain", "wincred"];

/// What a case may expect.
const EXPECTED: [&str; 21] = [
    "path",
    "error",
    "hint",
    "message",
    "secret",
    "warn",
    "cred",
    "attributes",
    "item_label",
    "servers",
    "list_key",
    "port",
    "protocol",
    "server",
    "normalised_key",
    "type",
    "target",
    "username",
    "blob",
    "persist",
    "expires_at",
];

fn helper(name: &str) -> Result<HelperName, String> {
    HelperName::new(name).map_err(|error| error.to_string())
}

/// Where the helper keeps a login; `None` for a helper that we know nothing of.
fn layout(name: &str, server: &str, username: &str) -> Option<Value> {
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
        _ => return None,
    };
    Some(found)
}

fn refused(refusal: &Unsupported) -> Value {
    let message = match refusal {
        Unsupported::BadServerUrl(words) => words.clone(),
        other => other.words(),
    };
    json!({ "error": refusal.code(), "message": message })
}

/// What comes of `store "USER"`, `store secret "SECRET"` and `get`.
fn after_operations(name: &str, input: &Value) -> Result<Option<Value>, String> {
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
        let login = Credential::new(username, Secret::from_text(secret));
        match backend::check(&helper, "reg.example.com", &login) {
            Err(refusal) => return Ok(Some(refused(&refusal))),
            Ok(change) => {
                let kept = change.map_or(login.secret.clone(), |change| change.apply(&login.secret));
                found.insert("secret".into(), json!(kept.expose_text()));
                if let Some(change) = change {
                    found.insert("warn".into(), json!(change.code()));
                }
            }
        }
    }
    Ok((!found.is_empty()).then_some(Value::Object(found)))
}

fn listed(name: &str, input: &Value) -> Result<Option<Value>, String> {
    let list = protocol::read_list(&helper(name)?, text(input, "list_stdout").as_bytes());
    let list = list.map_err(|error| format!("{error:?}"))?;
    let servers: Map<String, Value> = list.into_iter().map(|item| (item.key, json!(item.username))).collect();
    Ok(Some(json!({ "servers": servers })))
}

/// What we make of the real helper's answer, printed by a mock program; `None` where the case does not have it.
fn in_a_state(case: &Value) -> Result<Option<Value>, String> {
    let input = &case["input"];
    let said =
        case["peers"].as_object().and_then(|peers| peers.values().find(|peer| peer.get("stdout").is_some()));
    let Some(said) = said else { return Ok(None) };
    let exit = said["exit"].as_u64().unwrap_or(1);
    let name = text(input, "backend");
    let mocks = Mocks::with(name, &format!("cat $D/stdout; exit {exit}"));
    fs::write(mocks.file("stdout"), text(said, "stdout")).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let client = Client::new(mocks.path_var(), Limits::default());
    let reply = runtime
        .map_err(|error| error.to_string())?
        .block_on(client.reply(&helper(name)?, text(input, "stdin")));
    Ok(Some(Value::Object(describe(reply))))
}
