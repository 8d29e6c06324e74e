//! A login goes out once, to the right place, or not at all, and nothing that is kept repeats it.

use std::net::IpAddr;
use std::sync::Mutex;

use proptest::prelude::*;
use pullpass::check::flow::{Login, Question, check};
use pullpass::check::verdict::Verdict;
use pullpass::clock::FixedClock;
use pullpass::credential::Credential;
use pullpass::net::transport::{Authorization, Body, Request, Transport};
use pullpass::registry::image::Image;

use super::fake::{Fake, PASSWORD, Reply, at_once, challenge, jane, now, reply, run, secret};

#[test]
fn what_cannot_be_sent_is_refused_before_anything_is_asked() {
    let basic = |username: &str, password: &str| Login::Basic(Credential::new(username, secret(password)));
    let table = [
        (basic("jane", ""), "empty"),
        (basic("ja:ne", PASSWORD), "colon"),
        (basic("ja\u{7}ne", PASSWORD), "user name has a control"),
        (basic("jane", "hunter2\n"), "end of a line"),
        (basic("jane", "hun\0ter2"), "control character"),
        (Login::IdentityToken(secret("")), "empty"),
        (Login::IdentityToken(secret("a b")), "blank"),
        (Login::RegistryToken(secret("a\r\nb")), "blank or a control"),
    ];
    for (login, words) in table {
        let fake = Fake::new(&[]);
        let report = run(&fake, &Question::new("reg.example", login));
        assert_eq!(report.verdict, Verdict::NotSent);
        let said = report.said.unwrap();
        assert!(said.contains(words), "{said}");
        assert_eq!(fake.asked(), [""; 0]);
    }
    for key in ["", "two words", "reg.example:notaport", "reg.example?x", "reg.example#x"] {
        let fake = Fake::new(&[]);
        assert_eq!(run(&fake, &Question::new(key, jane())).verdict, Verdict::NotSent, "{key}");
        assert_eq!(fake.asked(), [""; 0]);
    }
}

