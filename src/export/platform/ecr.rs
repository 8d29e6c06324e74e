//! Amazon ECR itself: the login line, the helper that mints passwords by itself, the rights that it needs.
//!
//! Source: AWS's page "Private registry authentication"; amazon-ecr-credential-helper 2a41520 (README).

use super::{Artifact, CannotWrite, Form, Need, Order, Platform};
use crate::export::escape::json;
use crate::export::tree::{map, text};
use crate::export::{aws, commands};

pub(super) static PLATFORM: Platform = Platform {
    id: "ecr",
    name: "Amazon ECR",
    what: "docker's login line, the credential helper, the IAM policy to pull",
    forms: &[Form::Reference],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: None,
    fields: &[],
    stays_fresh: "The helper mints a new password by itself, at half of the old one's life.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    if !bundle.provider().is_ecr() {
        return Err(CannotWrite::Unsuitable {
            why: "This login is for no registry of Amazon's.",
            instead: "Use docker-login for the login line of another registry.",
        });
    }
    let host = bundle.registry().host;
    let mut artifact = Artifact::default();
    let helper = map([("credHelpers", map([(host.as_str(), text("ecr-login"))]))]);
    artifact.fragment("config.json", json::document(&helper)?);
    artifact.fragment("ecr-pull-policy.json", json::document(&aws::pull_policy(bundle))?);
    artifact.step("Let the user or role that pulls do what ecr-pull-policy.json says.");
    commands::log_in_here(&mut artifact, bundle);
    artifact.step(
        "Or let the helper mint passwords: install docker-credential-ecr-login, and put what config.json says into \
         docker's file.",
    );
    artifact.run(
        "An old login would go before the helper: take it out.",
        format!("docker logout{}", commands::login_target(bundle)),
    );
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{bundle, commands, file, one};

    #[test]
    fn a_registry_of_amazons_has_line_helper_and_policy() {
        let host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
        let artifact = one("ecr", &bundle(host, "AWS", "x"), Form::Reference, &[]).unwrap();
        let expected = format!("{{\n  \"credHelpers\": {{\n    \"{host}\": \"ecr-login\"\n  }}\n}}\n");
        assert_eq!(file(&artifact, "config.json"), expected);
        let login = format!(
            "aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin {host}"
        );
        assert_eq!(commands(&artifact), [login, format!("docker logout {host}")]);
        let public = one("ecr", &bundle("public.ecr.aws", "AWS", "x"), Form::Reference, &[]).unwrap();
        assert!(commands(&public)[0].starts_with("aws ecr-public get-login-password --region us-east-1 |"));
        assert_eq!(
            one("ecr", &bundle("ghcr.io", "a", "x"), Form::Reference, &[]).unwrap_err().code(),
            "unsuitable"
        );
    }
}
