//! The login line of docker, and of programs that take the same options.
//!
//! Source: docker/cli v28.2, podman, buildah, skopeo, nerdctl and oras: `--username`, `--password-stdin`, the registry at the end.

use crate::export::artifact::Body;
use crate::export::commands;
use crate::export::escape::shell;
use crate::export::field::{FieldSpec, Rule};
use crate::export::order::secret_text;

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "docker-login",
    name: "docker login",
    what: "the line that logs docker, podman or another program in, without a secret in its arguments",
    forms: &[Form::Variables, Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::No,
    name_rule: None,
    fields: &[FieldSpec {
        id: "program",
        label: "Program",
        hint: "which logs in",
        default: "docker",
        rule: Rule::OneOf(&["docker", "podman", "buildah", "skopeo", "nerdctl", "oras"]),
    }],
    stays_fresh: "Log in again with a fresh one before the end; for Amazon a credential helper mints it by itself \
                  (docker-credential-ecr-login).",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let program = order.answer("program");
    let target = target(program, bundle);
    let program = format!("{program} login");
    let mut artifact = Artifact::default();
    if order.is_literal() {
        let mut script = Body::from("#!/bin/sh\nprintf %s ");
        script.secret(shell::secret(secret_text(bundle)?)?);
        let user = shell::word(&bundle.username);
        script.text(&format!(" | {program} --username {user} --password-stdin{target}\n"));
        artifact.file("login.sh", script);
        artifact.run("Run it.", "sh login.sh");
        return Ok(artifact);
    }
    if bundle.ecr_password_command().is_none() {
        commands::set_variables(&mut artifact, bundle);
    }
    let line = commands::log_in_with_variables(&program, bundle, &target);
    artifact.run("Log in: the password goes through a pipe.", line);
    Ok(artifact)
}

/// Only docker and nerdctl take Docker Hub for granted.
fn target(program: &str, bundle: &Bundle) -> String {
    match commands::login_target(bundle) {
        none if none.is_empty() && !matches!(program, "docker" | "nerdctl") => " docker.io".into(),
        target => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{bundle, commands, one};

    #[test]
    fn the_password_goes_through_a_pipe() {
        let line = |key: &str, program: &str| {
            let artifact =
                one("docker-login", &bundle(key, "jane", "x"), Form::Variables, &[("program", program)]);
            commands(&artifact.unwrap()).last().copied().unwrap_or_default().to_owned()
        };
        assert_eq!(
            line("docker.io", "docker"),
            "printf %s \"$DOCKERHUB_PASSWORD\" | docker login --username \"$DOCKERHUB_USERNAME\" --password-stdin"
        );
        assert!(line("docker.io", "podman").ends_with("--password-stdin docker.io"));
        let ecr = line("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "oras");
        assert!(
            ecr.starts_with("aws ecr get-login-password --region eu-west-1 | oras login --username AWS"),
            "{ecr}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_script_hands_the_very_password_on() {
        let folder = tempfile::tempdir().unwrap();
        let secret = "a'b\"c$d\\e`f\n g";
        let artifact =
            one("docker-login", &bundle("quay.io", "robot$x", secret), Form::Literal, &[]).unwrap();
        let script = crate::export::tests::file(&artifact, "login.sh").replace("docker login", "cat; echo");
        let path = folder.path().join("login.sh");
        std::fs::write(&path, script).unwrap();
        #[allow(clippy::disallowed_methods)] // a test may start a shell
        let output = std::process::Command::new("sh").arg(&path).output().unwrap();
        let expected = format!("{secret}--username robot$x --password-stdin quay.io\n");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }
}
