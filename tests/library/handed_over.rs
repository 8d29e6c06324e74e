//! Logins on their way to a platform and back: what the commands call, without the commands.

use proptest::prelude::*;
use pullpass::app::export::{self, Own, Request};
use pullpass::app::import::{self, To};
use pullpass::app::inventory;
use pullpass::app::login::add::FileOf;
use pullpass::app::transaction::{self, Consent, line};
use pullpass::error::Kind;
use pullpass::export::{Answers, Form, Variables, platform};
use pullpass::import::{Draft, Imported, read};
use pullpass::secret::Secret;
use pullpass::vault::record::Record;
use serde_json::json;

use crate::support::home::{DOCKER, Home, PODMAN};
use crate::support::tokens::auth;
use crate::support::vault::{make, record};
use crate::support::{MARKER, leaks, now};

fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

fn request(id: &str, secrets: &[&str]) -> Request {
    Request {
        platform: platform(id).unwrap(),
        secrets: secrets.iter().map(ToString::to_string).collect(),
        file: None,
        form: Some(Form::Literal),
        answers: Answers::default(),
        own: Vec::new(),
    }
}

/// The main file of an export from this home.
fn written(home: &Home, request: Request) -> pullpass::error::Result<Secret> {
    let ctx = home.context(&[]);
    let inventory = inventory::read(&ctx.settings, now());
    let artifact = wait(export::export(&ctx, &inventory, request))?;
    Ok(artifact.files[0].body.reveal())
}

fn imported(home: &Home, bytes: &[u8], to: To) -> Vec<Record> {
    let ctx = home.context(&[]);
    let Imported { drafts, .. } = read(bytes).unwrap();
    let import = import::review(&ctx, drafts, to).unwrap();
    assert!(!import.is_empty());
    wait(import.carry_out(&ctx, Consent { plain: true, force: false })).unwrap();
    ctx.vault.open().unwrap().read().unwrap().records.clone()
}

/// A platform, and whether name and address come back from it.
const BOTH_WAYS: [(&str, bool); 6] = [
    ("kubernetes", true),
    ("rapyuta", true),
    ("config-json", false),
    ("gitlab-ci", false),
    ("circleci", false),
    ("k3s", false),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_secret_that_goes_out_literally_comes_back_the_same(
        password in r"[!-~]{1,12}|[ -~é€😀]{0,6}[!-~é😀]{1,4}", username in "[a-z][a-z$'\"{.]{0,6}[a-z]", hub in any::<bool>()
    ) {
        let (key, image) = if hub { ("https://index.docker.io/v1/", "acme/app:1") } else { ("ghcr.io", "ghcr.io/acme/app:1") };
        let here = Home::empty();
        let mut secret = record("ci-pull", key, &username, &password);
        secret.email = Some("jane@example.com".into());
        make(&here).add(secret.clone()).unwrap();
        for (id, has_more) in BOTH_WAYS {
            let mut request = request(id, &["ci-pull"]);
            request.own = vec![Own { image: (id != "k3s" && id != "config-json").then(|| image.into()), ..Own::default() }];
            let bytes = match written(&here, request) {
                Ok(bytes) => bytes,
                Err(error) => {
                    // CircleCI would take a dollar sign for the start of a variable.
                    prop_assert!(id == "circleci", "{}: {}", id, error);
                    continue;
                }
            };
            let there = Home::empty();
            make(&there);
            let back = imported(&there, bytes.expose(), To::Vault { for_docker: false });
            prop_assert_eq!(back.len(), 1);
            prop_assert_eq!(&back[0].key, &secret.key, "{}", id);
            prop_assert!(back[0].credential == secret.credential, "{}", id);
            prop_assert_eq!(back[0].email.is_some(), has_more, "{}", id);
            prop_assert_eq!(back[0].name == "ci-pull", has_more, "{}", id);
        }
    }
}

#[test]
fn several_logins_are_one_change_that_is_taken_back_as_one() {
    let file = json!({"auths": {
        "ghcr.io": {"auth": auth("jane", MARKER)},
        "quay.io": {"auth": auth("acme+ci", MARKER)},
        "contoso.azurecr.io": {"identitytoken": format!("{MARKER}.token")},
    }});
    let home = Home::docker(&json!({"auths": {"used.example": {"auth": "dTpw"}}}));
    let before = std::fs::read(home.file(DOCKER)).unwrap();
    let ctx = home.context(&[]);
    let drafts = || read(file.to_string().as_bytes()).unwrap().drafts;
    let import = import::review(&ctx, drafts(), To::Tool(FileOf::Docker)).unwrap();
    let shown = line::words(&import.lines(), None);
    assert!(!leaks(&shown.concat()), "{shown:?}");
    assert_eq!(shown.iter().filter(|line| line.starts_with("in ")).count(), 1, "{shown:?}");
    let done = wait(import.carry_out(&ctx, Consent { plain: true, force: false })).unwrap();
    let text = std::fs::read_to_string(home.file(DOCKER)).unwrap();
    for key in ["ghcr.io", "quay.io", "contoso.azurecr.io", "used.example"] {
        assert!(text.contains(key), "{text}");
    }
    let again = import::review(&ctx, drafts(), To::Tool(FileOf::Docker)).unwrap();
    assert!(again.is_empty(), "{:?}", line::words(&again.lines(), None));
    wait(transaction::take_back(&ctx, done.undo)).unwrap();
    assert_eq!(std::fs::read(home.file(DOCKER)).unwrap(), before);
}

