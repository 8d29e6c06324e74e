//! What goes over the wire, and what comes of servers that misbehave.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use pullpass::net::transport::BODY_LIMIT;

use super::server::{Listening, Server, drip, for_ever, reply};
use super::*;

fn words(failure: &TransportError) -> &str {
    match failure {
        TransportError::Unreachable(words)
        | TransportError::TlsUntrusted(words)
        | TransportError::ProxyAuthRequired(words)
        | TransportError::Protocol(words)
        | TransportError::Setup(words) => words,
        TransportError::PlainHttpServer => "",
    }
}

#[tokio::test]
async fn a_request_holds_what_it_should_and_nothing_more() {
    let secret = |text: &str| Secret::from_text(text.into());
    let basic = || Authorization::Basic { username: secret("jané"), password: secret("a:b ü") };
    let bearer = || Authorization::Bearer(secret("token.of=it"));
    let form = || vec![("grant_type", secret("refresh_token")), ("refresh_token", secret("a&b=c d+é"))];
    let encoded = "grant_type=refresh_token&refresh_token=a%26b%3Dc+d%2B%C3%A9";
    let json = || Body::Text { content_type: "application/x-amz-json-1.1", bytes: secret(r#"{"a":"b"}"#) };
    let none = || Authorization::Anonymous;
    let table = [
        (Method::Get, none(), "", Body::Empty, "GET", None, ""),
        (Method::Get, basic(), "a/b", Body::Empty, "GET", Some("Basic amFuw6k6YTpiIMO8"), ""),
        (Method::Head, bearer(), "a/b", Body::Empty, "HEAD", Some("Bearer token.of=it"), ""),
        (Method::Post, none(), "", Body::Form(form()), "POST", None, encoded),
        (Method::Post, none(), "", json(), "POST", None, r#"{"a":"b"}"#),
    ];
    for (method, authorization, accept, body, word, header, sent) in table {
        let server = Server::saying(reply(200, "", ""));
        let address = server.url("/v2/?a=b%20c&d");
        let content_type = match &body {
            Body::Empty => None,
            Body::Form(_) => Some("application/x-www-form-urlencoded"),
            Body::Text { content_type, .. } => Some(*content_type),
        };
        let headers = vec![("x-amz-target", secret("A.B"))];
        let request = Request { method, url: url(&address), authorization, accept, headers, body };
        http(&address, PATIENT).send(request).await.unwrap();
        let asked = server.asked().remove(0);
        assert_eq!(asked.line, format!("{word} /v2/?a=b%20c&d HTTP/1.1"));
        assert_eq!(asked.header("authorization"), header);
        assert_eq!(asked.header("user-agent"), Some(concat!("pullpass/", env!("CARGO_PKG_VERSION"))));
        assert_eq!(asked.header("accept"), Some(if accept.is_empty() { "*/*" } else { accept }));
        assert_eq!(String::from_utf8(asked.body.clone()).unwrap(), sent);
        assert_eq!(asked.header("content-type"), content_type);
        assert_eq!(asked.header("x-amz-target"), Some("A.B"));
        let known = [
            "accept",
            "authorization",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-amz-target",
        ];
        let other =
            |line: &&String| !known.contains(&line.split(':').next().unwrap().to_lowercase().as_str());
        assert_eq!(asked.headers.iter().find(other), None);
    }
}

#[tokio::test]
async fn an_answer_comes_back_whole_whatever_its_status() {
    for status in [200, 307, 401, 404, 429, 500, 599] {
        let headers = "WWW-Authenticate: Basic\r\nx: caf\u{e9}\r\nwww-authenticate: Bearer realm=\"r\"\r\n";
        let server = Server::saying(reply(status, headers, "{\"token\":1}"));
        let answer = ask(&server.url("/"), PATIENT).await.unwrap();
        assert_eq!((answer.status, answer.is_cut, answer.proxy.clone()), (status, false, None));
        let challenges: Vec<_> = answer.header("www-authenticate").collect();
        assert_eq!(challenges, ["Basic", "Bearer realm=\"r\""]);
        assert_eq!(answer.header("x").next(), Some("caf\u{e9}"));
        assert_eq!(answer.body.expose(), b"{\"token\":1}");
    }
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\n");
    let head = Request { method: Method::Head, ..get(&server.url("/")) };
    let answer = http(&server.url("/"), PATIENT).send(head).await.unwrap();
    assert_eq!((answer.status, answer.body.is_empty()), (200, true));
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit() {
    for (length, is_cut) in [(BODY_LIMIT - 1, false), (BODY_LIMIT, false), (BODY_LIMIT + 1, true)] {
        let server = Server::saying(reply(200, "", &"x".repeat(length)));
        let answer = ask(&server.url("/"), PATIENT).await.unwrap();
        assert_eq!((answer.body.len(), answer.is_cut), (length.min(BODY_LIMIT), is_cut), "{length}");
    }
}

#[tokio::test]
async fn a_body_of_a_gigabyte_and_one_without_an_end_are_left_on_the_network() {
    for head in ["content-length: 1073741824\r\n", ""] {
        let sent = Arc::new(AtomicUsize::new(0));
        let count = sent.clone();
        let server = Server::plain(move |_, wire| {
            wire.write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n").as_bytes())?;
            loop {
                wire.write_all(&[b'x'; 4096])?;
                count.fetch_add(4096, Ordering::SeqCst);
            }
        });
        let answer = ask(&server.url("/"), PATIENT).await.unwrap();
        assert_eq!((answer.body.len(), answer.is_cut), (BODY_LIMIT, true));
        // What the two systems hold in between is some megabytes.
        assert!(sent.load(Ordering::SeqCst) < 64 << 20);
    }
}

#[tokio::test]
async fn a_server_that_takes_for_ever_is_left() {
    let slow_head =
        Server::plain(|_, wire| drip(wire, b"HTTP/1.1 200 OK\r\nx: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    let slow_body = Server::plain(|_, wire| {
        wire.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        drip(wire, b"x")
    });
    let silent = Server::silent();
    // The last one must have begun in time, on a busy machine too.
    let table = [
        (&silent, 500, "did not answer within 0.5 s"),
        (&slow_head, 500, "did not answer within 0.5 s"),
        (&slow_body, 3_000, "began to answer, but did not finish within 3 s"),
    ];
    for (server, limit, expected) in table {
        let limit = Duration::from_millis(limit);
        let start = Instant::now();
        let failure = ask(&server.url("/"), Limits { request: limit, ..PATIENT }).await.unwrap_err();
        assert!(start.elapsed() < limit + Duration::from_secs(4), "{:?}", start.elapsed());
        assert!(
            matches!(failure, TransportError::Unreachable(_)) && words(&failure).contains(expected),
            "{failure:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_never_shakes_hands_is_left() {
    let silent = Server::silent();
    let limits = Limits { connect: Duration::from_millis(300), request: Duration::from_secs(30) };
    let start = Instant::now();
    let failure = ask(&silent.https("/"), limits).await.unwrap_err();
    assert!(words(&failure).contains("did not answer the call to connect"), "{failure:?}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_any_more_ends() {
    let (say, hear) = std::sync::mpsc::channel();
    let server = Listening::start(move |mut stream| {
        let mut first = [0];
        std::io::Read::read_exact(&mut stream, &mut first)?;
        say.send("asked").map_err(std::io::Error::other)?;
        std::io::copy(&mut stream, &mut std::io::sink())?;
        say.send("gone").map_err(std::io::Error::other)
    });
    let address = format!("http://{}/", server.address);
    let asking = tokio::spawn(async move { ask(&address, PATIENT).await });
    let wait = |hear: std::sync::mpsc::Receiver<_>| {
        tokio::task::spawn_blocking(move || (hear.recv_timeout(Duration::from_secs(20)), hear))
    };
    let (asked, hear) = wait(hear).await.unwrap();
    assert_eq!(asked, Ok("asked"));
    asking.abort();
    assert_eq!(wait(hear).await.unwrap().0, Ok("gone"));
}

#[tokio::test]
async fn what_is_no_http_is_said() {
    let endless = Server::plain(|_, wire| {
        wire.write_all(b"HTTP/1.1 200 OK\r\nx: ")?;
        for_ever(wire, &[b'a'; 4096])
    });
    let many = Server::plain(|_, wire| {
        wire.write_all(b"HTTP/1.1 200 OK\r\n")?;
        for_ever(wire, b"x: a\r\n")
    });
    let other = Server::saying("SSH-2.0-OpenSSH_9.2\r\n");
    for server in [endless, many, other] {
        let failure = ask(&server.url("/"), PATIENT).await.unwrap_err();
        assert!(matches!(failure, TransportError::Protocol(_)), "{failure:?}");
    }
}

#[tokio::test]
async fn who_cannot_be_reached_is_named() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hangs_up = Server::saying("");
    let half = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc");
    // A label of 64 letters is refused without asking any name server.
    let nowhere = format!("{}.example", "a".repeat(64));
    let table = [
        (format!("http://{closed}/?hunter2"), format!("Nothing listens at {closed}")),
        (format!("http://{nowhere}/?hunter2"), format!("There is no host {nowhere}")),
        (hangs_up.url("/?hunter2"), "closed the connection without a whole answer".into()),
        (half.url("/?hunter2"), "closed the connection without a whole answer".into()),
    ];
    for (address, expected) in table {
        let failure = ask(&address, PATIENT).await.unwrap_err();
        let words = words(&failure);
        assert!(matches!(failure, TransportError::Unreachable(_)), "{failure:?}");
        assert!(words.contains(&expected) && !words.contains("hunter2"), "{words}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let trap = Server::trap();
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}\r\n", trap.url("/v2/"));
        let server = Server::saying(reply(status, &location, ""));
        let way = http(&server.url("/"), PATIENT);
        let post = Request { method: Method::Post, ..get_with_password(&server.url("/")) };
        for request in [get_with_password(&server.url("/")), post] {
            assert_eq!(way.send(request).await.unwrap().status, status);
        }
        assert!(server.heard_the_password());
    }
    assert!(!trap.heard_anything());
}

#[tokio::test]
async fn no_cookie_comes_back_and_no_login_stays_for_the_next_request() {
    let server = Server::saying(reply(200, "set-cookie: id=hunter2\r\n", ""));
    let way = http(&server.url("/"), PATIENT);
    way.send(get_with_password(&server.url("/"))).await.unwrap();
    way.send(get(&server.url("/"))).await.unwrap();
    let second = &server.asked()[1];
    assert_eq!((second.header("cookie"), second.header("authorization")), (None, None));
}

#[tokio::test]
async fn what_no_request_can_carry_is_refused_before_anything_is_sent() {
    let server = Server::trap();
    let way = http(&server.url("/"), PATIENT);
    let newline = Authorization::Bearer(Secret::from_text("hunter2\r\nhost: evil".into()));
    let in_the_address = get(&format!("http://jane:hunter2@{}/", server.address));
    for request in [Request { authorization: newline, ..get(&server.url("/")) }, in_the_address] {
        let failure = way.send(request).await.unwrap_err();
        assert!(
            matches!(&failure, TransportError::Setup(words) if !words.contains("hunter2")),
            "{failure:?}"
        );
    }
    assert!(!server.heard_anything());
}

#[tokio::test]
async fn names_are_looked_up() {
    let way = http("https://r.example/", PATIENT);
    assert!(way.resolve("localhost").await.iter().all(std::net::IpAddr::is_loopback));
    assert_eq!(way.resolve("192.0.2.7").await, ["192.0.2.7".parse::<std::net::IpAddr>().unwrap()]);
    assert_eq!(way.resolve("[::1]").await, ["::1".parse::<std::net::IpAddr>().unwrap()]);
    assert_eq!(way.resolve(&"a".repeat(64)).await, Vec::<std::net::IpAddr>::new());
}
