//! Jenkins: a credential by hand or as code, and the step that uses it.
//!
//! Source: configuration-as-code plugin `docs/features/secrets.adoc` (`${NAME}` is replaced); docker-workflow plugin.

use crate::export::artifact::Body;
use crate::export::commands;
use crate::export::escape::groovy;
use crate::export::escape::yaml::{self, Dialect};
use crate::export::field;
use crate::export::order::{secret, secret_text};
use crate::export::tree::{self, Node, list, map, text};

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};

pub(super) static PLATFORM: Platform = Platform {
    id: "jenkins",
    name: "Jenkins",
    what: "a credential by hand or as code, and the step of a Jenkinsfile that pulls with it",
    forms: &[Form::Reference, Form::Variables, Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: Some(field::plain_word),
    fields: &[],
    stays_fresh: "Mint it in the pipeline: for Amazon the plugin amazon-ecr (credential \"ecr:REGION:AWS-CREDENTIAL\").",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let id = bundle.object_name();
    let mut artifact = Artifact::default();
    if order.form == Form::Reference {
        artifact.step("In Manage Jenkins, Credentials add a credential with the fields below.");
        artifact.field("Kind", "Username with password").field("Scope", "Global");
        artifact.field("Username", bundle.username.as_str());
        artifact.secret_field("Password", bundle.secret.clone());
        artifact.field("ID", &*id);
    } else {
        artifact.fragment("casc.yaml", yaml::document(&as_code(order, bundle)?, Dialect::Plain)?);
        if order.form == Form::Variables {
            commands::set_variable(&mut artifact, &bundle.variables().secret);
        }
        artifact.step("Put casc.yaml's part into the controller's configuration as code, and load it again.");
    }
    artifact.fragment("Jenkinsfile", pipeline(bundle, &id));
    artifact.step("Put what Jenkinsfile says into a script block of the pipeline.");
    Ok(artifact)
}

fn as_code(order: &Order<'_>, bundle: &Bundle) -> Result<Node, CannotWrite> {
    let password = if order.is_literal() {
        kept(secret_text(bundle)?, "it has \"${\", which Jenkins replaces")?;
        tree::secret(secret(bundle)?.clone())
    } else {
        text(format!("${{{}}}", bundle.variables().secret))
    };
    let username = kept(&bundle.username, "the user name beside it has \"${\", which Jenkins replaces")?;
    let credential = map([
        ("scope", text("GLOBAL")),
        ("id", text(bundle.object_name())),
        ("username", text(username)),
        ("password", password),
    ]);
    let credentials = list([map([("usernamePassword", credential)])]);
    let domains = list([map([("credentials", credentials)])]);
    Ok(map([("credentials", map([("system", map([("domainCredentials", domains)]))]))]))
}

fn kept<'a>(text: &'a str, which: &'static str) -> Result<&'a str, CannotWrite> {
    if text.contains("${") {
        let instead = "Leave --literal out, or type the credential into Jenkins' form.";
        return Err(CannotWrite::Characters { language: "Jenkins' configuration as code", which, instead });
    }
    Ok(text)
}

fn pipeline(bundle: &Bundle, id: &str) -> Body {
    Body::from(format!(
        "docker.withRegistry({}, {}) {{\n    docker.image({}).pull()\n}}\n",
        groovy::quoted(&bundle.registry().url()),
        groovy::quoted(id),
        groovy::quoted(&bundle.image_or_hint())
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, file, one, password, text_at, yaml_document};

    const PATH: &str = "credentials.system.domainCredentials.0.credentials.0.usernamePassword";

    #[test]
    fn a_pipeline_names_the_credential() {
        let login = Bundle { name: "regcred".into(), ..bundle("docker.io", "jane", "x") };
        let artifact = one("jenkins", &login, Form::Variables, &[]).unwrap();
        assert_eq!(
            file(&artifact, "Jenkinsfile"),
            "docker.withRegistry('https://index.docker.io/v1/', 'regcred') {\n    docker.image('docker.io/IMAGE').pull()\n}\n"
        );
        let code = yaml_document(&file(&artifact, "casc.yaml"));
        assert_eq!(text_at(&code, &format!("{PATH}.password")), "${DOCKERHUB_PASSWORD}");
        let fields = one("jenkins", &login, Form::Reference, &[]).unwrap().fields;
        assert_eq!(
            fields.iter().map(|field| field.label.as_str()).collect::<Vec<_>>()[3..],
            ["Password", "ID"]
        );
    }

    proptest! {
        #[test]
        fn any_password_comes_back_or_is_refused(password in password()) {
            match one("jenkins", &bundle("quay.io", "jane", &password), Form::Literal, &[]) {
                Ok(artifact) => {
                    let code = yaml_document(&file(&artifact, "casc.yaml"));
                    prop_assert_eq!(text_at(&code, &format!("{PATH}.password")), password);
                }
                Err(reason) => {
                    prop_assert_eq!(reason.code(), "characters");
                    prop_assert!(password.contains("${"), "{:?}", reason);
                }
            }
        }
    }
}
