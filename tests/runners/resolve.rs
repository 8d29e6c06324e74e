//! Which login a tool finds, with programs that play the helpers.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use pullpass::config::docker::{self, ConfigFile};
use pullpass::config::effective::{self, Choices, Lookup};
use pullpass::config::entry::Entry;
use pullpass::config::locate::DOCKER_AUTH_CONFIG;
use pullpass::credential::diagnostic::{Diagnostic, Diagnostics};
use pullpass::credential::login::EntryKind;
use pullpass::credential_helper::{Answer, Client, HelperError, HelperName, Hint};
use pullpass::process::Limits;
use serde_json::{Map, Value, json};

use super::{Verdict, judges, not_judged, same, text, texts};

/// What a case may expect.
const EXPECTED: [&str; 11] = [
    "cred",
    "matched_key",
    "via",
    "candidates",
    "warn",
    "diagnostics",
    "effective",
    "all",
    "error",
    "helper",
    "hint",
];

/// Compares one case of kind `resolve`, or of kind `error` with a query.
pub fn run(case: &Value) -> Verdict {
    let (input, expect) = (&case["input"], &case["expect"]);
    judges("resolve", expect, &EXPECTED);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    write_helpers(folder.path(), &input["helpers"]);
    let waits = input["helpers"].to_string().contains("\"sleep_s\"");
    let asker = Asker::new(folder.path(), waits);
    let file = docker::read(text(input, "config_json").as_bytes());
    let variable =
        input["env"]["DOCKER_AUTH_CONFIG"].as_str().map(|text| docker::read_variable(text.as_bytes()));
    if let Some(problem) = &file.problem {
        return same("error", &expect["error"], &json!(problem.kind.code()));
    }
    if text(input, "query") == "*" {
        return all(&file, &asker, expect);
    }
    one(text(input, "query"), &file, variable.as_ref(), &asker, expect)
}

fn choices<'a>(file: &'a ConfigFile, variable: Option<&'a ConfigFile>) -> Choices<'a> {
    let valid = variable.filter(|v| !v.diagnostics.has(Diagnostic::DockerAuthConfigInvalid));
    Choices {
        variable: valid.map(|v| v.entries.iter().map(|e| e.key.as_str()).collect()).unwrap_or_default(),
        auths: file.entries.iter().map(|entry| entry.key.as_str()).collect(),
        creds_store: file.creds_store.as_deref(),
        cred_helpers: file.cred_helpers.iter().map(|(key, name)| (key.as_str(), name.as_str())).collect(),
    }
}

fn one(
    query: &str,
    file: &ConfigFile,
    variable: Option<&ConfigFile>,
    asker: &Asker,
    expect: &Value,
) -> Verdict {
    let choices = choices(file, variable);
    let mut warnings = effective::diagnostics(&choices, query);
    warnings.extend(&variable.map(|variable| variable.diagnostics).unwrap_or_default());
    let found = match effective::meant(&choices, query) {
        Lookup::CredHelper { helper, key } => asked(asker, file, ("credHelpers", helper, key), &mut warnings),
        Lookup::CredsStore { helper, key } => asked(asker, file, ("credsStore", helper, key), &mut warnings),
        Lookup::Auths(key) => Ok(from_file(file, key, "file")),
        Lookup::Variable(key) => Ok(variable.map_or(Value::Null, |variable| from_file(variable, key, "env"))),
        Lookup::Ambiguous(keys) => Ok(json!({"cred": "ambiguous", "candidates": keys})),
        Lookup::Nothing => Ok(json!({"cred": null})),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            same("error", &expect["error"], &json!(error.code()))?;
            if let Some(hint) = expect.get("hint") {
                same("hint", hint, &json!(error.hint().map(Hint::code)))?;
            }
            return match (expect["helper"].as_str(), &error) {
                (Some(name), _) if !error.to_string().contains(name) => Err(format!("{name} is not named")),
                _ => Ok(()),
            };
        }
    };
    if let Some(code) = expect["error"].as_str() {
        return broken_entry(file, &found, code);
    }
    for member in ["cred", "matched_key", "via", "candidates"] {
        // A case may name the variable, or call it the environment.
        let in_variable = found["via"] == "env" && text(expect, "via").contains(DOCKER_AUTH_CONFIG);
        if let Some(expected) = expect.get(member).filter(|_| member != "via" || !in_variable) {
            same(member, expected, found.get(member).unwrap_or(&Value::Null))?;
        }
    }
    let codes: Vec<_> = warnings.iter().map(Diagnostic::code).collect();
    let wanted = expect["warn"].as_str().map(str::to_owned).into_iter();
    for wanted in wanted.chain(texts(expect, "warn")).chain(texts(expect, "diagnostics")) {
        if !codes.contains(&wanted.as_str()) {
            return Err(format!("warn: expected {wanted}, found {codes:?}"));
        }
    }
    compare_effective(query, file, &choices, &found, &expect["effective"])
}

