//! What sticks to a secret when it is copied: blanks, line ends, NULs, a `Bearer ` in front.

use super::super::diagnostic::{Diagnostic, Diagnostics};

const BEARER: &str = "bearer ";

/// The secret proper, for reading only: what is stored stays as it is. Warns of what was around it.
pub(super) fn strip<'a>(secret: &'a str, warnings: &mut Diagnostics) -> &'a str {
    warn_of_control_bytes(secret.as_bytes(), warnings);
    let from_start = secret.trim_start_matches(is_edge);
    let text = from_start.trim_end_matches(is_edge);
    let (head, tail) = (&secret[..secret.len() - from_start.len()], &from_start[text.len()..]);
    let has_blank = head.contains(char::is_whitespace) || tail.contains(char::is_whitespace);
    warnings.add_if(has_blank, Diagnostic::TokenHasWhitespace);
    match text.split_at_checked(BEARER.len()) {
        Some((prefix, token)) if prefix.eq_ignore_ascii_case(BEARER) => {
            warnings.add(Diagnostic::HasBearerPrefix);
            token.trim_start()
        }
        _ => text,
    }
}

/// Warns of bytes that no keyboard puts into a password. Tabs and line ends count as white space instead.
pub(super) fn warn_of_control_bytes(secret: &[u8], warnings: &mut Diagnostics) {
    let has_control = secret.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace());
    warnings.add_if(has_control, Diagnostic::TokenHasControlChars);
}

fn is_edge(c: char) -> bool {
    c.is_whitespace() || c == '\0'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_wrapping_goes() {
        use Diagnostic::{HasBearerPrefix, TokenHasControlChars, TokenHasWhitespace};
        let table: &[(&str, &str, &[Diagnostic])] = &[
            ("hunter2", "hunter2", &[]),
            (" hunter 2\r\n", "hunter 2", &[TokenHasWhitespace]),
            ("\u{a0}hunter2", "hunter2", &[TokenHasWhitespace]),
            ("hunter2\0\0", "hunter2", &[TokenHasControlChars]),
            ("hunter2\0\n", "hunter2", &[TokenHasControlChars, TokenHasWhitespace]),
            ("hun\u{1b}ter2", "hun\u{1b}ter2", &[TokenHasControlChars]),
            ("a\tb", "a\tb", &[]),
            ("Bearer  abc", "abc", &[HasBearerPrefix]),
            ("bearer abc\n", "abc", &[TokenHasWhitespace, HasBearerPrefix]),
            ("Bearerabc", "Bearerabc", &[]),
            ("Bearer ", "Bearer", &[TokenHasWhitespace]),
            ("äöüßäöü", "äöüßäöü", &[]),
            ("   ", "", &[TokenHasWhitespace]),
            ("", "", &[]),
        ];
        for (secret, text, expected) in table {
            let mut warnings = Diagnostics::default();
            assert_eq!(strip(secret, &mut warnings), *text, "{secret:?}");
            assert_eq!(warnings, expected.iter().copied().collect(), "{secret:?}");
        }
    }
}
