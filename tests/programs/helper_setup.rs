//! `pullpass helper`: what it writes into the files of docker and podman, and takes out again.

use std::fs;

use crate::support::home::{DOCKER, Home, SETTINGS};
use crate::support::program::{Finished, answer, pullpass};

const DROP_IN: &str = ".config/containers/registries.conf.d/zz-pullpass.conf";

const BEFORE: &str = "{\n  \"credsStore\" : \"desktop\",\n  \"credHelpers\": {\"eu.gcr.io\": \"gcloud\"},\n  \"mine\": [1,2]\n}";

const RULES: &str = "# mine\n[[helper.rules]]\nmatch = \"*.pkg.dev\" # Google's\nask = \"helper:minter\"\n";

fn home(docker: &str, settings: &str) -> Home {
    Home::with(&[(DOCKER, docker), (SETTINGS, settings)])
}

fn text(home: &Home, name: &str) -> String {
    fs::read_to_string(home.file(name)).unwrap_or_default()
}

fn helper(home: &Home, arguments: &[&str]) -> Finished {
    pullpass(home, &[&["helper"], arguments].concat())
}

fn did(home: &Home, arguments: &[&str]) -> String {
    let ran = helper(home, arguments);
    assert_eq!(ran.status, 0, "{arguments:?}: {ran:?}");
    ran.stdout
}

/// Our helper on PATH.
fn install(home: &Home) {
    let ours = env!("CARGO_BIN_EXE_docker-credential-pullpass");
    home.program("docker-credential-pullpass", &format!("exec {ours} \"$@\""));
}

#[test]
fn what_was_there_is_asked_last_and_after_disable_no_file_names_us() {
    let home = home(BEFORE, RULES);
    did(&home, &["enable", "--yes"]);
    assert_eq!(text(&home, DOCKER), BEFORE.replace("desktop", "pullpass"));
    let settings = text(&home, SETTINGS);
    assert!(
        settings.starts_with(RULES) && settings.ends_with("[helper]\notherwise = \"helper:desktop\"\n"),
        "{settings}"
    );
    assert!(
        text(&home, DROP_IN).ends_with("\ncredential-helpers = [\"pullpass\", \"containers-auth.json\"]\n")
    );
    assert_eq!(answer(&home, &["config", "check"]).lines().count(), 1);
    assert_eq!(did(&home, &["enable", "--yes"]), "docker-credential-pullpass is enabled already\n");

    did(&home, &["disable", "--yes"]);
    assert_eq!(text(&home, DOCKER), BEFORE);
    assert!(!home.file(DROP_IN).exists());
    let settings = text(&home, SETTINGS);
    assert!(settings.starts_with(RULES) && !settings.contains("otherwise"), "{settings}");
    assert_eq!(did(&home, &["disable", "--yes"]), "docker-credential-pullpass is disabled already\n");
}

#[test]
fn nothing_is_written_without_a_yes_and_all_of_it_is_shown() {
    let home = home(BEFORE, RULES);
    let asked = helper(&home, &["enable"]);
    assert_eq!(asked.status, 2, "{asked:?}");
    for words in [
        "set helper.otherwise to helper:desktop",
        "name docker-credential-pullpass for all registries (credsStore) in the place of docker-credential-desktop",
        "in the new file ",
        "have podman, buildah and skopeo ask docker-credential-pullpass first",
        "podman login writes it into auth.json as plain text",
    ] {
        assert!(asked.stdout.contains(words), "{words}: {asked:?}");
    }
    assert_eq!((text(&home, DOCKER), text(&home, SETTINGS)), (BEFORE.to_owned(), RULES.to_owned()));
    assert!(!home.file(DROP_IN).exists());
    let only = helper(&home, &["enable", "--for", "docker"]);
    assert!(!only.stdout.contains("podman"), "{only:?}");
}

#[test]
fn a_login_that_docker_no_longer_finds_in_its_file_is_told() {
    let plain = "{\"auths\":{\"ghcr.io\":{\"auth\":\"dTpw\"},\"a.io\":{}}}";
    let home = home(plain, "");
    let asked = helper(&home, &["enable", "--for", "docker"]);
    assert!(asked.stdout.contains("docker no longer uses the secret of ghcr.io in this file"), "{asked:?}");
    assert!(!asked.stdout.contains("a.io") && !asked.stdout.contains("otherwise"), "{asked:?}");
    did(&home, &["enable", "--for", "docker", "--yes"]);
    assert_eq!(text(&home, DOCKER), plain.replace("}}}", "}},\"credsStore\":\"pullpass\"}"));
    assert_eq!(text(&home, SETTINGS), "");
    did(&home, &["disable", "--yes"]);
    assert_eq!(text(&home, DOCKER), plain);
}

