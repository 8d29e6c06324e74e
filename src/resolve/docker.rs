//! docker: `docker pull`, `run`, `create`, and all who call the docker command.
//!
//! Measured with docker CLI 28.2.2 and Debian's 20.10.24+dfsg1; 28.3 and later read from docker/cli v28.3.0 to v29.7.2
//! `cli/config/configfile/file.go` (`parseEnvConfig`) and `cli/config/memorystore/store.go`.

use crate::config::default_store;
use crate::config::docker;
use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::credential::diagnostic::Diagnostic;
use crate::registry::image::Image;
use crate::registry::key::HUB_KEY;
use crate::resolve::base64;
use crate::resolve::json::{Json, Value};
use crate::resolve::library::{self, Edition, Library};
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::snapshot::FileText;
use crate::resolve::trace::{End, Outcome, Sent, Source};

/// Below the home folder: docker-snap, where `current` is a link.
pub const SNAP_FILE: &str = "snap/docker/current/.docker/config.json";
/// Below the home folder: Finch.
pub const FINCH_FILE: &str = ".finch/config.json";

/// docker 28.3 and later: the variable goes first.
pub fn with_variable(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let key = key_of(image)?;
    if let Some(end) = from_variable(run, &key) {
        return Ok(end);
    }
    one_file(run, &key)
}

/// docker 23 to 28.2.
pub fn plain(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    one_file(run, &key_of(image)?)
}

/// Debian's docker 20.10, which still reads `~/.dockercfg`.
pub fn old(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let key = key_of(image)?;
    let path = run.snapshot().docker_file();
    match run.open(&path, &key) {
        Found::Text(file) => from_config(run, (&path, file), &key, Edition::Old),
        Found::Unreadable => fall_back(run, None, (&path, &key), Edition::Old),
        Found::Absent => {
            let path = run.snapshot().at_home(".dockercfg");
            match run.open(&path, &key) {
                Found::Text(file) => from_legacy(run, (&path, file), &key),
                Found::Absent | Found::Unreadable => fall_back(run, None, (&path, &key), Edition::Old),
            }
        }
    }
}

/// The key that docker looks for.
///
/// # Errors
/// [`Halt::Stops`] where docker would refuse the reference.
pub fn key_of(image: &str) -> Result<String, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    Ok(image.docker_key().to_owned())
}

/// docker from the Ubuntu snap, which has a home of its own.
pub fn snap(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    in_file(run, &run.snapshot().at_home(SNAP_FILE), &key_of(image)?)
}

/// Finch: docker's client in a virtual machine, with a folder of its own on the Mac.
pub fn finch(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    in_file(run, &run.snapshot().at_home(FINCH_FILE), &key_of(image)?)
}

/// The one file of docker, and its fall-backs.
pub fn one_file(run: &mut Run<'_, '_>, key: &str) -> Result<End, Halt> {
    in_file(run, &run.snapshot().docker_file(), key)
}

/// A file in place of docker's.
pub fn in_file(run: &mut Run<'_, '_>, path: &str, key: &str) -> Result<End, Halt> {
    match run.open(path, key) {
        Found::Text(file) => from_config(run, (path, file), key, Edition::New),
        Found::Absent | Found::Unreadable => fall_back(run, None, (path, key), Edition::New),
    }
}

fn from_config<'a>(
    run: &mut Run<'_, 'a>,
    (path, file): (&str, &'a FileText),
    key: &str,
    edition: Edition,
) -> Result<End, Halt> {
    let library = run.view.library(path, file);
    if let Some(words) = library.refusal(edition) {
        // docker warns, and goes on with what it has read so far.
        run.note(Source::File(path.to_owned()), key, Outcome::Failed(words));
    }
    fall_back(run, Some(&library), (path, key), edition)
}

/// The helper for the key, else the file; where neither is configured the machine's own store.
fn fall_back<'a>(
    run: &mut Run<'_, 'a>,
    library: Option<&Library<'a>>,
    (path, key): (&str, &str),
    edition: Edition,
) -> Result<End, Halt> {
    let Some(library) = library.filter(|library| library.is_configured()) else {
        let snapshot = run.snapshot();
        let machine = default_store::machine(snapshot.system, |name| snapshot.programs.contains(name));
        let Some(store) = machine.store else { return Ok(End::Anonymous) };
        let nothing = Library::of_entries(&Json::read("", true));
        return Ok(nothing.in_helper(run, (store, key), edition)?.unwrap_or(End::Anonymous));
    };
    let Some(helper) = library.helper_for(key) else {
        return Ok(library.in_file(run, path, key, edition));
    };
    run.note(Source::File(path.to_owned()), key, Outcome::LeadsTo(helper.clone().into_owned()));
    match library.in_helper(run, (&helper, key), edition)? {
        Ok(end) => Ok(end),
        // Any failure but "not found" is dropped in silence, and what the file has goes out.
        Err(_) => Ok(library.in_file(run, path, key, edition)),
    }
}

/// The variable, which is taken whole or not at all, and whose keys are compared as they are.
pub fn from_variable(run: &mut Run<'_, '_>, key: &str) -> Option<End> {
    let text = run.snapshot().filled(DOCKER_AUTH_CONFIG)?;
    let file = docker::read_variable(text.as_bytes());
    let source = || Source::Variable(DOCKER_AUTH_CONFIG);
    if file.diagnostics.has(Diagnostic::DockerAuthConfigInvalid) {
        let words =
            "it may hold only \"auths\" with \"auth\", each of them good; docker takes no notice of it";
        run.note(source(), key, Outcome::Failed(words.to_owned()));
        return None;
    }
    let Some(entry) = file.entries.into_iter().find(|entry| entry.key == key) else {
        run.note(source(), key, Outcome::NotFound);
        return None;
    };
    run.note(source(), key, Outcome::Found(key.to_owned()));
    let username = entry.username_text().unwrap_or_default().into_owned();
    Some(End::login(source(), key, Sent::basic(username, entry.password)))
}

/// A `.dockercfg`: the entries alone, or the two lines of an even older form, which hold Docker Hub's login.
fn from_legacy<'a>(
    run: &mut Run<'_, 'a>,
    (path, file): (&str, &'a FileText),
    key: &str,
) -> Result<End, Halt> {
    let source = || Source::File(path.to_owned());
    let json = run.view.json(path, file);
    if matches!(json.value, Value::Object(_) | Value::Null) && !json.has_rest {
        let library = Library::of_entries(&json);
        if let Some(words) = library.refusal(Edition::Old) {
            run.note(source(), key, Outcome::Failed(words));
        }
        return fall_back(run, Some(&library), (path, key), Edition::Old);
    }
    let mut lines = file.text().split('\n');
    let auth = lines.next().and_then(|line| line.split_once(" = ")).filter(|_| lines.next().is_some());
    let pair =
        auth.and_then(|(_, auth)| base64::go(auth)).and_then(|bytes| library::split_nul_trimmed(&bytes));
    match pair {
        Some((username, password)) if key == HUB_KEY => {
            run.note(source(), key, Outcome::Found(key.to_owned()));
            Ok(End::login(source(), key, Sent::basic(username, Some(password))))
        }
        Some(_) => {
            run.note(source(), key, Outcome::NotFound);
            Ok(End::Anonymous)
        }
        None => {
            run.note(source(), key, Outcome::Failed("Invalid Auth config file".to_owned()));
            fall_back(run, None, (path, key), Edition::Old)
        }
    }
}

#[cfg(test)]
mod tests;
