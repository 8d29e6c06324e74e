//! An image's name taken apart as Kura's documentation does it.

use crate::registry::ecr;
use crate::registry::image::{DEFAULT_REGISTRY, Image};

use crate::export::{Bundle, CannotWrite};

/// What Kura's fields say of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KuraImage {
    /// `container.image`: the name without its tag.
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
        let bare = Image { tag: None, ..parsed.clone() };
        let (directory, name) = bare.repository.rsplit_once('/').unwrap_or(("", &bare.repository));
        let is_hub = bare.registry == DEFAULT_REGISTRY;
        let hostname = match (is_hub, directory) {
            (true, _) => String::new(),
            (false, "") => format!("{}/", bare.registry),
            (false, directory) => format!("{}/{directory}/", bare.registry),
        };
        let registry = Bundle::new(bare.registry.as_str(), ecr::USERNAME, None);
        let found = crate::registry::provider::identify(&bare.registry);
        let is_ecr = found.provider.is_ecr();
        Ok(Self {
            image: if is_hub { bare.familiar() } else { bare.to_string() },
            tag: parsed.tag.unwrap_or_else(|| "latest".into()),
            hostname,
            username: is_ecr.then_some(ecr::USERNAME),
            directory: directory.to_owned(),
            name: name.to_owned(),
            account: found.account.map(std::borrow::Cow::into_owned),
            region: found.region.filter(|_| is_ecr).map(std::borrow::Cow::into_owned),
            password_command: registry.ecr_password_command(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_at_its_last_slash() {
        let table = [
            ("quay.io/app", "quay.io/app", "latest", "quay.io/", ""),
            ("quay.io/a/b/app:1", "quay.io/a/b/app", "1", "quay.io/a/b/", "a/b"),
            ("docker.io/library/nginx", "nginx", "latest", "", "library"),
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
