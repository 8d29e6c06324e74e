//! `pullpass show`

use std::os::unix::fs::PermissionsExt as _;

use pullpass::registry::key::HUB_KEY;
use serde_json::{Value, json};

use super::{asked, parsed, ten_kinds};
use crate::support::home::{Home, PODMAN};
use crate::support::program::{answer, pullpass, pullpass_with};
use crate::support::tokens::{auth, auth_bytes};
use crate::support::{MARKER, leaks};

#[test]
fn show_finds_a_login_by_its_key_and_by_the_registrys_name() {
    let home = ten_kinds();
    let by_key = answer(&home, &["show", HUB_KEY]);
    for line in ["registry  docker.io", "account   janedoe", "secret    Docker Hub personal access token"] {
        assert!(by_key.lines().any(|printed| printed == line), "{line}: {by_key}");
    }
    for name in ["docker.io", "Docker.IO", "INDEX.docker.io"] {
        assert_eq!(answer(&home, &["show", name]), by_key, "{name}");
    }
    let json = parsed(&answer(&home, &["show", "docker.io", "--json"]));
    assert_eq!((&json["logins"][0]["key"], &json["logins"][1]), (&json!(HUB_KEY), &Value::Null));
    assert!(json["logins"][0]["used_by"].is_array());
}

#[test]
fn show_prints_every_login_of_that_name() {
    let home = ten_kinds();
    let podman = json!({"auths": {"docker.io": {"auth": auth("other", MARKER)}}});
    home.write(PODMAN, &podman.to_string());
    for (name, count) in [("docker.io", 2), ("index.docker.io", 2), (HUB_KEY, 1)] {
        let shown = parsed(&answer(&home, &["show", name, "--json"]));
        assert_eq!(shown["logins"].as_array().unwrap().len(), count, "{name}");
    }
}

#[test]
fn a_secret_is_printed_with_reveal_only() {
    let home = ten_kinds();
    let quiet: &[&[&str]] = &[
        &["list"],
        &["list", "--json"],
        &["show", "docker.io"],
        &["show", "docker.io", "--json"],
        &["show", "ghcr.io", "--decode"],
        &["show", "registry.corp.example", "--decode"],
        &["show", "registry.corp.example", "--decode", "--json"],
        &["show", "broken.example.com", "--json"],
        &["show", "registry.digitalocean.com", "--json"],
        &["show", "europe-west3-docker.pkg.dev"],
        &["show", "nothing"],
        &["screenshot"],
        &[],
    ];
    for arguments in quiet {
        let finished = pullpass(&home, arguments);
        let said = format!("{}{}", finished.stdout, finished.stderr);
        assert!(!said.is_empty() && !leaks(&said), "{arguments:?}: {said}");
    }
    let revealed = answer(&home, &["show", "docker.io", "--reveal"]);
    assert_eq!(revealed.lines().last(), Some("reveal    dckr_pat_hunter2demoDEMOdemoDEMOde"));
    let json = parsed(&answer(&home, &["show", "docker.io", "--reveal", "--json"]));
    assert_eq!(json["logins"][0]["secret"]["text"], "dckr_pat_hunter2demoDEMOdemoDEMOde");
    let helped = parsed(&answer(&home, &["show", "registry.corp.example", "--reveal", "--json"]));
    assert!(leaks(helped["logins"][0]["secret"]["text"].as_str().unwrap()));
}

#[test]
fn a_secret_that_is_no_text_comes_in_base64() {
    let home = Home::docker(&json!({"auths": {"r.example.com": {"auth": auth_bytes(b"jane", b"\xff\xfe")}}}));
    let json = parsed(&answer(&home, &["show", "r.example.com", "--reveal", "--json"]));
    assert_eq!(json["logins"][0]["secret"], json!({"base64": "//4="}));
}

