//! The page of the vault in a real terminal: a locked vault is opened, a secret is removed, and it comes back; and a
//! removal while the terminal goes.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use pullpass::credential::Credential;
use pullpass::secret::Secret;
use pullpass::settings::{Settings, VaultSettings};
use pullpass::vault::init::{self, NewKey};
use pullpass::vault::record::Record;
use pullpass::vault::{Opened, Vault};

use crate::support::home::{DOCKER, Home};
use crate::support::terminal::{Session, until};

const PASSPHRASE: &str = "correct horse";

/// A vault with one secret. Nothing but the program itself keeps its key, once it was unlocked.
fn vault_in(home: &Path) -> VaultSettings {
    let settings = Settings::from_environment(|name| (name == "HOME").then(|| home.into())).vault;
    let passphrase = Secret::from_text(PASSPHRASE.into());
    let vault = init::init(&settings, NewKey::Passphrase(passphrase), Duration::ZERO).unwrap();
    let secret = Secret::from_text("hunter2".into());
    let made = Timestamp::UNIX_EPOCH;
    vault
        .add(Record::new("robots".into(), "ghcr.io".into(), Credential::new("acme-bot", secret), made))
        .unwrap();
    settings
}

/// The names in the vault, as somebody with the passphrase finds them.
fn names(settings: &VaultSettings) -> Vec<String> {
    let passphrase = Secret::from_text(PASSPHRASE.into());
    let Ok(Some(Opened::Locked(locked))) = Vault::find(settings) else { return vec!["not locked".into()] };
    let records = locked.unlock(&passphrase).unwrap().list().unwrap();
    records.into_iter().map(|record| record.name).collect()
}

#[test]
fn a_locked_vault_is_opened_and_a_secret_goes_and_comes_back() {
    let home = Home::docker_hub();
    let settings = vault_in(home.path());
    let mut session = Session::pullpass(home.path(), &[]);
    session.see("docker.io");
    session.press("2");
    session.see("The vault is locked.");
    session.press("o");
    session.see("passphrase ─");
    session.press(&format!("{PASSPHRASE}\r"));
    session.see("acme-bot");
    session.press("r");
    session.see("hunter2");
    session.press("r");
    session.see_no("hunter2");
    session.press("d");
    session.see("Remove robots?");
    session.press("\r");
    session.see_no("Remove robots?");
    assert_eq!(names(&settings), ["robots"], "the focused answer is the safe one");
    session.press("d");
    session.see("Remove robots?");
    session.press("y");
    session.see("Removed robots. u undoes it.");
    session.see("The vault is empty.");
    assert!(names(&settings).is_empty());
    session.press("u");
    session.see("Undone: removing robots.");
    session.see("acme-bot");
    assert_eq!(names(&settings), ["robots"]);
    session.press("q");
    assert!(session.end().success());
    session.is_given_back();
    assert!(!session.text().contains(PASSPHRASE));
}

#[test]
fn a_vault_that_is_made_meanwhile_appears_by_itself() {
    let home = Home::docker_hub();
    let mut session = Session::pullpass(home.path(), &[]);
    session.see("docker.io");
    session.press("2");
    session.see("There is no vault yet.");
    vault_in(home.path());
    session.see("The vault is locked.");
    session.press("q");
    until(|| !session.runs(), || session.text());
}

/// The helper has forgotten the login by then; the file must not go on naming it.
#[test]
fn a_window_that_is_closed_cuts_no_change_short() {
    let home = Home::empty();
    home.write(DOCKER, r#"{"auths": {"r.io": {}}, "credHelpers": {"r.io": "slow"}}"#);
    home.program(
        "docker-credential-slow",
        "key=$(cat)\n[ $1 = erase ] && { : >\"$HOME/began\"; sleep 1; : >\"$HOME/erased\"; exit 0; }\n\
         [ -e \"$HOME/erased\" ] && { echo credentials not found in native keychain; exit 1; }\n\
         [ $1 = list ] && echo '{\"r.io\":\"u\"}' || \
         echo '{\"ServerURL\":\"r.io\",\"Username\":\"u\",\"Secret\":\"p\"}'",
    );
    let mut session = Session::pullpass(home.path(), &[]);
    session.see("r.io");
    session.press("d");
    session.see("Remove r.io?");
    session.press("r.io\r");
    until(|| home.path().join("began").exists(), || session.text());
    session.hang_up();
    session.end();
    assert!(home.path().join("erased").exists());
    assert!(!std::fs::read_to_string(home.file(DOCKER)).unwrap().contains("\"r.io\": {}"));
}
