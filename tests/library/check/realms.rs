//! Where a login goes: to the registry, to its known token service, and elsewhere only where a person said so.

use pullpass::check::flow::{Login, Question, RealmPair, Report, host_of};
use pullpass::check::realm::Reason;
use pullpass::check::verdict::Verdict;
use pullpass::credential::Credential;

use super::fake::{Fake, PASSWORD, challenge, jane, ok, reply, run, secret, status};

fn pair() -> RealmPair {
    RealmPair { registry: "reg.example".into(), realm: "https://auth.elsewhere.test".into() }
}

fn elsewhere(names: &[(&'static str, &'static str)]) -> Fake {
    let mut fake = Fake::new(&[
        ("GET https://reg.example/v2/ -", challenge("Bearer realm=\"https://auth.elsewhere.test/token\"")),
        ("GET https://auth.elsewhere.test/token", reply(200, &[], r#"{"token":"T"}"#)),
        ("GET https://reg.example/v2/ bearer T", ok()),
    ]);
    fake.names = names.to_vec();
    fake
}

fn ask(fake: &Fake, choices: &[(RealmPair, bool)]) -> Report {
    let mut question = Question::new("reg.example", jane());
    question.choices = choices.to_vec();
    run(fake, &question)
}

#[test]
fn another_host_is_asked_about_and_gets_nothing_until_then() {
    let fake = elsewhere(&[]);
    let report = ask(&fake, &[]);
    assert_eq!((report.verdict, report.ask), (Verdict::RealmBlocked, Some(pair())));
    assert_eq!(report.realm, Some((pair().realm, Reason::CrossSite)));
    assert_eq!(fake.asked(), ["GET https://reg.example/v2/ -"]);
}

#[test]
fn both_hosts_are_named_in_ascii() {
    for key in ["r\u{e9}g.example", "https://R\u{c9}G.example/v1/", "r\u{200b}\u{e9}g.example"] {
        let fake = Fake::new(&[("GET", challenge("Bearer realm=\"https://\u{e0}uth.test/token\""))]);
        let pair = run(&fake, &Question::new(key, jane())).ask.unwrap();
        let expected = ("xn--rg-bja.example", "https://xn--uth-8ka.test");
        assert_eq!((pair.registry.as_str(), pair.realm.as_str()), expected, "{key}");
    }
}

#[test]
fn a_registry_is_named_as_it_is_asked() {
    let table = [
        ("Reg.example:443", "reg.example:443"),
        ("https://[::1]:5000/v2/", "[::1]:5000"),
        ("re\tg.example", "reg.example"),
        ("reg%2eexample", "reg.example"),
        ("re\u{200b}g.example:8443", "reg.example:8443"),
        ("docker.io", "registry-1.docker.io"),
        ("two words", "two words"),
        ("reg.example?x", "reg.example?x"),
    ];
    for (key, expected) in table {
        assert_eq!(host_of(key), expected, "{key:?}");
    }
}

#[test]
fn what_a_person_said_holds_for_this_pair_alone() {
    assert_eq!(ask(&elsewhere(&[]), &[(pair(), true)]).verdict, Verdict::Verified);
    let refused = ask(&elsewhere(&[]), &[(pair(), false)]);
    assert_eq!((refused.verdict, refused.ask), (Verdict::RealmBlocked, None));
    let others = [
        RealmPair { registry: "other.example".into(), ..pair() },
        RealmPair { realm: "https://auth.elsewhere.test:8443".into(), ..pair() },
        RealmPair { realm: "http://auth.elsewhere.test".into(), ..pair() },
    ];
    for other in others {
        assert_eq!(ask(&elsewhere(&[]), &[(other, true)]).ask, Some(pair()));
    }
}

#[test]
fn a_denied_realm_is_not_asked_about_and_no_choice_opens_it() {
    let fake =
        Fake::new(&[("GET https://reg.example/v2/ -", challenge("Bearer realm=\"https://10.0.0.1/token\""))]);
    let choice = RealmPair { registry: "reg.example".into(), realm: "https://10.0.0.1".into() };
    let report = ask(&fake, &[(choice, true)]);
    assert_eq!((report.verdict, report.ask), (Verdict::RealmBlocked, None));
    assert_eq!(report.realm, Some(("https://10.0.0.1".into(), Reason::IpLiteral)));
    assert_eq!(fake.asked().len(), 1);
}

#[test]
fn an_allowed_name_that_stands_for_an_inner_address_is_refused_unless_the_registry_is_inside() {
    let inner = ("auth.elsewhere.test", "10.0.0.7");
    let fake = elsewhere(&[inner, ("reg.example", "93.184.215.14")]);
    let report = ask(&fake, &[(pair(), true)]);
    assert_eq!((report.verdict, report.ask), (Verdict::RealmBlocked, None));
    assert!(report.said.unwrap().contains("inner network"));
    assert_eq!(fake.asked().len(), 1);
    assert_eq!(
        ask(&elsewhere(&[inner, ("reg.example", "10.0.0.8")]), &[(pair(), true)]).verdict,
        Verdict::Verified
    );
    let outside = ("auth.elsewhere.test", "93.184.215.15");
    assert_eq!(ask(&elsewhere(&[outside]), &[(pair(), true)]).verdict, Verdict::Verified);
}

/// The line of the request to the token service.
fn token_request(registry: &str, header: &str, login: Login) -> String {
    let ping = format!("GET https://{registry}/v2/ -");
    let fake = Fake::new(&[(&ping, challenge(header)), ("", status(404))]);
    run(&fake, &Question::new(registry, login));
    fake.asked().swap_remove(1)
}

#[test]
fn the_token_service_is_asked_in_its_own_words() {
    let token = || Login::IdentityToken(secret(PASSWORD));
    let basic = |username: &str, password: &str| Login::Basic(Credential::new(username, secret(password)));
    let table = [
        (
            "reg.example",
            "Bearer realm=\"/token\"",
            jane(),
            "GET https://reg.example/token?account=jane basic jane:hunter2",
        ),
        (
            "nvcr.io",
            "Bearer realm=\"https://nvcr.io/proxy_auth?scope=a:b,c#x\",service=\"s p\"",
            jane(),
            "GET https://nvcr.io/proxy_auth?scope=a:b,c&account=jane&service=s+p basic jane:hunter2",
        ),
        (
            "reg.example",
            "Bearer realm=\"/token\",scope=\"a b\",service=\"x&y\"",
            jane(),
            "GET https://reg.example/token?account=jane&service=x%26y&scope=a&scope=b basic jane:hunter2",
        ),
        (
            "reg.example",
            "Bearer realm=\"/token\",scope=\"a b\",service=s",
            token(),
            "POST https://reg.example/token - grant_type=refresh_token client_id=pullpass service=s scope=a b refresh_token=hunter2",
        ),
        // A user name that is the token has no place in an address.
        (
            "reg.example",
            "Bearer realm=\"/token\"",
            basic("tok", "tok"),
            "GET https://reg.example/token basic tok:tok",
        ),
        (
            "reg.example",
            "Bearer realm=\"/token\"",
            basic("dop_v1_0", "x"),
            "GET https://reg.example/token basic dop_v1_0:x",
        ),
    ];
    for (registry, header, login, line) in table {
        assert_eq!(token_request(registry, header, login), line);
    }
}

#[test]
fn a_token_as_a_password_has_the_user_name_of_its_registry() {
    for (registry, user) in
        [("reg.example", "<token>"), ("acme.azurecr.io", "00000000-0000-0000-0000-000000000000")]
    {
        let ping = format!("GET https://{registry}/v2/ -");
        let fake = Fake::new(&[
            (&ping, challenge("Bearer realm=\"/token\"")),
            ("POST", status(404)),
            ("GET", status(401)),
        ]);
        run(&fake, &Question::new(registry, Login::IdentityToken(secret(PASSWORD))));
        assert_eq!(fake.asked()[2], format!("GET https://{registry}/token basic {user}:hunter2"));
    }
}
