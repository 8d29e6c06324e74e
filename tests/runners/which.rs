//! Which login each tool sends, on a machine that a case describes.

use std::collections::HashMap;

use pullpass::config::default_store::System;
use pullpass::resolve::snapshot::{Answer, File, FileText, Helper};
use pullpass::resolve::{self, End, Outcome, Sent, Snapshot, Source, Trace};
use pullpass::secret::Secret;
use serde_json::{Value, json};

use super::{Verdict, judges, same, text};

/// The home folder of every case.
pub const HOME: &str = "/home/case";

/// What a case may expect.
const EXPECTED: [&str; 8] =
    ["user", "password", "identitytoken", "registrytoken", "raw_auth", "undecoded_auth", "one_of", "error"];

/// Compares one case of `resolvers.json`.
pub fn run(case: &Value) -> Verdict {
    let expect = &case["expect"];
    judges("resolvers", expect, &EXPECTED);
    let tool = resolve::find(text(case, "tool")).ok_or_else(|| format!("no tool {}", case["tool"]))?;
    let trace = resolve::resolve(tool, text(case, "image"), &machine(case));
    let found = compare(expect, &trace.end).and_then(|()| asked(&case["asked"], &trace));
    found.map_err(|difference| format!("{difference}\n    {:?}\n    {:?}", trace.steps, trace.end))
}

fn compare(expect: &Value, end: &End) -> Verdict {
    if expect.get("error").is_some() {
        return if matches!(end, End::Stops(_)) { Ok(()) } else { Err("expected that it stops".to_owned()) };
    }
    if let Some(names) = expect["one_of"].as_array() {
        let End::Random(ends) = end else { return Err("expected chance".to_owned()) };
        let found: Vec<Value> = ends.iter().map(name).collect();
        let with_password: Vec<Value> = ends.iter().map(name_and_password).collect();
        let all =
            |found: &[Value]| found.len() == names.len() && names.iter().all(|name| found.contains(name));
        return if all(&found) || all(&with_password) { Ok(()) } else { Err(format!("found {found:?}")) };
    }
    let sent = match end {
        End::Login(winner) => winner.sent.clone(),
        End::Anonymous => Sent::default(),
        _ => return Err("expected one login, or none".to_owned()),
    };
    same("user", &expect["user"], &json!(sent.username))?;
    let secret =
        |secret: &Option<Secret>| json!(secret.as_ref().map(|s| String::from_utf8_lossy(s.expose())));
    let has_token = sent.identity_token.is_some() || sent.registry_token.is_some();
    let table = [
        ("password", &sent.password),
        ("identitytoken", &sent.identity_token),
        ("registrytoken", &sent.registry_token),
        ("raw_auth", &sent.raw_auth),
        ("undecoded_auth", &sent.undecoded_auth),
    ];
    for (member, found) in table {
        match expect.get(member) {
            Some(expected) => same(member, expected, &secret(found))?,
            // The cases do not tell an empty password of an empty user, nor one beside a token.
            None if member == "password" && (has_token || found.as_ref().is_none_or(Secret::is_empty)) => {}
            None if found.is_some() => return Err(format!("{member} goes out as well")),
            None => {}
        }
    }
    Ok(())
}

fn name(end: &End) -> Value {
    json!(end.winner().and_then(|winner| winner.sent.username.clone()))
}

/// Where the user is the same each time, the cases tell the password too.
fn name_and_password(end: &End) -> Value {
    let sent = end.winner().map(|winner| &winner.sent);
    let password = sent.and_then(|sent| sent.password.as_ref()).and_then(Secret::expose_text);
    let name = sent.and_then(|sent| sent.username.as_deref());
    json!(name.zip(password).map(|(name, password)| format!("{name} ({password})")))
}

/// Programs that were run, in order, with exactly what they got.
fn asked(expected: &Value, trace: &Trace) -> Verdict {
    if expected.is_null() {
        return Ok(());
    }
    let ran = trace.steps.iter().filter(|step| step.outcome != Outcome::Absent);
    let found: Vec<Value> = ran
        .filter_map(|step| match &step.source {
            Source::Helper(name) => Some(json!([name, "get", step.asked])),
            _ => None,
        })
        .collect();
    same("asked", expected, &json!(found))
}

/// The machine of a case: files, variables, helpers.
pub fn machine(case: &Value) -> Snapshot {
    let mut snapshot = Snapshot::new(System::Linux);
    snapshot.home = Some(HOME.to_owned());
    snapshot.passwd_home = Some(HOME.to_owned());
    snapshot.uid = 1000;
    for (name, value) in case["env"].as_object().into_iter().flatten() {
        let value = at_home(value.as_str().unwrap_or_default());
        snapshot.variables.insert(name.clone(), Secret::from_text(value));
    }
    for (path, content) in case["files"].as_object().into_iter().flatten() {
        let path = at_home(path);
        if let Some(program) = path.strip_prefix(&format!("{HOME}/bin/")) {
            snapshot.programs.insert(program.to_owned());
        }
        let bytes = Secret::from_text(content.as_str().unwrap_or_default().to_owned());
        snapshot.files.insert(path, File::Text(FileText::new(bytes)));
    }
    for (name, answers) in case["helpers"].as_object().into_iter().flatten() {
        snapshot.programs.insert(format!("docker-credential-{name}"));
        snapshot.helpers.insert(name.clone(), helper(answers));
    }
    snapshot
}

fn helper(answers: &Value) -> Helper {
    let mut helper = Helper { answers: HashMap::new(), otherwise: Some(Answer::NotFound), listed: None };
    for (input, answer) in answers.as_object().into_iter().flatten() {
        let answer = output(input, answer);
        if input == "*" {
            helper.otherwise = Some(answer);
        } else {
            helper.answers.insert(input.clone(), answer);
        }
    }
    helper
}

fn output(input: &str, answer: &Value) -> Answer {
    let stdout = match answer["stdout"].as_str() {
        Some(stdout) => stdout.to_owned(),
        None => json!({
            "ServerURL": input,
            "Username": answer["Username"],
            "Secret": answer["Secret"],
        })
        .to_string(),
    };
    let exit = answer["exit"].as_i64().unwrap_or_default() as i32;
    Answer::Output { stdout: Secret::from_text(stdout), exit }
}

/// A path or value with `~` for the home folder.
pub fn at_home(text: &str) -> String {
    match text.strip_prefix("~/") {
        Some(rest) => format!("{HOME}/{rest}"),
        None => text.to_owned(),
    }
}
