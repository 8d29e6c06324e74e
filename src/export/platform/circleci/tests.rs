use proptest::prelude::*;

use super::*;
use crate::export::Variables;
use crate::export::tests::{bundle, commands, file, many, one, password, text_at, yaml_document};

const ECR: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com";

fn with_image(key: &str, image: &str) -> Bundle {
    Bundle { image: Some(image.into()), ..bundle(key, "jane", "hunter2") }
}

fn with_keys(name: &str, suffix: &str) -> Bundle {
    let variables = Variables {
        username: format!("AWS_ACCESS_KEY_ID_{suffix}"),
        secret: format!("AWS_SECRET_ACCESS_KEY_{suffix}"),
    };
    Bundle {
        name: name.into(),
        variables: Some(variables),
        ..with_image(ECR, &format!("{ECR}/org/repo:0.1"))
    }
}

#[test]
fn a_whole_configuration_names_variables_contexts_and_jobs() {
    let login = with_image("docker.io", "acme-private/private-image:321");
    let answers = [("contexts", "build-env-vars, docker-hub-creds"), ("org", "gh/acme")];
    let artifact = one("circleci", &login, Form::Variables, &answers).unwrap();
    assert_eq!(
        file(&artifact, ".circleci/config.yml"),
        "version: 2.1\njobs:\n  build:\n    docker:\n      - image: \"acme-private/private-image:321\"\n        auth:\n          \
         username: \"$DOCKERHUB_USERNAME\"\n          password: \"$DOCKERHUB_PASSWORD\"\n    steps:\n      - \"checkout\"\n\
         workflows:\n  main:\n    jobs:\n      - build:\n          context:\n            - \"build-env-vars\"\n            \
         - \"docker-hub-creds\"\n"
    );
    assert_eq!(
        commands(&artifact),
        [
            "circleci context create build-env-vars --org gh/acme",
            "circleci context secret set build-env-vars --org gh/acme --name DOCKERHUB_USERNAME",
            "circleci context secret set build-env-vars --org gh/acme --name DOCKERHUB_PASSWORD",
        ]
    );
    let fields: Vec<_> = artifact.fields.iter().map(|field| (field.label.as_str(), field.masked())).collect();
    assert_eq!(fields, [("DOCKERHUB_USERNAME", "jane"), ("DOCKERHUB_PASSWORD", "••••••••")]);
    assert!(!artifact.holds_secret());
}

/// The page "Using Docker authenticated pulls", of which only the steps and the filters of the workflow are left out.
const STAGING_AND_PRODUCTION: &str = "
version: 2.1
jobs:
  build:
    docker:
      - image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/org/repo:0.1
        aws_auth:
          aws_access_key_id: $AWS_ACCESS_KEY_ID_STAGING
          aws_secret_access_key: $AWS_SECRET_ACCESS_KEY_STAGING
  deploy:
    docker:
      - image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/org/repo:0.1
        aws_auth:
          aws_access_key_id: $AWS_ACCESS_KEY_ID_PRODUCTION
          aws_secret_access_key: $AWS_SECRET_ACCESS_KEY_PRODUCTION
";

#[test]
fn the_pages_staging_and_production_keys_come_out_equal_in_meaning() {
    let logins = [with_keys("staging", "STAGING"), with_keys("production", "PRODUCTION")];
    let artifact = many("circleci", &logins, Form::Variables, &[("jobs", "build,deploy")]).unwrap();
    let ours = yaml_document(&file(&artifact, ".circleci/config.yml"));
    let page = yaml_document(STAGING_AND_PRODUCTION);
    for job in ["build", "deploy"] {
        for member in ["image", "aws_auth.aws_access_key_id", "aws_auth.aws_secret_access_key"] {
            let path = format!("jobs.{job}.docker.0.{member}");
            assert_eq!(text_at(&ours, &path), text_at(&page, &path), "{path}");
        }
    }
    let policy = file(&artifact, "ecr-pull-policy.json");
    assert!(policy.contains("arn:aws:ecr:us-east-1:111122223333:repository/org/repo"), "{policy}");
}

