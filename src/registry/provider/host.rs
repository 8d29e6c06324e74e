//! Which host names belong to whom. Every rule holds for the whole host, never for a part of it.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::Provider;
use crate::registry::ecr;

/// Host names that are a provider's as they stand.
const EXACT: &[(&str, Provider)] = &[
    ("docker.io", Provider::DockerHub),
    ("index.docker.io", Provider::DockerHub),
    ("registry-1.docker.io", Provider::DockerHub),
    ("registry.hub.docker.com", Provider::DockerHub),
    (ecr::PUBLIC_HOSTS[0], Provider::AwsEcrPublic),
    (ecr::PUBLIC_HOSTS[1], Provider::AwsEcrPublic),
    ("gcr.io", Provider::Google),
    ("docker.s3nsregistry.fr", Provider::Google),
    ("ghcr.io", Provider::GithubGhcr),
    ("docker.pkg.github.com", Provider::GithubPackagesLegacy),
    ("registry.gitlab.com", Provider::Gitlab),
    ("quay.io", Provider::Quay),
    ("registry.redhat.io", Provider::Redhat),
    ("registry.connect.redhat.com", Provider::Redhat),
    ("registry.digitalocean.com", Provider::Digitalocean),
    ("icr.io", Provider::IbmIcr),
    ("nvcr.io", Provider::NvidiaNgc),
    ("registry.heroku.com", Provider::Heroku),
    ("docker.cloudsmith.io", Provider::Cloudsmith),
    ("cgr.dev", Provider::Chainguard),
    ("image-registry.openshift-image-registry.svc", Provider::Openshift),
];

/// A host name with a gap that its owner fills in.
struct Pattern {
    head: &'static str,
    /// How many labels the gap may hold.
    labels: RangeInclusive<usize>,
    tail: &'static str,
    provider: Provider,
}

const fn pattern(
    head: &'static str,
    labels: RangeInclusive<usize>,
    tail: &'static str,
    provider: Provider,
) -> Pattern {
    Pattern { head, labels, tail, provider }
}

const ONE: RangeInclusive<usize> = 1..=1;
const SOME: RangeInclusive<usize> = 1..=usize::MAX;
const TWO_OR_MORE: RangeInclusive<usize> = 2..=usize::MAX;

const PATTERNS: &[Pattern] = &[
    pattern("", SOME, ".azurecr.io", Provider::AzureAcr),
    pattern("", SOME, ".azurecr.cn", Provider::AzureAcr),
    pattern("", SOME, ".azurecr.de", Provider::AzureAcr),
    pattern("", SOME, ".azurecr.us", Provider::AzureAcr),
    pattern("", SOME, ".gcr.io", Provider::Google),
    pattern("", ONE, "-docker.pkg.dev", Provider::Google),
    pattern("docker.", ONE, ".rep.pkg.dev", Provider::Google),
    pattern("", SOME, ".jfrog.io", Provider::Jfrog),
    pattern("rg.", ONE, ".scw.cloud", Provider::Scaleway),
    pattern("", ONE, ".ocir.io", Provider::OracleOcir),
    pattern("ocir.", ONE, ".oci.oraclecloud.com", Provider::OracleOcir),
    pattern("", SOME, ".icr.io", Provider::IbmIcr),
    // Other hosts under aliyuncs.com are anybody's storage buckets.
    pattern("registry.", ONE, ".aliyuncs.com", Provider::AlibabaAcr),
    pattern("registry-vpc.", ONE, ".aliyuncs.com", Provider::AlibabaAcr),
    pattern("registry-internal.", ONE, ".aliyuncs.com", Provider::AlibabaAcr),
    pattern("registry-intl.", ONE, ".aliyuncs.com", Provider::AlibabaAcr),
    pattern("registry-intl-vpc.", ONE, ".aliyuncs.com", Provider::AlibabaAcr),
    pattern("registry-intl-internal.", ONE, ".aliyuncs.com", Provider::AlibabaAcr),
    pattern("", TWO_OR_MORE, ".cr.aliyuncs.com", Provider::AlibabaAcr),
    // A cluster's own domain follows.
    pattern("default-route-openshift-image-registry.", SOME, "", Provider::Openshift),
];

impl Pattern {
    fn matches(&self, host: &str) -> bool {
        // Nearly every host ends otherwise; the last byte tells it at a fraction of the cost.
        let may_end_so = self.tail.is_empty() || self.tail.as_bytes().last() == host.as_bytes().last();
        let gap = || host.strip_suffix(self.tail)?.strip_prefix(self.head);
        may_end_so
            && gap().is_some_and(|gap| {
                gap.split('.').all(is_label) && self.labels.contains(&gap.split('.').count())
            })
    }
}

/// The bare host of a credential key, in lower case; what surrounds it is dropped.
pub(super) fn bare(key: &str) -> Cow<'_, str> {
    let key = key.trim();
    let rest = match key.split_once(':') {
        Some((_, rest)) if rest.starts_with("//") => &rest[2..],
        _ => key,
    };
    // A browser takes a backslash for a slash; so must we, or "evil.example\@ghcr.io" would pass for GitHub.
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#'));
    let authority = &rest[..end.unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    }
}

