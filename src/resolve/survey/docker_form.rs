//! Tools whose files are of docker's form.

use super::{Kind, Login, Note, Rule, Survey};
use crate::config::entry;
use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::credential::login::EntryKind;
use crate::registry::image::Image;
use crate::registry::key;
use crate::resolve::apptainer;
use crate::resolve::buildx as scoped;
use crate::resolve::docker::{FINCH_FILE, SNAP_FILE};
use crate::resolve::ggcr as go_containerregistry;
use crate::resolve::helm;
use crate::resolve::json::{Config, Json, Names, Value};
use crate::resolve::nerdctl::spellings;
use crate::resolve::run::{Found, View};
use crate::resolve::snapshot::Snapshot;
use crate::sources::apptainer_remote;

/// Which keys of a file lead to what.
pub(super) type KeyUse = fn(&str) -> Option<Note>;

/// docker's library: any scheme and path are dropped, and Docker Hub has one key.
fn by_library(stored: &str) -> Option<Note> {
    let parts = key::parts(stored);
    match stored {
        key::HUB_KEY | key::HUB_ACCESS_TOKEN_KEY | key::HUB_REFRESH_TOKEN_KEY => None,
        _ if matches!(parts.host, "docker.io" | "index.docker.io") && parts.port.is_none() => {
            Some(Note::KeyNeverAsked)
        }
        _ if parts.scheme.is_some() => Some(Note::SchemeKeyServesHost),
        _ if parts.path.is_empty() => None,
        _ => Some(Note::PathKeyServesHost),
    }
}

/// oras-go: as docker's library, but only http and https are schemes.
fn by_oras(stored: &str) -> Option<Note> {
    match key::parts(stored).scheme {
        Some("http" | "https") | None => by_library(stored),
        Some(_) => Some(Note::KeyNeverAsked),
    }
}

/// testcontainers: the whole key, or what follows its scheme.
fn by_testcontainers(stored: &str) -> Option<Note> {
    let is_asked = stored == key::HUB_KEY || key::parts(stored).path.is_empty();
    (!is_asked).then_some(Note::KeyNeverAsked)
}

/// What a file holds, before any tool has looked at it.
pub(super) struct File<'a> {
    path: String,
    json: std::rc::Rc<Json<'a>>,
    config: std::rc::Rc<Config<'a>>,
}

impl<'a> File<'a> {
    /// Reads a file; `None` where there is none.
    pub fn read(view: &View<'a>, path: &str) -> Option<Self> {
        let Found::Text(file) = view.file(path) else { return None };
        let json = view.json(path, file);
        let config = view.config(path, &json, Names::Folded);
        Some(Self { path: path.to_owned(), json, config })
    }

    /// True where it is no JSON object.
    pub fn is_broken(&self) -> bool {
        matches!(self.json.value, Value::Bad(_) | Value::Other)
    }

    /// The store that it names.
    pub fn store(&self) -> Option<String> {
        self.config.store().map(std::borrow::Cow::into_owned)
    }

