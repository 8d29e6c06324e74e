//! The same by the documented APIs of Sauce Labs and Amazon ECR, played on loopback.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::{add, ages, from_now, with_helper};
use crate::check_real::server::{Server, reply};
use crate::support::vault_home::{Home, Ran};

const SAUCE: &str = "registry.example.com/your-private-registry/";
const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/// A server, and what it answers next: it is written whole.
fn playing(text: String) -> (Server, Arc<Mutex<String>>) {
    let next = Arc::new(Mutex::new(text));
    let answer = next.clone();
    let server = Server::plain(move |_, wire| wire.write_all(answer.lock().unwrap().as_bytes()));
    (server, next)
}

fn sauce_token(password: &str, seconds: i64) -> String {
    let ends = from_now(seconds);
    let body = format!(r#"{{"expires_at":"{ends}","username":"oauth2accesstoken","password":"{password}"}}"#);
    reply(200, "", &body)
}

fn ecr_token(password: &str, seconds: i64, date: Timestamp) -> String {
    let token = STANDARD.encode(format!("AWS:{password}"));
    let ends = from_now(seconds).as_second();
    let body =
        format!(r#"{{"authorizationData":[{{"authorizationToken":"{token}","expiresAt":{ends}.0}}]}}"#);
    let date = jiff::fmt::rfc2822::to_string(&date.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    reply(200, &format!("Date: {}\r\n", date.replace("+0000", "GMT")), &body)
}

fn login(host: &str, user: &str, password: &str) -> Ran {
    let text = format!(r#"{{"ServerURL":"{host}","Username":"{user}","Secret":"{password}"}}"#);
    Ran::of(0, &(text + "\n"))
}

fn set(home: &mut Home, name: &str, value: &str) {
    home.variables.retain(|(known, _)| known != name);
    home.variables.push((name.into(), value.into()));
}

fn with_sauce(server: &Server) -> Home {
    let mut home = with_helper();
    set(&mut home, "SAUCE_USERNAME", "jane");
    set(&mut home, "SAUCE_ACCESS_KEY", "hunter2-key");
    let added = add(&home, SAUCE, &["--mint", "sauce", "--api", &server.url("")]);
    assert_eq!(added.exit, 0, "{added:?}");
    home
}

#[test]
fn sauce_labs_mints_for_five_or_thirty_minutes_and_the_host_alone_is_the_key() {
    let host = "registry.example.com";
    for life in [5 * 60, 30 * 60] {
        let (server, next) = playing(sauce_token("one", life));
        let home = with_sauce(&server);
        *next.lock().unwrap() = sauce_token("two", life);
        assert_eq!(home.helper("get", host), login(host, "oauth2accesstoken", "one"));
        ages(&home, life / 2 - 60);
        assert_eq!(home.helper("get", host), login(host, "oauth2accesstoken", "one"));
        ages(&home, 61);
        assert_eq!(home.helper("get", host), login(host, "oauth2accesstoken", "two"));
        let asked = server.asked();
        assert_eq!(asked.len(), 2);
        let body = String::from_utf8(asked[1].body.clone()).unwrap();
        assert_eq!(body, r#"{"registry_url":"registry.example.com/your-private-registry"}"#);
    }
}

#[test]
fn what_sauce_labs_refuses_is_said_in_one_line_and_nothing_that_is_over_is_handed_out() {
    for status in [403, 422, 500] {
        let (server, next) = playing(sauce_token("one", 300));
        let home = with_sauce(&server);
        *next.lock().unwrap() = reply(status, "", r#"{"message":"no token for hunter2-key"}"#);
        ages(&home, 200);
        assert_eq!(
            home.helper("get", "registry.example.com"),
            login("registry.example.com", "oauth2accesstoken", "one")
        );
        ages(&home, 101);
        let over = home.helper("get", "registry.example.com");
        assert_eq!((over.exit, over.stdout.lines().count(), &over.stderr), (1, 1, &over.stdout), "{status}");
        assert!(over.stdout.contains("No new password from Sauce Labs"), "{status}: {over:?}");
        assert!(!over.stdout.contains("hunter2"), "{over:?}");
        assert_eq!(server.asked().len(), 2, "{status}: the failure is waited out");
        // A person who asks is told what it means for scripts.
        assert_eq!(home.pullpass(&["refresh", "build"], "").exit, 4, "{status}");
        *next.lock().unwrap() = sauce_token("two", 300);
        assert_eq!(home.pullpass(&["refresh", "build"], "").exit, 0, "{status}");
        assert_eq!(
            home.helper("get", "registry.example.com"),
            login("registry.example.com", "oauth2accesstoken", "two")
        );
    }
}

#[test]
fn ecr_mints_by_the_endpoint_variables_and_for_each_key_of_the_environment() {
    let now = from_now(0);
    let (server, next) = playing(ecr_token("one", 43_200, now));
    let mut home = with_helper();
    set(&mut home, "AWS_ENDPOINT_URL_ECR", &server.url(""));
    set(&mut home, "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    set(&mut home, "AWS_SECRET_ACCESS_KEY", "hunter2-key");
    let added = add(&home, &format!("{ECR}/team/app:1"), &["--mint", "ecr"]);
    assert_eq!(added.exit, 0, "{added:?}");
    assert_eq!(home.helper("get", ECR), login(ECR, "AWS", "one"));
    *next.lock().unwrap() = ecr_token("two", 43_200, now);

    // Another key is somebody else.
    set(&mut home, "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLF");
    assert_eq!(home.helper("get", ECR), login(ECR, "AWS", "two"));
    assert_eq!(home.helper("get", ECR), login(ECR, "AWS", "two"));
    assert_eq!(server.asked().len(), 2);
    set(&mut home, "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLG");
    let told = home.pullpass(&["refresh", "--due"], "");
    assert!(told.stderr.contains("somebody else than before"), "{told:?}");

    // Nobody is nobody else: what is there stays good.
    home.variables.retain(|(name, _)| !name.starts_with("AWS_ACCESS") && !name.starts_with("AWS_SECRET"));
    set(&mut home, "AWS_EC2_METADATA_DISABLED", "true");
    assert_eq!(home.helper("get", ECR), login(ECR, "AWS", "two"));
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_clock_that_is_off_is_told_and_throttling_is_waited_out() {
    let (server, next) = playing(ecr_token("one", 43_200, from_now(-1_000)));
    let mut home = with_helper();
    set(&mut home, "AWS_ENDPOINT_URL_ECR", &server.url(""));
    set(&mut home, "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    set(&mut home, "AWS_SECRET_ACCESS_KEY", "hunter2-key");
    let added = add(&home, ECR, &["--mint", "ecr"]);
    assert!(added.exit == 0 && added.stderr.contains("s ahead of the server's"), "{added:?}");

    let throttled = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    *next.lock().unwrap() = reply(400, "Retry-After: 900\r\n", throttled);
    ages(&home, 24 * 3600);
    let answer = home.helper("get", ECR);
    assert!(answer.exit == 1 && answer.stdout.contains("Amazon ECR"), "{answer:?}");
    assert_eq!(home.helper("get", ECR), answer);
    assert_eq!(server.asked().len(), 2, "it wants to be left alone");
}
