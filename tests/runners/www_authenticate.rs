//! Runs the cases of `www_authenticate.json`. What they say of other programs (`observed`) is not ours to compute.

use pullpass::check::challenge::{Challenge, Challenges, ParseError, Pick};
use serde_json::{Map, Value, json};

use super::{Verdict, same, texts};

/// Compares one case.
pub fn run(case: &Value) -> Verdict {
    // One header may be written without its list.
    let headers = match case["headers"].as_str() {
        Some(header) => vec![header.to_owned()],
        None => texts(case, "headers"),
    };
    let found = Challenges::read(headers.iter().map(String::as_str));
    let expect = &case["expect"];
    let list: Vec<Value> = found.list.iter().map(challenge).collect();
    same("challenges", &expect["challenges"], &json!(list))?;
    same("pick", &expect["pick"], &json!(found.pick().map(pick)))?;
    same("error", &expect["error"], &json!(found.fault.map(ParseError::code)))
}

fn challenge(one: &Challenge) -> Value {
    let params: Map<String, Value> =
        one.params.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({"scheme": one.scheme, "token68": one.token68, "params": params})
}

fn pick(pick: Pick<'_>) -> Value {
    match pick {
        Pick::Basic(one) => json!({"scheme": "basic", "realm": one.param("realm")}),
        Pick::Bearer(one) => json!({
            "scheme": "bearer",
            "realm": one.param("realm"),
            "service": one.param("service"),
            "scopes": one.scopes().collect::<Vec<_>>(),
            "error": one.param("error"),
        }),
    }
}
