//! Docker Compose and Docker Swarm, whose files have no place for a login: they use docker's own.
//!
//! Source: compose-spec (no member for a registry's login); docker/cli v28.2 `docs/reference/commandline/service_create.md`.

use super::{Artifact, CannotWrite, Form, Need, Order, Platform};
use crate::export::commands;
use crate::export::escape::shell;
use crate::export::escape::yaml::{self, Dialect};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::tree::{Node, map, text};

pub(super) static COMPOSE: Platform = Platform {
    id: "compose",
    name: "Docker Compose",
    what: "the login that Compose uses, and a service that pulls with it",
    forms: &[Form::Reference],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: None,
    fields: &[SERVICE],
    stays_fresh: "Compose asks docker's credential helper at each pull: with pullpass as that helper it gets the fresh one.",
    render: compose,
};

pub(super) static SWARM: Platform = Platform {
    id: "swarm",
    name: "Docker Swarm",
    what: "the login that goes to the nodes with a stack",
    forms: &[Form::Reference],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: None,
    fields: &[
        SERVICE,
        FieldSpec {
            id: "stack",
            label: "Stack",
            hint: "its name",
            default: "app",
            rule: Rule::Judge(field::plain_word),
        },
    ],
    stays_fresh: "The nodes keep the login of the last deployment: deploy the stack again with a fresh one before the end, \
                  or a node that starts a task later cannot pull.",
    render: swarm,
};

const SERVICE: FieldSpec = FieldSpec {
    id: "service",
    label: "Service",
    hint: "its name; with several secrets a number is put behind it",
    default: "app",
    rule: Rule::Judge(field::plain_word),
};

fn services(order: &Order<'_>) -> Node {
    let service = order.answer(SERVICE.id);
    let name = |at: usize| if at == 0 { service.to_owned() } else { format!("{service}{}", at + 1) };
    let services = order.bundles.iter().enumerate();
    map([(
        "services",
        map(services.map(|(at, bundle)| (name(at), map([("image", text(bundle.image_or_hint()))])))),
    )])
}

fn prepared(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    artifact.fragment("compose.yaml", yaml::document(&services(order), Dialect::Plain)?);
    order.bundles.iter().for_each(|bundle| commands::log_in_here(&mut artifact, bundle));
    Ok(artifact)
}

fn compose(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = prepared(order)?;
    artifact.run("Pull.", "docker compose pull");
    Ok(artifact)
}

fn swarm(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = prepared(order)?;
    let stack = shell::word(order.answer("stack"));
    artifact.run(
        "Deploy it together with the login: without the option only this node could pull.",
        format!("docker stack deploy --with-registry-auth --compose-file compose.yaml {stack}"),
    );
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{bundle, commands, file, many, one};

    #[test]
    fn compose_uses_dockers_login() {
        let logins = [bundle("ghcr.io", "jane", "x"), bundle("docker.io", "joe", "y")];
        let artifact = many("compose", &logins, Form::Reference, &[]).unwrap();
        assert_eq!(
            file(&artifact, "compose.yaml"),
            "services:\n  app:\n    image: \"ghcr.io/IMAGE\"\n  app2:\n    image: \"docker.io/IMAGE\"\n"
        );
        let expected =
            ["docker login --username jane ghcr.io", "docker login --username joe", "docker compose pull"];
        assert_eq!(commands(&artifact), expected);
    }

    #[test]
    fn a_stack_takes_the_login_with_it() {
        let artifact =
            one("swarm", &bundle("ghcr.io", "jane", "x"), Form::Reference, &[("stack", "web")]).unwrap();
        let last = "docker stack deploy --with-registry-auth --compose-file compose.yaml web";
        assert_eq!(commands(&artifact).last(), Some(&last));
    }
}
