//! Kubernetes: a Secret that kubelets read, and what makes pods use it.
//!
//! Source: kubectl 1.37.1; kubernetes v1.35 `pkg/credentialprovider`; KEP-2535.

use super::{Artifact, CannotWrite, Form, Need, Order, Platform};
use crate::export::escape::yaml::{self, Dialect};
use crate::export::escape::{json, shell};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::kube;
use crate::export::tree::map;

pub(super) static PLATFORM: Platform = Platform {
    id: "kubernetes",
    name: "Kubernetes",
    what: "a Secret for imagePullSecrets, and what lets pods use it",
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
            hint: "whose pods get the secret without naming it",
            default: "default",
            rule: Rule::Judge(field::object_name),
        },
        FieldSpec {
            id: "layout",
            label: "Secrets",
            hint: "each login a Secret of its own, or together in the first one's",
            default: "each",
            rule: Rule::OneOf(&["each", "together"]),
        },
    ],
    stays_fresh: "Kubernetes keeps what it was given: apply a fresh one before the end, or let the nodes mint their \
                  own with a kubelet credential provider (for Amazon, ecr-credential-provider).",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    let together = order.answer("layout") == "together";
    let names: Vec<_> = order.bundles.iter().map(crate::export::Bundle::object_name).collect();
    let names: Vec<&str> =
        names.iter().map(|name| &**name).take(if together { 1 } else { names.len() }).collect();
    let file = match names[..] {
        [name] => format!("{name}.yaml"),
        _ => "pull-secrets.yaml".to_owned(),
    };
    if order.is_literal() {
        let bundles: Vec<_> = order.bundles.iter().collect();
        let groups = bundles.chunks(if together { bundles.len() } else { 1 });
        let objects = names
            .iter()
            .zip(groups)
            .map(|(name, group)| kube::pull_secret(kube::metadata(order, name), group));
        let objects = objects.collect::<Result<Vec<_>, CannotWrite>>()?;
        artifact.file(&file, yaml::documents(&objects, Dialect::Plain)?);
    } else {
        order.bundles.iter().try_for_each(|bundle| crate::export::kubernetes_key::of(bundle).map(|_| ()))?;
    }
    let pod = map([("imagePullSecrets", kube::names(names.iter().copied()))]);
    artifact.fragment("pod-spec.yaml", yaml::document(&pod, Dialect::Plain)?);
    kube::apply_step(order, &mut artifact, &file);
    let patch = json::compact(&pod)?.masked();
    artifact.run(
        "Let the pods of a service account use it. This replaces the account's list: add the names that are in it \
         now. Or paste pod-spec.yaml into the specification of each pod.",
        format!(
            "kubectl patch serviceaccount {}{} --patch {}",
            shell::word(order.answer("service-account")),
            kube::namespace_option(order),
            shell::word(&patch),
        ),
    );
    artifact.step("Do both in every namespace whose pods pull with it.");
    warn(order, &mut artifact, together);
    Ok(artifact)
}

