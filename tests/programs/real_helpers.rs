//! The helper client against the helpers that people use, each with a store of its own in a temporary folder.
//!
//! Debian: `apt-get install golang-docker-credential-helpers pass gnupg dbus gnome-keyring`. Without these programs
//! the tests say so and pass, but not in CI.

use std::env;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pullpass::app::Context;
use pullpass::app::inventory;
use pullpass::app::login::seal::{self, SealTo};
use pullpass::app::login::{add, remove};
use pullpass::app::transaction::{self, Consent};
use pullpass::clock::SystemClock;
use pullpass::credential::Credential;
use pullpass::credential::content::Content;
use pullpass::credential_helper::{Client, HelperName, Hint};
use pullpass::process::Limits;
use pullpass::registry::key::HUB_KEY;
use pullpass::secret::Secret;
use pullpass::settings::Settings;

use crate::support::peer::{Peer, has};

/// Key, user name and password of what is stored, sorted by key.
const LOGINS: [(&str, &str, &str); 5] = [
    ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "AWS", "eyJwYXlsb2FkIjoi"),
    ("ghcr.io", "<token>", "gho_<&>\"\\"),
    ("https://index.docker.io/v1/", "janedoe", "dckr_pat_é😀"),
    ("localhost:5000", "u@example.com", "with space"),
    ("quay.io/team", "team+robot", "0123456789"),
];

/// A client in the peer's session.
fn client_of(peer: &Peer) -> Arc<Client> {
    let set = |client: Client, (name, value): &(String, String)| client.variable(name, Some(value.into()));
    Arc::new(peer.variables.iter().fold(client(), set))
}

/// A client without the session of whoever runs the tests.
fn client() -> Client {
    let session = ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"];
    let limits = Limits { time: Duration::from_mins(1), ..Limits::default() };
    let path: OsString = env::var_os("PATH").unwrap_or_default();
    session.iter().fold(Client::new(path, limits), |client, name| client.variable(name, None))
}

/// Stores, lists, reads and erases through the helper.
async fn keeps_logins(client: &Client, helper: &str) {
    let helper = HelperName::new(helper).unwrap();
    assert_eq!(client.list(&helper).await.unwrap(), []);
    for (key, username, password) in LOGINS {
        client
            .store(&helper, key, &Credential::new(username, Secret::from_text(password.into())))
            .await
            .unwrap();
    }
    let listed = client.list(&helper).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|item| (item.key.as_str(), item.username.as_str())).collect();
    assert_eq!(listed, LOGINS.map(|(key, username, _)| (key, username)));
    for (key, username, password) in LOGINS {
        let answer = client.get(&helper, key).await.unwrap().unwrap();
        assert_eq!(
            (answer.credential.username.as_str(), answer.credential.secret.expose_text()),
            (username, Some(password)),
            "{key}"
        );
        assert_eq!(answer.credential.is_identity_token(), username == "<token>");
        assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
    }
    assert_eq!(client.get(&helper, "unknown.example.com").await.unwrap(), None);
    client.erase(&helper, "ghcr.io").await.unwrap();
    assert_eq!(client.get(&helper, "ghcr.io").await.unwrap(), None);
    assert_eq!(client.list(&helper).await.unwrap().len(), LOGINS.len() - 1);
}

/// Adds, edits, removes and undoes through the use cases, as the commands do.
async fn keeps_what_pullpass_adds(client: &Arc<Client>, helper: &str) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".docker/config.json");
    std::fs::create_dir(home.path().join(".docker")).unwrap();
    let before = format!("{{\"credsStore\": \"{helper}\"}}\n");
    std::fs::write(&path, &before).unwrap();
    let settings = Settings::from_environment(|name| (name == "HOME").then(|| home.path().into()));
    let mut ctx = Context::new(settings, SystemClock);
    ctx.client = Arc::clone(client);
    let name = HelperName::new(helper).unwrap();
    let mut undos = Vec::new();
    for (user, secret) in [("first", "hunter2"), ("second", "p<&>\"\\ é😀")] {
        let password = Secret::from_text(secret.into());
        let content = Content::Basic(Credential::new(user, password.clone()));
        let request = add::Request { registry: "docker.io".into(), content, to: add::FileOf::Docker };
        let done = add::add(&ctx, &request, Consent::default()).await.unwrap();
        undos.push(done.undo);
        let answer = client.get(&name, HUB_KEY).await.unwrap().unwrap();
        assert_eq!((answer.credential.username.as_str(), answer.credential.secret), (user, password));
        let marker = format!("{{\"credsStore\": \"{helper}\", \"auths\": {{\"{HUB_KEY}\": {{}}}}}}\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), marker);
    }
    let request = remove::Request { name: "docker.io".into(), file: None };
    let review = remove::review(&ctx, &request).await.unwrap();
    undos.push(transaction::apply(&ctx, review, Consent::default()).await.unwrap().undo);
    assert_eq!(client.get(&name, HUB_KEY).await.unwrap(), None);
    transaction::take_back(&ctx, undos.pop().unwrap()).await.unwrap();
    assert_eq!(client.get(&name, HUB_KEY).await.unwrap().unwrap().credential.username, "second");
    transaction::take_back(&ctx, undos.pop().unwrap()).await.unwrap();
    assert_eq!(client.get(&name, HUB_KEY).await.unwrap().unwrap().credential.username, "first");
    transaction::take_back(&ctx, undos.pop().unwrap()).await.unwrap();
    assert_eq!(client.get(&name, HUB_KEY).await.unwrap(), None);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
}

