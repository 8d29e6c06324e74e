//! `pullpass seal` and `pullpass undo` as people and scripts run them: what moves, what stays and why, and what a run
//! leaves behind that fails or is killed.

use std::fs;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use pullpass::registry::key::{HUB_ACCESS_TOKEN_KEY, HUB_KEY, HUB_REFRESH_TOKEN_KEY};
use serde_json::{Value, json};

use super::{JANE, SEAL_ALL, one};
use crate::support::MARKER;
use crate::support::sealing_home::Sealing;
use crate::support::tokens::auth;
use crate::support::vault_home::Home;

type Give = fn(&Sealing);

/// docker's file with ten kinds of entries, and more.
fn ten_kinds() -> String {
    let plain = |user: &str, end: &str| json!({"auth": auth(user, &format!("{MARKER}{end}"))});
    let token = format!("dop_v1_{}", "0f".repeat(32));
    let file = json!({
        "auths": {
            HUB_KEY: plain("jane", "-hub"),
            "docker.io": plain("jane", "-hub"),
            HUB_ACCESS_TOKEN_KEY: plain("jane", "-access"),
            HUB_REFRESH_TOKEN_KEY: plain("jane", "-refresh"),
            "https://ghcr.io": plain("jane", "-url"),
            "mail.example.com": {"auth": auth("jane", MARKER), "email": "jane@example.com", "x": [1.0]},
            "acr.azurecr.io": {"auth": auth("00000000-0000-0000-0000-000000000000", ""), "identitytoken": MARKER},
            "registry.digitalocean.com": {"auth": auth(&token, &token)},
            "old.example.com": {"username": "jane", "password": MARKER},
            "quay.io/team": plain("jane", "-team"),
            "regtoken.example.com": {"registrytoken": MARKER},
            "broken.example.com": {"auth": format!("{MARKER} is no base64!")},
            "half.example.com": {"username": "jane"},
            "empty.example.com": {},
        },
        "HttpHeaders": {"X-Meta": "1.0"},
    });
    serde_json::to_string_pretty(&file).unwrap()
}

