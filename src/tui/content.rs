//! What is told, before it is drawn: texts and how they are meant. The model counts their lines, the view gives them their
//! style.

use crate::app::describe::Fact;
pub use crate::app::describe::Tone;
use crate::text;

/// One line of the screen: a label, and a text beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub label: String,
    pub words: String,
    pub tone: Tone,
}

/// The facts as lines of at most `columns` columns, of which the label has `label`: a row for each line, with the label on
/// the first.
pub fn wrap(facts: Vec<Fact>, label: usize, columns: usize) -> Vec<Row> {
    let room = columns.saturating_sub(label + 3).max(8);
    let mut lines = Vec::new();
    for fact in facts {
        let mut label = text::safe(fact.label).into_owned();
        for words in text::wrap(&text::safe(&fact.value), room) {
            lines.push(Row { label: std::mem::take(&mut label), words, tone: fact.tone });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_stands_on_the_first_of_its_lines_and_nothing_moves_the_cursor() {
        let fact = Fact::new("used\u{1b}", "one two three\u{7}").toned(Tone::Warning);
        let lines = wrap(vec![fact, Fact::new("key", "ghcr.io")], 9, 21);
        let shown: Vec<_> = lines.iter().map(|line| (&*line.label, &*line.words, line.tone)).collect();
        let expected = [
            ("used\\x1b", "one two", Tone::Warning),
            ("", "three\\x07", Tone::Warning),
            ("key", "ghcr.io", Tone::Plain),
        ];
        assert_eq!(shown, expected);
    }
}
