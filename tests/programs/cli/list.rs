//! `pullpass list`

use std::io::{BufRead as _, BufReader, Read as _};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use pullpass::registry::key::HUB_KEY;
use serde_json::{Map, json};

use super::{now, parsed, ten_kinds, ten_kinds_since};
use crate::support::home::{DOCKER, Home};
use crate::support::program::{PULLPASS, answer, command, pullpass};
use crate::support::tokens::auth;
use crate::support::{MARKER, after};

#[test]
fn list_prints_a_line_a_login_with_six_columns_between_tabs() {
    let start = now();
    let home = ten_kinds_since(start);
    let end = |seconds| after(start, seconds).to_string();
    let list = answer(&home, &["list"]);
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
    assert!(rows.len() == 13 && rows.iter().all(|row| row.len() == 6), "{list}");
    let file = home.file(DOCKER).display().to_string();
    let table: &[(&str, [&str; 4])] = &[
        (HUB_KEY, ["janedoe", "inline", "no_embedded_expiry", "readable"]),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", ["AWS", "inline", &end(42_120), "valid"]),
        ("210987654321.dkr.ecr.us-east-1.amazonaws.com", ["AWS", "inline", &end(-5_400), "expired"]),
        ("registry.us-west-4-i3er.saucelabs.com", ["oauth2accesstoken", "inline", &end(299), "soon"]),
        ("registry.digitalocean.com", ["(the token)", "inline", "no_embedded_expiry", "readable"]),
        ("registry.corp.example", ["ci-pull", "helper:corp", "unknown", "listed"]),
        ("us-docker.pkg.dev", ["oauth2accesstoken", "inline", &format!("~{}", end(1_800)), "readable"]),
        ("broken.example.com", ["-", "inline", "unknown", "broken"]),
        ("empty.example.com", ["-", "inline", "unknown", "empty"]),
    ];
    for (key, expected) in table {
        let row = rows.iter().find(|row| row[0] == *key).unwrap_or_else(|| panic!("no {key}: {list}"));
        assert_eq!(
            (row[1], row[2], row[4], row[5]),
            (expected[0], expected[1], expected[3], &*file),
            "{key}"
        );
        assert!(row[3].starts_with(expected[2]), "{key}: {row:?}");
    }
    let names: Vec<_> = rows.iter().map(|row| row[0].trim_start_matches("https://index.")).collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn list_takes_the_filter_of_the_screen() {
    let home = ten_kinds();
    let table: &[(&[&str], &[&str])] = &[
        (&["is:expired"], &["210987654321.dkr.ecr.us-east-1.amazonaws.com"]),
        (&["amazonaws", "!is:expired"], &["123456789012.dkr.ecr.eu-west-1.amazonaws.com"]),
        (&["user:janedoe"], &[HUB_KEY]),
        (&["in:podman", "quay"], &["quay.io/acme"]),
        (&["nothing-like-this"], &[]),
    ];
    for (filter, expected) in table {
        let list = answer(&home, &[&["list"], *filter].concat());
        let keys: Vec<_> = list.lines().map(|line| line.split('\t').next().unwrap()).collect();
        assert_eq!(keys, *expected, "{filter:?}");
    }
}

#[test]
fn a_filter_that_nothing_can_match_is_a_mistake_and_no_empty_answer() {
    let finished = pullpass(&ten_kinds(), &["list", "docker", "!is:expird"]);
    assert_eq!((finished.status, &*finished.stdout), (2, ""));
    let words = "There is no filter is:expird.\n  There are is:expired is:soon ";
    assert!(finished.stderr.contains(words), "{}", finished.stderr);
}

#[test]
fn list_in_json_has_a_version_the_sources_and_the_logins() {
    let home = ten_kinds();
    let list = parsed(&answer(&home, &["list", "--json"]));
    assert_eq!(list["version"], 1);
    assert_eq!(list["logins"].as_array().unwrap().len(), 13);
    let states: Vec<_> = list["sources"].as_array().unwrap().iter().map(|source| &source["state"]).collect();
    assert_eq!(states, ["read", "missing", "read", "missing"]);
    let one = parsed(&answer(&home, &["list", "--json", "ghcr.io"]));
    assert_eq!(one["logins"][0]["username"], "jane");
    assert_eq!(one["logins"][0]["token"], "github_pat_classic");
    assert_eq!(one["logins"][0]["expiry"], json!({"state": "no_embedded_expiry"}));
}

#[test]
fn a_home_without_logins_is_an_empty_answer_and_no_error() {
    let home = Home::empty();
    assert_eq!(answer(&home, &["list"]), "");
    assert_eq!(parsed(&answer(&home, &["list", "--json"]))["logins"], json!([]));
}

#[test]
fn a_broken_file_is_remarked_on_with_line_and_column_and_the_others_are_listed() {
    let home = ten_kinds();
    home.write(DOCKER, "{\n  \"auths\": {,\n");
    let finished = pullpass(&home, &["list"]);
    assert_eq!(finished.status, 0);
    assert!(finished.stdout.starts_with("quay.io/acme\tacme+robot\t"), "{}", finished.stdout);
    let file = home.file(DOCKER).display().to_string();
    assert!(
        finished.stderr.starts_with(&format!("pullpass: {file}: line 2, column 13: ")),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_login_that_a_broken_file_may_hide_is_not_just_missing() {
    let home = ten_kinds();
    home.write(DOCKER, "{\n  \"auths\": {,\n");
    for verb in ["show", "check", "seal"] {
        let finished = pullpass(&home, &[verb, "ghcr.io"]);
        assert_eq!(finished.status, 3, "{verb}");
        let hint = format!("  Not read was {}: line 2, column 13: ", home.file(DOCKER).display());
        assert!(finished.stderr.contains(&hint), "{verb}: {}", finished.stderr);
    }
}

#[test]
fn a_helper_that_is_not_installed_spoils_only_its_own_logins() {
    let home = Home::ten_kinds(now());
    let list = answer(&home, &["list"]);
    assert!(list.contains("registry.corp.example\t-\thelper:corp\tunknown\tno helper\t"), "{list}");
    assert_eq!(list.lines().count(), 13);
    let shown = answer(&home, &["show", "registry.corp.example"]);
    assert!(
        shown.contains("problem   Could not run docker-credential-corp: no folder of PATH has it."),
        "{shown}"
    );
    let finished = pullpass(&home, &["show", "registry.corp.example", "--reveal"]);
    assert_eq!(finished.status, 1);
    assert!(finished.stderr.contains("Install docker-credential-corp"), "{}", finished.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    // More than a pipe holds, so that the program is still writing when its reader leaves.
    let entry = |number| (format!("r{number}.example.com"), json!({"auth": auth("jane", MARKER)}));
    let home = Home::docker(&json!({"auths": (0..5_000).map(entry).collect::<Map<_, _>>()}));
    let mut child = command(&home, &[], &["list"]).spawn().unwrap();
    let mut first = String::new();
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.starts_with("r0.example.com\t"), "{first}");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}

/// What a command prints on a terminal of so many columns.
fn on_terminal(home: &Home, columns: u16, arguments: &[&str]) -> String {
    let size = PtySize { rows: 24, cols: columns, pixel_width: 0, pixel_height: 0 };
    let pty = native_pty_system().openpty(size).unwrap();
    let mut builder = CommandBuilder::new(PULLPASS);
    builder.args(arguments);
    builder.cwd(home.path());
    builder.env_clear();
    home.environment(&[("TERM", "xterm-256color")]).iter().for_each(|(name, value)| builder.env(name, value));
    let mut child = pty.slave.spawn_command(builder).unwrap();
    drop(pty.slave);
    let mut out = Vec::new();
    // Linux tells the end of a terminal with an error.
    let _end = pty.master.try_clone_reader().unwrap().read_to_end(&mut out).is_ok();
    assert!(child.wait().unwrap().success());
    String::from_utf8(out).unwrap().replace("\r\n", "\n")
}

#[test]
fn on_a_terminal_list_is_a_table_that_fits() {
    let home = ten_kinds();
    let all = ["REGISTRY", "USER", "IN", "WHERE", "EXPIRES", "STATE"];
    let few = ["REGISTRY", "USER", "EXPIRES", "STATE"];
    for (columns, shown) in [(120, &all[..]), (80, &all), (60, &few), (40, &few)] {
        let said = on_terminal(&home, columns, &["list"]);
        let (table, remark) = said.split_once("pullpass: ").unwrap();
        assert!(remark.contains("docker refuses the whole file; pullpass list is:broken shows"), "{remark}");
        let head: Vec<_> = table.lines().next().unwrap().split_whitespace().collect();
        assert_eq!(head, shown, "{columns}");
        for line in table.lines() {
            assert!(pullpass::text::width(line) <= columns.into(), "{columns}: {line}\n{table}");
        }
        assert_eq!(table.lines().count(), 14, "{table}");
        assert!(!table.contains('\u{1b}') && !table.contains('\t'), "{table:?}");
    }
    let wide = on_terminal(&home, 160, &["list"]);
    assert!(wide.contains("123456789012.dkr.ecr.eu-west-1.amazonaws.com"), "{wide}");
}

#[test]
fn a_list_without_logins_says_so_on_a_terminal() {
    let said = on_terminal(&Home::empty(), 80, &["list"]);
    assert!(said.contains("no logins found"), "{said}");
}
