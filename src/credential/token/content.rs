//! Secrets with something to read inside.

use jiff::Timestamp;
use serde_json::Value;

use crate::registry::provider::Provider;

use super::super::diagnostic::{Diagnostic, Diagnostics};
use super::super::expiry::Source;
use super::base64_any;
use super::jwt::{self, Jwt};
use super::kind::TokenKind;
use super::numdate;
use super::object::Object;
use super::prefix::GITLAB_JOB;

/// What a secret holds.
pub(super) enum Content {
    /// An Amazon ECR password: base64 of an object with `payload` and `datakey`. The token of Amazon's API is base64
    /// of `AWS:` and that password (amazon-ecr-credential-helper `ecr-login/api/client.go`).
    Ecr { members: Object, is_authorization: bool },
    /// A Google service account's key file. Pasting can break its JSON; then there are no members.
    GoogleKey { members: Object, is_base64: bool },
    /// A `JFrog` reference token.
    Jfrog(JfrogReference),
    /// Alibaba's temporary token: base64 of an object, a colon and a signature.
    Alibaba(Object),
    /// A JSON web token, perhaps with a layer of base64 too many.
    Jwt { jwt: Jwt, is_double: bool },
    /// A GitLab job token that wraps a JSON web token.
    GitlabJob(Jwt),
}

/// The readable fields of `reftkn:<form>:<expiry>:<secret>` (gitleaks `jfrog-identity-token`).
pub(super) struct JfrogReference {
    /// Two digits.
    pub(super) form: String,
    /// Seconds since 1970; zero is never.
    pub(super) expiry: i64,
}

/// What a content says of its own end.
pub(super) enum End {
    /// Nothing.
    Unsaid,
    /// Something that is no plausible time.
    Unreadable,
    /// That there is none.
    Never(Source),
    /// The moment.
    At(Timestamp, Source),
}

/// Reads what can be read. The first characters tell what could be inside, so an ordinary password is never decoded.
pub(super) fn read(text: &str) -> Option<Content> {
    match text.as_bytes() {
        [b'{', ..] => google_key(text.as_bytes(), false),
        [b'g', ..] => jwt::read(text.strip_prefix(GITLAB_JOB)?).map(Content::GitlabJob),
        // Base64 of an object begins with "e"; dots and colons are no base64.
        [b'e', ..] if text.contains('.') => jwt::read(text).map(|jwt| Content::Jwt { jwt, is_double: false }),
        [b'e', ..] => match text.split_once(':') {
            Some((object, _signature)) => alibaba(object),
            None => object_in_base64(text),
        },
        // Base64 of "AWS:", of "reftkn:" and of base64 of an object.
        [b'Q', b'V', b'd', ..] => authorization(text),
        [b'c', b'm', b'V', ..] => jfrog(text).map(Content::Jfrog),
        [b'Z', b'X', ..] => double(text),
        _ => None,
    }
}

fn object_in_base64(text: &str) -> Option<Content> {
    // The second digit of base64 that begins with "{" is one of these.
    let second = text.as_bytes().get(1)?;
    if !matches!(second, b'w'..=b'z' | b'0'..=b'9' | b'+' | b'/' | b'-' | b'_') {
        return None;
    }
    let bytes = base64_any::decode(text)?;
    let ecr = ecr(&bytes).map(|members| Content::Ecr { members, is_authorization: false });
    ecr.or_else(|| google_key(&bytes, true))
}

fn ecr(json: &[u8]) -> Option<Object> {
    Object::parse(json).filter(|members| members.has("payload") && members.has("datakey"))
}

fn authorization(text: &str) -> Option<Content> {
    let bytes = base64_any::decode(text)?;
    let password = std::str::from_utf8(bytes.strip_prefix(b"AWS:")?).ok()?;
    let members = ecr(&base64_any::decode(password)?)?;
    Some(Content::Ecr { members, is_authorization: true })
}

fn google_key(json: &[u8], is_base64: bool) -> Option<Content> {
    const MARK: &[u8] = b"\"service_account\"";
    let is_key = json.starts_with(b"{") && json.windows(MARK.len()).any(|window| window == MARK);
    is_key.then(|| Content::GoogleKey { members: Object::parse(json).unwrap_or_default(), is_base64 })
}

