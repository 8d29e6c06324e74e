//! Base64 as people paste it: either alphabet, with or without padding, wrapped into lines.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// The most bytes that are decoded; nothing that a registry takes is longer.
const MOST: usize = 64 * 1024;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes text in the standard or the URL-safe alphabet, or both at once. `None` where it is no base64 or decodes to
/// more than 64 KiB.
pub(super) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // Line ends are rarely more than one byte in fifty; this bound spares copying what is hopelessly long.
    if text.len() > 2 * MOST {
        return None;
    }
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    digits.extend(text.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(to_standard));
    while digits.last() == Some(&b'=') {
        digits.pop();
    }
    if digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Zeroizing::new(vec![0; digits.len() / 4 * 3 + 3]);
    let length = LENIENT.decode_slice(&*digits, &mut bytes).ok()?;
    bytes.truncate(length);
    (length <= MOST).then_some(bytes)
}

fn to_standard(digit: u8) -> u8 {
    match digit {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_base64_is_read() {
        let table: [(&str, Option<&[u8]>); 11] = [
            ("aGk=", Some(b"hi")),
            ("aGk", Some(b"hi")),
            ("aGk====", Some(b"hi")),
            (" aG\r\nk\t", Some(b"hi")),
            ("-_+/", Some(b"\xfb\xff\xbf")),
            ("aGl", Some(b"hi")),
            ("", Some(b"")),
            ("aGk=aGk=", None),
            ("aGkaa", None),
            ("a!Gk", None),
            ("ä", None),
        ];
        for (text, bytes) in table {
            assert_eq!(decode(text).as_ref().map(|bytes| &bytes[..]), bytes, "{text:?}");
        }
    }

    #[test]
    fn nothing_over_the_limit_is_decoded() {
        let digits = MOST.div_ceil(3) * 4;
        assert!(decode(&"A".repeat(digits - 4)).is_some());
        assert!(decode(&"A".repeat(digits + 4)).is_none());
        assert!(decode(&"A".repeat(digits * 40)).is_none());
    }
}
