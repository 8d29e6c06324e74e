//! Apptainer: its own login, or the variables for one run.
//!
//! Source: apptainer 1.4 `apptainer registry login`, `docs/user/docker_and_oci`.

use crate::export::commands;
use crate::export::escape::shell;

use super::{Artifact, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "apptainer",
    name: "Apptainer",
    what: "the login of a registry, or the variables of one run",
    forms: &[Form::Reference, Form::Variables],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: None,
    fields: &[],
    stays_fresh: "Log in again before each run, with what mints the password before the pipe.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let mut artifact = Artifact::default();
    let target = shell::word(&format!("docker://{}", bundle.registry().host));
    let user = shell::word(&bundle.username);
    if order.form == Form::Variables {
        commands::set_variable(&mut artifact, "APPTAINER_DOCKER_PASSWORD");
        artifact.run("Give the user name its variable.", format!("export APPTAINER_DOCKER_USERNAME={user}"));
        artifact.warn(
            "Apptainer sends these variables to every registry that it pulls from: unset them afterwards.",
        );
    } else if let Some(password) = bundle.ecr_password_command() {
        let login = format!("{password} | apptainer registry login --username AWS --password-stdin {target}");
        artifact.run("Log in. Amazon's password lives twelve hours.", login);
    } else {
        let login = format!("apptainer registry login --username {user} {target}");
        artifact.run("Log in: it asks for the password.", login);
    }
    let image = shell::word(&format!("docker://{}", bundle.image_or_hint()));
    artifact.run("Pull.", format!("apptainer pull {image}"));
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{bundle, commands, one};

    #[test]
    fn a_login_is_kept_or_lives_in_variables() {
        let login = bundle("docker.io", "jane", "x");
        let kept = one("apptainer", &login, Form::Reference, &[]).unwrap();
        assert_eq!(commands(&kept)[0], "apptainer registry login --username jane docker://docker.io");
        let run = one("apptainer", &login, Form::Variables, &[]).unwrap();
        assert_eq!(
            commands(&run)[0],
            "read -rs APPTAINER_DOCKER_PASSWORD && export APPTAINER_DOCKER_PASSWORD"
        );
        assert!(run.warnings[0].contains("every registry"));
    }
}
