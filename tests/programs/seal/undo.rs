//! `pullpass undo`: the last command's change, taken back by a later run.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::{SEAL_ALL, one};
use crate::support::MARKER;
use crate::support::sealing_home::Sealing;
use crate::support::tokens::auth;
use crate::support::vault_home::Home;

#[test]
fn the_next_run_takes_back_what_the_last_one_did() {
    let table: &[(&str, &[&str], &str)] = &[
        ("add", &["add", "--registry", "new.io", "--username", "u", "--password-stdin", "--plain"], "p"),
        (
            "another secret",
            &["add", "--registry", "r.io", "--username", "u", "--password-stdin", "--plain"],
            "p",
        ),
        ("remove", &["remove", "r.io", "--yes"], ""),
        ("remove what the vault keeps", &["remove", "sealed.io", "--yes"], ""),
        ("seal", SEAL_ALL, ""),
        ("remove a named secret", &["remove", "ci-pull", "--yes"], ""),
        (
            "add a named secret",
            &["add", "--to", "vault", "--registry", "q.io", "--username", "u", "--password-stdin"],
            "p",
        ),
    ];
    for (what, arguments, stdin) in table {
        let it = Sealing::new(&one("sealed.io"));
        assert_eq!(it.run(SEAL_ALL).exit, 0);
        let named = [
            "add",
            "--to",
            "vault",
            "--name",
            "ci-pull",
            "--registry",
            "c.io",
            "--username",
            "u",
            "--password-stdin",
        ];
        assert_eq!(it.home.pullpass(&[&named[..], &["--expires-on", "90d"]].concat(), MARKER).exit, 0);
        let mut file = it.json();
        file["auths"]["r.io"] = json!({"auth": auth("jane", MARKER)});
        it.write(&serde_json::to_string_pretty(&file).unwrap());
        let state = || {
            let secret = |name: &str| {
                let shown: Value =
                    serde_json::from_str(&it.run(&["show", name, "--json", "--reveal"]).stdout)
                        .unwrap_or_default();
                shown["secrets"].clone()
            };
            (it.config(), it.get("sealed.io"), secret("ci-pull"), secret("sealed-io"), secret("q-io"))
        };
        let before = state();
        let ran = it.home.pullpass(arguments, stdin);
        assert!(ran.exit == 0 && ran.stdout.ends_with("pullpass undo takes it back\n"), "{what}: {ran:?}");
        assert_ne!(state(), before, "{what}");
        let asked = it.run(&["undo"]);
        assert!(asked.exit == 2 && asked.stderr.contains("--yes takes it back"), "{what}: {asked:?}");
        let undone = it.run(&["undo", "--yes"]);
        assert_eq!(undone.exit, 0, "{what}: {undone:?}");
        assert_eq!(state(), before, "{what}");
        let again = it.run(&["undo", "--yes"]);
        assert!(again.exit == 3 && again.stderr.contains("no change to take back"), "{what}: {again:?}");
    }
}

#[test]
fn what_somebody_changed_since_is_not_taken_back() {
    let it = Sealing::new(&one("r.io"));
    assert_eq!(it.run(SEAL_ALL).exit, 0);
    // docker login stores a newer password in the vault.
    it.give_vault("r.io", "jane", "newer");
    let sealed = it.config();
    let ran = it.run(&["undo", "--yes"]);
    assert!(ran.exit == 1 && ran.stderr.contains("in the meantime"), "{ran:?}");
    assert_eq!((it.config(), it.get("r.io")), (sealed, "jane:newer".to_owned()));
}

#[test]
fn without_an_open_vault_no_change_is_kept_and_both_commands_say_why() {
    let add = ["add", "--registry", "r.io", "--username", "u", "--password-stdin", "--plain"];
    let table = [
        (Sealing::of(Home::new(), "{}"), "there is no vault", 3, "pullpass vault init"),
        (Sealing::locked("{}"), "the vault is locked", 6, "pullpass vault unlock"),
    ];
    for (it, why, exit, step) in table {
        let ran = it.home.pullpass(&add, MARKER);
        assert!(ran.exit == 0 && ran.stdout.contains(&format!("cannot take it back: {why}")), "{ran:?}");
        assert!(!it.home.files().iter().any(|file| file.ends_with("undo.age")));
        let ran = it.run(&["undo", "--yes"]);
        assert!(ran.exit == exit && ran.stderr.contains(step), "{ran:?}");
    }
    // A change that cannot be kept takes the place of the one before it all the same.
    let it = Sealing::new("{}");
    assert_eq!(it.home.pullpass(&add, MARKER).exit, 0);
    let aside = it.home.path("aside");
    fs::rename(it.home.path("data/vault.age"), &aside).unwrap();
    assert_eq!(it.run(&["remove", "r.io", "--yes"]).exit, 0);
    fs::rename(aside, it.home.path("data/vault.age")).unwrap();
    assert_eq!(it.run(&["undo", "--yes"]).exit, 3);
}

#[test]
fn a_change_that_is_kept_opens_with_the_own_key_only() {
    let it = Sealing::new(&one("r.io"));
    assert_eq!(it.run(SEAL_ALL).exit, 0);
    let path = it.home.path("data/undo.age");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let whole = fs::read(&path).unwrap();
    for at in [0, 30, whole.len() / 2, whole.len() - 1] {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1;
        fs::write(&path, &spoilt).unwrap();
        let ran = it.run(&["undo", "--yes"]);
        assert!(ran.exit == 1 && ran.stderr.contains("undo.age does not open"), "{at}: {ran:?}");
    }
    let stranger = Home::with_identity();
    fs::copy(&path, stranger.path("data/undo.age")).unwrap();
    assert_eq!(stranger.pullpass(&["undo", "--yes"], "").exit, 1);
    fs::write(&path, &whole).unwrap();
    assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
    assert!(!path.exists());
}
