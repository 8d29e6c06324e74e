//! It goes to the background and comes back.

use pullpass::clock::{Clock as _, SystemClock};
use rustix::process::Signal;

use super::{CTRL_C, CTRL_Z, ready};
use crate::support::MARKER;
use crate::support::home::Home;
use crate::support::program::PULLPASS;
use crate::support::terminal::{Session, until};

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
