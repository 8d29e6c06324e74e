//! The files change: when they are read again, and what stays meanwhile.

use crossterm::event::Event;
use pullpass::error::Notice;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job};
use pullpass::tui::message::Message;
use serde_json::json;

use crate::support::home::{DOCKER, Home, PODMAN};
use crate::support::player::{Player, jobs};
use crate::support::tokens::auth;
use crate::support::{MARKER, now};

/// What happens, and how.
type Case = (&'static str, fn(&mut Player) -> Vec<Effect>);

#[test]
fn whatever_may_have_changed_the_files_has_them_read_again() {
    let table: &[Case] = &[
        ("the watch", |player| player.tell(Message::FilesChanged)),
        ("coming back to the window", |player| player.tell(Message::Input(Event::FocusGained))),
        ("R", |player| player.press("R")),
        ("F5", |player| player.press("f5")),
    ];
    for (what, happens) in table {
        let mut player = Player::of(&Home::ten_kinds(now()), &[]);
        assert_eq!(jobs(&happens(&mut player)), [Job::Load], "{what}");
    }
}

#[test]
fn a_change_during_a_reading_has_them_read_once_more() {
    let home = Home::docker_hub();
    let (mut player, _load) = Player::start(&home, &[]);
    for _ in 0..5 {
        assert_eq!(player.tell(Message::FilesChanged), [], "one reading at a time");
    }
    assert_eq!(jobs(&player.read_files()), [Job::Load], "what was read may be old already");
    assert_eq!(player.read_files(), [], "once more is enough");
    assert_eq!(jobs(&player.tell(Message::FilesChanged)), [Job::Load]);
}

#[test]
fn a_new_login_appears_and_a_deleted_one_goes() {
    let home = Home::docker_hub();
    let mut player = Player::of(&home, &[]);
    assert_eq!(player.rows(), ["docker.io"]);
    home.write(DOCKER, &json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER)}}}).to_string());
    assert_eq!(player.rows(), ["docker.io"], "not before they are read");
    player.read_files();
    assert_eq!(player.rows(), ["ghcr.io"]);
}

#[test]
fn a_file_that_breaks_is_named_with_line_and_column_and_hides_no_other() {
    let home = Home::ten_kinds(now());
    let mut player = Player::of(&home, &[]);
    home.write(DOCKER, "{\n  \"auths\": {,\n");
    player.read_files();
    assert_eq!(player.rows(), ["quay.io/acme"]);
    assert!(player.text().contains("x ~/.docker/config.json: line 2, column 13"), "{}", player.text());
    home.write(DOCKER, "{}");
    player.read_files();
    assert!(!player.text().contains("line 2"), "{}", player.text());
}

#[test]
fn a_filter_stays_over_a_new_reading() {
    let home = Home::ten_kinds(now());
    let mut player = Player::of(&home, &[]);
    player.press("/");
    player.write("quay");
    player.press("enter");
    player.read_files();
    assert_eq!(player.rows(), ["quay.io/acme"]);
}

fn crash() -> Notice {
    Notice { what: "A background task crashed.".into(), hints: Vec::new() }
}

#[test]
fn a_crash_in_the_background_is_said_and_r_starts_afresh() {
    let home = Home::docker_hub();
    let (mut player, _load) = Player::start(&home, &[]);
    player.told(Answer::Loaded(Err(crash())));
    assert!(player.text().contains("A background task crashed"), "{}", player.text());
    assert_eq!(jobs(&player.press("R")), [Job::Load], "the reading that crashed is not waited for");
}

#[test]
fn a_helper_whose_job_crashed_has_failed_and_r_asks_it_again() {
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    assert!(player.text().contains("asking corp"), "{}", player.text());
    player.not_listed("corp", &crash().what);
    assert!(!player.text().contains("asking corp"), "{}", player.text());
    player.press("R");
    assert_eq!(jobs(&player.read_files()), [Job::List("corp".into())]);
}

#[test]
fn a_signal_ends_the_program() {
    let mut player = Player::of(&Home::docker_hub(), &[]);
    assert_eq!(player.tell(Message::Terminate), [Effect::Quit]);
}

#[test]
fn the_file_that_a_tool_takes_a_login_from_is_named_shortly() {
    let login = json!({"auths": {"ghcr.io": {"auth": "YTpi"}}}).to_string();
    let home = Home::with(&[(DOCKER, &login), (PODMAN, &login)]);
    let mut player = Player::of(&home, &[]);
    player.press("enter");
    let words = player.words();
    assert!(words.contains("uses the entry ghcr.io of ~/.config/containers/auth.json"), "{}", player.text());
}
