//! A question with one line to type into, in a frame over the middle of the body.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::text;
use crate::tui::theme::Theme;

/// The question as it looks now.
#[derive(Debug)]
pub struct OneLine {
    /// What is asked.
    pub title: &'static str,
    /// What was typed, as it may be shown.
    pub typed: Line<'static>,
    /// The column of the cursor in it; `None` while nothing can be typed.
    pub cursor: Option<usize>,
    /// What is said below it.
    pub words: String,
    pub style: Style,
}

/// Columns for what is typed, where the frame is at most so wide.
pub fn room(body: Rect, widest: u16) -> usize {
    usize::from(body.width.min(widest)).saturating_sub(4)
}

impl OneLine {
    /// Draws it, at most so wide.
    pub fn draw(self, frame: &mut Frame<'_>, body: Rect, widest: u16, theme: Theme) {
        let words = text::wrap(&text::safe(&self.words), room(body, widest));
        let mut lines = vec![self.typed];
        lines.extend(words.into_iter().map(|part| Line::styled(part, self.style)));
        let area = centred(body, body.width.min(widest), lines.len() as u16 + 2);
        frame.render_widget(Clear, area);
        let title = Span::styled(format!(" {} ", self.title), theme.heading());
        let block = Block::bordered().border_set(theme.border()).title(title);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        frame.render_widget(Paragraph::new(lines), inner);
        if let Some(cursor) = self.cursor {
            let x = inner.x + cursor as u16;
            frame.set_cursor_position(Position::new(x.min(inner.right().saturating_sub(1)), inner.y));
        }
    }
}

/// The middle of the body, as large as it may be.
pub fn centred(body: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(body.width), height.min(body.height));
    Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height }
}
