//! `pullpass doctor` and `pullpass status`, as a new user would try them.

use serde_json::json;

use crate::support::home::Home;
use crate::support::program::{Finished, pullpass, pullpass_with};
use crate::support::tokens::auth;

/// Docker's file, below the home folder.
const DOCKER: &str = ".docker/config.json";

fn sound() -> Home {
    Home::docker(&json!({"auths": {"ghcr.io": {"auth": auth("jane", "pw")}}}))
}

/// What can be mended without a loss, and what cannot.
fn odd() -> Home {
    let entry = json!({"auth": auth("jane", "pw")});
    Home::docker(&json!({
        "auths": {"MyReg.azurecr.io": entry, "docker.io": entry, "b.example": {"auth": "!"}, "c.example": {}},
        "credHelpers": {"gcr.io": "gone"},
    }))
}

fn doctor(home: &Home, arguments: &[&str]) -> Finished {
    pullpass(home, &[&["doctor"], arguments].concat())
}

#[test]
fn the_exit_status_tells_nothing_something_and_not_looked() {
    let sound = sound();
    assert_eq!(pullpass(&sound, &["status", "--short"]).status, 0);
    assert_eq!(pullpass(&sound, &["status", "--short"]).stdout, "");
    assert_eq!(doctor(&odd(), &[]).status, 1);
    let short = pullpass(&odd(), &["status", "--short"]);
    assert_eq!((short.status, &*short.stdout), (1, "x2 !3\n"), "{short:?}");
    let folder = Home::empty();
    std::fs::create_dir_all(folder.file(DOCKER)).unwrap();
    for arguments in [&["doctor"][..], &["status", "--short"]] {
        assert_eq!(pullpass(&folder, arguments).status, 2, "{arguments:?}");
    }
}

#[test]
fn without_a_yes_nothing_is_mended() {
    let home = odd();
    let before = std::fs::read(home.file(DOCKER)).unwrap();
    let asked = doctor(&home, &["--fix"]);
    assert_eq!((asked.status, std::fs::read(home.file(DOCKER)).unwrap() == before), (2, true), "{asked:?}");
    assert!(
        asked.stdout.contains("keep the login of docker.io under https://index.docker.io/v1/"),
        "{asked:?}"
    );
}

#[test]
fn one_yes_mends_what_is_safe_and_undo_brings_every_byte_back() {
    let home = odd();
    let identity = home.file("id");
    let variables = [("PULLPASS_IDENTITY", identity.to_str().unwrap())];
    let made = pullpass_with(&home, &[], &["vault", "init", "--identity", identity.to_str().unwrap()]);
    assert_eq!(made.status, 0, "{made:?}");
    let before = std::fs::read(home.file(DOCKER)).unwrap();
    let mended = pullpass_with(&home, &variables, &["doctor", "--fix", "--yes"]);
    let after = std::fs::read_to_string(home.file(DOCKER)).unwrap();
    assert!(mended.stdout.contains("pullpass undo takes it back"), "{mended:?}");
    for (part, is_there) in
        [("myreg.azurecr.io", true), ("c.example", false), ("gone", false), ("b.example", true)]
    {
        assert_eq!(after.contains(part), is_there, "{part}: {after}");
    }
    // What is left is told with its command.
    assert!(
        mended.stdout.contains("Left to you:") && mended.stdout.contains("pullpass remove b.example"),
        "{mended:?}"
    );
    let undone = pullpass_with(&home, &variables, &["undo", "--yes"]);
    assert_eq!((undone.status, std::fs::read(home.file(DOCKER)).unwrap() == before), (0, true), "{undone:?}");
}
