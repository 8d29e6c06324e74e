//! Whom we trust, and to whom the client certificate is shown.

use std::fs;

use pullpass::settings::network::ProxySettings;
use tempfile::TempDir;

use super::authority::{Authority, Identity};
use super::server::{Server, reply};
use super::*;

const HERE: [&str; 2] = ["127.0.0.1", "localhost"];

/// A registry behind TLS that answers 200 to everything.
fn registry(identity: &Identity) -> Server {
    Server::tls(identity.server(), |_, wire| wire.write_all(reply(200, "", "{}").as_bytes()))
}

/// docker's folder of certificates, with this file for a server.
fn folder(server: &Server, file: &str, content: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join(server.address.to_string());
    fs::create_dir(&own).unwrap();
    fs::write(own.join(file), content).unwrap();
    folder
}

/// Sends the password over TLS.
async fn send(server: &Server, network: &NetworkSettings) -> Result<u16, TransportError> {
    let address = server.https("/v2/");
    let way = client_for(&url(&address), network, PATIENT)?;
    way.send(get_with_password(&address)).await.map(|answer| answer.status)
}

fn untrusted(result: Result<u16, TransportError>) -> String {
    match result {
        Err(TransportError::TlsUntrusted(words)) => words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_authority_of_our_own_counts_where_its_file_lies() {
    let authority = Authority::new();
    let server = registry(&authority.issue(&HERE));
    let words = untrusted(send(&server, &NetworkSettings::default()).await);
    let place = format!("/etc/docker/certs.d/{}/ca.crt", server.address);
    assert!(words.contains("authority that this machine does not know") && words.contains(&place), "{words}");
    let wrong = folder(&server, "ca.crt", &Authority::new().pem());
    untrusted(send(&server, &trusting(wrong.path())).await);
    assert!(!server.heard_the_password());
    let right = folder(&server, "ca.crt", &authority.pem());
    assert_eq!(send(&server, &trusting(right.path())).await, Ok(200));
    assert!(server.heard_the_password());
}

/// What a build with ring cannot do.
#[cfg(feature = "tls-aws-lc")]
#[tokio::test]
async fn a_key_on_p_521_and_a_key_exchange_after_quantum_computers_work() {
    let authority = Authority::new();
    let configs = [authority.issue_on_p_521(&HERE).server(), authority.issue(&HERE).post_quantum_server()];
    for config in configs {
        let server = Server::tls(config, |_, wire| wire.write_all(reply(200, "", "{}").as_bytes()));
        let folder = folder(&server, "ca.crt", &authority.pem());
        assert_eq!(send(&server, &trusting(folder.path())).await, Ok(200));
    }
}

#[tokio::test]
async fn a_file_that_was_left_out_is_named_when_the_certificate_is_not_trusted() {
    let server = registry(&Authority::new().issue(&HERE));
    let folder = folder(&server, "ca.crt", "oh no");
    let words = untrusted(send(&server, &trusting(folder.path())).await);
    assert!(words.ends_with("ca.crt holds no certificate in PEM form and was left out."), "{words}");
}

#[tokio::test]
async fn a_certificate_that_signed_itself_works_as_in_dockers_manual() {
    let own = Identity::self_signed(&HERE);
    let server = registry(&own);
    let words = untrusted(send(&server, &NetworkSettings::default()).await);
    assert!(words.contains("signed its certificate itself"), "{words}");
    let same = folder(&server, "ca.crt", &own.pem());
    assert_eq!(send(&server, &trusting(same.path())).await, Ok(200));

    let other = folder(&server, "ca.crt", &Identity::self_signed(&HERE).pem());
    untrusted(send(&server, &trusting(other.path())).await);
    let elsewhere = Identity::self_signed(&["r.example"]);
    let server = registry(&elsewhere);
    let folder = folder(&server, "ca.crt", &elsewhere.pem());
    assert!(untrusted(send(&server, &trusting(folder.path())).await).contains("another name"));
    assert!(!server.heard_the_password());
}

#[tokio::test]
async fn an_old_certificate_and_one_for_another_name_are_told_apart() {
    let authority = Authority::new();
    let table =
        [(authority.issue_expired(&HERE), "has expired"), (authority.issue(&["r.example"]), "another name")];
    for (identity, expected) in table {
        let server = registry(&identity);
        let folder = folder(&server, "ca.crt", &authority.pem());
        let words = untrusted(send(&server, &trusting(folder.path())).await);
        assert!(words.contains(expected), "{words}");
        assert!(!server.heard_the_password());
    }
}

#[tokio::test]
async fn a_server_without_tls_is_known_and_gets_no_password() {
    let plain = Server::saying(reply(400, "", "no TLS here"));
    assert_eq!(send(&plain, &NetworkSettings::default()).await, Err(TransportError::PlainHttpServer));
    assert!(!plain.heard_the_password());
}

#[tokio::test]
async fn a_client_certificate_opens_its_registry() {
    let authority = Authority::new();
    let tls = authority.issue(&HERE).server_for_clients_of(&authority, true);
    let server = Server::tls(tls, |_, wire| wire.write_all(reply(200, "", "").as_bytes()));
    let folder = folder(&server, "ca.crt", &authority.pem());
    let words = untrusted(send(&server, &trusting(folder.path())).await);
    assert!(words.contains("wants a client certificate"), "{words}");
    authority.issue_for_a_client().write(&folder.path().join(server.address.to_string()), "client");
    assert_eq!(send(&server, &trusting(folder.path())).await, Ok(200));
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_its_registry_alone() {
    let authority = Authority::new();
    let start = || {
        let tls = authority.issue(&HERE).server_for_clients_of(&authority, false);
        Server::tls(tls, |_, wire| wire.write_all(reply(200, "", "").as_bytes()))
    };
    let (registry, other) = (start(), start());
    let folder = folder(&registry, "ca.crt", &authority.pem());
    authority.issue_for_a_client().write(&folder.path().join(registry.address.to_string()), "client");
    let address = registry.https("/v2/");
    let way = client_for(&url(&address), &trusting(folder.path()), PATIENT).unwrap();
    // Another name for the same machine is another host.
    let same_machine = format!("https://localhost:{}/v2/", registry.address.port());
    for asked in [&address, &other.https("/token"), &same_machine] {
        assert_eq!(way.send(get(asked)).await.unwrap().status, 200, "{asked}");
    }
    let shown =
        |server: &Server| server.asked().iter().map(|asked| asked.has_certificate).collect::<Vec<_>>();
    assert_eq!((shown(&registry), shown(&other)), (vec![true, false], vec![false]));
}

#[tokio::test]
async fn a_client_certificate_is_not_shown_to_a_proxy() {
    let folder = tempfile::tempdir().unwrap();
    Authority::new().issue_for_a_client().write(&folder.path().join("r.example"), "client");
    for (proxy, is_refused) in
        [("https://proxy:1", true), ("http://proxy:1", false), ("socks5://proxy:1", false)]
    {
        let proxies =
            ProxySettings { all: Some(Secret::from_text(proxy.into())), ..ProxySettings::default() };
        let network = NetworkSettings { proxies, ..trusting(folder.path()) };
        let is_setup =
            |host| matches!(client_for(&url(host), &network, PATIENT), Err(TransportError::Setup(_)));
        assert_eq!(is_setup("https://r.example/"), is_refused, "{proxy}");
        assert!(!is_setup("https://other.example/"), "{proxy}");
    }
}

#[tokio::test]
async fn a_key_that_does_not_belong_to_its_certificate_is_refused() {
    let authority = Authority::new();
    let server = registry(&authority.issue(&HERE));
    let folder = folder(&server, "ca.crt", &authority.pem());
    let own = folder.path().join(server.address.to_string());
    authority.issue_for_a_client().write(&own, "one");
    authority.issue_for_a_client().write(&own, "two");
    let table = [("two.key", "does not belong to it"), ("two.cert", "is no key in PEM form")];
    for (other, expected) in table {
        fs::copy(own.join(other), own.join("one.key")).unwrap();
        let Err(TransportError::Setup(words)) = send(&server, &trusting(folder.path())).await else {
            panic!()
        };
        assert!(words.contains("one.cert") && words.contains(expected), "{words}");
    }
}
