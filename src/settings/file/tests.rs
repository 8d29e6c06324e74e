use std::time::Duration;

use super::super::fault::Position;
use super::super::preferences::Characters;
use super::*;

/// What a file chooses, and its faults as `line:column: sentence`.
fn parsed(text: &[u8]) -> (Preferences, Vec<String>) {
    let (preferences, faults) = parse(text, Some(Path::new("/h")));
    let line = |fault: &Fault| fault.words("").trim_start_matches(':').to_owned();
    (preferences, faults.iter().map(line).collect())
}

#[test]
fn every_form_of_value_is_read_in_every_form_of_table() {
    let text = "helpers.timeout = \"90s\"\nvault = { file = \"~/v.age\", unlocked_for = '0' }\n[check]\nat_once = 0x10\n\
                plain_http = [\n  \"registry.lan:5000\", # ours\n  'localhost',\n]\n[screen]\ncharacters = \"ascii\"\n\
                reduced_motion = true\n[state]\nfolder = '/s'\n";
    let (chosen, faults) = parsed(text.as_bytes());
    assert_eq!(faults, [""; 0]);
    assert_eq!(chosen.helpers.timeout, Duration::from_secs(90));
    assert_eq!(chosen.vault.file.as_deref(), Some(Path::new("/h/v.age")));
    assert_eq!(chosen.vault.unlocked_for, Some(Duration::ZERO));
    assert_eq!(chosen.check.at_once, 16);
    assert_eq!(chosen.check.plain_http, ["registry.lan:5000", "localhost"]);
    assert_eq!(chosen.screen.characters, Characters::Ascii);
    assert!(chosen.screen.reduced_motion);
    assert_eq!(chosen.state.folder.as_deref(), Some(Path::new("/s")));
}

#[test]
fn a_value_that_is_not_what_it_must_be_is_told_and_the_others_count() {
    let table = [
        (
            "[helpers]\ntimeout = \"0s\"",
            "2:11: helpers.timeout must be a time from 1s to 10m, such as \"30s\".",
        ),
        ("[helpers]\ntimeout = \"11m\"", "2:11: helpers.timeout must be a time from 1s to 10m"),
        ("[helpers]\ntimeout = 10", "2:11: helpers.timeout must be a time from 1s to 10m"),
        ("[helpers]\ntimeout = [\"1s\"]", "2:11: helpers.timeout must be a time from 1s to 10m"),
        ("[check]\n  at_once = 0", "2:13: check.at_once must be a whole number from 1 to 100."),
        ("[check]\nat_once = -5", "2:11: check.at_once must be a whole number from 1 to 100."),
        (
            "[check]\nat_once = 99999999999999999999",
            "2:11: check.at_once must be a whole number from 1 to 100.",
        ),
        ("[check]\nat_once = 2.5", "2:11: check.at_once must be a whole number from 1 to 100."),
        ("[screen]\nreduced_motion = \"yes\"", "2:18: screen.reduced_motion must be true or false."),
        (
            "[screen]\ncharacters = \"ASCII\"",
            "2:14: screen.characters must be one of \"auto\" (what the locale has), ",
        ),
        ("[vault]\nfile = \"v.age\"", "2:8: vault.file must be a whole path, which may begin with ~/."),
        ("[vault]\nfile = \"~jane/v.age\"", "2:8: vault.file must be a whole path"),
        ("[vault]\nfile = \"/v\\u0000\"", "2:8: vault.file must be a whole path"),
        ("[vault]\nfile = \"\"", "2:8: vault.file must be a whole path"),
        (
            "check.plain_http = \"localhost\"",
            "1:20: check.plain_http must be a list in brackets; each in it is ",
        ),
        ("check.plain_http = [\"http://localhost\"]", "1:21: check.plain_http must be a list in brackets"),
    ];
    for (text, expected) in table {
        let (chosen, faults) = parsed(format!("{text}\n[network]\nconnect_timeout = \"3s\"\n").as_bytes());
        assert!(faults.len() == 1 && faults[0].starts_with(expected), "{text}: {faults:?}");
        let network = super::super::preferences::Network {
            connect_timeout: Duration::from_secs(3),
            ..Preferences::default().network
        };
        assert_eq!(chosen, Preferences { network, ..Preferences::default() }, "{text}");
    }
}

