//! Proxies: which was used is told, they hear no password, and what they refuse is understood.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use pullpass::settings::network::ProxySettings;

use super::authority::Authority;
use super::server::{Listening, Server, reply};
use super::*;

/// Leads every tunnel to one server, and answers other requests itself.
pub struct Proxy {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<u8>>>,
    _listening: Listening,
}

impl Proxy {
    pub fn start(server: SocketAddr, answer: &'static str) -> Self {
        let heard = Arc::<Mutex<Vec<u8>>>::default();
        let all = heard.clone();
        let listening = Listening::start(move |stream| carry(stream, server, answer, &all));
        Self { address: listening.address, heard, _listening: listening }
    }

    pub fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }

    /// Settings that name it, with a login of its own.
    pub fn settings(&self, exceptions: &str) -> ProxySettings {
        let address = Secret::from_text(format!("http://user:proxy-pass@{}", self.address));
        ProxySettings { all: Some(address), exceptions: exceptions.into(), ..ProxySettings::default() }
    }
}

fn carry(mut client: TcpStream, server: SocketAddr, answer: &str, all: &Mutex<Vec<u8>>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend_from_slice(&byte);
    }
    all.lock().unwrap().extend_from_slice(&head);
    client.write_all(answer.as_bytes())?;
    if !head.starts_with(b"CONNECT") || !answer.contains("200") {
        return client.shutdown(Shutdown::Write);
    }
    tunnel(client, server, all)
}

/// Carries bytes both ways and keeps the client's.
fn tunnel(mut client: TcpStream, server: SocketAddr, all: &Mutex<Vec<u8>>) -> io::Result<()> {
    let mut server = TcpStream::connect(server)?;
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let back = thread::spawn(move || {
        io::copy(&mut from_server, &mut to_client).ok();
        to_client.shutdown(Shutdown::Write).ok();
    });
    let mut buffer = [0; 4096];
    loop {
        let length = client.read(&mut buffer)?;
        if length == 0 {
            break;
        }
        all.lock().unwrap().extend_from_slice(&buffer[..length]);
        server.write_all(&buffer[..length])?;
    }
    server.shutdown(Shutdown::Write)?;
    back.join().ok();
    Ok(())
}

#[tokio::test]
async fn a_tunnel_carries_the_password_unheard() {
    let authority = Authority::new();
    let server = Server::tls(authority.issue(&["r.example"]).server(), |_, wire| {
        wire.write_all(reply(200, "", "").as_bytes())
    });
    let proxy = Proxy::start(server.address, "HTTP/1.1 200 OK\r\n\r\n");
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("r.example")).unwrap();
    std::fs::write(folder.path().join("r.example/ca.crt"), authority.pem()).unwrap();
    let network = NetworkSettings { proxies: proxy.settings(""), ..trusting(folder.path()) };
    let way = client_for(&url("https://r.example/"), &network, PATIENT).unwrap();
    let answer = way.send(get_with_password("https://r.example/v2/")).await.unwrap();
    assert_eq!((answer.status, answer.proxy), (200, Some(format!("http://{}", proxy.address))));
    let heard = proxy.heard();
    assert!(heard.starts_with("CONNECT r.example:443 HTTP/1.1\r\n"), "{heard}");
    // user:proxy-pass
    assert!(heard.contains("Basic dXNlcjpwcm94eS1wYXNz"), "{heard}");
    assert!(server.heard_the_password() && !crate::support::leaks(&heard));
    let asked = server.asked().remove(0);
    assert_eq!((&*asked.line, asked.header("proxy-authorization")), ("GET /v2/ HTTP/1.1", None));
}

/// Speaks SOCKS 5 (RFC 1928) without a login, keeps the name that is asked for, and leads to one server.
fn carry_socks(mut client: TcpStream, server: SocketAddr, all: &Mutex<Vec<u8>>) -> io::Result<()> {
    let read = |mut client: &TcpStream, length: u8| {
        let mut bytes = vec![0; length.into()];
        client.read_exact(&mut bytes).map(|()| bytes)
    };
    let greeting = read(&client, 2)?;
    read(&client, greeting[1])?;
    client.write_all(&[5, 0])?;
    let request = read(&client, 5)?;
    let name_and_port = read(&client, request[4] + 2)?;
    all.lock().unwrap().extend_from_slice(&name_and_port);
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    tunnel(client, server, all)
}

