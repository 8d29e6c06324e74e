//! `pullpass export`, as a shell sees it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::support::home::{DOCKER, Home, PODMAN};
use crate::support::now;
use crate::support::program::{Finished, PULLPASS, answer, pullpass};
use crate::support::terminal::Session;
use crate::support::tokens::auth;
use crate::support::vault::some_secrets;
use crate::support::{MARKER, leaks};

/// What the program says on both its ways, without a secret in it.
fn harmless(finished: Finished) -> Finished {
    assert!(!leaks(&finished.stdout) && !leaks(&finished.stderr), "{finished:?}");
    finished
}

fn refused(home: &Home, arguments: &[&str]) -> (i32, String) {
    let finished = harmless(pullpass(home, arguments));
    assert_eq!(finished.stdout, "", "{arguments:?}");
    (finished.status, finished.stderr)
}

#[test]
fn an_export_is_shown_with_its_steps_and_without_a_secret() {
    let home = some_secrets(now());
    let shown = harmless(pullpass(&home, &["export", "rapyuta", "hub-ci", "--literal"]));
    assert_eq!((shown.status, &*shown.stderr), (0, ""));
    for words in [
        "file hub-ci.yaml:\n\n  apiVersion: \"api.rapyuta.io/v2\"\n",
        "      password: ••••••••\n",
        "to paste into package.yaml:\n",
        "what to type, where the platform is filled in by hand:\n\n  Secret type  Docker\n",
        "  Password     ••••••••\n",
        "\n1. Look at what will be sent",
        "     rio apply --dryrun hub-ci.yaml\n",
        "note: The secret itself is in what is written",
    ] {
        assert!(shown.stdout.contains(words), "{words}: {}", shown.stdout);
    }
    let usual = harmless(pullpass(&home, &["export", "rapyuta", "hub-ci"]));
    assert!(usual.stdout.contains("getenv(\"DOCKERHUB_PASSWORD\")"), "{}", usual.stdout);
    let revealed = answer(&home, &["export", "rapyuta", "hub-ci", "--literal", "--reveal"]);
    assert_eq!(revealed.matches(&format!("dckr_pat_{MARKER}")).count(), 2, "{revealed}");
}

#[test]
fn only_the_main_file_goes_into_a_pipe() {
    let home = Home::docker(&json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER)}}}));
    let piped =
        pullpass(&home, &["export", "kubernetes", "ghcr.io", "--literal", "--name", "regcred", "-o", "-"]);
    assert_eq!(piped.status, 0);
    let (head, data) = piped.stdout.split_once(".dockerconfigjson: \"").unwrap();
    assert!(
        head.starts_with("apiVersion: \"v1\"\nkind: \"Secret\"\nmetadata:\n  name: \"regcred\"\n"),
        "{head}"
    );
    let json = STANDARD.decode(data.strip_suffix("\"\n").unwrap()).unwrap();
    assert!(String::from_utf8(json).unwrap().contains(&format!("\"password\":\"{MARKER}\"")));
    assert!(
        piped.stderr.contains("pullpass: The secret itself is in what is written") && !leaks(&piped.stderr)
    );
}

