//! Where a fresh secret comes from: a command to run or a page to open.

use crate::credential::token::TokenKind;

use crate::registry::provider::{Identified, Provider, identify};

/// How to get a fresh secret, as a command line, a request or an address; `None` where nobody mints one.
/// It is text to show: nothing runs it unasked.
pub fn refresh_hint(host_key: &str, username: &str, provider: Provider, kind: TokenKind) -> Option<String> {
    let found = identify(host_key);
    match provider {
        Provider::DockerHub => Some(match shell_word(username) {
            "" => "docker login".to_owned(),
            user => format!("docker login -u {user}"),
        }),
        Provider::AwsEcr => Some(match found.region.as_deref() {
            Some(region) => format!("aws ecr get-login-password --region {region}"),
            None => "aws ecr get-login-password".to_owned(),
        }),
        Provider::AzureAcr => Some(azure(&found, username, kind)),
        Provider::Gitlab => gitlab(&found, kind),
        Provider::Quay => quay(&found, username),
        Provider::Jfrog => Some(format!("https://{}/ui/user_profile", plain_host(&found)?)),
        Provider::OracleOcir if username == "BEARER_TOKEN" => Some(format!(
            "oci raw-request --http-method GET --target-uri https://{}/20180419/docker/token",
            plain_host(&found)?
        )),
        _ => fixed(username, provider, kind).map(str::to_owned),
    }
}

/// The hints without a part of the login in them.
fn fixed(username: &str, provider: Provider, kind: TokenKind) -> Option<&'static str> {
    match provider {
        Provider::AwsEcrPublic => Some("aws ecr-public get-login-password --region us-east-1"),
        Provider::Sauce => Some(
            "POST https://api.us-west-1.saucelabs.com/v1alpha1/hosted/container-registry/authorization-token",
        ),
        // A key file is no access token: another one is made by hand, on purpose.
        Provider::Google if kind.is_google_key() => None,
        Provider::Google => Some("gcloud auth print-access-token"),
        Provider::GithubGhcr | Provider::GithubPackagesLegacy => Some("https://github.com/settings/tokens"),
        Provider::Redhat => Some("https://access.redhat.com/terms-based-registry/"),
        Provider::Digitalocean => Some("doctl registry login"),
        Provider::Scaleway => Some("scw registry login"),
        Provider::IbmIcr => Some("ibmcloud cr login"),
        Provider::NvidiaNgc => Some("https://org.ngc.nvidia.com/setup"),
        Provider::Heroku => Some("heroku container:login"),
        // An Alibaba account's own password is not minted; only the temporary token is.
        Provider::AlibabaAcr if kind == TokenKind::AlibabaTempToken => {
            Some("aliyun cr GetAuthorizationToken --InstanceId <id>")
        }
        Provider::Chainguard if username == "_token" => Some("chainctl auth login"),
        Provider::Chainguard => Some("chainctl auth configure-docker --pull-token"),
        Provider::Openshift => Some("oc login && oc registry login"),
        Provider::Generic if kind == TokenKind::HarborRobotSecret => Some("PATCH /api/v2.0/robots/{id}"),
        _ => None,
    }
}

fn azure(found: &Identified<'_>, username: &str, kind: TokenKind) -> String {
    let label = found.host.split('.').next().unwrap_or_default();
    let registry = if found.provider == Provider::AzureAcr { label } else { "<registry>" };
    let user = shell_word(username);
    match kind {
        // The admin user has the registry's own name; any other name is a scope map token's.
        TokenKind::AcrGeneratedPassword if username.eq_ignore_ascii_case(registry) => {
            format!("az acr credential renew --name {registry} --password-name password")
        }
        TokenKind::AcrGeneratedPassword => {
            format!("az acr token credential generate --name {user} --registry {registry}")
        }
        TokenKind::AzureSpSecret => format!("az ad sp credential reset --id {user}"),
        _ => format!("az acr login -n {registry} --expose-token"),
    }
}

/// Only a personal access token can renew itself, at GitLab's own host and not at the registry's.
fn gitlab(found: &Identified<'_>, kind: TokenKind) -> Option<String> {
    let host = if found.provider == Provider::Gitlab { "gitlab.com" } else { "<gitlab>" };
    (kind == TokenKind::GitlabPat)
        .then(|| format!("POST https://{host}/api/v4/personal_access_tokens/self/rotate"))
}