#[tokio::test]
async fn a_socks_proxy_works_too() {
    let server = Server::saying(reply(200, "", ""));
    let heard = Arc::<Mutex<Vec<u8>>>::default();
    let (target, all) = (server.address, heard.clone());
    let proxy = Listening::start(move |client| carry_socks(client, target, &all));
    let address = Secret::from_text(format!("socks5h://{}", proxy.address));
    let proxies = ProxySettings { all: Some(address), ..ProxySettings::default() };
    let network = NetworkSettings { proxies, ..NetworkSettings::default() };
    let way = client_for(&url("http://r.example/"), &network, PATIENT).unwrap();
    let answer = way.send(get("http://r.example/v2/")).await.unwrap();
    assert_eq!((answer.status, answer.proxy), (200, Some(format!("socks5h://{}", proxy.address))));
    assert!(heard.lock().unwrap().starts_with(b"r.example\x00\x50"));
}

#[tokio::test]
async fn an_exception_goes_past_the_proxy() {
    let server = Server::saying(reply(200, "", ""));
    let proxy = Proxy::start(server.address, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let named = proxy.settings("");
    let network = NetworkSettings { proxies: named.clone(), ..NetworkSettings::default() };
    let way = client_for(&url("http://r.example/"), &network, PATIENT).unwrap();
    let answer = way.send(get("http://r.example/v2/")).await.unwrap();
    assert_eq!(answer.proxy, Some(format!("http://{}", proxy.address)));
    assert!(proxy.heard().starts_with("GET http://r.example/v2/ HTTP/1.1\r\n"), "{}", proxy.heard());
    // This machine itself is never asked for through a proxy.
    let answer = way.send(get_with_password(&server.url("/v2/"))).await.unwrap();
    assert_eq!((answer.status, answer.proxy), (200, None));
    assert!(!crate::support::leaks(&proxy.heard()));
    let excepted = NetworkSettings { proxies: proxy.settings("invalid"), ..NetworkSettings::default() };
    let nowhere = format!("http://{}.invalid/", "a".repeat(64));
    let way = client_for(&url(&nowhere), &excepted, PATIENT).unwrap();
    let Err(TransportError::Unreachable(words)) = way.send(get(&nowhere)).await else { panic!() };
    assert!(words.contains("There is no host a") && !words.contains("proxy"), "{words}");
}

#[tokio::test]
async fn what_a_proxy_refuses_is_told_apart() {
    let server = Server::trap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let wants_login = "HTTP/1.1 407 Login\r\ncontent-length: 0\r\n\r\n";
    let forbids = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
    for (answer, is_login) in [(wants_login, true), (forbids, false)] {
        let proxy = Proxy::start(server.address, answer);
        let network = NetworkSettings { proxies: proxy.settings(""), ..NetworkSettings::default() };
        for scheme in ["https", "http"] {
            let address = format!("{scheme}://r.example/");
            let way = client_for(&url(&address), &network, PATIENT).unwrap();
            match way.send(get(&address)).await {
                Err(TransportError::ProxyAuthRequired(words)) if is_login => {
                    assert!(words.contains(&format!("http://{}", proxy.address)), "{words}");
                    assert!(!words.contains("proxy-pass"), "{words}");
                }
                Err(TransportError::Unreachable(words)) if !is_login && scheme == "https" => {
                    assert!(words.contains("made no connection to r.example"), "{words}");
                }
                // Without a tunnel nobody can tell who forbids.
                Ok(answer) if !is_login && scheme == "http" => assert_eq!(answer.status, 403),
                other => panic!("{scheme} {answer}: {other:?}"),
            }
        }
    }
    let gone = Secret::from_text(closed.to_string());
    let proxies = ProxySettings { https: Some(gone), ..ProxySettings::default() };
    let network = NetworkSettings { proxies, ..NetworkSettings::default() };
    let way = client_for(&url("https://r.example/"), &network, PATIENT).unwrap();
    let Err(TransportError::Unreachable(words)) = way.send(get("https://r.example/")).await else { panic!() };
    assert!(words.contains(&format!("Nothing listens at http://{closed} (the proxy)")), "{words}");
    assert!(!server.heard_anything());
}
