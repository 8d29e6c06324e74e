//! What a secret is and when it ends, read from the secret itself. No network, no clock, nothing verified: an expiry
//! found here is what the token claims, good to show and good for nothing else.

mod base64_any;
mod content;
mod decode;
mod jwt;
mod kind;
mod numdate;
mod object;
mod prefix;
mod shape;
mod wrapping;

use jiff::Timestamp;

use crate::registry::provider::{self, Provider};

use self::content::{Content, End};
use super::diagnostic::{Diagnostic, Diagnostics};
use super::expiry::Expiry;

pub use self::decode::{Claim, ClaimValue, decode};
pub use self::kind::TokenKind;
pub use self::object::Object;

/// What is known of a secret without asking anyone. Holds nothing of the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Who runs the registry that the secret is for.
    pub provider: Provider,
    /// What the secret is.
    pub kind: TokenKind,
    /// When it ends, and how surely.
    pub expiry: Expiry,
    /// What is odd about it, or about it at this host.
    pub warnings: Diagnostics,
}

impl Token {
    /// Seconds that such a secret usually lives, counted from its making; `None` where it tells its own end or nobody
    /// documents one.
    pub fn usual_lifetime(&self) -> Option<u32> {
        match self.expiry {
            Expiry::At { .. } | Expiry::Never { .. } => None,
            _ => self.kind.usual_lifetime(self.provider),
        }
    }
}

/// What a signed JSON web token says of itself, for display: nobody vouches for it. `None` for any other text.
pub fn claims(text: &str) -> Option<Object> {
    match jwt::read(text)? {
        jwt::Jwt::Signed { claims, .. } => Some(claims),
        jwt::Jwt::Encrypted { .. } => None,
    }
}

/// Tells what a secret is, from its form first, then from host and user name.
///
/// `host_key` is the credential key as it stands in the file. `profile` is the user's word that this host belongs to
/// that provider, and wins over the host's name.
///
/// ```
/// use pullpass::credential::token::{TokenKind, classify};
///
/// let now = "2026-11-20T10:00:00Z".parse().unwrap();
/// let found = classify("gitlab.com", "jane", b"glpat-AAAAAAAAAAAAAAAAAAAA", None, now);
/// assert_eq!(found.kind, TokenKind::GitlabPat);
/// ```
pub fn classify(
    host_key: &str,
    username: &str,
    secret: &[u8],
    profile: Option<Provider>,
    now: Timestamp,
) -> Token {
    let mut warnings = Diagnostics::default();
    let provider = profile.unwrap_or_else(|| provider_of(host_key, &mut warnings));
    let login = Login { host_key, username, provider };
    let (kind, expiry) = match std::str::from_utf8(secret) {
        Ok(text) => read_text(&login, text, now, &mut warnings),
        Err(_) => read_bytes(&login, secret, &mut warnings),
    };
    warn_of_pairing(&login, kind, &mut warnings);
    Token { provider, kind, expiry, warnings }
}

/// What stands beside a secret, and who the registry's provider is.
struct Login<'a> {
    host_key: &'a str,
    username: &'a str,
    provider: Provider,
}

fn provider_of(host_key: &str, warnings: &mut Diagnostics) -> Provider {
    let found = provider::identify(host_key);
    warnings.add_if(found.lookalike, Diagnostic::HostLookalike);
    let is_lost = found.provider == Provider::DockerHub && !DOCKER_KEYS.contains(&host_key);
    warnings.add_if(is_lost, Diagnostic::DockerCliUsesIndexKey);
    found.provider
}

/// The one key under which docker looks for Docker Hub, and the two under which its device login keeps tokens of its
/// own (docker/cli 28f7560 `internal/oauth/manager/manager.go`).
const DOCKER_KEYS: [&str; 3] =
    ["https://index.docker.io/v1/", "https://index.docker.io/v1/access-token", DOCKER_REFRESH_KEY];

const DOCKER_REFRESH_KEY: &str = "https://index.docker.io/v1/refresh-token";

/// The user name of Alibaba's temporary tokens.
const ALIBABA_TEMP_USER: &str = "cr_temp_user";

