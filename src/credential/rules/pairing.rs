//! Which token goes with which user name at which registry.

use crate::credential::ACR_TOKEN_USERNAME;
use crate::credential::diagnostic::Diagnostic;
use crate::credential::token::{Token, TokenKind};
use crate::registry::provider::Provider;

use super::PasswordContext;

/// The one user name that a kind of token goes with, whoever's it is.
///
/// Sources: ggcr `pkg/v1/google/auth.go`, AWS `get-login-password`, `az acr login --expose-token`, NVIDIA NGC's and
/// Heroku's guides. A service account's key has its own row in [`DIAGNOSED`] where the two forms are mixed up.
const USERS: &[(TokenKind, &str)] = &[
    (TokenKind::GoogleAccessToken, "oauth2accesstoken"),
    (TokenKind::GoogleJsonKey, "_json_key"),
    (TokenKind::GoogleJsonKeyBase64, "_json_key_base64"),
    (TokenKind::EcrPasswordJson, "AWS"),
    (TokenKind::EcrPasswordLegacy, "AWS"),
    (TokenKind::AcrRefreshToken, ACR_TOKEN_USERNAME),
    (TokenKind::NvidiaApiKey, "$oauthtoken"),
    (TokenKind::NvidiaApiKeyLegacy, "$oauthtoken"),
    (TokenKind::GitlabJobToken, "gitlab-ci-token"),
];

/// What is odd about the token itself, with the fix where there is one.
const DIAGNOSED: &[(Diagnostic, &str)] = &[
    (
        Diagnostic::TokenHasControlChars,
        "It has control characters inside: was more pasted than the password?",
    ),
    (Diagnostic::TokenHasWhitespace, "It has white space at an end or inside: was it copied whole?"),
    (Diagnostic::HasBearerPrefix, "It begins with \"Bearer \": leave that word out."),
    (Diagnostic::DoubleEncoded, "It is base64 of what it should be: decode it once."),
    (Diagnostic::MalformedEcrToken, "It looks like a cut-off Amazon ECR password: copy it again."),
    (Diagnostic::ExpiryUnreadable, "Its end is no plausible time."),
    (Diagnostic::NotYetValid, "It is not valid yet."),
    (Diagnostic::AlgNone, "It is not signed: a careful registry refuses it."),
    (Diagnostic::RefreshTokenIsNotAPassword, "A refresh token is no password: the registry refuses it."),
    (Diagnostic::TokenShapeUnexpected, "It is shorter than such tokens are: was it copied whole?"),
    (Diagnostic::ValidOnlyWhileJobRuns, "It ends with its CI job."),
];

/// All that is odd about a token beside this user name and registry, in sentences.
pub(super) fn warnings(context: &PasswordContext<'_>, token: &Token) -> Vec<String> {
    let own = DIAGNOSED.iter().filter(|(diagnostic, _)| token.warnings.has(*diagnostic));
    let own = own.map(|(_, words)| (*words).to_owned());
    let paired = [foreign(token), user(context, token), fine_grained(token), organization(context, token)];
    own.chain(paired.into_iter().flatten()).collect()
}

fn foreign(token: &Token) -> Option<String> {
    let is_foreign = token.warnings.has(Diagnostic::TokenBelongsToOtherProvider);
    is_foreign.then(|| {
        let (kind, provider) = (token.kind.words(), token.provider.name());
        format!("This is a token of another provider ({kind}): {provider} will refuse it.")
    })
}

/// The user name is not the one that the token goes with.
fn user(context: &PasswordContext<'_>, token: &Token) -> Option<String> {
    let username = context.username;
    let (kind, expected) = USERS.iter().find(|(kind, _)| *kind == token.kind)?;
    let is_foreign = token.warnings.has(Diagnostic::TokenBelongsToOtherProvider);
    let is_other = !username.is_empty() && username != *expected && !is_foreign;
    // gcloud's older names mean an access token as well (ggcr `pkg/v1/google/auth.go`).
    let is_gcloud = *kind == TokenKind::GoogleAccessToken && username.ends_with("_token");
    (is_other && !is_gcloud)
        .then(|| format!("The user name for this token is {expected} ({}).", kind.words()))
}

