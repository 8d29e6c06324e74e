//! What the vectors do not show of docker.

use crate::resolve::snapshot::Answer;
use crate::resolve::tests::{DOCKER, end, machine, output, trace, with_helper};

#[test]
fn the_newer_docker_asks_the_variable_first_and_takes_it_whole_or_not_at_all() {
    let good = r#"{"auths":{"ghcr.io":{"auth":"ZW52OnA="}}}"#;
    let odd = r#"{"auths":{"ghcr.io":{"auth":"ZW52OnA=","email":"a@b.c"}}}"#;
    let url = r#"{"auths":{"https://ghcr.io":{"auth":"ZW52OnA="}}}"#;
    let file = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}}}"#;
    for (variable, newer) in [(good, "env"), (odd, "ann"), (url, "ann"), ("", "ann")] {
        let snapshot = machine(&[(DOCKER, file)], &[("DOCKER_AUTH_CONFIG", variable)]);
        assert_eq!(end("docker-28.3", "ghcr.io/team/app", &snapshot), newer, "{variable}");
        assert_eq!(end("docker", "ghcr.io/team/app", &snapshot), "ann", "{variable}");
    }
}

#[test]
fn debian_s_docker_reads_the_oldest_files_where_there_is_no_other() {
    let entries = r#"{"ghcr.io":{"auth":"a2F0ZTpw"}}"#;
    let lines = "auth = a2F0ZTpw\nemail = k@example.com\n";
    let table = [
        (entries, "ghcr.io/a/b", "kate"),
        (entries, "alpine", "none"),
        (lines, "alpine", "kate"),
        (lines, "ghcr.io/a/b", "none"),
    ];
    for (text, image, expected) in table {
        let snapshot = machine(&[("/h/.dockercfg", text)], &[]);
        assert_eq!(end("docker-20.10", image, &snapshot), expected, "{text} {image}");
        assert_eq!(end("docker", image, &snapshot), "none");
    }
    // An empty user name was no error then.
    let empty = machine(&[(DOCKER, r#"{"auths":{"ghcr.io":{"auth":"OnA="}}}"#)], &[]);
    assert_eq!(end("docker-20.10", "ghcr.io/a/b", &empty), "");
    assert_eq!(end("docker", "ghcr.io/a/b", &empty), "undecoded");
}

#[test]
fn a_value_of_the_wrong_type_leaves_every_auth_of_docker_undecoded() {
    let table = [
        (r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}},"psFormat":1}"#, "undecoded"),
        (r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}},"credHelpers":{"x":1}}"#, "undecoded"),
        (r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA=","identitytoken":1}}}"#, "undecoded"),
        (r#"{"auths":{"ghcr.io":{"username":"ann","password":"p"}},"psFormat":1}"#, "ann"),
        (r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}},"unknown":1}"#, "ann"),
        (r#"{"AUTHS":{"ghcr.io":{"Auth":"YW5uOnA="}}} rest"#, "ann"),
        (r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}}"#, "none"),
    ];
    for (text, expected) in table {
        assert_eq!(end("docker", "ghcr.io/a/b", &machine(&[(DOCKER, text)], &[])), expected, "{text}");
    }
}

#[test]
fn a_registry_token_stays_beside_what_a_helper_says() {
    let text = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA=","registrytoken":"r"}},"credsStore":"x"}"#;
    for (answer, user) in
        [(Answer::NotFound, None), (output(r#"{"Username":"u","Secret":"s"}"#, 0), Some("u"))]
    {
        let snapshot = with_helper(machine(&[(DOCKER, text)], &[]), "x", Some(answer));
        let trace = trace("docker", "ghcr.io/a/b", &snapshot);
        let sent = &trace.end.winner().unwrap().sent;
        assert_eq!((sent.username.as_deref(), sent.registry_token.is_some()), (user, true));
    }
}
