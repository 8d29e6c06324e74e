//! A report, over the whole body.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::text;
use crate::tui::model::Model;
use crate::tui::model::detail::LABEL;
use crate::tui::model::report;
use crate::tui::theme::Theme;
use crate::tui::widget::rows;

/// Draws it, with the line `scroll` first.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme, scroll: usize) {
    frame.render_widget(Clear, area);
    let title = model.report.as_ref().filter(|_| !model.privacy).map_or("", |report| &*report.title);
    let title =
        text::middle_ellipsis(&text::safe(title), usize::from(area.width).saturating_sub(6)).into_owned();
    let mut block = Block::bordered().border_set(theme.border());
    let inner = block.inner(area);
    let lines = report::lines(model, usize::from(inner.width));
    let height = usize::from(inner.height);
    let from = scroll.min(lines.len().saturating_sub(height));
    let hidden = lines.len().saturating_sub(from + height);
    block = block.title(Span::styled(format!(" {title} "), theme.heading()));
    if hidden > 0 {
        block = block.title_bottom(Line::from(format!(" {hidden} more lines: j ")).right_aligned());
    }
    frame.render_widget(block, area);
    let shown = lines.into_iter().skip(from).take(height).map(|row| rows::line(row, LABEL, theme));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), inner);
}
