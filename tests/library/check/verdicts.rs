//! Which answers lead to which verdict and which notes.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use pullpass::check::flow::{DEADLINE, Login, Note, Question, Report, Wrong, check};
use pullpass::check::verdict::Verdict;
use pullpass::clock::FixedClock;
use pullpass::credential::Credential;
use pullpass::net::transport::{Request, Transport, TransportError};
use pullpass::registry::image::Image;

use super::fake::{Fake, PASSWORD, Reply, at_once, challenge, jane, now, ok, reply, run, secret, status};

const PING: &str = "GET https://reg.example/v2/ -";
const PROVED: &str = "GET https://reg.example/v2/ b";
const TOKEN: &str = "GET https://reg.example/token";
const POST: &str = "POST https://reg.example/token";
const HEAD: &str = "HEAD https://reg.example/v2/team/app/manifests/1";

fn basic() -> Reply {
    challenge("Basic realm=\"r\"")
}

fn bearer() -> Reply {
    challenge("Bearer realm=\"https://reg.example/token\",service=\"s\"")
}

fn granted() -> Reply {
    reply(200, &[], r#"{"token":"TOKEN"}"#)
}

fn failing(failure: TransportError) -> Reply {
    Err(failure)
}

fn identity() -> Login {
    Login::IdentityToken(secret(PASSWORD))
}

fn registry_token() -> Login {
    Login::RegistryToken(secret(PASSWORD))
}

fn ask(login: Login, rules: &[(&str, Reply)]) -> (Report, Vec<String>) {
    let fake = Fake::new(rules);
    let report = run(&fake, &Question::new("reg.example", login));
    (report, fake.asked())
}

type Case = (Verdict, fn() -> Login, Vec<(&'static str, Reply)>);

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    use Verdict as V;
    let cut = || reply(200, &[], r#"{"token":"TOKEN"}"#).map(|answer| pullpass::net::transport::Response { is_cut: true, ..answer });
    let html = || reply(200, &[("content-type", "Text/HTML; charset=utf-8")], "<html>");
    let moved = || reply(307, &[("location", "https://evil.example/?q=1")], "");
    vec![
        (V::Verified, jane, vec![(PING, basic()), (PROVED, ok())]),
        (V::Verified, jane, vec![(PING, bearer()), (TOKEN, granted()), (PROVED, ok())]),
        (V::Verified, identity, vec![(PING, bearer()), (POST, granted()), (PROVED, ok())]),
        (V::Verified, identity, vec![(PING, bearer()), (POST, status(405)), (TOKEN, granted()), (PROVED, ok())]),
        (V::Verified, registry_token, vec![(PING, bearer()), (PROVED, ok())]),
        (V::Verified, registry_token, vec![(PING, basic()), (PROVED, ok())]),
        (V::Rejected, jane, vec![(PING, basic()), (PROVED, status(401))]),
        (V::Rejected, jane, vec![(PING, basic()), (PROVED, status(403))]),
        (V::Rejected, jane, vec![(PING, bearer()), (TOKEN, status(401))]),
        (V::Rejected, jane, vec![(PING, bearer()), (TOKEN, status(403))]),
        (V::Expired, jane, vec![(PING, basic()), (PROVED, reply(403, &[], "Your Authorization Token has expired."))]),
        (V::Expired, jane, vec![(PING, bearer()), (TOKEN, reply(403, &[], "token expired"))]),
        (V::ExpiredOrRevoked, identity, vec![(PING, bearer()), (POST, status(401))]),
        (V::ExpiredOrRevoked, identity, vec![(PING, bearer()), (POST, reply(400, &[], r#"{"error":"invalid_grant"}"#))]),
        (V::ExpiredOrRevoked, registry_token, vec![(PING, bearer()), (PROVED, status(401))]),
        (V::AcceptedButUnusable, jane, vec![(PING, bearer()), (TOKEN, granted()), (PROVED, status(401))]),
        (V::AnonymousOk, jane, vec![(PING, ok())]),
        (V::AnonymousOk, registry_token, vec![(PING, ok())]),
        (V::AnonymousOk, jane, vec![(PING, reply(200, &[("content-type", "text/html"), ("docker-distribution-api-version", "registry/2.0")], ""))]),
        (V::NotARegistry, jane, vec![(PING, html())]),
        (V::NotARegistry, registry_token, vec![(PING, html())]),
        (V::NotARegistry, jane, vec![(PING, status(404))]),
        (V::ProtocolError, jane, vec![(PING, status(401))]),
        (V::ProtocolError, jane, vec![(PING, status(418))]),
        (V::ProtocolError, jane, vec![(PING, bearer()), (TOKEN, status(404))]),
        (V::ProtocolError, jane, vec![(PING, bearer()), (TOKEN, status(400))]),
        (V::ProtocolError, jane, vec![(PING, bearer()), (TOKEN, reply(200, &[], "{}"))]),
        (V::ProtocolError, jane, vec![(PING, bearer()), (TOKEN, cut())]),
        (V::ProtocolError, jane, vec![(PING, failing(TransportError::Protocol("no HTTP".into())))]),
        (V::UnsupportedScheme, jane, vec![(PING, challenge("Negotiate, Digest realm=\"x\""))]),
        (V::UnsupportedScheme, identity, vec![(PING, basic())]),
        (V::RealmBlocked, jane, vec![(PING, challenge("Bearer realm=\"http://reg.example/token\""))]),
        (V::Redirected, jane, vec![(PING, moved())]),
        (V::RedirectRefused, jane, vec![(PING, basic()), (PROVED, moved())]),
        (V::RedirectRefused, jane, vec![(PING, bearer()), (TOKEN, moved())]),
        (V::RedirectRefused, identity, vec![(PING, bearer()), (POST, moved())]),
        (V::RateLimited, jane, vec![(PING, status(429))]),
        (V::RateLimited, jane, vec![(PING, bearer()), (TOKEN, status(429))]),
        (V::ServerError, jane, vec![(PING, basic()), (PROVED, status(500))]),
        (V::ServerError, jane, vec![(PING, bearer()), (TOKEN, status(503))]),
        (V::ForbiddenBeforeAuth, jane, vec![(PING, status(403))]),
        (V::ProxyAuthRequired, jane, vec![(PING, status(407))]),
        (V::ProxyAuthRequired, jane, vec![(PING, failing(TransportError::ProxyAuthRequired("p".into())))]),
        (V::TlsUntrusted, jane, vec![(PING, failing(TransportError::TlsUntrusted("unknown issuer".into())))]),
        (V::PlainHttpServer, jane, vec![(PING, failing(TransportError::PlainHttpServer))]),
        (V::Unreachable, jane, vec![(PING, failing(TransportError::Unreachable("no such host".into())))]),
        (V::Unreachable, jane, vec![(PING, basic()), (PROVED, failing(TransportError::Unreachable("reset".into())))]),
        (V::Setup, jane, vec![(PING, failing(TransportError::Setup("a key is missing".into())))]),
        (V::NotSent, || Login::Basic(Credential::new("jane", secret(""))), vec![]),
    ]
}

#[test]
fn each_way_ends_with_its_verdict_and_asks_nothing_twice() {
    let mut met = BTreeSet::new();
    for (verdict, login, rules) in cases() {
        let (report, asked) = ask(login(), &rules);
        assert_eq!(report.verdict, verdict, "{rules:?} {report:?}");
        assert_eq!(asked.len(), rules.len(), "{asked:?}");
        met.insert(verdict.code());
    }
    for (verdict, ..) in pulls() {
        met.insert(verdict.code());
    }
    // What is found without any login stands in a table of its own.
    met.extend(
        [Verdict::Public, Verdict::Counted, Verdict::NotPublic, Verdict::ServiceBlocked].map(Verdict::code),
    );
    let all: BTreeSet<_> = Verdict::ALL.iter().map(|verdict| verdict.code()).collect();
    assert_eq!(met, all);
}

type Pull = (Verdict, Option<Wrong>, Vec<Note>, Vec<(&'static str, Reply)>);

#[rustfmt::skip]
fn pulls() -> Vec<Pull> {
    use Verdict as V;
    const AS_JANE: &str = "HEAD https://reg.example/v2/team/app/manifests/1 basic";
    const BY_TOKEN: &str = "HEAD https://reg.example/v2/team/app/manifests/1 bearer TOKEN";
    const BY_ANON: &str = "HEAD https://reg.example/v2/team/app/manifests/1 bearer ANON";
    const FOR_JANE: &str = "GET https://reg.example/token?account=jane&service=s&scope=repository%3Ateam%2Fapp%3Apull basic";
    const FOR_ANON: &str = "GET https://reg.example/token?service=s&scope=repository%3Ateam%2Fapp%3Apull -";
    const TAGS: &str = "GET https://reg.example/v2/team/app/tags/list?n=1";
    let anon = || reply(200, &[], r#"{"token":"ANON"}"#);
    let logged_in = |rest: Vec<(&'static str, Reply)>| {
        [vec![(PING, bearer()), (FOR_JANE, granted()), (PROVED, ok())], rest].concat()
    };
    vec![
        (V::VerifiedPullOk, None, vec![Note::NotPublic], logged_in(vec![(BY_TOKEN, ok()), (FOR_ANON, anon()), (BY_ANON, status(401))])),
        (V::VerifiedPullOk, None, vec![Note::Public], logged_in(vec![(BY_TOKEN, ok()), (FOR_ANON, anon()), (BY_ANON, ok())])),
        (V::VerifiedPullOk, None, vec![Note::NotPublic], logged_in(vec![(BY_TOKEN, ok()), (FOR_ANON, status(401))])),
        // A token service that fails says nothing of the image.
        (V::VerifiedPullOk, None, vec![], logged_in(vec![(BY_TOKEN, ok()), (FOR_ANON, status(500))])),
        (V::VerifiedPullOk, None, vec![], logged_in(vec![(BY_TOKEN, ok()), (FOR_ANON, failing(TransportError::Unreachable("gone".into())))])),
        (V::VerifiedPullOk, None, vec![Note::NotPublic], vec![(PING, basic()), (PROVED, ok()), (AS_JANE, ok()), (HEAD, status(401))]),
        (V::VerifiedNoPull, Some(Wrong::Rights), vec![Note::NotPublic], logged_in(vec![(BY_TOKEN, status(403)), (FOR_ANON, status(403))])),
        (V::VerifiedNoPull, Some(Wrong::Rights), vec![Note::BreaksPublicPull], logged_in(vec![(BY_TOKEN, status(401)), (FOR_ANON, anon()), (BY_ANON, ok())])),
        (V::VerifiedNotFound, Some(Wrong::Repository), vec![Note::NotPublic], logged_in(vec![(BY_TOKEN, status(404)), (TAGS, status(404)), (FOR_ANON, status(401))])),
        (V::VerifiedNotFound, Some(Wrong::Tag), vec![Note::OnlyTagMissing, Note::NotPublic], logged_in(vec![(BY_TOKEN, status(404)), (TAGS, ok()), (FOR_ANON, anon()), (BY_ANON, status(404))])),
        (V::Rejected, None, vec![Note::PerhapsRights, Note::NotPublic], vec![(PING, bearer()), (FOR_JANE, status(403)), (FOR_ANON, status(401))]),
        (V::Rejected, Some(Wrong::Account), vec![Note::BreaksPublicPull], vec![(PING, bearer()), (FOR_JANE, status(401)), (FOR_ANON, anon()), (BY_ANON, ok())]),
        (V::Expired, Some(Wrong::Expired), vec![Note::NotPublic], vec![(PING, basic()), (PROVED, reply(401, &[], "expired")), (HEAD, status(401))]),
        (V::RateLimited, None, vec![], logged_in(vec![(BY_TOKEN, status(429))])),
        (V::RedirectRefused, None, vec![], logged_in(vec![(BY_TOKEN, status(302))])),
        // A registry that asks nobody at /v2/.
        (V::AnonymousOk, None, vec![Note::Public], vec![(PING, ok()), (HEAD, ok())]),
        (V::AnonymousOk, None, vec![], vec![(PING, ok()), (HEAD, status(404))]),
        (V::VerifiedPullOk, None, vec![Note::NotPublic], vec![(PING, ok()), ("HEAD https://reg.example/v2/team/app/manifests/1 -", basic()), (AS_JANE, ok())]),
        (V::Rejected, Some(Wrong::Account), vec![Note::NotPublic], vec![(PING, ok()), ("HEAD https://reg.example/v2/team/app/manifests/1 -", basic()), (AS_JANE, status(401))]),
        (V::ServerError, None, vec![], vec![(PING, ok()), (HEAD, status(500))]),
    ]
}

#[test]
fn a_pull_is_tried_with_and_without_the_login() {
    for (verdict, wrong, notes, rules) in pulls() {
        let fake = Fake::new(&rules);
        let mut question = Question::new("reg.example", jane());
        question.image = Image::parse("reg.example/team/app:1").ok();
        let report = run(&fake, &question);
        assert_eq!((report.verdict, report.wrong), (verdict, wrong), "{:?}", fake.asked());
        assert_eq!(report.notes, notes, "{:?}", fake.asked());
    }
}

#[test]
fn only_what_the_registry_said_is_put_into_its_mouth() {
    let denied = || reply(401, &[], r#"{"errors":[{"code":"UNAUTHORIZED","message":"no such user"}]}"#);
    let table = [
        (
            vec![(PING, basic())],
            identity(),
            "It wants a user name and a password, and this login is a token.",
        ),
        (vec![(PING, basic()), (PROVED, denied())], jane(), "It says: no such user"),
    ];
    for (rules, login, words) in table {
        let report = run(&Fake::new(&rules), &Question::new("reg.example", login));
        assert_eq!(report.remark().as_deref(), Some(words), "{report:?}");
    }
}

#[test]
fn a_registry_token_is_not_called_accepted_by_a_registry_that_asks_nobody() {
    const BY_ANON: &str = "HEAD https://reg.example/v2/team/app/manifests/1 -";
    const BY_TOKEN: &str = "HEAD https://reg.example/v2/team/app/manifests/1 bearer hunter2";
    let table = [
        (Verdict::AnonymousOk, vec![(BY_ANON, ok())]),
        (Verdict::AnonymousOk, vec![(BY_ANON, status(404))]),
        (Verdict::VerifiedPullOk, vec![(BY_ANON, bearer()), (BY_TOKEN, ok())]),
        (Verdict::ExpiredOrRevoked, vec![(BY_ANON, bearer()), (BY_TOKEN, status(401))]),
    ];
    for (verdict, rules) in table {
        let fake = Fake::new(&[vec![(PING, ok())], rules].concat());
        let mut question = Question::new("reg.example", registry_token());
        question.image = Image::parse("reg.example/team/app:1").ok();
        assert_eq!(run(&fake, &question).verdict, verdict, "{:?}", fake.asked());
    }
}

#[test]
fn docker_hub_is_asked_where_it_answers() {
    for key in ["https://index.docker.io/v1/", "docker.io", "registry-1.docker.io"] {
        let fake = Fake::new(&[
            (
                "GET https://registry-1.docker.io/v2/ -",
                challenge("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\""),
            ),
            (
                "GET https://auth.docker.io/token?account=jane&service=registry.docker.io basic jane:hunter2",
                granted(),
            ),
            ("GET https://registry-1.docker.io/v2/ bearer TOKEN", ok()),
        ]);
        assert_eq!(
            run(&fake, &Question::new(key, jane())).verdict,
            Verdict::Verified,
            "{key}: {:?}",
            fake.asked()
        );
    }
}

#[test]
fn this_machine_may_answer_in_plain_http_and_others_only_where_a_person_says_so() {
    let plain = |host: &str| {
        let rules = [
            (format!("GET https://{host}"), Err(TransportError::PlainHttpServer)),
            (format!("GET http://{host}/v2/ -"), basic()),
            (format!("GET http://{host}/v2/ basic"), ok()),
        ];
        Fake::new(&rules.each_ref().map(|(line, reply)| (line.as_str(), reply.clone())))
    };
    for host in ["localhost:5000", "127.0.0.9:5000", "[::1]:5000"] {
        let report = run(&plain(host), &Question::new(host, jane()));
        assert_eq!(
            (report.verdict, report.notes.as_slice()),
            (Verdict::Verified, &[Note::PlainHttp][..]),
            "{host}"
        );
        assert_eq!(report.address, format!("http://{host}"));
    }
    let fake = plain("reg.example");
    let mut question = Question::new("reg.example", jane());
    assert_eq!(run(&fake, &question).verdict, Verdict::PlainHttpServer);
    assert_eq!(fake.asked().len(), 1);
    question.plain_http = true;
    assert_eq!(run(&fake, &question).verdict, Verdict::Verified);
    // A certificate that is not trusted is no reason to go without any.
    let fake = Fake::new(&[
        ("GET https://localhost", Err(TransportError::TlsUntrusted("old".into()))),
        ("GET http://", ok()),
    ]);
    assert_eq!(run(&fake, &Question::new("localhost:5000", jane())).verdict, Verdict::TlsUntrusted);
    assert_eq!(fake.asked().len(), 1);
}

#[test]
fn what_is_noticed_on_the_way_is_said() {
    use base64::Engine as _;
    let jwt = |claims: &str| {
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
        reply(200, &[], &format!(r#"{{"token":"eyJhbGciOiJFUzI1NiJ9.{claims}.y"}}"#))
    };
    let late =
        reply(401, &[("www-authenticate", "Basic realm=x"), ("date", "Fri, 20 Nov 2026 00:10:00 GMT")], "");
    let near =
        reply(401, &[("www-authenticate", "Basic realm=x"), ("date", "Thu, 19 Nov 2026 23:59:00 GMT")], "");
    let proxied = basic().map(|answer| pullpass::net::transport::Response {
        proxy: Some("http://proxy:3128".into()),
        ..answer
    });
    let table = [
        (vec![(PING, late), (PROVED, ok())], vec![Note::ClockDiffers(-600)]),
        (vec![(PING, near), (PROVED, ok())], vec![]),
        (vec![(PING, proxied), (PROVED, ok())], vec![Note::Proxy("http://proxy:3128".into())]),
        (vec![(PING, bearer()), (TOKEN, jwt(r#"{"sub":""}"#)), (PROVED, ok())], vec![Note::AnonymousToken]),
        (
            vec![
                (PING, bearer()),
                (
                    TOKEN,
                    jwt(r#"{"sub":"jane","access":[{"type":"repository","name":"a","actions":["pull"]}]}"#),
                ),
                (PROVED, ok()),
            ],
            vec![Note::TokenFor("jane".into()), Note::Grants("repository:a:pull".into())],
        ),
    ];
    for (rules, notes) in table {
        assert_eq!(ask(jane(), &rules).0.notes, notes, "{rules:?}");
    }
}

#[test]
fn a_registry_says_when_to_come_back() {
    let table = [
        ("30", Some(30)),
        ("Fri, 20 Nov 2026 00:01:00 GMT", Some(60)),
        ("999999", Some(86_400)),
        ("soon", None),
        ("-1", None),
    ];
    for (value, seconds) in table {
        let (report, _) = ask(jane(), &[(PING, reply(429, &[("retry-after", value)], ""))]);
        assert_eq!((report.verdict, report.retry_after), (Verdict::RateLimited, seconds), "{value}");
    }
}

/// Answers nothing, ever.
struct Silent;

impl Transport for Silent {
    async fn send(&self, _: Request) -> Reply {
        std::future::pending().await
    }

    async fn resolve(&self, _: &str) -> Vec<IpAddr> {
        Vec::new()
    }
}

#[test]
fn what_was_found_stays_though_the_time_is_over_before_it_is_explained() {
    let mut fake = Fake::new(&[(PING, basic()), (PROVED, ok()), (HEAD, status(403))]);
    fake.delay = DEADLINE / 4 + Duration::from_secs(1);
    let mut question = Question::new("reg.example", jane());
    question.image = Image::parse("reg.example/team/app:1").ok();
    let (report, took) = at_once(async {
        let start = tokio::time::Instant::now();
        (check(&fake, &question, &FixedClock(now())).await, start.elapsed())
    });
    assert_eq!((report.verdict, report.wrong), (Verdict::VerifiedNoPull, Some(Wrong::Rights)));
    assert!(took >= DEADLINE && took < DEADLINE + Duration::from_secs(1), "{took:?}");
}

#[test]
fn a_check_ends_though_nobody_answers() {
    let (report, took) = at_once(async {
        let start = tokio::time::Instant::now();
        let question = Question::new("reg.example", jane());
        (check(&Silent, &question, &FixedClock(now())).await, start.elapsed())
    });
    assert_eq!(report.verdict, Verdict::Unreachable);
    assert!(report.said.unwrap().contains("45 seconds"));
    assert!(took >= DEADLINE && took < DEADLINE * 2);
}
