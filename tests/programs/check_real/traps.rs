//! Whole checks of servers that are no honest registries: the verdict, and that no password reaches a port but the right
//! one.

use pullpass::check::flow::{Login, Note, Question, RealmPair};
use pullpass::check::verdict::Verdict;

use super::authority::Authority;
use super::proxies::Proxy;
use super::server::{Asked, Server, drip, for_ever, reply};
use super::verdicts::{password, report_with};
use super::*;

const BASIC: &str = "www-authenticate: Basic realm=\"r\"\r\n";

/// The verdict on a login whose password is the marker.
async fn verdict(server: &Server, limits: Limits) -> Verdict {
    let question = Question::new(&server.address.to_string(), password("jane", MARKER));
    report_with(&question, &NetworkSettings::default(), limits).await.verdict
}

/// A registry that wants a password, and then says this.
fn after_login(answer: impl Fn(&Asked) -> String + Send + Sync + 'static) -> Server {
    Server::plain(move |asked, wire| {
        let answer = match asked.header("authorization") {
            Some(_) => answer(asked),
            None => reply(401, BASIC, ""),
        };
        wire.write_all(answer.as_bytes())
    })
}

#[tokio::test]
async fn who_is_no_registry_gets_no_password() {
    let html = |status| Server::saying(reply(status, "content-type: text/html\r\n", "<h1>Welcome</h1>"));
    let endless = Server::plain(|_, wire| {
        wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1073741824\r\n\r\n")?;
        for_ever(wire, &[b'x'; 4096])
    });
    let table = [
        (html(200), Verdict::NotARegistry),
        (html(404), Verdict::NotARegistry),
        (html(403), Verdict::ForbiddenBeforeAuth),
        (endless, Verdict::NotARegistry),
        (Server::saying(reply(503, "", "")), Verdict::ServerError),
        (Server::saying(reply(429, "retry-after: 7\r\n", "")), Verdict::RateLimited),
        (Server::saying("SSH-2.0-OpenSSH_9.2\r\n"), Verdict::ProtocolError),
        (Server::saying(reply(401, "", "")), Verdict::ProtocolError),
        (Server::saying(reply(401, "www-authenticate: Negotiate\r\n", "")), Verdict::UnsupportedScheme),
    ];
    for (server, expected) in table {
        assert_eq!(verdict(&server, PATIENT).await, expected);
        assert!(server.heard_anything() && !server.heard_the_password(), "{expected:?}");
    }
}

#[tokio::test]
async fn who_never_comes_to_an_end_is_left_without_a_password() {
    let head = Server::plain(|_, wire| drip(wire, b"HTTP/1.1 401 X\r\nx: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    let body = Server::plain(|_, wire| {
        wire.write_all(format!("HTTP/1.1 401 X\r\n{BASIC}\r\n").as_bytes())?;
        drip(wire, b"x")
    });
    for server in [Server::silent(), head, body] {
        assert_eq!(verdict(&server, HASTY).await, Verdict::Unreachable);
        assert!(server.heard_anything() && !server.heard_the_password());
    }
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let trap = Server::trap();
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}\r\n", trap.url("/v2/"));
        let before = Server::saying(reply(status, &location, ""));
        assert_eq!(verdict(&before, PATIENT).await, Verdict::Redirected);
        assert!(!before.heard_the_password());
        let after = after_login(move |_| reply(status, &location, ""));
        assert_eq!(verdict(&after, PATIENT).await, Verdict::RedirectRefused);
        assert!(after.heard_the_password());
    }
    assert!(!trap.heard_anything());
}

#[tokio::test]
async fn a_realm_elsewhere_gets_nothing() {
    let trap = Server::trap();
    let port = trap.address.port();
    let realms = [
        format!("http://localhost:{port}/token"),
        format!("http://127.0.0.2:{port}/token"),
        format!("http://[::ffff:127.0.0.1]:{port}/token"),
        format!("http://jane@127.0.0.1:{port}/token"),
        // Another port of the same host is asked about, and nobody said yes.
        trap.url("/token"),
        "ftp://r.example/token".into(),
        String::new(),
    ];
    for realm in realms {
        let challenge = format!("www-authenticate: Bearer realm=\"{realm}\",service=\"s\"\r\n{BASIC}");
        let server = Server::saying(reply(401, &challenge, ""));
        let found = verdict(&server, PATIENT).await;
        // An empty realm is none: the other challenge counts.
        let expected = if realm.is_empty() { Verdict::Rejected } else { Verdict::RealmBlocked };
        assert_eq!(found, expected, "{realm}");
        assert_eq!(server.heard_the_password(), realm.is_empty(), "{realm}");
    }
    assert!(!trap.heard_anything());
}

#[tokio::test]
async fn a_token_service_that_sends_on_or_never_ends_gives_no_token() {
    let trap = Server::trap();
    let location = format!("location: {}\r\n", trap.url("/token"));
    let sends_on = Server::saying(reply(307, &location, ""));
    let endless = Server::plain(|_, wire| {
        wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"token\":\"")?;
        for_ever(wire, &[b'a'; 4096])
    });
    let identity = Login::IdentityToken(Secret::from_text(format!("{MARKER}-refresh")));
    let table = [(&sends_on, Verdict::RedirectRefused), (&endless, Verdict::ProtocolError)];
    for (service, expected) in table {
        let realm = format!("www-authenticate: Bearer realm=\"{}\"\r\n", service.url("/token"));
        let registry = Server::saying(reply(401, &realm, ""));
        let pair = RealmPair { registry: registry.address.to_string(), realm: service.url("") };
        for login in [password("jane", MARKER), identity.clone()] {
            let mut question = Question::new(&registry.address.to_string(), login);
            question.choices = vec![(pair.clone(), true)];
            let report = report_with(&question, &NetworkSettings::default(), PATIENT).await;
            assert_eq!(report.verdict, expected, "{report:?}");
        }
        assert!(service.heard_the_password() && !registry.heard_the_password());
    }
    assert!(!trap.heard_anything());
}

#[tokio::test]
async fn a_proxy_is_told_and_hears_no_password() {
    let authority = Authority::new();
    let server = Server::tls(authority.issue(&["r.example"]).server(), |asked, wire| {
        let status = if asked.header("authorization").is_some() { 200 } else { 401 };
        wire.write_all(reply(status, BASIC, "{}").as_bytes())
    });
    let proxy = Proxy::start(server.address, "HTTP/1.1 200 OK\r\n\r\n");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("r.example")).unwrap();
    std::fs::write(folder.path().join("r.example/ca.crt"), authority.pem()).unwrap();
    let network = NetworkSettings { proxies: proxy.settings(""), ..trusting(folder.path()) };
    let question = Question::new("r.example", password("jane", MARKER));
    let report = report_with(&question, &network, PATIENT).await;
    assert_eq!(report.verdict, Verdict::Verified, "{report:?}");
    assert_eq!(report.notes, [Note::Proxy(format!("http://{}", proxy.address))]);
    assert!(server.heard_the_password() && !crate::support::leaks(&proxy.heard()));
}
