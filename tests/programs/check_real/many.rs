//! Many logins at once: how long they take together, and that each password goes to its own registry.

use std::thread;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use pullpass::app::Context;
use pullpass::app::check::{CheckOptions, Checker, Job};
use pullpass::app::inventory;
use pullpass::check::verdict::Verdict;
use pullpass::clock::SystemClock;
use serde_json::{Map, Value, json};

use super::server::{Server, reply};
use super::*;
use crate::support::home::{Home, PODMAN};
use crate::support::tokens::auth;

/// How long the slow registry takes for an answer.
pub const ANSWER: Duration = Duration::from_millis(200);

/// A registry that takes every password, after a while.
pub fn slow(pause: Duration) -> Server {
    Server::plain(move |asked, wire| {
        let status = match (asked.line.is_empty(), asked.header("authorization")) {
            // A greeting in TLS is refused at once.
            (true, _) => 400,
            (false, None) => 401,
            (false, Some(_)) => 200,
        };
        if status != 400 {
            // The registry's own time, which the figure counts.
            thread::sleep(pause);
        }
        wire.write_all(reply(status, "www-authenticate: Basic realm=\"r\"\r\n", "{}").as_bytes())
    })
}

/// podman keeps a login for each part of a registry.
pub fn home_with(logins: impl IntoIterator<Item = (String, String, String)>) -> Home {
    let entry =
        |(key, user, password): (String, String, String)| (key, json!({"auth": auth(&user, &password)}));
    let auths: Map<String, Value> = logins.into_iter().map(entry).collect();
    Home::with(&[(PODMAN, &json!({"auths": auths}).to_string())])
}

/// Checks all logins of a home; calls back after each with how many are done.
async fn check_all(home: &Home, mut progress: impl FnMut(usize)) -> Vec<Verdict> {
    let ctx = Context::new(home.settings(&[]), SystemClock);
    let jobs: Vec<Job> = inventory::read(&ctx.settings, crate::support::now())
        .logins
        .iter()
        .map(|login| Job::of(login).unwrap())
        .collect();
    let options = CheckOptions::default();
    let network = Network::new(&ctx.settings.network, PATIENT);
    let checker = Checker::new(&ctx, &options, |registry: &Url| network.client_for(registry));
    let mut results = std::pin::pin!(checker.run(jobs));
    let mut verdicts = Vec::new();
    while let Some(checked) = results.next().await {
        verdicts.push(checked.result.unwrap().verdict);
        progress(verdicts.len());
    }
    verdicts
}

/// Checks a hundred logins of a slow registry and says how long it took.
async fn a_hundred() -> Duration {
    let server = slow(ANSWER);
    let login =
        |number| (format!("{}/team{number}", server.address), format!("u{number}"), MARKER.to_owned());
    let home = home_with((0..100).map(login));
    let (start, mut counts) = (Instant::now(), Vec::new());
    let verdicts = check_all(&home, |count| counts.push((count, start.elapsed()))).await;
    let took = start.elapsed();
    assert_eq!(verdicts, [Verdict::Verified; 100]);
    // They come one by one: the first long before the last.
    let counted: Vec<usize> = counts.iter().map(|(count, _)| *count).collect();
    assert_eq!(counted, (1..=100).collect::<Vec<_>>());
    assert!(counts[0].1 < took / 2, "{counts:?}");
    // A hundred questions without a login, a hundred with one: each password went out once.
    let with_login = server.asked().iter().filter(|asked| asked.header("authorization").is_some()).count();
    assert_eq!(with_login, 100);
    took
}

#[tokio::test]
async fn a_hundred_logins_of_a_slow_registry_take_less_than_four_seconds() {
    let limit = Duration::from_secs(4);
    let mut best = Duration::MAX;
    // What else runs on the machine takes its part: the best of three counts.
    for _ in 0..3 {
        best = best.min(a_hundred().await);
        if best < limit {
            return;
        }
    }
    panic!("{best:?}");
}

#[tokio::test]
async fn each_password_goes_to_its_own_registry() {
    let servers: Vec<Server> = (0..20).map(|_| slow(Duration::ZERO)).collect();
    let login = |(number, server): (usize, &Server)| {
        (server.address.to_string(), "jane".to_owned(), format!("own-password-{number:02}"))
    };
    let home = home_with(servers.iter().enumerate().map(login));
    assert_eq!(check_all(&home, |_| ()).await, [Verdict::Verified; 20]);
    for (number, server) in servers.iter().enumerate() {
        let own = format!("Basic {}", auth("jane", &format!("own-password-{number:02}")));
        let asked = server.asked();
        let sent: Vec<_> = asked.iter().filter_map(|asked| asked.header("authorization")).collect();
        assert_eq!(sent, [own], "{number}");
    }
}
