//! Checking the logins of a machine: where their secrets come from, and how many go out at once.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt as _;
use pullpass::app::check::{CheckOptions, Checked, Checker, Job};
use pullpass::app::inventory::{self, Inventory};
use pullpass::check::flow::RealmPair;
use pullpass::check::verdict::Verdict;
use pullpass::credential::Credential;
use pullpass::net::transport::TransportError;
use pullpass::registry::image::Image;
use pullpass::settings::Settings;
use pullpass::vault::init::{self, NewKey};
use pullpass::vault::record::Record;
use serde_json::{Value, json};

use super::fake::{Fake, at_once, challenge, now, ok, reply, secret, status};
use crate::support::home::{Home, PODMAN, SETTINGS};
use crate::support::tokens::auth;

/// Every job of a home.
fn jobs(settings: &Settings) -> Vec<Job> {
    let inventory: Inventory = inventory::read(settings, now());
    inventory.logins.iter().filter_map(|login| Job::of(login).ok()).collect()
}

/// Checks everything in a home against registries on paper.
fn check_all(home: &Home, fake: &Fake, options: &CheckOptions) -> Vec<Checked> {
    check_with(home, fake, options, |run| at_once(run))
}

type Running<'a> = std::pin::Pin<Box<dyn Future<Output = Vec<Checked>> + 'a>>;

