//! Tells when one of some files was changed by somebody, without ever looking by itself.
//!
//! docker, podman and editors replace a file by renaming another one over it, so the folders are watched, not the
//! files. A file that is not there yet, or lies behind symbolic links, is found through every name on the way to it.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use notify::event::{Event, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

/// How long it must be quiet before a change is told: one `docker login` makes several events.
const QUIET: Duration = Duration::from_millis(50);

/// After this many events a change is told although it is not quiet; after as many tries a watch is left as it is.
const PATIENCE: usize = 100;

/// As many symbolic links as Linux follows (`path_resolution(7)`).
const MAX_LINKS: usize = 40;

/// A watch over some files. Dropping it ends it.
#[derive(Debug)]
pub struct Watch {
    signals: mpsc::Sender<Signal>,
}

/// What the thread behind a watch hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    /// A name on the way to a file was changed.
    Changed,
    /// Nobody wants to know any more.
    End,
}

impl Watch {
    /// Watches these files. When it returns, every later change will be told: `on_change` is called on another thread,
    /// once for changes that come close together.
    ///
    /// # Errors
    /// The system gives no watch: there is a limit for them, and some file systems have none.
    pub fn start(paths: Vec<PathBuf>, on_change: impl Fn() + Send + 'static) -> notify::Result<Self> {
        let (signals, heard) = mpsc::channel();
        let armed = Armed::new(&paths, &signals)?;
        let background = Background { paths, signals: signals.clone(), armed };
        thread::Builder::new().name("watch".into()).spawn(move || background.run(&heard, on_change))?;
        Ok(Self { signals })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ended_already = self.signals.send(Signal::End);
    }
}

/// The thread behind a watch.
struct Background {
    paths: Vec<PathBuf>,
    signals: mpsc::Sender<Signal>,
    armed: Armed,
}

impl Background {
    fn run(mut self, heard: &mpsc::Receiver<Signal>, on_change: impl Fn()) {
        while heard.recv() == Ok(Signal::Changed) {
            // Before anything else: what is changed from here on is told again.
            self.arm_again();
            if !until_quiet(heard) {
                return;
            }
            self.arm_again();
            on_change();
        }
    }

    /// Follows the files to where they are now, until they stay there. Where that fails, the old watch is better than
    /// none.
    fn arm_again(&mut self) {
        for _ in 0..PATIENCE {
            if !self.armed.is_stale(&self.paths) {
                return;
            }
            match Armed::new(&self.paths, &self.signals) {
                Ok(armed) => self.armed = armed,
                Err(_) => return,
            }
        }
    }
}

/// False where the watch has ended meanwhile.
fn until_quiet(heard: &mpsc::Receiver<Signal>) -> bool {
    for _ in 0..PATIENCE {
        match heard.recv_timeout(QUIET) {
            Ok(Signal::Changed) => {}
            Ok(Signal::End) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => return true,
        }
    }
    true
}

/// The system's watch over the folders where something about the files can change.
struct Armed {
    names: BTreeSet<PathBuf>,
    /// A folder was moved or removed: its watch may be over, even if there is a folder of that name again.
    folder_changed: Arc<AtomicBool>,
    _watcher: RecommendedWatcher,
}

impl Armed {
    fn new(paths: &[PathBuf], signals: &mpsc::Sender<Signal>) -> notify::Result<Self> {
        let names = names_of(paths);
        let folders: BTreeSet<PathBuf> =
            names.iter().filter_map(|name| name.parent()).map(Path::to_owned).collect();
        let folder_changed = Arc::new(AtomicBool::new(false));
        let mut watcher = {
            let (names, folders) = (names.clone(), folders.clone());
            let (folder_changed, signals) = (Arc::clone(&folder_changed), signals.clone());
            notify::recommended_watcher(move |event: notify::Result<Event>| {
                let Ok(event) = event else { return };
                let hits = |set: &BTreeSet<PathBuf>| event.paths.iter().any(|path| set.contains(path));
                let is_change = !matches!(event.kind, EventKind::Access(_));
                if is_change && hits(&folders) {
                    folder_changed.store(true, Ordering::SeqCst);
                }
                if is_change && (hits(&names) || hits(&folders) || event.need_rescan()) {
                    let _ended_meanwhile = signals.send(Signal::Changed);
                }
            })?
        };
        for folder in &folders {
            let _not_ours_to_read = watcher.watch(folder, RecursiveMode::NonRecursive);
        }
        Ok(Self { names, folder_changed, _watcher: watcher })
    }

    fn is_stale(&self, paths: &[PathBuf]) -> bool {
        self.folder_changed.load(Ordering::SeqCst) || names_of(paths) != self.names
    }
}

fn names_of(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    paths.iter().filter_map(|path| std::path::absolute(path).ok()).flat_map(|path| trail(&path)).collect()
}

/// The names on the way to a file that can lead it elsewhere: every symbolic link, and at the end the file itself, or
/// the first folder that is missing. The folders of all of them exist and are no links.
fn trail(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut at = PathBuf::new();
    let mut rest = parts_from_the_end(path);
    let mut links = 0;
    while let Some(part) = rest.pop() {
        if part == ".." {
            at.pop();
            continue;
        }
        let next = at.join(&part);
        match next.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() && links < MAX_LINKS => {
                links += 1;
                if let Ok(target) = next.read_link() {
                    rest.extend(parts_from_the_end(&target));
                }
                found.push(next);
            }
            Ok(_) => at = next,
            Err(_) => {
                found.push(next);
                return found;
            }
        }
    }
    found.push(at);
    found
}

