//! Which files hold logins, from which variables, and which tool reads which.
//!
//! Sources: docker/cli 28f7560 `cli/config/config.go`; container-libs 9869b8f `common/pkg/auth/auth.go` and
//! `image/pkg/docker/config/config.go`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::credential::diagnostic::{Diagnostic, Diagnostics};

/// What decides where files are: the command line and the environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locations {
    /// The home folder.
    pub home: Option<PathBuf>,
    /// The folder given with `--config`.
    pub config_flag: Option<PathBuf>,
    /// `DOCKER_CONFIG`, where it is not empty.
    pub docker_config: Option<PathBuf>,
    /// `REGISTRY_AUTH_FILE`, where it is not empty.
    pub registry_auth_file: Option<PathBuf>,
    /// `XDG_RUNTIME_DIR`, where it is not empty.
    pub xdg_runtime_dir: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`, where it is not empty.
    pub xdg_config_home: Option<PathBuf>,
    /// The user's number, for `/run/containers/UID`.
    pub uid: u32,
}

/// How a place is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// docker's `config.json`.
    Docker,
    /// podman's `auth.json`.
    Containers,
    /// docker's old `.dockercfg`.
    Legacy,
    /// The variable `DOCKER_AUTH_CONFIG`.
    Variable,
    /// pullpass's own vault, which no other program reads.
    Vault,
}

impl Format {
    /// The word of the IN column.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Containers => "podman",
            Self::Legacy => "legacy",
            Self::Variable => "env",
            Self::Vault => "vault",
        }
    }
}

/// A file that may hold logins, or the variable that does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// How it is called: the path as text, or the variable's name.
    pub name: Arc<str>,
    /// Where it is; `None` for the variable.
    pub path: Option<PathBuf>,
    /// How it is read.
    pub format: Format,
    /// What made us look there.
    pub why: &'static str,
    /// True where docker reads it now.
    pub docker: bool,
    /// Its turn in podman's search, from 0; `None` where podman never gets there.
    pub podman: Option<usize>,
}

/// A file of docker's or podman's, and how it is read: both go together wherever the file is read or edited.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConfigPath {
    /// The file as it is called.
    pub path: PathBuf,
    /// How it is read.
    pub format: Format,
}

/// The name of the variable that holds a whole file.
pub const DOCKER_AUTH_CONFIG: &str = "DOCKER_AUTH_CONFIG";

impl Locations {
    /// The one file that docker reads.
    pub fn docker_file(&self) -> Option<PathBuf> {
        let folder = self.config_flag.clone().or_else(|| self.docker_config.clone());
        folder
            .or_else(|| self.home.as_ref().map(|home| home.join(".docker")))
            .map(|dir| dir.join("config.json"))
    }

    /// The files that podman, buildah and skopeo try, in their order; the first hit wins.
    pub fn podman_files(&self) -> Vec<PathBuf> {
        if let Some(file) = &self.registry_auth_file {
            return vec![file.clone()];
        }
        if let Some(folder) = &self.docker_config {
            return vec![folder.join("config.json")];
        }
        let home = |rest: &str| self.home.as_ref().map(|home| home.join(rest));
        [Some(self.runtime_file()), self.containers_file(), home(".docker/config.json"), home(".dockercfg")]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Where podman's logins are written: as `podman login` does, but into the configuration folder where the runtime
    /// folder cannot be there.
    pub fn podman_write_file(&self, exists: impl Fn(&Path) -> bool) -> Option<PathBuf> {
        let fixed = self.registry_auth_file.is_some() || self.docker_config.is_some();
        let runtime = match &self.xdg_runtime_dir {
            Some(folder) => exists(folder),
            None => self.uid == 0 || exists(Path::new(&format!("/run/containers/{}", self.uid))),
        };
        if fixed || runtime { self.podman_files().into_iter().next() } else { self.containers_file() }
    }

    /// Where podman's logins outlive a restart; `None` where a variable leads it elsewhere anyway.
    pub fn lasting_podman_file(&self) -> Option<PathBuf> {
        let is_free = self.registry_auth_file.is_none() && self.docker_config.is_none();
        self.containers_file().filter(|_| is_free)
    }

    /// Where `podman login` writes: in memory, for as long as the session lasts.
    pub fn runtime_file(&self) -> PathBuf {
        match &self.xdg_runtime_dir {
            Some(folder) => folder.join("containers/auth.json"),
            None => PathBuf::from(format!("/run/containers/{}/auth.json", self.uid)),
        }
    }

    fn containers_file(&self) -> Option<PathBuf> {
        let folder =
            self.xdg_config_home.clone().or_else(|| self.home.as_ref().map(|home| home.join(".config")));
        folder.map(|folder| folder.join("containers/auth.json"))
    }

    /// Every place that may hold logins, docker's first; each once, with what makes us look there.
    pub fn places(&self) -> Vec<Place> {
        let home = |rest: &str| self.home.as_ref().map(|home| home.join(rest));
        let home_docker = home(".docker/config.json").filter(|_| self.config_flag.is_none());
        let flag = self.config_flag.as_ref().map(|dir| dir.join("config.json"));
        let variable = self.docker_config.as_ref().map(|dir| dir.join("config.json"));
        let candidates = [
            (flag, Format::Docker, "--config"),
            (variable, Format::Docker, "DOCKER_CONFIG"),
            (home_docker, Format::Docker, "the home folder"),
            (self.registry_auth_file.clone(), Format::Containers, "REGISTRY_AUTH_FILE"),
            (Some(self.runtime_file()), Format::Containers, "podman's runtime folder"),
            (self.containers_file(), Format::Containers, "podman's configuration folder"),
            (home(".dockercfg"), Format::Legacy, "docker's old place"),
        ];
        let docker_file = self.docker_file();
        let podman_files = self.podman_files();
        let mut places: Vec<Place> = Vec::new();
        for (path, format, why) in candidates {
            let Some(path) = path else { continue };
            if places.iter().any(|place| place.path.as_ref() == Some(&path)) {
                continue;
            }
            places.push(Place {
                name: path.to_string_lossy().into(),
                docker: docker_file.as_ref() == Some(&path),
                podman: podman_files.iter().position(|file| *file == path),
                path: Some(path),
                format,
                why,
            });
        }
        places
    }

    /// The files among the [places](Self::places).
    pub fn files(&self) -> impl Iterator<Item = ConfigPath> {
        let file = |place: Place| Some(ConfigPath { path: place.path?, format: place.format });
        self.places().into_iter().filter_map(file)
    }

    /// How the file of this path is read: by what makes us look there, whatever its name is; one that we would not look
    /// at, by its name.
    pub fn file(&self, path: &Path) -> ConfigPath {
        let by_name = || match path.file_name() {
            Some(name) if name == "auth.json" => Format::Containers,
            Some(name) if name == ".dockercfg" => Format::Legacy,
            _ => Format::Docker,
        };
        let known = self.files().find(|file| file.path == *path);
        known.unwrap_or_else(|| ConfigPath { path: path.to_owned(), format: by_name() })
    }

    /// What is odd about the variables, given which files exist.
    pub fn diagnostics(&self, exists: impl Fn(&Path) -> bool) -> Diagnostics {
        let mut found = Diagnostics::default();
        if let Some(folder) = &self.docker_config {
            found.add_if(folder.is_relative(), Diagnostic::DockerConfigRelative);
            found.add_if(!exists(&folder.join("config.json")), Diagnostic::DockerConfigDirMissing);
        }
        if let Some(file) = &self.registry_auth_file {
            found.add_if(!exists(file), Diagnostic::RegistryAuthFileMissing);
        }
        found
    }
}

/// The variable as a place.
pub fn variable_place() -> Place {
    Place {
        name: DOCKER_AUTH_CONFIG.into(),
        path: None,
        format: Format::Variable,
        why: "the environment",
        docker: true,
        podman: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> Locations {
        Locations { home: Some("/h".into()), xdg_runtime_dir: Some("/run/u".into()), ..Locations::default() }
    }

    fn summary(locations: &Locations) -> Vec<(String, bool, Option<usize>)> {
        locations.places().into_iter().map(|p| (p.name.to_string(), p.docker, p.podman)).collect()
    }

    #[test]
    fn at_home_docker_has_one_file_and_podman_four() {
        let expected = [
            ("/h/.docker/config.json", true, Some(2)),
            ("/run/u/containers/auth.json", false, Some(0)),
            ("/h/.config/containers/auth.json", false, Some(1)),
            ("/h/.dockercfg", false, Some(3)),
        ];
        assert_eq!(
            summary(&home()),
            expected.map(|(name, docker, podman)| (name.to_owned(), docker, podman))
        );
    }

    #[test]
    fn docker_config_takes_both_tools_away_from_home() {
        let locations = Locations { docker_config: Some("/dc".into()), ..home() };
        let places = summary(&locations);
        assert_eq!(places[0], ("/dc/config.json".into(), true, Some(0)));
        assert_eq!(places[1], ("/h/.docker/config.json".into(), false, None));
        assert!(places[2..].iter().all(|(_, docker, podman)| !docker && podman.is_none()));
    }

    #[test]
    fn what_makes_us_look_at_a_file_says_how_it_is_read() {
        let locations = Locations { registry_auth_file: Some("/h/own/.dockercfg".into()), ..home() };
        let table = [
            ("/h/own/.dockercfg", Format::Containers),
            ("/h/.dockercfg", Format::Legacy),
            ("/h/.docker/config.json", Format::Docker),
            ("/elsewhere/.dockercfg", Format::Legacy),
            ("/elsewhere/auth.json", Format::Containers),
            ("/elsewhere/any", Format::Docker),
        ];
        for (path, format) in table {
            assert_eq!(locations.file(Path::new(path)).format, format, "{path}");
        }
    }

    #[test]
    fn registry_auth_file_is_all_that_podman_reads() {
        let locations = Locations { registry_auth_file: Some("/ra.json".into()), ..home() };
        assert_eq!(locations.podman_files(), [PathBuf::from("/ra.json")]);
        assert!(locations.diagnostics(|_| false).has(Diagnostic::RegistryAuthFileMissing));
    }

    #[test]
    fn the_flag_shows_that_folder_instead_of_home() {
        let locations = Locations { config_flag: Some("/flag".into()), ..home() };
        let places = summary(&locations);
        assert_eq!(places[0], ("/flag/config.json".into(), true, None));
        assert!(!places.iter().any(|(name, _, _)| name == "/h/.docker/config.json"));
    }

    #[test]
    fn podman_writes_where_it_reads_first() {
        let table = [
            (home(), true, "/run/u/containers/auth.json"),
            (home(), false, "/h/.config/containers/auth.json"),
            (Locations { registry_auth_file: Some("/ra.json".into()), ..home() }, false, "/ra.json"),
            (Locations { docker_config: Some("/dc".into()), ..home() }, false, "/dc/config.json"),
            (Locations { xdg_runtime_dir: None, ..home() }, false, "/run/containers/0/auth.json"),
            (Locations { xdg_runtime_dir: None, uid: 7, ..home() }, false, "/h/.config/containers/auth.json"),
        ];
        for (locations, exists, file) in table {
            assert_eq!(locations.podman_write_file(|_| exists), Some(file.into()));
        }
    }

    #[test]
    fn without_a_runtime_folder_podman_looks_below_run() {
        let locations = Locations { uid: 1000, xdg_runtime_dir: None, ..home() };
        assert_eq!(locations.podman_files()[0], PathBuf::from("/run/containers/1000/auth.json"));
    }
}
