//! What the real program costs while nobody touches it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a step that fails is a test that fails

mod support;

use std::time::Duration;

use pullpass::clock::{Clock as _, SystemClock};
use serde_json::json;

use support::home::Home;
use support::terminal::{Session, until};
use support::tokens::{auth, ecr};
use support::{MARKER, after};

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
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"auth": auth("AWS", &ecr(after(SystemClock.now(), 11 * 3_600 + 50)))},
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
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com": {"auth": auth("AWS", &ecr(after(SystemClock.now(), 300)))},
    }}));
    let session = Session::pullpass(home.path(), &[]);
    session.see("04:5");
    let seconds = 3;
    // The edges of the period may fall on either side of a second.
    let few = seconds - 1..=seconds + 1;
    let count = || sleeps_within(&session, Duration::from_secs(seconds));
    until(|| few.contains(&count()), || format!("never within {few:?} in {seconds} s"));
}
