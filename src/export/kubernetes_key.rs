//! The key under which a kubelet really finds a login.

use crate::registry::key::HUB_KEY;
use crate::resolve::kubelet;

use super::{Bundle, CannotWrite};

/// The key for a login. A namespace gets a slash behind it, because `ghcr.io/acme` would serve `ghcr.io/acme2` as well.
///
/// # Errors
/// [`CannotWrite::KeyNeverMatches`] where a kubelet cannot use it for any image, or not for the one that is named.
pub fn of(bundle: &Bundle) -> Result<String, CannotWrite> {
    let registry = bundle.registry();
    if registry.is_hub && registry.path.is_empty() {
        return Ok(HUB_KEY.to_owned());
    }
    let bare = registry.host_and_path();
    let with_slash = format!("{bare}/");
    let candidates = if registry.path.is_empty() { vec![bare] } else { vec![with_slash, bare] };
    let serves =
        |key: &String| match bundle.image.as_deref().filter(|image| lies_below(image, &registry.host)) {
            Some(image) => kubelet::serves(key, image),
            None => kubelet::index_key(key).is_some(),
        };
    candidates.into_iter().find(serves).ok_or(CannotWrite::KeyNeverMatches)
}

/// An image of another registry says nothing about this key.
fn lies_below(image: &str, host: &str) -> bool {
    kubelet::repository(image).is_some_and(|name| name.split('/').next() == Some(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_serves_the_images_that_it_is_for_and_no_others() {
        let table = [
            (HUB_KEY, None, Some(HUB_KEY)),
            ("registry-1.docker.io", None, Some(HUB_KEY)),
            ("docker.io/team", None, Some("docker.io/team/")),
            ("https://GHCR.io", None, Some("ghcr.io")),
            ("ghcr.io/acme", None, Some("ghcr.io/acme/")),
            ("ghcr.io/acme/app", Some("ghcr.io/acme/app:1"), Some("ghcr.io/acme/app")),
            ("ghcr.io/acme", Some("ghcr.io/acme/app:1"), Some("ghcr.io/acme/")),
            ("ghcr.io/acme", Some("ghcr.io/other/app:1"), None),
            ("ghcr.io/acme", Some("quay.io/other/app:1"), Some("ghcr.io/acme/")),
            ("reg.example.com:5000", None, Some("reg.example.com:5000")),
            ("[::1]:5000", None, Some("[::1]:5000")),
            ("reg.example.com:*", None, None),
            ("a b.example.com", None, None),
        ];
        for (stored, image, key) in table {
            let bundle = Bundle { image: image.map(str::to_owned), ..Bundle::new(stored, "jane", None) };
            assert_eq!(of(&bundle).ok().as_deref(), key, "{stored} {image:?}");
        }
    }
}
