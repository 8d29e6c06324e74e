//! Which hosts belong together, and which only look so.

use crate::registry::provider::{Provider, identify};

/// Registries whose token service has another name. Pairs, never a list of trusted services: a service that is right
/// for one registry is wrong for the next.
const PAIRS: &[(&str, &str)] = &[
    ("registry-1.docker.io", "auth.docker.io"),
    ("index.docker.io", "auth.docker.io"),
    ("registry.gitlab.com", "gitlab.com"),
    ("nvcr.io", "authn.nvidia.com"),
    ("registry.digitalocean.com", "api.digitalocean.com"),
];

/// Domains below which every name may belong to another customer.
const SHARED: &[&str] = &[
    "aliyuncs.com",
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "appdomain.cloud",
    "appspot.com",
    "azurecr.cn",
    "azurecr.de",
    "azurecr.io",
    "azurecr.us",
    "azurefd.net",
    "azurewebsites.net",
    "c8n.io",
    "cloudapp.azure.com",
    "cloudfront.net",
    "cloudsmith.io",
    "container-registry.com",
    "container-registry.ovh.net",
    "digitaloceanspaces.com",
    "duckdns.org",
    "firebaseapp.com",
    "fly.dev",
    "gcr.io",
    "github.io",
    "gitlab.io",
    "herokuapp.com",
    "icr.io",
    "jfrog.io",
    "myhuaweicloud.com",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.io",
    "nip.io",
    "ocir.io",
    "on.amazonwebservices.com.cn",
    "on.aws",
    "ondigitalocean.app",
    "onrender.com",
    "openshiftapps.com",
    "oraclecloud.com",
    "pages.dev",
    "pkg.dev",
    "r2.dev",
    "run.app",
    "scw.cloud",
    "sslip.io",
    "tencentcloudcr.com",
    "trycloudflare.com",
    "vercel.app",
    "web.app",
    "windows.net",
    "workers.dev",
];

/// Second parts of names under which a country registers others: `co.uk`, `com.au`.
const SECOND_LEVEL: [&str; 9] = ["ac", "co", "com", "edu", "gov", "ne", "net", "or", "org"];

/// True where `realm` is known to be the token service of `registry`. Both are bare hosts in lower case.
pub(super) fn is_known(registry: &str, realm: &str) -> bool {
    let by_provider = || match identify(registry).provider {
        Provider::Scaleway => realm == "api.scaleway.com",
        Provider::AlibabaAcr => is_alibaba_auth(realm),
        _ => false,
    };
    PAIRS.contains(&(registry, realm)) || by_provider()
}

/// `dockerauth(-ee)?(-vpc)?.<region>.aliyuncs.com`, and two hosts without a region. The region may be another than the
/// registry's. Storage buckets have the same domain: no other name will do.
fn is_alibaba_auth(host: &str) -> bool {
    if matches!(host, "dockerauth.aliyuncs.com" | "dockerauth-cn-zhangjiakou.aliyuncs.com") {
        return true;
    }
    let Some((name, region)) = host.strip_suffix(".aliyuncs.com").and_then(|rest| rest.split_once('.'))
    else {
        return false;
    };
    let is_region = match region.split_at_checked(3) {
        Some((country, rest)) => {
            country.ends_with('-')
                && country[..2].bytes().all(|byte| byte.is_ascii_lowercase())
                && !rest.is_empty()
                && rest.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        }
        None => false,
    };
    is_region && matches!(name, "dockerauth" | "dockerauth-ee" | "dockerauth-vpc" | "dockerauth-ee-vpc")
}

/// True for two names of one shared domain.
pub(super) fn are_siblings(one: &str, other: &str) -> bool {
    let is_below = |host: &str, domain: &str| {
        host.strip_suffix(domain).is_some_and(|head| head.is_empty() || head.ends_with('.'))
    };
    SHARED.iter().any(|domain| is_below(one, domain) && is_below(other, domain))
}

/// True where both names seem to be one owner's. It is said in the question, and never decides.
pub(super) fn are_one_site(one: &str, other: &str) -> bool {
    site(one) == site(other)
}

/// The part of a name that somebody registered, by the usual habits.
fn site(host: &str) -> &str {
    let mut labels = host.rsplit('.');
    let (last, second) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    let count = if last.len() == 2 && SECOND_LEVEL.contains(&second) { 3 } else { 2 };
    let start = host.rmatch_indices('.').nth(count - 1).map_or(0, |(at, _)| at + 1);
    &host[start..]
}