/// Seals what the helper can keep, leaves what it cannot, and brings both back.
async fn keeps_what_is_sealed(client: &Arc<Client>, helper: &str, spoils: &str) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join(".docker/config.json");
    std::fs::create_dir(home.path().join(".docker")).unwrap();
    let auth = |user: &str, secret: &str| STANDARD.encode(format!("{user}:{secret}"));
    let (good, bad) = (auth("jane", "p<&>\"\\ é😀"), spoils);
    let before = format!(
        r#"{{"auths": {{"https://ghcr.io": {{"auth": "{good}"}}, "quay.io": {{"auth": "{bad}"}}}}}}"#
    );
    std::fs::write(&path, &before).unwrap();
    let settings = Settings::from_environment(|name| match name {
        "HOME" => Some(home.path().into()),
        "PATH" => env::var_os("PATH"),
        _ => None,
    });
    let mut ctx = Context::new(settings, SystemClock);
    ctx.client = Arc::clone(client);
    let (ids, unread) = seal::all(&inventory::read(&ctx.settings, jiff::Timestamp::UNIX_EPOCH));
    assert_eq!((ids.len(), unread.len()), (2, 0));
    let review = seal::review(&ctx, &ids, &SealTo::Helper(helper.into())).await.unwrap();
    assert_eq!((review.logins.len(), review.stays.len()), (1, 1), "{review:?}");
    let sealed = seal::run(&ctx, review, Consent::default()).await;
    assert!(sealed.failed[0].what.contains("cannot keep the login for quay.io"), "{:?}", sealed.failed);
    let name = HelperName::new(helper).unwrap();
    let answer = client.get(&name, "ghcr.io").await.unwrap().unwrap();
    assert_eq!(
        (answer.credential.username.as_str(), answer.credential.secret.expose_text()),
        ("jane", Some("p<&>\"\\ é😀"))
    );
    let after = format!(
        r#"{{"auths": {{"quay.io": {{"auth": "{bad}"}}, "ghcr.io": {{}}}}, "credHelpers": {{"ghcr.io": "{helper}"}}}}"#
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
    transaction::take_back(&ctx, sealed.done.undo).await.unwrap();
    assert_eq!(client.get(&name, "ghcr.io").await.unwrap(), None);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
}

#[tokio::test]
async fn pass_keeps_what_pullpass_adds_and_seals() {
    if has(&["docker-credential-pass", "pass", "gpg", "gpgconf", "gpg-agent"]) {
        let peer = Peer::start("pass.sh", &[]);
        keeps_what_pullpass_adds(&client_of(&peer), "pass").await;
        // A slash in the user name would be a folder.
        keeps_what_is_sealed(&client_of(&peer), "pass", &STANDARD.encode("a/b:p")).await;
    }
}

#[tokio::test]
async fn secretservice_keeps_what_pullpass_adds_and_seals() {
    if has(&["docker-credential-secretservice", "dbus-run-session", "dbus-send", "gnome-keyring-daemon"]) {
        let peer = Peer::start("secretservice.sh", &[]);
        keeps_what_pullpass_adds(&client_of(&peer), "secretservice").await;
        // It ends a secret at a zero byte.
        keeps_what_is_sealed(&client_of(&peer), "secretservice", &STANDARD.encode("a:b\0c")).await;
    }
}

#[tokio::test]
async fn pass_keeps_logins() {
    if has(&["docker-credential-pass", "pass", "gpg", "gpgconf", "gpg-agent"]) {
        let peer = Peer::start("pass.sh", &[]);
        keeps_logins(&client_of(&peer), "pass").await;
    }
}

#[tokio::test]
async fn pass_without_a_store_gives_no_login_and_says_why_it_keeps_none() {
    if has(&["docker-credential-pass", "pass", "gpg", "gpgconf", "gpg-agent"]) {
        let peer = Peer::start("pass.sh", &[("NOT_INIT", "1")]);
        let (client, pass) = (client_of(&peer), HelperName::new("pass").unwrap());
        assert_eq!(client.get(&pass, "ghcr.io").await.ok().flatten(), None);
        let error = client
            .store(&pass, "ghcr.io", &Credential::new("u", Secret::from_text("hunter2".into())))
            .await
            .unwrap_err();
        assert_eq!(
            (error.code(), error.hint()),
            ("helper_failed", Some(Hint::PassNotInitialised)),
            "{error}"
        );
    }
}

#[tokio::test]
async fn secretservice_keeps_logins() {
    if has(&["docker-credential-secretservice", "dbus-run-session", "dbus-send", "gnome-keyring-daemon"]) {
        let peer = Peer::start("secretservice.sh", &[]);
        keeps_logins(&client_of(&peer), "secretservice").await;
    }
}

#[tokio::test]
async fn secretservice_without_a_session_leads_to_a_hint() {
    if has(&["docker-credential-secretservice"]) {
        let helper = HelperName::new("secretservice").unwrap();
        let error = client().get(&helper, "reg.example.com").await.unwrap_err();
        assert_eq!((error.code(), error.hint()), ("helper_failed", Some(Hint::NoSecretService)), "{error}");
    }
}
