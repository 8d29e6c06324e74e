//! One secret on its way to a platform.

use std::borrow::Cow;

use crate::credential::TOKEN_USERNAME;
use crate::credential::expiry::Expiry;
use crate::credential::rules::name;
use crate::registry::ecr;
use crate::registry::key::{self, HUB_KEY};
use crate::registry::provider::{self, Provider};
use crate::secret::Secret;

/// The names of the two variables that hold a login at the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variables {
    /// Holds the user name.
    pub username: String,
    /// Holds the password.
    pub secret: String,
}

impl Variables {
    /// The pair for a person's own name of the second: `QUAY_TOKEN` goes with `QUAY_USERNAME`.
    pub fn of_secret(secret: &str) -> Self {
        let ends = ["_PASSWORD", "_TOKEN", "_SECRET", "_PASS"];
        let begin = ends.iter().find_map(|end| secret.strip_suffix(end)).unwrap_or(secret);
        Self { username: format!("{begin}_USERNAME"), secret: secret.to_owned() }
    }

    /// The pair for what a person chose: `USER,SECRET`, or the second alone.
    pub fn read(option: &str) -> Self {
        match option.split_once(',') {
            Some((username, secret)) => {
                Self { username: username.trim().into(), secret: secret.trim().into() }
            }
            None => Self::of_secret(option),
        }
    }

    /// What [`Self::read`] makes this pair of.
    pub(super) fn option(&self) -> String {
        format!("{},{}", self.username, self.secret)
    }

    /// The usual pair for a registry: `DOCKERHUB_USERNAME`, `QUAY_PASSWORD`, `REGISTRY_EXAMPLE_COM_5000_PASSWORD`.
    fn of_registry(host: &str, provider: Provider) -> Self {
        let begin = match provider {
            Provider::DockerHub => Cow::Borrowed("DOCKERHUB"),
            Provider::Quay => Cow::Borrowed("QUAY"),
            Provider::GithubGhcr => Cow::Borrowed("GHCR"),
            provider if provider.is_ecr() => Cow::Borrowed("ECR"),
            _ => Cow::Owned(shouted(host)),
        };
        Self { username: format!("{begin}_USERNAME"), secret: format!("{begin}_PASSWORD") }
    }
}

/// The text as the name of a variable: capitals, digits and `_`, without a digit at its start.
fn shouted(text: &str) -> String {
    let shout = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let begin = if text.starts_with(|c: char| c.is_ascii_digit()) { "REGISTRY_" } else { "" };
    begin.chars().chain(text.chars().map(shout)).collect()
}

/// One secret with what the platforms want to know of it.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// What a person calls it on pullpass's command line: the record's name, or the credential key.
    pub known_as: String,
    /// The credential key, as stored.
    pub key: String,
    /// The name of the object at the platform; empty where none was chosen.
    pub name: String,
    /// The account.
    pub username: String,
    /// The password or token; `None` where it was not fetched, which is enough for a form that names variables.
    pub secret: Option<Secret>,
    /// The e-mail address; empty where there is none.
    pub email: String,
    /// How long the secret is good for.
    pub expiry: Expiry,
    /// The address in the place of [`Self::email`], where a person gave one for this export.
    pub own_email: Option<String>,
    /// The one file that a person named, where the login is to come from.
    pub file: Option<String>,
    /// The image that it is to pull, where that is known.
    pub image: Option<String>,
    /// The variables that a person chose for it.
    pub variables: Option<Variables>,
}

impl Bundle {
    /// A login with nothing else said about it.
    pub fn new(key: impl Into<String>, username: impl Into<String>, secret: Option<Secret>) -> Self {
        let key = key.into();
        Self {
            known_as: key.clone(),
            key,
            name: String::new(),
            username: username.into(),
            secret,
            email: String::new(),
            expiry: Expiry::NoneEmbedded,
            own_email: None,
            file: None,
            image: None,
            variables: None,
        }
    }

    /// The chosen name, else one made of what the secret is known by.
    pub fn object_name(&self) -> Cow<'_, str> {
        if !self.name.is_empty() {
            return Cow::Borrowed(&self.name);
        }
        if name::fault(&self.known_as, |_| false).is_none() {
            return Cow::Borrowed(&self.known_as);
        }
        Cow::Owned(name::suggest(&format!("{} pull", key::display_name(&self.key))))
    }

    /// The address that the platform gets; empty for none.
    pub fn email_address(&self) -> &str {
        self.own_email.as_deref().unwrap_or(&self.email)
    }

    /// The variables that hold it at the platform.
    pub fn variables(&self) -> Variables {
        let usual = || Variables::of_registry(&self.registry().host, self.provider());
        self.variables.clone().unwrap_or_else(usual)
    }

    /// The image's name in a file: as it was given, else one that tells what to put there.
    pub fn image_or_hint(&self) -> String {
        self.image.clone().unwrap_or_else(|| format!("{}/IMAGE", self.registry().host_and_path()))
    }

    /// Where the registry is.
    pub fn registry(&self) -> Registry {
        Registry::of(&self.key)
    }

    /// Who runs the registry.
    pub fn provider(&self) -> Provider {
        provider::identify(&self.key).provider
    }

    /// True for a token that only a token service takes.
    pub fn is_identity_token(&self) -> bool {
        self.username == TOKEN_USERNAME
    }

    /// The command that prints a fresh password, where the registry is Amazon's.
    pub fn ecr_password_command(&self) -> Option<String> {
        let found = provider::identify(&self.key);
        let region = found.region.as_deref()?;
        match found.provider {
            Provider::AwsEcr => Some(format!("aws ecr get-login-password --region {region}")),
            Provider::AwsEcrPublic => {
                Some(format!("aws ecr-public get-login-password --region {}", ecr::PUBLIC_REGION))
            }
            _ => None,
        }
    }
}