    /// Adds its logins and what is odd about them.
    pub fn add_to(&self, survey: &mut Survey, key_use: Option<KeyUse>) {
        survey.note_if(self.is_broken(), Note::InvalidFile);
        let auths = self.config.auths.map().map_or(&[][..], |map| map.list());
        let helper_of = |key: &str| {
            let own = self.config.cred_helpers.map().and_then(|helpers| helpers.get(key));
            let own = own.map(|own| crate::config::document::string(own).unwrap_or_default().into_owned());
            own.or_else(|| self.store()).filter(|name| !name.is_empty())
        };
        for (stored, value) in auths {
            let entry = entry::read(stored, value);
            let kind = match entry.kind {
                EntryKind::Basic => Kind::Basic,
                EntryKind::IdentityToken | EntryKind::OauthRefreshToken => Kind::IdentityToken,
                EntryKind::RegistryToken | EntryKind::OauthAccessToken => Kind::Bearer,
                EntryKind::Empty if helper_of(stored).is_some() => Kind::StoreMarker,
                EntryKind::Empty => Kind::Empty,
                _ => Kind::Invalid,
            };
            survey.note_if(kind == Kind::Invalid, Note::InvalidAuth);
            survey
                .note_if(kind == Kind::Basic && helper_of(stored).is_some(), Note::PlaintextShadowedByStore);
            if let Some(note) = key_use.and_then(|key_use| key_use(stored)) {
                survey.note(note);
            }
            survey.logins.push(Login::new(stored, entry.username_text().as_deref(), kind, &self.path));
        }
        let helpers = self.config.cred_helpers.map().map_or(&[][..], |map| map.list());
        for (helped, _) in helpers {
            let has_entry = self.config.auths.map().is_some_and(|auths| auths.get(helped).is_some());
            if let Some(helper) = helper_of(helped).filter(|_| !has_entry) {
                let program = Some(format!("docker-credential-{helper}"));
                survey.logins.push(Login { program, ..Login::new(helped, None, Kind::Helper, &self.path) });
            }
        }
        survey.note_if(self.store().is_some() && auths.is_empty(), Note::StoreWithoutMarkers);
    }
}

fn add(survey: &mut Survey, view: &View<'_>, path: &str, key_use: KeyUse) {
    if let Some(file) = File::read(view, path) {
        file.add_to(survey, Some(key_use));
    }
}

fn one_file(view: &View<'_>, path: &str, key_use: KeyUse) -> Survey {
    let mut survey = Survey::new(vec![path.to_owned()], Rule::Single);
    add(&mut survey, view, path, key_use);
    survey
}

pub(super) fn docker(view: &View<'_>, _: Option<&str>) -> Survey {
    one_file(view, &view.snapshot.docker_file(), by_library)
}

pub(super) fn docker_28_3(view: &View<'_>, image: Option<&str>) -> Survey {
    let mut survey = docker(view, image);
    survey.note_if(view.snapshot.filled(DOCKER_AUTH_CONFIG).is_some(), Note::EnvOverridesFile);
    survey
}

/// The first of docker's places, the oldest last.
pub(super) fn docker_py(view: &View<'_>, _: Option<&str>) -> Survey {
    let snapshot = view.snapshot;
    let mut places = vec![snapshot.docker_file(), snapshot.at_home(".docker/config.json")];
    places.push(snapshot.at_home(".dockercfg"));
    places.dedup();
    first_existing(view, places, by_library)
}

/// The home folder's file, whatever the variables say.
pub(super) fn oras_py(view: &View<'_>, _: Option<&str>) -> Survey {
    let mut survey = one_file(view, &view.snapshot.at_home(".docker/config.json"), by_exact_host);
    survey.note_if(view.snapshot.filled("DOCKER_CONFIG").is_some(), Note::EnvNotRead);
    survey
}

/// A key is the host, as it is.
fn by_exact_host(stored: &str) -> Option<Note> {
    (key::hostname(stored) != stored).then_some(Note::KeyNeverAsked)
}

/// docker's file, else podman's.
pub(super) fn ggcr(view: &View<'_>, _: Option<&str>) -> Survey {
    first_existing(view, go_containerregistry::places(view.snapshot), by_library)
}

fn first_existing(view: &View<'_>, places: Vec<String>, key_use: KeyUse) -> Survey {
    let read = places.iter().find(|path| view.exists(path)).cloned();
    let mut survey = Survey::new(places, Rule::FirstExisting);
    if let Some(read) = read {
        add(&mut survey, view, &read, key_use);
    }
    survey
}

pub(super) fn snap(view: &View<'_>, _: Option<&str>) -> Survey {
    one_file(view, &view.snapshot.at_home(SNAP_FILE), by_library)
}

