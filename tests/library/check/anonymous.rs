//! Without a login: what may anybody do?

use pullpass::check::flow::{Login, Question, Report};
use pullpass::check::verdict::Verdict;
use pullpass::net::transport::TransportError;
use pullpass::registry::image::Image;

use super::fake::{Fake, Reply, challenge, ok, reply, run, status};

const MANIFEST: &str = "HEAD https://ghcr.io/v2/team/app/manifests/1.0";
const BEARER: &str =
    r#"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:team/app:pull""#;

fn asked(rules: &[(&str, Reply)]) -> (Report, Vec<String>) {
    let fake = Fake::new(rules);
    let image = Image::parse("ghcr.io/team/app:1.0").ok();
    let question = Question { image, ..Question::new("ghcr.io", Login::Anonymous) };
    (run(&fake, &question), fake.asked())
}

#[test]
fn a_public_image_is_told_from_one_that_is_not() {
    let token = || reply(200, &[], r#"{"token":"T"}"#);
    let with = |answer: Reply| {
        vec![
            (format!("{MANIFEST} -"), challenge(BEARER)),
            ("GET https://ghcr.io/token".to_owned(), token()),
            (format!("{MANIFEST} bearer T"), answer),
        ]
    };
    let basic = |answer: Reply| vec![(format!("{MANIFEST} -"), answer)];
    let service = |answer: Reply| {
        vec![(format!("{MANIFEST} -"), challenge(BEARER)), ("GET https://ghcr.io/token".to_owned(), answer)]
    };
    let table = [
        (with(ok()), Verdict::Public),
        (with(status(401)), Verdict::NotPublic),
        (with(status(404)), Verdict::NotPublic),
        (with(status(429)), Verdict::RateLimited),
        (service(status(401)), Verdict::NotPublic),
        (service(status(403)), Verdict::NotPublic),
        // What the token service cannot say is not known of the image.
        (service(status(429)), Verdict::RateLimited),
        (service(status(500)), Verdict::ServerError),
        (service(reply(200, &[], "{}")), Verdict::ProtocolError),
        (service(Err(TransportError::Unreachable("gone".into()))), Verdict::Unreachable),
        (basic(ok()), Verdict::Public),
        (basic(challenge(r#"Basic realm="r""#)), Verdict::NotPublic),
        (basic(status(500)), Verdict::ServerError),
        (basic(status(302)), Verdict::Redirected),
    ];
    for (number, (rules, expected)) in table.into_iter().enumerate() {
        for first in [ok(), challenge(BEARER)] {
            let mut all = vec![("GET https://ghcr.io/v2/ -", first)];
            all.extend(rules.iter().map(|(line, reply)| (line.as_str(), reply.clone())));
            let (report, asked) = asked(&all);
            assert_eq!(report.verdict, expected, "{number}: {report:?}");
            assert!(asked.iter().all(|line| !line.contains("basic")), "{asked:?}");
        }
    }
    let page = reply(200, &[("content-type", "text/html")], "");
    assert_eq!(asked(&[("GET https://ghcr.io/v2/ -", page)]).0.verdict, Verdict::NotARegistry);
    assert_eq!(asked(&[("GET https://ghcr.io/v2/ -", status(403))]).0.verdict, Verdict::ForbiddenBeforeAuth);
}

#[test]
fn a_token_service_elsewhere_is_asked_because_nothing_secret_goes_there_but_no_inner_one() {
    let realm = |host: &str| format!(r#"Bearer realm="https://{host}/token",service="s""#);
    for (host, address, expected) in [
        ("auth.other.example", "203.0.113.5", Verdict::Public),
        ("auth.other.example", "10.0.0.5", Verdict::ServiceBlocked),
        ("10.0.0.5", "10.0.0.5", Verdict::ServiceBlocked),
    ] {
        let service = format!("GET https://{host}/token");
        let mut fake = Fake::new(&[
            ("GET https://ghcr.io/v2/ -", ok()),
            (&format!("{MANIFEST} -"), challenge(&realm(host))),
            (&service, reply(200, &[], r#"{"token":"T"}"#)),
            (&format!("{MANIFEST} bearer T"), ok()),
        ]);
        fake.names = vec![(host, address), ("ghcr.io", "203.0.113.1")];
        let image = Image::parse("ghcr.io/team/app:1.0").ok();
        let question = Question { image, ..Question::new("ghcr.io", Login::Anonymous) };
        let report = run(&fake, &question);
        assert_eq!(report.verdict, expected, "{host} {address}");
        // There is none that anybody wanted.
        let told = [report.sentence(), report.not_asked().unwrap_or_default()].concat();
        assert!(!told.contains("the login"), "{told}");
        assert_eq!(
            told.contains(&format!("names the token service https://{host}, ")),
            expected != Verdict::Public
        );
    }
}

#[test]
fn docker_hub_tells_how_many_pulls_an_address_has_left() {
    let hub = "https://registry-1.docker.io";
    let realm = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#;
    let manifest = format!("HEAD {hub}/v2/ratelimitpreview/test/manifests/latest");
    let headers = [
        ("ratelimit-limit", "100;w=21600"),
        ("ratelimit-remaining", "76;w=21600"),
        ("docker-ratelimit-source", "192.0.2.7"),
    ];
    let fake = Fake::new(&[
        (&format!("GET {hub}/v2/ -"), challenge(realm)),
        (&format!("{manifest} -"), challenge(realm)),
        ("GET https://auth.docker.io/token", reply(200, &[], r#"{"token":"T"}"#)),
        (&format!("{manifest} bearer T"), reply(200, &headers, "")),
    ]);
    let question = Question { rate_limit: true, ..Question::new("docker.io", Login::Anonymous) };
    let report = run(&fake, &question);
    assert_eq!(report.verdict, Verdict::Counted);
    let told = report.rate_limit.unwrap().sentence();
    assert_eq!(told, "76 of 100 pulls in 6h are left, counted for the address 192.0.2.7.");
}
