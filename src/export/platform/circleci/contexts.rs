//! Where the variables get their values: contexts and projects.
//!
//! Source: circleci-docs `contexts.adoc` (constraints), circleci-cli 1.x `internal/cmd/context/secret.go`.

use crate::credential::rules::FieldVerdict;

use super::{Bundle, CannotWrite, Form, Order, auth, names};
use crate::export::artifact::Body;
use crate::export::escape::{json, shell};
use crate::export::order::{Answers, secret};
use crate::export::tree::{self, map, text};
use crate::export::{Artifact, no_doubles};

/// The most characters of a context's name.
const MOST_CONTEXT: usize = 200;
/// The most characters of a variable's name.
const MOST_VARIABLE: usize = 300;
/// The most bytes of a variable's value.
const MOST_VALUE: usize = 32 * 1024;

/// The rule for the name of a context.
pub fn context_name(name: &str) -> FieldVerdict {
    let is_vertical =
        |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if name.trim().is_empty() || name.trim() != name || name.contains(is_vertical) {
        return FieldVerdict::wrong("A context's name is one line without blanks at its ends.", "");
    }
    if name.chars().count() > MOST_CONTEXT {
        return FieldVerdict::wrong("A context's name has at most 200 characters.", "Make it shorter.");
    }
    FieldVerdict::Ok
}

/// The rule for the name of a variable.
pub fn variable_name(name: &str) -> FieldVerdict {
    if name.len() > MOST_VARIABLE {
        return FieldVerdict::wrong("A variable's name has at most 300 characters.", "Make it shorter.");
    }
    crate::export::field::variable(name)
}

/// Names and values as CircleCI takes them. Two passwords cannot share a variable; one pair of Amazon's keys may serve
/// several registries.
pub(super) fn judge(order: &Order<'_>) -> Result<(), CannotWrite> {
    for bundle in order.bundles {
        if let Some(variables) = auth::variables(order, bundle) {
            for name in [&variables.username, &variables.secret] {
                crate::export::accept("env", variable_name(name))?;
            }
        }
        if bundle.secret.as_ref().is_some_and(|secret| secret.len() > MOST_VALUE) {
            return Err(CannotWrite::Characters {
                language: "A variable of CircleCI",
                which: "it is longer than 32 KiB",
                instead: "Have the registry make a shorter one.",
            });
        }
    }
    let passwords = order.bundles.iter().filter(|bundle| !auth::is_amazons(order, bundle));
    no_doubles("env", passwords.filter_map(|bundle| Some(auth::variables(order, bundle)?.secret)))
}

/// The variables that hold these secrets, each with the body that gives it its value at the interface for contexts.
///
/// # Errors
/// As [`crate::export::export`], or where CircleCI wants no password of the registry.
pub fn values(bundles: &[Bundle], answers: &Answers) -> Result<Vec<(String, Body)>, CannotWrite> {
    let order = Order { platform: &super::PLATFORM, bundles, form: Form::Variables, answers };
    crate::export::judge::judge(&order)?;
    judge(&order)?;
    let mut all = Vec::new();
    for bundle in bundles {
        let variables = auth::variables(&order, bundle).filter(|_| !auth::is_amazons(&order, bundle));
        let variables = variables.ok_or(CannotWrite::Unsuitable {
            why: "For Amazon CircleCI wants an IAM user's keys or a role, and for Google a role: no password.",
            instead: "`pullpass export circleci` says how. --auth password sends the password all the same.",
        })?;
        let body = |value| json::compact(&map([("value", value)]));
        all.push((variables.username, body(text(bundle.username.as_str()))?));
        all.push((variables.secret, body(tree::secret(secret(bundle)?.clone()))?));
    }
    Ok(all)
}

/// How the variables get their values.
pub(super) fn steps(order: &Order<'_>, artifact: &mut Artifact) {
    let org = Some(order.answer("org")).filter(|org| !org.is_empty()).unwrap_or("ORG");
    let org = shell::word(org);
    let context = names(order.answer("contexts")).next();
    if let Some(context) = context {
        let context = shell::word(context);
        artifact.run("Make the context.", format!("circleci context create {context} --org {org}"));
    }
    let mut told = Vec::new();
    for bundle in order.bundles.iter().filter(|_| !order.is_literal()) {
        let Some(variables) = auth::variables(order, bundle) else { continue };
        for name in [&variables.username, &variables.secret] {
            if !told.contains(name) {
                told.push(name.clone());
                set_variable(artifact, context, &org, name);
            }
        }
        if auth::is_amazons(order, bundle) {
            artifact.step(
                "Its values are the key pair of an IAM user that may do what ecr-pull-policy.json says.",
            );
        } else {
            artifact.field(variables.username, bundle.username.as_str());
            artifact.secret_field(variables.secret, bundle.secret.clone());
        }
    }
    if context.is_some() && !told.is_empty() {
        artifact.step(
            "Without the program: PUT https://circleci.com/api/v2/context/CONTEXT-ID/environment-variable/NAME with \
             {\"value\": ...} and the header Circle-Token, or `pullpass push circleci`.",
        );
    }
    artifact.step("Commit .circleci/config.yml, or paste its parts into the configuration that you have.");
}

fn set_variable(artifact: &mut Artifact, context: Option<&str>, org: &str, name: &str) {
    let Some(context) = context else {
        artifact
            .step(format!("Give {name} its value in the project's settings, under Environment Variables."));
        return;
    };
    artifact.run(
        format!(
            "Give {name} its value; the program asks for it. (Before release 1.0: circleci context store-secret \
             --org-id ID CONTEXT {name}.)"
        ),
        format!("circleci context secret set {} --org {org} --name {name}", shell::word(context)),
    );
}
