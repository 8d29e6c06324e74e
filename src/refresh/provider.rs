//! What each provider wants for a pull: where its tokens are made, and the least right that does.

use crate::registry::provider::Provider;

/// What is known of one provider's tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The provider.
    pub provider: Provider,
    /// [`super::Profile::id`] of the profile that mints for it; `None` where tokens are made by hand.
    pub minter: Option<&'static str>,
    /// Where they are made: an address, or a place in the provider's console.
    pub made_at: &'static str,
    /// The least right that a pull needs, in the provider's own words.
    pub least_right: &'static str,
    /// How long a token of the minter usually lives, in seconds.
    pub usual_life: Option<u32>,
}

const fn by_hand(provider: Provider, made_at: &'static str, least_right: &'static str) -> Tokens {
    Tokens { provider, minter: None, made_at, least_right, usual_life: None }
}

const fn minted(
    provider: Provider,
    minter: &'static str,
    usual_life: u32,
    made_at: &'static str,
    least_right: &'static str,
) -> Tokens {
    Tokens { provider, minter: Some(minter), made_at, least_right, usual_life: Some(usual_life) }
}

/// Every provider of whom it is known. Sources: the documentation of each, 2026-11.
pub const PROVIDERS: &[Tokens] = &[
    minted(
        Provider::AwsEcr,
        "ecr",
        43_200,
        "the IAM console, https://console.aws.amazon.com/iam/",
        "the policy AmazonEC2ContainerRegistryPullOnly",
    ),
    minted(
        Provider::AwsEcrPublic,
        "ecr_public",
        43_200,
        "the IAM console, https://console.aws.amazon.com/iam/",
        "ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken",
    ),
    minted(
        Provider::Sauce,
        "sauce",
        1_800,
        "https://app.saucelabs.com/user-settings",
        "an access key of a member of the registry's organization",
    ),
    minted(
        Provider::Google,
        "google",
        3_600,
        "https://console.cloud.google.com/iam-admin/iam",
        "the role Artifact Registry Reader (roles/artifactregistry.reader)",
    ),
    minted(
        Provider::AzureAcr,
        "azure",
        10_800,
        "the registry's page \"Access control (IAM)\" in https://portal.azure.com/",
        "the role AcrPull",
    ),
    minted(
        Provider::Digitalocean,
        "digitalocean",
        3_600,
        "https://cloud.digitalocean.com/account/api/tokens",
        "the scope registry:read",
    ),
    by_hand(Provider::DockerHub, "https://app.docker.com/settings/personal-access-tokens", "Read-only"),
    by_hand(Provider::GithubGhcr, "https://github.com/settings/tokens (classic)", "read:packages"),
    by_hand(Provider::GithubPackagesLegacy, "https://github.com/settings/tokens (classic)", "read:packages"),
    by_hand(
        Provider::Gitlab,
        "https://gitlab.com/-/user_settings/personal_access_tokens, or a deploy token of the project",
        "read_registry",
    ),
    by_hand(Provider::Quay, "the page \"Robot Accounts\" of the organization on https://quay.io/", "Read"),
    by_hand(
        Provider::Redhat,
        "https://access.redhat.com/terms-based-registry/",
        "a registry service account, which can do nothing but pull",
    ),
    by_hand(Provider::Jfrog, "the page \"Access Tokens\" of the JFrog platform", "Read on the repository"),
    by_hand(
        Provider::Scaleway,
        "https://console.scaleway.com/iam/api-keys",
        "the permission set ContainerRegistryReadOnly",
    ),
    by_hand(
        Provider::OracleOcir,
        "the page \"Auth tokens\" of the user in https://cloud.oracle.com/",
        "a policy with \"read repos\"",
    ),
    by_hand(Provider::IbmIcr, "https://cloud.ibm.com/iam/apikeys", "the role Reader for Container Registry"),
    by_hand(Provider::NvidiaNgc, "https://org.ngc.nvidia.com/setup", "a key for NGC Catalog"),
    by_hand(
        Provider::Heroku,
        "https://dashboard.heroku.com/account/applications",
        "the scope read-protected",
    ),
    by_hand(
        Provider::AlibabaAcr,
        "the instance's page \"Access Credential\" in the Container Registry console",
        "cr:GetAuthorizationToken and cr:PullRepository",
    ),
    by_hand(
        Provider::Cloudsmith,
        "https://cloudsmith.io/user/settings/api/",
        "an entitlement token with Read",
    ),
    by_hand(Provider::Chainguard, "\"chainctl auth pull-token\"", "the role registry.pull"),
    by_hand(Provider::Openshift, "\"oc create token\" for a service account", "the role system:image-puller"),
];

/// What is known of a provider's tokens.
pub fn tokens(provider: Provider) -> Option<&'static Tokens> {
    PROVIDERS.iter().find(|tokens| tokens.provider == provider)
}

/// Who mints, by [`super::Profile::id`], as people know it.
pub(super) fn minter(id: &str) -> &'static str {
    let found = PROVIDERS.iter().find(|tokens| tokens.minter == Some(id));
    match found {
        Some(tokens) => tokens.provider.name(),
        None if id == "command" => "the command",
        None => "its minter",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refresh::Profile;

    #[test]
    fn every_provider_with_a_name_is_in_the_table_once() {
        for provider in Provider::ALL.iter().filter(|provider| **provider != Provider::Generic) {
            let rows = PROVIDERS.iter().filter(|tokens| tokens.provider == *provider);
            assert_eq!(rows.count(), 1, "{provider:?}");
        }
        assert_eq!(tokens(Provider::DockerHub).map(|tokens| tokens.least_right), Some("Read-only"));
        assert_eq!(tokens(Provider::Generic), None);
    }

    #[test]
    fn each_minter_has_a_profile_and_a_name() {
        for tokens in PROVIDERS.iter().filter_map(|tokens| tokens.minter) {
            let member =
                serde_json::value::RawValue::from_string(format!(r#"{{"provider":"{tokens}"}}"#)).unwrap();
            assert!(!matches!(Profile::from_json(&member), Profile::Unknown(_)), "{tokens}");
            assert_ne!(minter(tokens), minter("x"));
        }
        assert_eq!(minter("ecr"), "Amazon ECR");
        assert_eq!(minter("command"), "the command");
    }
}
