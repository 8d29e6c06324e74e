//! Named secrets beside logins: each becomes the other through the form's submission, and every change of the vault can
//! be taken back, unless somebody changed the same secret meanwhile.

use std::os::unix::fs::PermissionsExt as _;

use pullpass::app::Context;
use pullpass::app::inventory;
use pullpass::app::login::destination::Destination;
use pullpass::app::login::remove;
use pullpass::app::login::submission::{Origin, Password, Submission};
use pullpass::app::login::submit::submit;
use pullpass::app::transaction::line::{Besides, Line};
use pullpass::app::transaction::{self, Consent, Done};
use pullpass::app::vault::rows;
use pullpass::clock::FixedClock;
use pullpass::credential::login::{Login, LoginId};
use pullpass::credential::rules::SecretType;
use pullpass::error::Result;
use pullpass::secret::Secret;
use pullpass::settings::Settings;
use pullpass::vault::Vault;
use pullpass::vault::record::Record;
use serde_json::json;

use crate::support::home::{DOCKER, Home};
use crate::support::tokens::auth;
use crate::support::vault::{kept, make, record};
use crate::support::{MARKER, after, now};

/// A home with one login and one secret, for two registries.
struct Bed {
    home: Home,
    ctx: Context,
}

impl Bed {
    fn new() -> Self {
        let home =
            Home::docker(&json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER)}}, "later": [1.0]}));
        let mut bot = record("bot", "quay.io", "acme+bot", "robot-token");
        bot.is_login = true;
        bot.email = Some("bot@example.com".into());
        let vault = make(&home);
        vault.add(record("aged", "quay.io", "acme", "aged-token")).unwrap();
        vault.add(bot).unwrap();
        Self { ctx: home.context(&[]), home }
    }

    fn config(&self) -> String {
        std::fs::read_to_string(self.home.file(DOCKER)).unwrap()
    }

    fn vault(&self) -> Vault {
        self.ctx.vault.open().unwrap()
    }

    fn kept(&self, name: &str) -> Option<Record> {
        kept(&self.ctx.settings, name)
    }

    fn login(&self) -> Login {
        inventory::read(&self.ctx.settings, now()).logins.remove(0)
    }

    fn secret(&self, name: &str) -> LoginId {
        let found = rows::read(&self.ctx.vault, now()).inventory.logins;
        let is_it = |login: &Login| login.named.as_ref().is_some_and(|named| *named.name == *name);
        found.into_iter().find(is_it).unwrap().id
    }

    async fn submit(&self, submission: Submission) -> Result<Done> {
        submit(&self.ctx, submission).await
    }

    async fn remove(&self, name: &str) -> Done {
        let removal = remove::review_row(&self.ctx, &self.secret(name)).await.unwrap();
        removal.carry_out(&self.ctx, Consent::default()).await.unwrap()
    }
}

/// What the form hands in when nothing but this was changed.
fn submission(origin: Origin, name: &str, key: &str, destinations: &[Destination]) -> Submission {
    Submission {
        origin,
        kind: SecretType::Private,
        name: name.into(),
        registry_key: key.into(),
        username: "jane".into(),
        password: Password::Keep,
        email: String::new(),
        expires_on: None,
        destinations: destinations.into(),
        allows_plain_file: true,
    }
}

#[tokio::test]
async fn a_login_is_saved_as_a_named_secret_and_stays_a_login() {
    let bed = Bed::new();
    let before = bed.config();
    let places = [Destination::Vault, Destination::Docker];
    let done =
        bed.submit(submission(Origin::Edit(bed.login().id), "ghcr", "ghcr.io", &places)).await.unwrap();
    let saved = bed.kept("ghcr").unwrap();
    assert_eq!(
        (&*saved.key, &*saved.credential.username, saved.credential.secret),
        ("ghcr.io", "jane", Secret::from_text(MARKER.into()))
    );
    assert_eq!((saved.kind.code(), saved.is_login, saved.created_at), ("private_registry", false, now()));
    assert_eq!(bed.config(), before);
    transaction::take_back(&bed.ctx, done.undo).await.unwrap();
    assert_eq!((bed.kept("ghcr"), bed.config()), (None, before));
}

