//! Notes and logins that the vectors do not show.

use super::{Survey, survey};
use crate::resolve::tests::{DOCKER, machine};
use crate::resolve::{Resolver, Snapshot};

const LOGIN: &str = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}}}"#;

fn look(tool: &str, image: Option<&str>, snapshot: &Snapshot) -> Survey {
    survey(tool, image, &Resolver::new(snapshot)).unwrap()
}

/// Notes and logins in short.
fn shown(survey: &Survey) -> (Vec<&'static str>, Vec<String>) {
    let login = |login: &super::Login| {
        let user = login.user.as_deref().unwrap_or("-");
        format!("{} {user} {} {}", login.key, login.kind.code(), login.from)
    };
    let notes = survey.notes.iter().map(|note| note.code()).collect();
    (notes, survey.logins.iter().map(login).collect())
}

type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [(&'a str, &'a str)], &'a [&'a str], &'a [&'a str]);

#[test]
fn what_one_would_not_guess_is_noted() {
    let own = "/h/.apptainer/docker-config.json";
    let helm = "/h/.config/helm/registry/config.json";
    let nomad = "plugin \"docker\" { config { auth { config = \"/a.json\"  helper = \"ecr\" } } }";
    let table: &[Row<'_>] = &[
        (
            "apptainer",
            &[(own, LOGIN), (DOCKER, LOGIN)],
            &[],
            &["own_file_hides_docker"],
            &["ghcr.io ann basic /h/.apptainer/docker-config.json"],
        ),
        (
            "apptainer",
            &[("/h/.apptainer/remote.yaml", "Remotes: {D: {URI: c.io, Token: t}}")],
            &[("DOCKER_USERNAME", "eve"), ("DOCKER_PASSWORD", "p"), ("DOCKER_CONFIG", "/x")],
            &["env_overrides_file", "env_not_read", "plain_secret", "not_a_registry"],
            &["* eve basic $DOCKER_USERNAME", "c.io - bearer /h/.apptainer/remote.yaml"],
        ),
        (
            "helm-3.8",
            &[(helm, r#"{"credsStore":"absent"}"#), (DOCKER, "{}"), ("/h/.config/helm/registry.json", "{}")],
            &[("DOCKER_AUTH_CONFIG", "{}")],
            &["borrows_docker", "env_not_read", "old_place"],
            &[],
        ),
        (
            "docker",
            &[(DOCKER, r#"{"auths":{"GHCR.IO":{},"docker.io":{"auth":"YW5uOnA="}},"credsStore":"x"}"#)],
            &[],
            &["plaintext_shadowed_by_store", "key_never_asked"],
            &["GHCR.IO - store_marker /h/.docker/config.json", "docker.io ann basic /h/.docker/config.json"],
        ),
        (
            "docker-28.3",
            &[(DOCKER, r#"{"credHelpers":{"ghcr.io":"x","quay.io":""}}"#)],
            &[("DOCKER_AUTH_CONFIG", "{}")],
            &["env_overrides_file"],
            &["ghcr.io - helper /h/.docker/config.json"],
        ),
        (
            "tc-node",
            &[(DOCKER, LOGIN)],
            &[("DOCKER_AUTH_CONFIG", r#"{"auths":{"ghcr.io/":{"identitytoken":"t"}}}"#)],
            &["key_never_asked", "env_replaces_file"],
            &["ghcr.io/ - identity_token $DOCKER_AUTH_CONFIG"],
        ),
        (
            "podman",
            &[(DOCKER, r#"{"auths":{"ghcr.io":{}},"credsStore":"x"}"#)],
            &[("DOCKER_AUTH_CONFIG", "{}")],
            &["store_skipped", "env_not_read"],
            &["ghcr.io - store_marker /h/.docker/config.json"],
        ),
        (
            "nomad",
            &[("/etc/nomad.d/n.hcl", nomad), ("/a.json", LOGIN)],
            &[],
            &["auths_first"],
            &["ghcr.io ann basic /a.json", "* - helper /etc/nomad.d/n.hcl"],
        ),
        (
            "ecs-agent",
            &[(
                "/etc/ecs/ecs.config",
                "ECS_ENGINE_AUTH_TYPE=docker\nECS_ENGINE_AUTH_DATA={\"r.io\":{\"username\":\"ann\",\"password\":\"p\"},\"s.io\":{}}\n",
            )],
            &[],
            &["invalid_auth", "plain_secret"],
            &["r.io ann basic /etc/ecs/ecs.config", "s.io - invalid /etc/ecs/ecs.config"],
        ),
        (
            "regctl",
            &[(
                "/h/.regctl/config.json",
                r#"{"incDockerCred":false,"hosts":{"r.io":{"credHelper":"docker-credential-x"},"s.io":{"token":"t"}}}"#,
            )],
            &[],
            &["plain_secret"],
            &["r.io - helper /h/.regctl/config.json", "s.io - identity_token /h/.regctl/config.json"],
        ),
        ("regctl", &[("/h/.regctl/config.json", "{")], &[], &["borrows_docker", "invalid_file"], &[]),
        (
            "oras-py",
            &[(DOCKER, r#"{"auths":{"https://r.io":{"auth":"YW5uOnA="}}}"#)],
            &[("DOCKER_CONFIG", "/x")],
            &["key_never_asked", "env_not_read"],
            &["https://r.io ann basic /h/.docker/config.json"],
        ),
        ("k3s", &[("/etc/rancher/k3s/registries.yaml", "a: [")], &[], &["invalid_file"], &[]),
    ];
    for (tool, files, variables, notes, logins) in table {
        let found = look(tool, Some("ghcr.io/team/app"), &machine(files, variables));
        let logins: Vec<String> = logins.iter().map(|login| (*login).to_owned()).collect();
        assert_eq!(shown(&found), (notes.to_vec(), logins), "{tool} {files:?}");
    }
}

#[test]
fn buildx_lists_what_a_request_would_use_and_all_without_one() {
    let base = "/h/.docker/buildx/config";
    let files = [format!("{base}/ghcr.io/team/app@push/config.json"), format!("{base}/quay.io/config.json")];
    let files: Vec<(&str, &str)> =
        files.iter().map(|path| (path.as_str(), LOGIN)).chain([(DOCKER, LOGIN)]).collect();
    let mut snapshot = machine(&files, &[]);
    let scopes = |image, snapshot: &Snapshot| {
        let found = look("buildx", image, snapshot);
        found.logins.into_iter().map(|login| login.scope).collect::<Vec<_>>()
    };
    assert_eq!(scopes(None, &snapshot), [Some("team/app@push".to_owned()), Some(String::new()), None]);
    assert_eq!(scopes(Some("ghcr.io/team/app"), &snapshot), [None]);
    snapshot.scopes = vec!["repository:team/app:pull,push".into()];
    assert_eq!(scopes(Some("ghcr.io/team/app"), &snapshot), [Some("team/app@push".to_owned())]);
}

#[test]
fn podman_looks_no_further_than_the_file_that_has_the_login() {
    let runtime = "/run/containers/1000/auth.json";
    let config = "/h/.config/containers/auth.json";
    let snapshot = machine(&[(config, LOGIN), (DOCKER, LOGIN)], &[]);
    assert_eq!(look("podman", Some("ghcr.io/team/app"), &snapshot).places, [runtime, config]);
    let all = [runtime, config, DOCKER, "/h/.dockercfg"];
    assert_eq!(look("podman", Some("quay.io/team/app"), &snapshot).places, all);
    assert_eq!(look("podman", None, &snapshot).places, all);
}

#[test]
fn helm_on_windows_has_its_file_in_the_roaming_folder() {
    let mut snapshot = machine(&[], &[("APPDATA", r"C:\Users\ann\AppData\Roaming")]);
    snapshot.system = crate::config::default_store::System::Windows;
    let place = r"C:\Users\ann\AppData\Roaming\helm\registry\config.json";
    assert_eq!(look("helm", None, &snapshot).places[0], place);
}

#[test]
fn every_look_belongs_to_a_tool_or_to_a_program_with_files_alone() {
    let alone = ["cdk-assets", "maven", "ecs-agent", "apple-container"];
    for (id, _) in super::LOOKS {
        let is_tool = crate::resolve::TOOLS.iter().any(|tool| tool.id == *id);
        assert!(is_tool != alone.contains(id), "{id}");
    }
}
