//! podman, buildah and skopeo: one library looks, three programs tell it where.
//!
//! Measured with Debian's podman 4.3.1, buildah 1.28.2 and skopeo 1.9.3 (containers/image v5.23.1
//! `pkg/docker/config/config.go`, containers/common v0.50 `pkg/auth/auth.go`, skopeo v1.9.3 `cmd/skopeo/utils.go`).
//! Later versions read from containers/image v5.24 to v5.36 and container-libs 9869b8f (image/v5.40.0).

use std::rc::Rc;

use crate::config::default_store::System;
use crate::config::document;
use crate::registry::image::Image;
use crate::registry::matching;
use crate::resolve::base64;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::{self, Config, Fields, Kind, Names, Part, Value};
use crate::resolve::keys::Match;
use crate::resolve::library::{not_on_path, split_nul_trimmed};
use crate::resolve::program::{Edition, Program};
use crate::resolve::registries_conf;
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::snapshot::{FileText, Snapshot, join};
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

/// A file with logins.
struct AuthFile {
    path: String,
    is_legacy: bool,
}

/// Debian 12's podman and buildah.
pub fn podman_4(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    resolve(run, image, Program::Podman, Edition::V4)
}

/// podman 5 and its buildah.
pub fn podman_5(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    resolve(run, image, Program::Podman, Edition::V5)
}

/// podman and buildah with image v5.40 and later.
pub fn podman_540(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    resolve(run, image, Program::Podman, Edition::V540)
}

/// Debian 12's skopeo.
pub fn skopeo_4(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    resolve(run, image, Program::Skopeo, Edition::V4)
}

/// The skopeo of podman 5.
pub fn skopeo_5(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    resolve(run, image, Program::Skopeo, Edition::V5)
}

/// The one file that a configuration names.
pub fn in_named_file(run: &mut Run<'_, '_>, image: &str, path: &str) -> Result<End, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    let repository = format!("{}/{}", image.registry, image.repository);
    let files = [AuthFile { path: path.to_owned(), is_legacy: false }];
    Ok(in_files(run, &repository, &image.registry, &files)?.unwrap_or(End::Anonymous))
}

fn resolve(run: &mut Run<'_, '_>, image: &str, program: Program, edition: Edition) -> Result<End, Halt> {
    let image = Image::parse(image).map_err(|_| Halt::Stops("invalid reference format".to_owned()))?;
    let (registry, repository) =
        (image.registry.as_str(), format!("{}/{}", image.registry, image.repository));
    if program == Program::Podman && edition == Edition::V4 {
        check_named_file(run, &repository)?;
    }
    let mut failures = Vec::new();
    for name in registries_conf::helpers(run, program, edition)? {
        let found = if name == registries_conf::AUTH_FILES {
            in_files(run, &repository, registry, &auth_files(run.snapshot(), program, edition))
        } else {
            ask(run, &name, registry)
        };
        match found {
            Ok(Some(end)) => return Ok(end),
            Ok(None) => {}
            Err(Halt::Stops(words)) => failures.push(words),
            Err(unknown @ Halt::Unknown(_)) => return Err(unknown),
        }
    }
    match failures.as_slice() {
        [] => Ok(End::Anonymous),
        failures => Err(Halt::Stops(failures.join("; "))),
    }
}

/// A file that a variable names and that is not there stops podman and buildah before they look for anything.
fn check_named_file(run: &mut Run<'_, '_>, asked: &str) -> Result<(), Halt> {
    let Some(path) = named(run.snapshot(), Program::Podman) else { return Ok(()) };
    if run.view.exists(&path) {
        return Ok(());
    }
    run.note(Source::File(path.clone()), asked, Outcome::Absent);
    Err(Halt::Stops(format!("stat {}: no such file or directory", crate::text::safe(&path))))
}

/// The file that a variable names.
fn named(snapshot: &Snapshot, program: Program) -> Option<String> {
    let docker = || snapshot.filled("DOCKER_CONFIG").map(|folder| join(folder, "config.json"));
    let file = snapshot.filled("REGISTRY_AUTH_FILE").map(str::to_owned);
    file.or_else(|| docker().filter(|_| program == Program::Podman))
}

