//! The login in the form: it is kept nowhere yet, or its password stays as it is.

use pullpass::app::check::{CheckOptions, Checker, Job};
use pullpass::app::inventory;
use pullpass::app::login::destination::Destination;
use pullpass::app::login::submission::{Origin, Password, Submission};
use pullpass::check::verdict::Verdict;
use pullpass::credential::login::LoginId;
use pullpass::credential::rules::SecretType;
use pullpass::error::Result;
use serde_json::json;

use super::fake::{Fake, PASSWORD, at_once, challenge, now, ok, reply, secret};
use crate::support::home::{DOCKER, Home};
use crate::support::tokens::auth;

fn home() -> Home {
    Home::docker(&json!({"auths": {"reg.example": {"auth": auth("jane", "kept")}}}))
}

fn kept(home: &Home) -> LoginId {
    let found = inventory::read(&home.settings(&[]), now());
    found.logins.iter().find_map(|login| Some(Job::of(login).ok()?.id)).unwrap()
}

/// The verdict on a submission, and the last request.
fn ask(home: &Home, origin: Origin, username: &str, password: Password) -> (Result<Verdict>, Option<String>) {
    let submission = Submission {
        origin,
        kind: SecretType::Private,
        name: "name".into(),
        registry_key: "reg.example".into(),
        username: username.into(),
        password,
        email: String::new(),
        expires_on: None,
        destinations: vec![Destination::Docker],
        allows_plain_file: false,
    };
    let fake = Fake::new(&[
        ("GET https://reg.example/v2/ -", challenge("Bearer realm=\"/token\"")),
        ("GET https://reg.example/token", reply(200, &[], r#"{"token":"T"}"#)),
        ("POST https://reg.example/token", reply(200, &[], r#"{"token":"T"}"#)),
        ("GET https://reg.example/v2/ bearer T", ok()),
    ]);
    let (ctx, options) = (home.context(&[]), CheckOptions::default());
    let checker = Checker::new(&ctx, &options, |_| Ok(&fake));
    let found = at_once(checker.unsaved(&submission));
    (found.map(|report| report.verdict), fake.asked().get(1).cloned())
}

#[test]
fn the_login_in_the_form_is_asked_about_as_it_would_be_kept() {
    let home = home();
    let before = std::fs::read(home.file(DOCKER)).unwrap();
    let new = || Password::New(secret(PASSWORD));
    let basic = "GET https://reg.example/token?account=jane basic jane:";
    let table = [
        (Origin::New, "jane", new(), format!("{basic}hunter2")),
        (Origin::Edit(kept(&home)), "jane", Password::Keep, format!("{basic}kept")),
        // Every helper takes this name for the mark of an identity token.
        (
            Origin::New,
            "<token>",
            new(),
            "POST https://reg.example/token - grant_type=refresh_token client_id=pullpass refresh_token=hunter2"
                .to_owned(),
        ),
    ];
    for (origin, username, password, expected) in table {
        let (verdict, asked) = ask(&home, origin, username, password);
        assert_eq!((verdict.unwrap(), asked), (Verdict::Verified, Some(expected)));
    }
    assert_eq!(std::fs::read(home.file(DOCKER)).unwrap(), before);
}

#[test]
fn a_password_that_cannot_be_fetched_is_told_and_nothing_is_sent() {
    let home = home();
    let id = kept(&home);
    std::fs::remove_file(home.file(DOCKER)).unwrap();
    let (verdict, asked) = ask(&home, Origin::Edit(id), "jane", Password::Keep);
    assert_eq!((verdict.is_err(), asked), (true, None));
}
