//! The real program in a real pseudo-terminal.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a step that fails is a test that fails
#![allow(clippy::disallowed_methods)] // the tests play the other programs of the machine

mod support;

use std::process::{Command, Stdio};

use pullpass::clock::{Clock as _, SystemClock};
use pullpass::tui::terminal::{Guard, Screen};
use rustix::process::Signal;
use serde_json::json;

use support::MARKER;
use support::home::{DOCKER, Home};
use support::program::PULLPASS;
use support::terminal::{Session, until};
use support::tokens::auth;

const CTRL_C: &str = "\x03";
const CTRL_Z: &str = "\x1a";

/// A session that has read the files.
fn ready(home: &Home, variables: &[(&str, &str)]) -> Session {
    let session = Session::pullpass(home.path(), variables);
    session.see("docker.io");
    session
}

#[test]
fn it_starts_shows_the_logins_and_quits() {
    for key in ["q", CTRL_C] {
        let home = Home::ten_kinds(SystemClock.now());
        let mut session = ready(&home, &[]);
        for name in ["ghcr.io", "amazonaws.com", "contoso.azurecr.io", "broken.example.com"] {
            session.see(name);
        }
        session.has_modes();
        assert!(session.is_raw());
        session.press(key);
        assert!(session.end().success());
        session.is_given_back();
    }
}

#[test]
fn the_terminal_gets_its_modes_back_before_its_keys_are_echoed() {
    let home = Home::ten_kinds(SystemClock.now());
    let mut session = ready(&home, &[]);
    session.press("q");
    session.end();
    session.is_given_back();
    let bytes = String::from_utf8_lossy(&session.bytes()).into_owned();
    let end = &bytes[bytes.rfind("\x1b[?2026l").expect("a frame")..];
    let order =
        ["\x1b[?1004l", "\x1b[?2004l", "\x1b[2J", "\x1b[?1049l", "\x1b[?25h"].map(|step| end.find(step));
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{end:?}");
}

#[test]
fn signals_end_it_with_the_terminal_as_it_was() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let home = Home::ten_kinds(SystemClock.now());
        let session = ready(&home, &[]);
        session.signal(signal);
        assert!(session.end().signal().is_none(), "{signal:?} must not end it by itself");
        session.is_given_back();
    }
}

#[test]
fn a_window_that_is_closed_ends_it() {
    // More than once: it was a race that crossterm lost one time in ten.
    for _ in 0..10 {
        let home = Home::docker_hub();
        let mut session = ready(&home, &[]);
        session.hang_up();
        session.end();
    }
}

/// In a session of its own nobody sends it a signal: it must notice by itself, or it would spin for ever.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_goes_without_a_signal_ends_it() {
    let home = Home::docker_hub();
    let note = home.path().join("pid");
    let script = format!("setsid sh -c 'echo $$ > {}; exec {}'; cat", note.display(), PULLPASS);
    let mut session = Session::start(&["sh", "-c", &script], home.path(), &[]);
    session.see("docker.io");
    let pid = std::fs::read_to_string(&note).unwrap();
    session.hang_up();
    let status = format!("/proc/{}/status", pid.trim());
    // Nobody may be there to reap it.
    let ended = || std::fs::read_to_string(&status).map_or(true, |status| status.contains("State:\tZ"));
    until(ended, || "it goes on without a terminal".into());
}

#[test]
fn a_pipe_in_place_of_a_file_holds_nothing() {
    let home = Home::empty();
    std::fs::create_dir(home.path().join(".docker")).unwrap();
    let pipe = home.path().join(DOCKER);
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut session = Session::pullpass(home.path(), &[]);
    session.see("? help");
    session.press("q");
    assert!(session.end().success());
    session.is_given_back();
}

#[test]
fn a_helper_that_hangs_ends_with_it() {
    let home = Home::empty();
    home.write(DOCKER, r#"{"credsStore": "hangs"}"#);
    home.program("docker-credential-hangs", "echo $$ > \"$HOME/helper\"\nexec sleep 600");
    let mut session = Session::pullpass(home.path(), &[]);
    let pid = || std::fs::read_to_string(home.path().join("helper")).ok()?.trim().parse().ok();
    until(|| pid().is_some(), || session.text());
    let pid = rustix::process::Pid::from_raw(pid().unwrap()).unwrap();
    session.press("q");
    assert!(session.end().success());
    // Killed, or already reaped.
    let is_over = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        stat.map_or(true, |stat| stat.contains(") Z "))
    };
    until(is_over, || format!("the helper {pid:?} still runs"));
}

