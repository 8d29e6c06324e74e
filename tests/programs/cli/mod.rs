//! The commands, as a shell sees them.

mod list;
mod show;

use std::fs;

use jiff::Timestamp;
use pullpass::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::program::{answer, pullpass, pullpass_with};
use crate::support::tokens::{auth, jwt};
use crate::support::{MARKER, after};

/// What rewrites a terminal or turns text around.
const EVIL: &str = "ev\u{1b}[2J\u{7}\u{202e}\r\n\tx\u{9b}31mil";

/// The program asks the system for the time.
fn now() -> Timestamp {
    SystemClock.now()
}

/// The ten kinds, with a helper that notes what it is asked.
fn ten_kinds() -> Home {
    ten_kinds_since(now())
}

fn ten_kinds_since(start: Timestamp) -> Home {
    let home = Home::ten_kinds(start);
    let login = json!({"ServerURL": "registry.corp.example", "Username": "ci-pull",
                       "Secret": jwt(after(start, 5_450))});
    home.program(
        "docker-credential-corp",
        &format!(
            "echo $1 >>\"$HOME/asked\"\n\
             case $1 in list) echo '{{\"registry.corp.example\":\"ci-pull\"}}';; get) echo '{login}';; esac"
        ),
    );
    home
}

/// What the helper was asked, in order.
fn asked(home: &Home) -> String {
    fs::read_to_string(home.file("asked")).unwrap_or_default().replace('\n', " ")
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_command_line_that_cannot_be_understood_ends_with_status_2() {
    let home = Home::empty();
    for arguments in [&["--nonsense"][..], &["show"], &["bogus"], &["list", "--reveal"], &["--config"]] {
        let finished = pullpass(&home, arguments);
        assert_eq!((finished.status, &*finished.stdout), (2, ""), "{arguments:?}");
        assert!(
            finished.stderr.contains("Usage") || finished.stderr.contains("--help"),
            "{}",
            finished.stderr
        );
    }
}

#[test]
fn help_and_version_answer_on_standard_output() {
    let home = Home::empty();
    assert_eq!(answer(&home, &["--version"]), concat!("pullpass ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = answer(&home, &["--help"]);
    for words in ["Examples:", "pullpass list --json | jq", "pullpass --demo", "Exit status:"] {
        assert!(help.contains(words), "{words}: {help}");
    }
    assert!(!help.contains("screenshot"), "what is hidden stays hidden: {help}");
    assert!(answer(&home, &["list", "--help"]).contains("is:expired"));
    assert!(answer(&home, &["show", "--help"]).contains("Examples:"));
}

#[test]
fn docker_auth_config_is_a_source_of_its_own() {
    let home = Home::docker_hub();
    let variable = json!({"auths": {"env.example.com": {"auth": auth("ci", MARKER)}}}).to_string();
    let finished = pullpass_with(&home, &[("DOCKER_AUTH_CONFIG", &variable)], &["list", "in:env"]);
    assert_eq!(
        finished.stdout,
        "env.example.com\tci\tinline\tno_embedded_expiry\treadable\tDOCKER_AUTH_CONFIG\n"
    );
    let arguments = ["show", "env.example.com", "--reveal"];
    let finished = pullpass_with(&home, &[("DOCKER_AUTH_CONFIG", &variable)], &arguments);
    assert!(finished.stdout.ends_with(&format!("reveal    {MARKER}\n")), "{finished:?}");
}

#[test]
fn config_leads_to_another_folder_and_must_be_one() {
    let home = ten_kinds();
    home.write(
        "other/config.json",
        &json!({"auths": {"o.example.com": {"auth": auth("o", MARKER)}}}).to_string(),
    );
    let list = answer(&home, &["--config", "other", "list"]);
    assert!(list.contains("o.example.com\to\t") && !list.contains("janedoe"), "{list}");
    for missing in ["nowhere", "other/config.json"] {
        let finished = pullpass(&home, &["list", "--config", missing]);
        assert_eq!((finished.status, &*finished.stdout), (3, ""));
        assert!(finished.stderr.contains(&format!("There is no folder {missing}.")), "{}", finished.stderr);
    }
}

#[test]
fn without_a_terminal_there_is_no_screen_but_a_hint() {
    let home = ten_kinds();
    for arguments in [&[][..], &["--demo"]] {
        let finished = pullpass(&home, arguments);
        assert_eq!((finished.status, &*finished.stdout), (1, ""));
        assert!(finished.stderr.contains("need a terminal"), "{}", finished.stderr);
        assert!(finished.stderr.contains("pullpass list"), "{}", finished.stderr);
    }
    assert_eq!(asked(&home), "");
}

/// Docker's file with a name, a user and an address that would rewrite a terminal.
fn hostile() -> Home {
    let home = Home::docker(&json!({"auths": {
        format!("{EVIL}.example.com"): {"auth": auth(EVIL, MARKER), "email": EVIL},
    }, "credsStore": "evil"}));
    let list = json!({"listed.example.com": EVIL}).to_string();
    home.program("docker-credential-evil", &format!("cat <<'END'\n{list}\nEND"));
    home
}

#[test]
fn nothing_that_others_wrote_rewrites_a_terminal() {
    let home = hostile();
    let name = format!("{EVIL}.example.com");
    let commands: &[&[&str]] =
        &[&["list"], &["show", &name], &["show", EVIL], &["show", "listed.example.com"]];
    for arguments in commands {
        let finished = pullpass(&home, arguments);
        let said = format!("{}{}", finished.stdout, finished.stderr);
        let raw = said.chars().find(|c| c.is_control() && !"\n\t".contains(*c) || *c == '\u{202e}');
        assert_eq!(raw, None, "{arguments:?}: {said:?}");
        assert!(
            said.contains("ev\\x1b[2J\\x07\\u{202e}\\x0d\\x0a\\x09x\\x9b31mil"),
            "{arguments:?}: {said:?}"
        );
    }
    let list = answer(&home, &["list"]);
    assert!(list.lines().count() == 2 && list.lines().all(|line| line.split('\t').count() == 6), "{list:?}");
}

#[test]
fn json_on_a_terminal_is_as_harmless_and_means_the_same() {
    let list = answer(&hostile(), &["list", "--json"]);
    let raw = list.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
    assert_eq!(raw, None, "{list:?}");
    let names: Vec<_> =
        parsed(&list)["logins"].as_array().unwrap().iter().map(|l| l["username"].clone()).collect();
    assert_eq!(names, [EVIL, EVIL]);
}

#[test]
fn the_demo_lists_a_sample_home_and_reads_no_other() {
    let home = ten_kinds();
    let list = answer(&home, &["--demo", "list"]);
    assert!(list.lines().count() >= 12, "{list}");
    assert!(!list.contains(&*home.path().display().to_string()) && asked(&home).is_empty(), "{list}");
    let lines: Vec<_> =
        list.lines().filter(|line| line.contains("docker-credential") || line.contains("helper:")).collect();
    assert!(lines.iter().any(|line| line.contains("listed")), "the sample helper answers: {list}");
    // There is no later run that could take it back.
    let removed = answer(&home, &["--demo", "remove", "hub-ci", "--yes"]);
    assert!(
        removed.contains("the sample home is gone again") && !removed.contains("pullpass undo"),
        "{removed}"
    );
}
