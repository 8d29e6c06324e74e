//! The JSON of `which`, as `docs/which.schema.json` has it.

use serde_json::{Value, json};

use super::{EXPLANATION, Schema};
use crate::support::home::Home;
use crate::support::program::pullpass;
use crate::support::tokens::auth;
use crate::support::{MARKER, leaks};

fn schema() -> Schema {
    Schema::of(include_str!("../../../docs/which.schema.json"))
}

/// A home in which each kind of end is reached by some tool.
fn home() -> Home {
    let entry = || json!({"auth": auth("jane", MARKER)});
    let hub = "https://index.docker.io/v1/";
    Home::docker(&json!({
        "auths": {
            (hub): entry(),
            (format!("{hub}access-token")): {"auth": auth("other", MARKER)},
            "dop.example": {"auth": auth(MARKER, MARKER)},
        },
        "credHelpers": {"gcr.io": "gone"},
    }))
}

fn answer(home: &Home, arguments: &[&str]) -> Value {
    let run = pullpass(home, arguments);
    assert_eq!(run.status, 0, "{run:?}");
    assert!(!leaks(&run.stdout), "{}", run.stdout);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(schema().faults(&document), [""; 0], "{}", run.stdout);
    document
}

fn of<'a>(document: &'a Value, tool: &str) -> &'a Value {
    let tools = document["tools"].as_array().unwrap();
    tools.iter().find(|one| one["tool"] == tool).unwrap()
}

#[test]
fn every_tool_tells_its_end_and_its_steps_and_no_secret() {
    let home = home();
    let hub = answer(&home, &["which", "alpine", "--for", "all", "--json"]);
    assert_eq!(of(&hub, "docker")["logins"][0]["username"], "jane");
    assert_eq!(
        (&of(&hub, "podman-5")["end"], of(&hub, "podman-5")["logins"].as_array().unwrap().len()),
        (&json!("random"), 2)
    );
    assert_eq!(of(&hub, "docker")["steps"].as_array().unwrap().last().unwrap()["outcome"], "found");
    let missing = answer(&home, &["which", "gcr.io/a/b", "--json"]);
    assert_eq!(of(&missing, "podman-image-5.40")["end"], "stops");
    // A user name that is the secret is nobody's business.
    let token = answer(&home, &["which", "dop.example/a", "--for", "docker", "--json"]);
    assert_eq!(token["tools"][0]["logins"][0].get("username"), None);
    for member in schema().members() {
        assert!(EXPLANATION.contains(&format!("`{member}`")), "docs/json.md does not name {member}");
    }
}

#[test]
fn what_root_would_send_is_told_apart_from_what_i_send() {
    let home = home();
    let mine = answer(&home, &["which", "alpine", "--for", "docker", "--json"]);
    let roots = answer(&home, &["which", "alpine", "--for", "docker", "--as", "root", "--json"]);
    assert_eq!((&mine["user"], &roots["user"]), (&json!("me"), &json!("root")));
    let source = roots["tools"][0]["steps"][0]["source"].as_str().unwrap();
    assert!(source.starts_with("/root/") || source.starts_with("/var/root/"), "{source}");
}
