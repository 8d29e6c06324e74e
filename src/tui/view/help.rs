//! The help: every action that the table knows, what the marks mean, and the filter language.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::app::inventory::filter;
use crate::text;
use crate::tui::action;
use crate::tui::theme::Theme;

/// What the characters in the STATE and EXPIRES columns mean.
const MARKS: &[(&str, &str)] = &[
    ("+", "readable, listed by its helper, or a token that is still valid"),
    ("!", "ends within 15 minutes, or your reminder is due; after a store: plain text"),
    ("x", "expired, broken, missing from its store, or the helper fails"),
    ("~", "an estimate, or a helper that has not answered yet"),
    ("?", "the helper was not asked when it ends, or nobody can tell"),
    ("-", "no secret in it"),
];

/// The lines of the help at this width.
pub fn lines(theme: Theme, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut section = |title: &'static str, rows: Vec<(String, String)>| {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(title, theme.heading()));
        for (left, right) in rows {
            let wrapped = text::wrap(&right, columns.saturating_sub(17).max(10));
            for (at, part) in wrapped.into_iter().enumerate() {
                let left = if at == 0 { format!(" {left:<15} ") } else { " ".repeat(17) };
                lines.push(Line::from(vec![Span::styled(left, theme.key()), Span::raw(part)]));
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

/// Draws it over the whole body, from line `scroll` on.
pub fn draw(frame: &mut Frame<'_>, area: Rect, theme: Theme, scroll: usize) {
    frame.render_widget(Clear, area);
    let block = Block::bordered().border_set(theme.border()).title(" Help ");
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let lines = lines(theme, usize::from(inner.width));
    let from = scroll.min(lines.len().saturating_sub(usize::from(inner.height)));
    let hidden = lines.len().saturating_sub(from + usize::from(inner.height));
    if hidden > 0 && area.height > 2 {
        let words = Line::from(format!(" {hidden} more lines: j ")).right_aligned();
        let bottom = Rect { x: area.x + 1, y: area.bottom() - 1, width: area.width - 2, height: 1 };
        frame.render_widget(words, bottom);
    }
    let shown: Vec<_> = lines.into_iter().skip(from).take(usize::from(inner.height)).collect();
    frame.render_widget(Paragraph::new(shown), inner);
}
