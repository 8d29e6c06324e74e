//! `pullpass config`, and what a settings file does to the other programs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::support::home::{Home, SETTINGS as FILE};
use crate::support::program::{answer, command, pullpass, pullpass_with};

fn with(text: &str) -> Home {
    let home = Home::docker_hub();
    home.write(FILE, text);
    home
}

fn text(home: &Home) -> String {
    fs::read_to_string(home.file(FILE)).unwrap()
}

#[test]
fn init_writes_every_default_as_a_comment_and_never_over_a_file() {
    let home = Home::docker_hub();
    let path = home.file(FILE);
    assert_eq!(answer(&home, &["config", "path"]), format!("{}\n", path.display()));
    assert_eq!(answer(&home, &["config", "check"]), format!("{}: there is no such file\n", path.display()));
    answer(&home, &["config", "init"]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(text(&home).contains("\n[helpers]\n"), "{}", text(&home));
    assert!(text(&home).contains("\n#timeout = \"10s\"\n"), "{}", text(&home));
    assert_eq!(answer(&home, &["config", "check"]), format!("{}: everything in it counts\n", path.display()));
    home.write(FILE, "# mine\n");
    let again = pullpass(&home, &["config", "init"]);
    assert_eq!((again.status, &*text(&home)), (1, "# mine\n"), "{again:?}");
    assert!(again.stderr.contains("is there already"), "{again:?}");
}

#[test]
fn check_tells_all_that_does_not_count_with_its_place() {
    let home =
        with("[helprs]\n[check]\nat_once = 0\nplain_http = [\"a.lan\", 1]\n[screen]\nreveel = \"1s\"\n");
    let checked = pullpass_with(&home, &[("PULLPASS_HELPER_TIMEOUT", "soon")], &["config", "check"]);
    let places: Vec<&str> = checked.stdout.lines().map(|line| line.split(": ").next().unwrap()).collect();
    let file = "~/.config/pullpass/config.toml";
    let expected = ["1:2", "3:11", "4:24", "6:1"].map(|place| format!("{file}:{place}"));
    assert_eq!(places, [&expected[..], &["PULLPASS_HELPER_TIMEOUT".to_owned()]].concat());
    assert!(
        checked.stdout.contains("Is helpers meant?") && checked.stdout.contains("Is screen.reveal meant?")
    );
    assert_eq!((checked.status, &*checked.stderr), (1, "pullpass: 5 of the settings do not count.\n"));
}

#[test]
fn a_command_says_once_what_does_not_count_and_does_its_work() {
    let table = [
        (
            "[helpers]\ntimeot = 1\n",
            "pullpass: ~/.config/pullpass/config.toml:2:1: There is no setting helpers.timeot. Is helpers.timeout meant?\n",
        ),
        ("x = \n", "pullpass: ~/.config/pullpass/config.toml:1:5: It is no TOML: "),
        ("a = 1\nb = 2\n", "  1 more: pullpass config check shows them.\n"),
    ];
    for (text, expected) in table {
        let listed = pullpass(&with(text), &["list", "--json"]);
        assert_eq!(listed.status, 0, "{text}: {listed:?}");
        assert!(
            listed.stderr.contains(expected) && listed.stderr.matches("pullpass: ").count() == 1,
            "{listed:?}"
        );
        assert!(listed.stdout.contains("janedoe"), "{listed:?}");
    }
}

#[test]
fn a_named_file_is_read_in_the_place_of_the_usual_one() {
    let home = with("x = \n");
    home.write("other.toml", "[helpers]\ntimeout = \"1h\"\n");
    let path = home.file("other.toml");
    let checked = pullpass_with(&home, &[("PULLPASS_CONFIG", path.to_str().unwrap())], &["config", "check"]);
    assert!(
        checked.stdout.starts_with("~/other.toml:2:11: helpers.timeout must be a time from 1s to 10m"),
        "{checked:?}"
    );
    let missing = pullpass_with(&home, &[("PULLPASS_CONFIG", "/nowhere/p.toml")], &["list"]);
    assert_eq!(missing.status, 0, "{missing:?}");
    assert!(
        missing.stderr.starts_with("pullpass: /nowhere/p.toml: PULLPASS_CONFIG names this file"),
        "{missing:?}"
    );
}

#[test]
fn set_and_unset_change_one_line() {
    let before = "# mine\r\n[helpers]\r\n  # slow\r\n  timeout = \"5s\" # why\r\n\r\n[screen]\r\n";
    let home = with(before);
    answer(&home, &["config", "set", "helpers.timeout", "20s"]);
    assert_eq!(text(&home), before.replace("5s", "20s"));
    answer(&home, &["config", "set", "screen.reduced_motion", "true"]);
    assert_eq!(text(&home), before.replace("5s", "20s") + "reduced_motion = true\r\n");
    answer(&home, &["config", "unset", "screen.reduced_motion"]);
    answer(&home, &["config", "unset", "helpers.timeout"]);
    assert_eq!(text(&home), before.replace("  timeout = \"5s\" # why\r\n", ""));
    assert!(answer(&home, &["config", "unset", "helpers.timeout"]).contains("was not set"));
    let list = "[\"registry.lan:5000\", \"localhost\"]";
    answer(&home, &["config", "set", "check.plain_http", list]);
    answer(&home, &["config", "set", "vault.file", "~/a \"b\".age"]);
    assert!(text(&home).ends_with(&format!(
        "[check]\r\nplain_http = {list}\r\n\r\n[vault]\r\nfile = \"~/a \\\"b\\\".age\"\r\n"
    )));
    answer(&home, &["config", "check"]);
}

#[test]
fn set_refuses_what_would_not_count_and_changes_nothing() {
    let table = [
        ("", ["helpers.timeout", "1h"], 2, "Did not set it: helpers.timeout must be a time from 1s to 10m"),
        ("", ["check.at_once", "x\ny = 1"], 2, "Did not set it: check.at_once must be a whole number"),
        ("", ["check.at_onec", "1"], 2, "There is no setting check.at_onec.\n  Is check.at_once meant?"),
        ("", ["helpers", "1"], 2, "There is no setting helpers.\n  In helpers there are timeout.\n"),
        (
            "network.request_timeout = '5s'\n",
            ["network.connect_timeout", "6s"],
            2,
            "\n  Set network.request_timeout first.\n",
        ),
        (
            "network.connect_timeout = '9s'\n",
            ["network.request_timeout", "5s"],
            2,
            "\n  Set network.connect_timeout first.\n",
        ),
        ("x = \n", ["helpers.timeout", "1s"], 1, "config.toml:1:5: It is no TOML"),
        ("helpers = 1\n", ["helpers.timeout", "1s"], 1, "in a form that only an editor can change"),
    ];
    for (before, [name, value], status, words) in table {
        let home = with(before);
        let refused = pullpass(&home, &["config", "set", name, value]);
        assert_eq!((refused.status, &*text(&home)), (status, before), "{refused:?}");
        assert!(refused.stderr.contains(words), "{refused:?}");
    }
}

#[test]
fn set_says_where_a_variable_wins() {
    let home = with("");
    let set = pullpass_with(
        &home,
        &[("PULLPASS_HELPER_TIMEOUT", "3")],
        &["config", "set", "helpers.timeout", "20s"],
    );
    assert_eq!(
        (set.status, &*set.stderr),
        (0, "pullpass: PULLPASS_HELPER_TIMEOUT is set, and wins over the file.\n")
    );
}

#[test]
fn the_settings_of_the_sample_home_go_with_it() {
    let home = with("");
    answer(&home, &["--demo", "config", "set", "helpers.timeout", "20s"]);
    assert_eq!(text(&home), "");
}

#[test]
fn a_linked_settings_file_stays_a_link_and_keeps_its_mode() {
    let home = Home::docker_hub();
    home.write("dotfiles/pullpass.toml", "[helpers]\n");
    fs::create_dir_all(home.file(FILE).parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(home.file("dotfiles/pullpass.toml"), home.file(FILE)).unwrap();
    let linked = home.file("dotfiles/pullpass.toml");
    fs::set_permissions(&linked, fs::Permissions::from_mode(0o644)).unwrap();
    answer(&home, &["config", "set", "helpers.timeout", "20s"]);
    assert_eq!(fs::metadata(&linked).unwrap().permissions().mode() & 0o777, 0o644);
    assert!(fs::symlink_metadata(home.file(FILE)).unwrap().is_symlink());
    assert_eq!(
        fs::read_to_string(home.file("dotfiles/pullpass.toml")).unwrap(),
        "[helpers]\ntimeout = \"20s\"\n"
    );
}

#[test]
fn the_helper_takes_the_vault_that_the_file_names_and_no_fault_stops_it() {
    let home = Home::empty();
    let vault = home.file("team.age");
    let id = home.file("id");
    let get = |home: &Home| {
        let mut helper = Command::new(env!("CARGO_BIN_EXE_docker-credential-pullpass"));
        helper.arg("list").env_clear().envs(home.environment(&[]));
        let output = helper.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    home.write(
        FILE,
        &format!("nonsense = 1\n[vault]\nfile = {:?}\nidentity = {id:?}\n", vault.to_str().unwrap()),
    );
    let made = command(&home, &[], &["vault", "init"]).output().unwrap();
    assert!(made.status.success() && vault.exists(), "{made:?}");
    assert_eq!(get(&home), (Some(0), "{}\n".to_owned(), String::new()));
    home.write(FILE, "no TOML at all");
    assert_eq!(get(&home), (Some(0), "{}\n".to_owned(), String::new()));
    fs::write(&vault, "damaged").unwrap();
    assert_eq!(get(&home).0, Some(0), "the usual vault is not there: it has no logins");
    home.write(FILE, &format!("[vault]\nfile = {:?}\nidentity = {id:?}\n", vault.to_str().unwrap()));
    assert_eq!(get(&home).0, Some(1), "the named vault is damaged");
}
