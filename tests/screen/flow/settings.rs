//! What the settings file does to the screen.

use pullpass::tui::jobs::Job;

use crate::support::home::{Home, SETTINGS};
use crate::support::player::{Player, copy_in, jobs};
use crate::support::{MARKER, now};

fn with(text: &str) -> Player {
    let home = Home::ten_kinds(now());
    home.write(SETTINGS, text);
    let mut player = Player::of(&home, &[]);
    player.select("docker.io");
    player
}

#[test]
fn what_does_not_count_is_on_the_first_picture_and_goes_with_a_key() {
    let home = Home::ten_kinds(now());
    home.write(SETTINGS, "[screen]\nreveel = \"1s\"\n[x]\n");
    let (mut player, _load) = Player::start(&home, &[]);
    let shown = player.toast();
    assert!(shown.contains("config.toml:2:1: There is no setting screen.reveel"), "{shown}");
    assert!(shown.contains("1 more: pullpass config check shows them."), "{shown}");
    assert!(player.text().contains("setting screen.reveel"), "{}", player.text());
    player.press("j");
    assert!(!player.text().contains("screen.reveel"), "{}", player.text());
}

#[test]
fn a_secret_is_shown_and_kept_on_the_clipboard_for_as_long_as_the_settings_say() {
    let mut player = with("[screen]\nreveal = \"3s\"\nclipboard = \"2m\"\n");
    player.reveal();
    assert_eq!(player.wait(2), []);
    assert!(player.text().contains(MARKER), "{}", player.text());
    player.wait(1);
    assert!(!player.text().contains(MARKER), "{}", player.text());
    let ticket = copy_in(&player.press("y s"));
    player.copied(ticket);
    assert!(player.toast().contains("It is cleared in 120 seconds"), "{}", player.toast());
    assert_eq!(player.wait(119), []);
    assert_eq!(jobs(&player.wait(1)), [Job::ClearClipboard]);
}

#[test]
fn a_message_stays_for_as_long_as_the_settings_say() {
    let mut player = with("[screen]\nmessage = \"9s\"\n");
    let ticket = copy_in(&player.press("y u"));
    player.copied(ticket);
    player.wait(8);
    assert!(player.toast().contains("user name"), "{}", player.text());
    player.wait(1);
    assert!(!player.text().contains("user name"), "{}", player.text());
}

#[test]
fn the_characters_are_those_that_the_settings_say() {
    assert!(!with("").text().is_ascii());
    let plain = with("screen.characters = \"ascii\"");
    assert!(plain.text().is_ascii(), "{}", plain.text());
}
