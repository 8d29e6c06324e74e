use proptest::prelude::*;

use super::*;
use crate::export::tests::{bundle, commands, file, one, password};

const ECR: &str = "111122223333.dkr.ecr.us-east-1.amazonaws.com";

fn login(secret: &str) -> Bundle {
    let image = Some(format!("{ECR}/team/app:1.0"));
    Bundle { name: "my-app".into(), image, ..bundle(ECR, "AWS", secret) }
}

#[test]
fn the_fields_are_those_of_kuras_form() {
    let artifact = one("kura", &login("hunter2"), Form::Reference, &[]).unwrap();
    let fields: Vec<_> = artifact.fields.iter().map(|field| (field.label.as_str(), field.masked())).collect();
    let image = format!("{ECR}/team/app");
    let hostname = format!("{ECR}/team/");
    assert_eq!(
        fields,
        [
            ("Enabled", "true"),
            ("Image name", image.as_str()),
            ("Image tag", "1.0"),
            ("Authentication Registry URL", hostname.as_str()),
            ("Authentication Username", "AWS"),
            ("Password", "••••••••"),
        ]
    );
    assert_eq!(commands(&artifact), ["aws ecr get-login-password --region us-east-1"]);
    assert!(artifact.files.is_empty());
}

#[test]
fn a_body_for_the_rest_interface_updates_or_makes_an_instance() {
    let artifact = one("kura", &login("hunter2"), Form::Literal, &[("gateway", "kura.local")]).unwrap();
    let written: serde_json::Value = serde_json::from_str(&file(&artifact, "configuration.json")).unwrap();
    let expected = serde_json::json!({"configs": [{"pid": "my-app", "properties": {
        "container.image": {"type": "STRING", "value": format!("{ECR}/team/app")},
        "container.image.tag": {"type": "STRING", "value": "1.0"},
        "registry.hostname": {"type": "STRING", "value": format!("{ECR}/team/")},
        "registry.username": {"type": "STRING", "value": "AWS"},
        "registry.password": {"type": "PASSWORD", "value": "hunter2"}}}], "takeSnapshot": true});
    assert_eq!(written, expected);
    assert!(commands(&artifact)[0].ends_with(
        "--request PUT --header 'Content-Type: application/json' --data @configuration.json \
         https://kura.local/services/configuration/v2/configurableComponents/configurations/_update"
    ));
    let new = one("kura", &login("x"), Form::Literal, &[("instance", "new")]).unwrap();
    assert!(file(&new, "configuration.json").contains(&format!("\"factoryPid\": \"{FACTORY}\"")));
    assert!(commands(&new)[0].contains("--request POST"));
}

#[test]
fn docker_hub_has_no_address_in_a_file() {
    let hub = Bundle { image: Some("eclipse/kura:5.6.0".into()), ..bundle("docker.io", "jane", "x") };
    let artifact = one("kura", &hub, Form::Literal, &[]).unwrap();
    assert!(!file(&artifact, "configuration.json").contains("registry.hostname"));
    let form = one("kura", &hub, Form::Reference, &[]).unwrap();
    assert_eq!(form.fields[3].masked(), "");
}

fn passwords(snapshot: &str) -> Vec<String> {
    let tree = roxmltree::Document::parse(snapshot).unwrap();
    let is_password = |node: &roxmltree::Node<'_, '_>| node.attribute("type") == Some("Password");
    let value =
        |node: roxmltree::Node<'_, '_>| node.first_element_child().unwrap().text().unwrap().to_owned();
    tree.descendants().filter(is_password).map(value).collect()
}

proptest! {
    #[test]
    fn any_password_reaches_kura_in_json_and_in_xml_or_is_refused(password in password()) {
        let artifact = one("kura", &login(&password), Form::Literal, &[]).unwrap();
        let written: serde_json::Value = serde_json::from_str(&file(&artifact, "configuration.json")).unwrap();
        let found = &written["configs"][0]["properties"]["registry.password"]["value"];
        prop_assert_eq!(found.as_str(), Some(password.as_str()));
        match one("kura", &login(&password), Form::Literal, &[("format", "xml")]) {
            Ok(artifact) => prop_assert_eq!(passwords(&file(&artifact, "snapshot.xml")), [password]),
            Err(reason) => prop_assert_eq!(reason.code(), "characters"),
        }
    }
}