/// The files in the order in which they are searched.
fn auth_files(snapshot: &Snapshot, program: Program, edition: Edition) -> Vec<AuthFile> {
    let plain = |path: String| AuthFile { path, is_legacy: false };
    let named = named(snapshot, program);
    if edition >= Edition::V5
        && let Some(path) = named
    {
        return vec![plain(path)];
    }
    let first = named.unwrap_or_else(|| runtime_file(snapshot));
    let others = [
        plain(snapshot.at_config_home("containers/auth.json")),
        plain(snapshot.docker_file()),
        AuthFile { path: snapshot.at_home(".dockercfg"), is_legacy: true },
    ];
    // A file that comes twice would be read twice, and say the same each time.
    let others = others.into_iter().filter(|other| other.path != first).collect::<Vec<_>>();
    std::iter::once(plain(first.clone())).chain(others).collect()
}

/// Where the logins of a session lie.
fn runtime_file(snapshot: &Snapshot) -> String {
    if snapshot.system != System::Linux {
        return snapshot.at_home(".config/containers/auth.json");
    }
    match snapshot.filled("XDG_RUNTIME_DIR") {
        Some(folder) => join(folder, "containers/auth.json"),
        None => format!("/run/containers/{}/auth.json", snapshot.uid),
    }
}

/// The files that are searched for logins, in order.
pub fn places(snapshot: &Snapshot, program: Program, edition: Edition) -> Vec<String> {
    auth_files(snapshot, program, edition).into_iter().map(|file| file.path).collect()
}

/// The first file with a usable entry; `None` where there is none.
fn in_files(
    run: &mut Run<'_, '_>,
    repository: &str,
    registry: &str,
    files: &[AuthFile],
) -> Result<Option<End>, Halt> {
    let Some((first, rest)) = files.split_first() else { return Ok(None) };
    let text = match run.open(&first.path, repository) {
        Found::Text(text) => text,
        Found::Absent => return in_files(run, repository, registry, rest),
        Found::Unreadable => return Err(Halt::Stops(format!("open {}: permission denied", first.path))),
    };
    let config = load(run, first, text).map_err(|words| {
        run.note(Source::File(first.path.clone()), repository, Outcome::Failed(words.clone()));
        Halt::Stops(format!("reading JSON file \"{}\": {words}", crate::text::safe(&first.path)))
    })?;
    let own_helper = config.cred_helpers.map().and_then(|helpers| helpers.get(registry));
    if let Some(helper) = own_helper {
        // A null is an empty name to Go.
        let helper = document::string(helper).unwrap_or_default();
        run.note(Source::File(first.path.clone()), registry, Outcome::LeadsTo(helper.clone().into_owned()));
        let found = ask(run, &helper, registry)?;
        return if found.is_some() { Ok(found) } else { in_files(run, repository, registry, rest) };
    }
    let places = entries(&config, repository, registry, first.is_legacy);
    if places.is_empty() {
        run.note(Source::File(first.path.clone()), repository, Outcome::NotFound);
        return in_files(run, repository, registry, rest);
    }
    let mut ends = Vec::new();
    for at in places {
        let end = match entry(run, &config, at, &first.path, repository) {
            Ok(None) => in_files(run, repository, registry, rest)?,
            Err(Halt::Stops(words)) => Some(End::Stops(words)),
            end => end?,
        };
        ends.push(end);
    }
    if ends.iter().all(Option::is_none) {
        return Ok(None);
    }
    match End::one_of(ends.into_iter().map(|end| end.unwrap_or(End::Anonymous)).collect()) {
        End::Stops(words) => Err(Halt::Stops(words)),
        end => Ok(Some(end)),
    }
}

/// The places of the entries of which one is taken; chance decides among several.
fn entries(config: &Config<'_>, repository: &str, registry: &str, is_legacy: bool) -> Vec<usize> {
    let Some(auths) = config.auths.map() else { return Vec::new() };
    let mut wanted = if is_legacy { registry } else { repository };
    loop {
        if let Some(at) = auths.place(wanted) {
            return vec![at];
        }
        match wanted.rsplit_once('/') {
            Some((parent, _)) => wanted = parent,
            None => break,
        }
    }
    let registry = matching::podman_normalised(registry);
    let by = if is_legacy { Match::ContainersLegacy } else { Match::Containers };
    auths.matching(by, registry)
}