/// An entry that was found and cannot be read is as good as an error.
fn broken_entry(file: &ConfigFile, found: &Value, code: &str) -> Verdict {
    let entry = file.entries.iter().find(|entry| found["matched_key"] == entry.key.as_str());
    let broken = entry.filter(|entry| entry.kind == EntryKind::Invalid);
    let has_code = broken.is_some_and(|entry| entry.diagnostics.iter().any(|reason| reason.code() == code));
    if has_code { Ok(()) } else { Err(format!("expected the error {code}")) }
}

fn asked(
    asker: &Asker,
    file: &ConfigFile,
    (via, helper, key): (&str, &str, &str),
    warnings: &mut Diagnostics,
) -> Result<Value, HelperError> {
    let answer = asker.get(helper, key)?;
    let entry = file.entries.iter().find(|entry| entry.key == key);
    let token = entry.and_then(|entry| entry.registry_token.as_ref()).and_then(|token| token.expose_text());
    warnings.add_if(token.is_some(), Diagnostic::RegistrytokenBesideStore);
    let is_plain = |entry: &Entry| entry.diagnostics.has(Diagnostic::PlaintextSecret) && token.is_none();
    warnings.add_if(entry.is_some_and(is_plain), Diagnostic::PlaintextShadowedByStore);
    Ok(match (answer, token) {
        (Some(answer), token) => {
            let mut cred = cred(&answer);
            if let Some(token) = token {
                cred["registrytoken"] = json!(token);
            }
            json!({"cred": cred, "matched_key": key, "via": format!("{via}:{helper}")})
        }
        (None, Some(token)) => json!({"cred": {"registrytoken": token}, "via": "file"}),
        (None, None) => json!({"cred": null}),
    })
}

fn cred(answer: &Answer) -> Value {
    let login = &answer.credential;
    let secret = login.secret.expose_text();
    if login.is_identity_token() {
        json!({ "identitytoken": secret })
    } else {
        json!({"username": login.username, "password": secret})
    }
}

fn from_file(file: &ConfigFile, key: &str, via: &str) -> Value {
    let Some(entry) = file.entries.iter().find(|entry| entry.key == key) else {
        return json!({"cred": null});
    };
    json!({"cred": entry_cred(entry), "matched_key": key, "via": via})
}

fn entry_cred(entry: &Entry) -> Value {
    let mut cred = Map::new();
    let members = [
        ("password", &entry.password),
        ("identitytoken", &entry.identity_token),
        ("registrytoken", &entry.registry_token),
    ];
    if let Some(name) = entry.username_text() {
        cred.insert("username".into(), json!(name));
    }
    for (member, secret) in members {
        if let Some(secret) = secret {
            cred.insert(member.into(), json!(secret.expose_text()));
        }
    }
    Value::Object(cred)
}

/// What the tools themselves would take, by user name.
fn compare_effective(
    query: &str,
    file: &ConfigFile,
    choices: &Choices<'_>,
    found: &Value,
    expect: &Value,
) -> Verdict {
    let of_entry = |key: &str| {
        let entry = file.entries.iter().find(|entry| entry.key == key);
        json!(entry.and_then(Entry::username_text))
    };
    let user = |lookup: Lookup<'_>| match lookup {
        Lookup::Auths(key) => of_entry(key),
        // Which one is taken is chance; where all have one user, it is he.
        Lookup::Ambiguous(keys) => {
            let first = of_entry(keys[0]);
            if keys.iter().all(|key| of_entry(key) == first) { first } else { json!("ambiguous") }
        }
        Lookup::CredHelper { .. } | Lookup::CredsStore { .. } | Lookup::Variable(_) => {
            found["cred"]["username"].clone()
        }
        Lookup::Nothing => Value::Null,
    };
    let has_auth = |key: &str| file.entries.iter().any(|entry| entry.key == key && entry.has_auth);
    let host = query.split('/').next().unwrap_or(query);
    for (tool, expected) in expect.as_object().into_iter().flatten() {
        let lookup = match tool.as_str() {
            "docker_cli" => effective::docker(choices, query),
            "docker_cli_for_image_pull" => effective::docker(choices, host),
            "podman" => effective::podman(choices, query, has_auth),
            other => {
                not_judged(format!("resolve: effective {other}"));
                continue;
            }
        };
        let is_chance = expected.is_array() || matches!(expected.as_str(), Some("ambiguous" | "random"));
        if !(is_chance && matches!(lookup, Lookup::Ambiguous(_))) {
            same(&format!("effective {tool}"), expected, &user(lookup))?;
        }
    }
    Ok(())
}