#[tokio::test]
async fn a_secret_becomes_a_login_and_stays_a_secret() {
    let bed = Bed::new();
    let (before, secret) = (bed.config(), bed.kept("bot"));
    let origin = || Origin::Edit(bed.secret("bot"));
    let done = bed.submit(submission(origin(), "bot", "quay.io", &[Destination::Docker])).await.unwrap();
    assert!(bed.config().contains(&auth("jane", "robot-token")), "{}", bed.config());
    assert_eq!(bed.kept("bot"), secret, "it was not asked to be changed");
    transaction::take_back(&bed.ctx, done.undo).await.unwrap();
    assert_eq!(bed.config(), before);
    let done = bed.submit(submission(origin(), "bot", "quay.io", &[Destination::Podman])).await.unwrap();
    let podman = bed.home.file(".config/containers/auth.json");
    assert!(std::fs::read_to_string(&podman).unwrap().contains(&auth("jane", "robot-token")));
    transaction::take_back(&bed.ctx, done.undo).await.unwrap();
    assert!(!podman.exists());
}

#[tokio::test]
async fn an_edit_changes_what_the_form_shows_and_nothing_else() {
    let bed = Bed::new();
    let before = bed.kept("bot").unwrap();
    let edit = Submission {
        username: "acme+other".into(),
        expires_on: Some("2027-03-01".parse().unwrap()),
        ..submission(Origin::Edit(bed.secret("bot")), "robot", "quay.io", &[Destination::Vault])
    };
    let done = bed.submit(edit).await.unwrap();
    assert_eq!(bed.kept("bot"), None);
    let saved = bed.kept("robot").unwrap();
    assert_eq!(
        (&*saved.credential.username, &saved.credential.secret, saved.is_login),
        ("acme+other", &before.credential.secret, true)
    );
    assert_eq!((saved.created_at, saved.changed_at), (before.created_at, now()));
    assert_eq!((saved.email, saved.expires_on.map(|day| day.to_string())), (None, Some("2027-03-01".into())));
    transaction::take_back(&bed.ctx, done.undo).await.unwrap();
    assert_eq!((bed.kept("robot"), bed.kept("bot")), (None, Some(before)));
}

#[tokio::test]
async fn under_another_registry_it_is_no_login_of_dockers_any_more() {
    let bed = Bed::new();
    let edit = submission(Origin::Edit(bed.secret("bot")), "bot", "quay.example.com", &[Destination::Vault]);
    bed.submit(edit).await.unwrap();
    let saved = bed.kept("bot").unwrap();
    assert_eq!((&*saved.key, saved.is_login), ("quay.example.com", false));
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_no_step_back() {
    let bed = Bed::new();
    let before = bed.kept("bot").unwrap();
    let mut edit = submission(Origin::Edit(bed.secret("bot")), "bot", "quay.io", &[Destination::Vault]);
    edit.username.clone_from(&before.credential.username);
    edit.email = before.email.clone().unwrap();
    let done = bed.submit(edit).await.unwrap();
    assert!(done.undo.is_empty());
    assert_eq!(bed.kept("bot"), Some(before));
}

#[tokio::test]
async fn where_the_vault_refuses_the_file_is_as_before() {
    let bed = Bed::new();
    let before = bed.config();
    let places = [Destination::Vault, Destination::Docker];
    let mut edit = submission(Origin::Edit(bed.login().id), "bot", "ghcr.io", &places);
    edit.password = Password::New(Secret::from_text("new".into()));
    let error = bed.submit(edit).await.unwrap_err();
    assert!(error.what.contains("of the name bot already"), "{error}");
    assert!(error.hints.iter().any(|hint| hint.contains("was taken back")), "{:?}", error.hints);
    assert_eq!(bed.config(), before);
}

#[tokio::test]
async fn a_removed_secret_comes_back_whole() {
    let bed = Bed::new();
    let before = bed.kept("bot");
    let done = bed.remove("bot").await;
    assert_eq!(bed.kept("bot"), None);
    let back = transaction::take_back(&bed.ctx, done.undo).await.unwrap();
    assert_eq!(
        (bed.kept("bot"), &*back.lines),
        (before, &[Line::Said("bot is in the vault as before.".into())][..])
    );
    transaction::take_back(&bed.ctx, back.undo).await.unwrap();
    assert_eq!(bed.kept("bot"), None, "what was taken back can be done again");
}

#[tokio::test]
async fn a_login_that_docker_got_meanwhile_keeps_its_place() {
    let bed = Bed::new();
    let done = bed.remove("bot").await;
    let mut newer = record("quay-io", "quay.io", "jane", "newer");
    newer.is_login = true;
    bed.vault().add(newer.clone()).unwrap();
    transaction::take_back(&bed.ctx, done.undo).await.unwrap();
    assert_eq!(bed.kept("quay-io"), Some(newer));
    assert!(!bed.kept("bot").unwrap().is_login);
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_left_as_it_is() {
    let bed = Bed::new();
    let removed = bed.remove("bot").await;
    let taker = record("bot", "ghcr.io", "jane", "another");
    bed.vault().add(taker.clone()).unwrap();
    let error = transaction::take_back(&bed.ctx, removed.undo).await.unwrap_err();
    assert!(error.what.contains("bot was changed in the vault in the meantime"), "{error}");
    assert_eq!(bed.kept("bot"), Some(taker));

    let origin = Origin::Edit(bed.secret("bot"));
    let edited = bed.submit(submission(origin, "bot", "ghcr.io", &[Destination::Vault])).await.unwrap();
    assert!(edited.undo.is_empty(), "the same user name and password");
    let origin = Origin::Edit(bed.secret("bot"));
    let edit = submission(origin, "ghcr", "ghcr.io", &[Destination::Vault]);
    let edited = bed.submit(edit).await.unwrap();
    let mut newer = bed.kept("ghcr").unwrap();
    newer.changed_at = after(now(), 60);
    bed.vault().replace("ghcr", newer.clone()).unwrap();
    let error = transaction::take_back(&bed.ctx, edited.undo).await.unwrap_err();
    assert!(error.what.contains("was changed in the vault in the meantime"), "{error}");
    assert_eq!((bed.kept("ghcr"), bed.kept("bot")), (Some(newer), None));
}

#[tokio::test]
async fn removing_one_row_looks_at_one_file_and_never_at_the_environment() {
    let bed = Bed::new();
    let podman = json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER)}}}).to_string();
    bed.home.write(".config/containers/auth.json", &podman);
    let removal = remove::review_row(&bed.ctx, &bed.login().id).await.unwrap();
    assert!(!removal.is_wide());
    removal.carry_out(&bed.ctx, Consent::default()).await.unwrap();
    assert!(!bed.config().contains("ghcr.io"));
    let other = std::fs::read_to_string(bed.home.file(".config/containers/auth.json")).unwrap();
    assert_eq!(other, podman);
    let variable = bed.home.context(&[("DOCKER_AUTH_CONFIG", &podman)]);
    let id = inventory::read(&variable.settings, now()).logins.remove(0).id;
    let error = remove::review_row(&variable, &id).await.unwrap_err();
    assert!(error.what.contains("DOCKER_AUTH_CONFIG"), "{error}");
}

