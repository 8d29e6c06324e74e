//! Tokens that have ended by their own account, or end soon.

use crate::app::login::renew;
use crate::credential::diagnostic::Severity;
use crate::credential::expiry::Grain;
use crate::credential::health::Health;
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::registry::key;

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for (source, login) in machine.logins() {
        let (severity, hurts) = match Health::of(login, machine.now) {
            Health::Expired | Health::ProbablyExpired => (Severity::Error, "the registry refuses it now"),
            Health::Due => (Severity::Warning, "you wanted to be reminded"),
            Health::Soon => (Severity::Note, "the registry will refuse it then"),
            _ => continue,
        };
        let name = &source.place.name;
        let what = login.expiry.sentence(machine.now, Grain::Minutes);
        let step = renew::hint(source, login, "pullpass remove")
            .unwrap_or_else(|| format!("docker login {}", key::display_name(&login.id.key)));
        let finding =
            Finding::of(severity, name, crate::text::safe(&what)).about(&login.id.key).hurting(hurts);
        found.push(finding.mended_by(Fix::Renew(crate::text::safe(&step).into_owned())));
    }
}