pub(super) fn finch(view: &View<'_>, _: Option<&str>) -> Survey {
    let mut survey = one_file(view, &view.snapshot.at_home(FINCH_FILE), by_library);
    survey.note(Note::NoDockerFallback);
    survey
}

pub(super) fn nerdctl(view: &View<'_>, _: Option<&str>) -> Survey {
    let mut survey = one_file(view, &view.snapshot.docker_file(), by_nerdctl);
    let has = |key: &str| survey.logins.iter().any(|login| login.key == key);
    let is_twice = survey.logins.iter().any(|login| login.key.strip_suffix(":443").is_some_and(has));
    survey.note_if(is_twice, Note::OwnKeyWithPort);
    survey
}

/// nerdctl knows a few spellings of each host; any other goes by docker's library.
fn by_nerdctl(stored: &str) -> Option<Note> {
    let host = key::hostname(stored);
    let is_spelling = spellings(&host).iter().any(|known| known == stored);
    if is_spelling { None } else { by_library(stored) }
}

pub(super) fn helm_4(view: &View<'_>, image: Option<&str>) -> Survey {
    helm(view, image, true)
}

pub(super) fn helm_3(view: &View<'_>, image: Option<&str>) -> Survey {
    helm(view, image, false)
}

/// In Helm 4 its own file can end the lookup before docker's is asked.
fn helm(view: &View<'_>, _: Option<&str>, is_new: bool) -> Survey {
    let snapshot = view.snapshot;
    let (own, docker) = (helm::own_file(snapshot), snapshot.docker_file());
    let mut survey = Survey::new(vec![own.clone(), docker.clone()], Rule::InTurn);
    let key_use: KeyUse = if is_new { by_oras } else { by_library };
    let own = File::read(view, &own);
    let is_broken = own.as_ref().is_some_and(File::is_broken);
    let store = own.as_ref().and_then(File::store);
    let is_missing = store.is_some_and(|store| !snapshot.has_helper(&store));
    if let Some(own) = &own {
        own.add_to(&mut survey, Some(key_use));
        // Without the program its list shows nothing either.
        if is_missing {
            survey.notes.remove(&Note::StoreWithoutMarkers);
        }
    }
    survey.note_if(is_missing && is_new, Note::StoreMissingBlocks);
    let has_docker = view.exists(&docker);
    add(&mut survey, view, &docker, key_use);
    survey.note_if(has_docker && !is_broken && !(is_missing && is_new), Note::BorrowsDocker);
    let unread = [DOCKER_AUTH_CONFIG, "REGISTRY_AUTH_FILE"];
    survey.note_if(unread.iter().any(|name| snapshot.filled(name).is_some()), Note::EnvNotRead);
    let old = [".cache/helm/registry/config.json", ".config/helm/registry.json"];
    survey.note_if(old.iter().any(|path| view.exists(&snapshot.at_home(path))), Note::OldPlace);
    survey
}

pub(super) fn apptainer(view: &View<'_>, _: Option<&str>) -> Survey {
    let mut survey = own_or_docker(view, &apptainer::places(view.snapshot, true));
    remote(&mut survey, view, ".apptainer");
    survey
}

pub(super) fn apptainer_without_docker(view: &View<'_>, _: Option<&str>) -> Survey {
    let mut survey = own_or_docker(view, &apptainer::places(view.snapshot, false));
    remote(&mut survey, view, ".apptainer");
    survey.note(Note::NoDockerFallback);
    survey
}

pub(super) fn singularity(view: &View<'_>, _: Option<&str>) -> Survey {
    let snapshot = view.snapshot;
    let mut survey = own_or_docker(view, &[apptainer::singularity_file(snapshot)]);
    remote(&mut survey, view, ".singularity");
    survey.note(Note::NoDockerFallback);
    let is_elsewhere = snapshot.passwd_home.is_some() && snapshot.passwd_home != snapshot.home;
    survey.note_if(is_elsewhere, Note::OtherHome);
    survey
}

