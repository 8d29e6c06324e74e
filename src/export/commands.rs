//! Command lines that several platforms need. No secret is ever in one.

use super::escape::shell;
use super::{Artifact, Bundle, Variables};

/// Asks for the values of two variables without an echo and without a trace in the shell's history.
pub(super) fn set_variables(artifact: &mut Artifact, bundle: &Bundle) {
    let Variables { username, secret } = bundle.variables();
    set_variable(artifact, &secret);
    artifact.run(
        "Give the user name its variable.",
        format!("export {username}={}", shell::word(&bundle.username)),
    );
}

/// As [`set_variables`], for the secret alone.
pub(super) fn set_variable(artifact: &mut Artifact, name: &str) {
    artifact.run(
        "Give the secret its variable: paste it, and press Enter. It is not shown, and the history of bash and zsh does \
         not keep it.",
        format!("read -rs {name} && export {name}"),
    );
}

/// The part of a login command that names the registry, with a blank before it; docker's default is Docker Hub.
pub(super) fn login_target(bundle: &Bundle) -> String {
    let registry = bundle.registry();
    if registry.is_hub { String::new() } else { format!(" {}", shell::word(&registry.host)) }
}

/// Logs docker in on this machine: Amazon's password comes from its own program, another one is asked for.
pub(super) fn log_in_here(artifact: &mut Artifact, bundle: &Bundle) {
    let target = login_target(bundle);
    if let Some(password) = bundle.ecr_password_command() {
        let login = format!("{password} | docker login --username AWS --password-stdin{target}");
        artifact.run("Log docker in. Amazon's password lives twelve hours.", login);
    } else {
        let login = format!("docker login --username {}{target}", shell::word(&bundle.username));
        artifact.run(
            "Log docker in: it asks for the password. Where pullpass is docker's helper, it is logged in.",
            login,
        );
    }
}

/// Logs a program in with the values of two variables, as in a job of a CI: `program` is `docker login` or like it.
pub(super) fn log_in_with_variables(program: &str, bundle: &Bundle, target: &str) -> String {
    if let Some(password) = bundle.ecr_password_command() {
        return format!("{password} | {program} --username AWS --password-stdin{target}");
    }
    let Variables { username, secret } = bundle.variables();
    format!("printf %s \"${secret}\" | {program} --username \"${username}\" --password-stdin{target}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{bundle, commands};

    #[test]
    fn no_secret_is_in_a_command_line_and_every_word_is_quoted() {
        let mut artifact = Artifact::default();
        let login = bundle("https://Reg.example.com:5000/v2/", "robot$ci", "hunter2");
        set_variables(&mut artifact, &login);
        log_in_here(&mut artifact, &login);
        assert_eq!(
            commands(&artifact),
            [
                "read -rs REG_EXAMPLE_COM_5000_PASSWORD && export REG_EXAMPLE_COM_5000_PASSWORD",
                "export REG_EXAMPLE_COM_5000_USERNAME='robot$ci'",
                "docker login --username 'robot$ci' reg.example.com:5000",
            ]
        );
        assert_eq!(
            log_in_with_variables("docker login", &login, &login_target(&login)),
            "printf %s \"$REG_EXAMPLE_COM_5000_PASSWORD\" | docker login --username \
             \"$REG_EXAMPLE_COM_5000_USERNAME\" --password-stdin reg.example.com:5000"
        );
    }

    #[test]
    fn amazons_password_comes_from_its_own_program_and_docker_hub_needs_no_name() {
        let mut artifact = Artifact::default();
        log_in_here(&mut artifact, &bundle("111122223333.dkr.ecr.eu-west-1.amazonaws.com", "AWS", "x"));
        log_in_here(&mut artifact, &bundle("docker.io", "jane", "x"));
        assert_eq!(
            commands(&artifact),
            [
                "aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin \
                 111122223333.dkr.ecr.eu-west-1.amazonaws.com",
                "docker login --username jane",
            ]
        );
    }
}
