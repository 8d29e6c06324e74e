//! rapyuta.io: the manifest of a Docker secret, and what a package needs to pull with it.
//!
//! Source: rapyuta-io-cli 10.11.0 and rapyuta-io-sdk-v2 0.10.0. Its program renders a manifest, a values file and a decrypted
//! secrets file as Jinja2 templates before it reads YAML, and has no rules of its own for names, addresses and registries.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::credential::rules::{FieldVerdict, email, name};
use crate::registry::key::{self, Hint};
use crate::secret::Secret;

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};
use crate::export::artifact::Body;
use crate::export::escape::yaml::{self, Dialect};
use crate::export::escape::{json, shell};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::order::{Answers, secret};
use crate::export::tree::{self, Node, map, raw, text};
use crate::export::{commands, judge};

/// The encrypted file. Its program takes the path apart at blanks.
const SECRETS: &str = "secrets.enc.yaml";

pub(super) static PLATFORM: Platform = Platform {
    id: "rapyuta",
    name: "rapyuta.io",
    what: "a Docker secret's manifest, the commands to apply it, the console's fields",
    forms: &[Form::Variables, Form::Reference, Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Optional,
    name_rule: Some(|name| name::verdict(name, |_| false)),
    fields: &[
        FieldSpec {
            id: "into",
            label: "Secret in",
            hint: "the manifest itself, a file for sops, or a values file",
            default: "manifest",
            rule: Rule::OneOf(&["manifest", "sops", "values"]),
        },
        FieldSpec {
            id: "device",
            label: "Device",
            hint: "the one device that it is for; none for the cloud",
            default: "",
            rule: Rule::Judge(field::line),
        },
    ],
    stays_fresh: "rapyuta.io keeps what it was given: apply the manifest again with a fresh one before the end.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    judge(bundle)?;
    let mut artifact = Artifact::default();
    let name = bundle.object_name();
    let file = format!("{name}.yaml");
    let values = if order.is_literal() { order.answer("into") } else { "" };
    let password = match (order.form, values) {
        (Form::Variables, _) => raw(from_variable(&bundle.variables().secret)),
        (Form::Literal, "manifest") => tree::secret(secret(bundle)?.clone()),
        (Form::Literal, "values") => raw(from_values(&name)),
        _ => raw(from_sops(&name)),
    };
    match values {
        "values" => {
            let member = map([("password", tree::secret(secret(bundle)?.clone()))]);
            artifact
                .file("values.yaml", yaml::document(&map([(member_name(&name), member)]), Dialect::Jinja)?);
        }
        "sops" => {
            let encoded = Secret::from_text(STANDARD.encode(secret(bundle)?.expose()));
            let member = map([("password_base64", tree::secret(encoded))]);
            artifact
                .file("secrets.yaml", yaml::document(&map([(member_name(&name), member)]), Dialect::Jinja)?);
        }
        _ => {}
    }
    artifact.file(&file, yaml::document(&manifest(order, bundle, password), Dialect::Jinja)?);
    artifact.fragment("package.yaml", yaml::document(&package(bundle), Dialect::Jinja)?);
    steps(order, bundle, &mut artifact, &file);
    fields(bundle, &mut artifact);
    Ok(artifact)
}

/// The manifest in JSON with the secret in it, as its interface takes it (rapyuta-io-sdk-v2 0.10.0 `models/secret.py`).
///
/// # Errors
/// As [`crate::export::export`].
pub fn object(bundle: &Bundle, answers: &Answers) -> Result<Body, CannotWrite> {
    let bundles = std::slice::from_ref(bundle);
    let order = Order { platform: &PLATFORM, bundles, form: Form::Literal, answers };
    judge::judge(&order)?;
    judge(bundle)?;
    json::compact(&manifest(&order, bundle, tree::secret(secret(bundle)?.clone())))
}

/// The console's rules; its program has none left.
fn judge(bundle: &Bundle) -> Result<(), CannotWrite> {
    if bundle.registry().is_plain_http {
        return Err(CannotWrite::PlainHttp);
    }
    let is_made_up = bundle.email_address().eq_ignore_ascii_case("example@example.com");
    let verdict = match bundle.email_address() {
        "" => FieldVerdict::wrong("rapyuta.io wants an e-mail address.", "Give the secret one, or --email."),
        _ if is_made_up => FieldVerdict::wrong(
            "This is the made-up address of rapyuta.io's old importer.",
            "Give the secret your own.",
        ),
        address => email::verdict(address),
    };
    crate::export::accept("email", verdict)
}

/// Fails with the variable's name where it is not set: `getenv` alone would give an empty password.
///
/// `to_yaml` writes any text so that YAML gives it back, in one line where no line is too long for it. It may end the
/// document, so that nothing can follow it.
fn from_variable(name: &str) -> String {
    format!("{{{{ (\"\" | getenv(\"{name}\") or {name}.is_not_set) | to_yaml(width=99999) }}}}")
}

/// The password stands in the values file with its braces as escapes.
fn from_values(name: &str) -> String {
    format!("{{{{ {}.password | to_yaml(width=99999) }}}}", member_name(name))
}

/// What sops decrypts is rendered as well, and sops writes every text anew, without the escapes that it had: base64 has no
/// mark of a template.
fn from_sops(name: &str) -> String {
    let member = member_name(name);
    format!("{{{{ secrets.{member}.password_base64 | b64decode | to_yaml(width=99999) }}}}")
}

/// A name that Jinja2 takes for one word.
fn member_name(name: &str) -> String {
    let word = name.replace('-', "_");
    if word.starts_with(|c: char| c.is_ascii_digit()) { format!("secret_{word}") } else { word }
}

fn manifest(order: &Order<'_>, bundle: &Bundle, password: Node) -> Node {
    let docker = map([
        ("registry", text(registry_url(bundle))),
        ("username", text(bundle.username.as_str())),
        ("email", text(bundle.email_address())),
        ("password", password),
    ]);
    let spec = map([("type", text("Docker"))]);
    let spec = match order.answer("device") {
        "" => spec,
        device => spec
            .with("runtime", text("device"))
            .with("depends", map([("kind", text("Device")), ("nameOrGUID", text(device))])),
    };
    map([
        ("apiVersion", text("api.rapyuta.io/v2")),
        ("kind", text("Secret")),
        ("metadata", map([("name", text(bundle.object_name()))])),
        // The password comes last of all.
        ("spec", spec.with("docker", docker)),
    ])
}

/// What a package says to pull with it.
fn package(bundle: &Bundle) -> Node {
    let depends = map([("kind", text("secret")), ("nameOrGUID", text(bundle.object_name()))]);
    let docker = map([("image", text(bundle.image_or_hint())), ("pullSecret", map([("depends", depends)]))]);
    map([("docker", docker)])
}

fn registry_url(bundle: &Bundle) -> String {
    let registry = bundle.registry();
    match registry.path.as_str() {
        "" => registry.url().into_owned(),
        path => format!("https://{}/{path}/", registry.host),
    }
}

fn steps(order: &Order<'_>, bundle: &Bundle, artifact: &mut Artifact, file: &str) {
    let mut option = String::new();
    match (order.form, order.answer("into")) {
        (Form::Variables, _) => commands::set_variable(artifact, &bundle.variables().secret),
        (Form::Literal, "manifest") => {}
        (Form::Literal, "values") => option = " --values values.yaml".into(),
        (form, _) => {
            option = format!(" --secrets {SECRETS}");
            let source = if form == Form::Literal {
                "cat secrets.yaml".to_owned()
            } else {
                order.literal_to_pipe(&[("into", "sops")])
            };
            artifact.run(
                "Encrypt the secret. It stands there in base64: rio renders what sops decrypts as a template, and a \
                 brace in a password would begin an expression.",
                format!("{source} | sops encrypt --filename-override {SECRETS} /dev/stdin > {SECRETS}"),
            );
        }
    }
    let file = shell::word(file);
    artifact
        .run("Look at what will be sent; this needs no login.", format!("rio apply --dryrun{option} {file}"));
    artifact.run(
        "Create the secret, or change the one of this name. (\"Not logged in\": run rio auth login first.)",
        format!("rio apply{option} {file}"),
    );
    artifact.step("Put what package.yaml says into the executable of the package that pulls.");
    let image = bundle.image.as_deref().unwrap_or("IMAGE");
    artifact.run(
        "If a deployment ends with DEP_E153 (DEP_E316 on a device), the image could not be pulled with this secret: \
         ask the registry itself.",
        format!("pullpass check {} --image {}", shell::word(&bundle.known_as), shell::word(image)),
    );
    if order.is_literal() {
        artifact.warn("rio prints a value that it refuses: keep what it says out of logs.");
    }
    let hint = key::credential_key(&bundle.key).ok().and_then(|found| found.hint);
    if matches!(hint, Some(Hint::NotAHubAlias | Hint::HubHostWithOddPort)) {
        artifact.warn("No image of Docker Hub is pulled with this address: use the type Docker Hub for it.");
    }
}

/// The console's form "Add new secret".
fn fields(bundle: &Bundle, artifact: &mut Artifact) {
    let is_hub = bundle.registry().is_hub;
    artifact.field("Secret type", "Docker").field("Name", bundle.object_name());
    artifact.field("Registry", if is_hub { "Dockerhub" } else { "Private registry" });
    if !is_hub {
        artifact.field("Registry Url", registry_url(bundle));
    }
    artifact.field("Username", bundle.username.as_str());
    artifact.secret_field("Password", bundle.secret.clone());
    artifact.field("Email", bundle.email_address());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::tests::{bundle, commands, file, one, password, text_at, yaml_document};
    use crate::export::{FieldValue, Variables};

    fn login(secret: &str) -> Bundle {
        Bundle { name: "docker-secret".into(), ..bundle(key::HUB_KEY, "janedoe", secret) }
    }

    #[test]
    fn by_default_the_program_asks_the_environment_and_fails_where_nothing_is_set() {
        let login = Bundle { variables: Some(Variables::of_secret("DOCKER_PASSWORD")), ..login("hunter2") };
        let artifact = one("rapyuta", &login, Form::Variables, &[]).unwrap();
        assert_eq!(
            file(&artifact, "docker-secret.yaml"),
            "apiVersion: \"api.rapyuta.io/v2\"\nkind: \"Secret\"\nmetadata:\n  name: \"docker-secret\"\nspec:\n  \
             type: \"Docker\"\n  docker:\n    registry: \"https://index.docker.io/v1/\"\n    username: \"janedoe\"\n    \
             email: \"jane@example.com\"\n    password: {{ (\"\" | getenv(\"DOCKER_PASSWORD\") or \
             DOCKER_PASSWORD.is_not_set) | to_yaml(width=99999) }}\n"
        );
        assert!(!artifact.holds_secret());
        assert_eq!(
            file(&artifact, "package.yaml"),
            "docker:\n  image: \"docker.io/IMAGE\"\n  pullSecret:\n    depends:\n      kind: \"secret\"\n      \
             nameOrGUID: \"docker-secret\"\n"
        );
        assert!(commands(&artifact).contains(&"rio apply docker-secret.yaml"));
    }

    #[test]
    fn sops_has_base64_and_a_values_file_its_braces_as_escapes() {
        let login = login("a{{ 1 }}");
        let from_sops =
            "password: {{ secrets.docker_secret.password_base64 | b64decode | to_yaml(width=99999) }}\n";
        let reference = one("rapyuta", &login, Form::Reference, &[]).unwrap();
        assert!(file(&reference, "docker-secret.yaml").ends_with(from_sops));
        assert_eq!(
            commands(&reference)[0],
            "pullpass export rapyuta https://index.docker.io/v1/ --literal --name docker-secret --into sops -o - | \
             sops encrypt --filename-override secrets.enc.yaml /dev/stdin > secrets.enc.yaml"
        );
        let sops = one("rapyuta", &login, Form::Literal, &[("into", "sops")]).unwrap();
        assert_eq!(sops.files[0].name, "secrets.yaml");
        assert_eq!(file(&sops, "secrets.yaml"), "docker_secret:\n  password_base64: \"YXt7IDEgfX0=\"\n");
        assert!(file(&sops, "docker-secret.yaml").ends_with(from_sops));
        let values = one("rapyuta", &login, Form::Literal, &[("into", "values")]).unwrap();
        let expected = "docker_secret:\n  password: \"a\\x7B\\x7B 1 \\x7D\\x7D\"\n";
        assert_eq!(file(&values, &values.files[0].name), expected);
        let manifest = file(&values, "docker-secret.yaml");
        assert!(manifest.contains("{{ docker_secret.password | to_yaml"), "{manifest}");
    }

    #[test]
    fn a_device_and_a_namespace_find_their_place() {
        let mut login = login("x");
        login.key = "quay.io/team".into();
        let artifact = one("rapyuta", &login, Form::Literal, &[("device", "robot-1")]).unwrap();
        let manifest = yaml_document(&file(&artifact, "docker-secret.yaml"));
        assert_eq!(text_at(&manifest, "spec.docker.registry"), "https://quay.io/team/");
        assert_eq!(text_at(&manifest, "spec.depends.nameOrGUID"), "robot-1");
        let labels: Vec<_> = artifact.fields.iter().map(|field| field.label.as_str()).collect();
        let expected = ["Secret type", "Name", "Registry", "Registry Url", "Username", "Password", "Email"];
        assert_eq!(labels, expected);
        assert!(matches!(&artifact.fields[5].value, FieldValue::Secret(Some(_))));
    }

    #[test]
    fn the_consoles_rules_hold() {
        let with = |change: fn(&mut Bundle)| {
            let mut login = login("x");
            change(&mut login);
            one("rapyuta", &login, Form::Variables, &[]).unwrap_err().code()
        };
        assert_eq!(with(|login| login.email.clear()), "answer_wrong");
        assert_eq!(with(|login| login.email = "example@example.com".into()), "answer_wrong");
        assert_eq!(with(|login| login.email = "jane@".into()), "answer_wrong");
        assert_eq!(with(|login| login.name = "ab".into()), "answer_wrong");
        assert_eq!(with(|login| login.key = "http://reg.example.com".into()), "plain_http");
        assert_eq!(with(|login| login.username = "<token>".into()), "identity_token");
        assert_eq!(with(|login| login.key = key::HUB_ACCESS_TOKEN_KEY.into()), "no_login");
    }

    proptest! {
        #[test]
        fn any_password_is_in_the_manifest_and_no_mark_of_a_template(password in password()) {
            let artifact = one("rapyuta", &login(&password), Form::Literal, &[]).unwrap();
            let written = file(&artifact, "docker-secret.yaml");
            let has_marks = written.contains(['{', '}', '%', '#']);
            prop_assert!(!has_marks);
            prop_assert_eq!(text_at(&yaml_document(&written), "spec.docker.password"), password);
        }
    }
}
