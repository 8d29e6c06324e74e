//! An image's name taken apart as Kura's documentation does it.

use std::borrow::Cow;

use crate::registry::ecr;
use crate::registry::image::{DEFAULT_REGISTRY, Image};
use crate::registry::provider;

use crate::export::{Bundle, CannotWrite};

/// What Kura's fields say of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KuraImage {
    /// `container.image`: the name as it was given, without its tag.
    pub image: String,
    /// `container.image.tag`.
    pub tag: String,
    /// `registry.hostname`: what stands before the last part of the name, with the slash; empty for Docker Hub.
    pub hostname: String,
    /// `registry.username`, where the registry has one for all.
    pub username: Option<&'static str>,
    /// What stands between the registry and the last part; empty for nothing.
    pub directory: String,
    /// The last part of the name.
    pub name: String,
    /// The AWS account, for Amazon ECR.
    pub account: Option<String>,
    /// The AWS region, for Amazon ECR.
    pub region: Option<String>,
    /// The command that prints the password, for Amazon ECR.
    pub password_command: Option<String>,
}

impl KuraImage {
    /// Takes an image's name apart.
    ///
    /// # Errors
    /// [`CannotWrite::Answer`] for what is no image's name, or has a digest: Kura pulls by tags only.
    pub fn of(uri: &str) -> Result<Self, CannotWrite> {
        let wrong = |rule: &str, mend: &str| CannotWrite::Answer {
            field: "image",
            rule: rule.to_owned(),
            mend: mend.to_owned(),
        };
        let parsed = Image::parse(uri);
        let parsed =
            parsed.map_err(|_| wrong("This is no image reference.", "Write it as in HOST/TEAM/APP:1.0."))?;
        if parsed.digest.is_some() {
            return Err(wrong("Kura pulls an image by its tag, never by its digest.", "Name the tag."));
        }
        let (directory, name) = parsed.repository.rsplit_once('/').unwrap_or(("", &parsed.repository));
        let hostname = match (parsed.registry.as_str(), directory) {
            (DEFAULT_REGISTRY, _) => String::new(),
            (registry, "") => format!("{registry}/"),
            (registry, directory) => format!("{registry}/{directory}/"),
        };
        let found = provider::identify(&parsed.registry);
        let is_ecr = found.provider.is_ecr();
        let password_command =
            Bundle::new(parsed.registry.as_str(), ecr::USERNAME, None).ecr_password_command();
        Ok(Self {
            image: without_tag(uri, parsed.tag.as_deref()).to_owned(),
            tag: parsed.tag.clone().unwrap_or_else(|| "latest".into()),
            hostname,
            username: is_ecr.then_some(ecr::USERNAME),
            directory: directory.to_owned(),
            name: name.to_owned(),
            account: found.account.map(Cow::into_owned),
            region: found.region.filter(|_| is_ecr).map(Cow::into_owned),
            password_command,
        })
    }
}

fn without_tag<'a>(uri: &'a str, tag: Option<&str>) -> &'a str {
    let bare = |tag: &str| uri.strip_suffix(tag)?.strip_suffix(':');
    tag.and_then(bare).unwrap_or(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_at_its_last_slash() {
        let table = [
            ("quay.io/app", "quay.io/app", "latest", "quay.io/", ""),
            ("quay.io/a/b/app:1", "quay.io/a/b/app", "1", "quay.io/a/b/", "a/b"),
            ("docker.io/library/nginx", "docker.io/library/nginx", "latest", "", "library"),
            ("nginx:1", "nginx", "1", "", "library"),
            ("docker.io/quay.io/app:1", "docker.io/quay.io/app", "1", "", "quay.io"),
            ("reg.example.com:5000/app:1", "reg.example.com:5000/app", "1", "reg.example.com:5000/", ""),
        ];
        for (uri, image, tag, hostname, directory) in table {
            let found = KuraImage::of(uri).unwrap();
            let found = [&found.image, &found.tag, &found.hostname, &found.directory];
            assert_eq!(found, [image, tag, hostname, directory], "{uri}");
        }
        assert_eq!(KuraImage::of("public.ecr.aws/x/app").unwrap().username, Some("AWS"));
        assert!(KuraImage::of(&format!("quay.io/a@sha256:{}", "0".repeat(64))).is_err());
        assert!(KuraImage::of("https://quay.io/a").is_err());
    }
}
