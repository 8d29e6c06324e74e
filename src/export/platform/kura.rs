//! Eclipse Kura: the fields of a container instance, as they are typed, as a snapshot in XML, and for the REST interface.
//!
//! Source: kura `org.eclipse.kura.container.provider` (metatype, `ContainerInstanceOptions`, 2024-10), docs-release-5.6
//! (`container-orchestration-provider-authenticated-registries.md`, `rest-configuration-service-v2.md`).

mod image;

use super::{Artifact, Bundle, CannotWrite, Form, Need, Order, Platform};
use crate::export::artifact::Body;
use crate::export::escape::{json, shell, xml};
use crate::export::field::{self, FieldSpec, Rule};
use crate::export::order::{secret, secret_text};
use crate::export::tree::{self, Node, list, map, text};

pub use image::KuraImage;

const FACTORY: &str = "org.eclipse.kura.container.provider.ContainerInstance";

pub(super) static PLATFORM: Platform = Platform {
    id: "kura",
    name: "Eclipse Kura",
    what: "the fields of a container instance to type, a snapshot, a call of the REST interface",
    forms: &[Form::Reference, Form::Literal],
    takes_many: false,
    takes_identity_tokens: false,
    image: Need::Required,
    name_rule: Some(field::plain_word),
    fields: &[
        FieldSpec {
            id: "format",
            label: "File",
            hint: "a body for the REST interface, or a snapshot to upload",
            default: "json",
            rule: Rule::OneOf(&["json", "xml"]),
        },
        FieldSpec {
            id: "instance",
            label: "Instance",
            hint: "there already, or to be made",
            default: "existing",
            rule: Rule::OneOf(&["existing", "new"]),
        },
        FieldSpec {
            id: "gateway",
            label: "Gateway",
            hint: "host and port of Kura's web interface",
            default: "",
            rule: Rule::Judge(field::line),
        },
    ],
    stays_fresh: "Kura never fetches another one: an Amazon password that is pasted there ends twelve hours after it was \
                  made, and the next pull fails. Send the fresh one through the REST interface, from a timer.",
    render,
};

fn render(order: &Order<'_>) -> Result<Artifact, CannotWrite> {
    let bundle = order.first()?;
    let image = KuraImage::of(&bundle.image_or_hint())?;
    let mut artifact = Artifact::default();
    if order.is_literal() {
        write_files(order, bundle, &image, &mut artifact)?;
        artifact.warn(
            "Kura seals passwords with a key that is known to everybody unless its owner changed it: what it stores and \
             exports is as good as clear text.",
        );
    } else {
        artifact.step(
            "Open the container instance in Kura's web interface, type the fields one by one, and apply.",
        );
    }
    if let Some(command) = &image.password_command {
        artifact.run("A fresh password comes from Amazon's program.", command.as_str());
    }
    artifact.step(
        "An image that lies on the gateway already is not pulled again: only then is the login asked for.",
    );
    fields(bundle, &image, &mut artifact);
    Ok(artifact)
}

/// The form of the web interface, in its order and its words.
fn fields(bundle: &Bundle, image: &KuraImage, artifact: &mut Artifact) {
    artifact.field("Enabled", "true");
    artifact.field("Image name", image.image.as_str()).field("Image tag", image.tag.as_str());
    artifact.field("Authentication Registry URL", image.hostname.as_str());
    artifact.field("Authentication Username", bundle.username.as_str());
    artifact.secret_field("Password", bundle.secret.clone());
}

/// Keys and values of the component. The password is a type of its own.
fn properties(bundle: &Bundle, image: &KuraImage) -> Result<Vec<(&'static str, Node)>, CannotWrite> {
    let mut properties = vec![
        ("container.image", text(image.image.as_str())),
        ("container.image.tag", text(image.tag.as_str())),
        ("registry.hostname", text(image.hostname.as_str())),
        ("registry.username", text(bundle.username.as_str())),
    ];
    // An empty address means Docker Hub, and so does none.
    properties.retain(|(key, _)| *key != "registry.hostname" || !image.hostname.is_empty());
    properties.push(("registry.password", tree::secret(secret(bundle)?.clone())));
    Ok(properties)
}

fn write_files(
    order: &Order<'_>,
    bundle: &Bundle,
    image: &KuraImage,
    artifact: &mut Artifact,
) -> Result<(), CannotWrite> {
    let pid = bundle.object_name();
    if order.answer("format") == "xml" {
        artifact.file("snapshot.xml", snapshot(&pid, bundle, image)?);
        artifact.step(
            "Upload snapshot.xml in Kura's web interface, under Settings, Snapshots, \"Upload and Apply\". Kura seals the \
             password when it stores it.",
        );
        return Ok(());
    }
    let typed = |(key, value): (&'static str, Node)| {
        let kind = if matches!(value, Node::Secret(_)) { "PASSWORD" } else { "STRING" };
        (key, map([("type", text(kind)), ("value", value)]))
    };
    let properties = map(properties(bundle, image)?.into_iter().map(typed));
    let is_new = order.answer("instance") == "new";
    let config = map([("pid", text(&*pid))]);
    let config = if is_new { config.with("factoryPid", text(FACTORY)) } else { config };
    let body =
        map([("configs", list([config.with("properties", properties)])), ("takeSnapshot", Node::Flag(true))]);
    artifact.file("configuration.json", json::document(&body)?);
    let (method, path) = if is_new {
        ("POST", "factoryComponents")
    } else {
        ("PUT", "configurableComponents/configurations/_update")
    };
    let gateway = Some(order.answer("gateway")).filter(|host| !host.is_empty()).unwrap_or("GATEWAY");
    let url = format!("https://{gateway}/services/configuration/v2/{path}");
    artifact.run(
        "Send it. The user needs the permission rest.configuration; curl asks for the password.",
        format!(
            "curl --fail --user USER --request {method} --header 'Content-Type: application/json' --data \
             @configuration.json {}",
            shell::word(&url)
        ),
    );
    Ok(())
}

/// A password stands in clear text where it is not said to be encrypted; Kura takes every blank for a part of it.
fn snapshot(pid: &str, bundle: &Bundle, image: &KuraImage) -> Result<Body, CannotWrite> {
    let mut body = Body::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<esf:configurations xmlns:esf=\"http://eurotech.com/esf/2.0\" \
         xmlns:ocd=\"http://www.osgi.org/xmlns/metatype/v1.2.0\">\n",
    );
    body.text(&format!("  <esf:configuration pid=\"{}\">\n    <esf:properties>\n", xml::text(pid)?));
    let names = [("service.factoryPid", text(FACTORY)), ("kura.service.pid", text(pid))];
    for (key, value) in names.into_iter().chain(properties(bundle, image)?) {
        let kind = if matches!(value, Node::Secret(_)) { "Password" } else { "String" };
        body.text(&format!(
            "      <esf:property array=\"false\" encrypted=\"false\" name=\"{key}\" type=\"{kind}\"><esf:value>"
        ));
        match value {
            Node::Secret(_) => body.secret(xml::secret(secret_text(bundle)?)?),
            Node::Text(value) => body.text(&xml::text(&value)?),
            _ => {}
        }
        body.text("</esf:value></esf:property>\n");
    }
    body.text("    </esf:properties>\n  </esf:configuration>\n</esf:configurations>\n");
    Ok(body)
}

#[cfg(test)]
mod tests;
