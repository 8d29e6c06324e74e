//! A host in which `*` stands for a part of a label: which registries a rule is for.
//!
//! The form is that of the kubelet's `matchImages` (Kubernetes `pkg/credentialprovider/keyring.go`, `URLsMatch`) without a
//! path: as many labels, `*` within one of them, the same port. So a pattern never reaches into another domain.

use super::key::{companion, hostname, is_hub_key, is_namespaced, parts};

/// The name by which rules call Docker Hub, however its key is written.
const HUB: &str = "docker.io";

/// Which hosts are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPattern {
    host: String,
    port: Option<String>,
}

impl HostPattern {
    /// Reads `ghcr.io`, `*.dkr.ecr.*.amazonaws.com` or `localhost:5000`; `None` for an address, a path, or an empty label.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"*.-_:[]".contains(&byte);
        if !text.bytes().all(is_plain) {
            return None;
        }
        let (host, port) = host_and_port(text);
        let is_port = |port: &str| port.parse::<u16>().is_ok();
        let is_whole = !host.is_empty() && (host.contains(':') || !host.split('.').any(str::is_empty));
        (is_whole && port.as_deref().is_none_or(is_port)).then_some(Self { host, port })
    }

    /// True where it means the host of this credential key. What is less than a host has none: a repository, docker's
    /// companions of the Docker Hub login.
    pub fn matches(&self, key: &str) -> bool {
        if companion(key).is_some() || is_namespaced(key) {
            return false;
        }
        let (host, port) = host_and_port(&hostname(key));
        let (globs, labels) = (self.host.split('.'), host.split('.'));
        self.port == port
            && globs.clone().count() == labels.clone().count()
            && globs.zip(labels).all(|(glob, label)| label_matches(glob, label))
    }
}

impl std::fmt::Display for HostPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { host, port } = self;
        let (open, close) = if host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{open}{host}{close}")?;
        port.iter().try_for_each(|port| write!(f, ":{port}"))
    }
}

/// In small letters; all names of Docker Hub are one.
fn host_and_port(text: &str) -> (String, Option<String>) {
    if is_hub_key(text) {
        return (HUB.to_owned(), None);
    }
    let parts = parts(text);
    (parts.host.to_ascii_lowercase(), parts.port.map(str::to_owned))
}

/// True where a label is what a pattern says, in which each `*` stands for any characters, or none.
pub fn label_matches(glob: &str, label: &str) -> bool {
    let Some((first, rest)) = glob.split_once('*') else { return glob == label };
    let Some(mut label) = label.strip_prefix(first) else { return false };
    let (between, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in between.split('*') {
        match label.find(part) {
            Some(at) => label = &label[at + part.len()..],
            None => return false,
        }
    }
    label.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_a_part_of_one_label() {
        let ecr = "*.dkr.ecr.*.amazonaws.com";
        let table = [
            (ecr, "123456789012.dkr.ecr.eu-west-1.amazonaws.com", true),
            (ecr, "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/", true),
            (ecr, "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", false),
            (ecr, "a.b.dkr.ecr.eu-west-1.amazonaws.com", false),
            (ecr, "dkr.ecr.eu-west-1.amazonaws.com", false),
            (ecr, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team", false),
            (ecr, "123456789012.dkr.ecr.eu-west-1.amazonaws.com:8443", false),
            ("*-docker.pkg.dev", "europe-west3-docker.pkg.dev", true),
            ("*-docker.pkg.dev", "EUROPE-west3-docker.PKG.dev", true),
            ("*-docker.pkg.dev", "docker.pkg.dev", false),
            ("a*b*c.io", "aXbYc.io", true),
            ("a*b*c.io", "ac.io", false),
            ("GHCR.io", "ghcr.io", true),
            ("ghcr.io", "ghcr.io.evil.example", false),
            ("*.io", "evil.example/ghcr.io", false),
            ("localhost:5000", "http://localhost:5000", true),
            ("localhost:5000", "localhost", false),
            ("127.0.0.*:5000", "127.0.0.1:5000", true),
            ("[::1]:5000", "https://[::1]:5000", true),
            ("*", "localhost", true),
            ("*", "ghcr.io", false),
        ];
        for (pattern, key, expected) in table {
            let found = HostPattern::parse(pattern).map(|pattern| pattern.matches(key));
            assert_eq!(found, Some(expected), "{pattern} {key}");
        }
    }

    #[test]
    fn docker_hub_is_one_host_and_its_companions_are_none() {
        for name in ["docker.io", "index.docker.io", "registry-1.docker.io"] {
            let pattern = HostPattern::parse(name).unwrap();
            for key in ["https://index.docker.io/v1/", "docker.io", "index.docker.io"] {
                assert!(pattern.matches(key), "{name} {key}");
            }
            assert!(!pattern.matches("https://index.docker.io/v1/access-token"), "{name}");
            assert_eq!(pattern.to_string(), HUB);
        }
    }

    #[test]
    fn what_is_no_host_is_no_pattern() {
        for text in
            ["", ".", "a..b", "ghcr.io/team", "https://ghcr.io", "a b", "r:", "r:x", "r:99999", "ü.io"]
        {
            assert_eq!(HostPattern::parse(text), None, "{text}");
        }
        for text in ["*.pkg.dev", "localhost:5000", "[::1]:5000", "*"] {
            assert_eq!(HostPattern::parse(text).map(|pattern| pattern.to_string()).as_deref(), Some(text));
        }
    }
}
