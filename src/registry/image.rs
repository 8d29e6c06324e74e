//! Image references: registry, repository, tag and digest, as docker takes them apart.
//!
//! Source of the rules: distribution/reference `normalize.go` and `regexp.go` (`ParseNormalizedNamed`).

use std::fmt;

use crate::registry::key;

/// The registry of a reference that names none.
pub const DEFAULT_REGISTRY: &str = "docker.io";
/// Docker Hub's older name, which means the same.
const LEGACY_REGISTRY: &str = "index.docker.io";
/// Where Docker Hub keeps the images that have no namespace.
const OFFICIAL: &str = "library/";
/// The longest repository name, in bytes.
const MOST_REPOSITORY: usize = 255;
/// The longest tag, in bytes.
const MOST_TAG: usize = 128;
/// The digests that are known, with the number of their hexadecimal digits (opencontainers/go-digest `algorithm.go`).
const DIGESTS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// An image reference. Its parts fit into a URL as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `docker.io` or host and port as written.
    pub registry: String,
    /// The repository, with `library/` where Docker Hub has it.
    pub repository: String,
    /// The tag, where one is written.
    pub tag: Option<String>,
    /// The digest, where one is written.
    pub digest: Option<String>,
}

/// The text is no image reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnImage;

impl Image {
    /// Takes a reference apart.
    ///
    /// # Errors
    /// [`NotAnImage`] where docker would refuse it as well.
    pub fn parse(text: &str) -> Result<Self, NotAnImage> {
        // docker takes 64 digits for the number of a local image.
        if text.len() == 64 && is_lower_hex(text) {
            return Err(NotAnImage);
        }
        let (registry, rest) = split_registry(text);
        if !is_registry(registry) {
            return Err(NotAnImage);
        }
        let (named, digest) = match rest.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (rest, None),
        };
        let (path, tag) = match named.split_once(':') {
            Some((path, tag)) => (path, Some(tag)),
            None => (named, None),
        };
        let is_official = registry == DEFAULT_REGISTRY && !path.contains('/');
        let repository = if is_official { format!("{OFFICIAL}{path}") } else { path.to_owned() };
        let is_good = repository.len() <= MOST_REPOSITORY
            && repository.split('/').all(is_path_component)
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest);
        if !is_good {
            return Err(NotAnImage);
        }
        let owned = |part: Option<&str>| part.map(str::to_owned);
        Ok(Self { registry: registry.to_owned(), repository, tag: owned(tag), digest: owned(digest) })
    }

    /// What a registry is asked for: the digest, else the tag, else `latest`.
    pub fn wanted(&self) -> &str {
        self.digest.as_deref().or(self.tag.as_deref()).unwrap_or("latest")
    }

    /// The reference as docker would pull it: `latest` where neither tag nor digest is written.
    #[must_use]
    pub fn with_default_tag(&self) -> Self {
        let tag = match (&self.tag, &self.digest) {
            (None, None) => Some("latest".to_owned()),
            (tag, _) => tag.clone(),
        };
        Self { tag, ..self.clone() }
    }

    /// The reference as people write it: without Docker Hub's name and without `library/`, where it then still means
    /// the same (`docker.io/quay.io/app` does not).
    pub fn familiar(&self) -> String {
        let official = self.repository.strip_prefix(OFFICIAL).filter(|rest| !rest.contains('/'));
        let short = format!("{}{}", official.unwrap_or(&self.repository), self.tail());
        if Self::parse(&short).as_ref() == Ok(self) { short } else { self.to_string() }
    }

    /// The key under which docker looks for its login.
    pub fn docker_key(&self) -> &str {
        key::lookup_key(&self.registry)
    }

    fn tail(&self) -> String {
        let tag = self.tag.as_ref().map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = self.digest.as_ref().map(|digest| format!("@{digest}")).unwrap_or_default();
        tag + &digest
    }
}

/// The whole reference, registry included.
impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}{}", self.registry, self.repository, self.tail())
    }
}

/// The first part is a registry where it could not be a namespace: with a dot, a colon or a capital letter.
fn split_registry(text: &str) -> (&str, &str) {
    match text.split_once('/') {
        Some((DEFAULT_REGISTRY | LEGACY_REGISTRY, rest)) => (DEFAULT_REGISTRY, rest),
        Some((first, rest))
            if first == "localhost" || first.contains(['.', ':']) || first.to_lowercase() != *first =>
        {
            (first, rest)
        }
        _ => (DEFAULT_REGISTRY, text),
    }
}

