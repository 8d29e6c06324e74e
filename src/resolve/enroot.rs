//! enroot and pyxis: netrc for curl.
//!
//! Source: enroot 8ea147d (v4.1.2) `src/docker.sh`.

use crate::registry::image::Image;
use crate::registry::key;
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::snapshot::{Snapshot, join};
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::sources::enroot::{self, Machine, Password};

/// Docker Hub, as this tool calls it.
const HUB: &str = "registry-1.docker.io";

/// What `enroot import docker://IMAGE` sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let parsed = Image::parse(image).map_err(|_| Halt::Stops("invalid reference".to_owned()))?;
    let host = host(&parsed.registry);
    let path = file(run.snapshot());
    let Found::Text(text) = run.open(&path, &host) else { return Ok(End::Anonymous) };
    let machines = enroot::read(text.text());
    let source = || Source::File(path.clone());
    let Some(own) = machines.iter().find(|machine| machine.host == host) else {
        run.note(source(), &host, Outcome::NotFound);
        return Ok(End::Anonymous);
    };
    let asked = run.snapshot().token_hosts.get(&parsed.registry).cloned().unwrap_or_else(|| host.clone());
    let Some(sent) = machines.iter().find(|machine| machine.host == asked && machine.login == own.login)
    else {
        // curl finds no line for the token service.
        run.note(source(), &asked, Outcome::NotFound);
        return Ok(End::Anonymous);
    };
    run.note(source(), &asked, Outcome::Found(sent.host.clone()));
    Ok(End::login(source(), &sent.host, login(sent)))
}

/// Without the port, and Docker Hub under one name.
pub fn host(registry: &str) -> String {
    let host = registry.split(':').next().unwrap_or(registry);
    if key::is_hub_host(host) { HUB.to_owned() } else { host.to_owned() }
}

/// The file.
pub fn file(snapshot: &Snapshot) -> String {
    snapshot
        .filled("ENROOT_CONFIG_PATH")
        .map_or_else(|| snapshot.at_config_home("enroot/.credentials"), |folder| join(folder, ".credentials"))
}

fn login(machine: &Machine) -> Sent {
    let password = match &machine.password {
        Password::Plain(secret) => Some(secret.clone()),
        // Nobody here runs the command or knows the variable.
        Password::Command | Password::Variable => None,
    };
    Sent::basic(machine.login.clone(), password)
}
