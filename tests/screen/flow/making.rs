//! A vault that is made from the screen.

use pullpass::app::vault::rows::{Unlock, unlock};
use pullpass::secret::Secret;
use pullpass::tui::effect::Effect;
use pullpass::tui::jobs::{Answer, Job, Made};

use super::removing::Machine;
use crate::support::home::Home;
use crate::support::now;
use crate::support::player::{Player, jobs};
use crate::support::vault::{self, VAULT, locked, some_secrets};

#[tokio::test]
async fn a_vault_is_made_after_a_yes_behind_a_passphrase_where_no_keyring_is() {
    let home = Home::docker_hub();
    let (mut machine, mut player) = (Machine::of(home.clone()), Player::of(&home, &[]));
    player.read_files();
    player.press("2");
    assert!(player.text().lines().last().unwrap().contains("o make a vault"), "{}", player.text());
    assert_eq!(player.press("o enter"), [], "the focused answer makes none");
    player.press("o");
    let effects = player.press("y");
    assert_eq!(jobs(&effects), [Job::MakeVault(None)]);
    machine.run(&mut player, effects).await;
    assert!(player.words().contains("A passphrase keeps its key."), "{}", player.text());
    player.write("correct horse");
    player.press("enter");
    player.write("correct horsf");
    assert_eq!(player.press("enter"), []);
    assert!(player.words().contains("The two differ"), "{}", player.text());
    let mut effects = Vec::new();
    for _ in 0..2 {
        player.write("correct horse");
        effects = player.press("enter");
    }
    assert!(
        matches!(effects[..], [Effect::Start(_, Job::MakeVault(Some(_)))])
            && !format!("{effects:?}").contains("horse")
    );
    machine.run(&mut player, effects).await;
    assert!(player.toast().starts_with("The vault is made. The vault is open"), "{}", player.toast());
    assert!(home.file(VAULT).exists() && player.model.inventory.has_vault);
    let vault = home.context(&[]).vault;
    assert!(unlock(&vault, Some(&Secret::from_text("correct horse".into()))).is_ok(), "it opens with it");
}

#[tokio::test]
async fn a_vault_that_the_command_made_meanwhile_is_shown_and_no_passphrase_asked_for() {
    let home = Home::docker_hub();
    let (mut machine, mut player) = (Machine::of(home.clone()), Player::of(&home, &[]));
    player.read_files();
    player.press("2 o");
    let effects = player.press("y");
    vault::make(&home);
    machine.run(&mut player, effects).await;
    assert!(player.toast().contains("is there already"), "{}", player.text());
    assert!(player.model.layers.is_empty() && player.model.inventory.has_vault, "{}", player.text());
}

#[test]
fn an_answer_that_comes_late_makes_no_new_vault_of_a_locked_one() {
    let mut player = Player::of(&some_secrets(now()), &[]);
    player.told(Answer::VaultRead(Ok(Box::new(locked(Unlock::Passphrase)))));
    player.press("2 o");
    player.told(Answer::VaultMade(Ok(Made::PassphraseWanted("There is no keyring.".into()))));
    player.write("correct horse");
    assert!(
        matches!(player.press("enter")[..], [Effect::Start(_, Job::Unlock(Some(_)))]),
        "{}",
        player.text()
    );
}