/// Where docker's helper would be found.
fn with_us(bed: &Bed) -> Context {
    let program = bed.home.file("ours/docker-credential-pullpass");
    std::fs::create_dir_all(program.parent().unwrap()).unwrap();
    std::fs::write(&program, "").unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = program.parent().unwrap().into();
    Context::new(Settings { path, ..bed.ctx.settings.clone() }, FixedClock(now()))
}

#[tokio::test]
async fn a_login_goes_into_the_vault_and_docker_finds_it_in_one_step() {
    let bed = Bed::new();
    let ctx = with_us(&bed);
    let places = [Destination::VaultForDocker];
    let before = bed.config();
    let table = [
        (Origin::New, "quay", "quay.example.com"),
        // The login that lies in the file leaves it.
        (Origin::Edit(bed.login().id), "ghcr", "ghcr.io"),
        // The secret docker had before stays one.
        (Origin::New, "quay-two", "quay.io"),
        (Origin::Edit(bed.secret("bot")), "bot", "quay.io"),
        // An older secret takes the mark, and gives it back.
        (Origin::Edit(bed.secret("aged")), "aged", "quay.io"),
    ];
    for (origin, name, key) in table {
        let records = bed.vault().read().unwrap().records;
        let password = match origin {
            Origin::New => Password::New(Secret::from_text("new".into())),
            Origin::Edit(_) => Password::Keep,
        };
        let wanted = Submission { password, ..submission(origin, name, key, &places) };
        let done = submit(&ctx, wanted).await.unwrap();
        let docker: serde_json::Value = serde_json::from_str(&bed.config()).unwrap();
        assert_eq!(docker["credHelpers"], json!({key: "pullpass"}), "{name}");
        assert_eq!(docker["auths"][key], json!({}), "{name}");
        assert_eq!(docker["later"], json!([1.0]));
        let told = Line::Said("docker no longer uses bot, which stays as a secret.".into());
        let is_told = done.lines.contains(&told);
        assert_eq!(is_told, key == "quay.io" && name != "bot", "{name}: {:?}", done.lines);
        let kept = bed.vault().login(key).unwrap().unwrap();
        assert_eq!((&*kept.name, &*kept.credential.username, kept.is_login), (name, "jane", true));
        let logins = bed.vault().read().unwrap().records;
        assert_eq!(logins.iter().filter(|record| record.key == key && record.is_login).count(), 1);
        transaction::take_back(&bed.ctx, done.undo).await.unwrap();
        assert_eq!((bed.config(), bed.vault().read().unwrap().records), (before.clone(), records), "{name}");
    }
}

