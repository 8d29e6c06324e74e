//! The password or token.

use jiff::Timestamp;

use crate::credential::expiry::Expiry;
use crate::credential::token::TokenKind;
use crate::secret::Secret;
use crate::text;

use super::{FieldVerdict, PasswordContext, pairing};

/// The kind of the token in words, for the line under the field; `None` for an ordinary password and for what cannot
/// be told. Those two differ by their length only, which the screen must not tell.
pub fn kind_words(kind: TokenKind) -> Option<&'static str> {
    let is_told = !matches!(kind, TokenKind::Empty | TokenKind::Password | TokenKind::Opaque);
    is_told.then_some(kind.words())
}

/// The verdict on a password.
pub fn verdict(context: &PasswordContext<'_>, secret: &[u8], now: Timestamp) -> FieldVerdict {
    if secret.is_empty() {
        return FieldVerdict::wrong("A login needs a password or a token.", "Type or paste it.");
    }
    let token = context.classify(secret, now);
    let ended = match token.expiry {
        Expiry::At { at, .. } if at <= now => {
            let ago = text::rough(now.as_second() - at.as_second());
            Some(format!("This token ended {ago} ago: fetch a fresh one."))
        }
        _ => None,
    };
    // A key file has line breaks of its own.
    let breaks = secret.iter().any(|byte| matches!(byte, b'\r' | b'\n')) && !token.kind.is_google_key();
    let broken = breaks.then(|| "It has a line break inside: was more pasted than the password?".to_owned());
    FieldVerdict::warn_of(ended.into_iter().chain(broken).chain(pairing::warnings(context, &token)))
}

/// A password as it came from standard input.
#[derive(Debug, PartialEq, Eq)]
pub struct StdinPassword {
    /// The password without the one line ending that `echo` adds.
    pub password: Secret,
    /// True where a line ending is left inside: rarely meant.
    pub has_newline: bool,
}

/// The password in what was piped in: exactly one line ending (CR LF, LF or CR) goes, the rest is taken as it is.
/// `None` where nothing is left.
///
/// Source: docker/cli 28f7560 `cli/command/registry/login.go`, `readSecretFromStdin`.
pub fn stdin_password(piped: &[u8]) -> Option<StdinPassword> {
    let bytes = piped
        .strip_suffix(b"\r\n")
        .or_else(|| piped.strip_suffix(b"\n"))
        .or_else(|| piped.strip_suffix(b"\r"))
        .unwrap_or(piped);
    // Blank as docker has it: any white space of Unicode.
    if std::str::from_utf8(bytes).is_ok_and(|text| text.trim().is_empty()) {
        return None;
    }
    let has_newline = bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
    Some(StdinPassword { password: Secret::new(bytes.to_vec()), has_newline })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::rules::SecretType;

    /// Piped bytes, and the password in them with whether a line ending is left.
    type Row = (&'static [u8], Option<(&'static [u8], bool)>);

    #[test]
    fn one_line_ending_goes_and_nothing_else() {
        let table: &[Row] = &[
            (b"pw", Some((b"pw", false))),
            (b"pw\n", Some((b"pw", false))),
            (b"pw\r\n", Some((b"pw", false))),
            (b"pw\r", Some((b"pw", false))),
            (b"pw\n\n", Some((b"pw\n", true))),
            (b" pw ", Some((b" pw ", false))),
            (b"", None),
            (b" \n", None),
            (b"\xc2\xa0\x0b\r\n", None),
        ];
        for (piped, expected) in table {
            let found =
                stdin_password(piped).map(|found| (found.password.expose().to_vec(), found.has_newline));
            assert_eq!(found, expected.map(|(bytes, newline)| (bytes.to_vec(), newline)), "{piped:?}");
        }
    }

    #[test]
    fn an_empty_password_is_wrong_and_an_ended_token_is_warned_of() {
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let context = PasswordContext { kind: SecretType::Private, key: "reg.example.com", username: "jane" };
        assert!(verdict(&context, b"", now).is_wrong());
        assert_eq!(verdict(&context, b"correct horse", now), FieldVerdict::Ok);
        // {"alg":"RS256"}.{"exp":1000000000}
        let ended = b"eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjEwMDAwMDAwMDB9.c2ln";
        let words = verdict(&context, ended, now).words().unwrap();
        assert_eq!(words, "This token ended 25y ago: fetch a fresh one.");
    }

    #[test]
    fn the_line_under_the_field_tells_nothing_of_the_length() {
        let now = Timestamp::UNIX_EPOCH;
        let context = PasswordContext { kind: SecretType::Private, key: "reg.example.com", username: "jane" };
        for length in 1..300 {
            let secret = "z".repeat(length);
            assert_eq!(kind_words(context.classify(secret.as_bytes(), now).kind), None, "{length}");
            assert_eq!(verdict(&context, secret.as_bytes(), now), FieldVerdict::Ok, "{length}");
        }
    }
}
