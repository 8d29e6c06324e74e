//! Logins that no tool finds, because no image name leads to their key: capitals, the port of https, a scheme that nobody
//! strips, a wildcard, no host at all.

use std::collections::HashSet;

use crate::app::inventory::Source;
use crate::config::plan::Intent;
use crate::credential::diagnostic::Severity;
use crate::credential::login::{EntryKind, Login, Store};
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::registry::key;
use crate::text;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    if machine.unfound().next().is_none() {
        return;
    }
    let taken: HashSet<(u16, &str)> =
        machine.logins().map(|(_, login)| (login.source, &*login.id.key)).collect();
    for (source, login) in machine.unfound() {
        let is_told_elsewhere = matches!(login.kind, EntryKind::Empty | EntryKind::Invalid)
            || login.id.store != Store::Inline && !login.id.key.contains('*')
            || key::is_hub_key(&login.id.key)
            || key::is_hub_tool_key(&login.id.key);
        if is_told_elsewhere || source.place.path.is_none() || !is_read(source) {
            continue;
        }
        let asked = asked_for(&login.id.key);
        let what = match &asked {
            Some(asked) => format!("no tool finds it: for such images they look for {}", text::safe(asked)),
            None => "no tool finds it: no image name leads to this key".to_owned(),
        };
        let finding = Finding::of(Severity::Warning, &source.place.name, what)
            .about(&login.id.key)
            .hurting("whoever logged in there: pulls go out without a login");
        found.push(finding.mended_by(fix(machine, source, login, asked, &taken)));
    }
}

/// True for a file that some tool reads now; of the others another rule tells.
fn is_read(source: &Source) -> bool {
    source.place.docker || source.place.podman.is_some()
}

/// The key that tools look for when an image of this registry is pulled.
fn asked_for(stored: &str) -> Option<String> {
    let host = key::hostname(stored).to_lowercase();
    let host = host.strip_suffix(":443").unwrap_or(&host);
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    (host.contains(['.', ':']) && host.chars().all(is_host)).then(|| host.to_owned())
}

/// `taken` are the keys of each file.
fn fix(
    machine: &Machine<'_>,
    source: &Source,
    login: &Login,
    asked: Option<String>,
    taken: &HashSet<(u16, &str)>,
) -> Fix {
    let from = &*login.id.key;
    let is_free = |to: &String| to != from && !taken.contains(&(login.source, to.as_str()));
    match (asked.filter(is_free), &source.place.path) {
        (Some(to), Some(path)) if login.id.store == Store::Inline && !source.read_only => {
            Fix::Edit(machine.settings.locations.file(path), Intent::Rename { from: from.into(), to })
        }
        (Some(_) | None, _) => Fix::remove(from, &source.place.name),
    }
}
