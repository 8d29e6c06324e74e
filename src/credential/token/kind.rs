//! What a secret can be: one row a kind.

use crate::registry::provider::Provider;

/// Whether a secret ends by itself, and after how many seconds as documented.
#[derive(Clone, Copy)]
enum Life {
    /// It has no end of its own: a password.
    Stays,
    /// It may or may not end; made in the usual way it ends after so long.
    Usually(u32),
    /// It ends, nobody documents when.
    Ends,
    /// It ends, as documented after so long.
    EndsAfter(u32),
}

macro_rules! token_kinds {
    ($($variant:ident $code:literal $words:literal [$($home:ident)*] $life:expr;)*) => {
        /// What a secret is, told from its form and, where that is not enough, from host and user name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TokenKind {
            $(#[doc = concat!("In words: ", $words, ".")] $variant,)*
        }

        impl TokenKind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The identifier in the JSON output.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The kind in words.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }

            /// The providers that take it; empty where the kind does not tell.
            fn homes(self) -> &'static [Provider] {
                match self { $(Self::$variant => &[$(Provider::$home),*],)* }
            }

            fn life(self) -> Life {
                match self { $(Self::$variant => $life,)* }
            }
        }
    };
}

use Life::{Ends, EndsAfter, Stays, Usually};

// Lifetimes as documented by each provider; see also docker/docs, github/docs, ggcr `pkg/v1/google/auth.go`,
// doctl `commands/registry.go` and the OpenShift OAuth configuration.
token_kinds! {
    Empty "empty" "nothing" [] Ends;
    EcrPasswordJson "ecr_password_json" "Amazon ECR password" [AwsEcr AwsEcrPublic] EndsAfter(43_200);
    EcrAuthorizationToken "ecr_authorization_token" "Amazon ECR authorization token" [AwsEcr AwsEcrPublic]
        EndsAfter(43_200);
    EcrPasswordLegacy "ecr_password_legacy" "Amazon ECR password, old form" [AwsEcr AwsEcrPublic] EndsAfter(43_200);
    DockerhubPat "dockerhub_pat" "Docker Hub personal access token" [DockerHub] Stays;
    DockerhubOat "dockerhub_oat" "Docker Hub organization access token" [DockerHub] Stays;
    DockerhubPatLegacy "dockerhub_pat_legacy" "Docker Hub personal access token, old form" [DockerHub] Stays;
    DockerhubRefreshToken "dockerhub_refresh_token" "Docker Hub refresh token" [DockerHub] Ends;
    GithubPatClassic "github_pat_classic" "GitHub classic personal access token"
        [GithubGhcr GithubPackagesLegacy] Stays;
    GithubPatFineGrained "github_pat_fine_grained" "GitHub fine-grained personal access token"
        [GithubGhcr GithubPackagesLegacy] Stays;
    GithubOauthToken "github_oauth_token" "GitHub OAuth token" [GithubGhcr GithubPackagesLegacy] Stays;
    GithubAppUserToken "github_app_user_token" "GitHub App user token"
        [GithubGhcr GithubPackagesLegacy] EndsAfter(28_800);
    GithubAppInstallationToken "github_app_installation_token" "GitHub App installation token"
        [GithubGhcr GithubPackagesLegacy] EndsAfter(3_600);
    GithubRefreshToken "github_refresh_token" "GitHub refresh token" [GithubGhcr GithubPackagesLegacy] Stays;
    GitlabPat "gitlab_pat" "GitLab personal access token" [Gitlab] Stays;
    GitlabDeployToken "gitlab_deploy_token" "GitLab deploy token" [Gitlab] Stays;
    GitlabJobToken "gitlab_job_token" "GitLab CI job token" [Gitlab] Ends;
    JfrogReferenceToken "jfrog_reference_token" "JFrog reference token" [Jfrog] Ends;
    JfrogApiKey "jfrog_api_key" "JFrog API key" [Jfrog] Stays;
    JfrogAccessJwt "jfrog_access_jwt" "JFrog access token" [Jfrog] Stays;
    GoogleAccessToken "google_access_token" "Google access token" [Google Sauce] EndsAfter(3_600);
    GoogleJsonKey "google_json_key" "Google service account key" [Google] Stays;
    GoogleJsonKeyBase64 "google_json_key_base64" "Google service account key in base64" [Google] Stays;
    AcrRefreshToken "acr_refresh_token" "Azure ACR refresh token" [AzureAcr] EndsAfter(10_800);
    AcrAccessToken "acr_access_token" "Azure ACR access token" [AzureAcr] Ends;
    AcrGeneratedPassword "acr_generated_password" "Azure ACR generated password" [AzureAcr] Stays;
    AzureSpSecret "azure_sp_secret" "Azure service principal secret" [AzureAcr] Stays;
    RedhatServiceAccountJwt "redhat_service_account_jwt" "Red Hat registry service account token" [Redhat] Stays;
    QuayRobotToken "quay_robot_token" "Quay robot token" [Quay] Stays;
    QuayOauthToken "quay_oauth_token" "Quay OAuth token" [Quay] Stays;
    QuayAppToken "quay_app_token" "Quay application token" [Quay] Stays;
    QuayAccessToken "quay_access_token" "Quay access token" [Quay] Stays;
    HarborRobotSecret "harbor_robot_secret" "Harbor robot secret" [] Stays;
    DigitaloceanToken "digitalocean_token" "DigitalOcean token" [Digitalocean] Usually(2_592_000);
    ScalewaySecretKey "scaleway_secret_key" "Scaleway secret key" [Scaleway] Stays;
    IbmApiKey "ibm_api_key" "IBM Cloud API key" [IbmIcr] Stays;
    IbmIamRefresh "ibm_iam_refresh" "IBM Cloud IAM refresh token" [IbmIcr] Ends;
    NvidiaApiKey "nvidia_api_key" "NVIDIA API key" [NvidiaNgc] Stays;
    NvidiaApiKeyLegacy "nvidia_api_key_legacy" "NVIDIA NGC API key, old form" [NvidiaNgc] Stays;
    HerokuApiKey "heroku_api_key" "Heroku API key" [Heroku] Stays;
    HerokuApiKeyLegacy "heroku_api_key_legacy" "Heroku API key, old form" [Heroku] Stays;
    AlibabaTempToken "alibaba_temp_token" "Alibaba temporary token" [AlibabaAcr] EndsAfter(3_600);
    CloudsmithApiKey "cloudsmith_api_key" "Cloudsmith API key" [Cloudsmith] Stays;
    OpenshiftUserToken "openshift_user_token" "OpenShift user token" [Openshift] EndsAfter(86_400);
    Jwt "jwt" "JSON web token" [] Stays;
    Jwe "jwe" "encrypted JSON web token" [] Ends;
    OpaqueHex40 "opaque_hex40" "access token of 40 hex digits" [] Stays;
    Opaque "opaque" "token of unknown form" [] Ends;
    Password "password" "password" [] Stays;
}

