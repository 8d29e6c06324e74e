//! `docker-credential-pullpass` by its rules: who answers for a host, and who is not even asked.

use std::env;
use std::fs;

use crate::support::mock_helper::write_program;
use crate::support::vault_home::{Home, Ran};

const NOT_FOUND: &str = "credentials not found in native keychain\n";

/// A helper that keeps each login in a file, and notes what it is asked.
const KEEPER: &str = r#"#!/bin/sh
mkdir -p "$HOME/kept"
input=$(cat)
key=$(printf %s "$input" | sed 's/.*"ServerURL":"\([^"]*\)".*/\1/')
echo "$1 $key" >>"$HOME/asked"
file=$HOME/kept/$(printf %s "$key" | tr /: __)
case $1 in
get) [ -f "$file" ] && exec cat "$file"; echo "credentials not found in native keychain"; exit 1 ;;
store) printf %s "$input" >"$file" ;;
erase) rm -f "$file" ;;
list) echo '{"old.example":"jim","https://ghcr.io":"jim","a.pkg.dev":"jim"}' ;;
esac
"#;

/// One that asks us, as a wrapper may do.
const RING: &str = "#!/bin/sh\necho \"$1\" >>\"$HOME/asked\"\nexec docker-credential-pullpass \"$1\"\n";

fn with_rules(mut home: Home, settings: &str) -> Home {
    fs::create_dir_all(home.path(".config/pullpass")).unwrap();
    fs::create_dir_all(home.path("bin")).unwrap();
    fs::write(home.path(".config/pullpass/config.toml"), settings).unwrap();
    write_program(&home.path("bin/docker-credential-keeper"), KEEPER);
    write_program(&home.path("bin/docker-credential-ring"), RING);
    let ours = std::path::Path::new(env!("CARGO_BIN_EXE_docker-credential-pullpass")).parent().unwrap();
    let path = format!("{}:{}:{}", home.path("bin").display(), ours.display(), env::var("PATH").unwrap());
    home.variables.push(("PATH".into(), path));
    home
}

fn login(host: &str, user: &str) -> String {
    format!("{{\"ServerURL\":\"{host}\",\"Username\":\"{user}\",\"Secret\":\"of {user}\"}}\n")
}

/// What the other helper was asked since the last look.
fn asked(home: &Home) -> Vec<String> {
    let asked = fs::read_to_string(home.path("asked")).unwrap_or_default();
    let _none = fs::remove_file(home.path("asked"));
    asked.lines().map(str::to_owned).collect()
}

fn done() -> Ran {
    Ran::of(0, "")
}

#[test]
fn a_rule_says_who_answers_and_nobody_else_is_asked() {
    let rules = "[[helper.rules]]\nmatch = \"*.pkg.dev\"\nask = \"helper:keeper\"\n\
                 [[helper.rules]]\nmatch = \"ghcr.io\"\nask = \"vault\"\n";
    let home = with_rules(Home::with_identity(), rules);
    let host = "europe-docker.pkg.dev";
    assert_eq!(home.helper("get", host), Ran::of(1, NOT_FOUND));
    assert_eq!(home.helper("store", &login(host, "jane")), done());
    assert_eq!(home.helper("get", &format!("{host}\n")), Ran::of(0, &login(host, "jane")));
    assert_eq!(asked(&home), [format!("get {host}"), format!("store {host}"), format!("get {host}")]);
    assert_eq!(home.helper("list", ""), Ran::of(0, "{}\n"), "what mints is not asked for its list");
    assert_eq!(home.helper("erase", host), done());
    assert_eq!(asked(&home), [format!("erase {host}")]);

    // A repository and a host of another shape are no business of the rule.
    for other in ["europe-docker.pkg.dev/team", "a.b.pkg.dev", "ghcr.io"] {
        assert_eq!(home.helper("store", &login(other, "joe")), done(), "{other}");
        assert_eq!(home.helper("get", other), Ran::of(0, &login(other, "joe")), "{other}");
    }
    assert!(asked(&home).is_empty());
}