fn check_with(
    home: &Home,
    fake: &Fake,
    options: &CheckOptions,
    run: fn(Running<'_>) -> Vec<Checked>,
) -> Vec<Checked> {
    let ctx = home.context(&[]);
    let checker = Checker::new(&ctx, options, |_| Ok(fake));
    let mut results = run(Box::pin(checker.run(jobs(&ctx.settings)).collect()));
    results.sort_by_key(|checked| checked.job.id.key.clone());
    results
}

fn verdicts(results: &[Checked]) -> Vec<(&str, &str)> {
    let code = |checked: &Checked| checked.result.as_ref().map_or("error", |report| report.verdict.code());
    results.iter().map(|checked| (&*checked.job.id.key, code(checked))).collect()
}

fn home_with(count: usize, user: impl Fn(usize) -> String) -> Home {
    let entries =
        (0..count).map(|at| (format!("reg.example/team{at}"), json!({"auth": auth(&user(at), "pw")})));
    Home::with(&[(PODMAN, &json!({"auths": entries.collect::<serde_json::Map<_, _>>()}).to_string())])
}

/// A registry with a token service; each request takes 200 ms.
fn slow() -> Fake {
    let mut fake = Fake::new(&[
        ("GET https://reg.example/v2/ -", challenge("Bearer realm=\"/token\"")),
        ("GET https://reg.example/token", reply(200, &[], r#"{"token":"T"}"#)),
        ("GET https://reg.example/v2/ bearer T", ok()),
    ]);
    fake.delay = Duration::from_millis(200);
    fake
}

#[test]
fn a_hundred_logins_of_one_registry_take_less_than_four_seconds() {
    let home = home_with(100, |at| format!("user{at}"));
    let (ctx, fake, options) = (home.context(&[]), slow(), CheckOptions::default());
    let checker = Checker::new(&ctx, &options, |_| Ok(&fake));
    at_once(async {
        let start = tokio::time::Instant::now();
        let mut results = pin!(checker.run(jobs(&ctx.settings)));
        let first = results.next().await.unwrap();
        assert_eq!(first.result.unwrap().verdict, Verdict::Verified);
        assert!(start.elapsed() < Duration::from_millis(700), "{:?}", start.elapsed());
        assert_eq!(results.count().await, 99);
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    });
    assert_eq!(fake.asked().len(), 300);
    assert!(fake.most_at_once.load(Ordering::SeqCst) <= 20);
}

#[test]
fn nothing_more_is_asked_once_the_results_are_dropped() {
    let home = home_with(50, |at| format!("user{at}"));
    let (ctx, fake, options) = (home.context(&[]), slow(), CheckOptions::default());
    let checker = Checker::new(&ctx, &options, |_| Ok(&fake));
    at_once(async {
        let mut results = Box::pin(checker.run(jobs(&ctx.settings)));
        results.next().await.unwrap();
        drop(results);
        let asked = fake.asked().len();
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert_eq!(fake.asked().len(), asked);
    });
}

#[test]
fn one_account_is_tried_once_with_one_secret() {
    let home = home_with(5, |_| "jane".to_owned());
    let fake = slow();
    let results = check_all(&home, &fake, &CheckOptions::default());
    assert!(verdicts(&results).iter().all(|(_, code)| *code == "verified"), "{:?}", verdicts(&results));
    assert_eq!((results.len(), fake.asked().len()), (5, 3));
}

#[test]
fn certificates_are_looked_for_once_a_registry() {
    let home = home_with(10, |at| format!("user{at}"));
    let (ctx, fake, options) = (home.context(&[]), slow(), CheckOptions::default());
    let ways = std::sync::Mutex::new(Vec::new());
    let way = |url: &url::Url| {
        ways.lock().unwrap().push(url.to_string());
        Ok(&fake)
    };
    let checker = Checker::new(&ctx, &options, way);
    assert_eq!(at_once(checker.run(jobs(&ctx.settings)).count()), 10);
    assert_eq!(*ways.lock().unwrap(), ["https://reg.example/"]);
    // Where they cannot be read nothing is sent, and each login says so.
    let failing = |_: &url::Url| Err::<&Fake, _>(TransportError::Setup("client.key is missing".into()));
    let checker = Checker::new(&ctx, &options, failing);
    let results: Vec<Checked> = at_once(checker.run(jobs(&ctx.settings)).collect());
    assert!(verdicts(&results).iter().all(|(_, code)| *code == "setup_error"), "{:?}", verdicts(&results));
}

#[test]
fn a_registry_that_wants_rest_gets_it() {
    let home = home_with(30, |at| format!("user{at}"));
    let mut fake = Fake::new(&[("GET", reply(429, &[("retry-after", "30")], ""))]);
    fake.delay = Duration::from_millis(200);
    let results = check_all(&home, &fake, &CheckOptions::default());
    assert!(verdicts(&results).iter().all(|(_, code)| *code == "rate_limited"));
    assert!(results.iter().all(|checked| checked.result.as_ref().unwrap().retry_after == Some(30)));
    assert_eq!(fake.asked().len(), 20);
}

/// A home with one login in each store.
fn stores() -> (Home, Value) {
    let docker = json!({
        "auths": {
            "inline.example": {"auth": auth("jane", "pw-inline")},
            "identity.example": {"auth": auth("jane", ""), "identitytoken": "idtoken"},
            "bearer.example": {"registrytoken": "regtoken"},
            "empty.example": {},
            "broken.example": {"auth": "!"},
        },
        "credHelpers": {"helped.example": "corp", "token.example": "corp", "vault.example": "pullpass", "gone.example": "nowhere"},
    });
    let home = Home::docker(&docker);
    home.program(
        "docker-credential-corp",
        "read key; case $key in helped.example) echo '{\"Username\":\"jane\",\"Secret\":\"pw-helped\"}';; \
         *) echo '{\"Username\":\"<token>\",\"Secret\":\"helped-token\"}';; esac",
    );
    (home, docker)
}

fn fill_vault(settings: &Settings, home: &Home) {
    let key = NewKey::IdentityFile(home.file("id"));
    let vault = init::init(&settings.vault, key, Duration::ZERO).unwrap();
    let mut record = Record::new(
        "name".into(),
        "vault.example".into(),
        Credential::new("jane", secret("pw-vault")),
        now(),
    );
    record.is_login = true;
    vault.add(record).unwrap();
}

#[test]
fn a_login_is_fetched_from_wherever_it_is_kept() {
    let (home, _) = stores();
    fill_vault(&home.settings(&[]), &home);
    let before = std::fs::read(home.file(".docker/config.json")).unwrap();
    let basic = challenge("Basic realm=\"x\"");
    let bearer = challenge("Bearer realm=\"/token\"");
    let granted = reply(200, &[], r#"{"token":"T"}"#);
    let fake = Fake::new(&[
        ("GET https://inline.example/v2/ -", basic.clone()),
        ("GET https://inline.example/v2/ basic jane:pw-inline", ok()),
        ("GET https://helped.example/v2/ -", basic.clone()),
        ("GET https://helped.example/v2/ basic jane:pw-helped", ok()),
        ("GET https://vault.example/v2/ -", basic),
        ("GET https://vault.example/v2/ basic jane:pw-vault", ok()),
        ("GET https://identity.example/v2/ -", bearer.clone()),
        (
            "POST https://identity.example/token - grant_type=refresh_token client_id=pullpass refresh_token=idtoken",
            granted.clone(),
        ),
        ("GET https://identity.example/v2/ bearer T", ok()),
        ("GET https://token.example/v2/ -", bearer.clone()),
        (
            "POST https://token.example/token - grant_type=refresh_token client_id=pullpass refresh_token=helped-token",
            granted,
        ),
        ("GET https://token.example/v2/ bearer T", ok()),
        ("GET https://bearer.example/v2/ -", bearer),
        ("GET https://bearer.example/v2/ bearer regtoken", ok()),
    ]);
    // Helpers are programs: they need the time that passes.
    let results = check_with(&home, &fake, &CheckOptions::default(), |run| {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run)
    });
    let expected = [
        ("bearer.example", "verified"),
        ("gone.example", "error"),
        ("helped.example", "verified"),
        ("identity.example", "verified"),
        ("inline.example", "verified"),
        ("token.example", "verified"),
        ("vault.example", "verified"),
    ];
    assert_eq!(verdicts(&results), expected, "{results:?}");
    assert_eq!(std::fs::read(home.file(".docker/config.json")).unwrap(), before);
    let shown = format!("{results:?}");
    assert!(!shown.contains("pw-") && !shown.contains("token-"), "{shown}");
}

#[test]
fn an_image_is_asked_of_its_own_registry_only() {
    let home = Home::docker(&json!({"auths": {
        "one.example": {"auth": auth("jane", "pw")},
        "https://index.docker.io/v1/": {"auth": auth("jane", "pw")},
    }}));
    let wanted = || challenge("Basic realm=\"r\"");
    let rules = [
        ("HEAD", ok()),
        ("GET https://one.example/v2/ -", wanted()),
        ("GET https://registry-1.docker.io/v2/ -", wanted()),
        ("GET", ok()),
    ];
    let asked = |options: &CheckOptions| {
        let fake = Fake::new(&rules);
        check_all(&home, &fake, options);
        fake.asked().into_iter().filter(|line| line.starts_with("HEAD")).collect::<Vec<_>>()
    };
    let image = Image::parse("one.example/team/app:2").ok();
    assert_eq!(
        asked(&CheckOptions { image, ..CheckOptions::default() }),
        [
            "HEAD https://one.example/v2/team/app/manifests/2 basic jane:pw",
            "HEAD https://one.example/v2/team/app/manifests/2 -",
        ]
    );
    assert_eq!(asked(&CheckOptions::default()), [""; 0]);
    let hub = "HEAD https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest basic jane:pw";
    assert_eq!(asked(&CheckOptions { rate_limit: true, ..CheckOptions::default() }), [hub]);
}

#[test]
fn docker_hub_tells_its_count_for_the_login() {
    let home = Home::docker(&json!({"auths": {"https://index.docker.io/v1/": {"auth": auth("jane", "pw")}}}));
    let headers = [
        ("ratelimit-limit", "200;w=21600"),
        ("ratelimit-remaining", "7;w=21600"),
        ("docker-ratelimit-source", "acc1"),
    ];
    let seven = Some("7 of 200 pulls in 6h are left, counted for the account acc1.");
    let unreachable = Err(TransportError::Unreachable("reset".into()));
    let table = [
        (reply(200, &headers, ""), seven),
        (reply(429, &headers, ""), seven),
        (reply(200, &[], ""), Some("There is no limit on pulls.")),
        // A token that may pull from some repositories only is as good as any.
        (reply(401, &[], ""), None),
        (reply(403, &headers, ""), None),
        (reply(429, &[], ""), None),
        (unreachable, None),
    ];
    for (count, expected) in table {
        let fake = Fake::new(&[
            (
                "GET https://registry-1.docker.io/v2/ -",
                challenge("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\""),
            ),
            (
                "GET https://auth.docker.io/token?account=jane&service=registry.docker.io&scope=repository%3Aratelimitpreview%2Ftest%3Apull basic",
                reply(200, &[], r#"{"token":"T"}"#),
            ),
            ("GET https://registry-1.docker.io/v2/ bearer T", ok()),
            ("HEAD https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest bearer T", count),
        ]);
        let results = check_all(&home, &fake, &CheckOptions { rate_limit: true, ..CheckOptions::default() });
        let report = results[0].result.as_ref().unwrap();
        let sentence = report.rate_limit.as_ref().map(pullpass::check::rate_limit::RateLimit::sentence);
        assert_eq!(sentence.as_deref(), expected);
        // Nobody asked for the right to pull that image: it says nothing of the login.
        assert_eq!((report.verdict, fake.asked().len()), (Verdict::Verified, 4));
    }
}

#[test]
fn what_the_person_allowed_holds_for_the_run_or_from_memory() {
    let home = Home::docker(&json!({"auths": {"reg.example": {"auth": auth("jane", "pw")}}}));
    let rules = [
        ("GET https://reg.example/v2/ -", challenge("Bearer realm=\"https://auth.test/token\"")),
        ("GET https://auth.test/token", reply(200, &[], r#"{"token":"T"}"#)),
        ("GET https://reg.example/v2/ bearer T", ok()),
    ];
    let pair = RealmPair { registry: "reg.example".into(), realm: "https://auth.test".into() };
    let verdict = |options: CheckOptions| {
        check_all(&home, &Fake::new(&rules), &options)[0].result.as_ref().unwrap().verdict
    };
    let remembered = |yes| CheckOptions { choices: vec![(pair.clone(), yes)], ..CheckOptions::default() };
    assert_eq!(verdict(CheckOptions::default()), Verdict::RealmBlocked);
    assert_eq!(verdict(remembered(true)), Verdict::Verified);
    assert_eq!(verdict(remembered(false)), Verdict::RealmBlocked);
    // What is said for this run counts before what was said once.
    assert_eq!(
        verdict(CheckOptions { realms: vec![pair.realm.clone()], ..remembered(false) }),
        Verdict::Verified
    );
}

#[test]
fn plain_http_is_for_the_named_registry_alone() {
    let home = Home::docker(
        &json!({"auths": {"a.example:5000": {"auth": auth("j", "p")}, "b.example:5000": {"auth": auth("j", "p")}}}),
    );
    let fake =
        Fake::new(&[("GET https://", Err(TransportError::PlainHttpServer)), ("GET http://", status(404))]);
    let options = CheckOptions { plain_http: vec!["a.example:5000".into()], ..CheckOptions::default() };
    let results = check_all(&home, &fake, &options);
    let expected = [("a.example:5000", "not_a_registry"), ("b.example:5000", "plain_http_server")];
    assert_eq!(verdicts(&results), expected);
    home.write(SETTINGS, "check.plain_http = [\"A.example:5000\"]");
    assert_eq!(verdicts(&check_all(&home, &fake, &CheckOptions::default())), expected, "by the settings");
}

#[test]
fn no_more_logins_are_checked_at_once_than_the_settings_say() {
    let home = home_with(10, |at| format!("user{at}"));
    home.write(SETTINGS, "[check]\nat_once = 3\n");
    let fake = slow();
    assert_eq!(check_all(&home, &fake, &CheckOptions::default()).len(), 10);
    assert_eq!(fake.most_at_once.load(Ordering::SeqCst), 3);
}
