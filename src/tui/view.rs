//! The whole frame: header, body, footer, and what lies over the body.

mod detail;
mod footer;
mod help;
mod logins;
mod report;
mod secrets;

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::app::vault::rows::State;
use crate::text;
use crate::tui::layout::Areas;
use crate::tui::model::{Layer, Level, Model, Tab};
use crate::tui::theme::Theme;

/// Draws the model as it is at this instant.
pub fn draw(model: &Model, frame: &mut Frame<'_>, now: Timestamp) {
    let theme = model.theme;
    let Some(areas) = Areas::of(model.size, model.selected().is_none()) else {
        let words = "pullpass needs 40 columns and 6 rows.";
        let lines: Vec<Line<'_>> =
            text::wrap(words, usize::from(frame.area().width)).into_iter().map(Line::from).collect();
        frame.render_widget(Paragraph::new(lines), frame.area());
        return;
    };
    if areas.footer.bottom() > frame.area().bottom() || areas.header.width > frame.area().width {
        // The terminal shrank and its message has not come yet.
        return;
    }
    header(frame, areas.header, model, theme, now);
    if !model.layers.iter().any(Layer::fills_body) {
        logins::draw(frame, areas.list, model, theme, now);
        if let Some(area) = areas.detail {
            detail::draw(frame, area, model, theme, None, now);
        }
    }
    for layer in model.layers.iter() {
        match layer {
            Layer::Filter => {}
            Layer::Detail { scroll } => detail::draw(frame, areas.body, model, theme, Some(*scroll), now),
            Layer::Report { scroll } => report::draw(frame, areas.body, model, theme, *scroll),
            Layer::Help { scroll } => help::draw(frame, areas.body, theme, *scroll),
            dialog => {
                dialog.dialog().inspect(|dialog| dialog.draw(frame, areas.body, &model.context(now)));
            }
        }
    }
    toast(frame, areas.body, model, theme);
    frame.render_widget(footer::line(model, theme, usize::from(areas.footer.width), now), areas.footer);
    if theme.ascii {
        without_marks(frame.buffer_mut());
    }
}

/// Our own marks in what every terminal can show; names from files stay as they are.
fn without_marks(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        match cell.symbol() {
            "…" => cell.set_symbol("~"),
            "·" => cell.set_symbol(","),
            _ => continue,
        };
    }
}

fn header(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme, now: Timestamp) {
    let mut left = vec![Span::styled(" pullpass ", theme.heading())];
    if model.demo {
        left.push(Span::styled(" demo ", theme.warning()));
    }
    left.push(Span::raw(" "));
    left.extend(tabs(model, theme));
    let left = Line::from(left);
    let mut room = usize::from(area.width).saturating_sub(left.width() + 2);
    let mut right: Vec<Span<'_>> = Vec::new();
    for (words, style) in remarks(model, theme, now) {
        let separator = if right.is_empty() { String::new() } else { format!("{} ", theme.dot()) };
        let width = text::width(&words) + text::width(&separator);
        if width > room {
            break;
        }
        room -= width;
        right.push(Span::raw(separator));
        right.push(Span::styled(words, style));
    }
    right.push(Span::raw(" "));
    let right = Line::from(right);
    let width = right.width() as u16;
    frame.render_widget(left, area);
    frame.render_widget(right, Rect { x: area.right().saturating_sub(width), width, ..area });
}

/// The pages with their keys and how much is on each.
fn tabs(model: &Model, theme: Theme) -> Vec<Span<'static>> {
    let is_open = model.secrets.state == State::Open;
    let tabs = [
        (Tab::Logins, "1", model.loaded.then_some(model.counts.logins.total)),
        (Tab::Secrets, "2", is_open.then_some(model.counts.secrets.total)),
    ];
    let tab = |(tab, key, count): (Tab, &'static str, Option<usize>)| {
        let count = count.map_or_else(String::new, |count| format!(" {count}"));
        let style = if tab == model.tab { theme.heading().underlined() } else { theme.text() };
        [
            Span::styled(format!(" {key}"), theme.key().patch(style)),
            Span::styled(format!(" {}{count} ", tab.title()), style),
        ]
    };
    tabs.into_iter().flat_map(tab).collect()
}

/// What the header says on the right, the most urgent first: what does not fit is left out.
fn remarks(model: &Model, theme: Theme, now: Timestamp) -> Vec<(String, Style)> {
    let mut remarks = Vec::new();
    if let Some(lease) = &model.lease {
        let left = (lease.until.as_second() - now.as_second()).max(0);
        remarks.push((format!("clipboard clears in {}", text::countdown(left)), theme.warning()));
    }
    if let Some((done, total)) = model.checks.progress() {
        remarks.push((format!("~ checking {done}/{total}"), theme.warning()));
        remarks.push(("Esc stops".into(), theme.dim()));
    }
    if !model.helpers.asking.is_empty() {
        let names: Vec<_> = model.helpers.asking.iter().map(|name| text::safe(name)).collect();
        remarks.push((format!("~ asking {}", text::end_ellipsis(&names.join(", "), 24)), theme.dim()));
    }
    let summary = if model.tab == Tab::Secrets { &model.counts.secrets } else { &model.counts.logins };
    let counts = [
        (summary.broken, "broken", theme.bad()),
        (summary.expired, "expired", theme.bad()),
        (summary.soon, "soon", theme.warning()),
        (summary.due, "due", theme.warning()),
        (summary.plain, "plain", theme.warning()),
    ];
    let counts = counts.into_iter().filter(|(count, _, _)| *count > 0);
    remarks.extend(counts.map(|(count, word, style)| (format!("{count} {word}"), style)));
    remarks.extend(secrets::remark(model).map(|words| (words, theme.dim())));
    remarks
}

/// One message at the bottom right of the body.
fn toast(frame: &mut Frame<'_>, body: Rect, model: &Model, theme: Theme) {
    let Some(toast) = &model.toast else { return };
    let style = match toast.level {
        Level::Info | Level::Refusal => theme.selected(),
        Level::Error => theme.bad().patch(theme.selected()),
    };
    let most = if toast.level == Level::Error { usize::MAX } else { 72 };
    let width = usize::from(body.width).saturating_sub(4).clamp(10, most);
    let mut lines: Vec<String> =
        toast.lines.iter().flat_map(|line| text::wrap(&text::safe(line), width - 2)).collect();
    lines.truncate(usize::from(body.height).saturating_sub(1).max(1));
    // An error stays: it covers whole lines, not halves of them.
    let least = if toast.level == Level::Error { width } else { 0 };
    let widest = lines.iter().map(|line| text::width(line)).max().unwrap_or_default().max(least) as u16 + 2;
    let height = lines.len() as u16;
    // The form's last line has buttons.
    let above = if model.layers.form().is_some() { 2 } else { 1 };
    let area = Rect {
        x: body.right().saturating_sub(widest + 1),
        y: body.bottom().saturating_sub(height + above),
        width: widest.min(body.width),
        height: height.min(body.height),
    };
    frame.render_widget(Clear, area);
    let lines: Vec<Line<'_>> = lines
        .into_iter()
        .map(|line| {
            let rest = usize::from(widest).saturating_sub(text::width(&line) + 1);
            Line::styled(format!(" {line}{:rest$}", ""), style)
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), area);
}