/// Plays the program in the test below. The real one needs no switch to panic that way, and no user finds one.
#[test]
#[ignore = "runs inside a pseudo-terminal, started by a_panic_gives_the_terminal_back"]
fn panicking_program() {
    let _guard = Guard::enter().unwrap();
    let mut screen = Screen::new().unwrap();
    let worker = std::thread::spawn(|| panic!("hunter2 of a worker"));
    assert!(worker.join().is_err());
    screen.draw(|frame| frame.render_widget("the screen lives on", frame.area())).unwrap();
    let mut key = [0];
    std::io::Read::read_exact(&mut std::io::stdin(), &mut key).unwrap();
    screen
        .draw(|frame| {
            frame.render_widget("half a frame", frame.area());
            panic!("hunter2 of the screen");
        })
        .unwrap();
}

#[test]
fn a_panic_gives_the_terminal_back() {
    let home = Home::empty();
    let this = std::env::current_exe().unwrap();
    let command = [this.to_str().unwrap(), "--exact", "panicking_program", "--ignored", "--nocapture"];
    let mut session = Session::start(&command, home.path(), &[]);
    session.see("the screen lives on");
    session.has_modes();
    session.press("x");
    session.end();
    session.is_given_back();
    session.see("stopped because of a mistake of its own, at tests/pty.rs:");
    assert_eq!(session.count("hunter2"), 0, "a panic's message may quote a secret");
    assert_eq!(session.count("half a frame"), 0, "what was not shown must not land on the shell's screen");
}

/// A shell in between, because nobody brings a stopped session leader back. The shell stops and goes on with it.
struct Stoppable {
    session: Session,
    pid: rustix::process::Pid,
}

impl Stoppable {
    fn start(home: &Home) -> Self {
        let script = format!("sh -c 'echo $$ > pid; exec {PULLPASS}'; exit $?");
        let session = Session::start(&["sh", "-c", &script], home.path(), &[]);
        session.see("docker.io");
        let pid = std::fs::read_to_string(home.path().join("pid")).unwrap().trim().parse().unwrap();
        Self { session, pid: rustix::process::Pid::from_raw(pid).unwrap() }
    }

    fn is_stopped(&self) {
        let state = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid.as_raw_nonzero())).unwrap();
            stat.rsplit(") ").next().and_then(|rest| rest.chars().next())
        };
        until(|| state() == Some('T'), || format!("it is not stopped but {:?}", state()));
    }

    fn bring_back(&self) {
        rustix::process::kill_process_group(self.session.pid(), Signal::CONT).unwrap();
    }
}

#[test]
fn it_goes_to_the_background_and_comes_back_whole() {
    for by_key in [true, false] {
        let home = Home::docker_hub();
        let mut stoppable = Stoppable::start(&home);
        stoppable.session.press("r");
        stoppable.session.see(MARKER);
        if by_key {
            stoppable.session.press(CTRL_Z);
        } else {
            rustix::process::kill_process(stoppable.pid, Signal::TSTP).unwrap();
        }
        stoppable.is_stopped();
        stoppable.session.is_given_back();

        stoppable.bring_back();
        let session = &mut stoppable.session;
        session.see("docker.io");
        session.see("janedoe");
        session.see("? help");
        assert!(!session.text().contains(MARKER), "a secret came back:\n{}", session.text());
        assert!(session.is_raw());
        session.press("?");
        session.see("Help");
        session.press("qq");
        assert!(session.end().success());
        session.is_given_back();
    }
}

#[test]
fn without_a_shell_that_brings_it_back_it_stays() {
    let home = Home::ten_kinds(SystemClock.now());
    let mut session = ready(&home, &[]);
    session.press(CTRL_Z);
    session.press("?");
    session.see("Help");
    session.press(CTRL_C);
    assert!(session.end().success());
}

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
