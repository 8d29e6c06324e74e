//! The JSON of `list` and `show`, as `docs/pullpass.schema.json` has it.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use pullpass::clock::{Clock as _, SystemClock};
use pullpass::credential::diagnostic::Diagnostic;
use pullpass::credential::token::TokenKind;
use pullpass::registry::provider::Provider;
use serde_json::{Value, json};

use super::{EXPLANATION, Schema, members_met};
use crate::support::home::{DOCKER, Home};
use crate::support::program::{command, pullpass};
use crate::support::tokens::{auth, auth_bytes, jwt};
use crate::support::{MARKER, after};

fn schema() -> Schema {
    Schema::of(include_str!("../../../docs/pullpass.schema.json"))
}

/// Homes that lead to each member of the form.
fn homes() -> Vec<(&'static str, Home)> {
    let now = SystemClock.now();
    let helped = Home::ten_kinds(now);
    let login = json!({"Username": "ci-pull", "Secret": jwt(after(now, 5_400))});
    helped.program(
        "docker-credential-corp",
        &format!(
            "case $1 in list) echo '{{\"registry.corp.example\":\"ci-pull\"}}';; get) echo '{login}';; esac"
        ),
    );
    let broken = Home::ten_kinds(now);
    broken.write(DOCKER, "{\"auths\": {,");
    let unreadable = Home::with(&[(&format!("{DOCKER}/a-folder"), "")]);
    let hub = "https://index.docker.io/v1/";
    let odd = Home::docker(&json!({
        "credsStore": "nowhere",
        "auths": {
            hub: {"auth": auth("janedoe", MARKER), "email": "jane@example.com"},
            format!("{hub}access-token"): {"auth": auth("janedoe", &jwt(after(now, 600)))},
            format!("{hub}refresh-token"): {"auth": auth("janedoe", "v1.refresh..client")},
            "bytes.example.com": {"auth": auth_bytes(b"\xffjane", b"\xff\xfe")},
            "ev\u{1b}\u{202e}il.example.com": {"auth": auth("e\u{7}vil", MARKER), "registrytoken": MARKER},
            "kept.example.com": {},
            "half.example.com": {"username": "jane"},
        },
    }));
    vec![
        ("the ten kinds", Home::ten_kinds(now)),
        ("the ten kinds with their helper", helped),
        ("a broken file", broken),
        ("an unreadable file", unreadable),
        ("odd entries", odd),
        ("nothing", Home::empty()),
    ]
}

/// Everything that the program prints as JSON over these homes: what was asked, and the answer.
fn documents() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let mut take = |what: String, home: &Home, arguments: &[&str]| {
        let finished = pullpass(home, arguments);
        // A helper that fails has no secret to reveal: an error, and no document.
        if finished.status == 0 {
            let document = serde_json::from_str(&finished.stdout).unwrap();
            all.push((format!("{what}: {arguments:?}"), document));
        }
    };
    for (what, home) in homes() {
        take(what.into(), &home, &["list", "--json"]);
        take(what.into(), &home, &["list", "--json", "--no-helpers"]);
        let list: Value = serde_json::from_str(&pullpass(&home, &["list", "--json"]).stdout).unwrap();
        for login in list["logins"].as_array().unwrap() {
            let key = login["key"].as_str().unwrap();
            take(what.into(), &home, &["show", "--json", key]);
            take(what.into(), &home, &["show", "--json", "--decode", key]);
            take(what.into(), &home, &["show", "--json", "--reveal", key]);
        }
    }
    let vault = Home::empty();
    assert_eq!(pullpass(&vault, &["vault", "init", "--identity", "id"]).status, 0);
    add_secrets(&vault);
    let echo = ["--mint", "command", "--life", "1h", "--", "/bin/echo", "pässword"];
    let added =
        ["add", "--to", "vault", "--name", "by-command", "--registry", "quay.io", "--username", "jane"];
    assert_eq!(pullpass(&vault, &[added.as_slice(), &echo].concat()).status, 0);
    for name in ["ci-pull", "digital-ocean", "minted", "by-command"] {
        take("the vault".into(), &vault, &["show", "--json", name]);
        take("the vault".into(), &vault, &["show", "--json", "--reveal", name]);
    }
    take("the demo".into(), &Home::empty(), &["--demo", "list", "--json"]);
    all
}

