//! The one secret on the screen: how it gets there, and everything that takes it away.

use crossterm::event::Event;
use pullpass::error::Notice;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::Answer;
use pullpass::tui::message::Message;

use crate::support::home::{DOCKER, Home};
use crate::support::player::{Player, copy_in, fetch_in};
use crate::support::{MARKER, leaks, now};

/// Docker Hub selected, its secret not shown.
fn hidden() -> Player {
    let mut player = Player::of(&Home::ten_kinds(now()), &[]);
    player.select("docker.io");
    player
}

/// Docker Hub selected, its secret shown.
fn shown() -> Player {
    let mut player = hidden();
    player.reveal();
    assert!(player.text().contains(MARKER), "{}", player.text());
    player
}

fn failure() -> Notice {
    Notice { what: "It did not work.".into(), hints: vec!["Try something else.".into()] }
}

/// Everything that ends a reveal, and the request for one.
type End = (&'static str, fn(&mut Player) -> Vec<Effect>);
const ENDS: &[End] = &[
    ("a move down", |player| player.press("j")),
    ("a move to the end", |player| player.press("G")),
    ("a page", |player| player.press("pgdn")),
    ("a new order", |player| player.press("s e")),
    ("the filter", |player| player.press("/")),
    ("privacy mode", |player| player.press("p")),
    ("the help", |player| player.press("?")),
    ("the detail", |player| player.press("enter")),
    ("Ctrl-Z", |player| player.press("ctrl-z")),
    ("being suspended", |player| player.tell(Message::Suspended)),
    ("another window", |player| player.tell(Message::Input(Event::FocusLost))),
    ("a new size", |player| player.resize(100, 30)),
    ("a crash in the background", |player| player.told(Answer::Loaded(Err(failure())))),
    ("a failed copy", |player| {
        let ticket = copy_in(&player.press("y u"));
        player.answer(ticket, Answer::Copied(Err(failure())))
    }),
];

#[test]
fn r_asks_for_the_secret_and_shows_it_when_it_comes() {
    let mut player = hidden();
    let effects = player.press("r");
    let (ticket, id) = fetch_in(&effects);
    assert_eq!((effects.len(), &id), (1, &player.selected_id()));
    assert!(player.text().contains("fetching"), "{}", player.text());
    assert!(!leaks(&player.text()));
    player.fetch_from_file(ticket, &id);
    assert!(player.text().contains(MARKER), "{}", player.text());
    assert!(player.text().contains("hidden again in 15 s"), "{}", player.text());
}

#[test]
fn the_secret_goes_after_fifteen_seconds() {
    let mut player = shown();
    for (seconds, is_shown) in [(1, true), (13, true), (1, false)] {
        player.wait(seconds);
        assert_eq!(player.is_revealed(), is_shown);
        assert_eq!(player.text().contains(MARKER), is_shown, "{}", player.text());
    }
}

#[test]
fn the_countdown_under_the_secret_runs_each_second() {
    let mut player = shown();
    for left in (1..=15).rev() {
        assert!(player.text().contains(&format!("hidden again in {left} s")), "{}", player.text());
        let wakeup = player.model.next_wakeup(player.now).unwrap();
        assert_eq!(wakeup.as_second() - player.now.as_second(), 1);
        player.wait(1);
    }
    assert!(!player.is_revealed());
}

#[test]
fn every_end_of_a_reveal_takes_the_secret_off_the_screen() {
    for (what, happens) in ENDS {
        let mut player = shown();
        happens(&mut player);
        assert!(!player.is_revealed(), "{what}");
        assert!(!leaks(&player.text()), "{what}:\n{}", player.text());
    }
}

#[test]
fn an_answer_after_such_an_end_is_dropped() {
    for (what, happens) in ENDS {
        let mut player = hidden();
        let (ticket, id) = fetch_in(&player.press("r"));
        happens(&mut player);
        player.fetch_from_file(ticket, &id);
        player.press("esc");
        assert!(!player.is_revealed(), "{what}");
        assert!(!leaks(&player.text()), "{what}:\n{}", player.text());
    }
}

#[test]
fn a_fetch_that_nobody_waits_for_any_more_is_cancelled() {
    for (what, happens) in ENDS.iter().filter(|(what, _)| !what.contains("crash") && !what.contains("failed"))
    {
        let mut player = hidden();
        let (ticket, _) = fetch_in(&player.press("r"));
        let effects = happens(&mut player);
        assert!(effects.contains(&Effect::Cancel(ticket)), "{what}: {effects:?}");
    }
}

#[test]
fn a_second_r_hides_and_a_third_asks_again() {
    let mut player = shown();
    assert_eq!(player.press("r"), []);
    assert!(!player.is_revealed() && !leaks(&player.text()));
    fetch_in(&player.press("r"));
}

#[test]
fn only_the_answer_to_the_last_question_counts() {
    let mut player = hidden();
    let (old, id) = fetch_in(&player.press("r"));
    let effects = player.press("r");
    let (new, _) = fetch_in(&effects);
    assert_eq!(effects[0], Effect::Cancel(old));
    player.fetched(old, &id, "janedoe", "an old secret");
    assert!(!player.is_revealed(), "the stale answer is dropped");
    player.fetched(new, &id, "janedoe", "a new secret");
    assert!(player.text().contains("a new secret"), "{}", player.text());
}

#[test]
fn privacy_mode_shows_no_secret_and_says_so() {
    let mut player = hidden();
    player.press("p");
    assert_eq!(player.press("r"), []);
    assert!(player.toast().contains("privacy mode is on"), "{}", player.toast());
    player.press("p");
    player.reveal();
    assert!(player.is_revealed());
}

#[test]
fn a_failed_fetch_says_what_happened_and_what_to_do_until_a_key_is_pressed() {
    let mut player = hidden();
    let (ticket, _) = fetch_in(&player.press("r"));
    player.answer(ticket, Answer::Fetched(Err(failure())));
    for words in ["It did not work.", "Try something else."] {
        assert!(player.text().contains(words), "{}", player.text());
    }
    player.wait(3_600);
    assert!(player.text().contains("It did not work."), "an error waits for the person");
    player.press("j");
    assert!(!player.text().contains("It did not work."));
    assert_eq!(player.selected(), "empty.example.com", "the key did its own work as well");
}

#[test]
fn a_login_that_left_the_file_meanwhile_is_an_error_with_a_way_out() {
    let home = Home::ten_kinds(now());
    let mut player = Player::of(&home, &[]);
    player.select("docker.io");
    let (ticket, id) = fetch_in(&player.press("r"));
    home.write(DOCKER, "{}");
    player.fetch_from_file(ticket, &id);
    assert!(player.toast().contains("is no longer in"), "{}", player.toast());
    assert!(player.toast().contains("press R"), "{}", player.toast());
}

#[test]
fn a_reveal_survives_a_new_reading_only_for_its_own_login() {
    let home = Home::ten_kinds(now());
    let mut player = Player::of(&home, &[]);
    player.select("docker.io");
    player.reveal();
    player.read_files();
    assert!(player.text().contains(MARKER), "nothing changed:\n{}", player.text());
    home.write(DOCKER, "{}");
    player.read_files();
    assert!(!leaks(&player.text()), "{}", player.text());
}

#[test]

fn a_secret_whose_login_is_gone_is_forgotten() {
    let home = Home::ten_kinds(now());
    let mut player = Player::of(&home, &[]);
    player.select("docker.io");
    player.reveal();
    home.write(DOCKER, "{}");
    player.read_files();
    assert!(!player.is_revealed());
    fetch_in(&player.press("r"));
}
