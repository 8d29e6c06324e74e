use std::path::Path;

use super::*;
use crate::app::Context;
use crate::app::inventory::{self, Listings};
use crate::app::transaction::{self, Consent};
use crate::clock::FixedClock;
use crate::settings::Settings;
use jiff::Timestamp;

/// Names, each with a text.
type Pairs<'a> = &'a [(&'a str, &'a str)];

struct Home {
    folder: tempfile::TempDir,
    settings: Settings,
}

fn now() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

/// A home folder made of a table of files, with these variables and programs.
fn home(files: &[(&str, &str)], variables: &[(&str, &str)], programs: &[&str]) -> Home {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        mode(&path, 0o600);
    }
    for name in programs {
        let path = folder.path().join(name);
        std::fs::write(&path, "").unwrap();
        mode(&path, 0o755);
    }
    let root = folder.path().to_owned();
    let settings = Settings::from_environment(|name| match name {
        "HOME" | "PATH" => Some(root.clone().into()),
        "XDG_RUNTIME_DIR" => Some(root.join("run").into()),
        _ => variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.replace("$HOME", &root.to_string_lossy()).into()),
    });
    Home { folder, settings }
}

#[cfg(unix)]
fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn mode(_: &Path, _: u32) {}

fn findings(home: &Home) -> Vec<Finding> {
    let found = inventory::read(&home.settings, now());
    look(&Machine::of(&home.settings, &found, &Listings::new(), now()))
}

/// The rules that found something, each with the kind of its fix, notes left out.
fn rules(home: &Home) -> Vec<String> {
    use crate::credential::diagnostic::Severity;
    let grave = findings(home).into_iter().filter(|finding| finding.severity > Severity::Note);
    grave.map(|finding| format!("{} {}", finding.rule, finding.fix.code())).collect()
}

const PLAIN: &str = r#"{"auth":"dTpw"}"#;

