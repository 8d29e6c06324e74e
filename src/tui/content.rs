//! What is told, before it is drawn: texts and how they are meant. The model counts their lines, the view gives them their
//! style.

use crate::text;

/// How a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    /// It stands back.
    Dim,
    Heading,
    /// All is well.
    Good,
    /// Somebody should look at it.
    Warning,
    /// It is broken, ended or refused.
    Bad,
}

/// A label, and a text beside it that may need several lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub label: String,
    pub words: String,
    pub tone: Tone,
}

impl Row {
    pub fn new(label: &str, words: impl Into<String>, tone: Tone) -> Self {
        Self { label: label.into(), words: words.into(), tone }
    }
}

/// The rows as lines of at most `columns` columns, of which the label has `label`: a row for each line, with the label on
/// the first.
pub fn wrap(rows: Vec<Row>, label: usize, columns: usize) -> Vec<Row> {
    let room = columns.saturating_sub(label + 3).max(8);
    let mut lines = Vec::new();
    for row in rows {
        let mut label = text::safe(&row.label).into_owned();
        for words in text::wrap(&text::safe(&row.words), room) {
            lines.push(Row { label: std::mem::take(&mut label), words, tone: row.tone });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stands_on_the_first_of_its_lines_and_nothing_moves_the_cursor() {
        let row = Row::new("used\u{1b}", "one two three\u{7}", Tone::Warning);
        let lines = wrap(vec![row, Row::new("key", "ghcr.io", Tone::Plain)], 9, 21);
        let shown: Vec<_> = lines.iter().map(|line| (&*line.label, &*line.words, line.tone)).collect();
        let expected = [
            ("used\\x1b", "one two", Tone::Warning),
            ("", "three\\x07", Tone::Warning),
            ("key", "ghcr.io", Tone::Plain),
        ];
        assert_eq!(shown, expected);
    }
}
