//! CircleCI: a configuration whose jobs pull with logins that contexts or projects hold.
//!
//! Source: circleci-docs `private-images.adoc` and `configuration-reference.adoc` (2026-08), circleci-yaml-language-server
//! schema 0.37.0, docker-orb, circleci-cli 1.x.

mod auth;
mod contexts;

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};
use crate::credential::rules::FieldVerdict;
use crate::export::escape::yaml::{self, Dialect};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::tree::{Node, empty, list, map, raw, text};
use crate::export::{aws, commands, no_doubles};
use crate::registry::image::Image;

pub use contexts::{context_name, values, variable_name};

/// The newest release of the orb that fails where the login fails: 4.0.1 ends with "exit 0" in that case.
const ORB: &str = "circleci/docker@4.0.0";
const MACHINE: &str = "ubuntu-2404:current";

pub(super) static PLATFORM: Platform = Platform {
    id: "circleci",
    name: "CircleCI",
    what: "a .circleci/config.yml that pulls private images, and how its contexts get the secret",
    forms: &[Form::Variables, Form::Literal],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: None,
    fields: &[
        FieldSpec {
            id: "executor",
            label: "Executor",
            hint: "docker, or a machine that logs in with the docker orb or by itself",
            default: "docker",
            rule: Rule::OneOf(&["docker", "orb", "machine"]),
        },
        FieldSpec {
            id: "auth",
            label: "Login by",
            hint: "for Amazon and Google a role in place of a password that ends",
            default: "auto",
            rule: Rule::OneOf(&["auto", "password", "aws-keys", "aws-role", "gcp"]),
        },
        FieldSpec {
            id: "role-arn",
            label: "Role",
            hint: "the role that CircleCI's OpenID Connect token may take on at Amazon",
            default: "",
            rule: Rule::Judge(aws::role),
        },
        FieldSpec {
            id: "gcp-service-account",
            label: "Service account",
            hint: "whose rights the job gets at Google",
            default: "",
            rule: Rule::Judge(field::line),
        },
        FieldSpec {
            id: "gcp-pool",
            label: "Identity pool",
            hint: "the workload identity pool",
            default: "",
            rule: Rule::Judge(field::line),
        },
        FieldSpec {
            id: "gcp-provider",
            label: "Identity provider",
            hint: "the workload identity provider in it",
            default: "",
            rule: Rule::Judge(field::line),
        },
        FieldSpec {
            id: "jobs",
            label: "Jobs",
            hint: "one name for each secret, with commas between",
            default: "",
            rule: Rule::Judge(|names| all_are(names, field::plain_word)),
        },
        FieldSpec {
            id: "contexts",
            label: "Contexts",
            hint: "those that hold the variables, with commas between; none for variables of the project",
            default: "",
            rule: Rule::Judge(|names| all_are(names, context_name)),
        },
        FieldSpec {
            id: "org",
            label: "Organization",
            hint: "as in gh/acme",
            default: "",
            rule: Rule::Judge(field::line),
        },
    ],
    stays_fresh: "Let CircleCI mint a login for each job in its place: aws_auth with oidc_role_arn for Amazon, gcp_auth \
                  for Google. A context keeps what it was given.",
    render,
};

/// What stands between commas.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty())
}

fn all_are(text: &str, rule: fn(&str) -> FieldVerdict) -> FieldVerdict {
    names(text).map(rule).find(FieldVerdict::is_wrong).unwrap_or(FieldVerdict::Ok)
}

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    let jobs = job_names(order)?;
    contexts::judge(order)?;
    let mut written = Vec::new();
    for (name, bundle) in jobs.iter().zip(order.bundles) {
        written.push((name.clone(), job(order, bundle)?));
    }
    let mut config = map([("version", raw("2.1"))]);
    if order.answer("executor") == "orb" {
        config = config.with("orbs", map([("docker", text(ORB))]));
    }
    let config = config.with("jobs", map(written)).with("workflows", workflow(order, &jobs));
    artifact.file(".circleci/config.yml", yaml::document(&config, Dialect::Plain)?);
    if order.answer("executor") == "docker" {
        let items = order.bundles.iter().map(|bundle| docker_item(order, bundle));
        let items = list(items.collect::<Result<Vec<_>, CannotWrite>>()?);
        artifact.fragment("docker.yml", yaml::document(&map([("docker", items)]), Dialect::Plain)?);
    }
    contexts::steps(order, &mut artifact);
    warn(order, &mut artifact)?;
    Ok(artifact)
}

