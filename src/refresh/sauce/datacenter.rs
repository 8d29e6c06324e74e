//! Sauce Labs' data centers.
//!
//! Source: saucectl v0.194.3 `internal/region/region.go`, `api/v1alpha/framework/imagerunner.schema.json`; sauce-docs
//! `docs/dev/api/orchestrate.md`.

use crate::registry::provider::identify;

/// Where tokens for its registry are minted, below an API's base address.
pub const TOKEN_PATH: &str = "/v1alpha1/hosted/container-registry/authorization-token";

/// A data center.
#[derive(Debug, PartialEq, Eq)]
pub struct Datacenter {
    /// Its name, as in `sauce.region` of saucectl.
    pub name: &'static str,
    /// The base address of its API.
    pub api: &'static str,
    /// True where it has a registry, and so mints tokens.
    pub has_registry: bool,
    /// True where the schema of saucectl's image runner takes it.
    pub is_in_schema: bool,
}

/// All of them.
pub const DATACENTERS: [Datacenter; 4] = [
    datacenter("us-west-1", "https://api.us-west-1.saucelabs.com", true, true),
    datacenter("us-east-4", "https://api.us-east-4.saucelabs.com", true, false),
    datacenter("eu-central-1", "https://api.eu-central-1.saucelabs.com", true, true),
    datacenter("staging", "https://api.staging.saucelabs.net", false, false),
];

const fn datacenter(
    name: &'static str,
    api: &'static str,
    has_registry: bool,
    is_in_schema: bool,
) -> Datacenter {
    Datacenter { name, api, has_registry, is_in_schema }
}

impl Datacenter {
    /// The address that mints tokens, where there is one.
    pub fn token_url(&self) -> Option<String> {
        self.has_registry.then(|| format!("{}{TOKEN_PATH}", self.api))
    }
}

/// The data center of this name.
pub fn of_name(name: &str) -> Option<&'static Datacenter> {
    DATACENTERS.iter().find(|datacenter| datacenter.name == name)
}

/// The data center that a registry's address names, as one of the labels of its host. Most name none: then a person has
/// to say which it is.
pub fn of_host(key: &str) -> Option<&'static Datacenter> {
    identify(key).host.split('.').find_map(of_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_label_of_the_host_names_a_data_center() {
        let table = [
            ("registry.eu-central-1.saucelabs.com", Some("eu-central-1")),
            ("https://us-west-1.registry.example.com/team/", Some("us-west-1")),
            ("registry.example.com/eu-central-1", None),
            ("x-us-west-1.example.com", None),
            ("registry.example.com", None),
        ];
        for (key, name) in table {
            assert_eq!(of_host(key).map(|datacenter| datacenter.name), name, "{key}");
        }
    }
}