fn parts_from_the_end(path: &Path) -> Vec<OsString> {
    path.components().rev().map(|part| part.as_os_str().to_owned()).collect()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    /// Far longer than a change takes to be told.
    const SOON: Duration = Duration::from_secs(5);

    struct Bed {
        dir: TempDir,
        told: mpsc::Receiver<()>,
        _watch: Watch,
    }

    impl Bed {
        /// Watches `home/.docker/config.json` in a folder that `prepare` has made ready.
        fn new(prepare: impl Fn(&Path)) -> Self {
            let dir = TempDir::with_prefix("watch").unwrap();
            fs::create_dir(dir.path().join("home")).unwrap();
            prepare(dir.path());
            let (tell, told) = mpsc::channel();
            let file = dir.path().join("home/.docker/config.json");
            let watch = Watch::start(vec![file], move || tell.send(()).unwrap_or_default()).unwrap();
            Self { dir, told, _watch: watch }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.dir.path().join(name)
        }

        /// As docker does it: a file beside it, then a rename.
        fn replace(&self, name: &str) {
            let beside = self.path(&format!("{name}1234"));
            fs::write(&beside, "{}").unwrap();
            fs::rename(beside, self.path(name)).unwrap();
        }

        fn told(&self) {
            self.told.recv_timeout(SOON).expect("the change was not told");
            while self.told.recv_timeout(QUIET * 3).is_ok() {}
        }

        fn not_told(&self) {
            assert!(self.told.recv_timeout(QUIET * 6).is_err(), "told without a change");
        }
    }

    fn with_folder(root: &Path) {
        fs::create_dir(root.join("home/.docker")).unwrap();
        fs::write(root.join("home/.docker/config.json"), "{}").unwrap();
    }

    #[test]
    fn a_file_that_is_replaced_written_or_removed_is_told() {
        let bed = Bed::new(with_folder);
        bed.replace("home/.docker/config.json");
        bed.told();
        fs::write(bed.path("home/.docker/config.json"), "{\"auths\":{}}").unwrap();
        bed.told();
        fs::remove_file(bed.path("home/.docker/config.json")).unwrap();
        bed.told();
    }

    #[test]
    fn many_changes_at_once_are_told_once() {
        let bed = Bed::new(with_folder);
        for _ in 0..10 {
            bed.replace("home/.docker/config.json");
        }
        bed.told.recv_timeout(SOON).unwrap();
        bed.not_told();
    }

    #[test]
    fn reading_it_and_other_files_are_not_told() {
        let bed = Bed::new(with_folder);
        fs::read(bed.path("home/.docker/config.json")).unwrap();
        fs::read_dir(bed.path("home/.docker")).unwrap().count();
        fs::write(bed.path("home/.docker/config.json1234"), "{}").unwrap();
        fs::write(bed.path("home/other"), "{}").unwrap();
        bed.not_told();
    }

    #[test]
    fn a_folder_that_appears_later_is_followed() {
        let bed = Bed::new(|_| {});
        fs::write(bed.path("home/unrelated"), "").unwrap();
        bed.not_told();
        fs::create_dir(bed.path("home/.docker")).unwrap();
        bed.replace("home/.docker/config.json");
        bed.told();
        bed.replace("home/.docker/config.json");
        bed.told();
    }

    #[test]
    fn a_folder_that_is_replaced_is_followed() {
        let bed = Bed::new(with_folder);
        fs::remove_dir_all(bed.path("home/.docker")).unwrap();
        fs::create_dir(bed.path("home/.docker")).unwrap();
        bed.told();
        bed.replace("home/.docker/config.json");
        bed.told();
    }

    /// In one step, so that no name is ever missing: only the folder's own event tells.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_is_exchanged_is_followed() {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        let bed = Bed::new(with_folder);
        fs::create_dir(bed.path("other")).unwrap();
        fs::write(bed.path("other/config.json"), "{}").unwrap();
        renameat_with(CWD, bed.path("other"), CWD, bed.path("home/.docker"), RenameFlags::EXCHANGE).unwrap();
        bed.told();
        bed.replace("home/.docker/config.json");
        bed.told();
    }

    #[test]
    fn a_link_is_followed_to_the_real_file() {
        let bed = Bed::new(|root| {
            fs::create_dir(root.join("dotfiles")).unwrap();
            fs::write(root.join("dotfiles/docker.json"), "{}").unwrap();
            fs::create_dir(root.join("home/.docker")).unwrap();
            symlink("../../dotfiles/docker.json", root.join("home/.docker/config.json")).unwrap();
        });
        bed.replace("dotfiles/docker.json");
        bed.told();
        fs::remove_file(bed.path("home/.docker/config.json")).unwrap();
        bed.replace("home/.docker/config.json");
        bed.told();
    }

    #[test]
    fn a_folder_that_is_a_link_is_followed() {
        let bed = Bed::new(|root| {
            fs::create_dir(root.join("one")).unwrap();
            fs::create_dir(root.join("two")).unwrap();
            symlink("../one", root.join("home/.docker")).unwrap();
        });
        bed.replace("one/config.json");
        bed.told();
        fs::remove_file(bed.path("home/.docker")).unwrap();
        symlink("../two", bed.path("home/.docker")).unwrap();
        bed.told();
        bed.replace("two/config.json");
        bed.told();
    }

    #[test]
    fn links_that_lead_in_a_circle_end_somewhere() {
        let dir = TempDir::new().unwrap();
        symlink("b", dir.path().join("a")).unwrap();
        symlink("a", dir.path().join("b")).unwrap();
        assert!(trail(&dir.path().join("a")).len() <= MAX_LINKS + 8);
    }
}
