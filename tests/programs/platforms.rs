//! `docs/platforms.md`: every row of it is run as it stands there.

#![allow(clippy::disallowed_methods)] // the tests play the shell

use std::process::Command;

use pullpass::export::PLATFORMS;

use crate::support::leaks;
use crate::support::now;
use crate::support::program::PULLPASS;
use crate::support::vault::some_secrets;

const PAGE: &str = include_str!("../../docs/platforms.md");

/// A step of a document.
struct Row {
    test: String,
    command: String,
    comes: Vec<String>,
}

fn rows() -> Vec<Row> {
    let spans = |cell: &str| {
        cell.split('`').skip(1).step_by(2).map(|span| span.replace('\u{1}', "|")).collect::<Vec<_>>()
    };
    let row = |line: &str| {
        let line = line.replace("\\|", "\u{1}");
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        Row { test: cells[0].to_owned(), command: spans(cells[2]).remove(0), comes: spans(cells[3]) }
    };
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| test ");
    PAGE.lines().filter(is_row).map(row).collect()
}

/// Runs the row of this name in a shell. Blanks of any number are one.
fn run(test: &str) {
    let row = rows().into_iter().find(|row| row.test == test).unwrap_or_else(|| panic!("no row {test}"));
    let home = some_secrets(now());
    std::os::unix::fs::symlink(PULLPASS, home.file("pullpass")).unwrap();
    let path = format!("{}:/usr/bin:/bin", home.path().display());
    let output = Command::new("/bin/sh")
        .args(["-c", &row.command])
        .env_clear()
        .envs(home.environment(&[("PATH", &path)]))
        .current_dir(home.path())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(!leaks(&said), "{said}");
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in &row.comes {
        assert!(plain(&said).contains(&plain(wanted)), "{}: {wanted}: {said}", row.command);
    }
}

/// The rows, each a test of its name.
macro_rules! rows {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        const TESTS: &[&str] = &[$(stringify!($name)),*];
    };
}

rows! {
    rapyuta_type
    rapyuta_name
    rapyuta_wrong_name
    rapyuta_docker_hub
    rapyuta_private
    rapyuta_account
    rapyuta_email
    rapyuta_no_email
    rapyuta_apply
    rapyuta_sops
    rapyuta_pull_secret
    rapyuta_pull_fails
    circleci_context
    circleci_variables
    circleci_auth
    circleci_workflow
    circleci_machine
    circleci_orb
    circleci_ecr_keys
    circleci_ecr_role
    circleci_google
    sauce_retired
    sauce_variables
    sauce_pull_auth
    sauce_token
    sauce_login
    sauce_fresh
    kura_image
    kura_tag
    kura_registry
    kura_account
    kura_password
    kura_docker_hub
    kura_snapshot
    kura_rest
    ecr_login
    ecr_helper
    ecr_policy
    ecr_end
    kubernetes
    github_actions
    gitlab_ci
    compose
    swarm
    dotenv
    config_json
    docker_login
    quadlet
    podman_kube
    k3s
    containerd
    helm
    argocd
    argocd_image_updater
    tekton
    nomad
    terraform
    jenkins
    apptainer
}

#[test]
fn every_row_has_its_test_and_every_platform_a_row() {
    let rows = rows();
    let names: Vec<&str> = rows.iter().map(|row| row.test.as_str()).collect();
    assert_eq!(names, TESTS);
    for platform in PLATFORMS {
        let command = format!("pullpass export {} ", platform.id);
        assert!(rows.iter().any(|row| row.command.starts_with(&command)), "{}", platform.id);
    }
    assert!(rows.iter().all(|row| !row.comes.is_empty()));
}
