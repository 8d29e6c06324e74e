//! Sealing a login from the screen: what is asked, what moves, and what stays with the reason.

use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Change, Job, Planned};
use serde_json::json;

use super::removing::{Machine, done, ticket_in};
use crate::support::home::Home;
use crate::support::player::{Player, jobs};
use crate::support::tokens::auth;
use crate::support::vault::some_secrets;
use crate::support::{MARKER, now};

#[test]
fn sealing_is_asked_about_and_says_where_it_has_no_use() {
    let home = some_secrets(now());
    let mut player = Player::of(&home, &[]);
    player.select("ghcr.io");
    assert_eq!(player.press("m"), [], "the vault was not read yet");
    assert!(player.toast().contains("the vault is being read"), "{}", player.toast());
    player.read_vault();
    for keys in ["enter", "esc", "n", "tab esc", "y", "tab enter"] {
        let effects = player.press("m");
        let ticket = ticket_in(&effects);
        let id = player.selected_id();
        assert_eq!(effects, [Effect::Start(ticket, Job::Review(id, Change::Seal))]);
        let planned = Planned { lines: vec!["the vault keeps ghcr.io for jane".into()], is_wide: false };
        player.answer(ticket, Answer::Reviewed(Ok(planned)));
        let words = player.words();
        assert!(words.contains("Move the secret of ghcr.io into the vault?"), "{words}");
        assert!(
            words.contains("the vault keeps ghcr.io for jane") && words.contains("> [ Leave it ]"),
            "{words}"
        );
        let moves = matches!(keys, "y" | "tab enter");
        let effects = player.press(keys);
        if moves {
            assert_eq!(jobs(&effects), [Job::CarryOut(ticket)], "{keys}");
        } else {
            assert_eq!(effects, [Effect::Cancel(ticket)], "{keys}");
        }
        player.told(Answer::CarriedOut(Ok(done("The vault keeps the secret of ghcr.io now.", 0))));
        player.read_files();
        player.read_vault();
    }
    for (registry, why) in [
        ("registry.corp.example", "its helper keeps it already"),
        ("empty.example.com", "there is no secret in the file"),
        ("broken.example.com", "the entry cannot be read"),
    ] {
        player.select(registry);
        assert_eq!(player.press("m"), [], "{registry}");
        assert!(player.toast().contains(why), "{registry}: {}", player.toast());
    }
    let token = Home::docker(&json!({"auths": {"reg.example": {"registrytoken": MARKER}}}));
    let mut it = Player::of(&token, &[]);
    assert_eq!(it.press("m"), []);
    assert!(it.toast().contains("no helper can keep a registry token"), "{}", it.toast());
    it.press("esc enter");
    assert!(!it.words().contains("m moves it") && !it.words().contains("m seal"), "{}", it.words());
    player.press("2");
    assert_eq!(player.press("m"), []);
    assert!(player.toast().contains("the vault keeps it already"), "{}", player.toast());
    let mut player = Player::of(&Home::docker_hub(), &[]);
    assert_eq!(player.press("m"), []);
    assert!(player.toast().contains("o makes one"), "{}", player.toast());
}

/// An open vault, and our helper on PATH: it is looked for, never asked.
fn with_our_helper() -> (Machine, Player) {
    let home = some_secrets(now());
    home.program("docker-credential-pullpass", "exit 1");
    let path = home.file("bin").display().to_string();
    let variables = [("PATH", path.as_str())];
    let machine = Machine::with(home.clone(), &variables);
    let mut player = Player::of(&home, &variables);
    player.read_vault();
    (machine, player)
}

#[tokio::test]
async fn a_login_is_sealed_and_comes_back() {
    let (mut machine, mut player) = with_our_helper();
    let before = machine.config();
    player.select("docker.io");
    let effects = player.press("m");
    machine.run(&mut player, effects).await;
    let words = player.words();
    assert!(words.contains("the vault keeps https://index.docker.io/v1/ for janedoe"), "{}", player.text());
    assert_eq!(machine.config(), before, "nothing moves before the yes");
    let effects = player.press("y");
    machine.run(&mut player, effects).await;
    let toast = player.toast();
    assert!(toast.contains("The vault keeps the secret of docker.io now. u undoes it."), "{toast}");
    let after = machine.config();
    assert!(after.contains(r#""https://index.docker.io/v1/":"pullpass""#), "{after}");
    assert!(!after.contains(&auth("janedoe", &format!("dckr_pat_{MARKER}demoDEMOdemoDEMOde"))), "{after}");
    player.select("docker.io");
    assert!(player.text().contains("docker vault "), "{}", player.text());
    let effects = player.press("u");
    machine.run(&mut player, effects).await;
    assert_eq!(machine.config(), before);
}

#[tokio::test]
async fn a_sealed_login_keeps_its_countdown() {
    let (mut machine, mut player) = with_our_helper();
    let registry = "registry.us-west-4-i3er.saucelabs.com";
    player.select(registry);
    assert!(player.text().contains("04:59 !"), "{}", player.text());
    let effects = player.press("m");
    machine.run(&mut player, effects).await;
    let effects = player.press("y");
    machine.run(&mut player, effects).await;
    player.select(registry);
    let text = player.text();
    let row = text.lines().find(|line| line.contains("│> ")).unwrap();
    assert!(row.contains("vault") && row.contains("04:59 !") && row.contains("oauth2"), "{text}");
}

#[tokio::test]
async fn what_cannot_be_sealed_says_why_and_stays() {
    let home = some_secrets(now());
    let mut machine = Machine::with(home.clone(), &[("PATH", "/nonexistent")]);
    let mut player = Player::of(&home, &[("PATH", "/nonexistent")]);
    player.read_vault();
    let before = machine.config();
    player.select("ghcr.io");
    let effects = player.press("m");
    machine.run(&mut player, effects).await;
    assert!(
        player.toast().contains("docker-credential-pullpass, which is not on PATH"),
        "{}",
        player.toast()
    );
    assert_eq!(machine.config(), before);
}
