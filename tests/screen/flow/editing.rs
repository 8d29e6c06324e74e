//! What `e` changes: the login where it lies, or the vault's record that a tool gets for it.

use pullpass::app::login::destination::Destination;
use pullpass::app::login::submission::{Origin, Password};
use pullpass::credential::login::LoginId;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job};
use serde_json::json;

use crate::support::home::{DOCKER, Home, PODMAN};
use crate::support::player::Player;
use crate::support::vault;

/// A login that docker and podman get from the vault, and a secret of the same registry that nobody gets.
fn kept_by_us() -> Player {
    let ours = json!({"auths": {"quay.io": {}}, "credHelpers": {"quay.io": "pullpass"}}).to_string();
    let home = Home::with(&[(DOCKER, &ours), (PODMAN, &ours)]);
    let vault = vault::make(&home);
    let mut bot = vault::record("bot", "quay.io", "acme+bot", "robot-token");
    bot.is_login = true;
    bot.expires_on = Some("2030-01-02".parse().unwrap());
    vault.add(bot).unwrap();
    vault.add(vault::record("another", "quay.io", "acme+other", "other-token")).unwrap();
    let mut player = Player::of_secrets(&home, &[]);
    player.model.inventory.finds_us = true;
    player.press("1");
    player
}

/// Selects the row of this file, opens the form, and hands it in with another user name.
fn edited(player: &mut Player, file: &str) -> (LoginId, Vec<Destination>, String) {
    player.press("g g");
    if !player.selected_id().source.ends_with(file) {
        player.press("j");
    }
    assert!(player.selected_id().source.ends_with(file), "{}", player.text());
    player.press("e tab tab ctrl-u");
    player.write("jane");
    player.press("tab tab tab enter enter");
    let effects = player.press("enter");
    let Some(Effect::Start(_, Job::Submit(found))) = effects.into_iter().next() else {
        panic!("{}", player.text())
    };
    let Origin::Edit(id) = found.origin else { panic!("a new login") };
    let day = "2030-01-02".parse().ok();
    assert_eq!((found.password, found.expires_on), (Password::Keep, day));
    (id, found.destinations, found.name)
}

#[test]
fn a_login_that_docker_gets_from_the_vault_is_changed_there() {
    let table = [(DOCKER, true, Destination::VaultForDocker), (DOCKER, false, Destination::Vault)];
    // The line that leads podman to it is podman's own.
    for (file, finds_us, place) in table.into_iter().chain([(PODMAN, true, Destination::Vault)]) {
        let mut player = kept_by_us();
        player.model.inventory.finds_us = finds_us;
        let (id, places, name) = edited(&mut player, file);
        assert_eq!((id.store.vault_name().map(|name| &**name), &*name), (Some("bot"), "bot"), "{file}");
        assert_eq!(places, [place], "{file}");
    }
}

#[test]
fn where_the_vault_is_locked_the_login_is_changed_as_its_file_says() {
    let mut player = kept_by_us();
    player
        .told(Answer::VaultRead(Ok(Box::new(vault::locked(pullpass::app::vault::rows::Unlock::Passphrase)))));
    player.press("g g e");
    assert!(player.words().contains("Change a login"), "{}", player.text());
    assert!(!player.words().contains("2030-01-02"), "{}", player.text());
}
