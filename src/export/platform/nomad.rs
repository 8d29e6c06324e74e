//! Nomad: a docker task that pulls with a login out of one of Nomad's own variables.
//!
//! Source: nomad aa026cc `drivers/docker/config.go`, `command/var_put.go`, `helper/args` (what a task's configuration says is
//! evaluated once more when the task starts).

use crate::export::artifact::Body;
use crate::export::commands;
use crate::export::escape::{hcl, shell};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::order::secret_text;

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "nomad",
    name: "Nomad",
    what: "auth of a docker task, out of a variable of Nomad",
    forms: &[Form::Reference, Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: None,
    fields: &[
        FieldSpec {
            id: "job",
            label: "Job",
            hint: "whose tasks may read the variable",
            default: "app",
            rule: Rule::Judge(field::plain_word),
        },
        FieldSpec {
            id: "task",
            label: "Task",
            hint: "its name",
            default: "app",
            rule: Rule::Judge(field::plain_word),
        },
    ],
    stays_fresh: "Let the client's docker plugin mint it: auth { helper = \"ecr-login\" } in its configuration for Amazon, or \
                  another credential helper. A variable keeps what it was given.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let mut artifact = Artifact::default();
    let mut body = Body::from(format!("task \"{}\" {{\n  driver = \"docker\"\n\n", order.answer("task")));
    let (username, password) = if order.is_literal() {
        let mut password = Body::default();
        password.secret(hcl::secret(kept(
            secret_text(bundle)?,
            "it has \"${\", which Nomad evaluates once more",
        )?));
        let user =
            kept(&bundle.username, "the user name beside it has \"${\", which Nomad evaluates once more")?;
        (hcl::quoted(user), password)
    } else {
        let variables = bundle.variables();
        template(order, bundle, &mut body);
        put_steps(order, bundle, &mut artifact);
        (format!("\"${{{}}}\"", variables.username), Body::from(format!("\"${{{}}}\"", variables.secret)))
    };
    body.text(&format!("  config {{\n    image = {}\n\n    auth {{\n", hcl::quoted(&bundle.image_or_hint())));
    let registry = bundle.registry();
    if !registry.is_hub {
        body.text(&format!("      server_address = {}\n", hcl::quoted(&registry.host)));
    }
    body.text(&format!("      username       = {username}\n      password       = "));
    body.append(password);
    body.text("\n    }\n  }\n}\n");
    artifact.fragment("task.nomad.hcl", body);
    artifact.step("Put what task.nomad.hcl says into the job's file.");
    Ok(artifact)
}

fn kept<'a>(text: &'a str, which: &'static str) -> Result<&'a str, CannotWrite> {
    if text.contains("${") {
        let instead = "Leave --literal out: a variable of Nomad holds any text.";
        return Err(CannotWrite::Characters { language: "A job of Nomad", which, instead });
    }
    Ok(text)
}

/// Two variables of the task, out of Nomad's own; JSON's quotes keep every character.
fn template(order: &Order<'_>, bundle: &Bundle, body: &mut Body) {
    let variables = bundle.variables();
    let job = order.answer("job");
    let line = |variable: &str, item: &str| format!("{variable}={{{{ printf \"%s\" .{item} | toJSON }}}}\n");
    body.text(
        "  template {\n    destination = \"${NOMAD_SECRETS_DIR}/registry.env\"\n    env         = true\n",
    );
    body.text(&format!("    data        = <<EOT\n{{{{ with nomadVar \"nomad/jobs/{job}\" }}}}\n"));
    body.text(&line(&variables.username, "username"));
    body.text(&line(&variables.secret, "password"));
    body.text("{{ end }}\nEOT\n  }\n\n");
}

fn put_steps(order: &Order<'_>, bundle: &Bundle, artifact: &mut Artifact) {
    let name = bundle.variables().secret;
    commands::set_variable(artifact, &name);
    // A value that begins with @ would name a file.
    let user = bundle.username.strip_prefix('@').map_or(bundle.username.clone(), |rest| format!("\\@{rest}"));
    artifact.run(
        "Give Nomad the login. Tasks of the job may read it, and no others.",
        format!(
            "printf %s \"${name}\" | nomad var put nomad/jobs/{} {} password=-",
            order.answer("job"),
            shell::word(&format!("username={user}")),
        ),
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, commands, file, one, password};

    #[test]
    fn a_task_reads_the_login_from_nomads_variable() {
        let artifact =
            one("nomad", &bundle("quay.io", "acme+ci", "x"), Form::Reference, &[("job", "web")]).unwrap();
        assert_eq!(
            file(&artifact, "task.nomad.hcl"),
            "task \"app\" {\n  driver = \"docker\"\n\n  template {\n    destination = \"${NOMAD_SECRETS_DIR}/registry.env\"\n    \
             env         = true\n    data        = <<EOT\n{{ with nomadVar \"nomad/jobs/web\" }}\nQUAY_USERNAME={{ \
             printf \"%s\" .username | toJSON }}\nQUAY_PASSWORD={{ printf \"%s\" .password | toJSON }}\n{{ end }}\nEOT\n  }\n\n  config {\n    image \
             = \"quay.io/IMAGE\"\n\n    auth {\n      server_address = \"quay.io\"\n      username       = \
             \"${QUAY_USERNAME}\"\n      password       = \"${QUAY_PASSWORD}\"\n    }\n  }\n}\n"
        );
        assert_eq!(
            commands(&artifact)[1],
            "printf %s \"$QUAY_PASSWORD\" | nomad var put nomad/jobs/web username=acme+ci password=-"
        );
    }

    proptest! {
        #[test]
        fn any_password_comes_back_from_a_reader_or_is_refused(password in password()) {
            match one("nomad", &bundle("quay.io", "jane", &password), Form::Literal, &[]) {
                Ok(artifact) => {
                    let body: ::hcl::Body = ::hcl::from_str(&file(&artifact, "task.nomad.hcl")).unwrap();
                    let config = body.blocks().next().unwrap().body().blocks().next().unwrap();
                    let auth = config.body().blocks().next().unwrap();
                    let found = auth.body().attributes().find(|one| one.key() == "password").unwrap();
                    prop_assert_eq!(found.expr(), &::hcl::Expression::String(password));
                }
                Err(reason) => {
                    prop_assert_eq!(reason.code(), "characters");
                    prop_assert!(password.contains("${"), "{:?}", reason);
                }
            }
        }
    }
}
