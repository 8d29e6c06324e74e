//! Sauce Orchestrate, which is no more: a runner's configuration, and the login to Sauce Labs' own registry.
//!
//! Source: saucectl v0.194.3, the last release that reads it (`imagerunner.schema.json`, `internal/imagerunner/config.go`,
//! `internal/http/imagerunner.go`); sauce-docs `dev/api/orchestrate.md`.

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};
use crate::export::commands;
use crate::export::escape::go_env;
use crate::export::escape::yaml::{self, Dialect};
use crate::export::escape::{json, shell};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::order::{secret, secret_text};
use crate::export::tree::{self, Node, list, map, text};

pub(super) static PLATFORM: Platform = Platform {
    id: "sauce",
    name: "Sauce Orchestrate",
    what: "imagePullAuth of a runner's configuration, or a token of Sauce Labs' registry",
    forms: &[Form::Variables, Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Required,
    name_rule: None,
    fields: &[
        FieldSpec {
            id: "region",
            label: "Region",
            hint: "of the account; the runner knows two",
            default: "us-west-1",
            rule: Rule::OneOf(&["us-west-1", "eu-central-1"]),
        },
        FieldSpec {
            id: "suite",
            label: "Suite",
            hint: "its name",
            default: "Desktop Tests",
            rule: Rule::Judge(field::line),
        },
        FieldSpec {
            id: "workload",
            label: "Workload",
            hint: "what the image does",
            default: "webdriver",
            rule: Rule::OneOf(&["webdriver", "other"]),
        },
        FieldSpec {
            id: "registry",
            label: "Registry",
            hint: "your own, or Sauce Labs'",
            default: "own",
            rule: Rule::OneOf(&["own", "sauce"]),
        },
    ],
    stays_fresh: "Fetch a token for each run: the answer says in expires_at how long it lives.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let mut artifact = Artifact::default();
    artifact.warn(
        "Sauce Orchestrate has been taken out of saucectl: only v0.194.3 and older ones read this file, and its service \
         may be gone.",
    );
    let mut suite = map([
        ("name", text(kept(order.answer("suite"), "the suite's name beside it has a dollar sign")?)),
        ("workload", text(order.answer("workload"))),
        ("image", text(kept(&bundle.image_or_hint(), "the image beside it has a dollar sign")?)),
    ]);
    if order.answer("registry") == "sauce" {
        token_steps(order, bundle, &mut artifact)?;
    } else {
        suite = suite.with("imagePullAuth", pull_auth(order, bundle)?);
        if !order.is_literal() {
            commands::set_variables(&mut artifact, bundle);
            warn_of_variables(bundle, &mut artifact);
        }
    }
    let config = map([
        ("apiVersion", text("v1alpha")),
        ("kind", text("imagerunner")),
        ("sauce", map([("region", text(order.answer("region")))])),
        ("suites", list([suite])),
    ]);
    artifact.file(".sauce/config.yml", yaml::document(&config, Dialect::Plain)?);
    artifact.run("Run the suite.", "saucectl run");
    Ok(artifact)
}

/// Every text of the file is expanded, and no dollar sign can be escaped.
fn kept<'a>(value: &'a str, which: &'static str) -> Result<&'a str, CannotWrite> {
    if go_env::is_kept(value) {
        return Ok(value);
    }
    Err(CannotWrite::Characters {
        language: "saucectl's file",
        which,
        instead: "Leave --literal out, or have the registry make a token without a dollar sign.",
    })
}

fn pull_auth(order: &Order<'_>, bundle: &Bundle) -> Result<Node, CannotWrite> {
    if order.is_literal() {
        kept(secret_text(bundle)?, "it has a dollar sign")?;
        let user = text(kept(&bundle.username, "the user name beside it has a dollar sign")?);
        return Ok(map([("user", user), ("token", tree::secret(secret(bundle)?.clone()))]));
    }
    let variables = bundle.variables();
    Ok(map([
        ("user", text(format!("${}", variables.username))),
        ("token", text(format!("${}", variables.secret))),
    ]))
}

fn warn_of_variables(bundle: &Bundle, artifact: &mut Artifact) {
    artifact.warn(
        "Where one of the variables is not set, the image is pulled without a login, and nothing says so.",
    );
    let is_changed = |value: &str| go_env::expanded(value, |_| String::new()) != value;
    let secret = bundle.secret.as_ref().and_then(crate::secret::Secret::expose_text);
    if is_changed(&bundle.username) || secret.is_some_and(is_changed) {
        artifact.warn(
            "saucectl expands what comes out of a variable once more: this login has a dollar sign, and would arrive \
             changed. Have the registry make another token.",
        );
    }
}

/// The two steps of the page on Sauce Labs' registry: a token, then docker's login with it. The runner pulls from there
/// without any `imagePullAuth`.
fn token_steps(order: &Order<'_>, bundle: &Bundle, artifact: &mut Artifact) -> Result<(), CannotWrite> {
    let region = order.answer("region");
    let url =
        format!("https://api.{region}.saucelabs.com/v1alpha1/hosted/container-registry/authorization-token");
    let body = json::compact(&map([("registry_url", text(bundle.registry().host_and_path()))]))?.masked();
    commands::set_variable(artifact, "SAUCE_ACCESS_KEY");
    artifact.run("Say whose key it is.", "read -r SAUCE_USERNAME");
    artifact.run(
        "Fetch a token and log docker in with it. The key goes through a pipe, so that no list of processes shows it.",
        format!(
            "printf 'user = \"%s:%s\"' \"$SAUCE_USERNAME\" \"$SAUCE_ACCESS_KEY\" | curl --silent --fail --config - \
             --header 'Content-Type: application/json' --data {} {url} | jq --raw-output .password | docker login \
             --username oauth2accesstoken --password-stdin{}",
            shell::word(&body),
            commands::login_target(bundle),
        ),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, commands, file, one, password, text_at, yaml_document};

    fn login(secret: &str) -> Bundle {
        Bundle { image: Some("quay.io/jane/tests:1".into()), ..bundle("quay.io", "jane", secret) }
    }

    #[test]
    fn the_login_comes_from_two_variables() {
        let artifact = one("sauce", &login("hunter2"), Form::Variables, &[]).unwrap();
        assert_eq!(
            file(&artifact, ".sauce/config.yml"),
            "apiVersion: \"v1alpha\"\nkind: \"imagerunner\"\nsauce:\n  region: \"us-west-1\"\nsuites:\n  - name: \
             \"Desktop Tests\"\n    workload: \"webdriver\"\n    image: \"quay.io/jane/tests:1\"\n    imagePullAuth:\n      \
             user: \"$QUAY_USERNAME\"\n      token: \"$QUAY_PASSWORD\"\n"
        );
        assert!(artifact.warnings[0].contains("v0.194.3"));
        assert!(!artifact.warnings.iter().any(|words| words.contains("expands")));
        let changed = one("sauce", &login("a$INNER"), Form::Variables, &[]).unwrap();
        assert!(changed.warnings.iter().any(|words| words.contains("expands")));
    }

    #[test]
    fn sauce_labs_own_registry_needs_a_token_and_no_pull_auth() {
        let mut login = login("x");
        login.key = "registry.us-west-1.saucelabs.com/acme".into();
        let artifact = one("sauce", &login, Form::Variables, &[("registry", "sauce")]).unwrap();
        assert!(!file(&artifact, ".sauce/config.yml").contains("imagePullAuth"));
        let line = commands(&artifact)[2];
        assert!(
            line.contains("https://api.us-west-1.saucelabs.com/v1alpha1/hosted/container-registry/"),
            "{line}"
        );
        assert!(line.contains("'{\"registry_url\":\"registry.us-west-1.saucelabs.com/acme\"}'"), "{line}");
        assert!(line.ends_with("--password-stdin registry.us-west-1.saucelabs.com"), "{line}");
    }

    #[test]
    fn only_the_regions_that_the_runner_knows() {
        let found = one("sauce", &login("x"), Form::Variables, &[("region", "us-east-4")]);
        assert_eq!(found.unwrap_err().code(), "answer_wrong");
    }

    proptest! {
        #[test]
        fn any_token_comes_back_or_is_refused(token in password()) {
            match one("sauce", &login(&token), Form::Literal, &[]) {
                Ok(artifact) => {
                    let config = yaml_document(&file(&artifact, ".sauce/config.yml"));
                    let written = text_at(&config, "suites.0.imagePullAuth.token");
                    prop_assert_eq!(go_env::expanded(&written, |_| "other".into()), token);
                }
                Err(reason) => {
                    prop_assert_eq!(reason.code(), "characters");
                    prop_assert!(token.contains('$'));
                }
            }
        }
    }
}
