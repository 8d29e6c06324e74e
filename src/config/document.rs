//! A JSON file as others wrote it: its members in order, as slices of its text, and what is wrong with it.
//!
//! Not read through `serde_json::Value`, which stops at a depth of 128 and forgets the bytes.

mod problem;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::credential::diagnostic::{Diagnostic, Diagnostics};
use crate::json_text;
pub use problem::{Problem, ProblemKind};

/// Go's JSON reader stops at this depth, and with it every tool that is written in Go.
const DEEPEST: usize = 10_000;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A member of an object: its name, and its value as it stands in the text.
pub type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// The text of a file, made readable: no byte order mark, no bytes outside UTF-8.
///
/// # Errors
/// A [`Problem`] where it is UTF-16.
pub fn text<'a>(bytes: &'a [u8], diagnostics: &mut Diagnostics) -> Result<Cow<'a, str>, Problem> {
    // After a crash a file may be nothing but zero bytes; those are no letters.
    let is_half_zero = |pair: &[u8]| (pair[0] == 0) != (pair[1] == 0);
    let utf16 =
        matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) || bytes.get(..2).is_some_and(is_half_zero);
    if utf16 {
        return Err(Problem {
            kind: ProblemKind::EncodingUtf16,
            line: 0,
            column: 0,
            what: "the file is UTF-16, which no tool reads".into(),
            hint: Some("save it as UTF-8 without a byte order mark"),
        });
    }
    let (mark, bytes) = split_mark(bytes);
    diagnostics.add_if(!mark.is_empty(), Diagnostic::Bom);
    diagnostics.add_if(!mark.is_empty(), Diagnostic::DockerRejectsFile);
    let text = lossy(bytes);
    diagnostics.add_if(matches!(text, Cow::Owned(_)), Diagnostic::InvalidUtf8);
    Ok(text)
}

/// The byte order mark, where there is one, and what follows it.
pub fn split_mark(bytes: &[u8]) -> (&[u8], &[u8]) {
    bytes.split_at(if bytes.starts_with(MARK) { MARK.len() } else { 0 })
}

/// As `String::from_utf8_lossy`, which is slow where nothing is lost.
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The members of the one object in a text, in order. Doubles are kept. `null` and blank text have none.
///
/// # Errors
/// A [`Problem`] where it is no JSON object, or nested too deep.
pub fn members<'a>(text: &'a str, diagnostics: &mut Diagnostics) -> Result<Vec<Member<'a>>, Problem> {
    if text.trim_ascii().is_empty() {
        diagnostics.add(Diagnostic::EmptyFile);
        return Ok(Vec::new());
    }
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Top<'a>>();
    let top = match stream.next() {
        Some(Ok(top)) => top,
        Some(Err(error)) => return Err(Problem::syntax(text, &error)),
        None => Top::Null,
    };
    let rest = text.get(stream.byte_offset()..).unwrap_or_default();
    diagnostics.add_if(!rest.trim_ascii().is_empty(), Diagnostic::TrailingData);
    match top {
        Top::Object(members) => {
            for (name, value) in &members {
                check_depth(name, value)?;
            }
            Ok(members)
        }
        Top::Null => {
            diagnostics.add(Diagnostic::EmptyFile);
            Ok(Vec::new())
        }
        Top::Other => Err(Problem {
            kind: ProblemKind::WrongType,
            line: 1,
            column: 1,
            what: "the file must hold one JSON object".into(),
            hint: None,
        }),
    }
}

/// The members of a value that is an object; `None` where it is none.
pub fn object(value: &RawValue) -> Option<Vec<Member<'_>>> {
    match serde_json::from_str(value.get()) {
        Ok(Top::Object(members)) => Some(members),
        _ => None,
    }
}

/// True where two members have the same name, or one that is `known` to Go stands there in two cases of its letters,
/// which Go takes for one. Members are not compared each with each: a hostile file has many.
pub fn has_doubles(members: &[Member<'_>], known: &[&str]) -> bool {
    // Nearly every entry has one member, and there are many entries.
    if members.len() < 2 {
        return false;
    }
    let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    let times = |known: &str| names.iter().filter(|name| name.eq_ignore_ascii_case(known)).count();
    names.windows(2).any(|pair| pair[0] == pair[1]) || known.iter().any(|known| times(known) > 1)
}

/// A value that is a string. A lone surrogate becomes U+FFFD.
pub fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    json_text::unescape(text).map(Cow::Owned)
}