#[test]
fn one_wrong_member_of_a_list_leaves_the_others() {
    let (chosen, faults) = parsed(b"[check]\nplain_http = [\"a.lan\", 5, \"b.lan\", \"\"]");
    assert_eq!(chosen.check.plain_http, ["a.lan", "b.lan"]);
    let places: Vec<_> = faults.iter().map(|fault| fault.split_once(": ").unwrap().0).collect();
    assert_eq!(places, ["2:24", "2:36"]);
}

#[test]
fn an_unknown_name_is_told_with_the_one_that_is_meant() {
    let table = [
        ("[helpers]\ntimeot = 1", "2:1: There is no setting helpers.timeot. Is helpers.timeout meant?"),
        ("[helprs]\ntimeout = 1", "1:2: There is no setting helprs. Is helpers meant?"),
        ("[helper]\ntimeout = 1", "2:1: There is no setting helper.timeout. Is helpers.timeout meant?"),
        ("timeout = 1", "1:1: There is no setting timeout. Is helpers.timeout meant?"),
        (
            "[screen]\ncolour = 1",
            "2:1: There is no setting screen.colour. In screen there are characters, reduced_motion, reveal, clipboard, message.",
        ),
        (
            "[xyz]",
            "1:2: There is no setting xyz. There are the sections helpers, helper, vault, undo, state, network, check, screen.",
        ),
        ("helpers = 5", "1:1: helpers is a section: its settings stand below a line [helpers]."),
        ("[[helpers]]\ntimeout = 1", "1:3: helpers is a section"),
        ("[\"a\\u001b[2J\"]", "1:2: There is no setting a\\x1b[2J."),
    ];
    for (text, expected) in table {
        let (chosen, faults) = parsed(text.as_bytes());
        assert!(faults.len() == 1 && faults[0].starts_with(expected), "{text}: {faults:?}");
        assert_eq!(chosen, Preferences::default(), "{text}");
    }
}

#[test]
fn settings_that_contradict_each_other_are_told_and_one_keeps_its_default() {
    let (chosen, faults) = parsed(b"[network]\nrequest_timeout = \"12s\"\nconnect_timeout = \"20s\"\n");
    let expected = "3:1: network.connect_timeout and network.request_timeout contradict each other: \
                    the connection may not take longer than the whole request.";
    assert!(faults.len() == 1 && faults[0].starts_with(expected), "{faults:?}");
    assert_eq!(chosen.network.connect_timeout, Duration::from_secs(10));
    assert_eq!(chosen.network.request_timeout, Duration::from_secs(12));
    // A short time for all of it is no contradiction to a default.
    assert_eq!(parsed(b"network.request_timeout = \"5s\"").1, [""; 0]);
    let (chosen, faults) = parsed(b"vault.file = \"/v\"\nvault.identity = \"/v\"\n");
    assert!(faults.len() == 1 && faults[0].starts_with("2:7: vault.identity and vault.file"), "{faults:?}");
    assert_eq!((chosen.vault.identity, chosen.vault.file), (None, Some("/v".into())));
}

#[test]
fn what_is_no_toml_is_told_with_its_place_and_nothing_of_it_counts() {
    let table: [(&[u8], &str); 6] = [
        (b"[helpers]\ntimeout = 5s\n", "2:11: It is no TOML: "),
        (b"[helpers]\ntimeout = \"5s\"\ntimeout = \"6s\"\n", "3:1: It is no TOML: duplicate key"),
        (b"[helpers\n", "1:9: It is no TOML: "),
        ("# ä\n\"ä\" x".as_bytes(), "2:5: It is no TOML: key with no value"),
        (b"\xef\xbb\xbfx", "1:2: It is no TOML: "),
        (b"helpers.timeout = \"5s\"\n# \xff\n", "2:3: It is no TOML: it is not UTF-8."),
    ];
    for (text, expected) in table {
        let (chosen, faults) = parsed(text);
        assert!(faults.len() == 1 && faults[0].starts_with(expected), "{text:?}: {faults:?}");
        assert_eq!(chosen, Preferences::default(), "{text:?}");
    }
}

