//! Which login each tool would send for an image, on this machine as it is now.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use crate::app::Context;
use crate::app::inventory::{Listing, Listings};
use crate::config::default_store::System;
use crate::file::contents;
use crate::process::find_on_path;
use crate::resolve::snapshot::{Answer, File, FileText, Helper, Snapshot};
use crate::resolve::{Resolver, Tool, Trace};
use crate::secret::Secret;
use crate::settings::Settings;

/// How often files are read that a tool came to through others. A chain of more leads nowhere.
const MOST_ROUNDS: usize = 16;

/// What the tools see of this machine before they look into a file: its variables, its programs, and which logins the
/// helpers list. A helper is asked for no secret.
pub fn snapshot(ctx: &Context, variables: BTreeMap<String, Secret>, listings: &Listings) -> Snapshot {
    let settings = &ctx.settings;
    let mut snapshot = Snapshot::new(System::HERE);
    snapshot.home = settings.locations.home.as_deref().map(shown);
    snapshot.uid = settings.locations.uid;
    snapshot.variables = variables;
    if let Some(folder) = &settings.locations.config_flag {
        snapshot.variables.insert("DOCKER_CONFIG".into(), Secret::from_text(shown(folder)));
    }
    for program in programs(settings) {
        let is_executable = find_on_path(&settings.path, &program).is_some();
        let found = if is_executable { &mut snapshot.programs } else { &mut snapshot.not_executable };
        found.insert(program);
    }
    snapshot.helpers = listings.iter().map(|(name, listing)| (name.to_string(), helper(listing))).collect();
    snapshot
}

/// Follows each tool to its end, and reads the files that they come to.
pub fn ask(snapshot: Snapshot, tools: &[&'static Tool], image: &str) -> Vec<Trace> {
    read_on(snapshot, |snapshot| {
        let traces = resolve(snapshot, tools, image);
        let unread: BTreeSet<String> = traces.iter().flat_map(|trace| trace.unread.clone()).collect();
        (traces, unread.into_iter().collect())
    })
}

/// Asks a question that answers also with the paths that the snapshot lacks, reads these, and asks again.
pub(super) fn read_on<T>(mut snapshot: Snapshot, question: impl Fn(&Snapshot) -> (T, Vec<String>)) -> T {
    for _ in 0..MOST_ROUNDS {
        let (answer, unread) = question(&snapshot);
        if unread.is_empty() {
            return answer;
        }
        snapshot.files.extend(unread.iter().flat_map(|path| look(path)));
    }
    question(&snapshot).0
}

fn resolve(snapshot: &Snapshot, tools: &[&'static Tool], image: &str) -> Vec<Trace> {
    let resolver = Resolver::new(snapshot);
    tools.iter().map(|tool| resolver.resolve(tool, image)).collect()
}

/// The programs in the folders of PATH that a tool may ask for a login.
fn programs(settings: &Settings) -> BTreeSet<String> {
    let folders = std::env::split_paths(&settings.path).filter(|folder| folder.is_absolute());
    let entries = folders.filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("docker-credential-") || name == "pass").collect()
}

/// What a listing tells of the answers to `get`. A program that lists nothing may mint its answers: nothing is known then.
fn helper(listing: &Listing) -> Helper {
    let Ok(listed) = listing else { return Helper::default() };
    let keeps = |username: &str| Answer::Keeps { username: Some(username.to_owned()) };
    let answers: HashMap<_, _> =
        listed.iter().map(|login| (login.key.clone(), keeps(&login.username))).collect();
    let names = listed.iter().map(|login| (login.key.clone(), login.username.clone())).collect();
    Helper { otherwise: (!answers.is_empty()).then_some(Answer::NotFound), answers, listed: Some(names) }
}

/// A file, or all files of a folder where the path ends in a slash.
fn look(path: &str) -> Vec<(String, File)> {
    if !path.ends_with('/') {
        return vec![(path.to_owned(), read(path))];
    }
    let entries = Path::new(path).read_dir().ok().into_iter().flatten().flatten();
    let inside = entries.map(|entry| format!("{path}{}", entry.file_name().to_string_lossy()));
    let mut found: Vec<_> = inside.map(|file| (file.clone(), read(&file))).collect();
    found.push((path.to_owned(), File::Absent));
    found
}

fn read(path: &str) -> File {
    match contents::find(Path::new(path)) {
        Ok(Some(mut content)) => File::Text(FileText::new(Secret::new(std::mem::take(&mut *content.bytes)))),
        Ok(None) => File::Absent,
        Err(_) => File::Unreadable,
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::SystemClock;
    use crate::credential_helper::Listed;
    use crate::resolve;

    /// A home with this `config.json`, in which these helpers list these keys.
    fn ends(config: &str, listings: &Listings, tools: &[&str], image: &str) -> Vec<String> {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".docker")).unwrap();
        std::fs::write(home.path().join(".docker/config.json"), config).unwrap();
        for name in listings.keys() {
            let program = home.path().join(format!("docker-credential-{name}"));
            std::fs::write(&program, "").unwrap();
            #[cfg(unix)]
            std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        }
        let variables = [("HOME", home.path()), ("PATH", home.path())];
        let settings = Settings::from_environment(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        });
        let ctx = Context::new(settings, SystemClock);
        let snapshot = snapshot(&ctx, BTreeMap::new(), listings);
        let tools: Vec<_> = tools.iter().map(|tool| resolve::find(tool).unwrap()).collect();
        let home = home.path().display().to_string();
        let told = |trace: &Trace| trace.end.sentence().replace(&home, "~");
        ask(snapshot, &tools, image).iter().map(told).collect()
    }

    #[test]
    fn each_tool_is_followed_into_the_files_of_this_machine() {
        // jane:hunter2
        let config = r#"{"auths":{"https://index.docker.io/v1/":{"auth":"amFuZTpodW50ZXIy"}}}"#;
        let told = ends(config, &Listings::new(), &["docker", "podman", "oras-py"], "alpine");
        let of_docker = "jane from ~/.docker/config.json, under https://index.docker.io/v1/";
        assert_eq!(told, [of_docker, of_docker, "no login"]);
        assert!(!told.concat().contains("hunter2"));
    }

    #[test]
    fn what_a_helper_lists_is_known_and_what_a_minting_one_would_say_is_not() {
        let listed = vec![Listed { key: "ghcr.io".into(), username: "jane".into() }];
        let listings: Listings =
            [(Arc::from("pass"), Ok(listed)), (Arc::from("ecr-login"), Ok(Vec::new()))].into();
        let config = r#"{"credsStore":"pass","credHelpers":{"1.dkr.ecr.example":"ecr-login"}}"#;
        let end = |image: &str| ends(config, &listings, &["docker"], image).remove(0);
        assert_eq!(end("ghcr.io/a/b"), "jane from docker-credential-pass, under ghcr.io");
        assert_eq!(end("quay.io/a/b"), "no login");
        assert!(end("1.dkr.ecr.example/a").starts_with("depends on docker-credential-ecr-login"));
    }
}
