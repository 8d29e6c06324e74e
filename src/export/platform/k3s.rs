//! `registries.yaml` of k3s and RKE2.
//!
//! Source: rancher/wharfie `pkg/registries/types.go`; containerd finds the login by the host that it asks, which for Docker Hub
//! is `registry-1.docker.io` (`core/remotes/docker/registry.go`, `DefaultHost`).

use crate::export::escape::yaml::{self, Dialect};
use crate::export::field::{FieldSpec, Rule};
use crate::export::no_doubles;
use crate::export::order::secret;
use crate::export::tree::{self, map, text};

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "k3s",
    name: "k3s and RKE2",
    what: "a login for all pods of a node, in registries.yaml",
    forms: &[Form::Literal],
    takes_many: true,
    takes_identity_tokens: true,
    image: Need::No,
    name_rule: None,
    fields: &[FieldSpec {
        id: "distribution",
        label: "Distribution",
        hint: "where the file lies",
        default: "k3s",
        rule: Rule::OneOf(&["k3s", "rke2"]),
    }],
    stays_fresh: "The file is read at the start only: write it again and restart before the end, or let the nodes mint logins \
                  with a kubelet credential provider (--image-credential-provider-config).",
    render,
};

fn host(bundle: &Bundle) -> String {
    let registry = bundle.registry();
    if registry.is_hub { "registry-1.docker.io".into() } else { registry.host }
}

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    no_doubles("key", order.bundles.iter().map(host))?;
    let config = |bundle: &Bundle| -> Result<_, CannotWrite> {
        let secret = tree::secret(secret(bundle)?.clone());
        let auth = if bundle.is_identity_token() {
            map([("identity_token", secret)])
        } else {
            map([("username", text(bundle.username.as_str())), ("password", secret)])
        };
        Ok((host(bundle), map([("auth", auth)])))
    };
    let configs = order.bundles.iter().map(config).collect::<Result<Vec<_>, CannotWrite>>()?;
    let mut artifact = Artifact::default();
    artifact.fragment("registries.yaml", yaml::document(&map([("configs", map(configs))]), Dialect::Plain)?);
    let (folder, service) = match order.answer("distribution") {
        "rke2" => ("/etc/rancher/rke2", "rke2-server"),
        _ => ("/etc/rancher/k3s", "k3s"),
    };
    artifact.step(format!("Put it into {folder}/registries.yaml on every node, with mode 600."));
    artifact.run(
        "The file is read at the start: on agents the service ends in -agent.",
        format!("systemctl restart {service}"),
    );
    artifact.warn("Every pod on the node pulls with this login, in whichever namespace.");
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, file, many, one, password};
    use crate::import;

    #[test]
    fn each_registry_has_a_login_under_its_host() {
        let logins = [bundle("docker.io", "jane", "x"), bundle("reg.example.com:5000", "<token>", "tok")];
        let artifact = many("k3s", &logins, Form::Literal, &[]).unwrap();
        let body = &artifact.files[0].body;
        assert_eq!(
            body.masked(),
            "configs:\n  registry-1.docker.io:\n    auth:\n      username: \"jane\"\n      password: ••••••••\n  \
             \"reg.example.com:5000\":\n    auth:\n      identity_token: ••••••••\n"
        );
        let twice = [logins[0].clone(), bundle("https://index.docker.io/v1/", "joe", "y")];
        assert_eq!(many("k3s", &twice, Form::Literal, &[]).unwrap_err().code(), "same_name");
    }

    proptest! {
        #[test]
        fn any_password_comes_back_from_the_file(password in password()) {
            let artifact = one("k3s", &bundle("ghcr.io", "jane", &password), Form::Literal, &[]).unwrap();
            let drafts = import::read(file(&artifact, "registries.yaml").as_bytes()).unwrap().drafts;
            prop_assert_eq!(drafts[0].secret.expose_text(), Some(password.as_str()));
        }
    }
}