#[test]
fn faults_come_in_the_order_of_the_file() {
    let (_, faults) = parsed(b"[vault]\nz = 1\nidentity = 'x'\n[check]\nat_once = 0\n[a]\n");
    let lines: Vec<_> = faults.iter().map(|fault| fault.split_once(':').unwrap().0).collect();
    assert_eq!(lines, ["2", "3", "5", "6"]);
}

#[test]
fn a_file_of_faults_only_costs_no_more_than_its_length() {
    let names: Vec<String> =
        (0..60_000).map(|at| format!("ä{at}")).map(|name| format!("\"{name}\"=1")).collect();
    let text = format!("helpers = {{{}}}", names.join(","));
    let (_, faults) = parse(text.as_bytes(), None);
    assert_eq!(faults.len(), names.len());
    let last = Position { line: 1, column: text.chars().count() - "\"ä59999\"=1}".chars().count() + 1 };
    assert_eq!(faults.last().unwrap().place, Place::At(last));
    let long = format!("{} = 1", "x".repeat(LARGEST / 2));
    assert_eq!(parsed(long.as_bytes()).1.len(), 1);
}

#[test]
fn a_variable_wins_over_the_file_and_a_wrong_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, "[helpers]\ntimeout = \"20s\"\n[vault]\nfile = \"/file\"\n").unwrap();
    let with = |variables: &[(&str, &str)]| {
        let get = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        let (chosen, file) = read((Some(path.clone()), false), get, None);
        (chosen.helpers.timeout.as_secs(), chosen.vault.file.unwrap(), file.lines(None))
    };
    assert_eq!(with(&[]), (20, "/file".into(), Vec::new()));
    let both = [("PULLPASS_HELPER_TIMEOUT", "3"), ("PULLPASS_VAULT", "relative")];
    assert_eq!(with(&both), (3, "relative".into(), Vec::new()));
    assert_eq!(with(&[("PULLPASS_HELPER_TIMEOUT", "2m")]).0, 120);
    for wrong in ["0", "x", "100000", "-1", "99999999999999999999999"] {
        let (seconds, _, faults) = with(&[("PULLPASS_HELPER_TIMEOUT", wrong)]);
        let expected = "PULLPASS_HELPER_TIMEOUT: helpers.timeout must be a time from 1s to 10m";
        assert!(faults.len() == 1 && faults[0].starts_with(expected), "{wrong}: {faults:?}");
        assert_eq!(seconds, 20, "{wrong}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_a_missing_one_only_where_it_was_named() {
    let folder = tempfile::tempdir().unwrap();
    let lines = |path: &Path, is_named: bool| {
        let (chosen, file) = read((Some(path.to_owned()), is_named), |_| None, Some(folder.path()));
        assert_eq!(chosen, Preferences::default());
        file.lines(Some(folder.path()))
    };
    let missing = folder.path().join("none");
    assert_eq!(lines(&missing, false), [""; 0]);
    assert_eq!(lines(&missing, true), ["~/none: PULLPASS_CONFIG names this file, and it is not there."]);
    let below = folder.path().join("c");
    std::fs::create_dir(&below).unwrap();
    assert_eq!(lines(&below, false), ["~/c: It cannot be read: it is a folder. Nothing of it counts."]);
    let large = folder.path().join("large");
    std::fs::write(&large, vec![b'#'; LARGEST + 1]).unwrap();
    assert_eq!(
        lines(&large, false),
        ["~/large: It cannot be read: it is larger than 1 MiB. Nothing of it counts."]
    );
}
