//! `pullpass add` and `pullpass remove`, as people and scripts run them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{Command, Output, Stdio};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::support::keeper::Home;

const EMPTY: &str = r#"{"auths": {"other.io": {"auth": "YTpi"}}}"#;

fn run(home: &Home, arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_pullpass"))
        .args(arguments)
        .env_clear()
        .env("HOME", home.mocks.file("home"))
        .env("XDG_RUNTIME_DIR", home.mocks.file("home/run"))
        .env("PATH", home.mocks.path_var())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that fails before it reads closes the pipe.
    let _closed = child.stdin.take().unwrap().write_all(stdin.as_bytes()).is_err();
    child.wait_with_output().unwrap()
}

fn add<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["add", "--registry", "r.io", "--username", "u", "--password-stdin"]
        .into_iter()
        .chain(more.iter().copied())
        .collect()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_script_adds_and_removes() {
    let home = Home::new(EMPTY);
    let output = run(&home, &add(&["--plain"]), "p\n");
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("add r.io with its secret in the file"), "{}", said(&output));
    assert_eq!(home.config(), r#"{"auths": {"other.io": {"auth": "YTpi"}, "r.io": {"auth": "dTpw"}}}"#);
    let output = run(&home, &add(&["--plain"]), "p\n");
    assert!(said(&output).contains("nothing to change"), "{}", said(&output));
    let output = run(&home, &["remove", "https://r.io", "--yes"], "");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(home.config(), EMPTY);
}

#[test]
fn what_is_missing_is_said_and_nothing_is_written() {
    let home = Home::new(EMPTY);
    let table: &[(&[&str], &str, i32, &str)] = &[
        (&add(&[]), "p", 1, "or say yes to it with --plain"),
        (&add(&[]), "p", 1, "--to vault --for-docker"),
        // Whatever the password is: said before it is asked for.
        (&["add", "--registry", "ghcr.io/a/b:1"], "", 2, "is no registry address"),
        (&["add", "--registry", "quay.io/team"], "", 1, "for the whole host"),
        (&["add", "--registry", "r.io", "--username", "a:b"], "", 1, "has a colon"),
        (&add(&["--plain"]), "", 2, "is empty"),
        (&["add", "--registry", "r.io", "--password-stdin"], "p", 2, "no --username"),
        (
            &["add", "--registry", "two words", "--username", "u", "--password-stdin"],
            "p",
            2,
            "no registry address",
        ),
        (&["add", "--registry", "q.io/x", "--username", "u", "--password-stdin"], "p", 1, "whole host"),
        (
            &["add", "--registry", "r.io", "--username", "a:b", "--password-stdin", "--plain"],
            "p",
            1,
            "has a colon",
        ),
        (&["remove", "other.io"], "", 2, "--yes removes it"),
        (&["remove", "nowhere.io", "--yes"], "", 3, "There is no login for nowhere.io."),
    ];
    for (arguments, stdin, status, words) in table {
        let output = run(&home, arguments, stdin);
        assert_eq!(output.status.code(), Some(*status), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
        assert_eq!(home.config(), EMPTY, "{arguments:?}");
    }
}

#[test]
fn a_broken_file_is_left_with_the_reason() {
    let home = Home::new("{\"auths\": {},}");
    for arguments in [&add(&["--plain"])[..], &["remove", "r.io", "--yes"]] {
        let output = run(&home, arguments, "p");
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains("line 1"), "{}", said(&output));
        assert_eq!(home.config(), "{\"auths\": {},}");
    }
}