#[test]
fn without_a_rule_the_vault_answers_first_and_then_the_store_that_was_there_before() {
    let rules =
        "[helper]\notherwise = \"helper:keeper\"\n[[helper.rules]]\nmatch = \"*.pkg.dev\"\nask = \"vault\"\n";
    let home = Home::with_identity();
    assert_eq!(home.helper("store", &login("ghcr.io", "joe")), done());
    let home = with_rules(home, rules);
    assert_eq!(home.helper("get", "ghcr.io"), Ran::of(0, &login("ghcr.io", "joe")));
    assert_eq!(home.helper("store", &login("ghcr.io", "ann")), done());
    assert_eq!(home.helper("get", "ghcr.io"), Ran::of(0, &login("ghcr.io", "ann")));
    assert!(asked(&home).is_empty(), "the vault has it");

    assert_eq!(home.helper("store", &login("quay.io", "jane")), done());
    assert_eq!(home.helper("get", "quay.io"), Ran::of(0, &login("quay.io", "jane")));
    assert_eq!(home.helper("get", "r.example"), Ran::of(1, NOT_FOUND));
    assert_eq!(asked(&home), ["store quay.io", "get quay.io", "get r.example"]);
    // Its spellings of what the vault has, and hosts of the vault's rule, are not its own.
    assert_eq!(home.helper("list", ""), Ran::of(0, "{\"ghcr.io\":\"ann\",\"old.example\":\"jim\"}\n"));

    // The program itself finds and forgets a login where its helper does.
    fs::create_dir_all(home.path(".docker")).unwrap();
    fs::write(home.path(".docker/config.json"), "{\"auths\":{\"quay.io\":{}},\"credsStore\":\"pullpass\"}")
        .unwrap();
    let shown = home.pullpass(&["show", "quay.io", "--reveal"], "");
    assert!(shown.exit == 0 && shown.stdout.contains("of jane"), "{shown:?}");
    let removed = home.pullpass(&["remove", "quay.io", "--yes"], "");
    assert!(removed.exit == 0 && !home.path("kept/quay.io").exists(), "{removed:?}");
    assert_eq!(home.helper("get", "ghcr.io"), Ran::of(0, &login("ghcr.io", "ann")));

    // Who logs out expects no older login to come up.
    fs::write(home.path("kept/ghcr.io"), login("ghcr.io", "jim")).unwrap();
    assert_eq!(home.helper("erase", "ghcr.io"), done());
    assert_eq!(home.helper("get", "ghcr.io"), Ran::of(1, NOT_FOUND));
}

#[test]
fn a_locked_vault_stops_only_what_it_has_and_what_a_rule_wants_of_it() {
    let rules = "[helper]\notherwise = \"helper:keeper\"\n[[helper.rules]]\nmatch = \"*.vault.example\"\nask = \"vault\"\n\
                 [[helper.rules]]\nmatch = \"*.pkg.dev\"\nask = \"helper:keeper\"\n";
    let home = with_rules(Home::with_passphrase(), rules);
    let stored = home.helper("store", &login("a.vault.example", "jane"));
    assert!(stored.exit == 1 && stored.stdout.contains("locked"), "{stored:?}");
    let ran = home.helper("get", "a.vault.example");
    assert!(ran.exit == 1 && ran.stdout.contains("locked") && ran.stdout.lines().count() == 1, "{ran:?}");
    for open in ["quay.io", "a.pkg.dev", "https://index.docker.io/v1/"] {
        assert_eq!(home.helper("get", open), Ran::of(1, NOT_FOUND), "{open}");
        assert_eq!(home.helper("store", &login(open, "joe")), done(), "{open}");
        assert_eq!(home.helper("get", open), Ran::of(0, &login(open, "joe")), "{open}");
    }
}

#[test]
fn a_helper_that_asks_us_in_turn_gets_what_the_vault_has_and_no_question_goes_round() {
    let rules = "[helper]\notherwise = \"helper:ring\"\n[[helper.rules]]\nmatch = \"*.example\"\nask = \"helper:ring\"\n";
    let home = with_rules(Home::with_identity(), rules);
    for host in ["r.example", "quay.io"] {
        asked(&home);
        assert_eq!(home.helper("get", host), Ran::of(1, NOT_FOUND), "{host}");
        assert_eq!(asked(&home), ["get"], "{host}");
        assert_eq!(home.helper("store", &login(host, "jane")), done(), "{host}");
        assert_eq!(asked(&home), ["store"], "{host}");
        assert_eq!(home.helper("get", host), Ran::of(0, &login(host, "jane")), "{host}");
    }
    asked(&home);
    assert_eq!(home.helper("list", ""), Ran::of(0, "{\"quay.io\":\"jane\"}\n"));
    assert_eq!(asked(&home), ["list"]);
}

#[test]
fn a_helper_that_fails_is_one_line_that_says_why_and_what_to_do() {
    let rules = "[[helper.rules]]\nmatch = \"a.example\"\nask = \"helper:broken\"\n\
                 [[helper.rules]]\nmatch = \"b.example\"\nask = \"helper:missing\"\n";
    let home = with_rules(Home::with_identity(), rules);
    write_program(&home.path("bin/docker-credential-broken"), "#!/bin/sh\necho 'no session' >&2\nexit 3\n");
    let table = [
        ("a.example", "ended with exit status 3: no session. Run \"docker-credential-broken list\""),
        (
            "b.example",
            "Could not run docker-credential-missing: no folder of PATH has it. Install docker-credential-missing, or correct helper.rules",
        ),
    ];
    for (host, words) in table {
        let ran = home.helper("get", host);
        assert!(
            ran.exit == 1 && ran.stdout.contains(words) && ran.stdout.lines().count() == 1,
            "{host}: {ran:?}"
        );
    }
    assert_eq!(home.helper("get", "c.example"), Ran::of(1, NOT_FOUND));
}
