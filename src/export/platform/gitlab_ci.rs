//! GitLab CI: the variable that its runner reads for the images of jobs, or a job that logs in.
//!
//! Source: gitlab-runner `helpers/docker/auth` (merge request 4727); docker/cli 28.3 reads the same variable.

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};
use crate::export::artifact::Body;
use crate::export::commands;
use crate::export::docker_config;
use crate::export::escape::toml;
use crate::export::escape::yaml::{self, Dialect};
use crate::export::field::{FieldSpec, Rule};
use crate::export::tree::{Node, list, map, secret, text};
use crate::registry::key::HUB_KEY;
use crate::resolve::gitlab_runner;
use crate::secret::Secret;

const VARIABLE: &str = "DOCKER_AUTH_CONFIG";
const FILE: &str = ".gitlab-ci.yml";

pub(super) static PLATFORM: Platform = Platform {
    id: "gitlab-ci",
    name: "GitLab CI",
    what: "DOCKER_AUTH_CONFIG for the images of jobs, or a job that logs in",
    forms: &[Form::Variables, Form::Literal],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: None,
    fields: &[
        FieldSpec {
            id: "use",
            label: "Used by",
            hint: "the runner, for the job's image, or docker login in the job",
            default: "runner",
            rule: Rule::OneOf(&["runner", "login"]),
        },
        FieldSpec {
            id: "into",
            label: "Secret in",
            hint: "the file of the project, or the runner's own config.toml",
            default: "project",
            rule: Rule::OneOf(&["project", "runner"]),
        },
    ],
    stays_fresh: "Let the runner's machine mint it: a credential helper (for Amazon docker-credential-ecr-login) that \
                  DOCKER_AUTH_CONFIG names in credHelpers. Where its program is missing, the runner drops every login \
                  and says nothing.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    if order.answer("use") == "login" {
        return log_in(order, artifact);
    }
    let has_secrets = order.bundles.iter().all(|bundle| bundle.secret.is_some());
    let value = if has_secrets { Some(value(order.bundles)?) } else { None };
    let mut job = map([("image", text(order.first()?.image_or_hint())), ("script", list([text("true")]))]);
    match (&value, order.is_literal(), order.answer("into")) {
        (Some(value), true, "runner") => {
            artifact.fragment("config.toml", runner_config(value)?);
            artifact.step(
                "Put it below [[runners]] in the runner's config.toml; the runner reads it again by itself.",
            );
        }
        (Some(value), true, _) => {
            let variable = map([("value", secret(value.clone())), ("expand", Node::Flag(false))]);
            job = job.with("variables", map([(VARIABLE, variable)]));
            artifact.step("Everybody who can read the repository has the login now: a variable of the project hides it.");
        }
        _ => {
            artifact.step(
                "In Settings, CI/CD, Variables add the fields below: type Variable, masked, without \"Expand variable \
                 reference\". A protected variable counts on protected branches only.",
            );
            artifact.field("Key", VARIABLE).secret_field("Value", value);
        }
    }
    let file = yaml::document(&map([("build", job)]), Dialect::Plain)?;
    if order.is_literal() && order.answer("into") == "project" {
        artifact.file(FILE, file);
    } else {
        artifact.fragment(FILE, file);
    }
    tell(&mut artifact);
    Ok(artifact)
}

/// What to know of the variable, wherever it is set.
fn tell(artifact: &mut Artifact) {
    artifact.run(
        "Where a job of that project logs docker in by itself, begin its script so: docker 28.3 and later read the \
         variable before their own file, and would not see the login.",
        format!("unset {VARIABLE}"),
    );
    artifact.step(format!(
        "Where several places have a login for the same key, the runner takes the first of: {}.",
        gitlab_runner::SOURCES.join(", ")
    ));
    artifact.warn(
        "One brace that is missing, one entry that is no login, one helper whose program is not there: the runner then \
         drops every login of the variable, and says nothing.",
    );
}

/// `auth` alone: base64 has nothing that GitLab would expand.
fn value(bundles: &[Bundle]) -> Result<Secret, CannotWrite> {
    Ok(docker_config::auths_line(bundles, key)?.reveal())
}

/// The runner cuts a key with a scheme to its host and knows Docker Hub's index with its scheme only; docker wants that
/// very key.
fn key(bundle: &Bundle) -> String {
    let registry = bundle.registry();
    if registry.is_hub && registry.path.is_empty() { HUB_KEY.to_owned() } else { registry.host_and_path() }
}

fn runner_config(value: &Secret) -> Result<Body, CannotWrite> {
    let line = value.expose_text().ok_or(CannotWrite::NotText)?;
    let mut body = Body::from("environment = [");
    // One more copy, in a buffer that is wiped.
    let variable = zeroize::Zeroizing::new(format!("{VARIABLE}={line}"));
    body.secret(toml::secret(&variable));
    body.text("]\n");
    Ok(body)
}

