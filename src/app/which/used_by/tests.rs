use jiff::Timestamp;

use super::*;
use crate::app::inventory::{self, Listings};
use crate::app::which::Who;
use crate::credential_helper::Listed;
use crate::settings::Settings;

/// A home folder made of a table of files, where these programs can be run and list these keys.
fn found(files: &[(&str, &str)], helpers: &[(&str, &[&str])], key: &str) -> Vec<ToolView> {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let mut listings = Listings::new();
    for (name, keys) in helpers {
        let program = home.path().join(format!("docker-credential-{name}"));
        std::fs::write(&program, "").unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let listed = keys.iter().map(|key| Listed { key: (*key).into(), username: "jane".into() });
        listings.insert((*name).into(), Ok(listed.collect()));
    }
    let folder = home.path().to_owned();
    let settings = Settings::from_environment(|name| match name {
        "HOME" | "PATH" => Some(folder.clone().into()),
        "XDG_RUNTIME_DIR" => Some(folder.join("run").into()),
        _ => None,
    });
    let mut found = inventory::read(&settings, Timestamp::UNIX_EPOCH);
    inventory::apply_listings(&mut found, &listings);
    let login = found.logins.iter().find(|login| *login.id.key == *key).expect(key);
    let mut snapshot = which::snapshot(&settings, &listings, Who::Me);
    used_by(&mut snapshot, login, Some(home.path()))
}

/// What a tool does, as `yes` or `no` with the reason.
fn words(views: &[ToolView], tool: &str) -> String {
    let view = views.iter().find(|view| view.tool == tool).expect(tool);
    format!("{} {}", if view.uses { "yes" } else { "no" }, view.why).trim().to_owned()
}

#[test]
fn each_tool_says_whether_and_why_it_uses_a_login() {
    let store = "no docker-credential-s is not installed";
    let stops = "no stops: error getting credentials - err: exec: \"docker-credential-s\": executable file not found in $PATH";
    // docker's file, key, then what docker and podman do with it.
    let table = [
        (r#"{"auths":{"r.example":{"auth":"dTpw"}}}"#, "r.example", "yes", "yes"),
        (
            r#"{"auths":{"https://r.example/v1/":{"auth":"dTpw"}}}"#,
            "https://r.example/v1/",
            "yes for the whole host",
            "yes for the whole host",
        ),
        (
            r#"{"auths":{"docker.io":{"auth":"dTpw"}}}"#,
            "docker.io",
            "no looks for https://index.docker.io/v1/",
            "yes",
        ),
        (r#"{"auths":{"r.example":{"identitytoken":"x"}}}"#, "r.example", "yes", "no finds no secret in it"),
        // The store's program is missing, and docker takes what the file has without a word.
        (r#"{"auths":{"r.example":{"auth":"dTpw"}},"credsStore":"s"}"#, "r.example", "yes", "yes"),
        (r#"{"credHelpers":{"r.example":"s"}}"#, "r.example", store, stops),
        (r#"{"auths":{"r.example":{}},"credsStore":"s"}"#, "r.example", store, "no finds no secret in it"),
        (
            r#"{"auths":{"r.example":{}}}"#,
            "r.example",
            "no finds no secret in it",
            "no finds no secret in it",
        ),
        (
            r#"{"auths":{"MyReg.azurecr.io":{"auth":"dTpw"}}}"#,
            "MyReg.azurecr.io",
            "no looks for myreg.azurecr.io",
            "no looks for myreg.azurecr.io/image",
        ),
        (
            r#"{"auths":{"r.example:443":{"auth":"dTpw"}}}"#,
            "r.example:443",
            "no looks for r.example",
            "no looks for r.example/image",
        ),
        (
            r#"{"credHelpers":{"*.dkr.ecr.*.amazonaws.com":"s"}}"#,
            "*.dkr.ecr.*.amazonaws.com",
            "no no image leads to this key",
            "no no image leads to this key",
        ),
    ];
    for (file, key, docker_does, podman_does) in table {
        let views = found(&[(".docker/config.json", file)], &[], key);
        let both = (words(&views, "docker"), words(&views, "podman"));
        assert_eq!(both, (docker_does.to_owned(), podman_does.to_owned()), "{file}");
    }
}

#[test]
fn what_a_store_lists_under_another_spelling_is_not_what_docker_asks_for() {
    let file = r#"{"credsStore":"kc","auths":{"quay.io":{}}}"#;
    let listed = ("kc", &["http://quay.io"][..]);
    let of = |key: &str| words(&found(&[(".docker/config.json", file)], &[listed], key), "docker");
    assert_eq!(of("quay.io"), "no docker-credential-kc has none for quay.io");
    assert_eq!(of("http://quay.io"), "no docker-credential-kc has none for quay.io");
}

#[test]
fn an_older_docker_is_told_where_it_does_otherwise() {
    let old = r#"{"auths":{"r.example":{"auth":"dTpw"}}}"#;
    let views = found(&[(".dockercfg", r#"{"r.example":{"auth":"dTpw"}}"#)], &[], "r.example");
    assert_eq!(words(&views, "docker"), "no does not read ~/.dockercfg");
    assert_eq!(words(&views, "docker-20.10"), "yes");
    let views = found(&[(".docker/config.json", old)], &[], "r.example");
    assert!(views.iter().all(|view| view.tool != "docker-20.10"), "{views:?}");
    assert!(views.iter().any(|view| view.tool == "ggcr" && view.uses), "{views:?}");
}

#[test]
fn another_file_may_be_in_the_way() {
    let hub = key::HUB_KEY;
    let docker = format!(r#"{{"auths":{{"{hub}":{{"auth":"dTpw"}}}}}}"#);
    let podman = r#"{"auths":{"docker.io":{"auth":"dTpw"}}}"#;
    let files = [(".docker/config.json", &*docker), ("run/containers/auth.json", podman)];
    let podman = words(&found(&files, &[], hub), "podman");
    assert_eq!(podman, "no uses the entry docker.io of ~/run/containers/auth.json instead");
    let login = r#"{"auths":{"r.example":{"auth":"dTpw"}}}"#;
    for first in ["  \n", "{} x", "\u{feff}{}"] {
        let files = [("run/containers/auth.json", first), (".docker/config.json", login)];
        let views = found(&files, &[], "r.example");
        let (docker, podman) = (words(&views, "docker"), words(&views, "podman"));
        assert!(docker == "yes" && podman.starts_with("no stops: "), "{first:?} {podman}");
    }
}

#[test]
fn chance_is_told() {
    let hub = key::HUB_KEY;
    let web = format!(r#"{{"auths":{{"{hub}":{{"auth":"dTpw"}},"{hub}access-token":{{"auth":"dDpx"}}}}}}"#);
    let views = found(&[(".docker/config.json", &web)], &[], hub);
    assert_eq!(words(&views, "docker"), "yes");
    assert_eq!(words(&views, "podman"), "no picks one of several at random");
}
