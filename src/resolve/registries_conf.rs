//! Which helpers podman, buildah and skopeo ask for all registries, and which file says so.
//!
//! Sources: containers/image v5.23.1 `pkg/sysregistriesv2/system_registries_v2.go` (`newConfigWrapperWithHomeDir`);
//! container-libs 9869b8f (image/v5.40.0) the same; containers/common v0.50 `libimage/runtime.go` for the variable.

use crate::resolve::program::{Edition, Program};
use crate::resolve::run::{Halt, Run, View};
use crate::resolve::snapshot::{Snapshot, join};
use crate::resolve::trace::{Outcome, Source};
use crate::sources::registries_conf;

/// The name that stands for the files with logins.
pub const AUTH_FILES: &str = "containers-auth.json";

const SYSTEM: &str = "/etc/containers";
const VENDOR: &str = "/usr/share/containers";

/// The files that count, in the order in which they are read.
#[derive(Debug)]
pub struct Files {
    /// The one main file.
    pub main: String,
    /// True where a variable names it.
    pub is_named: bool,
    /// Those that are read after it, later ones winning.
    pub drop_ins: Vec<String>,
}

/// What they say together.
#[derive(Debug)]
pub struct Helpers {
    /// The names, in order.
    pub names: Vec<String>,
    /// The file that set them; `None` where none does.
    pub set_by: Option<String>,
}

/// What they say together, or the path of one that cannot be used, and why.
pub type Reading = Result<Helpers, (String, String)>;

/// The helpers in the order in which they are asked.
///
/// # Errors
/// [`Halt::Stops`] where a file cannot be used.
pub fn helpers(run: &mut Run<'_, '_>, program: Program, edition: Edition) -> Result<Vec<String>, Halt> {
    let files = files(run.view, program, edition);
    match read(run.view, &files) {
        Ok(found) => {
            if let Some(path) = found.set_by {
                for name in found.names.iter().filter(|name| *name != AUTH_FILES) {
                    run.note(Source::File(path.clone()), "every registry", Outcome::LeadsTo(name.clone()));
                }
            }
            Ok(found.names)
        }
        Err((path, words)) => {
            run.note(Source::File(path.clone()), "every registry", Outcome::Failed(words.clone()));
            Err(Halt::Stops(format!("loading registries configuration \"{path}\": {words}")))
        }
    }
}

/// What they say together on a machine, and the paths that its snapshot lacks.
pub fn on(snapshot: &Snapshot, edition: Edition) -> (Reading, Vec<String>) {
    let view = View::new(snapshot);
    let found = read(&view, &files(&view, Program::Podman, edition));
    (found, view.unread())
}

/// Reads them; an error names the file.
///
/// # Errors
/// The path and why it cannot be used.
pub fn read(view: &View<'_>, files: &Files) -> Reading {
    let mut found = Helpers { names: Vec::new(), set_by: None };
    for path in std::iter::once(&files.main).chain(&files.drop_ins) {
        let Some(text) = view.text(path) else { continue };
        let names = registries_conf::credential_helpers(text).map_err(|words| (path.clone(), words))?;
        if let Some(names) = names {
            found = Helpers { names, set_by: Some(path.clone()) };
        }
    }
    if found.names.is_empty() {
        found = Helpers { names: vec![AUTH_FILES.to_owned()], set_by: None };
    }
    Ok(found)
}

/// Which files count.
pub fn files(view: &View<'_>, program: Program, edition: Edition) -> Files {
    let snapshot = view.snapshot;
    if edition >= Edition::V540 {
        return newer(view);
    }
    let variables = ["CONTAINERS_REGISTRIES_CONF", "REGISTRIES_CONFIG_PATH"];
    let named = variables.into_iter().find_map(|name| snapshot.filled(name));
    // XDG_CONFIG_HOME does not count here.
    let user = snapshot.at_home(".config/containers/registries.conf");
    let user_drop_ins = || view.folder(&snapshot.at_home(".config/containers/registries.conf.d"), ".conf");
    let mut drop_ins = Vec::new();
    let (main, is_named) = match named.filter(|_| program == Program::Podman) {
        Some(path) => (path.to_owned(), true),
        None if view.exists(&user) => {
            return Files { main: user, is_named: false, drop_ins: user_drop_ins() };
        }
        None => (join(SYSTEM, "registries.conf"), false),
    };
    drop_ins.extend(view.folder(&join(SYSTEM, "registries.conf.d"), ".conf"));
    drop_ins.extend(user_drop_ins());
    Files { main, is_named, drop_ins }
}

/// From image v5.40 on.
fn newer(view: &View<'_>) -> Files {
    let snapshot = view.snapshot;
    let last = snapshot.filled("CONTAINERS_REGISTRIES_CONF_OVERRIDE").map(str::to_owned);
    if let Some(path) = snapshot.filled("CONTAINERS_REGISTRIES_CONF") {
        return Files { main: path.to_owned(), is_named: true, drop_ins: last.into_iter().collect() };
    }
    let mains = [
        snapshot.at_config_home("containers/registries.conf"),
        join(SYSTEM, "registries.conf"),
        join(VENDOR, "registries.conf"),
    ];
    let main = mains.iter().find(|path| view.exists(path)).unwrap_or(&mains[0]).clone();
    let mut drop_ins: Vec<String> = Vec::new();
    for folder in drop_in_folders(snapshot) {
        for path in view.folder(&folder, ".conf") {
            // One name counts once, from the first folder that has it.
            if !drop_ins.iter().any(|found| name_of(found) == name_of(&path)) {
                drop_ins.push(path);
            }
        }
    }
    drop_ins.sort_by(|one, other| name_of(one).cmp(name_of(other)));
    drop_ins.extend(last);
    Files { main, is_named: false, drop_ins }
}

/// The folders of drop-ins, the one that wins first.
fn drop_in_folders(snapshot: &Snapshot) -> Vec<String> {
    let mut folders = vec![snapshot.at_config_home("containers/registries.conf.d")];
    for base in [SYSTEM, VENDOR] {
        if snapshot.uid == 0 {
            folders.push(join(base, "registries.rootful.conf.d"));
        } else {
            folders.push(format!("{base}/registries.rootless.conf.d/{}", snapshot.uid));
            folders.push(join(base, "registries.rootless.conf.d"));
        }
        folders.push(join(base, "registries.conf.d"));
    }
    folders
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
