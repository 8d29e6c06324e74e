//! Rows with a label, as [`content`](crate::tui::content) has wrapped them.

use ratatui::text::{Line, Span};

use crate::tui::content::Row;
use crate::tui::theme::Theme;

/// A line; the label has `label` columns.
pub fn line(row: Row, label: usize, theme: Theme) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!(" {:<label$} ", row.label), theme.label()),
        Span::styled(row.words, theme.style(row.tone)),
    ])
}
