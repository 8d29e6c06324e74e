//! All that is known of one login: in the pane below or beside the list, or over the whole body.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::text;
use crate::tui::model::Model;
use crate::tui::model::detail::{self, LABEL};
use crate::tui::theme::Theme;
use crate::tui::widget::rows;

/// Draws it with this line first; as the pane with the list, from the beginning, where there is none.
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    theme: Theme,
    scroll: Option<usize>,
    now: Timestamp,
) {
    frame.render_widget(Clear, area);
    let block = Block::bordered().border_set(theme.border());
    let inner = block.inner(area);
    let Some(login) = model.selected() else {
        frame.render_widget(block, area);
        return;
    };
    let name = match &login.named {
        Some(_) => model.secret_name(login),
        None => model.registry_name(login),
    };
    let title = text::middle_ellipsis(&name, usize::from(area.width).saturating_sub(6)).into_owned();
    let lines = detail::lines(model, usize::from(inner.width), now);
    let height = usize::from(inner.height);
    let from = scroll.unwrap_or(0).min(lines.len().saturating_sub(height));
    let hidden = lines.len().saturating_sub(from + height);
    let mut block = block.title(Span::styled(format!(" {title} "), theme.heading()));
    if hidden > 0 {
        block = block.title_bottom(
            Line::from(more(hidden, if scroll.is_some() { "j" } else { "Enter" })).right_aligned(),
        );
    }
    frame.render_widget(block, area);
    let shown = lines.into_iter().skip(from).take(height).map(|row| rows::line(row, LABEL, theme));
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), inner);
}

fn more(hidden: usize, key: &str) -> String {
    let lines = if hidden == 1 { "line" } else { "lines" };
    format!(" {hidden} more {lines}: {key} ")
}
