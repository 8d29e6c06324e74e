//! What makes a file unusable, and where.

/// What `serde_json` says, in words for somebody who has to mend the file.
const PLAIN_WORDS: &[(&str, &str)] = &[
    ("EOF while parsing", "the file ends in the middle"),
    ("expected ident", "a word that is not true, false or null"),
    ("key must be a string", "a member's name must stand in double quotes"),
    ("trailing comma", "a comma before a closing bracket"),
    ("expected value", "a value is missing, or it does not stand in double quotes"),
    ("control character", "a line break or control character inside a string"),
];

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

    /// What is wrong with the JSON of a text.
    pub(super) fn syntax(text: &str, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let row = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        // serde_json counts bytes; people count characters.
        let at = (0..=column.saturating_sub(1).min(row.len()))
            .rev()
            .find(|at| row.is_char_boundary(*at))
            .unwrap_or(0);
        let message = error.to_string();
        let found = message.split(" at line ").next().unwrap_or_default();
        let plain = PLAIN_WORDS.iter().find(|(begins, _)| found.starts_with(begins));
        let what = plain.map_or(found, |(_, words)| words).to_owned();
        let hint = match row[at..].chars().next() {
            Some('/' | '#') => Some("comments"),
            _ if found.starts_with("trailing comma") => Some("trailing_comma"),
            _ => None,
        };
        Self { kind: ProblemKind::JsonSyntax, line, column: row[..at].chars().count() + 1, what, hint }
    }

    /// Place and reason as one phrase.
    pub fn sentence(&self) -> String {
        match self.line {
            0 => self.what.clone(),
            line => format!("line {line}, column {}: {}", self.column, self.what),
        }
    }
}
