//! Which files are read, and which store docker takes by itself.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pullpass::config::containers;
use pullpass::config::default_store::{self, System};
use pullpass::config::docker::{self, ConfigFile};
use pullpass::config::effective::{self, Choices, Lookup};
use pullpass::config::entry::Entry;
use pullpass::config::locate::Locations;
use pullpass::credential::diagnostic::Diagnostic;
use pullpass::settings::Settings;
use serde_json::{Value, json};

use super::{Verdict, judges, same, text, texts};

/// Compares one case about docker's default store.
pub fn default_store(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    let programs = texts(input, "programs_on_path");
    let system = match text(input, "os") {
        "linux" => System::Linux,
        "darwin" => System::MacOs,
        "windows" => System::Windows,
        _ => System::Other,
    };
    judges("detect", expect, &["store", "warn"]);
    let is_there = |name: &str| {
        let is_it = |program: &String| program == name || program.strip_suffix(".exe") == Some(name);
        programs.iter().any(is_it)
    };
    let machine = default_store::machine(system, is_there);
    let file = docker::read(as_text(&input["config"]).as_bytes());
    same("store", &expect["store"], &json!(default_store::store(&file, &machine)))?;
    match expect["warn"].as_str() {
        Some(warning) => {
            let found = machine.pass_shadows_secretservice.then_some("pass_shadows_secretservice");
            same("warn", &json!(warning), &json!(found))
        }
        None => Ok(()),
    }
}

/// Compares one case about which file docker and podman use.
pub fn files(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    judges("discover", expect, &["docker", "podman", "warn"]);
    let home = tempfile::tempdir().map_err(|error| error.to_string())?;
    let registry = text(input, "registry");
    for (path, content) in input["files"].as_object().into_iter().flatten() {
        write(&home.path().join(path), registry, &as_text(content));
    }
    let expanded = |value: &str| value.replace("$HOME", &home.path().to_string_lossy());
    let locations = Settings::from_environment(|name| match (name, &input["env"][name]) {
        (_, Value::String(value)) => Some(expanded(value).into()),
        ("HOME", _) => Some(home.path().into()),
        _ => None,
    })
    .locations;
    same("docker", &expect["docker"], &docker_finds(&locations, home.path(), registry))?;
    same("podman", &expect["podman"], &podman_finds(&locations, home.path(), registry))?;
    let Some(warning) = expect["warn"].as_str() else { return Ok(()) };
    let mut found = locations.diagnostics(|path| home.path().join(path).exists());
    for file in locations.podman_files().iter().filter_map(|path| read_by_podman(&home.path().join(path))) {
        found.extend(&file.diagnostics);
    }
    let codes: Vec<_> = found.iter().map(Diagnostic::code).collect();
    if codes.contains(&warning) { Ok(()) } else { Err(format!("warn: expected {warning}, found {codes:?}")) }
}

/// A file's text, which may stand there as JSON.
fn as_text(content: &Value) -> String {
    content.as_str().map_or_else(|| content.to_string(), str::to_owned)
}

/// The files hold a login for the registry, where they do not hold a text of their own.
fn write(path: &Path, registry: &str, content: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let user = content.strip_prefix("credential user \"").and_then(|rest| rest.strip_suffix('"'));
    let written = match user {
        Some(user) => {
            let auth = json!({"auth": STANDARD.encode(format!("{user}:p"))});
            let entries = json!({registry: auth});
            if path.ends_with(".dockercfg") { entries } else { json!({"auths": entries}) }.to_string()
        }
        None => content.to_owned(),
    };
    std::fs::write(path, written).unwrap();
}

fn read_by_podman(path: &Path) -> Option<ConfigFile> {
    let bytes = std::fs::read(path).ok()?;
    let is_legacy = path.ends_with(".dockercfg");
    Some(if is_legacy { docker::read_legacy(&bytes) } else { containers::read(&bytes) })
}

fn choices(file: &ConfigFile) -> Choices<'_> {
    Choices { auths: file.entries.iter().map(|entry| entry.key.as_str()).collect(), ..Choices::default() }
}

fn user(file: &ConfigFile, lookup: &Lookup<'_>) -> Value {
    let Lookup::Auths(key) = lookup else { return Value::Null };
    let entry = file.entries.iter().find(|entry| entry.key == *key);
    json!(entry.and_then(Entry::username_text))
}

fn docker_finds(locations: &Locations, home: &Path, registry: &str) -> Value {
    let path: Option<PathBuf> = locations.docker_file();
    let bytes = path.and_then(|path| std::fs::read(home.join(path)).ok());
    let Some(file) = bytes.map(|bytes| docker::read(&bytes)) else { return Value::Null };
    if file.problem.is_some() || file.diagnostics.has(Diagnostic::DockerRejectsFile) {
        return json!("error");
    }
    user(&file, &effective::docker(&choices(&file), registry))
}

fn podman_finds(locations: &Locations, home: &Path, registry: &str) -> Value {
    for file in locations.podman_files().iter().filter_map(|path| read_by_podman(&home.join(path))) {
        if file.problem.is_some() || effective::stops_podman(&file.diagnostics) {
            return json!("error");
        }
        let has_auth = |key: &str| file.entries.iter().any(|entry| entry.key == key && entry.has_auth);
        let found = user(&file, &effective::podman(&choices(&file), registry, has_auth));
        if !found.is_null() {
            return found;
        }
    }
    Value::Null
}
