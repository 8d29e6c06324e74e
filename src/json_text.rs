//! JSON strings, both ways, each in one piece of memory: `serde_json` would leave a copy of a secret in its scratch
//! buffer, which nobody wipes.

use std::fmt::Write as _;

/// The text of a JSON string token, quotes included, or nothing where it is no such token.
///
/// Half a surrogate pair becomes U+FFFD, as Go has it. The result is never reallocated: no escape is shorter than
/// what it stands for.
pub fn unescape(token: &str) -> Option<String> {
    let mut rest = token.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = String::with_capacity(rest.len());
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let (c, after) = one_escape(escaped)?;
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// What the escape at the start of `text` (without its backslash) means, and what follows it.
fn one_escape(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    let c = match chars.next()? {
        c @ ('"' | '\\' | '/') => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return utf16_escape(chars.as_str()),
        _ => return None,
    };
    Some((c, chars.as_str()))
}

/// The character that four hex digits, or two such escapes, stand for.
fn utf16_escape(text: &str) -> Option<(char, &str)> {
    let (first, after) = hex4(text)?;
    if let (0xd800..0xdc00, Some((second @ 0xdc00..0xe000, after))) =
        (first, after.strip_prefix("\\u").and_then(hex4))
    {
        let joined = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Some((char::from_u32(joined)?, after));
    }
    Some((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), after))
}

fn hex4(text: &str) -> Option<(u32, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
}

/// The most bytes that [`push_escaped`] writes for each byte of text.
pub const WORST_GROWTH: usize = 6;

/// Appends the text as Go's `encoding/json` writes it, quotes included: `<`, `>` and `&` are escaped too.
pub fn push_escaped(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _infallible = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_escape_means_what_json_says() {
        let table = [
            (r#""""#, Some("")),
            (r#""plain""#, Some("plain")),
            (r#""\"\\\/\b\f\n\r\t""#, Some("\"\\/\u{8}\u{c}\n\r\t")),
            (r#""\u003ctoken\u003E""#, Some("<token>")),
            (r#""\ud83d\ude00!""#, Some("😀!")),
            (r#""\ud83d!""#, Some("\u{fffd}!")),
            (r#""\ud83d\u0041""#, Some("\u{fffd}A")),
            (r#""\ude00""#, Some("\u{fffd}")),
            (r#""\q""#, None),
            (r#""\u00""#, None),
            ("null", None),
            ("7", None),
            ("\"", None),
        ];
        for (token, text) in table {
            assert_eq!(unescape(token).as_deref(), text, "{token}");
        }
    }

    #[test]
    fn text_is_written_as_go_writes_it() {
        let mut out = String::new();
        push_escaped(&mut out, "a<b>&\"\\\u{1}\n\u{2028}\u{7f}é");
        assert_eq!(out, "\"a\\u003cb\\u003e\\u0026\\\"\\\\\\u0001\\n\\u2028\u{7f}é\"");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_within_the_promised_room(text in any::<String>()) {
            let mut out = String::new();
            push_escaped(&mut out, &text);
            prop_assert!(out.len() <= 2 + text.len() * WORST_GROWTH);
            prop_assert_eq!(unescape(&out), Some(text.clone()));
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }

        #[test]
        fn another_writers_strings_are_read_without_a_reallocation(text in any::<String>()) {
            let token = serde_json::to_string(&text).unwrap();
            let read = unescape(&token).unwrap();
            prop_assert_eq!(read.capacity(), token.len() - 2);
            prop_assert_eq!(read, text);
        }
    }
}