/// Robots are renewed on their owner's page.
fn quay(found: &Identified<'_>, username: &str) -> Option<String> {
    let (owner, _) = username.split_once('+')?;
    Some(format!("https://{}/organization/{}?tab=robots", plain_host(found)?, shell_word(owner)))
}

/// The text if a shell and an address take it as it stands, else a placeholder: hints get pasted.
fn shell_word(text: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte);
    if text.bytes().all(is_plain) && !text.starts_with('-') { text } else { "<user>" }
}

fn plain_host<'a>(found: &'a Identified<'_>) -> Option<&'a str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    (!found.host.is_empty() && found.host.bytes().all(is_plain)).then_some(&*found.host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_provider_tells_where_a_fresh_secret_comes_from() {
        use TokenKind as K;
        let table = [
            ("https://index.docker.io/v1/", "jane", K::Password, Some("docker login -u jane")),
            ("docker.io", "", K::Password, Some("docker login")),
            (
                "public.ecr.aws",
                "AWS",
                K::Opaque,
                Some("aws ecr-public get-login-password --region us-east-1"),
            ),
            ("acme.azurecr.io", "x", K::AcrRefreshToken, Some("az acr login -n acme --expose-token")),
            ("acme.azurecr.io", "0-1", K::AzureSpSecret, Some("az ad sp credential reset --id 0-1")),
            ("gcr.io", "_json_key", K::GoogleJsonKey, None),
            ("gcr.io", "oauth2accesstoken", K::GoogleAccessToken, Some("gcloud auth print-access-token")),
            ("registry.gitlab.com", "gitlab-ci-token", K::GitlabJobToken, None),
            ("quay.io", "acme+ci", K::QuayRobotToken, Some("https://quay.io/organization/acme?tab=robots")),
            ("quay.io", "jane", K::Password, None),
            ("rg.fr-par.scw.cloud", "nologin", K::ScalewaySecretKey, Some("scw registry login")),
            ("nvcr.io", "$oauthtoken", K::NvidiaApiKey, Some("https://org.ngc.nvidia.com/setup")),
            ("registry.cn-x.aliyuncs.com", "jane", K::Password, None),
            ("cgr.dev", "_token", K::Jwt, Some("chainctl auth login")),
            ("cgr.dev", "acme/1", K::Jwt, Some("chainctl auth configure-docker --pull-token")),
            ("registry.corp.example", "jane", K::Jwt, None),
        ];
        for (host, username, kind, hint) in table {
            let provider = identify(host).provider;
            assert_eq!(refresh_hint(host, username, provider, kind).as_deref(), hint, "{host} {username}");
        }
    }

    #[test]
    fn a_hint_carries_nothing_that_a_shell_would_run() {
        for user in ["jane; rm -rf ~", "$(id)", "a b", "-x", "a\u{1b}[2J", "`id`", "a'b"] {
            let hint = refresh_hint("docker.io", user, Provider::DockerHub, TokenKind::Password);
            assert_eq!(hint.as_deref(), Some("docker login -u <user>"), "{user:?}");
            let kind = TokenKind::AcrGeneratedPassword;
            let hint = refresh_hint("acme.azurecr.io", user, Provider::AzureAcr, kind).unwrap();
            assert!(hint.contains("--name <user> "), "{hint:?}");
        }
        assert_eq!(refresh_hint("a b;c", "", Provider::Jfrog, TokenKind::JfrogApiKey), None);
    }

    #[test]
    fn a_host_that_only_the_user_knows_gives_its_parts_no_place_in_a_command() {
        let table = [
            (Provider::AwsEcr, TokenKind::EcrPasswordJson, "aws ecr get-login-password"),
            (Provider::AzureAcr, TokenKind::AcrRefreshToken, "az acr login -n <registry> --expose-token"),
        ];
        for (provider, kind, hint) in table {
            assert_eq!(refresh_hint("registry.corp.example", "x", provider, kind).as_deref(), Some(hint));
        }
    }
}
