//! A secret or user name of a kind that this registry does not take, or that was spoiled on its way.

use crate::credential::diagnostic::{Diagnostic, Severity};
use crate::doctor::finding::{Finding, Fix};
use crate::doctor::machine::Machine;
use crate::registry::key;

/// What the token and its user name say of themselves that a registry refuses.
const KINDS: &[Diagnostic] = &[
    Diagnostic::TokenBelongsToOtherProvider,
    Diagnostic::JsonKeyPairing,
    Diagnostic::RefreshTokenIsNotAPassword,
    Diagnostic::MalformedEcrToken,
    Diagnostic::HasBearerPrefix,
    Diagnostic::DoubleEncoded,
    Diagnostic::TokenHasWhitespace,
    Diagnostic::TokenHasControlChars,
    Diagnostic::TokenUsernameInFile,
    Diagnostic::TokenShapeUnexpected,
    Diagnostic::NotYetValid,
    Diagnostic::EmptyPassword,
    Diagnostic::MissingPassword,
    Diagnostic::MissingUsername,
    Diagnostic::HostLookalike,
];

pub(super) fn look(machine: &Machine<'_>, found: &mut Vec<Finding>) {
    for (source, login) in machine.logins().filter(|(_, login)| !login.diagnostics.is_empty()) {
        for diagnostic in KINDS.iter().filter(|diagnostic| login.diagnostics.has(**diagnostic)) {
            let finding = Finding::of(Severity::Warning, &source.place.name, diagnostic.words());
            let hurts =
                if diagnostic.trips().is_empty() { "the registry refuses it" } else { diagnostic.trips() };
            let registry = key::display_name(&login.id.key);
            let step = format!("docker login {}", crate::doctor::finding::quoted(&registry));
            found.push(finding.about(&login.id.key).hurting(hurts).mended_by(Fix::Renew(step)));
        }
    }
}