impl TokenKind {
    /// True for a secret that ends by itself, even where it does not say when.
    pub fn ends(self) -> bool {
        matches!(self.life(), Ends | EndsAfter(_))
    }

    /// Seconds that such a secret lives as documented, counted from its making.
    pub fn usual_lifetime(self, provider: Provider) -> Option<u32> {
        match (self, provider) {
            // Amazon mints nothing that lives longer; Sauce Labs hands out Google tokens on terms of its own.
            (Self::Opaque, Provider::AwsEcr | Provider::AwsEcrPublic) => Self::EcrPasswordJson.documented(),
            (Self::GoogleAccessToken, Provider::Sauce) => Some(1_800),
            _ => self.documented(),
        }
    }

    fn documented(self) -> Option<u32> {
        match self.life() {
            Usually(seconds) | EndsAfter(seconds) => Some(seconds),
            Stays | Ends => None,
        }
    }

    /// True for a service account's key file, which holds a private key.
    pub fn is_google_key(self) -> bool {
        matches!(self, Self::GoogleJsonKey | Self::GoogleJsonKeyBase64)
    }

    /// True where the form of the secret is another provider's than the host's.
    pub fn is_foreign_to(self, provider: Provider) -> bool {
        let homes = self.homes();
        provider != Provider::Generic && !homes.is_empty() && !homes.contains(&provider)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_snake_case() {
        let mut codes = std::collections::HashSet::new();
        for kind in TokenKind::ALL {
            let code = kind.code();
            assert!(codes.insert(code), "{code}");
            assert!(
                code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{code}"
            );
        }
    }

    #[test]
    fn a_kind_is_foreign_only_where_both_sides_are_known() {
        let table = [
            (TokenKind::DockerhubPat, Provider::GithubGhcr, true),
            (TokenKind::DockerhubPat, Provider::DockerHub, false),
            (TokenKind::DockerhubPat, Provider::Generic, false),
            (TokenKind::GoogleAccessToken, Provider::Sauce, false),
            (TokenKind::GithubPatClassic, Provider::GithubPackagesLegacy, false),
            (TokenKind::Jwt, Provider::Quay, false),
        ];
        for (kind, provider, foreign) in table {
            assert_eq!(kind.is_foreign_to(provider), foreign, "{kind:?} {provider:?}");
        }
    }
}