#[test]
fn each_rule_finds_what_it_is_for_and_nothing_in_a_sound_home() {
    let docker = |entries: &str| format!(r#"{{"auths":{{{entries}}}}}"#);
    let entry = |key: &str| format!(r#""{key}":{PLAIN}"#);
    let hub = "https://index.docker.io/v1/";
    // docker's file, and the rules that it breaks.
    let table: &[(String, &[&str])] = &[
        (
            docker(
                &[entry(hub), entry("ghcr.io"), entry("r.example:5000"), entry("https://q.example/v1/")]
                    .join(","),
            ),
            &[],
        ),
        ("{ nope".into(), &["broken_file step"]),
        (
            docker(&[entry("ghcr.io"), r#""b.example":{"auth":"!!!"}"#.into()].join(",")),
            &["broken_entry remove"],
        ),
        (docker(&entry("MyReg.azurecr.io")), &["never_found edit"]),
        (docker(&[entry("MyReg.azurecr.io"), entry("myreg.azurecr.io")].join(",")), &["never_found remove"]),
        (docker(&entry("r.example:443")), &["never_found edit"]),
        (docker(&entry("docker.io")), &["hub_name edit"]),
        (docker(r#""ghcr.io":{}"#), &["marker edit"]),
        (r#"{"credsStore":"gone"}"#.into(), &["helper edit"]),
        (r#"{"credsStore":"desktop.exe"}"#.into(), &["helper step"]),
        (r#"{"credsStore":"docker-credential-here"}"#.into(), &["helper step"]),
        (r#"{"credsStore":"dev-containers-1f2e"}"#.into(), &["helper edit"]),
        (r#"{"credHelpers":{"gcr.io":"gcloud","eu.gcr.io":"here"}}"#.into(), &["helper edit"]),
        (
            docker(&[entry("http://r.example"), entry("https://r.example")].join(",")),
            &["ambiguous remove", "ambiguous remove"],
        ),
        (format!(r#"{{"auths":{{"ghcr.io":{PLAIN}}},"credsStore":"here"}}"#), &["shadowed seal"]),
    ];
    for (file, expected) in table {
        let home = home(&[(".docker/config.json", file)], &[], &["docker-credential-here"]);
        assert_eq!(rules(&home), *expected, "{file}");
    }
}

#[test]
fn what_variables_and_other_files_do_is_found_too() {
    let login = format!(r#"{{"auths":{{"ghcr.io":{PLAIN}}}}}"#);
    let other = r#"{"auths":{"ghcr.io":{"auth":"YW5uOnA="}}}"#;
    let docker = (".docker/config.json", &*login);
    let table: &[(Pairs<'_>, Pairs<'_>, &[&str])] = &[
        (&[docker], &[("DOCKER_AUTH_CONFIG", &login)], &["shadowed step"]),
        (&[docker], &[("DOCKER_AUTH_CONFIG", "{}{")], &["variables step"]),
        (&[docker], &[("DOCKER_CONFIG", "$HOME/none")], &["variables step", "one_reader step"]),
        (&[docker], &[("REGISTRY_AUTH_FILE", "$HOME/none")], &["variables step"]),
        (&[docker, (".config/containers/auth.json", other)], &[], &["contradicting step"]),
        (&[docker, (".config/containers/auth.json", &login)], &[], &[]),
        (&[(".dockercfg", r#"{"ghcr.io":{"auth":"dTpw"}}"#)], &[], &["one_reader step"]),
    ];
    for (files, variables, expected) in table {
        assert_eq!(rules(&home(files, variables, &[])), *expected, "{files:?} {variables:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_reach_is_found() {
    let login = format!(r#"{{"auths":{{"ghcr.io":{PLAIN}}}}}"#);
    let it = home(&[(".docker/config.json", &login)], &[], &[]);
    let file = it.folder.path().join(".docker/config.json");
    mode(&file, 0o644);
    std::fs::hard_link(&file, it.folder.path().join("again")).unwrap();
    assert_eq!(rules(&it), ["exposed step", "exposed step"]);
}

#[test]
fn the_gravest_comes_first_and_every_finding_says_what_whom_and_how() {
    let file =
        format!(r#"{{"auths":{{"A.example":{PLAIN},"b.example":{{"auth":"!!!"}},"c.example":{{}}}}}}"#);
    let found = findings(&home(&[(".docker/config.json", &file)], &[], &[]));
    assert!(found.is_sorted_by_key(|finding| Reverse(finding.severity)), "{found:?}");
    for finding in &found {
        let is_told =
            !finding.what.is_empty() && !finding.hurts.is_empty() && !finding.fix.words().is_empty();
        assert!(is_told && !finding.rule.is_empty(), "{finding:?}");
    }
    assert!(!format!("{found:?}").contains("dTpw"));
}

#[test]
fn what_is_mended_is_found_no_more_and_undo_brings_every_byte_back() {
    let before = format!(
        "{{\n\t\"auths\": {{\"MyReg.azurecr.io\": {PLAIN}, \"docker.io\": {PLAIN},\n \"ghcr.io\": {{}}}},\n\t\
         \"credHelpers\": {{\"gcr.io\": \"gcloud\"}}, \"x\": 1e2 }}\n"
    );
    let it = home(&[(".docker/config.json", &before)], &[], &[]);
    let file = it.folder.path().join(".docker/config.json");
    let found = findings(&it);
    assert_eq!(rules(&it), ["helper edit", "never_found edit", "hub_name edit", "marker edit"]);
    let ctx = Context::new(it.settings.clone(), FixedClock(now()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let done =
        runtime.block_on(transaction::apply(&ctx, mend::review(&it.settings, &found), Consent::default()));
    let after = std::fs::read_to_string(&file).unwrap();
    assert_eq!(rules(&it), [""; 0], "{after}");
    let hub = crate::registry::key::HUB_KEY;
    assert!(after.contains(&format!("\"myreg.azurecr.io\": {PLAIN}, \"{hub}\": {PLAIN}")), "{after}");
    assert!(after.contains("\"x\": 1e2"), "{after}");
    runtime.block_on(transaction::take_back(&ctx, done.unwrap().undo)).unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn files_of_other_tools_are_looked_at_too() {
    let docker = format!(r#"{{"auths":{{"ghcr.io":{PLAIN}}}}}"#);
    let table: &[(&str, &str, &[&str])] = &[
        (".config/helm/registry/config.json", "{ nope", &["other_tools step"]),
        (".config/helm/registry/config.json", r#"{"credsStore":"gone"}"#, &["other_tools step"]),
        (".config/helm/registry/config.json", &docker, &[]),
        (".apptainer/docker-config.json", "[]", &["other_tools step"]),
    ];
    for (name, text, expected) in table {
        let it = home(&[(".docker/config.json", &docker), (name, text)], &[], &[]);
        assert_eq!(rules(&it), *expected, "{name} {text}");
    }
    let regctl = r#"{"hosts":{"r.example":{"user":"jane","pass":"pw"}}}"#;
    let it = home(&[(".regctl/config.json", regctl)], &[], &[]);
    let found = findings(&it);
    assert!(found.iter().any(|finding| finding.place.contains(".regctl")), "{found:?}");
    assert!(!format!("{found:?}").contains("pw"));
}

#[test]
fn thousands_of_keys_that_nobody_asks_for_cost_no_more_than_their_number() {
    let entries: Vec<String> = (0..3_000).map(|at| format!(r#""R{at:05}.example":{PLAIN}"#)).collect();
    let it = home(&[(".docker/config.json", &format!(r#"{{"auths":{{{}}}}}"#, entries.join(",")))], &[], &[]);
    let start = std::time::Instant::now();
    let edits = findings(&it).iter().filter(|finding| finding.rule == "never_found").count();
    assert_eq!(edits, 3_000);
    // Comparing each with each takes minutes.
    let took = start.elapsed();
    assert!(took < std::time::Duration::from_secs(20), "{took:?}");
}
