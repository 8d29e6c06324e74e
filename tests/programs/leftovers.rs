//! What a run of the screen leaves behind: no secret in a file, in the environment or the arguments of the process, and no
//! core to be had of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use pullpass::credential::Credential;
use pullpass::secret::Secret;
use pullpass::settings::Settings;
use pullpass::vault::init::{self, NewKey};
use pullpass::vault::record::Record;
use serde_json::json;

use crate::support::home::Home;
use crate::support::terminal::Session;
use crate::support::tokens::auth;

/// In docker's file from the start: there it may stay.
const IN_THE_FILE: &str = "hunter2-in-the-file";
/// Kept by the vault only.
const IN_THE_VAULT: &str = "hunter2-in-the-vault";
/// Typed into the form, and kept by the vault then.
const TYPED: &str = "hunter2-typed";

fn home() -> Home {
    let home = Home::docker(&json!({"auths": {"ghcr.io": {"auth": auth("jane", IN_THE_FILE)}}}));
    let settings = Settings::from_environment(|name| (name == "HOME").then(|| home.path().into())).vault;
    let key = NewKey::IdentityFile(home.path().join("id"));
    let vault = init::init(&settings, key, Duration::ZERO).unwrap();
    let secret = Secret::from_text(IN_THE_VAULT.into());
    vault
        .add(Record::new(
            "bot".into(),
            "quay.io".into(),
            Credential::new("bot", secret),
            Timestamp::UNIX_EPOCH,
        ))
        .unwrap();
    home
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

/// The files below a folder that hold this, in plain or in base64.
fn holders(folder: &Path, secret: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    files_below(folder, &mut files);
    let encoded = auth("jane", secret);
    let forms = [secret.as_bytes(), encoded.as_bytes()];
    let holds = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap_or_default();
        forms.iter().any(|form| bytes.windows(form.len()).any(|part| part == *form))
    };
    files.into_iter().filter(holds).collect()
}

#[test]
fn a_run_of_the_screen_leaves_no_secret_behind() {
    let home = home();
    let mut session = Session::pullpass(home.path(), &[]);
    session.see("ghcr.io");
    session.press("r");
    session.see(IN_THE_FILE);
    session.press("r2");
    session.see("bot");
    session.press("r");
    session.see(IN_THE_VAULT);
    session.press("ra");
    session.see("Add a login");
    session.press(&format!("j\rrobot\rlocalhost:1\rjane\r{TYPED}\r\r\r"));
    session.see("Where does it go?");
    session.press("\r");
    session.see("[ Submit ]");
    session.press("\r");
    session.see("robot");
    session.see("u undoes it");
    let process = PathBuf::from(format!("/proc/{}", session.pid().as_raw_nonzero()));
    for file in ["environ", "cmdline"] {
        let bytes = fs::read(process.join(file)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("hunter2"), "{file}");
    }
    let limits = fs::read_to_string(process.join("limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    // The soft limit is zero on many machines anyway; the hard one is ours.
    let both: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(both, ["0", "0"], "{core}");
    session.press("q");
    assert!(session.end().success());
    assert_eq!(holders(home.path(), IN_THE_FILE), [home.path().join(".docker/config.json")]);
    assert!(holders(home.path(), IN_THE_VAULT).is_empty(), "{:?}", holders(home.path(), IN_THE_VAULT));
    assert!(holders(home.path(), TYPED).is_empty(), "{:?}", holders(home.path(), TYPED));
}
