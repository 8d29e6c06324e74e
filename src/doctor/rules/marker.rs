//! Empty entries in a file that names no store for them: what docker leaves when it logs out, or when a store's line was
//! taken out. They hold nothing.

use std::collections::BTreeMap;

use crate::config::plan::Intent;
use crate::credential::diagnostic::Severity;
use crate::credential::login::{EntryKind, Store};
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::text;

/// So many keys are named.
const SHOWN: usize = 3;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    let mut empty: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    let is_marker = |kind, store: &Store| kind == EntryKind::Empty && *store == Store::Inline;
    for (_, login) in machine.logins().filter(|(_, login)| is_marker(login.kind, &login.id.store)) {
        empty.entry(login.source).or_default().push(login.id.key.to_string());
    }
    for (number, keys) in empty {
        let source = &machine.inventory.sources[usize::from(number)];
        let Some(path) = source.place.path.as_ref().filter(|_| source.creds_store.is_none()) else {
            continue;
        };
        let shown: Vec<_> = keys.iter().take(SHOWN).map(|key| text::safe(key).into_owned()).collect();
        let more = keys.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let what = format!("empty entries, and the file names no store: {}{more}", shown.join(", "));
        let finding = Finding::of(Severity::Warning, &source.place.name, what)
            .hurting("they look like logins, and no tool finds one there");
        let file = machine.settings.locations.file(path);
        let fix = if source.read_only {
            Fix::Step(format!("take them out of {}", machine.path(&source.place.name)))
        } else {
            Fix::Edit(file, Intent::Remove { keys })
        };
        found.push(finding.mended_by(fix));
    }
}
