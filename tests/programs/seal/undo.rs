//! `pullpass undo`: the last command's change, taken back by a later run.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use super::{SEAL_ALL, one};
use crate::support::MARKER;
use crate::support::sealing_home::Sealing;
use crate::support::tokens::auth;
use crate::support::vault_home::{Home, Running};

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
        assert_eq!(records(&it).len(), 2, "{what}: the ones before it stay");
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
fn without_a_vault_no_change_is_kept_and_both_commands_say_why() {
    let add = ["add", "--registry", "r.io", "--username", "u", "--password-stdin", "--plain"];
    let it = Sealing::of(Home::new(), "{}");
    let ran = it.home.pullpass(&add, MARKER);
    assert!(ran.exit == 0 && ran.stdout.contains("cannot take it back: there is no vault"), "{ran:?}");
    let asked = it.run(&["remove", "r.io"]);
    assert!(asked.exit == 2 && asked.stdout.contains("cannot take it back: there is no vault"), "{asked:?}");
    let ran = it.run(&["undo", "--yes"]);
    assert!(ran.exit == 3 && ran.stderr.contains("pullpass vault init"), "{ran:?}");
    assert!(records(&it).is_empty());
}

#[test]
fn a_change_is_kept_while_the_vault_is_locked_and_taken_back_once_it_is_open() {
    let add = ["add", "--registry", "r.io", "--username", "u", "--password-stdin", "--plain"];
    let it = Sealing::new("{}");
    // It is locked while nobody can read its key.
    let (key, aside) = (it.home.path("id"), it.home.path("aside"));
    fs::rename(&key, &aside).unwrap();
    let ran = it.home.pullpass(&add, MARKER);
    assert!(ran.exit == 0 && ran.stdout.ends_with("pullpass undo takes it back\n"), "{ran:?}");
    let ran = it.run(&["undo", "--yes"]);
    assert!(ran.exit == 6, "{ran:?}");
    let listed = it.run(&["undo", "--list"]);
    assert!(listed.exit == 0 && listed.stdout.contains("Could not read the identity file"), "{listed:?}");
    fs::rename(&aside, &key).unwrap();
    assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
    assert_eq!(it.config(), "{}");
}

/// The files of the journal that are records.
fn records(it: &Sealing) -> Vec<PathBuf> {
    let mut files = it.home.files();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "undo"));
    files.sort();
    files
}

#[test]
fn each_change_has_a_record_of_its_own_that_is_listed_taken_back_and_ended_by_its_name() {
    let it = Sealing::new(
        &serde_json::to_string_pretty(&json!({"auths": {
        "a.io": {"auth": auth("jane", MARKER)}, "b.io": {"auth": auth("jane", MARKER)}}}))
        .unwrap(),
    );
    assert_eq!(it.run(&["undo", "--list"]).exit, 3);
    for key in ["a.io", "b.io"] {
        let ran = it.run(&["remove", key, "--yes"]);
        assert!(ran.exit == 0 && ran.stdout.contains("sealed, for 720h: pullpass undo --forget "), "{ran:?}");
    }
    let listed = it.run(&["undo", "--list"]).stdout;
    let rows: Vec<Vec<&str>> = listed.lines().map(|line| line.split('\t').collect()).collect();
    assert!(rows.len() == 2 && rows[0][3].ends_with("remove b.io"), "{listed}");
    assert!(
        rows[1][2] == "done" && rows[1][3].ends_with("remove a.io") && !listed.contains(MARKER),
        "{listed}"
    );
    // Not the last one.
    assert_eq!(it.run(&["undo", rows[1][0], "--yes"]).exit, 0);
    assert_eq!(
        (it.json()["auths"]["a.io"].is_object(), it.json()["auths"]["b.io"].is_object()),
        (true, false)
    );
    assert_eq!(it.run(&["undo", "nonesuch", "--yes"]).exit, 3);
    assert_eq!(it.run(&["undo", "--forget", rows[0][0]]).exit, 0);
    assert_eq!((it.run(&["undo", "--yes"]).exit, records(&it).len()), (3, 0));
    for _ in 0..2 {
        assert_eq!(
            it.home
                .pullpass(
                    &["add", "--registry", "c.io", "--username", "u", "--password-stdin", "--plain"],
                    "p"
                )
                .exit,
            0
        );
        assert_eq!(it.run(&["remove", "c.io", "--yes"]).exit, 0);
    }
    assert_eq!(it.run(&["undo", "--forget"]).exit, 2);
    assert_eq!((it.run(&["undo", "--forget", "--all"]).exit, records(&it).len()), (0, 0));
}

#[test]
fn what_docker_stores_and_erases_leaves_no_record() {
    let it = Sealing::new("{}");
    it.give_vault("r.io", "jane", "newer");
    assert_eq!(it.home.helper("erase", "r.io").exit, 0);
    assert!(records(&it).is_empty());
}