#[test]
fn whoever_podman_asked_before_comes_after_us() {
    let home = home("{}", "");
    home.write(
        ".config/containers/registries.conf.d/50-mine.conf",
        "credential-helpers = [\"pass\", \"containers-auth.json\"]\n",
    );
    did(&home, &["enable", "--for", "podman", "--yes"]);
    assert!(text(&home, DROP_IN).ends_with("[\"pullpass\", \"pass\", \"containers-auth.json\"]\n"));
    assert_eq!(text(&home, DOCKER), "{}");
    assert!(!home.file(".config/containers/registries.conf").exists());
    did(&home, &["disable", "--for", "podman", "--yes"]);
    assert!(!home.file(DROP_IN).exists());
}

#[test]
fn undo_takes_dockers_file_back_to_the_byte() {
    let home = home(BEFORE, "");
    answer(&home, &["vault", "init", "--identity", home.file("id").to_str().unwrap()]);
    let said = did(&home, &["enable", "--for", "docker", "--yes"]);
    assert!(said.ends_with("pullpass undo takes it back\n"), "{said}");
    let undone = pullpass(&home, &["undo", "--yes"]);
    assert_eq!((undone.status, text(&home, DOCKER)), (0, BEFORE.to_owned()), "{undone:?}");
}

#[test]
fn a_file_that_cannot_be_written_leaves_everything_as_it_was() {
    let home = home("{\"credsStore\":\"desktop\",", RULES);
    let refused = helper(&home, &["enable", "--yes"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    home.write(DOCKER, BEFORE);
    let mut readonly = fs::metadata(home.file(DOCKER)).unwrap().permissions();
    readonly.set_readonly(true);
    fs::set_permissions(home.file(DOCKER), readonly).unwrap();
    let refused = helper(&home, &["enable", "--yes"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert_eq!(text(&home, DOCKER), BEFORE);
    assert!(
        !home.file(DROP_IN).exists() && !text(&home, SETTINGS).contains("otherwise"),
        "{}",
        text(&home, SETTINGS)
    );
}

#[test]
fn status_tells_who_asks_and_whether_it_can_answer() {
    let home = home(BEFORE, RULES);
    let idle = helper(&home, &["status"]);
    assert_eq!(idle.status, 1, "a rule's helper is missing: {idle:?}");
    assert!(
        idle.stdout.contains("docker\tasks docker-credential-desktop (~/.docker/config.json)\n"),
        "{idle:?}"
    );
    assert!(idle.stdout.contains("podman\tdoes not ask docker-credential-pullpass"), "{idle:?}");
    assert!(
        idle.stdout.contains("rule\t*.pkg.dev: docker-credential-minter, which is not on PATH\n"),
        "{idle:?}"
    );

    home.program("docker-credential-minter", "exit 1");
    did(&home, &["status"]);
    home.program("docker-credential-desktop", "exit 1");
    did(&home, &["enable", "--yes"]);
    let missing = helper(&home, &["status"]);
    assert!(
        missing.status == 1
            && missing.stdout.contains("program\tno folder of PATH has docker-credential-pullpass"),
        "{missing:?}"
    );
    install(&home);
    let works = did(&home, &["status"]);
    for words in [
        "docker\tasks docker-credential-pullpass for every registry (credsStore in ~/.docker/config.json)\n",
        "docker\thas docker-credential-gcloud for eu.gcr.io, which goes before (credHelpers)\n",
        "podman\tasks docker-credential-pullpass first (~/.config/containers/registries.conf.d/zz-pullpass.conf)\n",
        "program\t~/bin/docker-credential-pullpass is of this version\n",
        "otherwise\tdocker-credential-desktop\n",
    ] {
        assert!(works.contains(words), "{words}: {works}");
    }
    home.program("docker-credential-pullpass", "echo 'docker-credential-pullpass (pullpass) v0.0.1'");
    let old = helper(&home, &["status"]);
    assert!(old.status == 1 && old.stdout.contains("is not of this version"), "{old:?}");
}
