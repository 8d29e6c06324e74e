//! Secrets that only their shape, or the host and the user name beside them, tell apart.

use crate::registry::provider::Provider;

use super::kind::TokenKind;

/// With at least this many characters and no blank, a secret was made by a machine.
const MACHINE_MADE: usize = 40;

/// The kind of a secret without a readable content or a known prefix.
pub(super) fn kind(text: &str, username: &str, provider: Provider) -> TokenKind {
    by_form(text)
        .or_else(|| by_user(text, username, provider))
        .or_else(|| by_host(text, provider))
        .unwrap_or_else(|| by_length(text))
}

/// The kind of a secret that is no text.
pub(super) fn kind_of_bytes(bytes: &[u8]) -> TokenKind {
    let is_long = bytes.len() >= MACHINE_MADE && !bytes.iter().any(u8::is_ascii_whitespace);
    if is_long { TokenKind::Opaque } else { TokenKind::Password }
}

/// Shapes that are unmistakable anywhere (trufflehog `azurecontainerregistry.go`, gitleaks `azure-ad-client-secret`).
fn by_form(text: &str) -> Option<TokenKind> {
    if is_acr_password(text.as_bytes()) {
        Some(TokenKind::AcrGeneratedPassword)
    } else if is_azure_secret(text.as_bytes()) {
        Some(TokenKind::AzureSpSecret)
    } else {
        None
    }
}

fn is_acr_password(text: &[u8]) -> bool {
    text.len() == 52
        && text[..42].iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
        && text[42..46] == *b"+ACR"
        && text[46..].iter().all(u8::is_ascii_alphanumeric)
}

fn is_azure_secret(text: &[u8]) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"_~.".contains(byte);
    (37..=40).contains(&text.len())
        && text[..3].iter().all(is_inner)
        && text[3].is_ascii_digit()
        && text[4..6] == *b"Q~"
        && text[6..].iter().all(|byte| is_inner(byte) || *byte == b'-')
}

/// User names that have a meaning of their own: quay `auth/credential_consts.py` and `data/model/user.py`, harbor
/// `src/common/const.go`, IBM Cloud's `iam…` names.
fn by_user(text: &str, username: &str, provider: Provider) -> Option<TokenKind> {
    let is_at_home = |home| provider == home || provider == Provider::Generic;
    let may_be_quay = is_at_home(Provider::Quay);
    match username {
        "$app" if may_be_quay => Some(TokenKind::QuayAppToken),
        "$token" if may_be_quay => Some(TokenKind::QuayAccessToken),
        // NVIDIA takes the same name, so on an unknown host the shape must agree.
        "$oauthtoken" if provider == Provider::Quay || (may_be_quay && is_word(text, 40)) => {
            Some(TokenKind::QuayOauthToken)
        }
        "iamapikey" if is_at_home(Provider::IbmIcr) && is_ibm_key(text) => Some(TokenKind::IbmApiKey),
        "iamrefresh" if is_at_home(Provider::IbmIcr) => Some(TokenKind::IbmIamRefresh),
        _ if username.starts_with("robot$") && provider == Provider::Generic => {
            Some(TokenKind::HarborRobotSecret)
        }
        _ if may_be_quay && is_robot_name(username) && is_word(text, 64) => Some(TokenKind::QuayRobotToken),
        _ => None,
    }
}

/// Quay's robots are named `<owner>+<name>`; an address with a plus is none.
fn is_robot_name(username: &str) -> bool {
    username
        .split_once('+')
        .is_some_and(|(owner, name)| !owner.is_empty() && !name.is_empty() && !username.contains(['@', ' ']))
}

