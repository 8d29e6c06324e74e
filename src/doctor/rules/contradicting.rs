//! One registry with two accounts in files that are read by different tools.

use std::collections::HashMap;

use crate::app::inventory::{Source, SourceState};
use crate::credential::diagnostic::Severity;
use crate::credential::login::Login;
use crate::doctor::finding::{Finding, Fix, quoted};
use crate::doctor::machine::Machine;
use crate::registry::key;
use crate::text;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    let is_read = |source: &&Source| {
        source.state == SourceState::Read && (source.place.docker || source.place.podman.is_some())
    };
    let read = machine.inventory.sources.iter().filter(is_read);
    if read.count() < 2 {
        return;
    }
    let mut first: HashMap<String, &Login> = HashMap::new();
    for (source, login) in machine.logins().filter(|(_, login)| login.has_secret()) {
        let Some(name) = login.account.name() else { continue };
        let known = *first.entry(key::display_name(&login.id.key).into_owned()).or_insert(login);
        let Some(other) = known.account.name().filter(|other| known.source != login.source && *other != name)
        else {
            continue;
        };
        let elsewhere = machine.path(&machine.inventory.source_of(known).place.name);
        let what = format!("it is {}'s here and {}'s in {elsewhere}", text::safe(name), text::safe(other));
        let finding = Finding::of(Severity::Warning, &source.place.name, what).about(&login.id.key);
        let hurts = "docker and podman send different accounts: what one may pull, the other may not";
        let step = format!("pullpass check {}", quoted(&key::display_name(&login.id.key)));
        found.push(finding.hurting(hurts).mended_by(Fix::Step(step)));
    }
}
