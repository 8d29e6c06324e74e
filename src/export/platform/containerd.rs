//! `hosts.toml` of containerd: a header for every request to a registry.
//!
//! Source: containerd v2 `docs/hosts.md`. It knows no login there, and will not (containerd#7650): a header is all there is.

use crate::credential::auth;
use crate::export::artifact::Body;
use crate::export::escape::toml;
use crate::export::order::secret;

use super::{Artifact, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "containerd",
    name: "containerd",
    what: "a header with the login in hosts.toml, for registries that ask for Basic themselves",
    forms: &[Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::No,
    name_rule: None,
    fields: &[],
    stays_fresh: "Nothing renews a header: let the nodes mint logins with a kubelet credential provider in its place.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let registry = bundle.registry();
    if registry.is_hub {
        return Err(CannotWrite::Unsuitable {
            why: "Docker Hub takes a login at its token service only, and a header goes to the registry.",
            instead: "Use kubernetes or k3s, whose logins go to the token service.",
        });
    }
    let scheme = if registry.is_plain_http { "http" } else { "https" };
    let url = toml::quoted(&format!("{scheme}://{}", registry.host));
    let pair = auth::encode(&bundle.username, secret(bundle)?);
    let header = zeroize::Zeroizing::new(format!("Basic {}", pair.expose_text().unwrap_or_default()));
    let mut body = Body::from(format!(
        "server = {url}\n\n[host.{url}]\n  capabilities = [\"pull\", \"resolve\"]\n\n[host.{url}.header]\n  Authorization = "
    ));
    body.secret(toml::secret(&header));
    body.text("\n");
    let mut artifact = Artifact::default();
    artifact.file(format!("certs.d/{}/hosts.toml", registry.host), body);
    artifact.step(format!(
        "Put it into /etc/containerd/certs.d/{}/hosts.toml on every node, with mode 600; config_path in config.toml names that \
         folder. No restart is needed.",
        registry.host
    ));
    artifact.warn(
        "A registry that sends its clients to a token service (as most do in the cloud) pays no attention to such a header. \
         Every pull on the node from this host carries the login.",
    );
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, file, one, password};

    #[test]
    fn docker_hub_never_looks_at_a_header() {
        let refused = one("containerd", &bundle("docker.io", "jane", "x"), Form::Literal, &[]).unwrap_err();
        assert_eq!(refused.code(), "unsuitable");
    }

    proptest! {
        #[test]
        fn any_password_is_in_the_header(password in password()) {
            let artifact = one("containerd", &bundle("reg.example.com:5000", "jane", &password), Form::Literal, &[]).unwrap();
            let written = file(&artifact, "certs.d/reg.example.com:5000/hosts.toml");
            let read: ::toml::Table = ::toml::from_str(&written).unwrap();
            let host = &read["host"]["https://reg.example.com:5000"];
            let header = host["header"]["Authorization"].as_str().unwrap().strip_prefix("Basic ").unwrap();
            let pair = String::from_utf8(STANDARD.decode(header).unwrap()).unwrap();
            prop_assert_eq!(pair, format!("jane:{password}"));
            prop_assert_eq!(host["capabilities"][1].as_str(), Some("resolve"));
        }
    }
}