fn is_ibm_key(text: &str) -> bool {
    text.len() == 44 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

/// Shapes too common to mean anything elsewhere (trufflehog `heroku/v1`, `dockerhub/v1`, `ngc/ngc.go`).
fn by_host(text: &str, provider: Provider) -> Option<TokenKind> {
    match provider {
        Provider::DockerHub if is_uuid(text) => Some(TokenKind::DockerhubPatLegacy),
        Provider::Heroku if is_uuid(text) => Some(TokenKind::HerokuApiKeyLegacy),
        Provider::Scaleway if is_uuid(text) => Some(TokenKind::ScalewaySecretKey),
        Provider::NvidiaNgc if is_ngc_key(text) => Some(TokenKind::NvidiaApiKeyLegacy),
        Provider::Cloudsmith if is_hex40(text) => Some(TokenKind::CloudsmithApiKey),
        // Gitea, Forgejo and GitHub's old tokens alike.
        _ if is_hex40(text) => Some(TokenKind::OpaqueHex40),
        _ => None,
    }
}

fn by_length(text: &str) -> TokenKind {
    // A character has a byte at least, so a short text need not be counted.
    let is_long = text.len() >= MACHINE_MADE
        && text.chars().count() >= MACHINE_MADE
        && !text.bytes().any(|byte| byte.is_ascii_whitespace());
    if is_long { TokenKind::Opaque } else { TokenKind::Password }
}

fn is_ngc_key(text: &str) -> bool {
    is_word(text, 84) || text.split_once(':').is_some_and(|(head, uuid)| is_word(head, 26) && is_uuid(uuid))
}

fn is_word(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_hex40(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "0000fa4e-0000-4000-8000-00000000fa4e";

    #[test]
    fn host_and_user_tell_like_shapes_apart() {
        use Provider as P;
        use TokenKind as K;
        let (hex, word64, word84) = ("0".repeat(40), "A1".repeat(32), "a".repeat(84));
        let ngc = format!("{}:{UUID}", "a".repeat(26));
        let acr = format!("{}+ACR{}", "a/+".repeat(14), "A1b2C3");
        let azure = format!("a~.8Q~{}", "a-".repeat(16));
        let table: &[(&str, &str, P, K)] = &[
            (&acr, "", P::AzureAcr, K::AcrGeneratedPassword),
            (&acr, "", P::Generic, K::AcrGeneratedPassword),
            (&acr[1..], "", P::AzureAcr, K::Opaque),
            (&azure, "", P::AzureAcr, K::AzureSpSecret),
            (&azure[..36], "", P::AzureAcr, K::Password),
            (UUID, "jane", P::DockerHub, K::DockerhubPatLegacy),
            (UUID, "_", P::Heroku, K::HerokuApiKeyLegacy),
            (UUID, "nologin", P::Scaleway, K::ScalewaySecretKey),
            (UUID, "jane", P::Generic, K::Password),
            (&hex, "jane", P::Cloudsmith, K::CloudsmithApiKey),
            (&hex, "jane", P::GithubGhcr, K::OpaqueHex40),
            (&hex, "$oauthtoken", P::Quay, K::QuayOauthToken),
            (&hex, "$oauthtoken", P::Generic, K::QuayOauthToken),
            ("x", "$app", P::Quay, K::QuayAppToken),
            ("x", "$token", P::Quay, K::QuayAccessToken),
            ("x", "$token", P::DockerHub, K::Password),
            (&word64, "acme+ci", P::Quay, K::QuayRobotToken),
            (&word64, "acme+ci", P::Generic, K::QuayRobotToken),
            (&word64, "a+b@corp.example", P::Generic, K::Opaque),
            (&word64, "acme", P::Quay, K::Opaque),
            ("x", "robot$acme+ci", P::Generic, K::HarborRobotSecret),
            ("x", "robot$ci", P::Quay, K::Password),
            (&word84, "$oauthtoken", P::NvidiaNgc, K::NvidiaApiKeyLegacy),
            (&ngc, "$oauthtoken", P::NvidiaNgc, K::NvidiaApiKeyLegacy),
            (&word84[..44], "iamapikey", P::IbmIcr, K::IbmApiKey),
            (&word84[..43], "iamapikey", P::IbmIcr, K::Opaque),
            ("x", "iamrefresh", P::IbmIcr, K::IbmIamRefresh),
            ("x", "iamrefresh", P::Quay, K::Password),
        ];
        for (text, username, provider, kind) in table {
            assert_eq!(super::kind(text, username, *provider), *kind, "{username} {provider:?} {kind:?}");
        }
    }

    #[test]
    fn length_and_blanks_part_tokens_from_passwords() {
        let table = [
            ("z".repeat(39), TokenKind::Password),
            ("z".repeat(40), TokenKind::Opaque),
            ("ä".repeat(39), TokenKind::Password),
            ("correct horse battery staple correct horse".to_owned(), TokenKind::Password),
        ];
        for (text, kind) in table {
            assert_eq!(by_length(&text), kind, "{}", text.len());
        }
        assert_eq!(kind_of_bytes(&[0xff; 40]), TokenKind::Opaque);
        assert_eq!(kind_of_bytes(&[0xff; 39]), TokenKind::Password);
    }
}
