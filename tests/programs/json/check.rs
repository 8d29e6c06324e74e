//! The JSON of `check`, as `docs/check.schema.json` has it.

use std::collections::BTreeSet;

use pullpass::app::check::{Checked, Job};
use pullpass::app::inventory;
use pullpass::app::vault::rows;
use pullpass::check::flow::{Login, Note, Question, RealmPair, Report, Wrong};
use pullpass::check::rate_limit::{Amount, RateLimit};
use pullpass::check::realm::{Decision, Reason};
use pullpass::check::verdict::Verdict;
use pullpass::cli::json::check::document;
use pullpass::credential::Credential;
use pullpass::error::Error;
use pullpass::secret::Secret;
use serde_json::{Value, json};

use super::{EXPLANATION, Schema, members_met, words};
use crate::support::home::Home;
use crate::support::program::pullpass;
use crate::support::tokens::auth;
use crate::support::vault;
use crate::support::{MARKER, leaks, now};

fn schema() -> Schema {
    Schema::of(include_str!("../../../docs/check.schema.json"))
}

/// A home with as many logins as there are results to show.
fn home(logins: usize) -> Home {
    let entries = (0..logins).map(|at| (format!("r{at}.example"), json!({"auth": auth("jane", MARKER)})));
    Home::docker(&json!({"auths": entries.collect::<serde_json::Map<_, _>>()}))
}

/// Reports that have every member and every word between them.
fn reports() -> Vec<Report> {
    let password = || Secret::from_text(MARKER.into());
    let question = Question::new("r.example", Login::Basic(Credential::new(MARKER, password())));
    let plain = |verdict: &Verdict| Report::new(&question, *verdict);
    let notes = vec![
        Note::PlainHttp,
        Note::Proxy("http://proxy:3128".into()),
        Note::ClockDiffers(-300),
        Note::AnonymousToken,
        Note::TokenFor("ja\u{202e}ne".into()),
        Note::Grants("repository:a:pull".into()),
        Note::Public,
        Note::BreaksPublicPull,
        Note::NotPublic,
        Note::OnlyTagMissing,
        Note::PerhapsRights,
    ];
    let amount = |pulls| Some(Amount { pulls, window: Some(21_600) });
    let rate_limit = RateLimit { limit: amount(100), remaining: amount(7), source: Some("acc".into()) };
    let full = Report {
        notes,
        realm: Some(("https://auth.example".into(), Reason::CrossSite)),
        ask: Some(RealmPair { registry: "r.example".into(), realm: "https://auth.example".into() }),
        retry_after: Some(30),
        rate_limit: Some(rate_limit),
        ..plain(&Verdict::RealmBlocked)
    };
    let unlimited = Report { rate_limit: Some(RateLimit::default()), ..plain(&Verdict::VerifiedPullOk) };
    let mut all: Vec<Report> = Verdict::ALL.iter().map(plain).collect();
    all.extend([
        full.saying("go away"),
        unlimited,
        Report { wrong: Some(Wrong::Tag), ..plain(&Verdict::VerifiedNotFound) },
    ]);
    all
}

/// The document that shows all of them, and a secret of the vault that could not be fetched.
fn shown() -> Value {
    let reports = reports();
    let home = home(reports.len());
    vault::make(&home).add(vault::record("robot", "s.example", "jane", MARKER)).unwrap();
    let ctx = home.context(&[]);
    let mut inventory = inventory::read(&ctx.settings, now());
    inventory.append(rows::read(&ctx.vault, now()).inventory);
    let results = reports.into_iter().map(Ok).chain([Err(Error::failed("No helper."))]);
    let results: Vec<Checked> = inventory
        .logins
        .iter()
        .zip(results)
        .map(|(login, result)| Checked { job: Job::of(login).unwrap(), at: now(), result })
        .collect();
    let text = document(&inventory, &results, now()).unwrap();
    assert!(!leaks(&text) && !text.contains('\u{202e}'), "{text}");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_answer_is_of_the_form_that_the_schema_describes() {
    let shown = shown();
    assert_eq!(schema().faults(&shown), [""; 0], "{shown:#}");
    assert_eq!(shown["checks"].as_array().unwrap().len(), Verdict::ALL.len() + 4);
}

#[test]
fn the_program_prints_it_and_keeps_its_exit_status() {
    let home = Home::docker(&json!({"auths": {"bad.example": {"auth": auth("jane", "hunter2\n")}}}));
    let finished = pullpass(&home, &["check", "--all", "--json"]);
    assert_eq!(finished.status, 1, "{finished:?}");
    let printed: Value = serde_json::from_str(&finished.stdout).unwrap();
    assert_eq!(schema().faults(&printed), [""; 0], "{printed:#}");
    assert_eq!(printed["checks"][0]["verdict"], "not_sent");
    assert!(!leaks(&finished.stdout));
}

/// What is spoilt, and how.
type Spoil = (&'static str, fn(&mut Value));

#[test]
fn the_schema_refuses_what_is_not_of_the_form() {
    let table: &[Spoil] = &[
        ("another version", |all| all["version"] = json!(2)),
        ("a new member", |all| all["checks"][0]["surprise"] = json!(1)),
        ("an unknown verdict", |all| all["checks"][0]["verdict"] = json!("surprise")),
        ("an unknown standing", |all| all["checks"][0]["standing"] = json!("surprise")),
        ("no verdict", |all| drop(all["checks"][0].as_object_mut().unwrap().remove("verdict"))),
        ("a verdict and a problem", |all| all["checks"][0]["problem"] = json!("x")),
    ];
    for (what, spoil) in table {
        let mut bad = shown();
        spoil(&mut bad);
        assert_ne!(schema().faults(&bad), [""; 0], "{what} passes");
    }
}

#[test]
fn the_schema_knows_every_word_that_the_program_knows() {
    let verdicts: BTreeSet<_> = Verdict::ALL.iter().map(|one| one.code().to_owned()).collect();
    assert_eq!(schema().words_of("verdict"), verdicts);
    let blocked = Reason::ALL.iter().filter(|reason| reason.decision() != Decision::Allow);
    assert_eq!(schema().words_of("reason"), blocked.map(|reason| reason.code().to_owned()).collect());
    let shown = shown();
    let met = |path: fn(&Value) -> Vec<&Value>| -> BTreeSet<String> {
        let checks = shown["checks"].as_array().unwrap();
        checks.iter().flat_map(path).filter_map(|word| word.as_str().map(str::to_owned)).collect()
    };
    let schema = schema();
    let notes = met(|one| one["notes"].as_array().into_iter().flatten().map(|note| &note["code"]).collect());
    assert_eq!(notes, words(&schema.text["$defs"]["note"]["properties"]["code"]["enum"]));
    for member in ["standing", "wrong"] {
        let words = words(&schema.text["$defs"]["check"]["properties"][member]["enum"]);
        let found: BTreeSet<String> = shown["checks"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one[member].as_str().map(str::to_owned))
            .collect();
        assert_eq!(found, words, "{member}");
    }
}

#[test]
fn every_member_is_met_and_explained() {
    let wanted = schema().members();
    let found = members_met(&shown());
    assert_eq!(wanted.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new());
    for member in wanted.union(&schema().words_of("verdict")) {
        assert!(EXPLANATION.contains(&format!("`{member}`")), "docs/json.md does not name {member}");
    }
}