/// With an address and a reminder, with the token as the user name, with a token that has a readable half.
fn add_secrets(home: &Home) {
    let token = format!("dop_v1_{}", "0f".repeat(32));
    let minted = jwt(after(SystemClock.now(), 600));
    let table: &[(&[&str], &str)] = &[
        (&["ci-pull", "ghcr.io", "jane", "--email", "jane@example.com", "--expires-on", "90d"], MARKER),
        (&["digital-ocean", "registry.digitalocean.com", &token], &token),
        (&["minted", "registry.us-west-4-i3er.saucelabs.com", "oauth2accesstoken"], &minted),
    ];
    for (fields, secret) in table {
        let [name, registry, user, more @ ..] = fields else { panic!("{fields:?}") };
        let mut arguments =
            vec!["add", "--to", "vault", "--password-stdin", "--name", name, "--registry", registry];
        arguments.extend(["--username", user]);
        arguments.extend(more);
        let mut child = command(home, &[], &arguments).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{name}");
    }
}

#[test]
fn every_answer_is_of_the_form_that_the_schema_describes() {
    let schema = schema();
    let documents = documents();
    assert!(documents.len() > 50, "{}", documents.len());
    for (what, document) in &documents {
        assert_eq!(schema.faults(document), [""; 0], "{what}: {document:#}");
    }
}

#[test]
fn every_member_that_the_schema_describes_is_met_in_some_answer() {
    let met: BTreeSet<_> = documents().iter().flat_map(|(_, document)| members_met(document)).collect();
    assert_eq!(schema().members().difference(&met).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// What is spoilt, and how.
type Spoil = (&'static str, fn(&mut Value));

#[test]
fn the_schema_refuses_what_is_not_of_the_form() {
    let home = Home::docker_hub();
    let good: Value =
        serde_json::from_str(&pullpass(&home, &["show", "--json", "docker.io"]).stdout).unwrap();
    assert_eq!(schema().faults(&good), [""; 0]);
    let table: &[Spoil] = &[
        ("another version", |all| all["version"] = json!(2)),
        ("a time that is none", |all| all["generated_at"] = json!("yesterday")),
        ("a new member above", |all| all["surprise"] = json!(1)),
        ("a new member of a login", |all| all["logins"][0]["surprise"] = json!(1)),
        ("a new member of a source", |all| all["sources"][0]["surprise"] = json!(1)),
        ("a missing member", |all| drop(all["logins"][0].as_object_mut().unwrap().remove("key"))),
        ("an unknown diagnostic", |all| all["logins"][0]["diagnostics"] = json!(["surprise"])),
        ("an unknown provider", |all| all["logins"][0]["provider"] = json!("surprise")),
        ("an unknown kind of token", |all| all["logins"][0]["token"] = json!("surprise")),
        ("an unknown state", |all| all["logins"][0]["expiry"]["state"] = json!("surprise")),
        ("a secret of both forms", |all| all["logins"][0]["secret"] = json!({"text": "a", "base64": "YQ=="})),
        ("a named secret without a name", |all| all["secrets"] = json!([{}])),
        ("an unknown tool", |all| all["logins"][0]["used_by"][0]["tool"] = json!("surprise")),
    ];
    for (what, spoil) in table {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert_ne!(schema().faults(&bad), [""; 0], "{what} passes");
    }
}

#[test]
fn the_schema_knows_every_word_that_the_program_knows() {
    let codes = |codes: Vec<&str>| codes.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(
        schema().words_of("diagnostic"),
        codes(Diagnostic::ALL.iter().map(|one| one.code()).collect())
    );
    assert_eq!(schema().words_of("token"), codes(TokenKind::ALL.iter().map(|one| one.code()).collect()));
    assert_eq!(schema().words_of("provider"), codes(Provider::ALL.iter().map(|one| one.code()).collect()));
}

#[test]
fn the_schema_describes_every_object_and_every_member_and_allows_no_other() {
    fn check(place: &str, schema: &Value) {
        let Value::Object(members) = schema else { return };
        if members.get("type") == Some(&json!("object")) {
            assert_eq!(members.get("additionalProperties"), Some(&json!(false)), "{place}");
            assert!(members.get("description").is_some(), "{place}");
        }
        for (name, value) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let told = value.get("description").or_else(|| value.get("$ref"));
            assert!(told.is_some(), "{place}.{name} is not described");
        }
        for (name, value) in members {
            check(&format!("{place}/{name}"), value);
            for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                check(&format!("{place}/{name}/{at}"), item);
            }
        }
    }
    check("", &schema().text);
}

#[test]
fn the_page_for_people_has_an_example_that_is_valid_and_names_every_member() {
    let examples: Vec<&str> =
        EXPLANATION.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        let document = serde_json::from_str(example).unwrap_or_else(|error| panic!("{error}: {example}"));
        assert_eq!(schema().faults(&document), [""; 0], "{example}");
    }
    for member in schema().members() {
        assert!(EXPLANATION.contains(&format!("`{member}`")), "docs/json.md does not name {member}");
    }
}