#[test]
fn a_secret_is_in_no_output() {
    let home = Home::new(r#"{"credHelpers": {"r.io": "keeper"}}"#);
    let output = run(&home, &add(&[]), "hunter2");
    assert!(output.status.success() && !said(&output).contains("hunter2"), "{}", said(&output));
    assert!(home.kept("r.io").unwrap().contains("hunter2"));
    home.make("broken");
    let output = run(&home, &add(&[]), "hunter3");
    assert!(!output.status.success() && !said(&output).contains("hunter3"), "{}", said(&output));
}

/// Types into the program on a terminal, each answer after its question, and gives back what was shown.
fn on_a_terminal(home: &Home, arguments: &[&str], answers: &[(&str, &str)]) -> String {
    let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 200, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_pullpass"));
    command.args(arguments);
    command.env_clear();
    command.env("HOME", home.mocks.file("home"));
    command.env("XDG_RUNTIME_DIR", home.mocks.file("home/run"));
    command.env("PATH", home.mocks.path_var());
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let (mut reader, mut writer) =
        (pty.master.try_clone_reader().unwrap(), pty.master.take_writer().unwrap());
    let mut shown = String::new();
    let mut buffer = [0; 4096];
    let mut from = 0;
    for (question, answer) in answers {
        while !shown[from..].contains(question) {
            let count = reader.read(&mut buffer).unwrap_or(0);
            assert!(count > 0, "it ended before {question:?}: {shown}");
            shown += &String::from_utf8_lossy(&buffer[..count]);
        }
        from = shown.len();
        writer.write_all(answer.as_bytes()).unwrap();
    }
    // The end of a terminal is an error on Linux.
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        shown += &String::from_utf8_lossy(&buffer[..count]);
    }
    child.wait().unwrap();
    shown
}

#[test]
fn a_person_is_asked_and_the_password_is_not_echoed() {
    let home = Home::new("{}");
    let arguments = ["add", "--registry", "r.io"];
    let long = "x".repeat(5000);
    let answers = [
        ("User name: ", "u\r"),
        ("Password or token: ", &format!("wrong\u{15}{long}\r")),
        ("Keep the secret in the file", "y\r"),
        ("Add it? [y/N] ", "y\r"),
    ];
    let shown = on_a_terminal(&home, &arguments, &answers);
    assert!(!shown.contains("xx") && !shown.contains("wrong") && !shown.contains('*'), "{shown}");
    let json: serde_json::Value = serde_json::from_str(&home.config()).unwrap();
    assert!(json["auths"]["r.io"]["auth"].as_str().unwrap().len() > 6000, "{shown}");
    let shown = on_a_terminal(&home, &["remove", "r.io"], &[("Remove it? [y/N] ", "n\r")]);
    assert!(shown.contains("remove r.io") && shown.contains("Nothing was removed"), "{shown}");
    assert!(home.config().contains("r.io"));
    on_a_terminal(&home, &["remove", "r.io"], &[("Remove it? [y/N] ", "y\r")]);
    assert!(!home.config().contains("r.io"));
}

#[test]
fn a_person_sees_what_is_sealed_and_says_yes() {
    let home = Home::new(EMPTY);
    let arguments = ["seal", "--all", "--to", "helper:keeper"];
    let shown = on_a_terminal(&home, &arguments, &[("Seal them? [y/N] ", "n\r")]);
    let lines = ["docker-credential-keeper keeps other.io for a: ••••••••", "Nothing was sealed"];
    assert!(lines.iter().all(|line| shown.contains(line)), "{shown}");
    assert_eq!((home.config().as_str(), home.kept("other.io")), (EMPTY, None));
    let shown = on_a_terminal(&home, &arguments, &[("Seal them? [y/N] ", "y\r")]);
    assert!(shown.contains("cannot take it back: there is no vault"), "{shown}");
    assert!(!home.config().contains("YTpi") && home.kept("other.io").is_some());
}

#[test]
fn ctrl_c_at_the_password_ends_it_and_nothing_is_written() {
    let home = Home::new("{}");
    let arguments = ["add", "--registry", "r.io", "--username", "u"];
    let shown = on_a_terminal(&home, &arguments, &[("Password or token: ", "hunter2\u{3}")]);
    assert!(shown.contains("Nothing was changed") && !shown.contains("hunter2"), "{shown}");
    assert_eq!(fs::read_to_string(home.docker()).unwrap(), "{}");
}
