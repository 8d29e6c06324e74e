//! A JSON file as others wrote it: its members in order, as slices of its text, and what is wrong with it.
//!
//! Not read through `serde_json::Value`, which stops at a depth of 128 and forgets the bytes.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::credential::diagnostic::{Diagnostic, Diagnostics};

/// Go's JSON reader stops at this depth, and with it every tool that is written in Go.
const DEEPEST: usize = 10_000;

/// A member of an object: its name, and its value as it stands in the text.
pub type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// Why a file cannot be used as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Line of the file, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// Column of that line in characters, from 1.
    pub column: usize,
    /// What was found, in words.
    pub what: String,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

/// The ways in which a file can be unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Not JSON.
    JsonSyntax,
    /// JSON, but not what docker's file is.
    WrongType,
    /// UTF-16, as Windows tools write it.
    EncodingUtf16,
    /// Nested deeper than any Go program reads.
    TooDeep,
}

impl ProblemKind {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::JsonSyntax => "json_syntax",
            Self::WrongType => "wrong_type",
            Self::EncodingUtf16 => "encoding_utf16",
            Self::TooDeep => "too_deep",
        }
    }
}

impl Problem {
    /// A member that is not of the type that it must be.
    pub fn wrong_type(member: &str, expected: &str) -> Self {
        let what = format!("\"{member}\" must be {expected}");
        Self { kind: ProblemKind::WrongType, line: 0, column: 0, what, hint: None }
    }

    /// Place and reason as one phrase.
    pub fn sentence(&self) -> String {
        match self.line {
            0 => self.what.clone(),
            line => format!("line {line}, column {}: {}", self.column, self.what),
        }
    }
}

/// The text of a file, made readable: no byte order mark, no bytes outside UTF-8.
///
/// # Errors
/// A [`Problem`] where it is UTF-16.
pub fn text<'a>(bytes: &'a [u8], diagnostics: &mut Diagnostics) -> Result<Cow<'a, str>, Problem> {
    let utf16 = matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, ..] | [0, _, ..]);
    if utf16 {
        return Err(Problem {
            kind: ProblemKind::EncodingUtf16,
            line: 0,
            column: 0,
            what: "the file is UTF-16, which no tool reads".into(),
            hint: Some("save it as UTF-8 without a byte order mark"),
        });
    }
    let bytes = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => {
            diagnostics.add(Diagnostic::Bom);
            diagnostics.add(Diagnostic::DockerRejectsFile);
            rest
        }
        None => bytes,
    };
    let text = lossy(bytes);
    diagnostics.add_if(matches!(text, Cow::Owned(_)), Diagnostic::InvalidUtf8);
    Ok(text)
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
        Some(Err(error)) => return Err(syntax_problem(text, &error)),
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
    serde_json::from_str::<Name<'_>>(text).ok().map(|name| name.0)
}

/// True for the literal `null`.
pub fn is_null(value: &RawValue) -> bool {
    value.get() == "null"
}

/// What `serde_json` says, in words for somebody who has to mend the file.
const PLAIN_WORDS: &[(&str, &str)] = &[
    ("EOF while parsing", "the file ends in the middle"),
    ("expected ident", "a word that is not true, false or null"),
    ("key must be a string", "a member's name must stand in double quotes"),
    ("trailing comma", "a comma before a closing bracket"),
    ("expected value", "a value is missing, or it does not stand in double quotes"),
    ("control character", "a line break or control character inside a string"),
];

fn syntax_problem(text: &str, error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let row = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    // serde_json counts bytes; people count characters.
    let at =
        (0..=column.saturating_sub(1).min(row.len())).rev().find(|at| row.is_char_boundary(*at)).unwrap_or(0);
    let message = error.to_string();
    let found = message.split(" at line ").next().unwrap_or_default();
    let plain = PLAIN_WORDS.iter().find(|(begins, _)| found.starts_with(begins));
    let what = plain.map_or(found, |(_, words)| words).to_owned();
    let hint = match row[at..].chars().next() {
        Some('/' | '#') => Some("comments"),
        _ if found.starts_with("trailing comma") => Some("trailing_comma"),
        _ => None,
    };
    Problem { kind: ProblemKind::JsonSyntax, line, column: row[..at].chars().count() + 1, what, hint }
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
