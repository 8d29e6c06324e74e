//! What a new secret's fields must be.

use crate::secret::Secret;

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
/// Source: docker/cli `cli/command/registry/login.go`, `readSecretFromStdin`.
pub fn stdin_password(piped: &[u8]) -> Option<StdinPassword> {
    let bytes = piped
        .strip_suffix(b"\r\n")
        .or_else(|| piped.strip_suffix(b"\n"))
        .or_else(|| piped.strip_suffix(b"\r"))
        .unwrap_or(piped);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    let has_newline = bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
    Some(StdinPassword { password: Secret::new(bytes.to_vec()), has_newline })
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ];
        for (piped, expected) in table {
            let found =
                stdin_password(piped).map(|found| (found.password.expose().to_vec(), found.has_newline));
            assert_eq!(found, expected.map(|(bytes, newline)| (bytes.to_vec(), newline)), "{piped:?}");
        }
    }
}
