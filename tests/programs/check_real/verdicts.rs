//! Whole checks of real registries: what becomes of a login, and what else is told.

use pullpass::check::flow::{Login, Note, Question, RealmPair, Report, Wrong, check};
use pullpass::check::verdict::Verdict;
use pullpass::clock::SystemClock;
use pullpass::credential::Credential;
use pullpass::registry::image::Image;

use super::authority::{Authority, Identity};
use super::registry::{Access, Registry, Tls, USER};
use super::server::Server;
use super::token_server::{self, READER, REFRESH_TOKEN, Signer, WRITER};
use super::*;

pub fn password(user: &str, password: &str) -> Login {
    let secret = |text: &str| Secret::from_text(text.into());
    Login::Basic(Credential::new(user, secret(password)))
}

/// Checks over the network as the program does.
pub async fn report_with(question: &Question, network: &NetworkSettings, limits: Limits) -> Report {
    let way = client_for(&url(&format!("https://{}", question.host())), network, limits).unwrap();
    check(&way, question, &SystemClock).await
}

async fn report(question: &Question) -> Report {
    report_with(question, &NetworkSettings::default(), PATIENT).await
}

fn with_image(question: Question, address: &str, image: &str) -> Question {
    Question { image: Some(Image::parse(&format!("{address}/{image}")).unwrap()), ..question }
}

#[tokio::test]
async fn a_registry_with_passwords() {
    let Some(registry) = Registry::start(&Access::Password, None) else { return };
    let address = &registry.address;
    let table = [
        (USER, MARKER, None, Verdict::Verified, None),
        (USER, "wrong", None, Verdict::Rejected, Some(Wrong::Account)),
        ("nobody", MARKER, None, Verdict::Rejected, Some(Wrong::Account)),
        (USER, MARKER, Some("team/private:1.0"), Verdict::VerifiedPullOk, None),
        (USER, "wrong", Some("team/private:1.0"), Verdict::Rejected, Some(Wrong::Account)),
        (USER, MARKER, Some("team/unknown:1.0"), Verdict::VerifiedNotFound, Some(Wrong::Repository)),
        (USER, MARKER, Some("team/private:9.9"), Verdict::VerifiedNotFound, Some(Wrong::Tag)),
    ];
    for (user, secret, image, verdict, wrong) in table {
        let question = Question::new(address, password(user, secret));
        let question = image.map_or(question.clone(), |image| with_image(question, address, image));
        let report = report(&question).await;
        assert_eq!((report.verdict, report.wrong), (verdict, wrong), "{user} {image:?}: {report:?}");
        assert!(report.notes.contains(&Note::PlainHttp) && report.address == format!("http://{address}"));
        assert!(!format!("{report:?}").contains(MARKER));
    }
    let question = with_image(Question::new(address, password(USER, MARKER)), address, "team/private:1.0");
    assert!(report(&question).await.notes.contains(&Note::NotPublic));
}

/// A registry and its token server, on another port of this machine.
pub fn with_tokens() -> Option<(Registry, Server, RealmPair)> {
    let signer = Signer::new();
    let certificate = signer.pem();
    let tokens = token_server::start(signer);
    let realm = tokens.url("/token");
    let registry = Registry::start(&Access::Token { realm: &realm, certificate: &certificate }, None)?;
    let pair = RealmPair { registry: registry.address.clone(), realm: tokens.url("") };
    Some((registry, tokens, pair))
}

#[tokio::test]
async fn a_token_server_gets_the_password_only_where_that_was_allowed() {
    let Some((registry, tokens, pair)) = with_tokens() else { return };
    let question = Question::new(&registry.address, password(WRITER, MARKER));
    let refused = report(&question).await;
    assert_eq!((refused.verdict, refused.ask), (Verdict::RealmBlocked, Some(pair.clone())));
    let said_no = report(&Question { choices: vec![(pair.clone(), false)], ..question.clone() }).await;
    assert_eq!((said_no.verdict, said_no.ask), (Verdict::RealmBlocked, None));
    assert!(!tokens.heard_anything());
    let allowed = report(&Question { choices: vec![(pair, true)], ..question }).await;
    assert_eq!(allowed.verdict, Verdict::Verified, "{allowed:?}");
    assert!(tokens.heard_the_password());
}

