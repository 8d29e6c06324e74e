//! Podman: an image unit of systemd, and `kube play`.
//!
//! Source: podman v5 `podman-systemd.unit.5.md`; podman 4.3.1 `kube play` against a registry that asks for a login.

use crate::export::docker_config;
use crate::export::escape::{json, shell, systemd};
use crate::export::field::{FieldSpec, Rule};

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

pub(super) static QUADLET: Platform = Platform {
    id: "quadlet",
    name: "Podman Quadlet",
    what: "an .image unit of systemd, and the file with its login",
    forms: &[Form::Reference, Form::Literal],
    takes_many: false,
    takes_identity_tokens: true,
    image: Need::Required,
    name_rule: Some(crate::export::field::plain_word),
    fields: &[AUTH_FILE],
    stays_fresh: FRESH,
    render: quadlet,
};

pub(super) static KUBE: Platform = Platform {
    id: "podman-kube",
    name: "podman kube play",
    what: "the file with the login that kube play wants beside the pod's",
    forms: &[Form::Reference, Form::Literal],
    takes_many: true,
    takes_identity_tokens: true,
    image: Need::No,
    name_rule: None,
    fields: &[AUTH_FILE],
    stays_fresh: FRESH,
    render: kube,
};

const FRESH: &str = "The file keeps what it was given. A credHelpers entry in it names a program that mints a fresh one (for \
                     Amazon docker-credential-ecr-login).";

const AUTH_FILE: FieldSpec = FieldSpec {
    id: "auth-file",
    label: "File of logins",
    hint: "where podman finds the login",
    default: "/etc/containers/registry-auth.json",
    rule: Rule::Judge(systemd::path),
};

/// Fills the file with the login: from what was written, or by podman itself.
fn auth_file(order: &Order<'_>, artifact: &mut Artifact) -> Result<(), CannotWrite> {
    let path = shell::word(order.answer(AUTH_FILE.id));
    if order.is_literal() {
        let auths = docker_config::auths(order.bundles, |bundle| bundle.registry().host_and_path())?;
        artifact.file("registry-auth.json", json::document(&auths)?);
        artifact.run("Put the login in its place.", format!("install -m 600 registry-auth.json {path}"));
        return Ok(());
    }
    for bundle in order.bundles {
        if bundle.is_identity_token() {
            return Err(CannotWrite::Unsuitable {
                why: "podman login takes no identity token.",
                instead: "Use --literal, which writes the file.",
            });
        }
        artifact.run("Log in, into a file of its own: podman asks for the password.", log_in(bundle, &path));
    }
    Ok(())
}

fn log_in(bundle: &Bundle, path: &str) -> String {
    let host = shell::word(&bundle.registry().host);
    if let Some(password) = bundle.ecr_password_command() {
        return format!("{password} | podman login --authfile {path} --username AWS --password-stdin {host}");
    }
    format!("podman login --authfile {path} --username {} {host}", shell::word(&bundle.username))
}

fn quadlet(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let name = bundle.object_name();
    let mut artifact = Artifact::default();
    let unit = format!(
        "[Image]\nImage={}\nAuthFile={}\n",
        systemd::value(&bundle.image_or_hint()),
        systemd::value(order.answer(AUTH_FILE.id))
    );
    artifact.file(format!("{name}.image"), unit);
    auth_file(order, &mut artifact)?;
    artifact.step(format!(
        "Put {name}.image into /etc/containers/systemd (for a user ~/.config/containers/systemd), and write Image={name}.image \
         into the .container unit. Podman 4.8 and later know such units."
    ));
    artifact.run("Let systemd see it.", "systemctl daemon-reload");
    Ok(artifact)
}

fn kube(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    auth_file(order, &mut artifact)?;
    let path = shell::word(order.answer(AUTH_FILE.id));
    artifact.run("Start the pod with it.", format!("podman kube play --authfile {path} POD.yaml"));
    artifact.warn(
        "kube play pays no attention to imagePullSecrets: without the option it sends an empty login, which the registry \
         counts as a failed one.",
    );
    Ok(artifact)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, commands, file, one, password};

    fn login(secret: &str) -> Bundle {
        Bundle {
            name: "app".into(),
            image: Some("quay.io/acme/app:1".into()),
            ..bundle("quay.io/acme", "acme+ci", secret)
        }
    }

    #[test]
    fn a_unit_names_the_file_and_never_the_login() {
        let artifact =
            one("quadlet", &login("x"), Form::Reference, &[("auth-file", "/etc/100%/a.json")]).unwrap();
        assert_eq!(
            file(&artifact, "app.image"),
            "[Image]\nImage=quay.io/acme/app:1\nAuthFile=/etc/100%%/a.json\n"
        );
        assert_eq!(
            commands(&artifact)[0],
            "podman login --authfile /etc/100%/a.json --username acme+ci quay.io"
        );
        let refused = one("quadlet", &login("x"), Form::Reference, &[("auth-file", "/a b")]);
        assert_eq!(refused.unwrap_err().code(), "answer_wrong");
    }

    #[test]
    fn kube_play_gets_its_login_from_the_file() {
        let artifact = one("podman-kube", &login("x"), Form::Literal, &[]).unwrap();
        let last = "podman kube play --authfile /etc/containers/registry-auth.json POD.yaml";
        assert_eq!(commands(&artifact).last(), Some(&last));
        let token = bundle("quay.io", "<token>", "tok");
        assert_eq!(one("podman-kube", &token, Form::Reference, &[]).unwrap_err().code(), "unsuitable");
        assert!(one("podman-kube", &token, Form::Literal, &[]).is_ok());
    }

    proptest! {
        #[test]
        fn any_password_comes_back_from_podmans_file(password in password()) {
            let artifact = one("quadlet", &login(&password), Form::Literal, &[]).unwrap();
            let read = crate::config::containers::read(file(&artifact, "registry-auth.json").as_bytes());
            prop_assert_eq!(read.entries[0].key.as_str(), "quay.io/acme");
            let found = read.entries[0].password.as_ref().unwrap().expose_text();
            prop_assert_eq!(found, Some(password.as_str()));
        }
    }
}
