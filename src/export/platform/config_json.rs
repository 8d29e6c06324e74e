//! A part of docker's or podman's own file.
//!
//! Source: docker/cli v28.2 `cli/config/configfile`; containers-auth.json(5).

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};
use crate::export::docker_config;
use crate::export::escape::json;
use crate::export::field::{FieldSpec, Rule};
use crate::export::no_doubles;
use crate::export::tree::{map, text};
use crate::text;

pub(super) static PLATFORM: Platform = Platform {
    id: "config-json",
    name: "config.json",
    what: "a part of docker's or podman's file: a helper's name, or the login itself",
    forms: &[Form::Reference, Form::Literal],
    takes_many: true,
    takes_identity_tokens: true,
    image: Need::No,
    name_rule: None,
    fields: &[FieldSpec {
        id: "reader",
        label: "Reader",
        hint: "docker compares hosts, podman namespaces as well",
        default: "docker",
        rule: Rule::OneOf(&["docker", "podman"]),
    }],
    stays_fresh: "A helper mints or keeps the fresh one: name it in credHelpers in place of the login.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let is_podman = order.answer("reader") == "podman";
    let key = |bundle: &Bundle| {
        let registry = bundle.registry();
        if is_podman { registry.host_and_path() } else { registry.docker_key().to_owned() }
    };
    let name = if is_podman { "auth.json" } else { "config.json" };
    let mut artifact = Artifact::default();
    if order.is_literal() {
        artifact.fragment(name, json::document(&docker_config::auths(order.bundles, key)?)?);
        artifact
            .step(format!("Put it into {name} where it is to be used, beside the entries that are there."));
    } else {
        // Helpers know hosts only.
        let host = |bundle: &Bundle| {
            if is_podman { bundle.registry().host } else { key(bundle) }
        };
        no_doubles("key", order.bundles.iter().map(host))?;
        let helpers = map(order.bundles.iter().map(|bundle| (host(bundle), text("pullpass"))));
        artifact.fragment(name, json::document(&map([("credHelpers", helpers)]))?);
        artifact.step(format!(
            "Put it into {name} on a machine whose vault has the secret and whose PATH has docker-credential-pullpass."
        ));
    }
    for bundle in order.bundles.iter().filter(|bundle| !is_podman && !bundle.registry().path.is_empty()) {
        artifact.warn(format!(
            "docker knows no namespaces: the login of {} would count for all of {}.",
            text::safe(&bundle.key),
            text::safe(&bundle.registry().host)
        ));
    }
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, file, many, one, password};

    #[test]
    fn a_helper_is_named_or_the_login_written() {
        let logins = [bundle("docker.io", "jane", "p"), bundle("quay.io/team", "bot", "<token>")];
        let reference = many("config-json", &logins, Form::Reference, &[]).unwrap();
        assert_eq!(
            file(&reference, "config.json"),
            "{\n  \"credHelpers\": {\n    \"https://index.docker.io/v1/\": \"pullpass\",\n    \"quay.io\": \
             \"pullpass\"\n  }\n}\n"
        );
        assert!(reference.warnings[0].contains("namespaces"));
        let literal = many("config-json", &logins, Form::Literal, &[("reader", "podman")]).unwrap();
        let written: serde_json::Value = serde_json::from_str(&file(&literal, "auth.json")).unwrap();
        assert_eq!(written["auths"]["docker.io"]["auth"], "amFuZTpw");
        assert!(written["auths"]["quay.io/team"]["auth"].is_string());
    }

    #[test]
    fn a_token_for_a_token_service_is_kept_as_one() {
        let artifact = one("config-json", &bundle("ghcr.io", "<token>", "tok"), Form::Literal, &[]).unwrap();
        assert!(file(&artifact, "config.json").contains("\"identitytoken\": \"tok\""));
    }

    proptest! {
        #[test]
        fn any_password_comes_back_from_docker(password in password()) {
            let artifact = one("config-json", &bundle("ghcr.io", "jane", &password), Form::Literal, &[]).unwrap();
            let read = crate::config::docker::read(file(&artifact, "config.json").as_bytes());
            let found = read.entries[0].password.as_ref().unwrap().expose_text();
            prop_assert_eq!(found, Some(password.as_str()));
        }
    }
}