#[tokio::test]
async fn a_registry_with_tokens() {
    let Some((registry, _tokens, pair)) = with_tokens() else { return };
    let address = &registry.address;
    let token = |text: &str| Login::IdentityToken(Secret::from_text(text.into()));
    let table = [
        (password(WRITER, MARKER), None, Verdict::Verified, None),
        (password(WRITER, "wrong"), None, Verdict::Rejected, None),
        (token(REFRESH_TOKEN), None, Verdict::Verified, None),
        (token("wrong"), None, Verdict::ExpiredOrRevoked, None),
        (password(READER, MARKER), Some("team/private:1.0"), Verdict::VerifiedPullOk, Some(Note::NotPublic)),
        (token(REFRESH_TOKEN), Some("team/private:1.0"), Verdict::VerifiedPullOk, Some(Note::NotPublic)),
        (password(READER, MARKER), Some("other/private:1.0"), Verdict::VerifiedNoPull, Some(Note::NotPublic)),
        (password(READER, MARKER), Some("team/unknown:1.0"), Verdict::VerifiedNotFound, None),
        (password(READER, MARKER), Some("public/hello:1.0"), Verdict::VerifiedPullOk, Some(Note::Public)),
        (
            password(READER, "wrong"),
            Some("public/hello:1.0"),
            Verdict::Rejected,
            Some(Note::BreaksPublicPull),
        ),
        (password(READER, "wrong"), Some("team/private:1.0"), Verdict::Rejected, Some(Note::NotPublic)),
        (Login::RegistryToken(Secret::from_text("wrong".into())), None, Verdict::ExpiredOrRevoked, None),
    ];
    for (login, image, verdict, note) in table {
        let question = Question::new(address, login);
        let question = image.map_or(question.clone(), |image| with_image(question, address, image));
        let report = report(&Question { choices: vec![(pair.clone(), true)], ..question }).await;
        assert_eq!(report.verdict, verdict, "{image:?}: {report:?}");
        assert!(note.is_none_or(|note| report.notes.contains(&note)), "{image:?}: {report:?}");
        assert!(!format!("{report:?}").contains(MARKER));
    }
}

#[tokio::test]
async fn a_read_only_user_is_told_the_rights() {
    let Some((registry, _tokens, pair)) = with_tokens() else { return };
    let question = Question::new(&registry.address, password(READER, MARKER));
    let question = with_image(question, &registry.address, "team/private:1.0");
    let report = report(&Question { choices: vec![(pair, true)], ..question }).await;
    let grants = report.notes.iter().find_map(|note| match note {
        Note::Grants(grants) => Some(grants.as_str()),
        _ => None,
    });
    assert!(grants.is_some_and(|grants| grants.contains("pull") && !grants.contains("push")), "{report:?}");
}

/// A folder of certificates for a registry of ours.
fn folder_for(address: &str, authority: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join(address);
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("ca.crt"), authority).unwrap();
    folder
}

#[tokio::test]
async fn a_registry_behind_tls_of_its_own() {
    let authority = Authority::new();
    let identity = authority.issue(&["127.0.0.1"]);
    let tls = Tls { identity: &identity, clients_of: None };
    let Some(registry) = Registry::start(&Access::Password, Some(&tls)) else { return };
    let question = Question::new(&registry.address, password(USER, MARKER));
    let unknown = report(&question).await;
    assert_eq!((unknown.verdict, unknown.wrong), (Verdict::TlsUntrusted, Some(Wrong::Host)));
    let said = unknown.said.unwrap();
    assert!(said.contains(&format!("/etc/docker/certs.d/{}/ca.crt", registry.address)), "{said}");
    let folder = folder_for(&registry.address, &authority.pem());
    let known = report_with(&question, &trusting(folder.path()), PATIENT).await;
    assert_eq!((known.verdict, known.address), (Verdict::Verified, format!("https://{}", registry.address)));
    assert!(!known.notes.contains(&Note::PlainHttp));
}

#[tokio::test]
async fn a_registry_that_dockers_manual_makes() {
    let identity = Identity::self_signed(&["127.0.0.1"]);
    let Some(registry) =
        Registry::start(&Access::Password, Some(&Tls { identity: &identity, clients_of: None }))
    else {
        return;
    };
    let folder = folder_for(&registry.address, &identity.pem());
    let question = Question::new(&registry.address, password(USER, MARKER));
    let report = report_with(&question, &trusting(folder.path()), PATIENT).await;
    assert_eq!(report.verdict, Verdict::Verified, "{report:?}");
}

#[tokio::test]
async fn a_registry_that_wants_a_client_certificate() {
    let authority = Authority::new();
    let identity = authority.issue(&["127.0.0.1"]);
    let tls = Tls { identity: &identity, clients_of: Some(&authority) };
    let Some(registry) = Registry::start(&Access::Password, Some(&tls)) else { return };
    let folder = folder_for(&registry.address, &authority.pem());
    let question = Question::new(&registry.address, password(USER, MARKER));
    let without = report_with(&question, &trusting(folder.path()), PATIENT).await;
    assert_eq!(without.verdict, Verdict::TlsUntrusted);
    assert!(without.said.is_some_and(|said| said.contains("wants a client certificate")));
    authority.issue_for_a_client().write(&folder.path().join(&registry.address), "client");
    let with = report_with(&question, &trusting(folder.path()), PATIENT).await;
    assert_eq!(with.verdict, Verdict::Verified, "{with:?}");
}

#[tokio::test]
async fn a_registry_that_lets_everybody_in_proves_nothing() {
    let Some(registry) = Registry::start(&Access::Open, None) else { return };
    let question = Question::new(&registry.address, password("anybody", MARKER));
    assert_eq!(report(&question).await.verdict, Verdict::AnonymousOk);
    let report = report(&with_image(question, &registry.address, "team/private:1.0")).await;
    assert_eq!(report.verdict, Verdict::AnonymousOk);
    assert!(report.notes.contains(&Note::Public), "{report:?}");
}
