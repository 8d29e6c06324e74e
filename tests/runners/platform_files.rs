//! Runs the groups of `platforms.json` that are about what platforms read and write. What the cases say of other programs
//! (`sdk_accepts`, `schema_valid` and the like) is not ours to compute.

use pullpass::export::docker_config::{PullLogin, pull_secret};
use pullpass::export::escape::yaml::Dialect;
use pullpass::export::escape::{go_env, hcl, xml};
use pullpass::export::field;
use pullpass::export::platform::circleci;
use pullpass::export::platform::kura::KuraImage;
use pullpass::import::{self, CannotRead};
use pullpass::resolve::kubelet;
use serde_json::{Value, json};

use super::exports::hcl_value;
use super::{Verdict, same, text};

/// Compares one case of a group.
pub fn run(group: &str, case: &Value) -> Verdict {
    match group {
        "platforms/k8s_secret_names" => valid(case, !field::object_name(text(case, "name")).is_wrong()),
        "platforms/circleci_context_names" => {
            valid(case, !circleci::context_name(text(case, "name")).is_wrong())
        }
        "platforms/circleci_env_var_names" => {
            valid(case, !circleci::variable_name(text(case, "name")).is_wrong())
        }
        "platforms/circleci_docker_entries" => circleci_docker_entries(case),
        "platforms/hcl_strings" => hcl_strings(case),
        "platforms/k8s_docker_registry_secret" => k8s_docker_registry_secret(case),
        "platforms/kubelet_key_match" => kubelet_key_match(case),
        "platforms/kura_fields" => kura_fields(case),
        "platforms/kura_xml_text" => kura_xml_text(case),
        "platforms/rapyuta_manifests" => rapyuta_manifests(case),
        "platforms/rapyuta_yaml_scalar" => {
            same("yaml", &case["yaml"], &json!(Dialect::Jinja.quoted(text(case, "password"))))
        }
        "platforms/sauce_env_expansion" => sauce_env_expansion(case),
        group => Err(format!("no runner for the group {group}")),
    }
}

fn valid(case: &Value, is_valid: bool) -> Verdict {
    same("valid", &case["valid"], &json!(is_valid))
}

/// An item is taken where its login is one of the three that CircleCI documents.
fn circleci_docker_entries(case: &Value) -> Verdict {
    let item = import::json_value(&case["docker_item"].to_string()).map_err(CannotRead::what)?;
    let found = import::circleci::judge_item(&item).is_ok();
    same("documented_valid", &case["documented_valid"], &json!(found))
}

/// Two ways of writing it mean the same; ours is the one that more readers know.
fn hcl_strings(case: &Value) -> Verdict {
    same("value", &case["value"], &json!(hcl_value(text(case, "hcl"))?))?;
    same("our own form", &case["value"], &json!(hcl_value(&hcl::quoted(text(case, "value")))?))
}

fn k8s_docker_registry_secret(case: &Value) -> Verdict {
    let login = PullLogin {
        server: case["server"]
            .as_str()
            .filter(|server| !server.is_empty())
            .unwrap_or(pullpass::registry::key::HUB_KEY),
        username: text(case, "username"),
        password: text(case, "password"),
        email: text(case, "email"),
    };
    let found = pull_secret(&mut [login]);
    same("dockerconfigjson", &case["dockerconfigjson"], &json!(found.expose_text()))
}

fn kubelet_key_match(case: &Value) -> Verdict {
    let (key, image) = (text(case, "auths_key"), text(case, "image"));
    same("kubelet_index_key", &case["kubelet_index_key"], &json!(kubelet::index_key(key)))?;
    same("kubelet_repo", &case["kubelet_repo"], &json!(kubelet::repository(image)))?;
    same("match", &case["match"], &json!(kubelet::serves(key, image)))
}

fn kura_fields(case: &Value) -> Verdict {
    let found = KuraImage::of(text(case, "uri"));
    same("valid", &case["valid"], &json!(found.is_ok()))?;
    let Ok(found) = found else { return Ok(()) };
    let members = [
        ("container.image", json!(found.image)),
        ("container.image.tag", json!(found.tag)),
        ("registry.hostname", json!(found.hostname)),
        ("registry.username", json!(found.username)),
        ("account", json!(found.account)),
        ("region", json!(found.region)),
        ("directory", json!(found.directory)),
        ("image_name", json!(found.name)),
        ("password_command", json!(found.password_command)),
    ];
    // The cases say the rest of Amazon's images only.
    let mut judged = members.iter().filter(|(member, _)| case.get(*member).is_some());
    judged.try_for_each(|(member, value)| same(member, &case[*member], value))
}

/// A case without `xml` is of a text that XML cannot hold.
fn kura_xml_text(case: &Value) -> Verdict {
    let written = xml::text(text(case, "value")).ok();
    let is_held = case["xml"].is_string();
    same("held", &json!(is_held), &json!(written.is_some()))?;
    let meaning = |xml: &str| {
        let document = format!("<value>{xml}</value>");
        let tree = roxmltree::Document::parse(&document).map_err(|error| error.to_string())?;
        Ok::<_, String>(tree.root_element().text().unwrap_or_default().to_owned())
    };
    let Some(written) = written else { return Ok(()) };
    same("value", &case["value"], &json!(meaning(&written)?))?;
    // A reader would take a bare carriage return for a line feed.
    let is_spelled_alike = !text(case, "value").contains('\r');
    if is_spelled_alike { same("xml", &case["xml"], &json!(written)) } else { Ok(()) }
}

fn rapyuta_manifests(case: &Value) -> Verdict {
    let manifest = import::json_value(&case["manifest"].to_string()).map_err(CannotRead::what)?;
    let found = import::rapyuta::read(&manifest);
    same("pullpass_must_accept", &case["pullpass_must_accept"], &json!(found.is_ok()))?;
    let Ok(draft) = found else { return Ok(()) };
    same("effective_registry", &case["effective_registry"], &json!(draft.registry))
}

fn sauce_env_expansion(case: &Value) -> Verdict {
    let env = if case["env"].is_object() { &case["env"] } else { &case["group"]["env"] };
    let variable = |name: &str| text(env, name).to_owned();
    let found = go_env::expanded(text(case, "yaml_value"), variable);
    same("becomes", &case["becomes"], &json!(found))?;
    let tokens = case["group"]["literal_token_representable"].as_array();
    let mut tokens = tokens.into_iter().flatten();
    tokens.try_for_each(|token| same("ok", &token["ok"], &json!(go_env::is_kept(text(token, "token")))))
}
