//! What the real program costs while nobody touches it.

use std::net::TcpListener;
use std::time::Duration;

use pullpass::clock::{Clock as _, SystemClock};
use serde_json::json;

use crate::support::home::{DOCKER, Home};
use crate::support::terminal::{Session, until};
use crate::support::tokens::{auth, ecr};
use crate::support::{MARKER, after};

/// The `auth` value of an ECR password that ends in so many seconds.
fn token(seconds: i64) -> String {
    auth("AWS", &ecr(after(SystemClock.now(), seconds)))
}

/// How often the threads went to sleep by themselves, all together.
fn sleeps(pid: rustix::process::Pid) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", pid.as_raw_nonzero())).unwrap();
    let statuses = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("status")).ok());
    let count = |status: String| -> Option<u64> {
        status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?.trim().parse().ok()
    };
    statuses.filter_map(count).sum()
}

/// The sleeps within a period. Time is what is measured here, so this one waits.
fn sleeps_within(session: &Session, period: Duration) -> u64 {
    let before = sleeps(session.pid());
    std::thread::sleep(period);
    sleeps(session.pid()).saturating_sub(before)
}

#[test]
fn idle_is_idle() {
    // The text "11h00m" of the second entry changes in about 50 seconds.
    let home = Home::docker(&json!({"auths": {
        "https://index.docker.io/v1/": {"auth": auth("janedoe", MARKER)},
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"auth": token(11 * 3_600 + 50)},
    }}));
    let session = Session::pullpass(home.path(), &[]);
    session.see("11h00m");
    until(|| sleeps_within(&session, Duration::from_millis(1_500)) == 0, || "it never comes to rest".into());
    assert_eq!(sleeps_within(&session, Duration::from_secs(5)), 0);
}

#[test]
fn a_countdown_in_seconds_costs_little() {
    let home = Home::docker(&json!({"auths": {
        "https://index.docker.io/v1/": {"auth": auth("janedoe", MARKER)},
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"auth": token(300)},
    }}));
    let session = Session::pullpass(home.path(), &[]);
    session.see("04:5");
    let seconds = 3;
    // The edges of the period may fall on either side of a second.
    let few = seconds - 1..=seconds + 1;
    let count = || sleeps_within(&session, Duration::from_secs(seconds));
    until(|| few.contains(&count()), || format!("never within {few:?} in {seconds} s"));
}

#[test]
fn no_registry_and_no_helper_for_a_secret_is_asked_without_a_key() {
    let registry = TcpListener::bind("127.0.0.1:0").unwrap();
    registry.set_nonblocking(true).unwrap();
    let address = registry.local_addr().unwrap().to_string();
    let config = |seconds| {
        json!({
            "auths": {
                &address: {"auth": auth("janedoe", MARKER)},
                // It ends while we look.
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"auth": token(seconds)},
            },
            "credHelpers": {"kept.example.com": "spy"},
        })
        .to_string()
    };
    let home = Home::empty();
    home.write(DOCKER, &config(4));
    home.program("docker-credential-spy", &format!("echo $1 >>{}\necho {{}}", home.file("asked").display()));
    let asked = || std::fs::read_to_string(home.file("asked")).unwrap_or_default();
    let mut session = Session::pullpass(home.path(), &[]);
    session.see("expired");
    until(|| asked() == "list\n", || format!("the helper was asked for {:?}", asked()));
    // Somebody else logs in, and the files are read again.
    home.replace(DOCKER, &config(7_300));
    session.see("2h01m");
    // Which helpers keep what is asked once, at the start, and nothing more.
    assert_eq!(asked(), "list\n");
    assert!(registry.accept().is_err(), "the registry was asked");
    // The trap does hear what a key asks for.
    session.press("/127\rv");
    until(|| registry.accept().is_ok(), || format!("the registry was never asked:\n{}", session.text()));
}
