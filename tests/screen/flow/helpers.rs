//! Logins that helper programs keep: asked once, filled in, marked, and looked into on request.

use pullpass::credential::expiry::State;
use pullpass::tui::jobs::Job;
use serde_json::json;

use crate::support::home::{Home, PODMAN};
use crate::support::player::{Player, fetch_in, jobs};
use crate::support::tokens::{auth, jwt};
use crate::support::{MARKER, after, leaks, now};

/// A store for all registries, a helper for one, and a plain entry beside them.
fn home() -> Home {
    Home::docker(&json!({
        "credsStore": "store",
        "auths": {"kept.example.com": {}, "lost.example.com": {}},
        "credHelpers": {"minted.example.com": "mint"},
    }))
}

/// The row of a login: account, where it is kept, and state.
fn row(player: &Player, registry: &str) -> String {
    let text = player.text();
    let line = text.lines().find(|line| line.contains(registry)).unwrap_or_else(|| panic!("{text}"));
    let words = line.trim_matches('│').split_whitespace();
    words.filter(|word| !matches!(*word, ">" | "docker")).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_helper_is_asked_once_however_often_the_files_are_read() {
    let (mut player, _load) = Player::start(&home(), &[]);
    assert_eq!(jobs(&player.read_files()), [Job::List("mint".into()), Job::List("store".into())]);
    assert!(player.text().contains("asking mint, store"), "{}", player.text());
    player.listed("mint", &[]);
    assert_eq!(player.read_files(), [], "one has answered, the other was asked");
    player.listed("store", &[]);
    assert_eq!(player.read_files(), []);
    assert!(!player.text().contains("asking"), "{}", player.text());
}

#[test]
fn a_new_reading_by_hand_asks_the_helpers_again() {
    let home = home();
    let mut player = Player::of(&home, &[]);
    player.listed("store", &[]);
    player.listed("mint", &[]);
    player.press("R");
    assert_eq!(player.read_files().len(), 2);
}

#[test]
fn a_helper_that_is_named_later_is_asked_then() {
    let home = Home::docker_hub();
    let mut player = Player::of(&home, &[]);
    let podman = json!({"auths": {}, "credHelpers": {"late.example.com": "late"}});
    home.write(PODMAN, &podman.to_string());
    assert_eq!(jobs(&player.read_files()), [Job::List("late".into())]);
}

#[test]
fn a_list_fills_in_accounts_adds_what_only_the_store_knows_and_marks_what_it_lacks() {
    let mut player = Player::of(&home(), &[]);
    assert_eq!(row(&player, "kept.example.com"), "kept.example.com - store ? ~ asking");
    player.listed("store", &[("kept.example.com", "jane"), ("https://new.example.com", "bot")]);
    assert_eq!(row(&player, "kept.example.com"), "kept.example.com jane store ? + listed");
    assert_eq!(row(&player, "lost.example.com"), "lost.example.com - store ? x missing");
    assert_eq!(row(&player, "new.example.com"), "new.example.com bot store ? + listed");
    assert_eq!(row(&player, "minted.example.com"), "minted.example.com - mint ? ~ asking");
    // gcloud's helper and Amazon's list nothing and still answer.
    player.listed("mint", &[]);
    assert_eq!(row(&player, "minted.example.com"), "minted.example.com - mint ? + listed");
}

#[test]
fn a_new_reading_keeps_what_the_helpers_said() {
    let home = home();
    let mut player = Player::of(&home, &[]);
    player.listed("store", &[("kept.example.com", "jane"), ("new.example.com", "bot")]);
    player.read_files();
    assert_eq!(row(&player, "kept.example.com"), "kept.example.com jane store ? + listed");
    assert_eq!(row(&player, "new.example.com"), "new.example.com bot store ? + listed");
}

#[test]
fn a_helper_that_fails_is_marked_with_the_reason() {
    let mut player = Player::of(&home(), &[]);
    player.not_listed("store", "Could not run docker-credential-store: no folder of PATH has it.");
    assert_eq!(row(&player, "kept.example.com"), "kept.example.com - store ? x no helper");
    player.select("kept.example.com");
    player.press("enter");
    let reason = "Could not run docker-credential-store: no folder of PATH has it.";
    assert!(player.words().contains(reason), "{}", player.text());
    assert!(!player.words().contains("press i to ask"), "it cannot answer: {}", player.text());
}

#[test]
fn the_entries_of_dockers_web_login_are_no_registries_of_their_own() {
    let home = Home::docker(&json!({"credsStore": "store", "auths": {
        "https://index.docker.io/v1/": {},
        "https://index.docker.io/v1/access-token": {},
        "https://index.docker.io/v1/refresh-token": {},
    }}));
    let mut player = Player::of(&home, &[]);
    assert_eq!(player.rows(), ["docker.io"]);
    player.listed(
        "store",
        &[
            ("https://index.docker.io/v1/", "janedoe"),
            ("https://index.docker.io/v1/access-token", "janedoe"),
            ("https://index.docker.io/v1/refresh-token", "janedoe"),
        ],
    );
    assert_eq!(player.rows(), ["docker.io"]);
    player.press("enter");
    assert!(player.text().contains("access token of docker's web login"), "{}", player.text());
}

#[test]
fn i_asks_the_helper_and_keeps_what_the_secret_says_but_not_the_secret() {
    let home = home();
    let mut player = Player::of(&home, &[]);
    player.listed("store", &[("kept.example.com", "jane")]);
    player.listed("mint", &[]);
    player.select("minted.example.com");
    let (ticket, id) = fetch_in(&player.press("i"));
    player.fetched(ticket, &id, "jane", &jwt(after(now(), 5_400)));
    assert_eq!(row(&player, "minted.example.com"), "minted.example.com - mint 1h30m + valid");
    player.press("enter");
    player.resize(120, 40);
    assert!(player.text().contains("iss = https://auth.example.com"), "{}", player.text());
    assert!(!player.is_revealed());
    assert!(!leaks(&player.text()) && !leaks(&format!("{:?}", player.model)));
    // It outlives a new reading, and goes on counting.
    player.read_files();
    player.wait(5_400);
    assert_eq!(player.model.selected().unwrap().expiry.state(player.now), State::Expired);
    assert!(player.text().contains("iss = https://auth.example.com"), "{}", player.text());
}

#[test]
fn a_reveal_of_a_helpers_login_tells_its_end_as_well() {
    let mut player = Player::of(&home(), &[]);
    player.listed("mint", &[]);
    player.select("minted.example.com");
    let (ticket, id) = fetch_in(&player.press("r"));
    player.fetched(ticket, &id, "jane", &jwt(after(now(), 120)));
    assert!(player.is_revealed());
    assert_eq!(player.model.counts.logins.soon, 1);
    player.wait(15);
    assert!(!player.is_revealed());
    assert_eq!(player.model.selected().unwrap().expiry.seconds_left(player.now), Some(105));
}

#[test]
fn a_user_name_that_is_the_token_is_not_shown() {
    let token = format!("dop_v1_{MARKER}{}", "0".repeat(57));
    let mut player = Player::of(&home(), &[]);
    player.listed("store", &[("kept.example.com", &token)]);
    assert!(!leaks(&player.text()), "{}", player.text());
    assert!(player.text().contains("(the token)"), "{}", player.text());
}

#[test]
fn a_plain_login_beside_a_store_is_called_unused() {
    let home = Home::docker(&json!({"credsStore": "store", "auths": {
        "plain.example.com": {"auth": auth("jane", MARKER)}}}));
    let mut player = Player::of(&home, &[]);
    player.listed("store", &[]);
    player.select("plain.example.com");
    player.press("enter");
    assert!(player.words().contains("unused by docker, still readable"), "{}", player.text());
}