fn warn(order: &Order<'_>, artifact: &mut Artifact, together: bool) {
    artifact.warn(
        "From Kubernetes 1.35 on an image that lies on a node already is checked again for pods with another login or \
         none: they need the secret, too.",
    );
    if together {
        artifact.warn(
            "One entry that a kubelet cannot read costs a pod all logins of all its secrets: add none by hand that is \
             not base64 of USER:PASSWORD.",
        );
    }
    for bundle in order.bundles {
        let registry = bundle.registry();
        if registry.path.contains('/') && bundle.image.is_none() {
            artifact.warn(format!(
                "{} is taken for a namespace. If it is the one image, name it with --image.",
                crate::text::safe(&registry.host_and_path())
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, commands, file, many, one, password, text_at, yaml_document};
    use crate::resolve::kubelet;

    #[test]
    fn by_default_the_secret_goes_through_a_pipe_and_no_file_holds_it() {
        let mut login = bundle("ghcr.io", "jane", "hunter2");
        login.name = "regcred".into();
        let artifact = one("kubernetes", &login, Form::Reference, &[("namespace", "team")]).unwrap();
        assert!(!artifact.holds_secret());
        assert_eq!(file(&artifact, "pod-spec.yaml"), "imagePullSecrets:\n  - name: \"regcred\"\n");
        assert_eq!(
            commands(&artifact),
            [
                "pullpass export kubernetes ghcr.io --literal --name regcred --namespace team -o - | \
                 kubectl apply --server-side --namespace team -f -",
                "kubectl patch serviceaccount default --namespace team --patch \
                 '{\"imagePullSecrets\":[{\"name\":\"regcred\"}]}'",
            ]
        );
    }

    #[test]
    fn a_secret_is_what_kubectl_makes() {
        let mut login = bundle("ghcr.io/acme", "jane", "hunter2");
        login.name = "regcred".into();
        let artifact = one("kubernetes", &login, Form::Literal, &[]).unwrap();
        let written = file(&artifact, "regcred.yaml");
        let (head, data) = written.rsplit_once(' ').unwrap();
        assert_eq!(
            head,
            "apiVersion: \"v1\"\nkind: \"Secret\"\nmetadata:\n  name: \"regcred\"\n\
             type: \"kubernetes.io/dockerconfigjson\"\ndata:\n  .dockerconfigjson:"
        );
        let json = STANDARD.decode(data.trim().trim_matches('"')).unwrap();
        let expected = r#"{"auths":{"ghcr.io/acme/":{"username":"jane","password":"hunter2","email":"jane@example.com","auth":"amFuZTpodW50ZXIy"}}}"#;
        assert_eq!(String::from_utf8(json).unwrap(), expected);
        assert!(artifact.warnings[0].contains("version control") || artifact.warnings.len() > 1);
    }

    #[test]
    fn several_are_secrets_of_their_own_or_one() {
        let mut logins = [bundle("ghcr.io", "a", "b"), bundle("quay.io", "c", "d")];
        for (login, name) in logins.iter_mut().zip(["one", "two"]) {
            login.name = name.into();
        }
        let each = many("kubernetes", &logins, Form::Literal, &[]).unwrap();
        assert_eq!(file(&each, "pull-secrets.yaml").matches("\n---\n").count(), 1);
        assert_eq!(file(&each, "pod-spec.yaml").matches("- name:").count(), 2);
        let together = many("kubernetes", &logins, Form::Literal, &[("layout", "together")]).unwrap();
        assert_eq!(file(&together, "one.yaml").matches("---").count(), 0);
        assert_eq!(file(&together, "pod-spec.yaml").matches("- name:").count(), 1);
        logins[1].key = "ghcr.io".into();
        let twice = many("kubernetes", &logins, Form::Literal, &[("layout", "together")]);
        assert_eq!(twice.unwrap_err().code(), "same_name");
    }

    #[test]
    fn what_a_kubelet_cannot_use_is_refused() {
        let table = [
            (bundle("ghcr.io", "<token>", "x"), "identity_token"),
            (bundle("ghcr.io", "a:b", "x"), "colon_in_username"),
            (bundle("ghcr.io:*", "a", "x"), "key_never_matches"),
            (
                crate::export::Bundle { name: "Bad_Name".into(), ..bundle("ghcr.io", "a", "x") },
                "answer_wrong",
            ),
        ];
        for (login, code) in table {
            for form in [Form::Reference, Form::Literal] {
                assert_eq!(one("kubernetes", &login, form, &[]).unwrap_err().code(), code);
            }
        }
    }

    proptest! {
        #[test]
        fn any_password_reaches_a_kubelet(password in password()) {
            let artifact = one("kubernetes", &bundle("ghcr.io", "jane", &password), Form::Literal, &[]).unwrap();
            let manifest = yaml_document(&file(&artifact, "ghcr-io-pull.yaml"));
            let json = STANDARD.decode(manifest.at(&["data", ".dockerconfigjson"]).unwrap().text().unwrap()).unwrap();
            let logins = kubelet::read_secret(std::str::from_utf8(&json).unwrap()).unwrap();
            prop_assert_eq!(logins[0].1.password.expose_text(), Some(password.as_str()));
            prop_assert_eq!(text_at(&manifest, "metadata.name"), "ghcr-io-pull");
        }
    }
}