#[test]
fn files_are_their_owners_alone_and_none_is_written_over_without_a_yes() {
    let home = some_secrets(now());
    let export = ["export", "kubernetes", "ghcr-bot", "--literal", "-o", "out/"];
    let written = harmless(pullpass(&home, &export));
    assert!(written.stdout.starts_with("wrote out/ghcr-bot.yaml, which only you can read\n"), "{written:?}");
    assert!(
        written.stdout.contains("wrote out/pod-spec.part.yaml") && written.stdout.contains("\n1. Send it")
    );
    let file = home.file("out/ghcr-bot.yaml");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let first = fs::read_to_string(&file).unwrap();
    fs::write(&file, "mine").unwrap();
    let again = harmless(pullpass(&home, &export));
    assert_eq!(again.status, 2);
    assert!(
        again.stderr.contains("Nothing was written: there is no terminal") && again.stderr.contains("--yes")
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(pullpass(&home, &[&export[..], &["--yes"]].concat()).status, 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
}

#[test]
fn several_secrets_go_out_at_once_each_with_what_was_said_of_it() {
    let home = some_secrets(now());
    let arguments =
        ["export", "kubernetes", "hub-ci", "ghcr.io", "--name", "one", "--name", "two", "--layout", "each"];
    let shown = harmless(pullpass(&home, &arguments));
    let next = "     pullpass export kubernetes hub-ci ghcr.io --literal --name one --name two --layout each -o - | kubectl apply";
    assert!(shown.stdout.contains(next), "{}", shown.stdout);
    let both = [&arguments[..], &["--literal", "-o", "-"]].concat();
    let piped = pullpass(&home, &both);
    assert_eq!(piped.stdout.matches("kind: \"Secret\"").count(), 2, "{}", piped.stdout);
    assert!(piped.stdout.contains("name: \"one\"") && piped.stdout.contains("name: \"two\""));
    let (status, words) = refused(&home, &[&arguments[..], &["--name", "three"]].concat());
    assert!(status == 2 && words.contains("more secrets than there are"), "{words}");
}

#[test]
fn a_short_lived_secret_is_told_with_its_end_and_how_it_stays_fresh() {
    let home = some_secrets(now());
    let shown = harmless(pullpass(&home, &["export", "kura", "ecr-prod", "--image", "quay.io/a:1"]));
    let said = shown.stdout.replace('\n', " ");
    assert!(said.contains("note: The secret of ecr-prod ended at 2026-11-20 11:42 UTC"), "{said}");
    assert!(said.contains("Kura never fetches another one"), "{said}");
}

#[test]
fn what_cannot_be_exported_is_said_with_the_next_step() {
    let home = some_secrets(now());
    let table: &[(&[&str], i32, &str)] = &[
        (&["nothing-like-this", "ghcr.io"], 2, "unrecognized subcommand"),
        (&["kubernetes", "nothing.example"], 3, "There is no login for nothing.example."),
        (&["env", "ghcr-bot"], 2, "--literal"),
        (&["helm", "ghcr-bot", "--literal"], 2, "This platform's files hold no secrets."),
        (&["kura", "hub-ci"], 2, "Give it with --image."),
        (&["kubernetes", "ghcr-bot", "--namespace", "Team"], 2, "\"namespace\": Use lower-case letters"),
        (&["rapyuta", "ghcr-bot"], 2, "Give the secret one, or --email."),
        (&["rapyuta", "ghcr-bot", "hub-ci", "--email", "j@x.io"], 2, "one secret at a time"),
        (&["kubernetes", "contoso.azurecr.io"], 1, "identity token"),
        (&["kubernetes", "empty.example.com"], 1, "There is no secret in the login of empty.example.com."),
        (&["docker-login", "ghcr-bot", "-o", "-"], 2, "its steps are all"),
        (&["terraform", "ghcr-bot", "--image", "x"], 2, "unexpected argument '--image'"),
    ];
    for (arguments, status, words) in table {
        let (found, said) = refused(&home, &[&["export"], *arguments].concat());
        assert!(found == *status && said.contains(words), "{arguments:?}: {found} {said}");
    }
    assert_eq!(pullpass(&home, &["export", "rapyuta", "ghcr-bot", "--email", "j@x.io"]).status, 0);
}

#[test]
fn one_login_in_two_files_is_one_and_two_that_differ_are_asked_about() {
    let home = Home::docker(&json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER)}}}));
    let podman = |password: &str| json!({"auths": {"ghcr.io": {"auth": auth("jane", password)}}}).to_string();
    home.write(PODMAN, &podman(MARKER));
    let arguments = ["export", "config-json", "ghcr.io", "--literal", "-o", "-"];
    assert!(pullpass(&home, &arguments).stdout.contains(&auth("jane", MARKER)));
    home.write(PODMAN, &podman("other"));
    let (status, words) = refused(&home, &arguments);
    assert!(
        status == 2 && words.contains("several logins that differ") && words.contains("--file"),
        "{words}"
    );
    assert!(words.contains(&format!("ghcr.io of jane, in {}", home.file(PODMAN).display())), "{words}");
    let one = pullpass(&home, &[&arguments[..], &["--file", PODMAN]].concat());
    assert!(one.stdout.contains(&auth("jane", "other")), "{one:?}");
    let shown = answer(&home, &["export", "kubernetes", "ghcr.io", "--file", DOCKER]);
    assert!(shown.contains(&format!("ghcr.io --literal --file {DOCKER} -o - | kubectl")), "{shown}");
}

#[test]
fn the_list_names_platforms_and_what_they_ask() {
    let list = answer(&Home::empty(), &["export", "--list"]);
    assert_eq!(list.lines().count(), 25, "{list}");
    assert!(
        list.contains("rapyuta\trapyuta.io\tvariables,reference,literal\t--image,--into,--device\t"),
        "{list}"
    );
    let help = answer(&Home::empty(), &["export", "kubernetes", "--help"]);
    for words in
        ["--namespace <TEXT>", "--layout <WORD>", "[possible values: each, together]", "Kubernetes: a Secret"]
    {
        assert!(help.contains(words), "{words}: {help}");
    }
}

#[test]
fn a_literal_goes_to_no_terminal_unasked() {
    let home = Home::docker(&json!({"auths": {"ghcr.io": {"auth": auth("jane", MARKER)}}}));
    let export = [PULLPASS, "export", "config-json", "ghcr.io", "--literal", "-o", "-"];
    let session = Session::start(&export, home.path(), &[]);
    assert_eq!(session.end().exit_code(), 2);
    session.see("would stand on the terminal");
    assert!(!leaks(&session.text()), "{}", session.text());
    let session = Session::start(&[&export[..], &["--reveal"]].concat(), home.path(), &[]);
    assert_eq!(session.end().exit_code(), 0);
    session.see(&auth("jane", MARKER));
}
