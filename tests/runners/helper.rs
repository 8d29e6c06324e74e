//! Runs the cases of kind "helper" in which this program is the client: a mock program gives the case's reply.

use std::fs;
use std::time::{Duration, Instant};

use pullpass::credential_helper::{Answer, Client, HelperError, HelperName, HelperWarning, Reply};
use pullpass::process::Limits;
use serde_json::{Map, Value, json};

use super::judges;
use crate::support::mock_helper::Mocks;

/// Enough for a shell to print its answer; a helper that hangs costs the test as much.
const TIME: Duration = Duration::from_secs(1);

/// Runs one case; the error says what differs.
pub fn run(case: &Value) -> Result<(), String> {
    let (input, expect) = (&case["input"], &case["expect"]);
    if input["side"] != "client" {
        return Err(format!("no runner for the side {}", input["side"]));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(client_case(input, expect))
}

async fn client_case(input: &Value, expect: &Value) -> Result<(), String> {
    judges(
        "helper client",
        expect,
        &["cred", "error", "warn", "expires_at", "hint", "any_of", "max_seconds"],
    );
    let helper = input["helper"].as_str().ok_or("the case names no helper")?;
    let key = input["query"].as_str().ok_or("the case has no query")?;
    let name = match HelperName::new(helper) {
        Ok(name) => name,
        Err(error) => return compare(expect, &describe(Err(error))),
    };
    let mocks = Mocks::with(helper, &script(&input["reply"]));
    write_replies(&mocks, &input["reply"]).map_err(|error| error.to_string())?;
    let mut witness = mocks.witness();

    let limits = Limits { time: time_limit(&input["reply"]), ..Limits::default() };
    let start = Instant::now();
    let reply = Client::new(mocks.path_var(), limits).reply(&name, key).await;
    let seconds = start.elapsed().as_secs_f64();

    compare(expect, &describe(reply))?;
    if expect["max_seconds"].as_f64().is_some_and(|most| seconds > most) {
        return Err(format!("took {seconds} s"));
    }
    // The mock holds the witness in every case: nothing of any helper may be left.
    witness.started().await;
    witness.gone().await;
    Ok(())
}

/// The limit that the case is about, where it is about one.
fn time_limit(reply: &Value) -> Duration {
    let waits = !reply["sleep_s"].is_null() || !reply["background_child_sleep_s"].is_null();
    if waits { TIME } else { TIME * 30 }
}

/// A shell script that gives the reply.
fn script(reply: &Value) -> String {
    let mut lines = vec!["exec 9>$D/witness".to_owned()];
    if let Some(seconds) = reply["sleep_s"].as_u64() {
        lines.push(format!("sleep {seconds}"));
    }
    if let Some(seconds) = reply["background_child_sleep_s"].as_u64() {
        lines.push(format!("sleep {seconds} &"));
    }
    lines.push("cat $D/stdout; cat $D/stderr >&2".to_owned());
    if let Some(filler) = reply["stdout_repeat"].as_str() {
        let bytes = reply["bytes"].as_u64().unwrap_or(u64::MAX);
        lines.push(format!("yes '{filler}' | tr -d '\\n' | head -c {bytes}"));
    }
    if let Some(signal) = reply["signal"].as_u64() {
        lines.push(format!("kill -{signal} $$"));
    }
    lines.push(format!("exit {}", reply["exit"].as_u64().unwrap_or(0)));
    lines.join("\n")
}

fn write_replies(mocks: &Mocks, reply: &Value) -> std::io::Result<()> {
    for stream in ["stdout", "stderr"] {
        fs::write(mocks.file(stream), super::bytes(reply, stream).unwrap_or_default())?;
    }
    Ok(())
}

/// What came back, in the words of the cases.
pub fn describe(reply: Result<Reply, HelperError>) -> Map<String, Value> {
    let mut actual = Map::new();
    let warnings = match reply {
        Err(error) => {
            actual.insert("error".into(), error.code().into());
            actual.extend(error.hint().map(|hint| ("hint".to_owned(), hint.code().into())));
            return actual;
        }
        Ok(Reply::NotFound) => {
            actual.insert("cred".into(), Value::Null);
            return actual;
        }
        Ok(Reply::Empty(warnings)) => {
            actual.insert("cred".into(), Value::Null);
            warnings
        }
        Ok(Reply::Login(answer)) => {
            actual.insert("cred".into(), credential(&answer));
            if let Some(at) = answer.credential.expires_at {
                actual.insert("expires_at".into(), at.to_string().into());
            }
            answer.warnings
        }
    };
    let codes: Vec<_> = warnings.iter().map(HelperWarning::code).collect();
    if !codes.is_empty() {
        actual.insert("warn".into(), codes.join(",").into());
    }
    actual
}

fn credential(answer: &Answer) -> Value {
    let login = &answer.credential;
    let secret = login.secret.expose_text();
    if login.is_identity_token() {
        return json!({ "identitytoken": secret });
    }
    json!({ "username": login.username, "password": secret })
}

fn compare(expect: &Value, actual: &Map<String, Value>) -> Result<(), String> {
    let fits = match expect["any_of"].as_array() {
        Some(choices) => choices.iter().any(|choice| agrees(choice, actual)),
        None => agrees(expect, actual),
    };
    if fits { Ok(()) } else { Err(format!("expected {expect}, got {}", Value::Object(actual.clone()))) }
}

/// True where the result has exactly what is expected: an unexpected warning is a difference too. A hint is one only
/// where the case speaks of it.
fn agrees(expect: &Value, actual: &Map<String, Value>) -> bool {
    let same = |member: &&str| expect.get(member) == actual.get(*member);
    ["cred", "error", "warn", "expires_at"].iter().all(same)
        && (expect.get("hint").is_none() || same(&"hint"))
}
