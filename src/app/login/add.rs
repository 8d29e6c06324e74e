//! Adding a login to docker's or podman's file, and giving one that is there another secret.

use std::path::Path;

use crate::app::Context;
use crate::app::login::fetch::file_of;
use crate::app::login::for_docker;
use crate::app::transaction::{self, Consent, Done, FileChange, Review};
use crate::config::locate::{ConfigPath, DOCKER_AUTH_CONFIG, Format};
use crate::config::plan::Intent;
use crate::credential::content::Content;
use crate::credential::login::LoginId;
use crate::error::{Error, Result};
use crate::registry::key;
use crate::settings::Settings;
use crate::text;

/// Which tools a new login is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOf {
    /// docker: into whatever its file is configured to use.
    Docker,
    /// podman, buildah and skopeo: into their `auth.json`.
    Podman,
}

/// A login to add.
#[derive(Clone, Debug)]
pub struct Request {
    /// The registry, as typed.
    pub registry: String,
    /// The login.
    pub content: Content,
    /// Where it goes.
    pub to: FileOf,
}

/// What adding it will do; nothing is written.
///
/// # Errors
/// The registry is no address, or the file cannot be edited.
pub fn review(settings: &Settings, request: &Request) -> Result<Review> {
    let file = file_for(settings, request.to)?;
    let key = key_for(&request.registry, file.format)?;
    let intent = Intent::Set { key, content: request.content.clone() };
    Ok(Review::of(FileChange::plan(settings, &file, intent)?))
}

/// Adds a login in one go.
///
/// # Errors
/// As [`review`] and [`transaction::apply`].
pub async fn add(ctx: &Context, request: &Request, consent: Consent) -> Result<Done> {
    transaction::apply(ctx, review(&ctx.settings, request)?, consent).await
}

/// What giving this login another account or secret will do: its key and its other members stay.
///
/// # Errors
/// It is not in a file, or the file cannot be edited.
pub fn review_edit(settings: &Settings, id: &LoginId, content: Content) -> Result<Review> {
    let file = file_of(settings, id).ok_or_else(in_the_variable)?;
    let intent = Intent::Set { key: id.key.clone().into(), content };
    Ok(Review::of(FileChange::plan(settings, &file, intent)?))
}

/// The error for a login that a variable holds.
pub(super) fn in_the_variable() -> Error {
    Error::failed(format!(
        "Did not change a login of {DOCKER_AUTH_CONFIG}: a variable belongs to the shell that set it."
    ))
    .hint(format!("Change or unset {DOCKER_AUTH_CONFIG} where it is set."))
}

fn file_for(settings: &Settings, to: FileOf) -> Result<ConfigPath> {
    let locations = &settings.locations;
    let path = match to {
        FileOf::Docker => locations.docker_file(),
        FileOf::Podman => locations.podman_write_file(Path::exists),
    };
    Ok(locations.file(&path.ok_or_else(for_docker::no_home)?))
}

/// A namespace stays in the key for podman's file, and for docker's too, so that its plan can refuse it.
fn key_for(registry: &str, format: Format) -> Result<String> {
    let with_path = format == Format::Containers || key::is_namespaced(registry.trim());
    let made = if with_path { key::containers_key(registry) } else { key::credential_key(registry) };
    made.map(|found| found.key).map_err(|_| {
        Error::usage(format!("\"{}\" is no registry address.", text::safe(registry)))
            .hint("Give a host such as ghcr.io or localhost:5000, without a tag.")
    })
}