fn log_in(order: &Order<'_>, mut artifact: Artifact) -> Result<Artifact, CannotWrite> {
    if order.is_literal() {
        return Err(CannotWrite::Unsuitable {
            why: "A job logs in with variables, never with a secret in the file.",
            instead: "Leave --literal out.",
        });
    }
    let logins = order.bundles.iter().map(|bundle| {
        text(commands::log_in_with_variables("docker login", bundle, &commands::login_target(bundle)))
    });
    let before = [text(format!("unset {VARIABLE}"))].into_iter().chain(logins);
    let job = map([("before_script", list(before)), ("script", list([text("docker info")]))]);
    artifact.fragment(FILE, yaml::document(&map([("build", job)]), Dialect::Plain)?);
    artifact.step(
        "In Settings, CI/CD, Variables add the fields below: masked, without \"Expand variable reference\", because a \
         dollar sign in a value would else be taken for a variable.",
    );
    for bundle in order.bundles.iter().filter(|bundle| bundle.ecr_password_command().is_none()) {
        let variables = bundle.variables();
        artifact.field(variables.username, bundle.username.as_str());
        artifact.secret_field(variables.secret, bundle.secret.clone());
    }
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::FieldValue;
    use crate::export::tests::{bundle, file, many, one, password, text_at, yaml_document};

    #[test]
    fn the_variable_holds_keys_that_the_runner_finds_and_nothing_to_expand() {
        let logins = [bundle("docker.io", "jane", "p$x"), bundle("https://ghcr.io/v2/team/", "bot", "q")];
        let artifact = many("gitlab-ci", &logins, Form::Variables, &[]).unwrap();
        assert!(!artifact.holds_secret());
        let FieldValue::Secret(Some(value)) = &artifact.fields[1].value else { panic!() };
        let value = value.expose_text().unwrap();
        let expected = r#"{"auths":{"https://index.docker.io/v1/":{"auth":"amFuZTpwJHg="},"ghcr.io/team":{"auth":"Ym90OnE="}}}"#;
        assert_eq!(value, expected);
        assert!(!value.contains('$'));
        let read = gitlab_runner::read(value.as_bytes(), |_| true).unwrap();
        let keys: Vec<&str> = read.entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(gitlab_runner::used(keys.iter().copied(), "alpine"), Some(HUB_KEY));
        assert_eq!(gitlab_runner::used(keys.iter().copied(), "ghcr.io/team/app:1"), Some("ghcr.io/team"));
        assert!(
            artifact.steps.iter().any(|step| step.command.as_deref() == Some("unset DOCKER_AUTH_CONFIG"))
        );
    }

    #[test]
    fn without_the_secret_the_field_stays_to_be_filled() {
        let login = Bundle { secret: None, ..bundle("ghcr.io", "jane", "x") };
        let artifact = one("gitlab-ci", &login, Form::Variables, &[]).unwrap();
        assert_eq!(artifact.fields[1].value, FieldValue::Secret(None));
        assert_eq!(one("gitlab-ci", &login, Form::Literal, &[]).unwrap_err().code(), "secret_not_fetched");
    }

    #[test]
    fn a_literal_stands_in_the_project_or_in_the_runners_file() {
        let login = bundle("ghcr.io", "jane", "hunter2");
        let project = one("gitlab-ci", &login, Form::Literal, &[]).unwrap();
        let job = yaml_document(&file(&project, ".gitlab-ci.yml"));
        let value = text_at(&job, "build.variables.DOCKER_AUTH_CONFIG.value");
        assert_eq!(value, r#"{"auths":{"ghcr.io":{"auth":"amFuZTpodW50ZXIy"}}}"#);
        let runner = one("gitlab-ci", &login, Form::Literal, &[("into", "runner")]).unwrap();
        let config: ::toml::Table = ::toml::from_str(&file(&runner, "config.toml")).unwrap();
        assert_eq!(config["environment"][0].as_str(), Some(&*format!("DOCKER_AUTH_CONFIG={value}")));
    }

    #[test]
    fn a_job_that_logs_in_forgets_the_variable_first() {
        let artifact =
            one("gitlab-ci", &bundle("quay.io", "jane", "x"), Form::Variables, &[("use", "login")]).unwrap();
        let job = yaml_document(&file(&artifact, ".gitlab-ci.yml"));
        assert_eq!(text_at(&job, "build.before_script.0"), "unset DOCKER_AUTH_CONFIG");
        assert!(
            text_at(&job, "build.before_script.1").starts_with("printf %s \"$QUAY_PASSWORD\" | docker login")
        );
    }

    proptest! {
        #[test]
        fn any_password_reaches_the_runner(password in password()) {
            for into in ["project", "runner"] {
                let login = bundle("ghcr.io", "jane", &password);
                let artifact = one("gitlab-ci", &login, Form::Literal, &[("into", into)]).unwrap();
                let value = if into == "project" {
                    text_at(&yaml_document(&file(&artifact, ".gitlab-ci.yml")), "build.variables.DOCKER_AUTH_CONFIG.value")
                } else {
                    let config: ::toml::Table = ::toml::from_str(&file(&artifact, "config.toml")).unwrap();
                    let line = config["environment"][0].as_str().unwrap();
                    line.strip_prefix("DOCKER_AUTH_CONFIG=").unwrap().to_owned()
                };
                let read = gitlab_runner::read(value.as_bytes(), |_| false).unwrap();
                let found = read.entries[0].password.as_ref().unwrap().expose_text();
                prop_assert_eq!(found, Some(password.as_str()));
            }
        }
    }
}
