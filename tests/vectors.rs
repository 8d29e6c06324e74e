//! Runs every case of every file in `tests/vectors/`, or in the folder that `PULLPASS_VECTORS` names.
//!
//! `cargo test --test vectors -- decode` runs the cases whose names contain `decode`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test may

mod runners;
#[cfg(unix)]
mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use runners::Verdict;
use serde_json::Value;

/// Groups whose cases are played with scripts and modes.
const ON_UNIX_ALONE: &[&str] = &[
    "credentials/error",
    "credentials/file",
    "credentials/helper/backend",
    "credentials/helper/client",
    "credentials/helper/client_write",
    "credentials/resolve",
];

struct Case {
    name: String,
    group: String,
    value: Value,
}

fn main() -> ExitCode {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    #[allow(clippy::disallowed_methods)] // a test reads its own setting
    let folder = std::env::var_os("PULLPASS_VECTORS").map_or_else(own_folder, PathBuf::from);
    let cases = all_cases(&folder);
    let mut now = None;
    let (mut passed, mut failed, mut not_here) = (0, Vec::new(), 0);
    for case in &cases {
        if filter.as_ref().is_some_and(|filter| !case.name.contains(filter.as_str())) {
            continue;
        }
        if cfg!(not(unix)) && ON_UNIX_ALONE.contains(&&*case.group) {
            not_here += 1;
            continue;
        }
        let now = *now.get_or_insert_with(|| tokens_now(&folder));
        match std::panic::catch_unwind(|| run(case, now)) {
            Ok(Ok(())) => passed += 1,
            Ok(Err(difference)) => failed.push(format!("{}: {difference}", case.name)),
            Err(_) => failed.push(format!("{}: panicked", case.name)),
        }
    }
    for failure in &failed {
        println!("FAILED {failure}");
    }
    let not_judged = runners::all_not_judged();
    for expectation in &not_judged {
        println!("not judged: {expectation}");
    }
    if not_here > 0 {
        println!("{not_here} not run: they are for Unix");
    }
    println!("{passed} passed, {} failed", failed.len());
    let nothing_ran = passed == 0 && failed.is_empty() && filter.is_none();
    // What others expect may go beyond us; what our own files expect may not.
    let all_judged = not_judged.is_empty() || folder != own_folder();
    if failed.is_empty() && !nothing_ran && all_judged { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(case: &Case, now: jiff::Timestamp) -> Verdict {
    match case.group.as_str() {
        // A few of the errors show only when somebody asks for a login.
        #[cfg(unix)]
        "credentials/error" if case.value["input"].get("query").is_some() => {
            runners::resolve::run(&case.value)
        }
        "credentials/decode" | "credentials/error" => runners::decode::run(&case.value),
        #[cfg(unix)]
        "credentials/file" => runners::file::run(&case.value),
        "credentials/normalise" => runners::normalise::run(&case.value),
        #[cfg(unix)]
        "credentials/resolve" => runners::resolve::run(&case.value),
        "credentials/match" => runners::matching::run(&case.value),
        #[cfg(unix)]
        "credentials/helper/client" => runners::helper::run(&case.value),
        group if group.starts_with("minting/") => runners::minting::run(group, &case.value),
        "platforms/ecr_password_expiry" => runners::platforms::ecr_password_expiry(&case.value),
        "platforms/sauce_regions" => runners::platforms::sauce_regions(&case.value),
        "platforms/sauce_token_responses" => runners::platforms::sauce_token_responses(&case.value),
        group if group.starts_with("exports/") => runners::exports::run(group, &case.value),
        "platforms/docker_auth_to_rapyuta_fields" => runners::platforms::docker_auth_to_fields(&case.value),
        "platforms/emails" => runners::platforms::emails(&case.value),
        "platforms/rapyuta_secret_names" => runners::platforms::rapyuta_secret_names(&case.value),
        #[cfg(unix)]
        "credentials/helper/client_write" => runners::client_write::run(&case.value),
        "credentials/helper/serve" => runners::serve::run(&case.value),
        #[cfg(unix)]
        "credentials/helper/backend" => runners::backend::run(&case.value),
        "login_outcome" => runners::login_outcome::run(&case.value),
        "platforms/ecr_registries" => runners::registry::ecr_registries(&case.value),
        "platforms/image_references" => runners::registry::image_references(&case.value),
        group if group.starts_with("platforms/") => runners::platform_files::run(group, &case.value),
        "realm_policy" => runners::realm_policy::run(&case.value),
        "sources/sources" | "sources" => runners::sources::run(&case.value),
        "resolvers/resolvers" | "resolvers" => runners::which::run(&case.value),
        "token_response" => runners::token_response::run(&case.value),
        "www_authenticate" => runners::www_authenticate::run(&case.value),
        "tokens" => runners::tokens::run(&case.value, now),
        group => Err(format!("no runner for the group {group}")),
    }
}

fn own_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn all_cases(folder: &Path) -> Vec<Case> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files.iter().flat_map(|path| cases_of(path)).collect()
}

fn read(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file is an array of cases, an object with `cases`, or an object of groups that have `cases` or are arrays. What else
/// a group has is the member `group` of each of its cases.
fn cases_of(path: &Path) -> Vec<Case> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let document = read(path);
    let list = |value: &Value| value.as_array().or_else(|| value["cases"].as_array()).cloned();
    let groups: Vec<(String, Vec<Value>)> = match list(&document) {
        Some(cases) => vec![(stem.clone(), cases)],
        None => document
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((format!("{stem}/{name}"), with_group(list(value)?, value))))
            .collect(),
    };
    let named = |(group, cases): (String, Vec<Value>)| {
        cases.into_iter().enumerate().map(move |(at, value)| {
            let group = [value["kind"].as_str(), value["input"]["side"].as_str()]
                .into_iter()
                .flatten()
                .fold(group.clone(), |group, part| format!("{group}/{part}"));
            let id = value["id"].as_str().map_or_else(|| at.to_string(), str::to_owned);
            Case { name: format!("{group}/{id}"), group, value }
        })
    };
    groups.into_iter().flat_map(named).collect()
}

fn with_group(mut cases: Vec<Value>, group: &Value) -> Vec<Value> {
    let mut others = group.as_object().cloned().unwrap_or_default();
    others.remove("cases");
    for case in cases.iter_mut().filter_map(Value::as_object_mut).filter(|_| !others.is_empty()) {
        case.insert("group".into(), Value::Object(others.clone()));
    }
    cases
}

/// The instant at which the token cases are judged.
fn tokens_now(folder: &Path) -> jiff::Timestamp {
    let path = folder.join("tokens.json");
    let text = if path.exists() { read(&path)["now"].as_str().map(str::to_owned) } else { None };
    text.and_then(|text| text.parse().ok()).unwrap_or_else(|| "2026-11-20T00:00:00Z".parse().unwrap())
}