/// docker's list of everything: the store's list with a `get` each, then each key of `credHelpers`.
fn all(file: &ConfigFile, asker: &Asker, expect: &Value) -> Verdict {
    let found = everything(file, asker);
    match found {
        Err(error) => same("error", &expect["error"], &json!(error.code())),
        Ok(found) => match expect.get("all") {
            Some(expected) => same("all", expected, &Value::Object(found)),
            None => Err("expected an error".into()),
        },
    }
}

fn everything(file: &ConfigFile, asker: &Asker) -> Result<Map<String, Value>, HelperError> {
    let mut found = Map::new();
    let mut add = |key: &str, answer: Option<Answer>| {
        if let Some(answer) = answer {
            found.insert(key.to_owned(), cred(&answer));
        }
    };
    if let Some(store) = &file.creds_store {
        for key in asker.list(store)? {
            add(&key, asker.get(store, &key)?);
        }
    }
    // A helper of one registry that fails is passed over.
    for (key, helper) in file.cred_helpers.iter().filter(|(_, helper)| !helper.is_empty()) {
        add(key, asker.get(helper, key).unwrap_or_default());
    }
    if file.creds_store.is_none() {
        for entry in &file.entries {
            found.entry(entry.key.clone()).or_insert_with(|| entry_cred(entry));
        }
    }
    Ok(found)
}

/// Runs the client against the programs in one folder.
struct Asker {
    client: Client,
    runtime: tokio::runtime::Runtime,
}

impl Asker {
    /// Where a helper hangs, it need not be waited for long.
    fn new(folder: &Path, waits: bool) -> Self {
        let usual = Limits::default();
        let limits = if waits { Limits { time: Duration::from_secs(1), ..usual } } else { usual };
        let mut path = folder.as_os_str().to_owned();
        path.push(":/usr/bin:/bin");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { client: Client::new(path, limits), runtime }
    }

    fn get(&self, helper: &str, key: &str) -> Result<Option<Answer>, HelperError> {
        self.runtime.block_on(self.client.get(&HelperName::new(helper)?, key))
    }

    fn list(&self, helper: &str) -> Result<Vec<String>, HelperError> {
        let listed = self.runtime.block_on(self.client.list(&HelperName::new(helper)?))?;
        Ok(listed.into_iter().map(|listed| listed.key).collect())
    }
}

/// Each helper is a shell script with one reply a key; `*` answers for every key.
fn write_helpers(folder: &Path, helpers: &Value) {
    for (name, actions) in helpers.as_object().into_iter().flatten() {
        let mut script = String::from("#!/bin/sh\nkey=$(cat)\ncase \"$1\" in\nget) case \"$key\" in\n");
        let mut replies: Vec<_> = actions["get"].as_object().into_iter().flatten().collect();
        // What answers for every key is asked last.
        replies.sort_by_key(|(key, _)| *key == "*");
        for (key, reply) in replies {
            let pattern = if key == "*" { "*".to_owned() } else { format!("'{key}'") };
            writeln!(script, "{pattern}) {} ;;", reply_script(folder, name, key, reply)).unwrap();
        }
        script += "*) echo 'credentials not found in native keychain'; exit 1 ;;\nesac ;;\n";
        writeln!(script, "list) {} ;;\nesac", reply_script(folder, name, "list", &actions["list"])).unwrap();
        let path = folder.join(format!("docker-credential-{name}"));
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn reply_script(folder: &Path, name: &str, key: &str, reply: &Value) -> String {
    let file = folder.join(format!("{name}-{}", key.replace(['/', ':', '*'], "_")));
    std::fs::write(&file, text(reply, "stdout")).unwrap();
    let seconds = reply["sleep_s"].as_u64().unwrap_or(0);
    format!("sleep {seconds}; cat '{}'; exit {}", file.display(), reply["exit"].as_u64().unwrap_or(0))
}
