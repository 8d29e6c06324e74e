//! Which login each tool would send for an image, on this machine as it is now.

pub mod used_by;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use crate::app::inventory::{Listing, Listings};
use crate::config::default_store::System;
use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::file::contents;
use crate::process::find_on_path;
use crate::resolve::snapshot::{Answer, File, FileText, Helper, Snapshot};
use crate::resolve::{Resolver, TOOLS, Tool, Trace};
use crate::secret::Secret;
use crate::settings::Settings;

/// How often files are read that a tool came to through others. A chain of more leads nowhere.
const MOST_ROUNDS: usize = 16;

/// Whose tools are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Who {
    /// Those of the user who asks.
    #[default]
    Me,
    /// Those that run with sudo: root's home folder, and none of the user's variables.
    Root,
}

impl Who {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::Root => "root",
        }
    }
}

/// What the tools see of this machine before they look into a file: its variables, its programs, and which logins the
/// helpers list. A helper is asked for no secret.
pub fn snapshot(settings: &Settings, listings: &Listings, who: Who) -> Snapshot {
    let mut snapshot = Snapshot::new(System::HERE);
    match who {
        Who::Me => see_as_user(&mut snapshot, settings),
        Who::Root => {
            let home = if cfg!(target_os = "macos") { "/var/root" } else { "/root" };
            snapshot.home = Some(home.into());
        }
    }
    for program in programs(settings) {
        let is_executable = find_on_path(&settings.path, &program).is_some();
        let found = if is_executable { &mut snapshot.programs } else { &mut snapshot.not_executable };
        found.insert(program);
    }
    // What a helper keeps for the user it need not keep for root.
    let listings = listings.iter().filter(|_| who == Who::Me);
    snapshot.helpers = listings.map(|(name, listing)| (name.to_string(), helper(listing))).collect();
    snapshot
}

fn see_as_user(snapshot: &mut Snapshot, settings: &Settings) {
    let locations = &settings.locations;
    snapshot.home = locations.home.as_deref().map(shown);
    snapshot.uid = locations.uid;
    snapshot.variables.clone_from(&settings.variables);
    let folders = [
        ("DOCKER_CONFIG", locations.config_flag.as_ref().or(locations.docker_config.as_ref())),
        ("REGISTRY_AUTH_FILE", locations.registry_auth_file.as_ref()),
        ("XDG_RUNTIME_DIR", locations.xdg_runtime_dir.as_ref()),
        ("XDG_CONFIG_HOME", locations.xdg_config_home.as_ref()),
    ];
    for (name, value) in folders {
        if let Some(value) = value {
            snapshot.variables.insert(name.into(), Secret::from_text(shown(value)));
        }
    }
    if let Some(variable) = &settings.variable {
        snapshot.variables.insert(DOCKER_AUTH_CONFIG.into(), variable.clone());
    }
}

/// The newest version of each tool, in the order of the table.
pub fn newest() -> Vec<&'static Tool> {
    let mut newest: Vec<&'static Tool> = Vec::new();
    for tool in TOOLS {
        if newest.iter().all(|known| known.name != tool.name) {
            newest.push(tool);
        }
    }
    newest
}

/// Follows each tool to its end, and reads the files that they come to into the snapshot.
pub fn ask(snapshot: &mut Snapshot, tools: &[&'static Tool], image: &str) -> Vec<Trace> {
    ask_all(snapshot, tools, &[image]).pop().unwrap_or_default()
}

/// The same for several images, for each of them what each tool does. Each file is read once.
pub fn ask_all(snapshot: &mut Snapshot, tools: &[&'static Tool], images: &[&str]) -> Vec<Vec<Trace>> {
    read_on(snapshot, |snapshot| {
        let traces = resolve(snapshot, tools, images);
        let unread: BTreeSet<&String> = traces.iter().flatten().flat_map(|trace| &trace.unread).collect();
        let unread = unread.into_iter().cloned().collect();
        (traces, unread)
    })
}

/// Asks a question that answers also with the paths that the snapshot lacks, reads these, and asks again.
pub fn read_on<T>(snapshot: &mut Snapshot, question: impl Fn(&Snapshot) -> (T, Vec<String>)) -> T {
    for _ in 0..MOST_ROUNDS {
        let (answer, unread) = question(snapshot);
        let found: Vec<_> = unread.iter().flat_map(|path| look(path)).collect();
        if found.is_empty() {
            return answer;
        }
        snapshot.files.extend(found);
    }
    question(snapshot).0
}

/// The files that a tool came to and that this user may not read.
pub fn unreadable(snapshot: &Snapshot) -> impl Iterator<Item = &str> {
    let files = snapshot.files.iter().filter(|(_, file)| matches!(file, File::Unreadable));
    files.map(|(path, _)| path.as_str())
}

fn resolve(snapshot: &Snapshot, tools: &[&'static Tool], images: &[&str]) -> Vec<Vec<Trace>> {
    let resolver = Resolver::new(snapshot);
    let one = |image: &&str| tools.iter().map(|tool| resolver.resolve(tool, image)).collect();
    images.iter().map(one).collect()
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
        let mut snapshot = snapshot(&settings, listings, Who::Me);
        let tools: Vec<_> = tools.iter().map(|tool| resolve::find(tool).unwrap()).collect();
        let home = home.path().display().to_string();
        let told = |trace: &Trace| trace.end.sentence().replace(&home, "~");
        ask(&mut snapshot, &tools, image).iter().map(told).collect()
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