#[test]
fn one_run_seals_all_that_can_be_sealed_and_one_undo_brings_the_very_bytes_back() {
    let it = Sealing::new(&ten_kinds());
    let before = it.config();
    let ran = it.run(SEAL_ALL);
    assert_eq!(ran.exit, 1, "{ran:?}");
    assert!(ran.stderr.contains("2 of 9 could not be moved"), "{ran:?}");
    // A line for each login that moved, the sum, and how to take it back.
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 9, "{ran:?}");
    let hub = format!("{HUB_KEY} for jane: out of {}, into the vault", it.docker().display());
    assert!(lines.contains(&&*hub) && lines[7] == "7 of 9 logins are in the vault now", "{ran:?}");
    for reason in ["regtoken.example.com is a registry token", "broken.example.com cannot be read"] {
        assert!(ran.stderr.contains(reason), "{ran:?}");
    }
    let file = it.json();
    let token = format!("dop_v1_{}", "0f".repeat(32));
    let moved = [
        (HUB_KEY, "jane:hunter2-hub".to_owned()),
        (HUB_ACCESS_TOKEN_KEY, "jane:hunter2-access".to_owned()),
        (HUB_REFRESH_TOKEN_KEY, "jane:hunter2-refresh".to_owned()),
        ("ghcr.io", "jane:hunter2-url".to_owned()),
        ("mail.example.com", JANE.to_owned()),
        ("acr.azurecr.io", format!("<token>:{MARKER}")),
        ("registry.digitalocean.com", format!("{token}:{token}")),
        ("old.example.com", JANE.to_owned()),
        ("quay.io", "jane:hunter2-team".to_owned()),
    ];
    for (key, login) in &moved {
        assert_eq!(&it.get(key), login, "{key}");
        assert_eq!(file["credHelpers"][key], "pullpass", "{key}");
        assert!(file["auths"][key].is_object(), "{key} has no entry");
    }
    assert_eq!(file["credHelpers"].as_object().unwrap().len(), moved.len());
    // What is not account or secret stays.
    assert_eq!(file["auths"]["mail.example.com"], json!({"email": "jane@example.com", "x": [1.0]}));
    assert_eq!(file["HttpHeaders"]["X-Meta"], "1.0");
    for gone in ["docker.io", "https://ghcr.io", "quay.io/team"] {
        assert_eq!(file["auths"].get(gone), None, "{gone}");
    }
    let shown = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!shown.contains(MARKER) && !shown.contains("dop_v1"), "{shown}");
    assert!(shown.contains("for (the token)") && shown.contains("for an identity token"), "{shown}");

    let ran = it.run(&["undo", "--yes"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert_eq!(it.config(), before);
    assert_eq!(it.kept(), Vec::<String>::new());
}

#[test]
fn a_sealed_login_is_a_record_with_a_free_name_and_its_address() {
    let it = Sealing::new(&format!(
        r#"{{"auths": {{"ghcr.io": {{"auth": "{}", "email": "j@x.io"}}}}}}"#,
        auth("jane", MARKER)
    ));
    let add =
        ["add", "--to", "vault", "--registry", "ghcr.io", "--username", "bot", "--password-stdin", "--yes"];
    let added = it.home.pullpass(&add, "named");
    assert_eq!(added.exit, 0, "{added:?}");
    assert_eq!(it.run(&["seal", "ghcr.io", "--yes"]).exit, 0);
    let secret = |name: &str| {
        let shown = it.run(&["show", name, "--json", "--reveal"]);
        serde_json::from_str::<Value>(&shown.stdout).unwrap()["secrets"][0].clone()
    };
    let (named, sealed) = (secret("ghcr-io"), secret("ghcr-io-2"));
    assert_eq!((&named["docker_login"], &named["secret"]["text"]), (&json!(false), &json!("named")));
    assert_eq!((&sealed["docker_login"], &sealed["secret"]["text"]), (&json!(true), &json!(MARKER)));
    assert_eq!((&sealed["email"], &sealed["username"]), (&json!("j@x.io"), &json!("jane")));
    // Again is no change.
    let again = it.run(&["seal", "ghcr.io", "--yes"]);
    assert_eq!((again.exit, again.stdout.as_str()), (0, "nothing to seal: no secret lies in a file\n"));
}

#[test]
fn podmans_file_names_the_helper_for_whole_registries_only() {
    let it = Sealing::new("{}");
    let file = json!({"auths": {"quay.io": {"auth": auth("u", MARKER)}, "quay.io/team": {"auth": auth("u", MARKER)}}});
    it.write_podman(&file.to_string());
    let ran = it.run(SEAL_ALL);
    assert!(ran.exit == 1 && ran.stderr.contains("podman asks helpers for whole registries only"), "{ran:?}");
    let after: Value = serde_json::from_str(&fs::read_to_string(it.podman()).unwrap()).unwrap();
    assert_eq!(after["auths"], json!({"quay.io/team": {"auth": auth("u", MARKER)}}));
    assert_eq!(
        (&after["credHelpers"], it.get("quay.io")),
        (&json!({"quay.io": "pullpass"}), format!("u:{MARKER}"))
    );
    assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
    assert_eq!(fs::read_to_string(it.podman()).unwrap(), file.to_string());
}

#[test]
fn a_login_that_a_tool_does_not_take_from_the_file_or_that_something_would_be_lost_of_stays() {
    let entry = |auth: &str| format!(r#"{{"auth": "{auth}"}}"#);
    let (jane, other) = (entry(&auth("jane", MARKER)), entry(&auth("jane", "other")));
    let binary = entry("/zpodW50ZXIyLW1hcmtlcg==");
    let table: &[(&str, String, &str)] = &[
        (
            "a registry token",
            format!(r#"{{"auths": {{"r.io": {{"registrytoken": "{MARKER}"}}}}}}"#),
            "no helper can keep one",
        ),
        ("no base64", r#"{"auths": {"r.io": {"auth": "?"}}}"#.into(), "cannot be read"),
        ("no text", format!(r#"{{"auths": {{"r.io": {binary}}}}}"#), "helpers keep text only"),
        (
            "no user name",
            format!(r#"{{"auths": {{"r.io": {}}}}}"#, entry(&auth("", MARKER))),
            "cannot be read",
        ),
        (
            "two spellings",
            format!(r#"{{"auths": {{"r.io": {jane}, "https://r.io": {other}}}}}"#),
            "different logins",
        ),
        (
            "two namespaces",
            format!(r#"{{"auths": {{"r.io/a": {jane}, "r.io/b": {other}}}}}"#),
            "different logins",
        ),
        (
            "Hub's namespace",
            format!(r#"{{"auths": {{"docker.io/a": {jane}}}}}"#),
            "no tool would ask a helper",
        ),
        (
            "another helper",
            format!(r#"{{"auths": {{"r.io": {jane}}}, "credHelpers": {{"r.io": "keeper"}}}}"#),
            "names docker-credential-keeper for r.io",
        ),
        ("broken", format!(r#"{{"auths": {{"r.io": {jane}}},}}"#), "line 1"),
        ("doubles", format!(r#"{{"auths": {{"r.io": {jane}, "r.io": {jane}}}}}"#), "twice"),
    ];
    for (what, config, reason) in table {
        let it = Sealing::new(config);
        let ran = it.run(SEAL_ALL);
        assert_eq!(ran.exit, 1, "{what}: {ran:?}");
        assert!(ran.stderr.contains(reason), "{what}: {ran:?}");
        assert_eq!((&it.config(), it.kept().len()), (config, 0), "{what}");
    }
}

#[test]
fn no_login_that_somebody_keeps_already_is_replaced() {
    let stored =
        format!(r#"{{"auths": {{"r.io": {{"auth": "{}"}}}}, "credsStore": "keeper"}}"#, auth("jane", MARKER));
    let nothing: Give = |_| {};
    let table: &[(&str, &str, Give, &str, &str)] = &[
        (
            "the vault has another",
            &one("r.io"),
            |it| it.give_vault("r.io", "bot", "x"),
            "vault",
            "The vault keeps another login for r.io already.",
        ),
        ("the vault has the same", &one("r.io"), |it| it.give_vault("r.io", "jane", MARKER), "vault", ""),
        (
            "the helper has another",
            &one("r.io"),
            |it| it.give_keeper("r.io", "bot", "x"),
            "helper:keeper",
            "docker-credential-keeper keeps another",
        ),
        (
            "the helper has the same",
            &one("r.io"),
            |it| it.give_keeper("r.io", "jane", MARKER),
            "helper:keeper",
            "",
        ),
        (
            "the store has another",
            &stored,
            |it| it.give_keeper("r.io", "bot", "x"),
            "vault",
            "the one in the file is not used",
        ),
        ("the store has the same", &stored, |it| it.give_keeper("r.io", "jane", MARKER), "vault", ""),
        ("the store has none", &stored, nothing, "vault", ""),
        ("the store is the target", &stored, nothing, "helper:keeper", ""),
    ];
    for (what, config, give, to, reason) in table {
        let it = Sealing::new(config);
        give(&it);
        let (kept, kept_by_keeper) = (it.get("r.io"), it.keeper_has("r.io"));
        let ran = it.run(&["seal", "r.io", "--yes", "--to", to]);
        assert_eq!(ran.exit, i32::from(!reason.is_empty()), "{what}: {ran:?}");
        assert!(ran.stderr.contains(reason), "{what}: {ran:?}");
        if reason.is_empty() {
            assert!(it.json()["auths"]["r.io"].get("auth").is_none(), "{what}");
            let found = if *to == "vault" {
                it.get("r.io")
            } else {
                it.keeper_has("r.io").map(|_| JANE.to_owned()).unwrap_or_default()
            };
            assert_eq!(found, JANE.to_owned(), "{what}");
        } else {
            assert_eq!(it.config(), *config, "{what}");
            assert_eq!(
                (it.get("r.io"), it.keeper_has("r.io")),
                (kept.clone(), kept_by_keeper.clone()),
                "{what}"
            );
        }
        // What was there before comes back, and nothing else.
        if reason.is_empty() {
            assert_eq!(it.run(&["undo", "--yes"]).exit, 0, "{what}");
            assert_eq!(it.config(), *config, "{what}");
            assert_eq!((it.get("r.io"), it.keeper_has("r.io")), (kept, kept_by_keeper), "{what}");
        }
    }
}

#[test]
fn what_docker_would_not_find_again_is_said_before_anything_changes() {
    let mut away = Sealing::new(&one("r.io"));
    away.home.variables.push(("PATH".into(), away.mocks.path_var().into_string().unwrap()));
    let missing = Sealing::of(Home::new(), &one("r.io"));
    let locked = Sealing::locked(&one("r.io"));
    let here = Sealing::new(&one("r.io"));
    let table: &[(&Sealing, &[&str], i32, &str)] = &[
        (&away, &["seal", "--all", "--yes"], 1, "docker-credential-pullpass, which is not on PATH"),
        (&missing, &["seal", "--all", "--yes"], 3, "Make one: pullpass vault init"),
        (&locked, &["seal", "--all", "--yes"], 6, "pullpass vault unlock"),
        (&here, &["seal", "r.io", "--yes", "--to", "helper:nowhere"], 1, "docker-credential-nowhere"),
        (&here, &["seal", "r.io", "--yes", "--to", "helper:../x"], 1, "name"),
        (&here, &["seal", "r.io", "--to", "keychain"], 2, "it is vault, or helper:NAME"),
        (&here, &["seal"], 2, "KEY"),
        (&here, &["seal", "--all"], 2, "--yes seals them"),
        (&here, &["seal", "nowhere.io", "--yes"], 3, "There is no login for nowhere.io."),
    ];
    for (it, arguments, exit, words) in table {
        let ran = it.run(arguments);
        assert_eq!(ran.exit, *exit, "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(words), "{arguments:?}: {ran:?}");
        assert_eq!(it.config(), one("r.io"), "{arguments:?}");
    }
    assert_eq!(here.kept(), Vec::<String>::new());
}

#[test]
fn one_login_that_fails_stops_no_other() {
    let keys = ["a.io", "b.io", "c.io"];
    let entries: Vec<String> =
        keys.iter().map(|key| format!("\"{key}\": {{\"auth\": \"{}\"}}", auth("u", key))).collect();
    let it = Sealing::new(&format!("{{\"auths\": {{{}}}}}", entries.join(", ")));
    let script = crate::support::keeper::KEEPER
        .replace("store) ", "store) [ -n \"$PICKY\" ] && exit 1; ")
        .replace("in=$(cat);", "in=$(cat); case $in in *b.io*) echo not this one; exit 1;; esac;");
    it.mocks.add("picky", &script);
    let ran = it.run(&["seal", "--all", "--yes", "--to", "helper:picky"]);
    assert!(ran.exit == 1 && ran.stderr.contains("not this one"), "{ran:?}");
    let file = it.json();
    assert_eq!(file["credHelpers"], json!({"a.io": "picky", "c.io": "picky"}));
    assert!(file["auths"]["b.io"]["auth"].is_string() && it.keeper_has("b.io").is_none());
}

/// An entry of any kind under any key, most of them spellings of three registries.
fn entry() -> impl Strategy<Value = (String, Value)> {
    const KEYS: [&str; 9] = [
        HUB_KEY,
        "docker.io",
        HUB_REFRESH_TOKEN_KEY,
        "ghcr.io",
        "https://ghcr.io",
        "http://ghcr.io/v1/",
        "quay.io/team",
        "quay.io",
        "r.io:5000",
    ];
    let secret = prop_oneof![Just("same".to_owned()), "[!-~äß😀]{1,12}", "[a-z]{3}\n"];
    (proptest::sample::select(&KEYS[..]), secret, 0..7_u8).prop_map(|(key, secret, kind)| {
        let entry = match kind {
            0 => json!({}),
            1 => json!({"identitytoken": secret, "auth": auth("jane", "")}),
            2 => json!({"registrytoken": secret}),
            3 => json!({"username": "jane", "password": secret, "email": "j@x.io"}),
            4 => json!({"auth": "no base64"}),
            _ => json!({"auth": auth("jane", &secret), "unknown": [1, {"a": null}]}),
        };
        (key.to_owned(), entry)
    })
}

#[test]
fn whatever_is_sealed_comes_back_to_the_byte() {
    let it = Sealing::new("{}");
    let documents = (proptest::collection::vec(entry(), 1..6), any::<bool>());
    // Two processes for each document.
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let ended = runner.run(&documents, |(entries, pretty)| {
        let file = json!({"auths": entries.into_iter().collect::<serde_json::Map<_, _>>(), "proxies": {}});
        let before = if pretty { format!("{file:#}\n") } else { file.to_string() };
        it.write(&before);
        let ran = it.run(SEAL_ALL);
        prop_assert!(ran.exit == 0 || ran.exit == 1, "{:?}", ran);
        prop_assert_eq!(it.config() == before, it.kept().is_empty(), "{:?}", ran);
        if it.config() != before {
            let undone = it.run(&["undo", "--yes"]);
            prop_assert_eq!(undone.exit, 0, "{:?}", undone);
        }
        prop_assert_eq!(it.config(), before);
        prop_assert_eq!(it.kept(), Vec::<String>::new());
        Ok(())
    });
    ended.unwrap();
}

#[test]
fn two_files_with_different_logins_for_one_registry_are_told_before_anything_moves() {
    let it = Sealing::new(&one("r.io"));
    it.write_podman(&format!(r#"{{"auths": {{"r.io": {{"auth": "{}"}}}}}}"#, auth("bot", MARKER)));
    let shown = it.run(&["seal", "--all"]);
    let stays = format!(
        "stays: {} holds another login for r.io than {}",
        it.podman().display(),
        it.docker().display()
    );
    assert!(shown.stdout.contains(&stays), "{shown:?}");
    assert!(!shown.stdout.contains("for bot"), "{shown:?}");
    let ran = it.run(SEAL_ALL);
    assert!(ran.exit == 1 && ran.stderr.contains("which is moved"), "{ran:?}");
    assert_eq!(it.get("r.io"), JANE);
    // The same login in both moves from both.
    let it = Sealing::new(&one("r.io"));
    it.write_podman(&format!(r#"{{"auths": {{"r.io": {{"auth": "{}"}}}}}}"#, auth("jane", MARKER)));
    let ran = it.run(SEAL_ALL);
    assert!(ran.exit == 0 && ran.stdout.contains("2 of 2 logins are in the vault now"), "{ran:?}");
}
