//! The files that a tool would open, what is in them, and which login it takes.

use std::collections::BTreeSet;

use pullpass::config::default_store::System;
use pullpass::resolve::snapshot::{Answer, File, FileText, Helper};
use pullpass::resolve::survey::{Login, Note, Survey, survey};
use pullpass::resolve::{self, Resolver, Snapshot, Tool};
use pullpass::secret::Secret;
use serde_json::{Value, json};

use super::which::HOME;
use super::{Verdict, judges, same, text, texts};

const RUNTIME: &str = "/run/user/1000";

/// What a case may expect.
const EXPECTED: [&str; 5] = ["places", "rule", "logins", "answer", "notes"];

/// Compares one case of `sources.json`.
pub fn run(case: &Value) -> Verdict {
    let expect = &case["expect"];
    judges("sources", expect, &EXPECTED);
    let snapshot = machine(case);
    let resolver = Resolver::new(&snapshot);
    let ask = case["ask"].as_str();
    let name = text(case, "tool");
    let tool = tool(name, text(case, "version"));
    let id = tool.map_or(name, |tool| tool.id);
    let found = survey(id, ask, &resolver).ok_or_else(|| format!("nothing is known of {name}"))?;
    compare(case, expect, &found)?;
    if let Some(expected) = expect.get("answer") {
        let tool = tool.ok_or_else(|| format!("{name} finds no login by an image"))?;
        // A host alone is asked for as one of its images.
        let image = ask.map(|ask| if ask.contains('/') { ask.to_owned() } else { format!("{ask}/app") });
        let trace = resolver.resolve(tool, image.as_deref().unwrap_or_default());
        let user = trace.end.winner().and_then(|winner| winner.sent.username.clone());
        same("answer", expected, &json!(user)).map_err(|wrong| format!("{wrong}\n    {:?}", trace.steps))?;
    }
    Ok(())
}

fn tool(name: &str, version: &str) -> Option<&'static Tool> {
    let is_540 =
        version.strip_prefix("image/v5.").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    match is_540 {
        Some(minor) if minor >= 40 => resolve::find(&format!("{name}-image-5.40")),
        Some(_) => resolve::of_version(name, ""),
        None => resolve::of_version(name, version),
    }
}

fn compare(case: &Value, expect: &Value, found: &Survey) -> Verdict {
    let at_home = |path: String| expand(case, &path);
    let places: Vec<String> = texts(expect, "places").into_iter().map(at_home).collect();
    // Whether regctl names both of its places is told in one case and not in another that is like it.
    let mut rest = found.places.iter();
    let are_there = places.iter().all(|place| rest.any(|found| found == place));
    if !are_there || (text(case, "tool") != "regctl" && places.len() != found.places.len()) {
        return Err(format!("places: expected {places:?}, found {:?}", found.places));
    }
    same("rule", &expect["rule"], &json!(found.rule.code()))?;
    let expected = expect["logins"].as_array().cloned().unwrap_or_default();
    if expected.len() != found.logins.len() {
        return Err(format!("logins: expected {expected:?}, found {:?}", found.logins));
    }
    for (expected, found) in expected.iter().zip(&found.logins) {
        login(case, expected, found)?;
    }
    let wanted: BTreeSet<String> = texts(expect, "notes").into_iter().collect();
    let told: BTreeSet<String> = found.notes.iter().map(|note| note.code().to_owned()).collect();
    // That a tool has nothing to do with docker's file is told in some cases of it only.
    let free = Note::NoDockerFallback.code();
    let is_same = wanted.is_subset(&told) && told.difference(&wanted).all(|note| note == free);
    if is_same { Ok(()) } else { Err(format!("notes: expected {wanted:?}, found {told:?}")) }
}

fn login(case: &Value, expected: &Value, found: &Login) -> Verdict {
    same("key", &expected["key"], &json!(found.key))?;
    same("user", &expected["user"], &json!(found.user))?;
    same("kind", &expected["kind"], &json!(found.kind.code()))?;
    same("from", &json!(expand(case, text(expected, "from"))), &json!(found.from))?;
    for (member, value) in [("program", &found.program), ("scope", &found.scope)] {
        if let Some(wanted) = expected.get(member) {
            same(member, wanted, &json!(value))?;
        }
    }
    Ok(())
}

/// The machine of a case.
fn machine(case: &Value) -> Snapshot {
    let system = match text(case, "platform") {
        "macos" => System::MacOs,
        "windows" => System::Windows,
        _ => System::Linux,
    };
    let mut snapshot = Snapshot::new(system);
    snapshot.home = Some(home(case).to_owned());
    snapshot.passwd_home = Some(HOME.to_owned());
    snapshot.uid = 1000;
    snapshot.variables.insert("XDG_RUNTIME_DIR".into(), Secret::from_text(RUNTIME.into()));
    for (name, value) in case["env"].as_object().into_iter().flatten() {
        let value = expand(case, value.as_str().unwrap_or_default());
        snapshot.variables.insert(name.clone(), Secret::from_text(value));
    }
    for (path, content) in case["files"].as_object().into_iter().flatten() {
        let bytes = Secret::from_text(content.as_str().unwrap_or_default().to_owned());
        snapshot.files.insert(expand(case, path), File::Text(FileText::new(bytes)));
    }
    for (name, known) in case["helpers"].as_object().into_iter().flatten() {
        if known["present"] == json!(true) {
            snapshot.programs.insert(format!("docker-credential-{name}"));
        }
        let keeps = |user: &Value| Answer::Keeps { username: user.as_str().map(str::to_owned) };
        let answers = known["get"].as_object().into_iter().flatten();
        let answers = answers.map(|(key, user)| (key.clone(), keeps(user))).collect();
        snapshot
            .helpers
            .insert(name.clone(), Helper { answers, otherwise: Some(Answer::NotFound), listed: None });
    }
    for (command, printed) in case["commands"].as_object().into_iter().flatten() {
        snapshot.commands.insert(command.clone(), printed.as_str().unwrap_or_default().to_owned());
    }
    snapshot.scopes = texts(case, "scopes");
    if let (Some(host), Some(ask)) = (case["token_host"].as_str(), case["ask"].as_str()) {
        let registry = ask.split('/').next().unwrap_or_default();
        snapshot.token_hosts.insert(registry.to_owned(), host.to_owned());
    }
    snapshot
}

fn home(case: &Value) -> &str {
    case["env"]["HOME"].as_str().unwrap_or(HOME)
}

/// A path with its home folder and its runtime folder.
fn expand(case: &Value, path: &str) -> String {
    let path = path.replace("$HOME", home(case)).replace("$XDG_RUNTIME_DIR", RUNTIME);
    match path.strip_prefix("~/") {
        Some(rest) => format!("{}/{rest}", home(case)),
        None => path,
    }
}
