//! Job control in a real shell, and the clipboard of tmux. Without tmux they are skipped, except in CI.

use std::process::Command;

use crate::support::MARKER;
use crate::support::home::Home;
use crate::support::program::PULLPASS;
use crate::support::terminal::{Session, until};

/// Words of the shell's prompt that nothing else prints.
const PROMPT: &str = "prompt>";

/// A tmux server of our own, with one window that runs bash, shown in a terminal of ours.
struct Tmux {
    home: Home,
    outside: Session,
}

/// `None` where there is no tmux and no need for one.
#[allow(clippy::print_stderr)] // why a test was skipped must be seen
fn tmux() -> Option<Tmux> {
    if Command::new("tmux").arg("-V").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "CI must have tmux");
        eprintln!("skipped: there is no tmux on this machine");
        return None;
    }
    let home = Home::docker_hub();
    let socket = home.path().join("tmux").display().to_string();
    let shell = format!("PS1='{PROMPT} ' exec bash --norc --noprofile -i");
    let command = ["tmux", "-u", "-S", &socket, "-f", "/dev/null", "new-session", &shell];
    let outside = Session::start(&command, home.path(), &[]).may_ask();
    outside.see(PROMPT);
    Some(Tmux { home, outside })
}

impl Tmux {
    fn command(&self, arguments: &[&str]) -> Option<String> {
        let socket = self.home.path().join("tmux");
        let output = Command::new("tmux").arg("-S").arg(socket).args(arguments).output().unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn pane(&self) -> String {
        self.command(&["capture-pane", "-p"]).unwrap_or_default()
    }

    fn type_in(&self, keys: &[&str]) {
        let arguments: Vec<_> = ["send-keys"].iter().chain(keys).copied().collect();
        self.command(&arguments).expect("tmux takes keys");
    }

    fn see(&self, words: &str) {
        until(|| self.pane().contains(words), || format!("never saw {words:?}:\n{}", self.pane()));
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _gone_already = self.command(&["kill-server"]);
    }
}

#[test]
fn a_shell_stops_it_and_brings_it_back() {
    let Some(tmux) = tmux() else { return };
    tmux.type_in(&[PULLPASS, "Enter"]);
    tmux.see("janedoe");

    tmux.type_in(&["C-z"]);
    tmux.see("Stopped");
    tmux.type_in(&["stty -a", "Enter"]);
    tmux.see(" icanon");
    tmux.see(" echo ");
    assert!(!tmux.pane().contains("janedoe"), "{}", tmux.pane());

    tmux.type_in(&["clear; fg", "Enter"]);
    for name in ["janedoe", "docker.io", "? help"] {
        tmux.see(name);
    }
    tmux.type_in(&["j"]);
    tmux.type_in(&["q"]);
    tmux.see(PROMPT);
    tmux.type_in(&["echo status $?", "Enter"]);
    tmux.see("status 0");
}

#[test]
fn a_copy_goes_through_tmux_to_the_terminal_around_it() {
    let Some(tmux) = tmux() else { return };
    tmux.type_in(&[PULLPASS, "Enter"]);
    tmux.see("janedoe");

    tmux.type_in(&["y", "s"]);
    tmux.see("through tmux");
    let buffer = || tmux.command(&["show-buffer", "-b", "pullpass"]);
    until(|| buffer().as_deref() == Some(MARKER), || format!("{:?}", buffer()));
    tmux.outside.see_sequence("aHVudGVyMg==");

    tmux.type_in(&["c"]);
    until(|| buffer().is_none(), || format!("{:?}", buffer()));
    // A blank in its place: tmux hands no empty text on.
    tmux.outside.see_sequence(";IA==");
}

#[test]
fn the_clipboard_is_cleared_at_the_end() {
    let Some(tmux) = tmux() else { return };
    tmux.type_in(&[PULLPASS, "Enter"]);
    tmux.see("janedoe");
    tmux.type_in(&["y", "s"]);
    let buffer = || tmux.command(&["show-buffer", "-b", "pullpass"]);
    until(|| buffer().as_deref() == Some(MARKER), || format!("{:?}", buffer()));
    tmux.type_in(&["q"]);
    tmux.see(PROMPT);
    assert_eq!(buffer(), None);
    tmux.outside.see_sequence(";IA==");
}