fn is_registry(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) => {
                let is_address = !address.is_empty()
                    && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
                return is_address && (port.is_empty() || port.strip_prefix(':').is_some_and(is_number));
            }
            None => return false,
        },
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    host.split('.').all(is_host_label) && port.is_none_or(is_number)
}

fn is_host_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `[a-z0-9]+` with one of `.`, `_`, `__` or any number of `-` between.
fn is_path_component(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator = |run: &str| matches!(run, "." | "_" | "__") || run.bytes().all(|byte| byte == b'-');
    text.starts_with(is_letter) && text.ends_with(is_letter) && text.split(is_letter).all(is_separator)
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= MOST_TAG
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else { return false };
    DIGESTS.contains(&(algorithm, hex.len())) && is_lower_hex(hex)
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Option<String> {
        Image::parse(text).ok().map(|image| image.to_string())
    }

    #[test]
    fn a_reference_is_taken_apart_as_docker_does() {
        let hex = "ab".repeat(32);
        let digest = format!("quay.io/a/b:1@sha256:{hex}");
        let table = [
            ("nginx", Some("docker.io/library/nginx")),
            ("docker.io/nginx:1", Some("docker.io/library/nginx:1")),
            ("index.docker.io/library/nginx", Some("docker.io/library/nginx")),
            ("jane/app", Some("docker.io/jane/app")),
            ("localhost/app", Some("localhost/app")),
            ("host:5000/app", Some("host:5000/app")),
            ("[::1]:5000/app", Some("[::1]:5000/app")),
            ("a/b__c/d---e.f_g", Some("docker.io/a/b__c/d---e.f_g")),
            (digest.as_str(), Some(digest.as_str())),
            (hex.as_str(), None),
            ("a/b___c", None),
            ("a/b..c", None),
            ("a/b.-c", None),
            ("a//b", None),
            ("quay.io/Team/app", None),
            ("quay.io/a:", None),
            ("quay.io/a:.x", None),
            ("quay.io/a@", None),
            ("quay.io/a@sha256:ABC", None),
            ("quay.io/a@md5:d41d8cd98f00b204e9800998ecf8427e", None),
            ("quay.io:x/a", None),
            ("quay..io/a", None),
            ("under_score.example.com/a", None),
            ("[::1/a", None),
            ("[]/a", None),
            ("quay.io/../../etc", None),
        ];
        for (text, expected) in table {
            assert_eq!(whole(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_short_form_means_the_same_image() {
        let hex = "ab".repeat(32);
        let table = [
            ("docker.io/library/nginx:1", "nginx:1"),
            ("docker.io/jane/app", "jane/app"),
            ("docker.io/library/a/b", "library/a/b"),
            ("quay.io/jane/app", "quay.io/jane/app"),
            ("docker.io/quay.io/app", "docker.io/quay.io/app"),
            ("docker.io/localhost/app", "docker.io/localhost/app"),
            (&format!("docker.io/library/{hex}"), &format!("docker.io/library/{hex}")),
        ];
        for (text, short) in table {
            let image = Image::parse(text).unwrap();
            assert_eq!((image.familiar().as_str(), Image::parse(short)), (short, Ok(image)), "{text}");
        }
    }

    #[test]
    fn lengths_are_docker_s() {
        let path = |length| format!("quay.io/{}", "a".repeat(length));
        assert!(whole(&path(255)).is_some() && whole(&path(256)).is_none());
        let tag = |length| format!("quay.io/a:{}", "t".repeat(length));
        assert!(whole(&tag(128)).is_some() && whole(&tag(129)).is_none());
        let digest = |algorithm, length| format!("quay.io/a@{algorithm}:{}", "0".repeat(length));
        for (algorithm, length) in DIGESTS {
            assert!(whole(&digest(algorithm, length)).is_some(), "{algorithm}");
            assert!(whole(&digest(algorithm, length - 1)).is_none(), "{algorithm}");
        }
    }

    #[test]
    fn the_digest_counts_before_the_tag() {
        let wanted = |text: &str| Image::parse(text).unwrap().wanted().to_owned();
        assert_eq!(wanted("nginx"), "latest");
        assert_eq!(wanted("nginx:1"), "1");
        let digest = format!("sha256:{}", "0".repeat(64));
        assert_eq!(wanted(&format!("nginx:1@{digest}")), digest);
    }
}
