//! podman, buildah, skopeo, CRI-O, and the kubelet's files.

use super::docker_form::File;
use super::{Kind, Login, Note, Rule, Survey};
use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::registry::image::Image;
use crate::resolve::containers;
use crate::resolve::program::{Edition, Program};
use crate::resolve::run::View;
use crate::resolve::{crio as configuration, kubelet_files, registries_conf};

pub(super) fn podman_4(view: &View<'_>, image: Option<&str>) -> Survey {
    family(view, image, Program::Podman, Edition::V4)
}

pub(super) fn podman_5(view: &View<'_>, image: Option<&str>) -> Survey {
    family(view, image, Program::Podman, Edition::V5)
}

pub(super) fn podman_540(view: &View<'_>, image: Option<&str>) -> Survey {
    family(view, image, Program::Podman, Edition::V540)
}

pub(super) fn skopeo_4(view: &View<'_>, image: Option<&str>) -> Survey {
    family(view, image, Program::Skopeo, Edition::V4)
}

pub(super) fn skopeo_5(view: &View<'_>, image: Option<&str>) -> Survey {
    family(view, image, Program::Skopeo, Edition::V5)
}

/// The outer list of helpers, and the files with logins where it names them.
fn family(view: &View<'_>, image: Option<&str>, program: Program, edition: Edition) -> Survey {
    let files = registries_conf::files(view, program, edition);
    let read = registries_conf::read(view, &files);
    let has_conf = view.exists(&files.main) || !files.drop_ins.is_empty();
    let mut survey = Survey::new(Vec::new(), Rule::FirstExisting);
    if has_conf {
        survey.places.push(files.main.clone());
        survey.places.extend(files.drop_ins.iter().cloned());
    }
    let Ok(helpers) = read else {
        survey.note(Note::InvalidFile);
        return survey;
    };
    let is_dropped_in = helpers.set_by.as_ref().is_some_and(|path| *path != files.main);
    survey.note_if(is_dropped_in, Note::DropInWins);
    let from = helpers.set_by.unwrap_or_default();
    let is_file_asked = helpers.names.iter().any(|name| name == registries_conf::AUTH_FILES);
    if files.is_named && !is_file_asked {
        survey.rule = Rule::Single;
    }
    for name in &helpers.names {
        if name == registries_conf::AUTH_FILES {
            survey.rule = Rule::InTurn;
            auth_files(&mut survey, view, image, &containers::places(view.snapshot, program, edition));
        } else {
            let program = Some(format!("docker-credential-{name}"));
            survey.logins.push(Login { program, ..Login::new("*", None, Kind::Helper, &from) });
        }
    }
    survey.note_if(view.snapshot.filled(DOCKER_AUTH_CONFIG).is_some(), Note::EnvNotRead);
    survey
}

/// The files up to the first that has the login; without an image all that are there.
fn auth_files(survey: &mut Survey, view: &View<'_>, image: Option<&str>, places: &[String]) {
    let registry = image.map(|image| match image.split_once('/') {
        // A registry alone is asked for as well.
        None if image.contains('.') => image.to_owned(),
        _ => Image::parse(image).map_or_else(|_| image.to_owned(), |image| image.registry),
    });
    for path in places {
        survey.places.push(path.clone());
        let Some(file) = File::read(view, path) else { continue };
        let before = survey.logins.len();
        file.add_to(survey, None);
        survey.notes.remove(&Note::StoreWithoutMarkers);
        survey.notes.remove(&Note::PlaintextShadowedByStore);
        survey.note_if(file.store().is_some(), Note::StoreSkipped);
        let host = |key: &str| crate::registry::key::hostname(key).into_owned();
        let has_it = |login: &Login| registry.as_deref().is_some_and(|registry| host(&login.key) == registry);
        if survey.logins[before..].iter().any(has_it) || file.is_broken() {
            break;
        }
    }
}

pub(super) fn crio(view: &View<'_>, image: Option<&str>) -> Survey {
    let choice = configuration::choice(view);
    let Some(path) = choice.auth_file else {
        return family(view, image, Program::Podman, Edition::V5);
    };
    let mut survey = Survey::new(vec![path.clone()], Rule::Single);
    if let Some(file) = File::read(view, &path) {
        file.add_to(&mut survey, None);
        survey.notes.remove(&Note::StoreWithoutMarkers);
        survey.notes.remove(&Note::PlaintextShadowedByStore);
        survey.note_if(file.store().is_some(), Note::StoreSkipped);
    }
    survey.note_if(choice.is_replaced, Note::DropInWins);
    survey
}

/// The first of the kubelet's files that can be read.
pub(super) fn kubelet(view: &View<'_>, _: Option<&str>) -> Survey {
    let places = kubelet_files::places(view.snapshot).to_vec();
    let mut survey = Survey::new(places, Rule::FirstExisting);
    let Some((path, _)) = kubelet_files::file(view) else { return survey };
    if let Some(file) = File::read(view, &path) {
        file.add_to(&mut survey, None);
        survey.notes.remove(&Note::StoreWithoutMarkers);
        survey.notes.remove(&Note::PlaintextShadowedByStore);
        survey.note_if(file.store().is_some(), Note::StoreSkipped);
    }
    survey
}
