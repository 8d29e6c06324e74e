//! The registry's address: what was typed or pasted becomes the key to store the login under.

use crate::registry::key::{self, CredentialKey, HUB_KEY, Hint};
use crate::registry::provider;
use crate::text;

use super::{FieldVerdict, SecretType};

const EXAMPLE: &str = "Write host or host:port as in registry.example.com:5000, or paste a whole image name.";

/// The key for what was typed; `None` where it is no address. Docker Hub's needs no typing.
pub fn key(kind: SecretType, typed: &str) -> Option<String> {
    if !kind.needs_registry() {
        return Some(HUB_KEY.to_owned());
    }
    let found = found(typed)?;
    fault(kind, typed, &found).is_none().then_some(found.key)
}

/// The verdict on what was typed.
pub fn verdict(kind: SecretType, typed: &str) -> FieldVerdict {
    if !kind.needs_registry() {
        return FieldVerdict::Ok;
    }
    if typed.trim().is_empty() {
        return FieldVerdict::wrong("The registry's address is missing.", EXAMPLE);
    }
    let Some(found) = found(typed) else {
        return FieldVerdict::wrong("This is no registry address.", EXAMPLE);
    };
    fault(kind, typed, &found).unwrap_or_else(|| FieldVerdict::warn_of(warnings(typed, &found)))
}

fn found(typed: &str) -> Option<CredentialKey> {
    // An address holds no blanks; what is unsafe would be stripped from the host and hide what it is.
    let typed = typed.trim();
    let is_one_word = !typed.chars().any(|c| c.is_whitespace() || text::is_unsafe(c));
    is_one_word.then(|| key::credential_key(typed).ok())?
}

/// Why the key cannot be used.
fn fault(kind: SecretType, typed: &str, found: &CredentialKey) -> Option<FieldVerdict> {
    if found.hint == Some(Hint::WebLoginCompanion) {
        return Some(FieldVerdict::wrong(
            "Under this address docker keeps the tokens of its own web login.",
            "Choose the type Docker Hub for a login.",
        ));
    }
    if is_hub_image(typed) {
        return Some(FieldVerdict::wrong(
            "This is an image of Docker Hub, not an address.",
            "Choose the type Docker Hub, or put the registry's host in front.",
        ));
    }
    let is_foreign = kind == SecretType::Ecr && !provider::identify(&found.key).provider.is_ecr();
    is_foreign.then(|| {
        FieldVerdict::wrong(
            "This is no address of Amazon ECR.",
            "They look like 123456789012.dkr.ecr.us-east-1.amazonaws.com or public.ecr.aws.",
        )
    })
}

/// True for `acme/app`: the part before the slash is a registry only with a dot or a port, or as `localhost`.
///
/// Source: distribution/reference `normalize.go`, `splitDockerDomain`.
fn is_hub_image(typed: &str) -> bool {
    let typed = typed.trim();
    let Some((first, rest)) = typed.split_once('/') else {
        return false;
    };
    !rest.is_empty() && !typed.contains("://") && !first.contains(['.', ':']) && first != "localhost"
}

fn warnings(typed: &str, found: &CredentialKey) -> Vec<String> {
    let parts = key::parts(typed.trim());
    let key = &found.key;
    let mut words = Vec::new();
    let mut warn = |condition: bool, sentence: String| {
        if condition {
            words.push(sentence);
        }
    };
    warn(
        parts.scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")),
        "Over http:// the password travels in clear, and rapyuta.io takes no registry without TLS.".into(),
    );
    warn(parts.userinfo.is_some(), "What stood before the @ is left out.".into());
    warn(
        provider::identify(key).lookalike,
        "It only looks like a well-known registry: check it before a password goes there.".into(),
    );
    let is_bare = !key.contains(['.', ':']) && key != "localhost";
    warn(is_bare, "No image name can begin with it: a registry has a dot or a port in its name.".into());
    warn(
        matches!(found.hint, Some(Hint::IdnConverted)),
        format!("In ASCII this is {key}: check that you mean it."),
    );
    let hub = match found.hint {
        Some(Hint::HubAlias) => "This is Docker Hub; docker looks for it under https://index.docker.io/v1/.",
        Some(Hint::NotAHubAlias) => {
            "docker never looks up Docker Hub under this address: choose the type Docker Hub for it."
        }
        Some(Hint::HubHostWithOddPort) => {
            "With a port this is not Docker Hub to any tool: choose the type Docker Hub for it."
        }
        _ => "",
    };
    warn(!hub.is_empty(), hub.into());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pasted_becomes_its_registry() {
        let table = [
            ("ghcr.io/acme/app:1.2", "ghcr.io"),
            ("Registry.Example.com:5000/team/app@sha256:0123", "registry.example.com:5000"),
            ("https://quay.io/", "quay.io"),
            ("docker.io", HUB_KEY),
            ("localhost:5000/app", "localhost:5000"),
            ("localhost/app", "localhost"),
            ("https://user:pw@reg.example.com/v2/", "reg.example.com"),
        ];
        for (typed, expected) in table {
            assert_eq!(key(SecretType::Private, typed).as_deref(), Some(expected), "{typed}");
        }
        assert_eq!(key(SecretType::DockerHub, "whatever").as_deref(), Some(HUB_KEY));
    }

    #[test]
    fn what_is_no_registry_is_refused_with_a_way_out() {
        use SecretType as T;
        let table = [
            (T::Private, "", "is missing"),
            (T::Private, "  ", "is missing"),
            (T::Private, "two words", "no registry address"),
            (T::Private, "evil\u{1b}[31m.example", "no registry address"),
            (T::Private, "nginx:latest", "no registry address"),
            (T::Private, "acme/app:1.2", "an image of Docker Hub"),
            (T::Private, "https://index.docker.io/v1/access-token", "web login"),
            (T::Ecr, "ghcr.io", "no address of Amazon ECR"),
            (T::Ecr, "123456789012.dkr.ecr.us-east-1.amazonaws.com.evil.example", "no address of Amazon ECR"),
        ];
        for (kind, typed, words) in table {
            let verdict = verdict(kind, typed);
            assert!(verdict.is_wrong() && verdict.words().unwrap().contains(words), "{typed:?}: {verdict:?}");
            assert_eq!(key(kind, typed), None, "{typed:?}");
        }
    }

    #[test]
    fn what_will_surprise_is_warned_of() {
        let table = [
            ("ghcr.io", ""),
            ("registry.example.com:5000", ""),
            ("http://registry.example.com", "in clear"),
            ("HTTP://registry.example.com", "in clear"),
            ("ghcr.io.evil.example", "only looks like"),
            ("index.docker.io", "This is Docker Hub"),
            ("hub.docker.com", "docker never looks up"),
            ("registry.hub.docker.com", "docker never looks up"),
            ("docker.io:443", "With a port"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("https://jane@quay.io", "before the @"),
            ("registry", "a dot or a port"),
        ];
        for (typed, expected) in table {
            let verdict = verdict(SecretType::Private, typed);
            let words = verdict.words().unwrap_or_default();
            assert!(!verdict.is_wrong(), "{typed}: {words}");
            assert_eq!(words.is_empty(), expected.is_empty(), "{typed}: {words}");
            assert!(words.contains(expected), "{typed}: {words}");
        }
        let ecr = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/app:1";
        assert_eq!(verdict(SecretType::Ecr, ecr), FieldVerdict::Ok);
        assert_eq!(verdict(SecretType::Ecr, "public.ecr.aws/x/y"), FieldVerdict::Ok);
    }
}