fn jfrog(text: &str) -> Option<JfrogReference> {
    let bytes = base64_any::decode(text)?;
    let mut fields = std::str::from_utf8(&bytes).ok()?.strip_prefix("reftkn:")?.split(':');
    let (form, expiry, _secret) = (fields.next()?, fields.next()?, fields.next()?);
    let is_number =
        |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(form, 2) && is_number(expiry, 10))
        .then(|| Some(JfrogReference { form: form.to_owned(), expiry: expiry.parse().ok()? }))?
}

fn alibaba(object: &str) -> Option<Content> {
    let members = Object::parse(&base64_any::decode(object)?)?;
    numdate::read_milliseconds(members.get("time")?)?;
    Some(Content::Alibaba(members))
}

fn double(text: &str) -> Option<Content> {
    let bytes = base64_any::decode(text)?;
    let jwt = jwt::read(std::str::from_utf8(&bytes).ok()?.trim())?;
    Some(Content::Jwt { jwt, is_double: true })
}

impl Content {
    /// The kind that the content shows.
    pub(super) fn kind(&self, provider: Provider) -> TokenKind {
        match self {
            Self::Ecr { is_authorization: false, .. } => TokenKind::EcrPasswordJson,
            Self::Ecr { is_authorization: true, .. } => TokenKind::EcrAuthorizationToken,
            Self::GoogleKey { is_base64: false, .. } => TokenKind::GoogleJsonKey,
            Self::GoogleKey { is_base64: true, .. } => TokenKind::GoogleJsonKeyBase64,
            Self::Jfrog(_) => TokenKind::JfrogReferenceToken,
            Self::Alibaba(_) => TokenKind::AlibabaTempToken,
            Self::Jwt { jwt, .. } => jwt.kind(provider),
            Self::GitlabJob(_) => TokenKind::GitlabJobToken,
        }
    }

    /// What it says of its end, with warnings where that is odd.
    pub(super) fn end(&self, warnings: &mut Diagnostics) -> End {
        match self {
            Self::Ecr { members, .. } => end_of(members.get("expiration"), Source::EcrExpiration, warnings),
            Self::Jwt { jwt, .. } | Self::GitlabJob(jwt) => end_of(jwt.exp(), Source::JwtExp, warnings),
            Self::Jfrog(JfrogReference { expiry: 0, .. }) => End::Never(Source::JfrogReference),
            Self::Jfrog(reference) => {
                End::known(numdate::from_seconds(reference.expiry), Source::JfrogReference, warnings)
            }
            Self::Alibaba(members) => {
                let time = members.get("time").and_then(numdate::read_milliseconds);
                End::known(time, Source::AlibabaTime, warnings)
            }
            Self::GoogleKey { .. } => End::Unsaid,
        }
    }

    /// Warns of what else is odd.
    pub(super) fn check(&self, now: Timestamp, warnings: &mut Diagnostics) {
        match self {
            Self::Ecr { is_authorization, .. } => {
                warnings.add_if(*is_authorization, Diagnostic::DoubleEncoded);
            }
            Self::Jwt { jwt, is_double } => {
                warnings.add_if(*is_double, Diagnostic::DoubleEncoded);
                jwt.check(now, warnings);
            }
            Self::GitlabJob(jwt) => jwt.check(now, warnings),
            Self::GoogleKey { .. } | Self::Jfrog(_) | Self::Alibaba(_) => {}
        }
    }

    /// True for Alibaba's temporary token.
    pub(super) fn is_alibaba(&self) -> bool {
        matches!(self, Self::Alibaba(_))
    }

    /// True where white space inside is part of the secret's own form.
    pub(super) fn may_have_blanks(&self) -> bool {
        matches!(self, Self::GoogleKey { is_base64: false, .. })
    }
}

impl End {
    fn known(at: Option<Timestamp>, source: Source, warnings: &mut Diagnostics) -> Self {
        warnings.add_if(at.is_none(), Diagnostic::ExpiryUnreadable);
        at.map_or(Self::Unreadable, |at| Self::At(at, source))
    }
}

fn end_of(value: Option<&Value>, source: Source, warnings: &mut Diagnostics) -> End {
    match value {
        None => End::Unsaid,
        Some(value) => End::known(numdate::read(value, warnings), source, warnings),
    }
}
