//! GitHub Actions: a job in a private image, or a step that logs in.
//!
//! Source: npm @actions/workflow-parser 0.3.61 (schema workflow-v1.0), docker/login-action v4, GitHub's pages on secrets.

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};
use crate::credential::rules::FieldVerdict;
use crate::export::accept;
use crate::export::escape::yaml::{self, Dialect};
use crate::export::escape::{github, shell};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::order::secret_text;
use crate::export::tree::{Node, empty, list, map, secret, text};
use crate::registry::provider::Provider;
use crate::secret::Secret;

pub(super) static PLATFORM: Platform = Platform {
    id: "github-actions",
    name: "GitHub Actions",
    what: "a workflow whose job runs in a private image, or logs in",
    forms: &[Form::Variables, Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: None,
    fields: &[
        FieldSpec {
            id: "use",
            label: "Used by",
            hint: "the job's own container, or a step that logs in",
            default: "container",
            rule: Rule::OneOf(&["container", "login"]),
        },
        FieldSpec {
            id: "job",
            label: "Job",
            hint: "its name",
            default: "build",
            rule: Rule::Judge(field::variable),
        },
        FieldSpec {
            id: "role-arn",
            label: "Role",
            hint: "for Amazon: the role that the job takes on",
            default: "",
            rule: Rule::Judge(crate::export::aws::role),
        },
    ],
    stays_fresh: "Mint one in the job: for Amazon configure-aws-credentials and amazon-ecr-login with a role (--use \
                  login), for GitHub's own registry the job's GITHUB_TOKEN.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let mut artifact = Artifact::default();
    if bundle.provider().is_ecr() {
        if order.answer("use") != "login" || order.is_literal() {
            return Err(CannotWrite::Unsuitable {
                why: "A job's container is pulled before its first step, and Amazon's password lives twelve hours.",
                instead: "Use --use login with --role-arn, without --literal.",
            });
        }
        return amazon(order, bundle, artifact);
    }
    let variables = bundle.variables();
    for name in [&variables.username, &variables.secret] {
        accept("env", secret_name(name))?;
    }
    let job = job(order, bundle, &mut artifact)?;
    finish(order, bundle, &mut artifact, job)?;
    if !order.is_literal() {
        let user = format!("gh variable set {} --body {}", variables.username, shell::word(&bundle.username));
        artifact.run("Give the repository the user name; a variable is no secret.", user);
        let secret = format!("gh secret set {}", variables.secret);
        artifact.run("Give it the secret: the program asks for it.", secret);
        artifact.field(variables.username, bundle.username.as_str());
        artifact.secret_field(variables.secret, bundle.secret.clone());
    }
    if bundle.provider() == Provider::GithubGhcr {
        artifact.step(
            "For images of the same owner the job's own GITHUB_TOKEN does, with the user ${{ github.actor }} and the \
             permission packages: read.",
        );
    }
    Ok(artifact)
}

/// The job, whose part with the login becomes a fragment of its own.
fn job(order: &Order<'_>, bundle: &Bundle, artifact: &mut Artifact) -> Result<Node, CannotWrite> {
    let login = login(order, bundle)?;
    let job = map([("runs-on", text("ubuntu-latest"))]);
    let checkout = map([("uses", text("actions/checkout@v4"))]);
    if order.answer("use") == "login" {
        let registry = bundle.registry();
        let with = if registry.is_hub { empty() } else { map([("registry", text(registry.host))]) };
        let with = login.into_iter().fold(with, |with, (name, value)| with.with(name, value));
        let step = map([("uses", text("docker/login-action@v4")), ("with", with)]);
        artifact.fragment("step.yml", yaml::document(&list([step.clone()]), Dialect::Plain)?);
        return Ok(job.with("steps", list([checkout, step])));
    }
    let container = map([("image", text(bundle.image_or_hint())), ("credentials", map(login))]);
    let fragment = map([("container", container.clone())]);
    artifact.fragment("container.yml", yaml::document(&fragment, Dialect::Plain)?);
    Ok(job.with("container", container).with("steps", list([checkout])))
}

/// Two values, each of which is an expression or a text that begins none.
fn login(order: &Order<'_>, bundle: &Bundle) -> Result<Vec<(&'static str, Node)>, CannotWrite> {
    if order.is_literal() {
        let password = Secret::from_text(github::literal(secret_text(bundle)?));
        let username = text(github::literal(&bundle.username));
        return Ok(vec![("username", username), ("password", secret(password))]);
    }
    let variables = bundle.variables();
    Ok(vec![
        ("username", text(github::context("vars", &variables.username))),
        ("password", text(github::context("secrets", &variables.secret))),
    ])
}

/// Amazon's own actions, which mint a password for each run.
fn amazon(order: &Order<'_>, bundle: &Bundle, mut artifact: Artifact) -> Result<Artifact, CannotWrite> {
    let found = crate::registry::provider::identify(&bundle.key);
    let role = order.need("role-arn", "the job takes on this role at Amazon")?;
    let region = found.region.as_deref().unwrap_or_default();
    let credentials = map([("role-to-assume", text(role)), ("aws-region", text(region))]);
    let mut login = map([("uses", text("aws-actions/amazon-ecr-login@v2"))]);
    if found.provider == Provider::AwsEcrPublic {
        login = login.with("with", map([("registry-type", text("public"))]));
    }
    let steps = list([
        map([("uses", text("actions/checkout@v4"))]),
        map([("uses", text("aws-actions/configure-aws-credentials@v4")), ("with", credentials)]),
        login,
    ]);
    let permissions = map([("id-token", text("write")), ("contents", text("read"))]);
    let job = map([("runs-on", text("ubuntu-latest")), ("permissions", permissions), ("steps", steps)]);
    finish(order, bundle, &mut artifact, job)?;
    let policy = crate::export::escape::json::document(&crate::export::aws::pull_policy(bundle))?;
    artifact.fragment("ecr-pull-policy.json", policy);
    artifact.step(
        "Let the role do what ecr-pull-policy.json says, and trust GitHub's tokens of this repository.",
    );
    Ok(artifact)
}

/// The whole workflow goes before its parts.
fn finish(order: &Order<'_>, bundle: &Bundle, artifact: &mut Artifact, job: Node) -> Result<(), CannotWrite> {
    let workflow = map([
        ("name", text(format!("Pull from {}", bundle.registry().host))),
        ("on", list([text("push")])),
        ("jobs", map([(order.answer("job"), job)])),
    ]);
    let fragments = std::mem::take(&mut artifact.files);
    artifact.file(".github/workflows/private-image.yml", yaml::document(&workflow, Dialect::Plain)?);
    artifact.files.extend(fragments);
    artifact.step(
        "Commit .github/workflows/private-image.yml, or paste the part into the workflow that you have.",
    );
    Ok(())
}

/// GitHub keeps names that begin with its own for itself.
fn secret_name(name: &str) -> FieldVerdict {
    if name.to_ascii_uppercase().starts_with("GITHUB_") {
        return FieldVerdict::wrong(
            "A name at GitHub does not begin with GITHUB_.",
            "Choose another with --env.",
        );
    }
    field::variable(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::Variables;
    use crate::export::tests::{bundle, commands, file, one, password, text_at, yaml_document};

    const FILE: &str = ".github/workflows/private-image.yml";

    fn login_to(key: &str, secret: &str) -> Bundle {
        Bundle { image: Some(format!("{key}/acme/app:1")), ..bundle(key, "jane", secret) }
    }

    #[test]
    fn a_container_names_a_variable_and_a_secret() {
        let artifact = one("github-actions", &login_to("ghcr.io", "hunter2"), Form::Variables, &[]).unwrap();
        assert_eq!(
            file(&artifact, FILE),
            "name: \"Pull from ghcr.io\"\n\"on\":\n  - \"push\"\njobs:\n  build:\n    runs-on: \"ubuntu-latest\"\n    container:\n      \
             image: \"ghcr.io/acme/app:1\"\n      credentials:\n        username: \"${{ vars.GHCR_USERNAME }}\"\n        \
             password: \"${{ secrets.GHCR_PASSWORD }}\"\n    steps:\n      - uses: \"actions/checkout@v4\"\n"
        );
        assert_eq!(
            commands(&artifact),
            ["gh variable set GHCR_USERNAME --body jane", "gh secret set GHCR_PASSWORD"]
        );
        assert!(!artifact.holds_secret());
    }

    #[test]
    fn a_step_logs_in_and_leaves_docker_hub_out() {
        let step = |key: &str| {
            let artifact = one("github-actions", &login_to(key, "x"), Form::Variables, &[("use", "login")]);
            file(&artifact.unwrap(), "step.yml")
        };
        assert!(
            step("quay.io")
                .starts_with("- uses: \"docker/login-action@v4\"\n  with:\n    registry: \"quay.io\"\n")
        );
        assert!(!step("docker.io").contains("registry:"));
    }

    #[test]
    fn amazon_mints_in_the_job() {
        let ecr = login_to("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "x");
        let refused = one("github-actions", &ecr, Form::Variables, &[]).unwrap_err();
        assert_eq!(refused.code(), "unsuitable");
        let answers = [("use", "login"), ("role-arn", "arn:aws:iam::111122223333:role/pull")];
        assert_eq!(
            one("github-actions", &ecr, Form::Variables, &answers[..1]).unwrap_err().code(),
            "answer_missing"
        );
        let artifact = one("github-actions", &ecr, Form::Variables, &answers).unwrap();
        let workflow = yaml_document(&file(&artifact, FILE));
        assert_eq!(text_at(&workflow, "jobs.build.permissions.id-token"), "write");
        assert_eq!(text_at(&workflow, "jobs.build.steps.1.with.aws-region"), "eu-west-1");
    }

    #[test]
    fn githubs_own_names_are_not_taken() {
        let variables = Some(Variables::of_secret("github_TOKEN"));
        let found =
            one("github-actions", &Bundle { variables, ..login_to("ghcr.io", "x") }, Form::Variables, &[]);
        assert_eq!(found.unwrap_err().code(), "answer_wrong");
    }

    /// What GitHub's reader makes of a text: an expression in it is a text in single quotes.
    fn evaluated(scalar: &str) -> String {
        match scalar.strip_prefix("${{ '").and_then(|rest| rest.strip_suffix("' }}")) {
            Some(inner) => inner.replace("''", "'"),
            None => scalar.to_owned(),
        }
    }

    proptest! {
        #[test]
        fn any_password_comes_back_and_begins_no_expression(password in password()) {
            let artifact = one("github-actions", &login_to("quay.io", &password), Form::Literal, &[]).unwrap();
            let workflow = yaml_document(&file(&artifact, FILE));
            let written = text_at(&workflow, "jobs.build.container.credentials.password");
            prop_assert!(!written.contains("${{") || written.starts_with("${{ '"));
            prop_assert_eq!(evaluated(&written), password);
        }
    }
}