#[test]
fn an_undo_beside_another_command_takes_no_record_away_but_its_own() {
    let both =
        json!({"auths": {"a.io": {"auth": auth("jane", MARKER)}, "b.io": {"auth": auth("jane", MARKER)}}});
    for pause in [0, 5, 15, 30, 60] {
        let it = Sealing::new(&serde_json::to_string_pretty(&both).unwrap());
        let before = it.config();
        assert_eq!(it.run(&["remove", "a.io", "--yes"]).exit, 0);
        let second = it.home.spawn("pullpass", &["remove", "b.io", "--yes"]);
        std::thread::sleep(std::time::Duration::from_millis(pause));
        it.run(&["undo", "--yes"]);
        let second = second.finish();
        assert!(second.exit == 0 && second.stdout.ends_with("pullpass undo takes it back\n"), "{second:?}");
        // Whichever of the two was taken back, the other one can be too.
        assert_eq!(it.run(&["undo", "--yes"]).exit, 0, "{pause}");
        assert_eq!(it.json(), serde_json::from_str::<Value>(&before).unwrap(), "{pause}");
    }
}

#[test]
fn a_change_that_a_signal_meets_comes_to_its_end_and_can_be_taken_back() {
    // docker is about to write: the change waits for it, for about three seconds.
    for (signal, exit) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let it = Sealing::new(&one("r.io"));
        let before = it.config();
        fs::write(it.docker().with_file_name("config.json123"), "").unwrap();
        let removal = it.home.spawn("pullpass", &["remove", "r.io", "--yes"]);
        let is_begun = || !it.config().contains("r.io");
        while !is_begun() {
            std::thread::yield_now();
        }
        send(&removal, signal);
        fs::remove_file(it.docker().with_file_name("config.json123")).unwrap();
        let ran = removal.finish();
        assert!(
            ran.exit == exit && ran.stdout.ends_with("pullpass undo takes it back\n"),
            "{signal:?}: {ran:?}"
        );
        assert_eq!(it.run(&["undo", "--yes"]).exit, 0, "{signal:?}");
        assert_eq!(it.config(), before, "{signal:?}");
    }
}

#[test]
fn a_second_interrupt_and_a_kill_leave_what_undo_understands() {
    for kill in [true, false] {
        let it = Sealing::new(&one("r.io"));
        let before = it.config();
        fs::write(it.docker().with_file_name("config.json123"), "").unwrap();
        let removal = it.home.spawn("pullpass", &["remove", "r.io", "--yes"]);
        while it.config().contains("r.io") {
            std::thread::yield_now();
        }
        let signal = if kill { Signal::KILL } else { Signal::INT };
        // One that comes before the first was heard counts as the same.
        while is_running(&removal) {
            send(&removal, signal);
            std::thread::yield_now();
        }
        let ran = removal.finish();
        assert_eq!(ran.exit, if kill { -1 } else { 130 }, "{ran:?}");
        let listed = it.run(&["undo", "--list"]).stdout;
        assert!(listed.contains("broken off") && listed.contains("remove r.io"), "{kill}: {listed}");
        assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
        assert_eq!(it.config(), before);
    }
}

fn send(running: &Running, signal: Signal) {
    let pid = Pid::from_raw(running.id().cast_signed()).unwrap();
    kill_process(pid, signal).unwrap();
}

fn is_running(running: &Running) -> bool {
    let state = fs::read_to_string(format!("/proc/{}/stat", running.id())).unwrap();
    !state.contains(") Z ")
}

#[test]
fn how_to_take_a_change_back_is_written_before_it_or_nothing_is_changed() {
    let it = Sealing::new(&one("r.io"));
    let before = it.config();
    fs::remove_dir_all(it.home.path(".local/state/pullpass")).unwrap();
    fs::write(it.home.path(".local/state/pullpass"), "no folder").unwrap();
    for arguments in [&["remove", "r.io", "--yes"][..], SEAL_ALL] {
        let ran = it.run(arguments);
        assert!(ran.exit == 1 && ran.stderr.contains("cannot be written down"), "{ran:?}");
        assert_eq!((it.config(), it.kept().len()), (before.clone(), 0));
    }
}

#[test]
fn a_large_file_is_changed_and_brought_back_to_the_byte() {
    let filler: String = std::iter::repeat_n("x", 30 << 20).collect();
    let config =
        serde_json::to_string(&json!({"filler": filler, "auths": {"r.io": {"auth": auth("jane", MARKER)}}}))
            .unwrap();
    let it = Sealing::new(&config);
    assert_eq!(it.run(&["remove", "r.io", "--yes"]).exit, 0);
    assert!(fs::metadata(&records(&it)[0]).unwrap().len() < 10_000);
    assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
    assert!(it.config() == config);
}

#[test]
fn a_record_that_was_changed_is_not_taken_back() {
    let it = Sealing::new(&one("r.io"));
    assert_eq!(it.run(SEAL_ALL).exit, 0);
    let path = records(&it).remove(0);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let whole = fs::read(&path).unwrap();
    for at in [0, 70, whole.len() / 2, whole.len() - 2] {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1;
        fs::write(&path, &spoilt).unwrap();
        let ran = it.run(&["undo", "--yes"]);
        assert!(
            ran.exit == 1 && ran.stderr.contains("is no record of this machine, or damaged"),
            "{at}: {ran:?}"
        );
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
    assert!(!path.exists());
}
