//! The check of the login under review: it comes before Submit, can be skipped, and a refusal is asked about.

use pullpass::check::flow::{RealmPair, Report};
use pullpass::check::verdict::Verdict;
use pullpass::error::Notice;
use pullpass::tui::effect::Effect;
use pullpass::tui::form::Step;
use pullpass::tui::jobs::{Job, Ticket};
use serde_json::json;

use super::step;
use crate::support::MARKER;
use crate::support::form::{Screen, check_in, some_logins, submission};
use crate::support::player::{jobs, report};

/// On the review, with the check on its way.
fn asking() -> (Screen, Ticket) {
    let mut screen = Screen::filled(&json!({}));
    screen.registry = None;
    let effects = screen.press("enter");
    let ticket = check_in(&effects).unwrap_or_else(|| panic!("no check in {effects:?}"));
    assert!(!format!("{effects:?}").contains(MARKER));
    (screen, ticket)
}

#[test]
fn the_review_asks_the_registry_and_submit_waits_for_it() {
    let (mut screen, ticket) = asking();
    screen.shows("check asking docker.io ...");
    screen.shows("asking the registry ... s skips it");
    assert_eq!(screen.press("enter enter"), [], "it may take the reason to submit away");
    screen.checked(ticket, Ok(report(Verdict::Verified)));
    screen.shows("check The registry accepts this login.");
    assert_eq!(submission(screen.press("enter")).name, "my-secret");
}

#[test]
fn what_the_form_shows_is_what_is_asked_about() {
    let mut screen = Screen::filled(&json!({}));
    screen.registry = None;
    let effects = screen.press("enter");
    let Some(Effect::Start(_, Job::CheckForm { submission: asked, .. })) = effects.into_iter().next() else {
        panic!()
    };
    assert_eq!(screen.model.layers.form().unwrap().reviewed(), Some(&*asked));
    // An edit that keeps its password is checked with the one that is there.
    let mut screen = Screen::of(&some_logins());
    screen.registry = None;
    screen.press("g g j e");
    screen.press("tab tab tab tab tab enter");
    assert!(check_in(&screen.press("y")).is_some(), "{}", screen.text());
}

#[test]
fn a_check_can_be_skipped_and_left() {
    let (mut screen, ticket) = asking();
    assert_eq!(screen.press("s"), [Effect::Cancel(ticket)]);
    screen.shows("check skipped");
    screen.checked(ticket, Ok(report(Verdict::Rejected)));
    screen.shows("check skipped");
    submission(screen.press("enter"));
    let (mut screen, ticket) = asking();
    assert_eq!(screen.press("esc"), [Effect::Cancel(ticket)]);
    assert_eq!(step(&screen), Some(Step::Places));
    screen.checked(ticket, Ok(report(Verdict::Rejected)));
    // Coming back asks again: something may be another.
    let effects = screen.press("enter");
    assert!(check_in(&effects).is_some_and(|again| again != ticket), "{effects:?}");
    screen.shows("check asking docker.io");
}

#[test]
fn a_refused_login_is_saved_after_a_yes_only() {
    for verdict in [Verdict::Rejected, Verdict::Expired, Verdict::AcceptedButUnusable] {
        for keys in ["enter", "esc", "n"] {
            let (mut screen, ticket) = asking();
            screen.checked(ticket, Ok(report(verdict)));
            assert_eq!(screen.press("enter"), []);
            screen.shows("Save a login that the registry refuses?");
            screen.shows("> [ Back to the review ]");
            assert_eq!(screen.press(keys), [], "{verdict:?} {keys}");
            assert_eq!(step(&screen), Some(Step::Review));
            assert_eq!(screen.press("enter"), []);
            submission(screen.press("y"));
        }
    }
    for verdict in [Verdict::Unreachable, Verdict::AnonymousOk, Verdict::TlsUntrusted, Verdict::RateLimited] {
        let (mut screen, ticket) = asking();
        screen.checked(ticket, Ok(report(verdict)));
        screen.shows(&verdict.words()[1..]);
        submission(screen.press("enter"));
    }
}

#[test]
fn what_needs_a_yes_is_asked_over_the_form() {
    let pair = RealmPair { registry: "registry-1.docker.io".into(), realm: "https://auth.example".into() };
    let (mut screen, ticket) = asking();
    screen.checked(ticket, Ok(Report { ask: Some(pair.clone()), ..report(Verdict::RealmBlocked) }));
    screen.shows("wants the login sent to the token service");
    screen.shows("https://auth.example");
    assert_eq!(screen.press("enter"), []);
    assert_eq!(step(&screen), Some(Step::Review));
    let (mut screen, ticket) = asking();
    screen.checked(ticket, Ok(Report { ask: Some(pair.clone()), ..report(Verdict::RealmBlocked) }));
    let effects = screen.press("y");
    assert!(jobs(&effects).contains(&Job::Choose { pair: pair.clone(), allowed: true }), "{effects:?}");
    match effects.as_slice() {
        [.., Effect::Start(_, Job::CheckForm { options, .. })] => assert_eq!(options.choices, [(pair, true)]),
        other => panic!("no check in {other:?}"),
    }
    let (mut screen, ticket) = asking();
    screen.checked(ticket, Ok(report(Verdict::PlainHttpServer)));
    screen.shows("Send the login over plain http?");
    match screen.press("y").as_slice() {
        [.., Effect::Start(_, Job::CheckForm { options, .. })] => {
            assert_eq!(options.plain_http, ["registry-1.docker.io"]);
        }
        other => panic!("no check in {other:?}"),
    }
}

#[test]
fn a_check_that_cannot_be_made_stands_in_nobodys_way() {
    let (mut screen, ticket) = asking();
    screen.checked(ticket, Err(Notice { what: "The helper failed.".into(), hints: vec!["Run it.".into()] }));
    screen.shows("check The helper failed. Run it.");
    submission(screen.press("enter"));
    let (mut screen, ticket) = asking();
    screen.checked(ticket, Err(Notice { what: "A background task crashed.".into(), hints: Vec::new() }));
    screen.shows("check A background task crashed.");
    submission(screen.press("enter"));
}
