//! Helm: a chart's values that name a pull secret, and the login for charts in a registry.
//!
//! Source: helm v3.18 `helm registry login`; `imagePullSecrets` is what `helm create` puts into a chart's values.

use crate::export::escape::shell;
use crate::export::escape::yaml::{self, Dialect};
use crate::export::field;
use crate::export::kube;
use crate::export::tree::map;

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "helm",
    name: "Helm",
    what: "a chart's values that name the pull secret, and the login for charts",
    forms: &[Form::Reference],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::No,
    name_rule: Some(field::object_name),
    fields: &[kube::NAMESPACE],
    stays_fresh: "The Secret keeps what it was given: send a fresh one to the cluster before the end. Never put the password \
                  into values: every release keeps its values.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    let names: Vec<_> = order.bundles.iter().map(Bundle::object_name).collect();
    let values = map([("imagePullSecrets", kube::names(names.iter().map(|name| &**name)))]);
    artifact.fragment("values.yaml", yaml::document(&values, Dialect::Plain)?);
    let namespace = kube::namespace_option(order);
    artifact.run(
        "Send the Secret to the cluster, into the release's namespace.",
        format!("{} | kubectl apply --server-side{namespace} -f -", order.literal_of("kubernetes")),
    );
    artifact.step("Put what values.yaml says into the values of the release.");
    for bundle in order.bundles {
        let registry = bundle.registry();
        let host = if registry.is_hub { "registry-1.docker.io" } else { &registry.host };
        let login =
            format!("helm registry login --username {} {}", shell::word(&bundle.username), shell::word(host));
        artifact.run("For charts in the registry itself log helm in: it asks for the password.", login);
    }
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{bundle, commands, file, one};

    #[test]
    fn values_name_the_secret_and_never_hold_it() {
        let login = Bundle { name: "regcred".into(), ..bundle("docker.io", "jane", "x") };
        let artifact = one("helm", &login, Form::Reference, &[("namespace", "web")]).unwrap();
        assert_eq!(file(&artifact, "values.yaml"), "imagePullSecrets:\n  - name: \"regcred\"\n");
        assert_eq!(
            commands(&artifact),
            [
                "pullpass export kubernetes docker.io --literal --name regcred --namespace web -o - | kubectl apply \
                 --server-side --namespace web -f -",
                "helm registry login --username jane registry-1.docker.io",
            ]
        );
    }
}
