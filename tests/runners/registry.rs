//! Runs the groups of `platforms.json` that are about the names of registries and images. What the cases say of other
//! programs (`github_login_action_auto_detects` and the like) is not ours to compute.

use pullpass::registry::image::Image;
use pullpass::registry::provider::{Provider, identify};
use pullpass::registry::{ecr, key};
use serde_json::{Value, json};

use super::{Verdict, same, text};

/// Compares one case of `image_references`.
pub fn image_references(case: &Value) -> Verdict {
    let found = Image::parse(text(case, "input")).ok();
    same("valid", &case["valid"], &json!(found.is_some()))?;
    let Some(image) = found else { return Ok(()) };
    let members = [
        ("registry", json!(image.registry)),
        ("repository", json!(image.repository)),
        ("tag", json!(image.tag)),
        ("digest", json!(image.digest)),
        ("canonical", json!(image.to_string())),
        ("canonical_with_default_tag", json!(image.with_default_tag().to_string())),
        ("familiar", json!(image.familiar())),
        ("docker_auth_key", json!(image.docker_key())),
    ];
    members.iter().try_for_each(|(name, value)| same(name, &case[*name], value))
}

/// Compares one case of `ecr_registries`. Amazon's helper knows its hosts in small letters, and no scheme but `https`;
/// pullpass is laxer with both, so they are held apart here.
pub fn ecr_registries(case: &Value) -> Verdict {
    let input = text(case, "input");
    let found = identify(input);
    let parts = key::parts(input);
    let is_strict = matches!(parts.scheme, None | Some("https")) && *found.host == *parts.host;
    let is_ecr = is_strict && found.provider.is_ecr();
    same("is_ecr", &case["is_ecr"], &json!(is_ecr))?;
    if !is_ecr {
        return Ok(());
    }
    let private = ecr::read(&found.host);
    let stored = key::credential_key(input).map_err(|_| "no registry address")?;
    let members = [
        ("service", json!(if found.provider == Provider::AwsEcr { "ecr" } else { "ecr-public" })),
        ("account", json!(found.account)),
        ("region", json!(found.region)),
        ("fips", json!(private.map(|ecr| ecr.fips))),
        ("dual_stack", json!(private.map(|ecr| ecr.dual_stack))),
        ("partition", json!(private.map(|ecr| ecr::partition_of(ecr.region).name))),
        ("login_username", json!(ecr::USERNAME)),
        ("docker_config_key", json!(stored.key)),
    ];
    // The cases of ECR Public say less.
    let given = members.iter().filter(|(name, value)| !(case[*name].is_null() || value.is_null()));
    given.into_iter().try_for_each(|(name, value)| same(name, &case[*name], value))
}