/// True for the literal `null`.
pub fn is_null(value: &RawValue) -> bool {
    value.get() == "null"
}

fn check_depth(name: &str, value: &RawValue) -> Result<(), Problem> {
    let text = value.get();
    // What is nested so deep has at least so many bytes.
    if text.len() < DEEPEST || depth(text) < DEEPEST {
        return Ok(());
    }
    Err(Problem {
        kind: ProblemKind::TooDeep,
        line: 0,
        column: 0,
        what: format!("\"{name}\" is nested deeper than {DEEPEST} levels, where docker stops reading"),
        hint: None,
    })
}

/// How deep the brackets of a JSON text go.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.find(|byte| matches!(byte, b'"' | b'[' | b'{' | b']' | b'}')) {
        match byte {
            b'"' => skip_string(&mut bytes),
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            _ => depth = depth.saturating_sub(1),
        }
    }
    deepest
}

/// To behind the quote that ends it.
fn skip_string(bytes: &mut std::str::Bytes<'_>) {
    while bytes.find(|byte| matches!(byte, b'"' | b'\\')) == Some(b'\\') {
        bytes.next();
    }
}

enum Top<'a> {
    Object(Vec<Member<'a>>),
    Null,
    Other,
}

impl<'de: 'a, 'a> Deserialize<'de> for Top<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TopVisitor)
    }
}

struct TopVisitor;

impl<'de> Visitor<'de> for TopVisitor {
    type Value = Top<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            members.push((name, map.next_value()?));
        }
        Ok(Top::Object(members))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Top::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Top::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Top::Other)
    }
}

/// A string, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes, because serde_json refuses a lone surrogate in text.
        deserializer.deserialize_bytes(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Name(lossy(bytes)))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(lossy(bytes).into_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, String)>, Problem> {
        let mut diagnostics = Diagnostics::default();
        let members = members(text, &mut diagnostics)?;
        Ok(members.into_iter().map(|(name, value)| (name.into_owned(), value.get().to_owned())).collect())
    }

    #[test]
    fn members_keep_their_order_their_bytes_and_their_doubles() {
        let found = read(r#"{"b": 1.10, "a": [1,  2], "b": {"\u0062": null}, "\ud800": ""}"#).unwrap();
        let expected = [
            ("b", "1.10"),
            ("a", "[1,  2]"),
            ("b", r#"{"\u0062": null}"#),
            ("\u{fffd}\u{fffd}\u{fffd}", "\"\""),
        ];
        let expected: Vec<_> = expected.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn zero_bytes_are_not_utf16() {
        let kind = |bytes: &[u8]| text(bytes, &mut Diagnostics::default()).err().map(|problem| problem.kind);
        assert_eq!(kind(b"{\0}\0"), Some(ProblemKind::EncodingUtf16));
        assert_eq!(kind(b"\0{\0}"), Some(ProblemKind::EncodingUtf16));
        assert_eq!(kind(b"\0\0\0\0"), None);
        assert_eq!(read("\0\0\0\0").unwrap_err().kind, ProblemKind::JsonSyntax);
    }

    #[test]
    fn half_a_surrogate_pair_becomes_one_replacement_character_as_in_go() {
        for (token, text) in [(r#""\ud800u""#, "\u{fffd}u"), (r#""\ud83d\ude00""#, "😀")] {
            assert_eq!(string(serde_json::from_str(token).unwrap()).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_syntax_error_is_found_by_line_and_character() {
        let table = [
            ("{\n  \"ä\": trux}", 2, 11, None),
            ("{\n // my comment\n}", 2, 2, Some("comments")),
            ("{\"a\": 1,}", 1, 9, Some("trailing_comma")),
            ("{\"a\": 1", 1, 7, None),
        ];
        for (text, line, column, hint) in table {
            let problem = read(text).unwrap_err();
            assert_eq!((problem.line, problem.hint), (line, hint), "{text:?} {problem:?}");
            assert!(problem.column.abs_diff(column) <= 1, "{text:?} {problem:?}");
            assert_eq!(problem.kind, ProblemKind::JsonSyntax);
        }
    }

    #[test]
    fn depth_counts_brackets_outside_strings() {
        let table = [("[]", 1), ("[[{}]]", 3), (r#"["[[[\"[["]"#, 1), ("1", 0)];
        for (text, levels) in table {
            assert_eq!(depth(text), levels, "{text}");
        }
    }
}
