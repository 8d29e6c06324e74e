//! What was typed: addresses, passwords from standard input, names to log out of.

use pullpass::credential::rules;
use pullpass::registry::{alias, key};
use serde_json::{Value, json};

use super::{Verdict, judges, same, text, texts};

/// What a case may expect; the message is words for people.
const EXPECTED: [&str; 8] =
    ["credential_key", "hint", "error", "password", "warn", "remove", "offer", "message"];

/// Compares one case of kind `normalise`.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    judges("normalise", expect, &EXPECTED);
    if input.get("logout").is_some() {
        return logout(input, expect);
    }
    if input["field"] == json!("password_stdin") {
        return password(&super::bytes(input, "stdin").unwrap_or_default(), expect);
    }
    address(text(input, "value"), expect)
}

fn address(typed: &str, expect: &Value) -> Verdict {
    match key::credential_key(typed) {
        Ok(found) => {
            same("credential_key", &expect["credential_key"], &json!(found.key))?;
            match expect["hint"].as_str() {
                Some(hint) => same("hint", &json!(hint), &json!(found.hint.map(key::Hint::code))),
                None => Ok(()),
            }
        }
        Err(key::NotARegistryAddress) => same("error", &expect["error"], &json!("not_a_registry_address")),
    }
}

fn password(piped: &[u8], expect: &Value) -> Verdict {
    let Some(found) = rules::stdin_password(piped) else {
        return if expect.get("error").is_some() { Ok(()) } else { Err("taken for empty".into()) };
    };
    same("password", &expect["password"], &json!(found.password.expose_text()))?;
    let warning = found.has_newline.then_some("secret_contains_newline");
    same("warn", &expect["warn"], &json!(warning))
}

fn logout(input: &Value, expect: &Value) -> Verdict {
    let keys = texts(input, "keys_in_file");
    let set = alias::alias_set(text(input, "logout"), keys.iter().map(String::as_str));
    same("remove", &expect["remove"], &json!(set.same))?;
    let related = if expect.get("offer").is_some() { json!(set.related) } else { Value::Null };
    same("offer", &expect["offer"], &related)
}
