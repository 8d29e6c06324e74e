//! It gives the terminal back, however it ends.

use std::process::Command;

use pullpass::clock::{Clock as _, SystemClock};
use pullpass::tui::terminal::{Guard, Screen};
use rustix::process::Signal;

use super::{CTRL_C, ready};
use crate::support::home::{DOCKER, Home};
use crate::support::itself::alone;
use crate::support::terminal::{Session, until};

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
    let script = format!(
        "setsid sh -c 'echo $$ > {}; exec {}'; cat",
        note.display(),
        crate::support::program::PULLPASS
    );
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
    let command = alone(module_path!(), "panicking_program");
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let mut session = Session::start(&command, home.path(), &[]);
    session.see("the screen lives on");
    session.has_modes();
    session.press("x");
    session.end();
    session.is_given_back();
    session.see("stopped because of a mistake of its own, at tests/programs/pty/ending.rs:");
    assert_eq!(session.count("hunter2"), 0, "a panic's message may quote a secret");
    assert_eq!(session.count("half a frame"), 0, "what was not shown must not land on the shell's screen");
}
