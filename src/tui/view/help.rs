//! The help, over the whole body.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::tui::model::help;
use crate::tui::theme::Theme;

/// Draws it, with the line `scroll` first.
pub fn draw(frame: &mut Frame<'_>, area: Rect, theme: Theme, scroll: usize) {
    frame.render_widget(Clear, area);
    let block = Block::bordered().border_set(theme.border()).title(" Help ");
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let lines = help::lines(usize::from(inner.width));
    let from = scroll.min(lines.len().saturating_sub(usize::from(inner.height)));
    let hidden = lines.len().saturating_sub(from + usize::from(inner.height));
    if hidden > 0 && area.height > 2 {
        let words = Line::from(format!(" {hidden} more lines: j ")).right_aligned();
        let bottom = Rect { x: area.x + 1, y: area.bottom() - 1, width: area.width - 2, height: 1 };
        frame.render_widget(words, bottom);
    }
    let shown = lines.into_iter().skip(from).take(usize::from(inner.height)).map(|line| styled(line, theme));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), inner);
}

fn styled(line: help::Line, theme: Theme) -> Line<'static> {
    match line {
        help::Line::Blank => Line::default(),
        help::Line::Heading(title) => Line::styled(title, theme.heading()),
        help::Line::Row(left, right) => Line::from(vec![Span::styled(left, theme.key()), Span::raw(right)]),
    }
}
