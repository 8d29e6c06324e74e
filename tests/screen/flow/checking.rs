//! Asking registries about logins: what is asked, what is shown of the answers, and what a person must decide.

use jiff::Timestamp;
use pullpass::app::check::history::Memory;
use pullpass::app::check::{self, CheckOptions, Checked};
use pullpass::check::flow::{Note, RealmPair, Report};
use pullpass::check::verdict::Verdict;
use pullpass::credential::login::LoginId;
use pullpass::error::Notice;
use pullpass::registry::image::Image;
use pullpass::settings::Settings;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Ticket};
use pullpass::tui::message::Message;
use pullpass::tui::model::{Model, update};
use serde_json::json;

use crate::support::home::{DOCKER, Home};
use crate::support::player::{Player, jobs, key, report};
use crate::support::tokens::{auth, jwt};
use crate::support::{MARKER, after, leaks, now};

fn home() -> Home {
    Home::docker(&json!({"auths": {
        "ghcr.io": {"auth": auth("jane", MARKER)},
        "quay.io": {"auth": auth("bot", MARKER)},
        "registry.example.com": {"auth": auth("ci", &jwt(after(now(), -60)))},
    }}))
}

fn player() -> Player {
    Player::of(&home(), &[])
}

/// The one check among these effects.
fn check_in(effects: &[Effect]) -> (Ticket, Vec<LoginId>, CheckOptions) {
    match effects {
        [.., Effect::Start(ticket, Job::Check { logins: jobs, options })] => {
            (*ticket, jobs.iter().map(|job| job.id.clone()).collect(), (**options).clone())
        }
        other => panic!("no check in {other:?}"),
    }
}

/// Answers for one login, and ends the check where it was the last one.
fn answer(player: &mut Player, ticket: Ticket, id: &LoginId, report: Report) -> Vec<Effect> {
    let at = player.now;
    player.answer(ticket, Answer::Checked { id: id.clone(), at, found: Ok(Box::new(report)) })
}

/// Presses v on the selected login and has its registry say this.
fn checked(player: &mut Player, report: Report) -> Vec<Effect> {
    let (ticket, ids, _) = check_in(&player.press("v"));
    let mut effects = answer(player, ticket, &ids[0], report);
    effects.extend(player.answer(ticket, Answer::CheckEnded(Ok(()))));
    effects
}

/// The last cell of a row.
fn state(player: &Player, registry: &str) -> String {
    let text = player.text();
    let row =
        text.lines().find(|line| line.contains(registry) && line.contains("docker")).unwrap().to_owned();
    let words: Vec<&str> = row.trim_end_matches('│').split_whitespace().collect();
    words[words.len() - 2..].join(" ")
}

#[test]
fn a_key_asks_about_the_selected_login_and_the_row_says_what_came_of_it() {
    let table = [
        (Verdict::Verified, "+ works", ""),
        (Verdict::Rejected, "x rejected", "Log in again"),
        (Verdict::Expired, "x expired", "Get a new one"),
        (Verdict::AnonymousOk, "? unproved", "nothing was proved"),
        (Verdict::Unreachable, "~ no answer", "the network and the proxy"),
        (Verdict::TlsUntrusted, "~ TLS", "/etc/docker/certs.d/ghcr.io/ca.crt"),
    ];
    for (verdict, expected, words) in table {
        let mut player = player();
        player.select("ghcr.io");
        let (ticket, ids, options) = check_in(&player.press("v"));
        assert_eq!((ids, options.image, options.plain_http), (vec![player.selected_id()], None, vec![]));
        assert_eq!(state(&player, "ghcr.io"), "~ checking");
        assert!(player.press("v").is_empty(), "one check at a time");
        let id = player.selected_id();
        assert!(answer(&mut player, ticket, &id, report(verdict)).is_empty());
        player.answer(ticket, Answer::CheckEnded(Ok(())));
        assert!(expected.ends_with(&state(&player, "ghcr.io")), "{}", player.text());
        assert!(player.toast().contains("ghcr.io") && player.toast().contains(words), "{}", player.toast());
        player.press("enter");
        assert!(player.words().contains(&format!("check {}, just now", verdict.word())), "{}", player.text());
        assert!(!leaks(&player.text()) && !leaks(&format!("{:?}", player.model)));
    }
}

#[test]
fn a_verdict_grows_old_on_the_screen() {
    let mut player = player();
    player.select("ghcr.io");
    checked(&mut player, report(Verdict::Verified));
    player.press("enter");
    player.wait(5);
    assert_eq!(player.model.next_wakeup(player.now), Some(after(player.now, 55)));
    player.wait(55);
    assert!(player.words().contains("check works, 1m ago"), "{}", player.text());
    player.wait(3 * 3_600);
    assert!(player.words().contains("check works, 3h ago"), "{}", player.text());
}

