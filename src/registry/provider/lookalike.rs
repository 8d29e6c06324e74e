//! Hosts that carry a well-known registry's name without being it.

/// Well-known names, cut at a dot: what follows it, and what may stand before it.
const WELL_KNOWN: &[(&str, &[&str])] = &[
    (
        "io",
        &["azurecr", "docker", "gcr", "ghcr", "quay", "redhat", "jfrog", "ocir", "icr", "nvcr", "cloudsmith"],
    ),
    (
        "com",
        &[
            "amazonaws",
            "hub.docker",
            "pkg.github",
            "registry.gitlab",
            "redhat",
            "registry.digitalocean",
            "oraclecloud",
            "registry.heroku",
            "aliyuncs",
            "ecr-public.aws",
        ],
    ),
    ("dev", &["cgr", "docker.pkg", "rep.pkg"]),
    ("aws", &["public.ecr"]),
    ("cloud", &["scw"]),
    ("fr", &["s3nsregistry"]),
    ("cn", &["azurecr"]),
    ("de", &["azurecr"]),
    ("us", &["azurecr"]),
    ("ecr", &["dkr"]),
];

/// Amazon's names have the region in the middle, so the label before it must do.
const ECR_LABELS: [&str; 2] = ["dkr-ecr", "dkr-ecr-fips"];

/// True for a host that is nobody's registry and yet has a well-known one's name inside.
/// A subdomain of the real name is no lookalike: its owner made it.
pub(super) fn is_one(host: &str) -> bool {
    host.match_indices('.').any(|(dot, _)| {
        let (before, after) = (&host[..dot], &host[dot + 1..]);
        ECR_LABELS.iter().any(|label| before.ends_with(label))
            || WELL_KNOWN.iter().filter(|(right, _)| begins(after, right)).any(|(right, lefts)| {
                lefts.iter().any(|left| before.ends_with(left) && !is_genuine(before, left, after, right))
            })
    })
}

/// As `starts_with`, with the first byte compared before a call is made.
fn begins(text: &str, prefix: &str) -> bool {
    text.as_bytes().first() == prefix.as_bytes().first() && text.starts_with(prefix)
}

fn is_genuine(before: &str, left: &str, after: &str, right: &str) -> bool {
    let subdomain = &before[..before.len() - left.len()];
    after == right && (subdomain.is_empty() || subdomain.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::super::host::tests::samples;
    use super::super::{Provider, identify};

    #[test]
    fn every_known_host_inside_another_makes_a_lookalike() {
        // An OpenShift cluster may have any domain, so there is no name to imitate.
        for name in samples().filter(|name| !name.contains("openshift")) {
            let host = format!("{name}.evil.example");
            let found = identify(&host);
            assert_eq!((found.provider, found.lookalike), (Provider::Generic, true), "{host}");
        }
    }

    #[test]
    fn a_name_that_only_resembles_is_a_lookalike() {
        for host in [
            "12345678901.dkr.ecr.us-east-1.amazonaws.com",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example",
            "x123456789012.dkr-ecr-fips.us-east-1.on.aws",
            "evilazurecr.io",
            "evil-ghcr.io",
            "a.azurecr.iox",
            "xpublic.ecr.aws.evil.example",
        ] {
            let found = identify(host);
            assert_eq!((found.provider, found.lookalike), (Provider::Generic, true), "{host}");
        }
    }

    #[test]
    fn an_ordinary_or_genuine_host_is_no_lookalike() {
        for host in
            ["registry.corp.example", "auth.docker.io", "cdn.quay.io", "s3.amazonaws.com", "localhost", ""]
        {
            let found = identify(host);
            assert_eq!((found.provider, found.lookalike), (Provider::Generic, false), "{host}");
        }
    }
}
