//! The parts of Kubernetes objects that several platforms write.

use super::escape::shell;
use super::field::{self, FieldSpec, Rule};
use super::tree::{Node, list, map, secret, text};
use super::{Artifact, Bundle, CannotWrite, Order, docker_config, kubernetes_key};

/// Where the objects belong.
pub(super) const NAMESPACE: FieldSpec = FieldSpec {
    id: "namespace",
    label: "Namespace",
    hint: "where the pods run; a pull secret counts in its own namespace only",
    default: "",
    rule: Rule::Judge(field::namespace),
};

/// `metadata` with a name and, where one was answered, the namespace.
pub(super) fn metadata(order: &Order<'_>, name: &str) -> Node {
    let metadata = map([("name", text(name))]);
    match order.answer(NAMESPACE.id) {
        "" => metadata,
        namespace => metadata.with("namespace", text(namespace)),
    }
}

/// An object without what is its own.
pub(super) fn object(api_version: &str, kind: &str, metadata: Node) -> Node {
    map([("apiVersion", text(api_version)), ("kind", text(kind)), ("metadata", metadata)])
}

/// A Secret of the type that kubelets read, with these logins in it, each under the key that a kubelet finds.
pub(super) fn pull_secret(metadata: Node, bundles: &[&Bundle]) -> Result<Node, CannotWrite> {
    let keyed = bundles.iter().map(|bundle| Ok((kubernetes_key::of(bundle)?, *bundle)));
    secret_with_keys(metadata, &keyed.collect::<Result<Vec<_>, CannotWrite>>()?)
}

/// As [`pull_secret`], under keys of one's own.
pub(super) fn secret_with_keys(metadata: Node, keyed: &[(String, &Bundle)]) -> Result<Node, CannotWrite> {
    let data = docker_config::pull_secret_base64(keyed)?;
    Ok(object("v1", "Secret", metadata)
        .with("type", text("kubernetes.io/dockerconfigjson"))
        .with("data", map([(".dockerconfigjson", secret(data))])))
}

/// `imagePullSecrets` and lists like it.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Node {
    list(names.into_iter().map(|name| map([("name", text(name))])))
}

/// `--namespace NAME` with a blank before it; empty where none was answered.
pub(super) fn namespace_option(order: &Order<'_>) -> String {
    match order.answer(NAMESPACE.id) {
        "" => String::new(),
        namespace => format!(" --namespace {}", shell::word(namespace)),
    }
}

/// The step that brings the objects with the secret into the cluster: from a file, or through a pipe without one.
pub(super) fn apply_step(order: &Order<'_>, artifact: &mut Artifact, file: &str) {
    let namespace = namespace_option(order);
    let says = "Send it to the cluster. Applied by the server, no copy stays in an annotation.";
    if order.is_literal() {
        artifact.run(says, format!("kubectl apply --server-side{namespace} -f {}", shell::word(file)));
    } else {
        let literal = order.literal_to_pipe(&[]);
        artifact.run(says, format!("{literal} | kubectl apply --server-side{namespace} -f -"));
    }
}