#[test]
fn what_lies_here_outranks_an_older_word_of_the_registry() {
    let mut player = player();
    player.select("registry.example.com");
    checked(&mut player, report(Verdict::Verified));
    assert_eq!(state(&player, "registry.example.com"), "x expired");
    player.select("ghcr.io");
    checked(&mut player, report(Verdict::Verified));
    assert_eq!(state(&player, "ghcr.io"), "+ works");
    // Somebody writes the file: the secret may be another one.
    let config = json!({"auths": {"ghcr.io": {"auth": auth("jane", "another")}}});
    home_of(&mut player, &config);
    assert_eq!(state(&player, "ghcr.io"), "+ readable");
    player.press("enter");
    assert!(player.words().contains("check works, just now The file was written since"), "{}", player.text());
}

/// Writes docker's file a minute later, and reads it.
fn home_of(player: &mut Player, config: &serde_json::Value) {
    let later = after(player.now, 30);
    player.home().write(DOCKER, &config.to_string());
    player.home().set_age(DOCKER, later);
    player.now = later;
    player.read_files();
}

#[test]
fn all_logins_of_the_list_are_asked_with_a_count_and_results_as_they_come() {
    let mut player = player();
    let (ticket, ids, options) = check_in(&player.press("V"));
    assert_eq!((ids.len(), options.rate_limit), (3, false));
    assert!(player.text().contains("checking 0/3 · Esc stops"), "{}", player.text());
    answer(&mut player, ticket, &ids[0], report(Verdict::Verified));
    assert!(player.text().contains("checking 1/3"), "{}", player.text());
    assert_eq!(state(&player, "ghcr.io"), "+ works");
    assert_eq!(state(&player, "quay.io"), "~ checking");
    answer(&mut player, ticket, &ids[1], report(Verdict::Rejected));
    let answer = Err(Notice { what: "The helper failed.".into(), hints: Vec::new() });
    player.answer(ticket, Answer::Checked { id: ids[2].clone(), at: player.now, found: answer });
    player.answer(ticket, Answer::CheckEnded(Ok(())));
    assert_eq!(player.toast(), "Of 3 logins 1 accepted, 1 refused, 1 not proved.");
    assert!(!player.text().contains("checking"), "{}", player.text());
    // A filter narrows what is asked.
    player.press("/");
    player.write("quay");
    player.press("enter");
    let (_, ids, _) = check_in(&player.press("V"));
    assert_eq!(ids, [player.selected_id()]);
}

#[test]
fn esc_stops_a_check_and_nothing_comes_after_it() {
    let mut player = player();
    let (ticket, ids, _) = check_in(&player.press("V"));
    answer(&mut player, ticket, &ids[0], report(Verdict::Verified));
    assert_eq!(player.press("esc"), [Effect::Cancel(ticket)]);
    assert_eq!(player.toast(), "Stopped after 1 of 3 logins.");
    answer(&mut player, ticket, &ids[1], report(Verdict::Rejected));
    player.answer(ticket, Answer::CheckEnded(Ok(())));
    assert_eq!(state(&player, "quay.io"), "+ readable");
    assert_eq!(state(&player, "ghcr.io"), "+ works");
    assert!(player.press("esc").is_empty());
}

fn asking() -> Report {
    let pair = RealmPair { registry: "ghcr.io".into(), realm: "https://xn--bcher-kva.example".into() };
    Report { ask: Some(pair), ..report(Verdict::RealmBlocked) }
}

#[test]
fn a_token_service_on_another_host_gets_the_login_only_after_a_yes() {
    for keys in ["esc", "enter", "n", "tab esc", "tab tab enter"] {
        let mut player = player();
        player.select("ghcr.io");
        assert!(checked(&mut player, asking()).is_empty());
        let words = player.words();
        assert!(words.contains("ghcr.io wants the login sent to the token service"), "{words}");
        assert!(
            words.contains("https://xn--bcher-kva.example") && words.contains("> [ Do not send ]"),
            "{words}"
        );
        assert!(player.press(keys).is_empty(), "{keys}");
        assert!(state(&player, "ghcr.io").ends_with("not sent"), "{}", player.text());
        // A no is for that check alone.
        player.press("esc");
        assert!(checked(&mut player, asking()).is_empty());
        assert!(player.words().contains("> [ Do not send ]"), "{}", player.text());
    }
    let mut player = player();
    player.select("ghcr.io");
    checked(&mut player, asking());
    let effects = player.press("tab enter");
    let pair = asking().ask.unwrap();
    assert!(jobs(&effects).contains(&Job::Choose { pair: pair.clone(), allowed: true }), "{effects:?}");
    let (_, ids, options) = check_in(&effects);
    assert_eq!((ids, options.choices), (vec![player.selected_id()], vec![(pair, true)]));
}

