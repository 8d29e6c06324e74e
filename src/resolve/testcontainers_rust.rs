//! testcontainers for Rust: the crate `docker_credential`, with every error dropped.
//!
//! Measured with testcontainers 0.28.0 over `docker_credential` 1.4.0 (`core/client.rs`, `resolve_registry`;
//! `core/env/config.rs`, `read_docker_auth_config`).

use crate::config::locate::DOCKER_AUTH_CONFIG;
use crate::resolve::docker_credential;
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::trace::{End, Source};

/// Docker Hub, as this library calls it.
const HUB: &str = "index.docker.io";

/// What a pull sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let registry = match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) => first,
        _ => HUB,
    };
    // A variable that is set to nothing counts as well.
    let found = if let Some(text) = run.snapshot().variable(DOCKER_AUTH_CONFIG) {
        let json = run.view.json_variable(DOCKER_AUTH_CONFIG, text);
        docker_credential::extract(
            run,
            &Source::Variable(DOCKER_AUTH_CONFIG),
            (&format!("${DOCKER_AUTH_CONFIG}"), &json),
            registry,
        )
    } else {
        let path = docker_credential::file(run);
        let Found::Text(file) = run.open(&path, registry) else { return Ok(End::Anonymous) };
        let json = run.view.json(&path, file);
        docker_credential::extract(run, &Source::File(path.clone()), (&path, &json), registry)
    };
    match found {
        Ok(end) => Ok(silent(end)),
        Err(Halt::Stops(_)) => Ok(End::Anonymous),
        Err(unknown @ Halt::Unknown(_)) => Err(unknown),
    }
}

fn silent(end: End) -> End {
    match end {
        End::Stops(_) => End::Anonymous,
        End::Random(ends) => End::one_of(ends.into_iter().map(silent).collect()),
        end => end,
    }
}
