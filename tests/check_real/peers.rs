//! The transport with a real registry and a real token: every server of the other tests is checked against it.

use super::authority::Authority;
use super::registry::{Access, REPOSITORIES, Registry, Tls, USER};
use super::token_server::{self, Signer, WRITER};
use super::*;

#[tokio::test]
async fn a_registry_takes_the_password_as_it_is_sent() {
    let Some(registry) = Registry::start(&Access::Password, None) else { return };
    let address = format!("http://{}/v2/", registry.address);
    let way = http(&address, PATIENT);
    let anonymous = way.send(get(&address)).await.unwrap();
    let challenge = anonymous.header("www-authenticate").next();
    assert_eq!((anonymous.status, challenge), (401, Some("Basic realm=\"test\"")));
    let answer = way.send(get_with_password(&address)).await.unwrap();
    assert_eq!((answer.status, answer.body.expose()), (200, &b"{}"[..]));
    let _ = USER;
}

#[tokio::test]
async fn a_registry_believes_the_token_server() {
    let signer = Signer::new();
    let certificate = signer.pem();
    let tokens = token_server::start(signer);
    let realm = tokens.url("/token");
    let Some(registry) = Registry::start(&Access::Token { realm: &realm, certificate: &certificate }, None)
    else {
        return;
    };
    let address = format!("http://{}/v2/{}/manifests/1.0", registry.address, REPOSITORIES[0]);
    let way = http(&address, PATIENT);
    let anonymous = way.send(get(&address)).await.unwrap();
    assert_eq!(anonymous.status, 401);
    let _ = WRITER;
    let scope = format!("{realm}?service=a%20test&scope=repository:{}:pull", REPOSITORIES[0]);
    let token = way.send(get_with_password(&scope)).await.unwrap();
    let token: serde_json::Value = serde_json::from_slice(token.body.expose()).unwrap();
    let authorization = Authorization::Bearer(Secret::from_text(token["token"].as_str().unwrap().into()));
    let head = Request { method: Method::Head, authorization, ..get(&address) };
    let accept = "application/vnd.docker.distribution.manifest.v2+json";
    assert_eq!(way.send(Request { accept, ..head }).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_registry_wants_our_client_certificate() {
    let authority = Authority::new();
    let identity = authority.issue(&["127.0.0.1"]);
    let tls = Tls { identity: &identity, clients_of: Some(&authority) };
    let Some(registry) = Registry::start(&Access::Open, Some(&tls)) else { return };
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join(&registry.address);
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("ca.crt"), authority.pem()).unwrap();
    let address = format!("https://{}/v2/", registry.address);
    let send =
        async || Http::new(&url(&address), &trusting(folder.path()), PATIENT)?.send(get(&address)).await;
    let Err(Failure::TlsUntrusted(words)) = send().await else { panic!() };
    assert!(words.contains("wants a client certificate"), "{words}");
    authority.issue_for_a_client().write(&own, "client");
    assert_eq!(send().await.unwrap().status, 200);
}