#[tokio::test]
async fn another_spelling_of_the_key_leaves_the_file_with_its_secret() {
    let bed = Bed::new();
    let spelled = "https://reg.example/v1/";
    let config = json!({"auths": {spelled: {"auth": auth("jane", MARKER)}}}).to_string();
    std::fs::write(bed.home.file(DOCKER), &config).unwrap();
    let places = [Destination::VaultForDocker];
    let wanted = submission(Origin::Edit(bed.login().id), "reg", spelled, &places);
    let done = submit(&with_us(&bed), wanted).await.unwrap();
    let docker: serde_json::Value = serde_json::from_str(&bed.config()).unwrap();
    assert_eq!(
        docker,
        json!({"auths": {"reg.example": {}}, "credHelpers": {"reg.example": "pullpass"}}),
        "docker asks helpers for plain names only"
    );
    let kept = bed.vault().login("reg.example").unwrap().unwrap();
    assert_eq!(kept.credential.secret, Secret::from_text(MARKER.into()));
    transaction::take_back(&bed.ctx, done.undo).await.unwrap();
    assert_eq!((bed.config(), bed.kept("reg")), (config, None));
}

#[tokio::test]
async fn where_the_file_cannot_go_back_the_vault_stays_as_it_is_too() {
    let bed = Bed::new();
    let password = Password::New(Secret::from_text("new".into()));
    let places = [Destination::VaultForDocker];
    let wanted = Submission { password, ..submission(Origin::New, "quay", "quay.io", &places) };
    let done = submit(&with_us(&bed), wanted).await.unwrap();
    let config = bed.config().replace("pullpass", "gcloud");
    std::fs::write(bed.home.file(DOCKER), &config).unwrap();
    let records = bed.vault().read().unwrap().records;
    transaction::take_back(&bed.ctx, done.undo).await.unwrap_err();
    assert_eq!((bed.config(), bed.vault().read().unwrap().records), (config, records));
}

#[tokio::test]
async fn what_happens_to_dockers_file_besides_is_said() {
    let bed = Bed::new();
    let mode = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(bed.home.file(DOCKER), mode).unwrap();
    let password = Password::New(Secret::from_text("new".into()));
    let places = [Destination::VaultForDocker];
    let wanted = Submission { password, ..submission(Origin::New, "quay", "quay.example.com", &places) };
    let done = submit(&with_us(&bed), wanted).await.unwrap();
    let kept = "The vault keeps quay, and docker finds it there.";
    assert_eq!(done.lines[0], Line::Said(kept.into()));
    let closed = Line::Besides(bed.home.file(DOCKER), Besides::Closed(0o644));
    assert!(done.lines.contains(&closed), "{:?}", done.lines);
}

#[tokio::test]
async fn where_docker_would_not_find_it_nothing_is_kept() {
    let bed = Bed::new();
    let there = with_us(&bed);
    let places = [Destination::VaultForDocker];
    let wanted = || submission(Origin::Edit(bed.login().id), "ghcr", "ghcr.io", &places);
    let records = bed.vault().read().unwrap().records;
    let refused = bed.submit(wanted()).await.unwrap_err();
    assert!(refused.what.contains("not on PATH"), "{refused:?}");
    let config = r#"{"auths": {"ghcr.io": {"auth": "amFuZTpw"}}, "credHelpers": {"ghcr.io": "gcloud"}}"#;
    std::fs::write(bed.home.file(DOCKER), config).unwrap();
    let refused = submit(&there, wanted()).await.unwrap_err();
    assert!(refused.what.contains("docker-credential-gcloud for ghcr.io"), "{refused:?}");
    // The file cannot be written when the vault has been already.
    let config = r#"{"auths": {"ghcr.io": {"auth": "amFuZTpw"}}}"#;
    std::fs::write(bed.home.file(DOCKER), config).unwrap();
    let mode = std::fs::Permissions::from_mode;
    std::fs::set_permissions(bed.home.file(DOCKER), mode(0o400)).unwrap();
    let refused = submit(&there, wanted()).await.unwrap_err();
    assert!(refused.what.contains("marked read-only"), "{refused:?}");
    assert_eq!(refused.hints.last().unwrap(), "What this try had done already was taken back.");
    assert_eq!((bed.config(), bed.vault().read().unwrap().records), (config.to_owned(), records));
}
