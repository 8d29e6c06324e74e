//! Passwords that are minted: by `pullpass refresh`, and by `docker-credential-pullpass` when docker asks.

mod apis;

use std::env;
use std::fs;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use pullpass::clock::{Clock as _, SystemClock};
use pullpass::settings::VaultSettings;
use pullpass::vault::Vault;
use pullpass::vault::error::VaultError;

use crate::support::mock_helper::write_program;
use crate::support::schema::Schema;
use crate::support::vault_home::{Home, Ran};

const HOST: &str = "registry.example.com";
const HOUR: i64 = 3600;

/// Mints `p1`, `p2` and so on, or says why not; the count of its runs is the file `runs`.
const MINTER: &str = r#"#!/bin/sh
echo run >>"$HOME/runs"
[ -f "$HOME/refusal" ] && { echo "$HOME says: token=hunter2 is over" >&2; exit 3; }
count=$(wc -l <"$HOME/runs" | tr -d ' ')
echo "{\"username\":\"jane\",\"password\":\"p$count\",\"expires_at\":\"$(cat "$HOME/end")\"}"
"#;

/// A home whose vault has `build`, docker's login of [`HOST`], minted once for twelve hours.
fn with_minter() -> Home {
    let home = with_helper();
    let minter = home.path("minter");
    write_program(&minter, MINTER);
    lives(&home, 12 * HOUR);
    let added = add(&home, HOST, &["--mint", "command", "--", minter.to_str().unwrap()]);
    assert_eq!(added.exit, 0, "{added:?}");
    home
}

/// A home with a vault, where docker finds the helper.
fn with_helper() -> Home {
    let mut home = Home::with_identity();
    let ours = Path::new(env!("CARGO_BIN_EXE_docker-credential-pullpass")).parent().unwrap();
    let path = format!("{}:{}", ours.display(), env::var("PATH").unwrap());
    home.variables.push(("PATH".into(), path));
    home
}

/// Adds `build`, docker's login of a registry.
fn add(home: &Home, registry: &str, mint: &[&str]) -> Ran {
    let arguments =
        ["add", "--registry", registry, "--name", "build", "--to", "vault", "--for-docker", "--yes"];
    home.pullpass(&[arguments.as_slice(), mint].concat(), "")
}