/// A registry as the platforms' files name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    /// Host and port in lower case; `docker.io` for Docker Hub.
    pub host: String,
    /// The namespace that the login is for, without slashes at its ends; empty for the whole host.
    pub path: String,
    /// True for Docker Hub.
    pub is_hub: bool,
    /// True where the key says `http://`.
    pub is_plain_http: bool,
}

impl Registry {
    fn of(key: &str) -> Self {
        let parts = key::parts(key);
        let name = parts.host.to_ascii_lowercase();
        let is_hub = key::is_hub_host(&name) && parts.port.is_none();
        let host = if is_hub { "docker.io".to_owned() } else { key::hostname(key).to_ascii_lowercase() };
        // Only a key with a scheme has a path that begins with the version of the interface.
        let path = parts.path.strip_prefix("/v1/").or_else(|| parts.path.strip_prefix("/v2/"));
        let path = if key::is_namespaced(key) { path.unwrap_or(parts.path).trim_matches('/') } else { "" };
        let is_plain_http = parts.scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        Self { host, path: path.to_owned(), is_hub, is_plain_http }
    }

    /// The key under which docker looks the login up.
    pub fn docker_key(&self) -> &str {
        if self.is_hub { HUB_KEY } else { &self.host }
    }

    /// The address as a URL: Docker Hub's has a path, and no other.
    pub fn url(&self) -> Cow<'_, str> {
        if self.is_hub { Cow::Borrowed(HUB_KEY) } else { Cow::Owned(format!("https://{}", self.host)) }
    }

    /// Host and namespace, as podman and GitLab's runner write a key.
    pub fn host_and_path(&self) -> String {
        if self.path.is_empty() { self.host.clone() } else { format!("{}/{}", self.host, self.path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_becomes_host_and_namespace() {
        let table = [
            (HUB_KEY, "docker.io", "", true),
            ("docker.io/team", "docker.io", "team", true),
            ("registry-1.docker.io", "docker.io", "", true),
            ("https://GHCR.io/v2/", "ghcr.io", "", false),
            ("quay.io/Team/", "quay.io", "Team", false),
            ("https://reg.example.com:5000/v2/team", "reg.example.com:5000", "team", false),
            ("docker.io:443", "docker.io:443", "", false),
            ("[2001:db8::1]:5000", "[2001:db8::1]:5000", "", false),
        ];
        for (key, host, path, is_hub) in table {
            let found = Registry::of(key);
            assert_eq!(
                (found.host.as_str(), found.path.as_str(), found.is_hub),
                (host, path, is_hub),
                "{key}"
            );
        }
        assert!(Registry::of("http://localhost:5000").is_plain_http);
        assert_eq!(Registry::of("docker.io").docker_key(), HUB_KEY);
        assert_eq!(Registry::of("docker.io").url(), HUB_KEY);
        assert_eq!(Registry::of("quay.io/team").url(), "https://quay.io");
        assert_eq!(Registry::of("quay.io/team").host_and_path(), "quay.io/team");
    }

    #[test]
    fn variables_are_named_after_the_registry_or_after_the_one_that_was_chosen() {
        let usual = |key| {
            let found = Bundle::new(key, "jane", None).variables();
            (found.username, found.secret)
        };
        let pair = |username: &str, secret: &str| (username.to_owned(), secret.to_owned());
        assert_eq!(usual("docker.io"), pair("DOCKERHUB_USERNAME", "DOCKERHUB_PASSWORD"));
        assert_eq!(usual("quay.io/team"), pair("QUAY_USERNAME", "QUAY_PASSWORD"));
        let own = pair("REGISTRY_EXAMPLE_COM_5000_USERNAME", "REGISTRY_EXAMPLE_COM_5000_PASSWORD");
        assert_eq!(usual("registry.example.com:5000"), own);
        assert_eq!(usual("10.0.0.1").1, "REGISTRY_10_0_0_1_PASSWORD");
        let chosen = |secret| Variables::of_secret(secret).username;
        assert_eq!(chosen("QUAY_TOKEN"), "QUAY_USERNAME");
        assert_eq!(chosen("X"), "X_USERNAME");
        assert_eq!(Variables::read("A, B").option(), "A,B");
        assert_eq!(Variables::read("B_PASS").option(), "B_USERNAME,B_PASS");
    }

    #[test]
    fn an_object_has_the_chosen_name_or_the_records_or_one_of_its_registry() {
        let mut bundle = Bundle::new(HUB_KEY, "jane", None);
        assert_eq!(bundle.object_name(), "docker-io-pull");
        bundle.known_as = "hub-of-jane".into();
        assert_eq!(bundle.object_name(), "hub-of-jane");
        bundle.name = "regcred".into();
        assert_eq!(bundle.object_name(), "regcred");
    }

    #[test]
    fn amazons_registries_have_a_command_for_a_fresh_password() {
        let command = |key| Bundle::new(key, "AWS", None).ecr_password_command();
        let private = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
        assert_eq!(command(private).as_deref(), Some("aws ecr get-login-password --region eu-west-1"));
        let public = "aws ecr-public get-login-password --region us-east-1";
        assert_eq!(command("public.ecr.aws").as_deref(), Some(public));
        assert_eq!(command("ghcr.io"), None);
    }
}
