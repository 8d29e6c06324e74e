//! Base64 as the languages of the tools read it: no two of them agree on what is an error.

use ::base64::alphabet::{self, Alphabet};
use ::base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use ::base64::engine::{DecodePaddingMode, Engine as _};
use zeroize::Zeroizing;

/// Go's `base64.StdEncoding`: the padding must be there, bits behind the last byte may be anything.
const GO: GeneralPurpose = engine(DecodePaddingMode::RequireCanonical, true);
/// The Rust crate's `STANDARD` with padding that does not matter: bits behind the last byte must be zero.
const RUST: GeneralPurpose = engine(DecodePaddingMode::Indifferent, false);
/// What is left after the other languages have thrown away what they do not know.
const DIGITS: GeneralPurpose = engine(DecodePaddingMode::RequireNone, true);

const fn engine(padding: DecodePaddingMode, trailing_bits: bool) -> GeneralPurpose {
    const STANDARD: Alphabet = alphabet::STANDARD;
    GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(padding)
            .with_decode_allow_trailing_bits(trailing_bits),
    )
}

/// Bytes that are wiped.
pub type Bytes = Zeroizing<Vec<u8>>;

/// Go `encoding/base64` 1.26: CR and LF are skipped, wherever they stand.
pub fn go(text: &str) -> Option<Bytes> {
    if !text.contains(['\r', '\n']) {
        return GO.decode(text).ok().map(Zeroizing::new);
    }
    let text = Zeroizing::new(text.replace(['\r', '\n'], ""));
    GO.decode(text.as_str()).ok().map(Zeroizing::new)
}

/// The Rust crate `docker_credential` 1.4.0: no line break either.
pub fn rust(text: &str) -> Option<Bytes> {
    RUST.decode(text).ok().map(Zeroizing::new)
}

/// Python's `base64.b64decode` (Python 3.11 `Modules/binascii.c`, not strict): other characters are skipped, enough padding ends
/// it, and what is left must be whole.
pub fn python(text: &str) -> Option<Bytes> {
    if !text.is_ascii() {
        return None;
    }
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    let mut pads = 0;
    for c in text.chars() {
        let place = digits.len() % 4;
        match c {
            '=' if place >= 2 => {
                pads += 1;
                if place + pads >= 4 {
                    return DIGITS.decode(digits.as_str()).ok().map(Zeroizing::new);
                }
            }
            c if is_digit(c) => {
                pads = 0;
                digits.push(c);
            }
            _ => {}
        }
    }
    if digits.len().is_multiple_of(4) {
        DIGITS.decode(digits.as_str()).ok().map(Zeroizing::new)
    } else {
        None
    }
}

/// Node's `Buffer.from(text, "base64")`: both alphabets, other characters are skipped, the first `=` ends it, and what
/// is left is cut to whole bytes.
pub fn node(text: &str) -> Bytes {
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for c in text.chars().take_while(|c| *c != '=') {
        match c {
            '-' => digits.push('+'),
            '_' => digits.push('/'),
            c if is_digit(c) => digits.push(c),
            _ => {}
        }
    }
    let whole = if digits.len() % 4 == 1 { digits.len() - 1 } else { digits.len() };
    let bytes = digits.get(..whole).and_then(|digits| DIGITS.decode(digits).ok());
    Zeroizing::new(bytes.unwrap_or_default())
}

fn is_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text, and what Python, Node, Go and Rust make of it.
    type Row = (&'static str, Option<&'static str>, &'static str, Option<&'static str>, Option<&'static str>);

    /// Measured with Python 3.11.7 and Node 20.20.2; the last two columns, Go and Rust, are read.
    #[test]
    fn each_language_has_its_own_idea_of_an_error() {
        let shown = |bytes: Option<Bytes>| bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let table: &[Row] = &[
            ("YWxpY2U6cHcx", Some("alice:pw1"), "alice:pw1", Some("alice:pw1"), Some("alice:pw1")),
            ("YQ==YQ==", Some("a"), "a", None, None),
            ("YW xp", Some("ali"), "ali", None, None),
            ("YQ=YQ", Some("a\u{6}\u{10}"), "a", None, None),
            ("YWJj\nZGVm", Some("abcdef"), "abcdef", Some("abcdef"), None),
            ("YWxpY2U6cHcx=", Some("alice:pw1"), "alice:pw1", None, None),
            ("YWxpYw", None, "alic", None, Some("alic")),
            ("YWxpY2", None, "alic", None, None),
            ("YWxpY", None, "ali", None, None),
            ("=YWJj", Some("abc"), "", None, None),
            ("YWJjZA=x=", Some("abcd\u{c}"), "abcd", None, None),
            ("cH5-", None, "p~~", None, None),
            ("YWJjZC==", Some("abcd"), "abcd", Some("abcd"), None),
            ("é", None, "", None, None),
        ];
        for (text, in_python, in_node, in_go, in_rust) in table {
            assert_eq!(shown(python(text)).as_deref(), *in_python, "python {text:?}");
            assert_eq!(shown(Some(node(text))).as_deref(), Some(*in_node), "node {text:?}");
            assert_eq!(shown(go(text)).as_deref(), *in_go, "go {text:?}");
            assert_eq!(shown(rust(text)).as_deref(), *in_rust, "rust {text:?}");
        }
    }
}
