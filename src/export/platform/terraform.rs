//! Terraform's provider for docker.
//!
//! Source: kreuzwerker/terraform-provider-docker v4.5.0 (`docs/index.md`); it calls Docker Hub `registry-1.docker.io`.

use crate::export::artifact::Body;
use crate::export::escape::hcl;
use crate::export::order::secret_text;
use crate::export::{Variables, commands, no_doubles};

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "terraform",
    name: "Terraform",
    what: "registry_auth of the docker provider",
    forms: &[Form::Variables, Form::Literal],
    takes_many: true,
    takes_identity_tokens: false,
    image: Need::No,
    name_rule: None,
    fields: &[],
    stays_fresh: "Terraform can mint it for each run: for Amazon the data source aws_ecr_authorization_token has user_name \
                  and password.",
    render,
};

/// The two variables as Terraform's people write them.
fn lower(bundle: &Bundle) -> Variables {
    let Variables { username, secret } = bundle.variables();
    Variables { username: username.to_ascii_lowercase(), secret: secret.to_ascii_lowercase() }
}

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let mut artifact = Artifact::default();
    let mut body = Body::from("provider \"docker\" {\n");
    for bundle in order.bundles {
        let registry = bundle.registry();
        let address = if registry.is_hub { "registry-1.docker.io" } else { &registry.host };
        body.text(&format!("  registry_auth {{\n    address  = {}\n    username = ", hcl::quoted(address)));
        let variables = lower(bundle);
        if order.is_literal() {
            body.text(&hcl::quoted(&bundle.username));
            body.text("\n    password = ");
            body.secret(hcl::secret(secret_text(bundle)?));
        } else {
            body.text(&format!("var.{}\n    password = var.{}", variables.username, variables.secret));
        }
        body.text("\n  }\n");
    }
    body.text("}\n");
    if !order.is_literal() {
        declare(order, &mut body, &mut artifact)?;
    }
    artifact.file("registry-auth.tf", body);
    artifact.run("Look at what will change.", "terraform plan");
    artifact.step("Leave config_file out of registry_auth: it goes before user name and password.");
    Ok(artifact)
}

fn declare(order: &Order<'_>, body: &mut Body, artifact: &mut Artifact) -> Result<(), CannotWrite> {
    let variables: Vec<Variables> = order.bundles.iter().map(lower).collect();
    no_doubles("env", variables.iter().map(|pair| pair.secret.clone()))?;
    for (bundle, Variables { username, secret }) in order.bundles.iter().zip(&variables) {
        body.text(&format!("\nvariable \"{username}\" {{\n  type    = string\n  default = "));
        body.text(&hcl::quoted(&bundle.username));
        body.text(&format!(
            "\n}}\n\nvariable \"{secret}\" {{\n  type      = string\n  sensitive = true\n}}\n"
        ));
        commands::set_variable(artifact, &format!("TF_VAR_{secret}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, commands, file, one, password};

    /// An attribute of the first block in the first block.
    fn attribute(written: &str, name: &str) -> String {
        let body: ::hcl::Body = ::hcl::from_str(written).unwrap();
        let auth = body.blocks().next().unwrap().body().blocks().next().unwrap();
        let found = auth.body().attributes().find(|attribute| attribute.key() == name).unwrap();
        match found.expr() {
            ::hcl::Expression::String(text) => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_provider_reads_two_variables_and_hides_one() {
        let artifact = one("terraform", &bundle("docker.io", "jane", "x"), Form::Variables, &[]).unwrap();
        assert_eq!(
            file(&artifact, "registry-auth.tf"),
            "provider \"docker\" {\n  registry_auth {\n    address  = \"registry-1.docker.io\"\n    username = \
             var.dockerhub_username\n    password = var.dockerhub_password\n  }\n}\n\nvariable \"dockerhub_username\" {\n  \
             type    = string\n  default = \"jane\"\n}\n\nvariable \"dockerhub_password\" {\n  type      = string\n  \
             sensitive = true\n}\n"
        );
        assert_eq!(
            commands(&artifact)[0],
            "read -rs TF_VAR_dockerhub_password && export TF_VAR_dockerhub_password"
        );
    }

    proptest! {
        #[test]
        fn any_password_comes_back_from_a_reader(password in password()) {
            let artifact = one("terraform", &bundle("quay.io", "robot$ci", &password), Form::Literal, &[]).unwrap();
            let written = file(&artifact, "registry-auth.tf");
            prop_assert_eq!(attribute(&written, "password"), password);
            prop_assert_eq!(attribute(&written, "username"), "robot$ci");
        }
    }
}