#[test]
fn a_file_is_read_by_what_made_us_look_there_and_not_by_its_name() {
    let home = Home::empty();
    let named = home.file("own/.dockercfg");
    let text = json!({"auths": {"quay.io": {"auth": auth("jane", MARKER)}}}).to_string();
    home.write("own/.dockercfg", &text);
    let variables = [("REGISTRY_AUTH_FILE", named.to_str().unwrap())];
    let shown = pullpass_with(&home, &variables, &["show", "quay.io", "--reveal"]);
    assert!(shown.stdout.ends_with(&format!("reveal    {MARKER}\n")), "{shown:?}");
    let add = ["add", "--registry", "r.io", "--to", "podman", "--username", "u", "--password-stdin"];
    let refused = pullpass_with(&home, &variables, &add);
    assert!(refused.stderr.contains("standard input is empty"), "{refused:?}");
    let removed =
        pullpass_with(&home, &variables, &["remove", "quay.io", "--yes", "--file", named.to_str().unwrap()]);
    assert_eq!(
        (removed.status, &*std::fs::read_to_string(&named).unwrap()),
        (0, r#"{"auths":{}}"#),
        "{removed:?}"
    );
}

#[test]
fn a_helper_is_asked_for_a_secret_only_on_request() {
    let table: &[(&[&str], &str)] = &[
        (&["list"], "list "),
        (&["list", "--no-helpers"], ""),
        (&["show", "registry.corp.example"], "list "),
        (&["show", "registry.corp.example", "--decode"], "list get "),
        (&["show", "registry.corp.example", "--reveal"], "list get "),
        (&["show", "ghcr.io", "--reveal"], "list "),
        (&["--version"], ""),
    ];
    for (arguments, questions) in table {
        let home = ten_kinds();
        answer(&home, arguments);
        assert_eq!(asked(&home), *questions, "{arguments:?}");
    }
}

#[test]
fn decode_tells_what_a_helpers_secret_says_of_itself() {
    let home = ten_kinds();
    let shown = answer(&home, &["show", "registry.corp.example", "--decode"]);
    assert!(shown.contains("secret    JSON web token"), "{shown}");
    assert!(shown.contains("iss = https://auth.example.com"), "{shown}");
    assert!(shown.contains("valid for 1h30m"), "{shown}");
}

#[test]
fn an_unknown_login_ends_with_status_3_and_names_what_is_near() {
    let home = ten_kinds();
    let table = [
        ("amazonaws.com", ["There is one for 123456789012.dkr.ecr", "There is one for 210987654321.dkr.ecr"]),
        ("quay.io", ["There is no login for quay.io.", "There is one for quay.io/acme."]),
        ("nowhere.example", ["There is no login for nowhere.example.", "pullpass list shows all logins."]),
    ];
    for (name, expected) in table {
        let finished = pullpass(&home, &["show", name]);
        assert_eq!((finished.status, &*finished.stdout), (3, ""), "{name}");
        for words in expected {
            assert!(finished.stderr.contains(words), "{name}: {}", finished.stderr);
        }
    }
}

#[test]
fn show_says_where_a_fresh_secret_comes_from() {
    let table: &[(&str, &[&str])] = &[
        (
            "210987654321.dkr.ecr.us-east-1.amazonaws.com",
            &["renew     aws ecr get-login-password --region us-east-1"],
        ),
        // docker may throw away the other logins of a file that it cannot read.
        (
            "broken.example.com",
            &[
                "renew     pullpass remove broken.example.com takes the entry out; then docker login broken.example.com",
            ],
        ),
        ("empty.example.com", &["renew     docker login empty.example.com"]),
    ];
    let home = ten_kinds();
    for (key, lines) in table {
        let shown = answer(&home, &["show", key]);
        assert!(lines.iter().all(|line| shown.lines().any(|shown| shown == *line)), "{key}: {shown}");
    }
    let podman =
        json!({"auths": {"quay.io": {"auth": "%%%"}, "a.io": {"auth": auth("a", MARKER)}}}).to_string();
    let home = Home::with(&[(PODMAN, &podman)]);
    std::fs::set_permissions(home.file(PODMAN), std::fs::Permissions::from_mode(0o644)).unwrap();
    let shown = answer(&home, &["show", "quay.io"]);
    assert!(shown.contains("then podman login quay.io"), "{shown}");
    assert!(shown.contains("warning   other users of this machine can read the file"), "{shown}");
    let variable = [("DOCKER_AUTH_CONFIG", r#"{"auths":{"b.io":{"auth":"%%%"}}}"#)];
    let shown = pullpass_with(&home, &variable, &["show", "b.io"]).stdout;
    assert!(shown.contains("renew     change or unset DOCKER_AUTH_CONFIG where it is set"), "{shown}");
}
