//! go-containerregistry: crane, ko, syft, trivy, cosign, flux, kaniko and many more.
//!
//! Measured with go-containerregistry 0.20.2 over docker/cli 27.4.0, run as syft 1.18.1 (`pkg/authn/keychain.go`,
//! `pkg/name/repository.go`, `pkg/v1/remote/transport/bearer.go`).

use std::rc::Rc;

use crate::registry::key::HUB_KEY;
use crate::resolve::library::{Edition, Library};
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::snapshot::{Snapshot, join};
use crate::resolve::trace::{End, Outcome, Sent, Source, Winner};

/// Docker Hub, as this library calls it.
const HUB: &str = "index.docker.io";

/// What `remote.Get` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let (registry, repository) = names(image);
    let asked = format!("{registry}/{repository}");
    let Some(path) = file(run) else { return Ok(End::Anonymous) };
    let file = match run.open(&path, &asked) {
        Found::Text(file) => file,
        Found::Absent => return Ok(End::Anonymous),
        Found::Unreadable => return Err(Halt::Stops(format!("open {path}: permission denied"))),
    };
    let library = run.view.library(&path, file);
    if let Some(words) = library.refusal(Edition::New) {
        run.note(Source::File(path), &asked, Outcome::Failed(words.clone()));
        return Err(Halt::Stops(words));
    }
    two_looks(run, &path, &library, (&registry, &asked))
}

/// The repository first, then its registry.
///
/// # Errors
/// [`Halt::Stops`] where a helper fails, [`Halt::Unknown`] where nobody asked it.
pub fn two_looks<'a>(
    run: &mut Run<'_, 'a>,
    path: &str,
    library: &Rc<Library<'a>>,
    (registry, repository): (&str, &str),
) -> Result<End, Halt> {
    let registry = if registry == HUB { HUB_KEY } else { registry };
    for key in [repository, registry] {
        let end = match library.helper_for(key) {
            Some(helper) => {
                run.note(Source::File(path.to_owned()), key, Outcome::LeadsTo(helper.clone().into_owned()));
                library.in_helper(run, (&helper, key), Edition::New)?.map_err(Halt::Stops)?
            }
            None => library.in_file(run, path, key, Edition::New),
        };
        if end != End::Anonymous {
            return Ok(sent(end));
        }
    }
    Ok(End::Anonymous)
}

/// Registry and repository. Only a dot or a colon makes the first part a registry: `localhost/app` is an image of Docker
/// Hub.
pub fn names(image: &str) -> (String, String) {
    let image = image.split('@').next().unwrap_or(image);
    let (registry, repository) = match image.split_once('/') {
        Some((first, rest)) if first.contains(['.', ':']) => (first, rest),
        _ => (HUB, image),
    };
    let registry = if registry == "docker.io" { HUB } else { registry };
    let tag = repository.rfind(':').filter(|colon| !repository[*colon..].contains('/'));
    let repository = &repository[..tag.unwrap_or(repository.len())];
    let is_official = registry == HUB && !repository.contains('/');
    let library = if is_official { "library/" } else { "" };
    (registry.to_owned(), format!("{library}{repository}"))
}

/// docker's file if there is one in either place, else podman's.
fn file(run: &Run<'_, '_>) -> Option<String> {
    let snapshot = run.snapshot();
    let view = run.view;
    if view.exists(&snapshot.at_home(".docker/config.json")) || view.exists(&snapshot.docker_file()) {
        return Some(snapshot.docker_file());
    }
    places(snapshot).into_iter().skip(1).find(|path| view.exists(path))
}

/// The files in the order in which they are tried.
pub fn places(snapshot: &Snapshot) -> Vec<String> {
    let named = snapshot.filled("REGISTRY_AUTH_FILE").map(str::to_owned);
    let runtime = snapshot.filled("XDG_RUNTIME_DIR").map(|folder| join(folder, "containers/auth.json"));
    std::iter::once(snapshot.docker_file()).chain(named).chain(runtime).collect()
}

/// A registry token goes before an identity token, that before a password, and half a login is none.
fn sent(end: End) -> End {
    match end {
        End::Login(winner) => {
            let Winner { source, key, sent } = *winner;
            let is_whole = sent.username.as_deref() != Some("")
                && sent.username.is_some() | sent.password.is_none()
                && sent.password.as_ref().is_none_or(|password| !password.is_empty());
            if sent.registry_token.is_some() {
                let sent = Sent { registry_token: sent.registry_token, ..Sent::default() };
                End::login(source, &key, sent)
            } else if sent.identity_token.is_some() {
                End::login(source, &key, Sent::identity(sent.identity_token))
            } else if is_whole {
                End::login(source, &key, sent)
            } else {
                End::Anonymous
            }
        }
        End::Random(ends) => End::one_of(ends.into_iter().map(sent).collect()),
        end => end,
    }
}
