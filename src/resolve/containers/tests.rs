//! What the vectors do not show of podman, buildah and skopeo.

use crate::resolve::snapshot::Answer;
use crate::resolve::tests::{DOCKER, end, machine, output, trace, with_helper};
use crate::resolve::trace::Source;

#[test]
fn podman_5_has_one_file_where_a_variable_names_one() {
    let other = r#"{"auths":{"quay.io":{"auth":"Ym9iOnA="}}}"#;
    let file = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}}}"#;
    let snapshot = machine(&[(DOCKER, file), ("/ra", other)], &[("REGISTRY_AUTH_FILE", "/ra")]);
    let table = [("podman", "ann"), ("podman-5", "none"), ("skopeo", "ann"), ("skopeo-1.15", "none")];
    for (tool, expected) in table {
        assert_eq!(end(tool, "ghcr.io/team/app", &snapshot), expected, "{tool}");
    }
    let absent = machine(&[(DOCKER, file)], &[("REGISTRY_AUTH_FILE", "/ra")]);
    let table = [("podman", "stops"), ("podman-5", "none"), ("skopeo", "ann"), ("skopeo-1.15", "none")];
    for (tool, expected) in table {
        assert_eq!(end(tool, "ghcr.io/team/app", &absent), expected, "{tool}");
    }
}

#[test]
fn skopeo_takes_docker_config_for_docker_s_folder_only() {
    let runtime = r#"{"auths":{"ghcr.io":{"auth":"cnVuOnA="}}}"#;
    let docker = r#"{"auths":{"ghcr.io":{"auth":"ZGM6cA=="}}}"#;
    let files = [("/run/u/containers/auth.json", runtime), ("/dc/config.json", docker)];
    let snapshot = machine(&files, &[("XDG_RUNTIME_DIR", "/run/u"), ("DOCKER_CONFIG", "/dc")]);
    assert_eq!(end("podman", "ghcr.io/team/app", &snapshot), "dc");
    assert_eq!(end("skopeo", "ghcr.io/team/app", &snapshot), "run");
}

#[test]
fn an_entry_without_a_login_sends_podman_on_and_half_a_login_ends_its_search() {
    let later = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}}}"#;
    let table = [
        (r#"{"auths":{"ghcr.io":{}}}"#, "ann"),
        (r#"{"auths":{"ghcr.io":null}}"#, "ann"),
        (r#"{"auths":{"ghcr.io":{"username":"x","password":"y"}}}"#, "ann"),
        (r#"{"auths":{"ghcr.io":{"auth":"bm9jb2xvbg=="}}}"#, "ann"),
        (r#"{"auths":{"ghcr.io":{"auth":"Og=="}}}"#, "ann"),
        (r#"{"auths":{"ghcr.io":{"auth":"Ym9iOg=="}}}"#, "none"),
        (r#"{"auths":{"ghcr.io":{"auth":"OnA="}}}"#, "none"),
        (r#"{"auths":{"ghcr.io":{"auth":"!"}}}"#, "stops"),
        (r#"{"auths":{"quay.io":{"auth":"!"}}}"#, "ann"),
        (r#"{"auths":{"quay.io":{"auth":7}}}"#, "stops"),
        (r#"{"auths":{}} x"#, "stops"),
        ("", "stops"),
        ("null", "ann"),
    ];
    for (text, expected) in table {
        let files = [("/h/.config/containers/auth.json", text), (DOCKER, later)];
        let found = end("podman", "ghcr.io/team/app", &machine(&files, &[]));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_helper_without_the_login_sends_podman_on_to_the_next_file() {
    let first = r#"{"credHelpers":{"ghcr.io":"x"}}"#;
    let later = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}}}"#;
    let files = [("/h/.config/containers/auth.json", first), (DOCKER, later)];
    let table = [
        (Answer::NotFound, "ann"),
        (output(r#"{"Username":"","Secret":""}"#, 0), "ann"),
        (output(r#"{"Username":"u","Secret":""}"#, 0), "none"),
        (output("locked", 1), "stops"),
        (output(r#"{"Username":"<token>","Secret":"t"}"#, 0), "token"),
    ];
    for (answer, expected) in table {
        let snapshot = with_helper(machine(&files, &[]), "x", Some(answer.clone()));
        assert_eq!(end("podman", "ghcr.io/team/app", &snapshot), expected, "{answer:?}");
    }
}

#[test]
fn a_failing_helper_of_registries_conf_does_not_keep_podman_from_the_next_one() {
    let conf = "credential-helpers = [\"x\", \"containers-auth.json\"]\n";
    let file = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}}}"#;
    let files = [("/h/.config/containers/registries.conf", conf), (DOCKER, file)];
    let snapshot = with_helper(machine(&files, &[]), "x", Some(output("locked", 1)));
    assert_eq!(end("podman", "ghcr.io/team/app", &snapshot), "ann");
    assert_eq!(end("podman", "quay.io/team/app", &snapshot), "stops");
}

#[test]
fn registries_conf_of_image_5_40_has_more_places() {
    let asks = |name: &str| format!("credential-helpers = [\"{name}\"]\n");
    let files = [
        ("/x/containers/registries.conf", asks("user")),
        ("/etc/containers/registries.conf.d/50-a.conf", asks("system")),
        ("/usr/share/containers/registries.conf.d/50-a.conf", asks("vendor")),
        ("/usr/share/containers/registries.conf.d/60-b.conf", asks("last")),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let asked = |tool: &str, files: &[(&str, &str)]| {
        let trace = trace(tool, "ghcr.io/team/app", &machine(files, &[("XDG_CONFIG_HOME", "/x")]));
        let helper = trace.steps.iter().find_map(|step| match &step.source {
            Source::Helper(name) => Some(name.clone()),
            _ => None,
        });
        helper.unwrap_or_default()
    };
    assert_eq!(asked("podman-image-5.40", &files), "last");
    assert_eq!(asked("podman-image-5.40", &files[..3]), "system", "the name of the vendor's is taken");
    assert_eq!(asked("podman-image-5.40", &files[..1]), "user");
    assert_eq!(asked("podman-5", &files[..1]), "", "the older library does not look there");
    assert_eq!(asked("podman-5", &files), "system");
}