/// What an entry sends; `None` where it is as good as missing.
fn entry(
    run: &mut Run<'_, '_>,
    config: &Config<'_>,
    at: usize,
    path: &str,
    asked: &str,
) -> Result<Option<End>, Halt> {
    let Some((key, value)) = config.auths.map().and_then(|auths| auths.list().get(at)) else {
        return Ok(None);
    };
    let source = || Source::File(path.to_owned());
    let fields = Fields::read(value, Names::Folded).unwrap_or_default();
    let auth = json::secret(fields.auth).unwrap_or_else(|| Secret::new(Vec::new()));
    let Some(bytes) = base64::go(auth.expose_text().unwrap_or_default()) else {
        run.note(source(), asked, Outcome::Failed("illegal base64 data".to_owned()));
        return Err(Halt::Stops("illegal base64 data".to_owned()));
    };
    let Some((username, password)) = split_nul_trimmed(&bytes) else {
        run.note(source(), asked, Outcome::Nothing);
        return Ok(None);
    };
    let token = json::secret(fields.identity_token).filter(|token| !token.is_empty());
    let (is_empty, is_half) =
        (username.is_empty() && password.is_empty(), username.is_empty() || password.is_empty());
    if token.is_none() && is_half {
        run.note(source(), asked, Outcome::Nothing);
        // A half one ends the search, and nothing is sent.
        return Ok(if is_empty { None } else { Some(End::Anonymous) });
    }
    run.note(source(), asked, Outcome::Found(key.clone().into_owned()));
    let sent = match token {
        Some(token) => Sent::identity(Some(token)),
        None => Sent::basic(username, Some(password)),
    };
    Ok(Some(End::login(source(), key, sent)))
}

/// What a helper has; `None` where it has nothing.
fn ask(run: &mut Run<'_, '_>, helper: &str, registry: &str) -> Result<Option<End>, Halt> {
    let failed = |words: String| Err(Halt::Stops(format!("error getting credentials - err: {words}")));
    match run.ask(helper, registry, helper::go)? {
        Told::Login(creds) if creds.lacks_a_part() => Ok(Some(End::Anonymous)),
        Told::Login(creds) => Ok(Some(End::login(Source::Helper(helper.to_owned()), registry, creds.sent()))),
        Told::Empty | Told::NotFound => Ok(None),
        Told::Missing => failed(not_on_path(helper)),
        Told::Failed(words) => failed(format!("exit status 1, out: `{words}`")),
        Told::Unreadable => failed(format!("docker-credential-{helper} wrote no JSON object")),
    }
}

/// A file as `json.Unmarshal` takes it: one value of the right types and nothing else.
fn load<'a>(run: &Run<'_, 'a>, file: &AuthFile, text: &'a FileText) -> Result<Rc<Config<'a>>, String> {
    let json = run.view.json(&file.path, text);
    match &json.value {
        Value::Blank => return Err("unexpected end of JSON input".to_owned()),
        Value::Bad(words) => return Err(words.clone()),
        Value::Other => return Err("it holds no JSON object".to_owned()),
        Value::Null | Value::Object(_) if json.has_rest => {
            return Err("something stands after the JSON".to_owned());
        }
        Value::Null | Value::Object(_) => {}
    }
    let config = if file.is_legacy {
        Rc::new(Config::of_entries(json.members().to_vec()))
    } else {
        run.view.config(&file.path, &json, Names::Folded)
    };
    let wrong = run.view.verdict("containers", &file.path, || mistyped(&config));
    wrong.map_or(Ok(config), Err)
}

/// The first member that is not of its type; this library knows few.
fn mistyped(config: &Config<'_>) -> Option<String> {
    let wrong = |name: &str| format!("json: cannot unmarshal the value of \"{}\"", crate::text::safe(name));
    let is_text = |value| matches!(json::kind(value), Kind::Text | Kind::Null);
    let is_entry = |value| match (json::kind(value), Fields::read(value, Names::Folded)) {
        (Kind::Null, _) => true,
        (_, Some(fields)) => [fields.auth, fields.identity_token].into_iter().flatten().all(is_text),
        (_, None) => false,
    };
    if matches!(config.auths, Part::Other(_)) {
        return Some(wrong("auths"));
    }
    if matches!(config.cred_helpers, Part::Other(_)) {
        return Some(wrong("credHelpers"));
    }
    let auths = config.auths.map().map_or(&[][..], |map| map.list());
    let helpers = config.cred_helpers.map().map_or(&[][..], |map| map.list());
    let auths = if config.is_plain() { &[][..] } else { auths };
    let entry = auths.iter().find(|(_, value)| !is_entry(value));
    let helper = helpers.iter().find(|(_, value)| !is_text(value));
    entry.or(helper).map(|(name, _)| wrong(name))
}

#[cfg(test)]
mod tests;