fn job_names(order: &Order<'_>) -> Result<Vec<String>, CannotWrite> {
    let given: Vec<String> = names(order.answer("jobs")).map(str::to_owned).collect();
    let jobs = match (given.len(), order.bundles) {
        (0, [_]) => vec!["build".to_owned()],
        (0, bundles) => bundles.iter().map(|bundle| bundle.object_name().into_owned()).collect(),
        (count, bundles) if count == bundles.len() => given,
        _ => {
            let rule = "There is one name for each secret.".to_owned();
            return Err(CannotWrite::Answer { field: "jobs", rule, mend: String::new() });
        }
    };
    no_doubles("jobs", jobs.iter().cloned())?;
    Ok(jobs)
}

fn job(order: &Order<'_>, bundle: &Bundle) -> Result<Node, CannotWrite> {
    if order.answer("executor") == "docker" {
        let docker = list([docker_item(order, bundle)?]);
        return Ok(map([("docker", docker), ("steps", list([text("checkout")]))]));
    }
    if order.is_literal() {
        return Err(CannotWrite::Unsuitable {
            why: "A machine logs in with variables, never with a secret in the file.",
            instead: "Leave --literal out.",
        });
    }
    let steps = if order.answer("executor") == "orb" { orb_steps(bundle)? } else { machine_steps(bundle) };
    Ok(map([("machine", map([("image", text(MACHINE))])), ("steps", list(steps))]))
}

/// An image with its login, as it stands below `docker:`.
fn docker_item(order: &Order<'_>, bundle: &Bundle) -> Result<Node, CannotWrite> {
    let missing =
        CannotWrite::AnswerMissing { field: "image", wanted_for: "the docker executor runs in one" };
    let image = bundle.image.as_deref().ok_or(missing)?;
    let (member, login) = auth::login(order, bundle)?;
    Ok(map([("image", text(image)), (member, login)]))
}

fn orb_steps(bundle: &Bundle) -> Result<Vec<Node>, CannotWrite> {
    if bundle.provider().is_ecr() {
        return Err(CannotWrite::Unsuitable {
            why: "The docker orb logs in with a password, and Amazon's lives twelve hours.",
            instead: "Use --executor machine, which mints one in the job, or docker with a role.",
        });
    }
    let registry = bundle.registry();
    let variables = bundle.variables();
    let mut check = empty();
    if !registry.is_hub {
        check = check.with("registry", text(registry.host));
    }
    check = check
        .with("docker_username", text(variables.username))
        .with("docker_password", text(variables.secret));
    let mut steps = vec![text("checkout"), map([("docker/check", check)])];
    if let Some(image) = &bundle.image {
        steps.push(map([("docker/pull", map([("images", text(image))]))]));
    }
    Ok(steps)
}

fn machine_steps(bundle: &Bundle) -> Vec<Node> {
    let login = commands::log_in_with_variables("docker login", bundle, &commands::login_target(bundle));
    let run =
        |name: &str, command: String| map([("run", map([("name", text(name)), ("command", text(command))]))]);
    let mut steps = vec![text("checkout"), run(&format!("Log in to {}", bundle.registry().host), login)];
    if let Some(image) = &bundle.image {
        steps.push(run("Pull", format!("docker pull {}", crate::export::escape::shell::word(image))));
    }
    steps
}

fn workflow(order: &Order<'_>, jobs: &[String]) -> Node {
    let contexts: Vec<Node> = names(order.answer("contexts")).map(text).collect();
    let job = |name: &String| {
        if contexts.is_empty() {
            text(name.as_str())
        } else {
            map([(name.as_str(), map([("context", list(contexts.clone()))]))])
        }
    };
    map([("main", map([("jobs", list(jobs.iter().map(job)))]))])
}

fn warn(order: &Order<'_>, artifact: &mut Artifact) -> Result<(), CannotWrite> {
    if order.answer("executor") == "orb" {
        artifact.warn(
            "The orb prints the user name into the job's log. Its release 4.0.1 goes on after a failed login: stay with \
             4.0.0, or with 3.x.",
        );
    }
    for bundle in order.bundles {
        let image = bundle.image.as_deref().and_then(|image| Image::parse(image).ok());
        let region = image.as_ref().and_then(|image| crate::registry::ecr::read(&image.registry));
        if region.is_some_and(|ecr| ecr.region != "us-east-1") {
            artifact.warn("CircleCI's jobs run in us-east-1: an image in that region starts sooner.");
        }
        if auth::is_amazons(order, bundle) && order.answer("executor") == "docker" {
            let policy = crate::export::escape::json::document(&aws::pull_policy(bundle))?;
            artifact.fragment("ecr-pull-policy.json", policy);
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