/// The first of the places that exists hides the others.
fn own_or_docker(view: &View<'_>, places: &[String]) -> Survey {
    let rule = if places.len() > 1 { Rule::FirstExisting } else { Rule::Single };
    let mut survey = Survey::new(places.to_vec(), rule);
    if let Some((name, user, _)) = apptainer::login_variables(view.snapshot) {
        survey.logins.push(Login::new("*", Some(user), Kind::Basic, &format!("${name}")));
        survey.note(Note::EnvOverridesFile);
    }
    if let Some(read) = apptainer::read_file(view, places) {
        add(&mut survey, view, read, by_library);
    }
    if let [own, docker] = places {
        let (has_own, has_docker) = (view.exists(own), view.exists(docker));
        survey.note_if(has_own && has_docker, Note::OwnFileHidesDocker);
        survey.note_if(!has_own && has_docker, Note::BorrowsDocker);
        survey.note_if(!has_own && has_docker, Note::WritesIntoDockerFile);
    }
    let unread = [DOCKER_AUTH_CONFIG, "DOCKER_CONFIG"];
    survey.note_if(unread.iter().any(|name| view.snapshot.filled(name).is_some()), Note::EnvNotRead);
    survey
}

/// `remote.yaml` in the same folder holds tokens of other services.
fn remote(survey: &mut Survey, view: &View<'_>, folder: &str) {
    let snapshot: &Snapshot = view.snapshot;
    let named = apptainer::config_folder(snapshot).map(str::to_owned);
    let path = format!("{}/remote.yaml", named.unwrap_or_else(|| snapshot.at_home(folder)));
    let Some(text) = view.text(&path) else { return };
    let Ok(remotes) = apptainer_remote::read(text) else {
        survey.note(Note::InvalidFile);
        return;
    };
    for remote in remotes.into_iter().filter(|remote| remote.secret.is_some()) {
        survey.logins.push(Login::new(&remote.uri, None, Kind::Bearer, &path));
        survey.note(Note::PlainSecret);
        survey.note(Note::NotARegistry);
    }
}

/// The file that a request would use; for no image all of them.
pub(super) fn buildx(view: &View<'_>, image: Option<&str>) -> Survey {
    let docker = view.snapshot.docker_file();
    let image = image.and_then(|image| Image::parse(image).ok());
    let files = match &image {
        Some(image) => scoped::winner(view, image).into_iter().collect(),
        None => scoped::scoped(view),
    };
    let places = files.iter().map(|file| file.path.clone()).chain([docker.clone()]).collect();
    let mut survey = Survey::new(places, Rule::Single);
    for file in &files {
        let before = survey.logins.len();
        add(&mut survey, view, &file.path, by_library);
        let scope = file.folder.find(['/', '@']).map_or("", |at| &file.folder[at..]);
        let scope = scope.strip_prefix('/').unwrap_or(scope);
        survey.logins[before..].iter_mut().for_each(|login| login.scope = Some(scope.to_owned()));
    }
    // What is scoped replaces docker's file for the request.
    if image.is_none() || files.is_empty() {
        add(&mut survey, view, &docker, by_library);
    }
    survey
}

pub(super) fn testcontainers(view: &View<'_>, _: Option<&str>) -> Survey {
    let snapshot = view.snapshot;
    let Some(text) = snapshot.filled(DOCKER_AUTH_CONFIG) else {
        return one_file(view, &snapshot.docker_file(), by_testcontainers);
    };
    let mut survey = Survey::new(Vec::new(), Rule::Single);
    let json = view.json_variable(DOCKER_AUTH_CONFIG, text);
    let path = format!("${DOCKER_AUTH_CONFIG}");
    let config = view.config(&path, &json, Names::Exact);
    File { path, json, config }.add_to(&mut survey, Some(by_testcontainers));
    survey.note(Note::EnvReplacesFile);
    survey
}
