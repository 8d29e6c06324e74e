//! A sealing that fails or is killed: at any instant the secret lies in the file or where the file says, and nowhere else
//! in the open.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::Instant;

use serde_json::json;

use super::{JANE, SEAL_ALL, one};
use crate::support::sealing_home::Sealing;
use crate::support::tokens::auth;
use crate::support::{MARKER, marker_forms};

#[test]
fn a_keeper_that_fails_and_a_file_that_cannot_be_written_leave_all_as_it_was() {
    for mood in ["broken", "forgetful"] {
        let it = Sealing::new(&one("r.io"));
        fs::write(it.mocks.file(mood), "").unwrap();
        let ran = it.run(&["seal", "r.io", "--yes", "--to", "helper:keeper"]);
        assert_eq!(ran.exit, 1, "{mood}: {ran:?}");
        assert_eq!((it.config(), it.keeper_has("r.io")), (one("r.io"), None), "{mood}");
        assert!(!ran.stderr.contains(MARKER), "{mood}: {ran:?}");
    }
    let it = Sealing::new(&one("r.io"));
    let lock = it.home.path("data/vault.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let ran = it.run(SEAL_ALL);
    assert!(ran.exit == 1 && ran.stderr.contains("vault.lock"), "{ran:?}");
    assert_eq!((it.config(), it.kept().len()), (one("r.io"), 0));
    for to in ["vault", "helper:keeper"] {
        let it = Sealing::new(&one("r.io"));
        fs::set_permissions(it.docker(), fs::Permissions::from_mode(0o400)).unwrap();
        let ran = it.run(&["seal", "r.io", "--yes", "--to", to]);
        assert!(ran.exit == 1 && ran.stderr.contains("was taken back"), "{to}: {ran:?}");
        assert_eq!((it.config(), it.kept().len(), it.keeper_has("r.io")), (one("r.io"), 0, None), "{to}");
        assert_eq!(it.run(&["seal", "r.io", "--yes", "--force", "--to", to]).exit, 0, "{to}");
    }
}

/// True where the secret of this login can still be found: in the file, or where the file says.
fn is_safe(it: &Sealing, key: &str, keeper: &str) -> bool {
    let file = it.json();
    let inline = file["auths"][key]["auth"] == json!(auth("jane", MARKER));
    let kept = if keeper == "pullpass" { !it.get(key).is_empty() } else { it.keeper_has(key).is_some() };
    inline || (file["credHelpers"][key] == keeper && kept)
}

#[test]
fn a_kill_at_any_step_with_a_helper_loses_no_secret() {
    // The helper kills whoever runs it, before or after it did what it was told.
    let steps = ["get", "store", "erase"].map(|action| [("before", action), ("after", action)]).concat();
    for (when, action) in steps {
        let it = Sealing::new(&one("r.io"));
        let inner = it.mocks.file("docker-credential-keeper").display().to_string();
        let script = format!(
            "PATH=/usr/bin:/bin\nif [ $1 = {action} ] && [ -e $D/armed ]; then\n\
             [ {when} = before ] && kill -9 $PPID\n{inner} $1 >$D/out; code=$?\n[ {when} = after ] && kill -9 $PPID\n\
             cat $D/out; exit $code\nfi\nexec {inner} $1"
        );
        it.mocks.add("deadly", &script);
        let seal = &["seal", "r.io", "--yes", "--to", "helper:deadly"];
        let arm = |on: bool| {
            if on { fs::write(it.mocks.file("armed"), "") } else { fs::remove_file(it.mocks.file("armed")) }
        };
        arm(action != "erase").unwrap_or_default();
        let ran = it.run(seal);
        assert_eq!(ran.exit == -1, action != "erase", "{when} {action}: {ran:?}");
        assert!(is_safe(&it, "r.io", "deadly"), "{when} {action}: {}", it.config());
        arm(false).unwrap_or_default();
        assert_eq!(it.run(seal).exit, 0, "{when} {action}: the next run ends what this one began");
        // And on the way back.
        arm(true).unwrap();
        let ran = it.run(&["undo", "--yes"]);
        assert_eq!(ran.exit == -1, action != "store", "{when} {action}: {ran:?}");
        assert!(is_safe(&it, "r.io", "deadly"), "{when} {action}, undone: {}", it.config());
        arm(false).unwrap();
        if action != "store" {
            assert_eq!(it.run(&["undo", "--yes"]).exit, 0, "{when} {action}");
        }
        assert_eq!(it.config(), one("r.io"), "{when} {action}");
        // What a killed run left with the helper may have been there before the next one.
        assert!(action == "store" || it.keeper_has("r.io").is_none(), "{when} {action}");
    }
}

#[test]
fn a_kill_at_any_time_with_the_vault_loses_no_secret() {
    let keys: Vec<String> = (0..4).map(|at| format!("r{at}.io")).collect();
    let entry = |key: &String| format!("\"{key}\": {{\"auth\": \"{}\"}}", auth("jane", MARKER));
    let config = format!("{{\"auths\": {{{}}}}}", keys.iter().map(entry).collect::<Vec<_>>().join(", "));
    let it = Sealing::new(&config);
    let start = Instant::now();
    assert_eq!(it.run(SEAL_ALL).exit, 0);
    let whole = start.elapsed();
    assert_eq!(it.run(&["undo", "--yes"]).exit, 0);
    let rounds = if std::env::var_os("CI").is_some() { 24 } else { 8 };
    for round in 0..rounds {
        for arguments in [SEAL_ALL, &["undo", "--yes"]] {
            let mut command = it.home.command("pullpass", arguments);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            // Each round ends a little later.
            std::thread::sleep(whole * round / rounds);
            child.kill().unwrap();
            child.wait().unwrap();
            for key in &keys {
                assert!(is_safe(&it, key, "pullpass"), "{arguments:?}, {round}: {}", it.config());
            }
        }
        // The next run ends it, whatever was done.
        assert_eq!(it.run(SEAL_ALL).exit, 0, "{round}");
        assert!(keys.iter().all(|key| it.get(key) == JANE), "{round}");
        it.write(&config);
    }
}

#[test]
fn a_run_leaves_no_password_behind_and_shows_none_while_it_runs() {
    let it = Sealing::new(&one("r.io"));
    // What the process table shows is written down by the helper, in the middle of the run.
    let script = "PATH=/usr/bin:/bin\ncat /proc/$PPID/environ /proc/$PPID/cmdline /proc/$$/environ /proc/$$/cmdline >>$D/seen\n";
    it.mocks.add("spy", &format!("{script}exec {} $1", it.mocks.file("docker-credential-keeper").display()));
    let ran = it.run(&["seal", "r.io", "--yes", "--to", "helper:spy"]);
    assert_eq!(ran.exit, 0, "{ran:?}");
    assert!(it.keeper_has("r.io").is_some_and(|line| line.contains(MARKER)));
    let seen = fs::read(it.mocks.file("seen")).unwrap();
    assert!(contains(&seen, "docker-credential-spy"), "nothing was seen");
    let back = it.run(&["undo", "--yes"]);
    assert_eq!(back.exit, 0, "{back:?}");
    let sealed = it.run(SEAL_ALL);
    assert_eq!(sealed.exit, 0, "{sealed:?}");
    let shown = [&ran, &back, &sealed].map(|ran| format!("{}{}", ran.stdout, ran.stderr)).concat();
    let files = it.home.files();
    assert!(files.iter().any(|file| file.extension().is_some_and(|ending| ending == "undo")), "{files:?}");
    for form in marker_forms() {
        assert!(!contains(&seen, &form) && !shown.contains(&form), "{form} was shown");
        for file in &files {
            assert!(!contains(&fs::read(file).unwrap(), &form), "{form} is in {}", file.display());
        }
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn runs_at_the_same_time_lose_no_secret() {
    let keys = ["a.io", "b.io", "c.io"];
    let entry = |key: &&str| format!("\"{key}\": {{\"auth\": \"{}\"}}", auth("jane", MARKER));
    let config = format!("{{\"auths\": {{{}}}}}", keys.iter().map(entry).collect::<Vec<_>>().join(", "));
    let rounds = if std::env::var_os("CI").is_some() { 20 } else { 6 };
    for (keeper, to) in [("pullpass", "vault"), ("keeper", "helper:keeper")] {
        let it = Sealing::new(&config);
        let seal = ["seal", "--all", "--yes", "--to", to];
        for round in 0..rounds {
            // Some take back what the others do.
            let undo = ["undo", "--yes"];
            let runs: [&[&str]; 4] = [&seal, &seal, if round % 2 == 0 { &seal } else { &undo }, &seal];
            let spawn = |arguments: &&[&str]| {
                let mut command = it.home.command("pullpass", arguments);
                command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
            };
            for mut child in runs.iter().map(spawn).collect::<Vec<_>>() {
                child.wait().unwrap();
            }
            for key in keys {
                assert!(is_safe(&it, key, keeper), "{keeper}, {round}: {}", it.config());
            }
            it.write(&config);
        }
    }
}
