//! The help as text: every action that the table knows, what the marks mean, and the filter language.

use crate::app::inventory::filter;
use crate::text;
use crate::tui::action;

/// What the characters in the STATE and EXPIRES columns mean.
const MARKS: &[(&str, &str)] = &[
    ("+", "readable, listed by its helper, or a token that is still valid"),
    ("!", "ends within 15 minutes, or your reminder is due; after a store: plain text"),
    ("x", "expired, broken, missing from its store, or the helper fails"),
    ("~", "an estimate, or a helper that has not answered yet"),
    ("?", "the helper was not asked when it ends, or nobody can tell"),
    ("-", "no secret in it"),
];

/// Columns of the keys and marks, with the blanks around them.
const LEFT: usize = 17;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Blank,
    Heading(&'static str),
    /// Keys or a mark, as wide on each line, and what they mean.
    Row(String, String),
}

/// The lines of the help on so many columns.
pub fn lines(columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut section = |title: &'static str, rows: Vec<(String, String)>| {
        if !lines.is_empty() {
            lines.push(Line::Blank);
        }
        lines.push(Line::Heading(title));
        for (left, right) in rows {
            let wrapped = text::wrap(&right, columns.saturating_sub(LEFT).max(10));
            for (at, part) in wrapped.into_iter().enumerate() {
                let left = if at == 0 { format!(" {left:<15} ") } else { " ".repeat(LEFT) };
                lines.push(Line::Row(left, part));
            }
        }
    };
    let keys = action::ALL.iter().map(|entry| (entry.keys.join("  "), entry.title.to_owned())).collect();
    section("Keys", keys);
    section("Marks", MARKS.iter().map(|(mark, words)| ((*mark).to_owned(), (*words).to_owned())).collect());
    let mut rows: Vec<_> =
        filter::STATES.iter().map(|(state, words)| (format!("is:{state}"), (*words).to_owned())).collect();
    rows.push(("in:NAME".into(), "docker, podman, env, or a part of the file's or helper's name".into()));
    rows.push(("user:NAME".into(), "a part of the user name".into()));
    rows.push(("!".into(), "before a term: the others".into()));
    section("Filter", rows);
    lines
}
