//! Argo CD's repositories of charts, and its image updater.
//!
//! Source: argo-cd 37ee009 `docs/operator-manual/declarative-setup.md`; argocd-image-updater de2cfec
//! `docs/configuration/registries.md`.

use crate::export::escape::yaml::{self, Dialect};
use crate::export::field;
use crate::export::kube;
use crate::export::order::secret;
use crate::export::tree::{self, Node, list, map, text};
use crate::export::{kubernetes_key, lifetime};
use crate::registry::key::HUB_KEY;

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

/// The name under which Docker Hub answers: both programs ask for it.
const HUB_HOST: &str = "registry-1.docker.io";

pub(super) static REPOSITORY: Platform = Platform {
    id: "argocd",
    name: "Argo CD",
    what: "a repository Secret for charts in an OCI registry",
    forms: &[Form::Reference, Form::Literal],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::No,
    name_rule: Some(field::object_name),
    fields: &[kube::NAMESPACE],
    stays_fresh: "Argo CD keeps what it was given: apply a fresh one before the end, or have External Secrets' generator for the \
                  registry (for Amazon ECRAuthorizationToken) do it.",
    render: repository,
};

pub(super) static IMAGE_UPDATER: Platform = Platform {
    id: "argocd-image-updater",
    name: "Argo CD Image Updater",
    what: "a registry in registries.conf, and the pull secret that it names",
    forms: &[Form::Reference, Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: Some(field::object_name),
    fields: &[kube::NAMESPACE],
    stays_fresh: "With credsexpire the updater asks for the login again; a script (credentials: ext:/PATH) can mint a fresh one.",
    render: image_updater,
};

fn repository(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    if order.is_literal() {
        let objects = order.bundles.iter().map(|bundle| repository_secret(order, bundle));
        let objects = objects.collect::<Result<Vec<_>, CannotWrite>>()?;
        artifact.file("argocd-repository.yaml", yaml::documents(&objects, Dialect::Plain)?);
    }
    kube::apply_step(order, &mut artifact, "argocd-repository.yaml");
    artifact.step("It belongs into Argo CD's own namespace, usually argocd: give it with --namespace.");
    Ok(artifact)
}

/// The address has no scheme: `oci://` belongs into the Application.
fn repository_secret(order: &Order<'_>, bundle: &Bundle) -> Result<Node, CannotWrite> {
    let registry = bundle.registry();
    let host = if registry.is_hub { HUB_HOST } else { &registry.host };
    let url = if registry.path.is_empty() { host.to_owned() } else { format!("{host}/{}", registry.path) };
    let labels = map([("argocd.argoproj.io/secret-type", text("repository"))]);
    let name = bundle.object_name();
    let data = map([
        ("name", text(&*name)),
        ("url", text(url)),
        ("type", text("helm")),
        ("enableOCI", text("true")),
        ("username", text(bundle.username.as_str())),
        ("password", tree::secret(secret(bundle)?.clone())),
    ]);
    let metadata = kube::metadata(order, &name).with("labels", labels);
    Ok(kube::object("v1", "Secret", metadata).with("type", text("Opaque")).with("stringData", data))
}

fn image_updater(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let mut artifact = Artifact::default();
    let (name, registry) = (bundle.object_name(), bundle.registry());
    if order.is_literal() {
        let mut keys = vec![(kubernetes_key::of(bundle)?, bundle)];
        // The updater looks for this key, which no kubelet matches: the secret serves both.
        if registry.is_hub {
            keys.push((format!("https://{HUB_HOST}"), bundle));
        }
        let object = kube::secret_with_keys(kube::metadata(order, &name), &keys)?;
        artifact.file(format!("{name}.yaml"), yaml::document(&object, Dialect::Plain)?);
    }
    let namespace =
        Some(order.answer(kube::NAMESPACE.id)).filter(|name| !name.is_empty()).unwrap_or("argocd");
    let host = if registry.is_hub { HUB_HOST } else { &registry.host };
    let mut entry = map([
        ("name", text(&*name)),
        ("prefix", text(registry.host.as_str())),
        ("api_url", text(format!("https://{host}"))),
        ("credentials", text(format!("pullsecret:{namespace}/{name}"))),
    ]);
    if lifetime::ends(bundle) {
        entry = entry.with("credsexpire", text("1h"));
    }
    if registry.docker_key() == HUB_KEY {
        entry = entry.with("defaultns", text("library")).with("default", Node::Flag(true));
    }
    let config = map([("registries", list([entry]))]);
    artifact.fragment("registries.conf", yaml::document(&config, Dialect::Plain)?);
    kube::apply_step(order, &mut artifact, &format!("{name}.yaml"));
    artifact.run(
        "Put registries.conf's entry into the updater's ConfigMap.",
        format!("kubectl edit configmap argocd-image-updater-config --namespace {namespace}"),
    );
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, file, one, password, text_at, yaml_document};

    #[test]
    fn an_updater_and_a_kubelet_share_docker_hubs_secret() {
        let login = Bundle { name: "hub".into(), ..bundle("docker.io", "jane", "x") };
        let artifact = one("argocd-image-updater", &login, Form::Literal, &[]).unwrap();
        let keys: Vec<_> = crate::import::read(file(&artifact, "hub.yaml").as_bytes()).unwrap().drafts;
        let keys: Vec<_> = keys.iter().map(|draft| draft.registry.as_str()).collect();
        assert_eq!(keys, [HUB_KEY, "https://registry-1.docker.io"]);
        let config = yaml_document(&file(&artifact, "registries.conf"));
        assert_eq!(text_at(&config, "registries.0.credentials"), "pullsecret:argocd/hub");
        assert_eq!(text_at(&config, "registries.0.api_url"), "https://registry-1.docker.io");
    }

    proptest! {
        #[test]
        fn any_password_comes_back_from_a_repository(password in password()) {
            let login = Bundle { name: "charts".into(), ..bundle("ghcr.io/acme", "jane", &password) };
            let artifact = one("argocd", &login, Form::Literal, &[("namespace", "argocd")]).unwrap();
            let object = yaml_document(&file(&artifact, "argocd-repository.yaml"));
            prop_assert_eq!(text_at(&object, "stringData.password"), password);
            prop_assert_eq!(text_at(&object, "stringData.url"), "ghcr.io/acme");
            prop_assert_eq!(text_at(&object, "metadata.namespace"), "argocd");
        }
    }
}
