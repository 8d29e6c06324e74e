//! What reaches the terminal, and what comes from it.

use std::process::{Command, Stdio};

use pullpass::clock::{Clock as _, SystemClock};
use serde_json::json;

use super::ready;
use crate::support::MARKER;
use crate::support::home::{DOCKER, Home};
use crate::support::program::PULLPASS;
use crate::support::terminal::{Session, until};
use crate::support::tokens::auth;

#[test]
fn any_size_is_survived() {
    let home = Home::ten_kinds(SystemClock.now());
    let mut session = ready(&home, &[]);
    for (columns, rows) in [(60, 20), (40, 6), (20, 5), (2, 2), (1, 1), (200, 60)] {
        let frames = session.count("\x1b[?2026l");
        session.resize(columns, rows);
        until(|| session.count("\x1b[?2026l") > frames, || format!("nothing was drawn at {columns}x{rows}"));
        assert!(session.runs(), "{columns}x{rows}");
    }
    session.resize(80, 24);
    session.see("? help");
    session.see("ghcr.io");
    session.press("q");
    assert!(session.end().success());
}

#[test]
fn a_paste_is_not_typed() {
    let home = Home::ten_kinds(SystemClock.now());
    let file = home.path().join(DOCKER);
    let before = std::fs::read(&file).unwrap();
    let mut session = ready(&home, &[]);
    let selected = |session: &Session| session.reversed_rows().into_iter().find(|row| row.contains("> "));
    until(|| selected(&session).is_some(), || session.text());
    let before_it = selected(&session);
    session.press("\x1b[200~d\ny\nq\x1b[201~");
    session.see("paste");
    assert!(session.runs());
    assert_eq!(selected(&session), before_it);
    assert_eq!(std::fs::read(&file).unwrap(), before);
    session.press("q");
    assert!(session.end().success());
}

/// As `docker login` in another terminal: another process writes beside the file and renames.
fn log_in_elsewhere(home: &Home, registry: &str) {
    let text = json!({"auths": {registry: {"auth": auth("somebody", "else")}}}).to_string();
    let script = "mkdir -p .docker && printf %s \"$1\" > .docker/config.json77 && mv .docker/config.json77 .docker/config.json";
    let status = Command::new("sh").args(["-c", script, "sh", &text]).current_dir(home.path()).status();
    assert!(status.unwrap().success());
}

#[test]
fn a_login_in_another_terminal_appears_by_itself() {
    let home = Home::ten_kinds(SystemClock.now());
    let session = ready(&home, &[]);
    log_in_elsewhere(&home, "elsewhere.example.com");
    session.see("elsewhere.example.com");
    session.see_no("ghcr.io");
}

#[test]
fn the_first_login_of_all_appears_by_itself() {
    let home = Home::empty();
    let session = Session::pullpass(home.path(), &[]);
    session.see_sequence("\x1b[?2026l");
    session.see("? help");
    log_in_elsewhere(&home, "first.example.com");
    session.see("first.example.com");
}

/// The numbers of every `ESC [ … m`.
fn styles(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let sequences = text.split("\x1b[").skip(1);
    let style = |rest: &str| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    };
    sequences.filter_map(style).collect()
}

#[test]
fn without_colour_the_selected_row_is_still_reversed() {
    let home = Home::ten_kinds(SystemClock.now());
    let session = ready(&home, &[("NO_COLOR", "1")]);
    until(
        || session.reversed_rows().len() == 1,
        || format!("{:?}\n{}", session.reversed_rows(), session.text()),
    );
    // Attributes, and the resets of colours that ratatui ends a frame with.
    let plain = ["0", "1", "2", "3", "4", "7", "9", "22", "23", "24", "27", "29", "39", "49", "59"];
    let coloured: Vec<_> =
        styles(&session.bytes()).into_iter().filter(|style| !plain.contains(&&**style)).collect();
    assert_eq!(coloured, [""; 0]);
}

#[test]
fn with_colour_there_is_some() {
    let home = Home::ten_kinds(SystemClock.now());
    let session = ready(&home, &[]);
    until(
        || {
            styles(&session.bytes())
                .iter()
                .any(|style| style.starts_with('3') && style != "39" || style.contains("5;"))
        },
        || format!("{:?}", styles(&session.bytes())),
    );
}

#[test]
fn hostile_names_do_not_reach_the_terminal() {
    let home = Home::docker(&json!({"auths": {
        "docker.io": {},
        "evil\u{1b}]52;c;b3duZWQ=\u{7}\u{202e}.example.com":
            {"auth": auth("evil\u{1b}[2J\u{1b}]52;c;b3duZWQ=\u{7}\u{202e}user", "secret")},
    }}));
    let mut session = ready(&home, &[]);
    // To the last row, so that it is drawn, then its details.
    session.press("G");
    session.see("evil");
    session.press("/evil\r\r");
    session.see("\\x1b");
    for hostile in ["\x1b]52", "\x1b[2J\x1b", "\u{202e}", "\x07"] {
        assert_eq!(session.count(hostile), 0, "{hostile:?}");
    }
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let home = Home::ten_kinds(SystemClock.now());
    let run = |variables: &[(&str, &str)]| {
        let mut command = Command::new(PULLPASS);
        command.env_clear().env("HOME", home.path()).envs(variables.iter().copied());
        command.stdin(Stdio::null()).output().unwrap()
    };
    let output = run(&[("TERM", "xterm")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("pullpass list") && !said.contains('\x1b'), "{said:?}");
}

#[test]
fn a_dumb_terminal_gets_no_screens() {
    let home = Home::ten_kinds(SystemClock.now());
    let session = Session::pullpass(home.path(), &[("TERM", "dumb")]);
    assert_eq!(session.end().exit_code(), 1);
    session.see("pullpass list");
    assert_eq!(session.count("\x1b[?"), 0);
}

#[test]
fn over_ssh_a_copy_goes_through_the_terminal_and_is_cleared_at_the_end() {
    let home = Home::docker_hub();
    let mut session = ready(&home, &[("SSH_TTY", "/dev/pts/9")]);
    session.press("ys");
    session.see_sequence("\x1b]52;c;aHVudGVyMg==\x1b\\");
    assert_eq!(session.count(MARKER), 0, "a copy must not show the secret");
    session.press("c");
    session.see_sequence("\x1b]52;c;\x1b\\");
    session.press("ys");
    until(|| session.count("\x1b]52;c;aHVudGVyMg==\x1b\\") == 2, || session.text());
    session.press("q");
    assert!(session.end().success());
    assert_eq!(session.count("\x1b]52;c;\x1b\\"), 2);
}

#[test]
fn without_a_clipboard_a_copy_says_so() {
    let home = Home::docker_hub();
    let mut session = ready(&home, &[]);
    session.press("ys");
    session.see("no clipboard");
    session.see("Press r");
}
