//! What the vectors do not show: helpers that nobody asked, files that nobody read, and cases beside theirs.

use super::snapshot::{Answer, File, FileText, Helper};
use super::*;
use crate::config::default_store::System;
use crate::secret::Secret;

/// docker's file.
pub(super) const DOCKER: &str = "/h/.docker/config.json";

/// A machine of files and variables.
pub(super) fn machine(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Snapshot {
    let mut snapshot = Snapshot::new(System::Linux);
    snapshot.home = Some("/h".into());
    snapshot.uid = 1000;
    for (path, text) in files {
        let text = FileText::new(Secret::from_text((*text).to_owned()));
        snapshot.files.insert((*path).to_owned(), File::Text(text));
    }
    for (name, value) in variables {
        snapshot.variables.insert((*name).to_owned(), Secret::from_text((*value).to_owned()));
    }
    snapshot
}

/// The same with a helper on PATH that nobody asked, or that says this to everything.
pub(super) fn with_helper(mut snapshot: Snapshot, name: &str, answer: Option<Answer>) -> Snapshot {
    snapshot.programs.insert(format!("docker-credential-{name}"));
    let helper = Helper { otherwise: answer, ..Helper::default() };
    snapshot.helpers.insert(name.to_owned(), helper);
    snapshot
}

pub(super) fn output(stdout: &str, exit: i32) -> Answer {
    Answer::Output { stdout: Secret::from_text(stdout.to_owned()), exit }
}

pub(super) fn trace(tool: &str, image: &str, snapshot: &Snapshot) -> Trace {
    resolve(find(tool).unwrap(), image, snapshot)
}

/// The end in one word: the user, or what there is instead.
fn word(end: &End) -> String {
    match end {
        End::Login(winner) if winner.sent.undecoded_auth.is_some() => "undecoded".to_owned(),
        End::Login(winner) => winner.sent.username.clone().unwrap_or_else(|| "token".to_owned()),
        End::Anonymous => "none".to_owned(),
        End::Random(ends) => ends.iter().map(word).collect::<Vec<_>>().join("|"),
        End::Depends(depends) => {
            let [found, not_found, failed] =
                [&depends.found, &depends.not_found, &depends.failed].map(|end| match end {
                    End::Login(winner) => format!("{}@{}", word(end), winner.source),
                    end => word(end),
                });
            format!("found {found}, not found {not_found}, failed {failed}")
        }
        End::Stops(_) => "stops".to_owned(),
    }
}

pub(super) fn end(tool: &str, image: &str, snapshot: &Snapshot) -> String {
    word(&trace(tool, image, snapshot).end)
}

#[test]
fn every_way_on_from_a_helper_that_nobody_asked_is_told() {
    let text = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}},"credHelpers":{"ghcr.io":"x"}}"#;
    let snapshot = with_helper(machine(&[(DOCKER, text)], &[]), "x", None);
    let file = format!("ann@{DOCKER}");
    let table = [
        ("docker", format!("found token@docker-credential-x, not found none, failed {file}")),
        ("docker-py", format!("found token@docker-credential-x, not found {file}, failed stops")),
        ("podman", "found token@docker-credential-x, not found none, failed stops".to_owned()),
        ("ggcr", "found token@docker-credential-x, not found none, failed stops".to_owned()),
        ("tc-node", format!("found token@docker-credential-x, not found {file}, failed {file}")),
        ("tc-rs", "found token@docker-credential-x, not found none, failed none".to_owned()),
        ("dc-rs", "found token@docker-credential-x, not found stops, failed stops".to_owned()),
        ("devc", format!("found token@docker-credential-x, not found {file}, failed {file}")),
        ("oras", "found token@docker-credential-x, not found none, failed stops".to_owned()),
        ("nerdctl", "found token@docker-credential-x, not found none, failed none".to_owned()),
    ];
    for (tool, expected) in table {
        assert_eq!(end(tool, "ghcr.io/team/app", &snapshot), expected, "{tool}");
    }
    assert_eq!(end("oras-py", "ghcr.io/team/app", &snapshot), "ann", "the file comes first");
}

#[test]
fn a_chain_of_unasked_helpers_has_an_end() {
    let text = r#"{"credHelpers":{"ghcr.io":"x"},"credsStore":"y"}"#;
    let snapshot = with_helper(with_helper(machine(&[(DOCKER, text)], &[]), "x", None), "y", None);
    let found = trace("ggcr", "ghcr.io/team/app", &snapshot);
    let End::Depends(first) = &found.end else { panic!("{:?}", found.end) };
    assert_eq!((first.helper.as_str(), first.asked.as_str()), ("y", "ghcr.io/team/app"));
    let End::Depends(second) = &first.not_found else { panic!("{:?}", first.not_found) };
    assert_eq!((second.helper.as_str(), second.asked.as_str()), ("x", "ghcr.io"));
    assert!(matches!(first.failed, End::Stops(_)));
    assert_eq!(found.end.candidates().len(), 2);
    assert_eq!(found.steps.last().map(|step| step.outcome.code()), Some("not_asked"));
}