#[test]
fn amazon_gets_keys_or_a_role_and_google_its_three() {
    let login = |answers: &[(&str, &str)], key: &str| {
        let artifact = one("circleci", &with_image(key, &format!("{key}/o/r:1")), Form::Variables, answers)?;
        Ok::<_, CannotWrite>(yaml_document(&file(&artifact, ".circleci/config.yml")))
    };
    let at = |config: &crate::import::yaml::Value, path: &str| {
        text_at(config, &format!("jobs.build.docker.0.{path}"))
    };
    let keys = login(&[], ECR).unwrap();
    assert_eq!(at(&keys, "aws_auth.aws_access_key_id"), "$AWS_ACCESS_KEY_ID");
    let arn = "arn:aws:iam::111122223333:role/pull";
    let role = login(&[("role-arn", arn)], ECR).unwrap();
    assert_eq!(at(&role, "aws_auth.oidc_role_arn"), arn);
    let google = "us-docker.pkg.dev";
    let three = [("gcp-service-account", "sa@p.iam"), ("gcp-pool", "pool"), ("gcp-provider", "provider")];
    let gcp = login(&three, google).unwrap();
    assert_eq!(at(&gcp, "gcp_auth.workload_identity_provider"), "provider");
    assert_eq!(login(&three[1..], google).unwrap_err().code(), "answer_missing");
    assert_eq!(login(&[("auth", "aws-role")], ECR).unwrap_err().code(), "answer_missing");
    assert_eq!(login(&[("role-arn", "arn:aws:iam::1:role/x")], ECR).unwrap_err().code(), "answer_wrong");
}

#[test]
fn a_machine_logs_in_by_the_orb_or_by_itself_and_never_in_its_arguments() {
    let login = with_image("quay.io", "quay.io/acme/app:1");
    let orb = one("circleci", &login, Form::Variables, &[("executor", "orb")]).unwrap();
    let config = yaml_document(&file(&orb, ".circleci/config.yml"));
    assert_eq!(text_at(&config, "orbs.docker"), "circleci/docker@4.0.0");
    let step = |member: &str| text_at(&config, &format!("jobs.build.steps.1.docker/check.{member}"));
    let expected = ["quay.io", "QUAY_USERNAME", "QUAY_PASSWORD"];
    assert_eq!(["registry", "docker_username", "docker_password"].map(step), expected);
    assert_eq!(text_at(&config, "jobs.build.steps.2.docker/pull.images"), "quay.io/acme/app:1");

    let machine = one("circleci", &login, Form::Variables, &[("executor", "machine")]).unwrap();
    let config = yaml_document(&file(&machine, ".circleci/config.yml"));
    assert_eq!(
        text_at(&config, "jobs.build.steps.1.run.command"),
        "printf %s \"$QUAY_PASSWORD\" | docker login --username \"$QUAY_USERNAME\" --password-stdin quay.io"
    );
    let ecr = with_image(ECR, &format!("{ECR}/o/r:1"));
    let config = one("circleci", &ecr, Form::Variables, &[("executor", "machine")]).unwrap();
    assert!(
        file(&config, ".circleci/config.yml")
            .contains("aws ecr get-login-password --region us-east-1 | docker")
    );
    assert_eq!(
        one("circleci", &ecr, Form::Variables, &[("executor", "orb")]).unwrap_err().code(),
        "unsuitable"
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let quay = with_image("quay.io", "quay.io/a/b:1");
    let code = |logins: &[Bundle], form, answers: &[(&str, &str)]| {
        many("circleci", logins, form, answers).unwrap_err().code()
    };
    let alone = |form, answers: &[(&str, &str)]| code(std::slice::from_ref(&quay), form, answers);
    let twice = [quay.clone(), Bundle { name: "other".into(), ..quay.clone() }];
    assert_eq!(code(&twice, Form::Variables, &[("jobs", "a,b")]), "same_name");
    assert_eq!(code(&twice, Form::Variables, &[("jobs", "a")]), "answer_wrong");
    assert_eq!(
        code(&[with_keys("a", "X"), with_keys("b", "X")], Form::Variables, &[("jobs", "a,a")]),
        "same_name"
    );
    assert_eq!(code(&[bundle("quay.io", "a", "b")], Form::Variables, &[]), "answer_missing");
    assert_eq!(alone(Form::Variables, &[("contexts", "a\u{b}b")]), "answer_wrong");
    assert_eq!(alone(Form::Variables, &[("nope", "x")]), "no_such_field");
    assert_eq!(alone(Form::Reference, &[]), "form_not_offered");
    let bad = Variables { username: "1X".into(), secret: "X".into() };
    assert_eq!(
        code(&[Bundle { variables: Some(bad), ..quay.clone() }], Form::Variables, &[]),
        "answer_wrong"
    );
    assert_eq!(code(&[with_image(ECR, &format!("{ECR}/a:1"))], Form::Literal, &[]), "unsuitable");
}

proptest! {
    #[test]
    fn any_password_comes_back_or_is_refused(password in password()) {
        let mut login = with_image("quay.io", "quay.io/a/b:1");
        login.secret = Some(crate::secret::Secret::from_text(password.clone()));
        match one("circleci", &login, Form::Literal, &[]) {
            Ok(artifact) => {
                let config = yaml_document(&file(&artifact, ".circleci/config.yml"));
                prop_assert_eq!(text_at(&config, "jobs.build.docker.0.auth.password"), password);
            }
            Err(reason) => {
                prop_assert_eq!(reason.code(), "characters");
                prop_assert!(password.contains('$') || password.contains("<<"));
            }
        }
    }
}