/// GitHub's documentation: "GitHub Packages only supports authentication using a personal access token (classic)".
fn fine_grained(token: &Token) -> Option<String> {
    let is_fine_grained =
        token.kind == TokenKind::GithubPatFineGrained && token.provider == Provider::GithubGhcr;
    is_fine_grained
        .then(|| "GitHub's registry documents classic tokens only (ghp_...): it may refuse this.".into())
}

/// An organization access token goes with the organization's name (docker/docs `organization-access-tokens.md`), which
/// has 4 to 30 lower-case letters and digits.
fn organization(context: &PasswordContext<'_>, token: &Token) -> Option<String> {
    let name = context.username;
    let may_be_one = (4..=30).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_odd = token.kind == TokenKind::DockerhubOat && !name.is_empty() && !may_be_one;
    is_odd.then(|| "This token goes with an organization's name as user name, not with a person's.".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::rules::{SecretType, password};
    use jiff::Timestamp;

    const KEY: &str = r#"{"type":"service_account","private_key":"FAKE"}"#;
    // The same in base64.
    const KEY_BASE64: &str = "eyJ0eXBlIjoic2VydmljZV9hY2NvdW50IiwicHJpdmF0ZV9rZXkiOiJGQUtFIn0=";

    fn words(kind: SecretType, key: &str, username: &str, secret: &str) -> String {
        let context = PasswordContext { kind, key, username };
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        password::verdict(&context, secret.as_bytes(), now).words().unwrap_or_default()
    }

    #[test]
    fn a_wrong_pairing_is_told_with_what_would_be_right() {
        use SecretType as T;
        let hub = "https://index.docker.io/v1/";
        let ghp = format!("ghp_{}", "0".repeat(36));
        let fine = format!("github_pat_{}", "0".repeat(82));
        let oat = format!("dckr_oat_{}", "0".repeat(32));
        let ya29 = format!("ya29.{}", "a".repeat(60));
        let table: &[(T, &str, &str, &str, &str)] = &[
            (T::Private, "gcr.io", "_json_key", KEY, ""),
            (T::Private, "gcr.io", "_json_key_base64", KEY_BASE64, ""),
            (T::Private, "gcr.io", "_json_key", KEY_BASE64, "is _json_key_base64 ("),
            (T::Private, "gcr.io", "_json_key_base64", KEY, "is _json_key ("),
            (T::Private, "gcr.io", "jane", KEY, "is _json_key ("),
            (T::Private, "gcr.io", "_dcgcloud_token", &ya29, ""),
            (T::Private, "gcr.io", "jane", &ya29, "is oauth2accesstoken ("),
            (T::Sauce, "registry.example.com", "oauth2accesstoken", &ya29, ""),
            (T::Private, "ghcr.io", "jane", &ghp, ""),
            (T::Private, "ghcr.io", "jane", &fine, "classic tokens only"),
            (T::DockerHub, hub, "jane", &ghp, "another provider (GitHub classic"),
            (T::Private, "reg.example.com", "jane", &ghp, ""),
            (T::DockerHub, hub, "acmecorp", &oat, ""),
            (T::DockerHub, hub, "jane@acme.example", &oat, "an organization's name"),
            (T::DockerHub, hub, "jane", "Bearer dckr_pat_000000000000000000000000000", "leave that word out"),
            (T::DockerHub, hub, "jane", "dckr_pat_0", "copied whole?"),
            (T::DockerHub, hub, "jane", "two\nlines", "a line break inside"),
        ];
        for (kind, key, username, secret, expected) in table {
            let words = words(*kind, key, username, secret);
            assert_eq!(words.is_empty(), expected.is_empty(), "{username} at {key}: {words}");
            assert!(words.contains(expected), "{username} at {key}: {words}");
        }
    }
}