#[test]
fn a_login_that_a_list_names_is_enough_to_know_who_wins() {
    let keeps = Answer::Keeps { username: Some("ann".into()) };
    let text = r#"{"auths":{},"credsStore":"x"}"#;
    let snapshot = with_helper(machine(&[(DOCKER, text)], &[]), "x", Some(keeps));
    for tool in ["docker-28.3", "docker", "docker-py", "tc-node", "dc-rs", "devc", "oras-py", "ggcr", "oras"]
    {
        let trace = trace(tool, "quay.io/team/app", &snapshot);
        let winner = trace.end.winner().unwrap_or_else(|| panic!("{tool} {:?}", trace.end));
        assert_eq!(winner.source, Source::Helper("x".into()), "{tool}");
        assert_eq!(winner.sent.username.as_deref(), Some("ann"), "{tool}");
    }
}

#[test]
fn files_that_nobody_read_are_named() {
    let mut snapshot = machine(&[], &[("XDG_RUNTIME_DIR", "/run/u")]);
    let unread = trace("podman", "ghcr.io/team/app", &snapshot).unread;
    for path in ["/run/u/containers/auth.json", "/h/.config/containers/auth.json", DOCKER, "/h/.dockercfg"] {
        assert!(unread.iter().any(|unread| unread == path), "{path} {unread:?}");
    }
    assert!(unread.contains(&"/etc/containers/registries.conf.d/".to_owned()), "{unread:?}");
    for path in unread {
        snapshot.files.insert(path, File::Absent);
    }
    let after = trace("podman", "ghcr.io/team/app", &snapshot);
    assert_eq!((after.unread, word(&after.end)), (Vec::new(), "none".to_owned()));
}

#[test]
fn who_uses_a_login_is_who_has_it_for_a_winner() {
    let text = r#"{"auths":{"https://ghcr.io":{"auth":"YW5uOnA="},"quay.io/team":{"auth":"Ym9iOnA="}}}"#;
    let snapshot = machine(&[(DOCKER, text)], &[]);
    let resolver = Resolver::new(&snapshot);
    let place = Source::File(DOCKER.to_owned());
    let uses = |tool: &str, key: &str| {
        let image = image_for(key).unwrap();
        let trace = resolver.resolve(find(tool).unwrap(), &image);
        trace.end.winner().is_some_and(|winner| winner.is(&place, key))
    };
    let table = [
        ("docker", "https://ghcr.io", true),
        ("podman", "https://ghcr.io", true),
        ("devc", "https://ghcr.io", false),
        ("docker", "quay.io/team", true),
        ("podman", "quay.io/team", true),
        ("tc-node", "quay.io/team", false),
    ];
    for (tool, key, expected) in table {
        assert_eq!(uses(tool, key), expected, "{tool} {key}");
    }
}

#[test]
fn a_key_leads_back_to_an_image_where_there_is_one() {
    let table = [
        ("ghcr.io", Some("ghcr.io/image")),
        ("https://ghcr.io/v2/", Some("ghcr.io/image")),
        ("ghcr.io/team/", Some("ghcr.io/team/image")),
        ("localhost:5000", Some("localhost:5000/image")),
        ("https://index.docker.io/v1/", Some("docker.io/library/image")),
        ("registry-1.docker.io", Some("docker.io/library/image")),
        ("team", None),
        ("under_score.io", None),
        ("", None),
    ];
    for (key, image) in table {
        assert_eq!(image_for(key).as_deref(), image, "{key}");
    }
}

#[test]
fn ten_thousand_logins_are_asked_for_by_every_tool_in_little_time() {
    use std::fmt::Write as _;
    let mut text = String::from("{\"auths\":{");
    for number in 0..10_000 {
        let comma = if number == 0 { "" } else { "," };
        write!(text, "{comma}\"r{number}.example.com\":{{\"auth\":\"YW5uOnA=\"}}").unwrap();
    }
    text.push_str("}}");
    let snapshot = machine(&[(DOCKER, &text)], &[]);
    let resolver = Resolver::new(&snapshot);
    for number in (0..10_000).step_by(7) {
        let image = format!("r{number}.example.com/a/b");
        for tool in ["docker", "podman", "docker-py", "tc-node", "dc-rs", "oras-py", "ggcr", "devc"] {
            let trace = resolver.resolve(find(tool).unwrap(), &image);
            assert!(trace.end.winner().is_some(), "{tool} {image} {:?}", trace.end);
        }
    }
}

/// Pieces of which files of docker's form are made, and what spoils them.
const PIECES: &str = r#"[{]|[}]|,|:|"auths":|"credHelpers":|"credsStore":|"ghcr.io":|"https://ghcr.io/":|"auth":|"identitytoken":|"YW5uOnA="|"!"|"x"|null|7|\[|\]|\\|é"#;

proptest::proptest! {
    #[test]
    fn no_file_keeps_a_tool_from_an_end(pieces in proptest::collection::vec(PIECES, 0..12), place in 0_usize..4) {
        let places = [DOCKER, "/h/.config/containers/auth.json", "/h/.dockercfg", "/h/.config/helm/registry/config.json"];
        let text = pieces.concat();
        let wrapped = format!("{{\"auths\":{{{text}}}}}");
        for text in [text, wrapped] {
            let snapshot = with_helper(machine(&[(places[place], &text)], &[("DOCKER_AUTH_CONFIG", &text)]), "x", None);
            let resolver = Resolver::new(&snapshot);
            for tool in TOOLS {
                let trace = resolver.resolve(tool, "ghcr.io/team/app");
                proptest::prop_assert!(!trace.end.sentence().is_empty());
                drop(survey::survey(tool.id, Some("ghcr.io/team/app"), &resolver));
            }
        }
    }
}