#[test]
fn an_answer_that_repeats_the_login_is_masked_cut_and_made_safe() {
    let long = "x".repeat(1000);
    let table = [
        (format!("no such password: {PASSWORD}"), Some("no such password: •••")),
        ("bad pair amFuZTpodW50ZXIy".to_owned(), Some("bad pair •••")),
        (
            r#"{"details":"incorrect username or password"}"#.to_owned(),
            Some("incorrect username or password"),
        ),
        (
            r#"{"errors":[{"code":"DENIED","message":"go\u001b[2J away"}]}"#.to_owned(),
            Some("go\\x1b[2J away"),
        ),
        (r#"{"errors":[{"code":"DENIED"}]}"#.to_owned(), Some("DENIED")),
        ("<html>a page</html>".to_owned(), None),
        (String::new(), None),
    ];
    for (body, said) in table {
        let fake = Fake::new(&[
            ("GET https://reg.example/v2/ -", challenge("Basic realm=x")),
            ("GET https://reg.example/v2/ basic", reply(401, &[], &body)),
        ]);
        let report = run(&fake, &Question::new("reg.example", jane()));
        assert_eq!(report.said.as_deref(), said, "{body}");
    }
    let fake = Fake::new(&[("GET", reply(500, &[], &long))]);
    let report = run(&fake, &Question::new("reg.example", jane()));
    assert_eq!(report.said.unwrap().chars().count(), 300);
}

#[test]
fn a_token_or_a_redirect_that_repeats_the_login_is_masked() {
    use base64::Engine as _;
    let claims =
        format!(r#"{{"sub":"{PASSWORD}","access":[{{"type":"{PASSWORD}","name":"a","actions":["pull"]}}]}}"#);
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
    let fake = Fake::new(&[
        ("GET https://reg.example/v2/ -", challenge("Bearer realm=\"/token\"")),
        (
            "GET https://reg.example/token",
            reply(200, &[], &format!(r#"{{"token":"eyJhbGciOiJFUzI1NiJ9.{claims}.y"}}"#)),
        ),
        ("GET https://reg.example/v2/ b", reply(307, &[("location", "https://hunter2.example/")], "")),
    ]);
    let report = run(&fake, &Question::new("reg.example", jane()));
    assert_eq!(report.verdict, Verdict::RedirectRefused);
    assert_eq!(report.notes.len(), 2);
    assert!(!format!("{report:?}").contains(PASSWORD), "{report:?}");
}

#[test]
fn every_form_of_a_login_is_masked() {
    use base64::Engine as _;
    let long = "0123456789".repeat(20);
    let claims =
        format!(r#"{{"sub":"{long}","access":[{{"type":"x","name":"{long}","actions":["pull"]}}]}}"#);
    let claims = base64::engine::general_purpose::STANDARD.encode(claims);
    let jwt = reply(200, &[], &format!(r#"{{"token":"eyJhbGciOiJFUzI1NiJ9.{claims}.y"}}"#));
    let pair = base64::engine::general_purpose::STANDARD.encode("<token>:hunter2/+");
    let echo = reply(401, &[], &format!("Basic {pair} hunter2/+ hunter2%2F%2B GRANTED x"));
    let granted = reply(200, &[], r#"{"token":"GRANTED"}"#);
    let bearer = challenge("Bearer realm=\"/token\"");
    let (ping, post, get) = ("GET https://reg.example/v2/ -", "POST", "GET https://reg.example/token");
    let again = "GET https://reg.example/v2/ b";
    let identity = || Login::IdentityToken(secret("hunter2/+"));
    let basic = |password: &str| Login::Basic(Credential::new("jane", secret(password)));
    let token_as_name = Login::Basic(Credential::new("dop_v1_0123456789", secret("other")));
    let named = reply(403, &[], r#"{"errors":[{"message":"no access for dop_v1_0123456789"}]}"#);
    let table = [
        // A user name that is the token.
        (token_as_name, vec![(ping, bearer.clone()), (get, named)]),
        // As a password to the token service, and as the service's token to the registry.
        (identity(), vec![(ping, bearer.clone()), (post, reply(404, &[], "")), (get, echo.clone())]),
        (identity(), vec![(ping, bearer.clone()), (post, echo.clone())]),
        (identity(), vec![(ping, bearer.clone()), (post, granted), (again, echo)]),
        // A claim that is cut has no whole password in it any more.
        (basic(&long), vec![(ping, bearer), (get, jwt), (again, reply(200, &[], ""))]),
    ];
    for (login, rules) in table {
        let report = run(&Fake::new(&rules), &Question::new("reg.example", login));
        let shown = format!("{report:?}");
        for part in [pair.as_str(), "hunter2", "0123456789"] {
            assert!(!shown.contains(part), "{part} in {shown}");
        }
        assert!(!shown.contains("GRANTED") || report.verdict != Verdict::AcceptedButUnusable, "{shown}");
        assert!(shown.contains("•••"), "{shown}");
    }
}

#[test]
fn a_redirect_is_named_by_its_host_only() {
    let fake = Fake::new(&[("GET", reply(302, &[("location", "https://sso.example/x?ticket=abc")], ""))]);
    let report = run(&fake, &Question::new("reg.example", jane()));
    assert_eq!(report.said.as_deref(), Some("It sends to https://sso.example."));
    // A path is one of the host that answered.
    let fake = Fake::new(&[
        ("GET https://nvcr.io/v2/ -", challenge("Bearer realm=\"https://authn.nvidia.com/token\"")),
        ("GET https://authn.nvidia.com/token", reply(302, &[("location", "/login")], "")),
    ]);
    let report = run(&fake, &Question::new("nvcr.io", jane()));
    assert_eq!(report.said.as_deref(), Some("It sends to https://authn.nvidia.com."));
}

#[test]
fn neither_question_nor_report_shows_the_login() {
    let fake = Fake::new(&[("GET", challenge("Basic realm=x"))]);
    let question = Question::new("reg.example", jane());
    let report = run(&fake, &question);
    for shown in [format!("{question:?}"), format!("{report:?}")] {
        assert!(!shown.contains(PASSWORD) && !shown.contains("jane"), "{shown}");
    }
}

/// Answers anything, in the order in which it was made up, and keeps where secrets went.
struct Chaos {
    replies: Mutex<Vec<Reply>>,
    asked: Mutex<Vec<Request>>,
}

impl Transport for Chaos {
    async fn send(&self, request: Request) -> Reply {
        self.asked.lock().unwrap().push(request);
        self.replies.lock().unwrap().pop().unwrap_or_else(|| reply(200, &[], ""))
    }

    async fn resolve(&self, _: &str) -> Vec<IpAddr> {
        Vec::new()
    }
}

/// Where a thief would like to have a login sent, and the registry's own services.
const REALMS: [&str; 10] = [
    "/token",
    "https://reg.example/token",
    "https://evil.test/token",
    "//evil.test/token",
    "\\\\evil.test\\token",
    "https://reg.example@evil.test/token",
    "https://reg.example.evil.test/token",
    "https://reg.example:8443/token",
    "http://reg.example/token",
    "https://127.0.0.1/token",
];

fn any_reply() -> impl Strategy<Value = Reply> {
    let status =
        prop::sample::select(vec![200, 200, 301, 307, 400, 401, 401, 401, 401, 403, 404, 405, 429, 500]);
    let made_up =
        "(https?:)?(//|/|\\\\)?(reg\\.example|evil\\.test|reg\\.example@|:443|:8443|[/.@:?#%]){0,4}";
    let realm = prop_oneof![prop::sample::select(&REALMS[..]).prop_map(str::to_owned), made_up];
    let scheme = prop::sample::select(vec!["Bearer", "Bearer", "Bearer", "Basic", "Negotiate"]);
    let granted = r#"{"token":"GRANTED"}"#;
    let body = prop::sample::select(vec!["", "{}", granted, granted, "expired"]);
    (status, scheme, realm, body).prop_map(|(status, scheme, realm, body)| {
        let wanted = format!("{scheme} realm=\"{}\",service=\"s\"", realm.replace('\\', "\\\\"));
        reply(status, &[("www-authenticate", &wanted), ("location", "https://evil.test/")], body)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_a_registry_answers_the_login_goes_to_it_alone(
        replies in prop::collection::vec(any_reply(), 0..10),
        kind in 0..3,
        with_image in any::<bool>(),
    ) {
        let login = match kind {
            0 => jane(),
            1 => Login::IdentityToken(secret(PASSWORD)),
            _ => Login::RegistryToken(secret(PASSWORD)),
        };
        let mut question = Question::new("reg.example", login);
        question.image = Image::parse("reg.example/a/b").ok().filter(|_| with_image);
        let chaos = Chaos { replies: Mutex::new(replies), asked: Mutex::default() };
        let report = at_once(check(&chaos, &question, &FixedClock(now())));
        let asked = chaos.asked.into_inner().unwrap();
        prop_assert!(asked.len() <= 8, "{:?}", asked);
        for request in &asked {
            prop_assert!(!request.url.as_str().contains(PASSWORD));
            if request.authorization != Authorization::Anonymous || request.body != Body::Empty {
                let origin = request.url.origin().ascii_serialization();
                // A dot at the end names the same host.
                prop_assert_eq!(origin.trim_end_matches('.'), "https://reg.example");
            }
        }
        let shown = format!("{report:?}");
        prop_assert!(!shown.contains(PASSWORD), "{}", shown);
    }
}