fn read_text(
    login: &Login<'_>,
    secret: &str,
    now: Timestamp,
    warnings: &mut Diagnostics,
) -> (TokenKind, Expiry) {
    let text = wrapping::strip(secret, warnings);
    // Only under this user name is it such a token; elsewhere something may look like one.
    let is_told = |content: &Content| login.username == ALIBABA_TEMP_USER || !content.is_alibaba();
    let content = content::read(text).filter(is_told);
    let kind = match prefix::find(text) {
        Some(prefixed) => {
            warnings.add_if(prefixed.is_short, Diagnostic::TokenShapeUnexpected);
            prefixed.kind
        }
        None => kind_without_prefix(login, text, content.as_ref()),
    };
    match &content {
        Some(content) => {
            let is_wrapped = !content.may_have_blanks() && text.contains(char::is_whitespace);
            warnings.add_if(is_wrapped, Diagnostic::TokenHasWhitespace);
            content.check(now, warnings);
        }
        // Base64 of "{" and a quote, but neither a password nor a web token: the rest was lost on the way.
        None if login.provider.is_ecr() && text.starts_with("eyJ") && !text.contains('.') => {
            warnings.add(Diagnostic::MalformedEcrToken);
        }
        None => {}
    }
    (kind, expiry_of(kind, login.provider, content.as_ref(), warnings))
}

fn read_bytes(login: &Login<'_>, secret: &[u8], warnings: &mut Diagnostics) -> (TokenKind, Expiry) {
    wrapping::warn_of_control_bytes(secret, warnings);
    let kind = shape::kind_of_bytes(secret);
    (kind, expiry_of(kind, login.provider, None, warnings))
}

fn kind_without_prefix(login: &Login<'_>, text: &str, content: Option<&Content>) -> TokenKind {
    match content {
        _ if text.is_empty() => TokenKind::Empty,
        Some(content @ (Content::Ecr { .. } | Content::GoogleKey { .. } | Content::Jfrog(_))) => {
            content.kind(login.provider)
        }
        // The raw blob that Amazon handed out before 2017 (aws/aws-cli#2351).
        None if login.provider.is_ecr() && text.starts_with("AQECAH") => TokenKind::EcrPasswordLegacy,
        _ if login.username == ALIBABA_TEMP_USER => TokenKind::AlibabaTempToken,
        Some(content) => content.kind(login.provider),
        None if login.host_key == DOCKER_REFRESH_KEY && text.contains("..") => {
            TokenKind::DockerhubRefreshToken
        }
        None => shape::kind(text, login.username, login.provider),
    }
}

fn expiry_of(
    kind: TokenKind,
    provider: Provider,
    content: Option<&Content>,
    warnings: &mut Diagnostics,
) -> Expiry {
    let end = match content {
        // The user name promises a token with a time inside; anything else under it is broken.
        content if kind == TokenKind::AlibabaTempToken && !content.is_some_and(Content::is_alibaba) => {
            warnings.add(Diagnostic::ExpiryUnreadable);
            End::Unreadable
        }
        Some(content) => content.end(warnings),
        None => End::Unsaid,
    };
    match end {
        End::At(at, source) => Expiry::At { at, source },
        End::Never(source) => Expiry::Never { source },
        End::Unsaid if !kind.ends() => Expiry::NoneEmbedded,
        End::Unsaid | End::Unreadable => Expiry::Unknown { usual: kind.usual_lifetime(provider) },
    }
}

/// Warns of a secret that cannot be what it is meant to be under this user name or at this host.
fn warn_of_pairing(login: &Login<'_>, kind: TokenKind, warnings: &mut Diagnostics) {
    // Google reads the key as the user name says (ggcr `pkg/v1/google/auth.go`).
    let is_mispaired = match login.username {
        "_json_key" => kind == TokenKind::GoogleJsonKeyBase64,
        "_json_key_base64" => kind == TokenKind::GoogleJsonKey,
        _ => false,
    };
    warnings.add_if(is_mispaired, Diagnostic::JsonKeyPairing);
    warnings.add_if(kind.is_foreign_to(login.provider), Diagnostic::TokenBelongsToOtherProvider);
    warnings.add_if(kind == TokenKind::GithubRefreshToken, Diagnostic::RefreshTokenIsNotAPassword);
    warnings.add_if(kind == TokenKind::GitlabJobToken, Diagnostic::ValidOnlyWhileJobRuns);
}

#[cfg(test)]
mod tests;

/// True for text that is plainly a token: some registries take it as the user name as well, and it must not be shown.
pub fn looks_like_token(text: &str) -> bool {
    prefix::find(text).is_some()
}