fn from_now(seconds: i64) -> Timestamp {
    SystemClock.now().checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

/// What is minted from now on ends then.
fn lives(home: &Home, seconds: i64) {
    fs::write(home.path("end"), from_now(seconds).to_string()).unwrap();
}

fn runs(home: &Home) -> usize {
    fs::read_to_string(home.path("runs")).unwrap_or_default().lines().count()
}

fn vault(home: &Home) -> Vault {
    let file = Some(home.path("data/vault.age"));
    Vault::open(&VaultSettings { file, ..VaultSettings::default() }).unwrap()
}

/// So much time goes by for the password of `build`.
fn ages(home: &Home, seconds: i64) {
    let earlier = |at: Timestamp| at.checked_sub(SignedDuration::from_secs(seconds)).unwrap();
    let age = |document: &mut pullpass::vault::document::Document| {
        let mut record = document.find("build").unwrap().clone();
        record.credential.expires_at = record.credential.expires_at.map(earlier);
        let mint = record.minted.as_mut().unwrap();
        mint.at = earlier(mint.at);
        document.replace("build", record)
    };
    vault(home).change::<_, VaultError>(age).unwrap();
}

/// The JSON that was printed is what its schema promises.
fn assert_fits(schema: &str, ran: &Ran) {
    let schema = Schema::of(&serde_json::from_str(schema).unwrap());
    let faults = schema.faults(&serde_json::from_str(&ran.stdout).unwrap());
    assert!(faults.is_empty(), "{faults:?}\n{}", ran.stdout);
}

fn answer(password: &str) -> Ran {
    let text = format!(r#"{{"ServerURL":"{HOST}","Username":"jane","Secret":"{password}"}}"#);
    Ran::of(0, &(text + "\n"))
}

fn login(password: &str) -> String {
    format!(r#"{{"ServerURL":"{HOST}","Username":"jane","Secret":"{password}"}}"#)
}

#[test]
fn docker_gets_what_is_there_until_it_is_due_and_then_a_fresh_one() {
    let home = with_minter();
    for _ in 0..2 {
        assert_eq!(home.helper("get", HOST), answer("p1"));
    }
    let shown = home.pullpass(&["show", "build", "--json"], "");
    let end = fs::read_to_string(home.path("end")).unwrap();
    assert!(shown.stdout.contains(&format!("\"at\": \"{end}\"")), "{shown:?}");
    assert_fits(include_str!("../../../docs/pullpass.schema.json"), &shown);
    ages(&home, 12 * HOUR - 21 * 60);
    assert_eq!(home.helper("get", HOST), answer("p1"), "twenty-one minutes are enough");
    assert_eq!(runs(&home), 1);
    ages(&home, 2 * 60);
    assert_eq!(home.helper("get", HOST), answer("p2"));
    assert_eq!(home.helper("get", HOST), answer("p2"));
    assert_eq!(runs(&home), 2);
    assert_eq!(home.helper("list", ""), Ran::of(0, &format!("{{\"{HOST}\":\"jane\"}}\n")));
    ages(&home, 13 * HOUR);
    assert_eq!(home.helper("list", "").exit, 0);
    assert_eq!(runs(&home), 2, "a list mints nothing");
}

#[test]
fn fifty_questions_at_once_are_one_minting() {
    let home = with_minter();
    ages(&home, 13 * HOUR);
    let running: Vec<_> = (0..50).map(|_| home.spawn("docker-credential-pullpass", &["get"])).collect();
    for mut one in running {
        one.write(HOST);
        assert_eq!(one.finish(), answer("p2"));
    }
    assert_eq!(runs(&home), 2);
}

#[test]
fn a_failure_keeps_the_old_password_while_it_lives_and_is_waited_out() {
    let home = with_minter();
    fs::write(home.path("refusal"), "").unwrap();
    ages(&home, 12 * HOUR - 10 * 60);
    for _ in 0..3 {
        assert_eq!(home.helper("get", HOST), answer("p1"));
    }
    assert_eq!(runs(&home), 2, "the failure is waited out");
    let told = home.pullpass(&["refresh", "--due"], "");
    assert!(told.exit == 0 && told.stdout.starts_with("build: not due, good until"), "{told:?}");

    ages(&home, 11 * 60);
    let over = home.helper("get", HOST);
    assert_eq!((over.exit, over.stdout.lines().count()), (1, 1), "{over:?}");
    assert!(over.stdout.contains("ended with exit status 3") && over.stdout == over.stderr, "{over:?}");
    assert!(!over.stdout.contains("hunter2") && !over.stdout.contains("not found"), "{over:?}");
    assert_eq!(runs(&home), 2);

    // A person who asks does not wait.
    fs::remove_file(home.path("refusal")).unwrap();
    let asked = home.pullpass(&["refresh", "build"], "");
    assert!(asked.exit == 0 && asked.stdout.starts_with("build: a new password, good until"), "{asked:?}");
    assert_eq!(home.helper("get", HOST), answer("p3"));
}

#[test]
fn a_person_is_told_of_a_failure_and_what_stays() {
    let home = with_minter();
    fs::write(home.path("refusal"), "").unwrap();
    let failed = home.pullpass(&["refresh", "build"], "");
    assert!(
        failed.exit == 1 && failed.stdout.starts_with("build: the old password stays, good until"),
        "{failed:?}"
    );
    assert!(
        failed.stderr.contains("ended with exit status 3") && !failed.stderr.contains("hunter2"),
        "{failed:?}"
    );
    let json = home.pullpass(&["refresh", "build", "--json"], "");
    assert!(
        json.stdout.contains(r#""outcome": "failed""#) && json.stdout.contains(r#""code": "program_failed""#)
    );
    let schema = include_str!("../../../docs/refresh.schema.json");
    assert_fits(schema, &json);
    assert_eq!(home.helper("get", HOST), answer("p1"), "nothing is due");
    fs::remove_file(home.path("refusal")).unwrap();
    assert_fits(schema, &home.pullpass(&["refresh", "--all", "--json"], ""));
    let unknown = home.pullpass(&["refresh", "nobody"], "");
    assert_eq!(unknown.exit, 3, "{unknown:?}");
}

#[test]
fn docker_login_changes_nothing_and_no_typed_password_takes_the_place_of_a_profile() {
    let home = with_minter();
    assert_eq!(home.helper("store", &login("p1")), Ran::of(0, ""));
    let typed = home.helper("store", &login("typed"));
    assert!(
        typed.exit == 1
            && typed.stdout.contains("is minted")
            && typed.stdout.contains("pullpass remove build")
    );
    assert_eq!(home.helper("get", HOST), answer("p1"));
    assert_eq!(home.helper("erase", HOST), Ran::of(0, ""));
    assert_eq!(home.helper("list", ""), Ran::of(0, &format!("{{\"{HOST}\":\"jane\"}}\n")));
    assert_eq!(home.helper("get", HOST), answer("p2"), "what was forgotten is minted anew");
}

#[test]
fn a_program_that_mints_and_asks_us_in_turn_is_not_waited_for() {
    let home = with_minter();
    ages(&home, 13 * HOUR);
    let helper = env!("CARGO_BIN_EXE_docker-credential-pullpass");
    let asking = format!("#!/bin/sh\nprintf {HOST} | {helper} get >\"$HOME/inner\"\n{}", &MINTER[10..]);
    write_program(&home.path("minter"), &asking);
    assert_eq!(home.helper("get", HOST), answer("p2"));
    let inner = fs::read_to_string(home.path("inner")).unwrap();
    assert!(inner.contains("no password of build that still counts"), "{inner}");
}

#[test]
fn a_password_goes_to_a_shell_through_a_pipe() {
    let home = with_minter();
    let printed = home.pullpass(&["refresh", "--due", "build", "--print", "env"], "");
    assert_eq!(printed.stdout, "export DOCKER_USERNAME='jane'\nexport DOCKER_PASSWORD='p1'\n");
    let printed = home.pullpass(&["refresh", "build", "--print", "docker-login"], "");
    let line = format!(
        "printf %s \"$DOCKER_PASSWORD\" | docker login --username 'jane' --password-stdin '{HOST}'\n"
    );
    assert_eq!((printed.stdout, runs(&home)), (line, 2));
}

#[test]
fn nothing_is_kept_where_the_first_minting_fails() {
    let home = Home::with_identity();
    let arguments =
        ["add", "--registry", HOST, "--to", "vault", "--yes", "--mint", "command", "--", "/nowhere/minter"];
    let failed = home.pullpass(&arguments, "");
    assert!(failed.exit == 1 && failed.stderr.contains("No new password from the command"), "{failed:?}");
    assert!(vault(&home).list().unwrap().is_empty());
}