#[test]
fn a_secret_gets_its_own_name_where_that_is_free_and_is_kept_once() {
    let home = Home::empty();
    make(&home).add(record("regcred", "other.example", "u", "p")).unwrap();
    let draft = |name: &str, registry: &str| Draft {
        name: name.into(),
        registry: registry.into(),
        username: "jane".into(),
        secret: Secret::from_text(MARKER.into()),
        email: String::new(),
        is_identity_token: false,
    };
    let drafts = || {
        vec![
            draft("regcred", "ghcr.io"),
            draft("a.b", "quay.io"),
            draft("ci-pull", "docker.io"),
            draft("", "r.example:5000"),
        ]
    };
    let ctx = home.context(&[]);
    let to = To::Vault { for_docker: false };
    let import = import::review(&ctx, drafts(), to).unwrap();
    wait(import.carry_out(&ctx, Consent::default())).unwrap();
    let names = || {
        let records = ctx.vault.open().unwrap().read().unwrap().records.clone();
        records.iter().map(|record| format!("{}={}", record.name, record.key)).collect::<Vec<_>>()
    };
    let mut found = names();
    found.sort();
    let expected = [
        "ci-pull=https://index.docker.io/v1/",
        "ghcr-io=ghcr.io",
        "quay-io=quay.io",
        "r-example-5000=r.example:5000",
        "regcred=other.example",
    ];
    assert_eq!(found, expected);
    let again = import::review(&ctx, drafts(), to).unwrap();
    assert!(again.is_empty() && again.warnings.len() == 4, "{:?}", again.warnings);
}

#[test]
fn one_login_that_breaks_a_rule_keeps_all_others_out_and_is_named() {
    let home = Home::docker(&json!({"auths": {}}));
    let ctx = home.context(&[]);
    let draft = |registry: &str| Draft {
        name: String::new(),
        registry: registry.into(),
        username: "jane".into(),
        secret: Secret::from_text(MARKER.into()),
        email: String::new(),
        is_identity_token: false,
    };
    let error = import::review(&ctx, vec![draft("ghcr.io"), draft("two words")], To::Tool(FileOf::Docker))
        .unwrap_err();
    assert_eq!(error.kind, Kind::Usage);
    assert!(error.hints.concat().contains("the login for two words; no other one was taken"), "{error:?}");
    let mut bare = vec![draft("")];
    assert!(import::name_registry(&mut bare, None).is_err());
    import::name_registry(&mut bare, Some("ghcr.io")).unwrap();
    assert_eq!(bare[0].registry, "ghcr.io");
}

#[test]
fn the_vault_is_asked_only_for_what_is_no_login_and_each_secret_keeps_what_was_said_of_it() {
    let login = |user: &str| json!({"auths": {"ghcr.io": {"auth": auth(user, MARKER)}}});
    let home = Home::docker(&login("jane"));
    make(&home).add(record("ghcr.io", "quay.io", "other", "p")).unwrap();
    let ctx = home.context(&[]);
    let inventory = inventory::read(&ctx.settings, now());
    let wanted = ["ghcr.io".to_owned()];
    let found = wait(export::find(&ctx, &inventory, &wanted, None)).unwrap();
    assert_eq!((found[0].username.as_str(), found[0].known_as.as_str()), ("jane", "ghcr.io"));
    home.write(PODMAN, &login("jane").to_string());
    let inventory = inventory::read(&ctx.settings, now());
    assert_eq!(wait(export::find(&ctx, &inventory, &wanted, None)).unwrap().len(), 1);
    home.write(PODMAN, &login("joe").to_string());
    let inventory = inventory::read(&ctx.settings, now());
    assert_eq!(wait(export::find(&ctx, &inventory, &wanted, None)).unwrap_err().kind, Kind::Usage);
    let podman = home.file(PODMAN);
    let found = wait(export::find(&ctx, &inventory, &wanted, Some(&podman))).unwrap();
    assert_eq!((found[0].username.as_str(), found[0].file.as_deref()), ("joe", podman.to_str()));
    let mut bundle = found.into_iter().next().unwrap();
    let own =
        Own { variables: Some(Variables::of_secret("X")), email: Some("j@x.io".into()), ..Own::default() };
    own.tell(&mut bundle);
    assert_eq!((bundle.variables().secret.as_str(), bundle.email_address()), ("X", "j@x.io"));
}
