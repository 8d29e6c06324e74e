//! The `auth` value of docker's and podman's files: base64 of `user:password`.
//!
//! Source of the rules: docker/cli 28f7560 `cli/config/configfile/file.go`, `decodeAuth`: standard alphabet, padding required,
//! CR and LF skipped, split at the first colon, NUL trimmed from both ends of the password.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::secret::Secret;

/// Decodes what docker would and more; the diagnostics say what docker would refuse.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// User name and password of an `auth` value. Bytes, because they need not be UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub struct Pair {
    /// Before the first colon.
    pub username: Vec<u8>,
    /// After it, without NUL at its ends.
    pub password: Secret,
}

/// The user name and the password in an `auth` value; what is odd about it goes into `diagnostics`.
///
/// # Errors
/// The diagnostic that says why there is no pair in it.
pub fn decode(auth: &str, diagnostics: &mut Diagnostics) -> Result<Pair, Diagnostic> {
    let pair = split(auth, diagnostics)?;
    if pair.username.is_empty() { Err(Diagnostic::AuthEmptyUsername) } else { Ok(pair) }
}

/// As [`decode`], with a user name that may be empty: no tool takes it for a login, but it can be mended.
///
/// # Errors
/// The diagnostic that says why there is no pair in it.
pub fn split(auth: &str, diagnostics: &mut Diagnostics) -> Result<Pair, Diagnostic> {
    let bytes = decode_base64(auth, diagnostics)?;
    let colon = bytes.iter().position(|byte| *byte == b':').ok_or(Diagnostic::AuthMissingColon)?;
    let (username, password) = (&bytes[..colon], &bytes[colon + 1..]);
    let trimmed = trim_nul(password);
    diagnostics.add_if(trimmed.len() != password.len(), Diagnostic::AuthNulTrimmed);
    Ok(Pair { username: username.to_vec(), password: Secret::new(trimmed.to_vec()) })
}

/// The `auth` value of a pair, as docker writes it.
pub fn encode(username: &str, password: &Secret) -> Secret {
    let mut plain = Zeroizing::new(Vec::with_capacity(username.len() + 1 + password.len()));
    plain.extend_from_slice(username.as_bytes());
    plain.push(b':');
    plain.extend_from_slice(password.expose());
    Secret::from_text(STANDARD.encode(&*plain))
}

fn decode_base64(auth: &str, diagnostics: &mut Diagnostics) -> Result<Zeroizing<Vec<u8>>, Diagnostic> {
    if let Ok(bytes) = STANDARD.decode(auth) {
        return Ok(Zeroizing::new(bytes));
    }
    let mut digits = Zeroizing::new(String::with_capacity(auth.len()));
    for c in auth.chars() {
        match c {
            '\r' | '\n' => diagnostics.add(Diagnostic::AuthBase64Whitespace),
            ' ' | '\t' => {
                diagnostics.add(Diagnostic::AuthBase64Whitespace);
                diagnostics.add(Diagnostic::DockerRejectsFile);
            }
            '-' | '_' => {
                diagnostics.add(Diagnostic::AuthBase64Urlsafe);
                diagnostics.add(Diagnostic::DockerRejectsFile);
                digits.push(if c == '-' { '+' } else { '/' });
            }
            c => digits.push(c),
        }
    }
    let bare = digits.trim_end_matches('=');
    let refused = |diagnostics: &mut Diagnostics| {
        diagnostics.add(Diagnostic::DockerRejectsFile);
        Diagnostic::AuthBase64Invalid
    };
    let bytes = LENIENT.decode(bare).map(Zeroizing::new).map_err(|_| refused(diagnostics))?;
    if digits.len() - bare.len() != bare.len().wrapping_neg() % 4 {
        diagnostics.add(Diagnostic::AuthBase64Unpadded);
        diagnostics.add(Diagnostic::DockerRejectsFile);
    }
    let strict = Zeroizing::new(STANDARD.encode(&*bytes));
    diagnostics.add_if(strict.trim_end_matches('=') != bare, Diagnostic::AuthBase64TrailingBits);
    Ok(bytes)
}

fn trim_nul(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(start, |last| last + 1);
    &bytes[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use Diagnostic::*;

    fn decoded(auth: &str) -> (Result<(String, String), Diagnostic>, Vec<Diagnostic>) {
        let mut diagnostics = Diagnostics::default();
        let pair = decode(auth, &mut diagnostics).map(|pair| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (text(&pair.username), text(pair.password.expose()))
        });
        (pair, diagnostics.iter().collect())
    }

    type Row = (&'static str, Result<(String, String), Diagnostic>, &'static [Diagnostic]);

    #[test]
    fn every_way_of_writing_base64_is_read_and_named() {
        let ok = |user: &str, password: &str| Ok((user.to_owned(), password.to_owned()));
        let table: &[Row] = &[
            ("dXNlcjpwYXNz", ok("user", "pass"), &[]),
            ("dXNlcjo=", ok("user", ""), &[]),
            ("dXNlcjo", ok("user", ""), &[AuthBase64Unpadded, DockerRejectsFile]),
            ("dXNlcjo==", ok("user", ""), &[AuthBase64Unpadded, DockerRejectsFile]),
            ("dXNlcjp=", ok("user", ""), &[AuthBase64TrailingBits]),
            ("dXNl\r\ncjpwYXNz", ok("user", "pass"), &[AuthBase64Whitespace]),
            ("dXNl cjpwYXNz", ok("user", "pass"), &[AuthBase64Whitespace, DockerRejectsFile]),
            ("dXNlcjo_Pz8-Pj4=", ok("user", "???>>>"), &[AuthBase64Urlsafe, DockerRejectsFile]),
            ("dXNlcjphOmI6Yw==", ok("user", "a:b:c"), &[]),
            ("dXNlcjoAcAAA", ok("user", "p"), &[AuthNulTrimmed]),
            ("dXNlcnBhc3M=", Err(AuthMissingColon), &[]),
            ("OnBhc3M=", Err(AuthEmptyUsername), &[]),
            ("!!!", Err(AuthBase64Invalid), &[DockerRejectsFile]),
            ("dXNl=cjpw", Err(AuthBase64Invalid), &[DockerRejectsFile]),
            ("a", Err(AuthBase64Invalid), &[DockerRejectsFile]),
        ];
        for (auth, pair, diagnostics) in table {
            assert_eq!(decoded(auth), (pair.clone(), diagnostics.to_vec()), "{auth:?}");
        }
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let auth = encode("jane", &Secret::from_text("p:ä\u{0}x".into()));
        assert_eq!(auth.expose_text(), Some("amFuZTpwOsOkAHg="));
        assert_eq!(decoded(auth.expose_text().unwrap()).0, Ok(("jane".into(), "p:ä\u{0}x".into())));
    }
}
