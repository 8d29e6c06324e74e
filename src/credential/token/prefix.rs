//! Secrets that say by their first characters what they are.

use super::kind::TokenKind;

/// A prefix and what it stands for.
struct Prefix {
    text: &'static str,
    kind: TokenKind,
    /// With fewer characters after it, the prefix is not enough to go by.
    sure_from: usize,
}

const fn sure(text: &'static str, kind: TokenKind) -> Prefix {
    Prefix { text, kind, sure_from: 0 }
}

/// As gitleaks (`gitleaks.toml`) and trufflehog (`pkg/detectors`) find them. The lengths that those give differ from
/// each other and from the providers' own examples, so the prefix decides.
const PREFIXES: &[Prefix] = &[
    sure("dckr_pat_", TokenKind::DockerhubPat),
    sure("dckr_oat_", TokenKind::DockerhubOat),
    sure("ghp_", TokenKind::GithubPatClassic),
    sure("gho_", TokenKind::GithubOauthToken),
    sure("ghu_", TokenKind::GithubAppUserToken),
    sure("ghs_", TokenKind::GithubAppInstallationToken),
    sure("ghr_", TokenKind::GithubRefreshToken),
    sure("github_pat_", TokenKind::GithubPatFineGrained),
    sure(GITLAB_PAT, TokenKind::GitlabPat),
    sure("gldt-", TokenKind::GitlabDeployToken),
    sure(GITLAB_JOB, TokenKind::GitlabJobToken),
    // Four letters alone could begin a password.
    Prefix { text: "AKCp", kind: TokenKind::JfrogApiKey, sure_from: 60 },
    sure("dop_v1_", TokenKind::DigitaloceanToken),
    sure("doo_v1_", TokenKind::DigitaloceanToken),
    sure("dor_v1_", TokenKind::DigitaloceanToken),
    sure("HRKU-AA", TokenKind::HerokuApiKey),
    sure("nvapi-", TokenKind::NvidiaApiKey),
    sure("sha256~", TokenKind::OpenshiftUserToken),
    sure("ya29.", TokenKind::GoogleAccessToken),
];

const GITLAB_PAT: &str = "glpat-";

/// The prefix of a GitLab job token; a JSON web token may follow it.
pub(super) const GITLAB_JOB: &str = "glcbt-";

/// Each of these tokens has more characters than this after its prefix.
const CLEARLY_SHORT: usize = 16;

/// What a prefix tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prefixed {
    pub(super) kind: TokenKind,
    /// Too little follows for a whole token of this kind.
    pub(super) is_short: bool,
}

/// Looks the beginning up.
pub(super) fn find(text: &str) -> Option<Prefixed> {
    let text = without_instance_prefix(text);
    // The first byte rules nearly every row out before a call is made.
    let first = text.as_bytes().first();
    let may_be = |prefix: &&Prefix| prefix.text.as_bytes().first() == first;
    let prefix = PREFIXES.iter().filter(may_be).find(|prefix| text.starts_with(prefix.text))?;
    let body = text.len() - prefix.text.len();
    // No token has a blank inside; a sentence that begins like one is a password.
    let is_one_word = text.bytes().all(|byte| byte.is_ascii_graphic());
    (body >= prefix.sure_from && is_one_word)
        .then_some(Prefixed { kind: prefix.kind, is_short: body < CLEARLY_SHORT })
}

/// A GitLab instance may put a word of its own before `glpat-`.
fn without_instance_prefix(text: &str) -> &str {
    match text.split_once('-') {
        Some((word, rest)) if rest.starts_with(GITLAB_PAT) && is_instance_word(word) => rest,
        _ => text,
    }
}

fn is_instance_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_known_with_a_whole_body() {
        for prefix in PREFIXES {
            let found = find(&format!("{}{}", prefix.text, "a".repeat(69)));
            assert_eq!(found, Some(Prefixed { kind: prefix.kind, is_short: false }), "{}", prefix.text);
        }
    }

    #[test]
    fn a_short_token_is_known_and_marked() {
        for (text, kind) in [
            ("ghp_short", Some(TokenKind::GithubPatClassic)),
            ("corp-glpat-x", Some(TokenKind::GitlabPat)),
            ("ya29.", Some(TokenKind::GoogleAccessToken)),
            ("AKCpassword", None),
        ] {
            let found = find(text);
            assert_eq!(found.map(|found| found.kind), kind, "{text}");
            assert!(found.is_none_or(|found| found.is_short), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_a_prefix_is_none() {
        let body = "a".repeat(40);
        for head in ["Corp-glpat-", "-glpat-", "a-b-glpat-", "GHP_", "dckr_xat_", "ghx_", "xghp_", "dop_v2_"]
        {
            assert_eq!(find(&format!("{head}{body}")), None, "{head}");
        }
        assert_eq!(find("ghp_ is how mine begins, I think"), None);
    }
}