/// Who runs this bare host, Amazon's private registries aside: see [`crate::registry::ecr`].
pub(super) fn provider(host: &str) -> Provider {
    let exact = EXACT.iter().find(|(name, _)| *name == host).map(|(_, provider)| *provider);
    let pattern = || PATTERNS.iter().find(|pattern| pattern.matches(host)).map(|pattern| pattern.provider);
    exact.or_else(pattern).unwrap_or(Provider::Generic)
}

fn is_label(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    // A leading dash would read as an option in a command line.
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_inner)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn provider_of(key: &str) -> Provider {
        let host = bare(key);
        ecr::read(&host).map_or_else(|| provider(&host), |_| Provider::AwsEcr)
    }

    #[test]
    fn a_key_is_stripped_to_its_host() {
        let table = [
            ("https://index.docker.io/v1/", "index.docker.io"),
            ("GHCR.IO.", "ghcr.io"),
            ("http://user:pass@quay.io:443/team?x#y", "quay.io"),
            ("quay.io.:443", "quay.io"),
            ("evil.example/ghcr.io", "evil.example"),
            ("evil.example\\@ghcr.io", "evil.example"),
            ("ghcr.io@evil.example", "evil.example"),
            ("evil.example#@ghcr.io", "evil.example"),
            ("[::1]:5000", "[::1]"),
            (" ghcr.io\n", "ghcr.io"),
            ("", ""),
        ];
        for (key, host) in table {
            assert_eq!(bare(key), host, "{key:?}");
        }
    }

    #[test]
    fn each_provider_is_known_by_its_hosts() {
        use Provider as P;
        let table: &[(P, &[&str])] = &[
            (
                P::DockerHub,
                &["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"],
            ),
            (P::AwsEcrPublic, &["public.ecr.aws", "ecr-public.aws.com"]),
            (
                P::AzureAcr,
                &["a.azurecr.io", "a.azurecr.cn", "a.azurecr.de", "a.azurecr.us", "a.west.geo.azurecr.io"],
            ),
            (P::Google, &["gcr.io", "eu.gcr.io", "marketplace.gcr.io", "europe-west3-docker.pkg.dev"]),
            (P::Google, &["us-docker.pkg.dev", "docker.europe-west3.rep.pkg.dev", "docker.s3nsregistry.fr"]),
            (P::GithubGhcr, &["ghcr.io"]),
            (P::GithubPackagesLegacy, &["docker.pkg.github.com"]),
            (P::Gitlab, &["registry.gitlab.com"]),
            (P::Quay, &["quay.io"]),
            (P::Redhat, &["registry.redhat.io", "registry.connect.redhat.com"]),
            (P::Jfrog, &["acme.jfrog.io", "acme-docker.jfrog.io"]),
            (P::Digitalocean, &["registry.digitalocean.com"]),
            (P::Scaleway, &["rg.fr-par.scw.cloud"]),
            (P::OracleOcir, &["iad.ocir.io", "ocir.us-ashburn-1.oci.oraclecloud.com"]),
            (P::IbmIcr, &["icr.io", "us.icr.io", "private.us.icr.io"]),
            (P::NvidiaNgc, &["nvcr.io"]),
            (P::Heroku, &["registry.heroku.com"]),
            (
                P::AlibabaAcr,
                &["registry.cn-hangzhou.aliyuncs.com", "registry-intl-vpc.eu-central-1.aliyuncs.com"],
            ),
            (
                P::AlibabaAcr,
                &["registry-internal.cn-beijing.aliyuncs.com", "acme-registry.cn-x.cr.aliyuncs.com"],
            ),
            (P::AlibabaAcr, &["crpi-1.cn-x.personal.cr.aliyuncs.com"]),
            (P::Cloudsmith, &["docker.cloudsmith.io"]),
            (P::Chainguard, &["cgr.dev"]),
            (P::Openshift, &["default-route-openshift-image-registry.apps.corp.example"]),
            (P::Openshift, &["image-registry.openshift-image-registry.svc:5000"]),
        ];
        for (expected, hosts) in table {
            for host in *hosts {
                assert_eq!(provider_of(host), *expected, "{host}");
            }
        }
    }

    #[test]
    fn a_host_beside_a_pattern_is_nobodys() {
        // Storage buckets share Alibaba's domain.
        for host in ["registry.evil.oss-cn-hangzhou.aliyuncs.com", "cr.aliyuncs.com", "a.b-docker.pkg.dev"] {
            assert_eq!(provider_of(host), Provider::Generic, "{host}");
        }
        for host in
            [".azurecr.io", "-a.azurecr.io", "a..azurecr.io", "rg.a.b.scw.cloud", "auth.docker.io", ""]
        {
            assert_eq!(provider_of(host), Provider::Generic, "{host}");
        }
    }

    /// A host of every rule.
    pub(in super::super) fn samples() -> impl Iterator<Item = String> {
        let exact = EXACT.iter().map(|(name, _)| (*name).to_owned());
        exact.chain(PATTERNS.iter().map(|pattern| format!("{}a.b{}", pattern.head, pattern.tail)))
    }
}
