//! Who runs a registry, told from its host name.

mod host;
mod lookalike;

use std::borrow::Cow;

use crate::registry::ecr;

macro_rules! providers {
    ($($variant:ident $code:literal $name:literal)*) => {
        /// Who runs a registry. It decides what user names and secrets mean there, and who mints new ones.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Provider {
            $(#[doc = concat!("Known to people as ", $name, ".")] $variant,)*
        }

        impl Provider {
            /// Every provider there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The identifier in the JSON output.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The name that people use.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

providers! {
    DockerHub "docker_hub" "Docker Hub"
    AwsEcr "aws_ecr" "Amazon ECR"
    AwsEcrPublic "aws_ecr_public" "Amazon ECR Public"
    Sauce "sauce" "Sauce Labs"
    AzureAcr "azure_acr" "Azure ACR"
    Google "google" "Google Artifact Registry"
    GithubGhcr "github_ghcr" "GitHub"
    GithubPackagesLegacy "github_packages_legacy" "GitHub Packages (legacy)"
    Gitlab "gitlab" "GitLab"
    Quay "quay" "Quay"
    Redhat "redhat" "Red Hat"
    Jfrog "jfrog" "JFrog"
    Digitalocean "digitalocean" "DigitalOcean"
    Scaleway "scaleway" "Scaleway"
    OracleOcir "oracle_ocir" "Oracle OCIR"
    IbmIcr "ibm_icr" "IBM Cloud"
    NvidiaNgc "nvidia_ngc" "NVIDIA NGC"
    Heroku "heroku" "Heroku"
    AlibabaAcr "alibaba_acr" "Alibaba ACR"
    Cloudsmith "cloudsmith" "Cloudsmith"
    Chainguard "chainguard" "Chainguard"
    Openshift "openshift" "OpenShift"
    Generic "generic" "a registry"
}

impl Provider {
    /// The provider of this [`Provider::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|provider| provider.code() == code)
    }

    /// True for both halves of Amazon ECR, which take the same passwords.
    pub fn is_ecr(self) -> bool {
        matches!(self, Self::AwsEcr | Self::AwsEcrPublic)
    }
}

/// What a host name tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified<'a> {
    /// The bare host: lower case, without scheme, user, port, path and trailing dot.
    pub host: Cow<'a, str>,
    /// Who runs it; [`Provider::Generic`] where the name does not tell.
    pub provider: Provider,
    /// The twelve digits of the AWS account, for Amazon ECR.
    pub account: Option<Cow<'a, str>>,
    /// The AWS region, for Amazon ECR.
    pub region: Option<Cow<'a, str>>,
    /// The host has a well-known registry's name inside but is not that registry.
    pub lookalike: bool,
}

impl<'a> Identified<'a> {
    fn from_host(host: &'a str) -> Self {
        let ecr = ecr::read(host);
        let provider = ecr.map_or_else(|| host::provider(host), |_| Provider::AwsEcr);
        let region = match provider {
            Provider::AwsEcrPublic => Some(ecr::PUBLIC_REGION),
            _ => ecr.map(|ecr| ecr.region),
        };
        Self {
            host: Cow::Borrowed(host),
            provider,
            account: ecr.map(|ecr| Cow::Borrowed(ecr.account)),
            region: region.map(Cow::Borrowed),
            lookalike: provider == Provider::Generic && lookalike::is_one(host),
        }
    }

    fn into_owned<'b>(self) -> Identified<'b> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Identified {
            host: own(self.host),
            provider: self.provider,
            account: self.account.map(own),
            region: self.region.map(own),
            lookalike: self.lookalike,
        }
    }
}

/// Tells the provider from a credential key, which may be a bare host or carry scheme, user, port and path.
/// Borrows, and so allocates nothing, where the host is in lower case.
///
/// ```
/// use pullpass::registry::provider::{Provider, identify};
///
/// assert_eq!(identify("https://index.docker.io/v1/").provider, Provider::DockerHub);
/// let found = identify("123456789012.dkr.ecr.eu-west-1.amazonaws.com");
/// assert_eq!((found.provider, found.region.as_deref()), (Provider::AwsEcr, Some("eu-west-1")));
/// ```
pub fn identify(host_key: &str) -> Identified<'_> {
    match host::bare(host_key) {
        Cow::Borrowed(host) => Identified::from_host(host),
        Cow::Owned(host) => Identified::from_host(&host).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_lead_back() {
        for provider in Provider::ALL {
            assert_eq!(Provider::from_code(provider.code()), Some(*provider));
        }
        assert_eq!(Provider::from_code("Docker Hub"), None);
    }

    #[test]
    fn account_and_region_come_from_the_host() {
        let table = [
            ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", Some("123456789012"), Some("eu-west-1")),
            (
                "HTTPS://123456789012.DKR.ECR.EU-WEST-1.AMAZONAWS.COM/x",
                Some("123456789012"),
                Some("eu-west-1"),
            ),
            ("public.ecr.aws", None, Some("us-east-1")),
            ("ghcr.io", None, None),
        ];
        for (key, account, region) in table {
            let found = identify(key);
            assert_eq!((found.account.as_deref(), found.region.as_deref()), (account, region), "{key}");
        }
    }

    #[test]
    fn an_ordinary_host_is_borrowed() {
        let found = identify("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/");
        assert!(matches!(found.host, Cow::Borrowed("123456789012.dkr.ecr.eu-west-1.amazonaws.com")));
        assert!(matches!(found.region, Some(Cow::Borrowed(_))));
    }

    #[test]
    fn a_lookalike_is_generic() {
        let found = identify("123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example");
        assert_eq!((found.provider, found.lookalike, found.region), (Provider::Generic, true, None));
    }
}
