//! Tekton: a pull secret, and a service account whose runs use it.
//!
//! Source: tektoncd/pipeline 3ee1745 `docs/auth.md`.

use crate::export::escape::yaml::{self, Dialect};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::kube;
use crate::export::tree::{Node, text};

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "tekton",
    name: "Tekton",
    what: "a service account whose runs pull and push with the secret",
    forms: &[Form::Reference, Form::Literal],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: Some(field::object_name),
    fields: &[
        kube::NAMESPACE,
        FieldSpec {
            id: "service-account",
            label: "Service account",
            hint: "of the runs",
            default: "registry-login",
            rule: Rule::Judge(field::object_name),
        },
    ],
    stays_fresh: "Tekton keeps what it was given: apply a fresh one before the end, or let the service account stand for a role \
                  of the cloud and a credential helper in the step's image mint it.",
    render,
};

/// `secrets` is for what runs in the steps, `imagePullSecrets` for the steps' own images.
fn service_account(order: &Order<'_>, names: &[&str]) -> Node {
    let metadata = kube::metadata(order, order.answer("service-account"));
    kube::object("v1", "ServiceAccount", metadata)
        .with("secrets", kube::names(names.iter().copied()))
        .with("imagePullSecrets", kube::names(names.iter().copied()))
}

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    let names: Vec<_> = order.bundles.iter().map(Bundle::object_name).collect();
    let names: Vec<&str> = names.iter().map(|name| &**name).collect();
    let account = service_account(order, &names);
    if order.is_literal() {
        let secrets = names.iter().zip(order.bundles);
        let secrets = secrets.map(|(name, bundle)| kube::pull_secret(kube::metadata(order, name), &[bundle]));
        let mut objects = secrets.collect::<Result<Vec<_>, CannotWrite>>()?;
        objects.push(account);
        artifact.file("tekton-registry.yaml", yaml::documents(&objects, Dialect::Plain)?);
    } else {
        artifact.fragment("service-account.yaml", yaml::document(&account, Dialect::Plain)?);
    }
    kube::apply_step(order, &mut artifact, "tekton-registry.yaml");
    let run = crate::export::tree::map([("serviceAccountName", text(order.answer("service-account")))]);
    artifact.fragment("run.yaml", yaml::document(&run, Dialect::Plain)?);
    artifact
        .step("Give the runs the service account: run.yaml's line belongs below taskRunTemplate or spec.");
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{bundle, commands, file, one, text_at};
    use crate::import;

    #[test]
    fn an_account_names_the_secret_for_steps_and_for_their_images() {
        let login = Bundle { name: "regcred".into(), ..bundle("ghcr.io", "jane", "p{{") };
        let artifact = one("tekton", &login, Form::Literal, &[("namespace", "ci")]).unwrap();
        let written = file(&artifact, "tekton-registry.yaml");
        let documents = import::yaml::read(written.as_bytes()).unwrap();
        assert_eq!(text_at(&documents[1], "kind"), "ServiceAccount");
        for list in ["secrets", "imagePullSecrets"] {
            assert_eq!(text_at(&documents[1], &format!("{list}.0.name")), "regcred");
        }
        let drafts = import::read(written.as_bytes()).unwrap().drafts;
        assert_eq!(drafts[0].secret.expose_text(), Some("p{{"));
        let reference = one("tekton", &login, Form::Reference, &[]).unwrap();
        assert!(
            commands(&reference)[0]
                .starts_with("pullpass export tekton ghcr.io --literal --name regcred -o - |")
        );
        assert!(!reference.holds_secret());
    }
}