#[test]
fn plain_http_needs_a_yes_that_holds_for_the_session() {
    for keys in ["esc", "enter", "n"] {
        let mut player = player();
        player.select("ghcr.io");
        checked(&mut player, report(Verdict::PlainHttpServer));
        assert!(player.words().contains("Send the login over plain http?"), "{}", player.text());
        assert!(
            player.words().contains("> [ Do not send ]")
                && player.words().contains("ghcr.io talks plain http")
        );
        assert!(player.press(keys).is_empty(), "{keys}");
        let (_, _, options) = check_in(&player.press("v"));
        assert!(options.plain_http.is_empty(), "{keys}");
    }
    let mut player = player();
    player.select("ghcr.io");
    checked(&mut player, report(Verdict::PlainHttpServer));
    let (ticket, ids, options) = check_in(&player.press("y"));
    assert_eq!((ids.len(), options.plain_http), (1, vec!["ghcr.io".to_owned()]));
    let plain = Report { notes: vec![Note::PlainHttp], ..report(Verdict::Verified) };
    answer(&mut player, ticket, &ids[0], plain);
    player.answer(ticket, Answer::CheckEnded(Ok(())));
    player.press("enter");
    assert!(player.words().contains("is asked over plain http"), "{}", player.text());
    player.press("esc");
    let (_, _, options) = check_in(&player.press("v"));
    assert_eq!(options.plain_http, ["ghcr.io"]);
}

#[test]
fn the_pull_of_an_image_is_asked_for_by_its_name() {
    let mut player = player();
    player.select("ghcr.io");
    assert!(player.press("I").is_empty());
    assert!(player.words().contains("May this login pull the image?"), "{}", player.text());
    player.write("team/app:1.0");
    let (ticket, ids, options) = check_in(&player.press("enter"));
    assert_eq!(options.image, Some(Image::parse("ghcr.io/team/app:1.0").unwrap()));
    let found = Report { notes: vec![Note::BreaksPublicPull], ..report(Verdict::VerifiedNoPull) };
    answer(&mut player, ticket, &ids[0], found);
    assert!(player.toast().contains("but not with this login: remove or renew it"), "{}", player.toast());
    // A yes to a token service goes on with the same image.
    player.press("esc");
    player.press("I");
    player.write("team/app:1.0");
    let (ticket, ids, _) = check_in(&player.press("enter"));
    answer(&mut player, ticket, &ids[0], asking());
    player.answer(ticket, Answer::CheckEnded(Ok(())));
    let (_, _, options) = check_in(&player.press("y"));
    assert_eq!(options.image, Some(Image::parse("ghcr.io/team/app:1.0").unwrap()));
}

#[test]
fn earlier_runs_are_remembered_with_their_time() {
    let mut player = player();
    player.select("ghcr.io");
    let mut memory = Memory::default();
    let (id, at) = (player.selected_id(), after(player.now, 7_200));
    let job = check::Job { id, kind: pullpass::credential::login::EntryKind::Basic, account: None };
    memory.add(&[Checked { job, at, result: Ok(report(Verdict::Verified)) }]);
    player.now = after(player.now, 7_500);
    player.told(Answer::Remembered(Ok(Box::new(memory))));
    assert_eq!(state(&player, "ghcr.io"), "+ works");
    player.press("enter");
    assert!(player.words().contains("check works, 5m ago"), "{}", player.text());
    player.press("R");
    player.read_files();
    assert!(player.words().contains("check works, 5m ago"), "a new reading keeps it");
}

#[test]
fn a_secret_that_cannot_be_fetched_is_told() {
    let mut player = player();
    let (ticket, ids, _) = check_in(&player.press("v"));
    let failure = Notice { what: "The helper failed.".into(), hints: vec!["Run it by hand.".into()] };
    player.answer(ticket, Answer::Checked { id: ids[0].clone(), at: player.now, found: Err(failure) });
    player.answer(ticket, Answer::CheckEnded(Ok(())));
    assert_eq!(player.toast(), "The helper failed. Run it by hand.");
    assert!(!check_in(&player.press("v")).1.is_empty(), "the next check can begin");
}

#[test]
fn privacy_mode_tells_no_host() {
    let mut player = player();
    player.select("ghcr.io");
    player.press("p");
    for name in ["v", "I"] {
        assert_eq!(player.press(name), [], "{name}");
        assert!(player.toast().contains("privacy mode is on"), "{}", player.toast());
    }
}

#[test]
fn nothing_is_sent_from_the_sample_home() {
    let settings = Settings::from_environment(|_| None);
    let (mut model, _load) = Model::new(&settings, true, (80, 24));
    let now: Timestamp = now();
    for name in ["v", "V", "I"] {
        let effects = update(&mut model, Message::Input(crossterm::event::Event::Key(key(name))), now);
        assert!(effects.is_empty(), "{effects:?}");
        assert!(model.toast.as_ref().unwrap().lines[0].contains("made up"));
    }
}
