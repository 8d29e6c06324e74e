//! The picture of the form: one page in a frame, scrolled so that what is focused can be seen.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};
use unicode_segmentation::UnicodeSegmentation;

use crate::app::login::destination::Target;
use crate::app::login::submission::Origin;
use crate::credential::rules::SecretType;
use crate::text;
use crate::tui::content::Tone;
use crate::tui::dialog::Context;
use crate::tui::dialog::form::places::place_words;
use crate::tui::dialog::form::review;
use crate::tui::dialog::form::{Checked, Field, Form, Step};
use crate::tui::layout::Room;
use crate::tui::theme::Theme;
use crate::tui::widget::input::Input;
use crate::tui::widget::rows;

/// Columns of the labels, with the marker before them.
const LABEL: usize = 16;

/// Columns before the words of a place.
const PLACE: usize = 6;

/// The widest that a field gets.
const WIDEST: usize = 60;

/// What a page shows.
struct Page {
    lines: Vec<Line<'static>>,
    /// The lines that must be seen.
    focus: Range<usize>,
    /// Column and line of the cursor, where one blinks.
    cursor: Option<(usize, usize)>,
}

/// Draws the form over the body.
pub fn draw(frame: &mut Frame<'_>, body: Rect, form: &Form, context: &Context<'_>) {
    let theme = context.theme;
    frame.render_widget(Clear, body);
    let mut area = body;
    if Room::of(body).is_framed() {
        let block = Block::bordered().border_set(theme.border()).title(title(form, theme));
        area = block.inner(body);
        frame.render_widget(block, body);
    }
    if form.step == Step::Review {
        return review(frame, area, form, context);
    }
    let width = usize::from(area.width);
    let page = match form.step {
        Step::Type => types(form, theme, width),
        Step::Places => places(form, context, width),
        Step::Fields | Step::Review => fields(form, context, width),
    };
    show(frame, area, page);
}

/// Draws a page from the line on that lets its focus be seen.
fn show(frame: &mut Frame<'_>, area: Rect, page: Page) {
    let height = usize::from(area.height);
    // The focus from its first line on, where all of it does not fit.
    let from = page.focus.end.saturating_sub(height).min(page.focus.start);
    let shown: Vec<_> = page.lines.into_iter().skip(from).take(height).collect();
    frame.render_widget(Paragraph::new(shown), area);
    if let Some((x, line)) = page.cursor {
        let x = (area.x + x as u16).min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y + line.saturating_sub(from) as u16));
    }
}

/// Draws the words, and below them the buttons, which are always to be seen.
fn review(frame: &mut Frame<'_>, area: Rect, form: &Form, context: &Context<'_>) {
    let height = usize::from(area.height).saturating_sub(1);
    let lines = review::lines(form, context, usize::from(area.width));
    let from = form.scroll().min(lines.len().saturating_sub(height));
    let hidden = lines.len().saturating_sub(from + height);
    let lines = lines.into_iter().skip(from).take(height);
    let mut shown: Vec<_> = lines.map(|row| rows::line(row, review::LABEL, context.theme)).collect();
    shown.resize(height, Line::default());
    shown.push(buttons(form, hidden, context.theme));
    frame.render_widget(Paragraph::new(shown), area);
}

fn buttons(form: &Form, hidden: usize, theme: Theme) -> Line<'static> {
    if form.is_sending() {
        return Line::styled(" ~ saving ...", theme.dim());
    }
    if matches!(form.check(), Checked::Asking(_)) {
        return Line::styled(" ~ asking the registry ...  s skips it", theme.dim());
    }
    let button = |word: &str, is_focused: bool| {
        let (marker, style) = if is_focused { ("> ", theme.selected()) } else { ("  ", theme.text()) };
        [Span::raw(marker), Span::styled(format!("[ {word} ]"), style)]
    };
    let mut spans: Vec<_> = button("Submit", form.is_on_submit()).into_iter().collect();
    spans.extend(button("Back", !form.is_on_submit()));
    if hidden > 0 {
        let lines = if hidden == 1 { "line" } else { "lines" };
        spans.push(Span::styled(format!("  {hidden} more {lines}: j"), theme.dim()));
    }
    Line::from(spans)
}

fn title(form: &Form, theme: Theme) -> Line<'static> {
    let what = match &form.origin {
        Origin::Edit(id) if id.store.vault_name().is_some() => "Change a secret",
        Origin::Edit(_) => "Change a login",
        Origin::New => "Add a login",
    };
    let kind = if form.step == Step::Type { String::new() } else { format!(": {}", form.kind.name()) };
    let number = match form.step {
        Step::Type => 1,
        Step::Fields => 2,
        Step::Places => 3,
        Step::Review => 4,
    };
    Line::from(vec![
        Span::styled(format!(" {what}{kind}"), theme.heading()),
        Span::raw(format!("  step {number} of 4 ")),
    ])
}

fn types(form: &Form, theme: Theme, width: usize) -> Page {
    let mut lines = vec![Line::styled(" What is the login for?", theme.heading()), Line::default()];
    let mut focus = 0..0;
    for kind in SecretType::ALL {
        let is_chosen = kind == form.kind;
        if is_chosen {
            focus = lines.len()..lines.len() + 1;
        }
        lines.push(row(is_chosen, &format!("{:<20} {}", kind.name(), kind.hint()), width, theme));
    }
    Page { lines, focus, cursor: None }
}

/// A row that can be chosen, as wide as the page.
fn row(is_focused: bool, words: &str, width: usize, theme: Theme) -> Line<'static> {
    let marker = if is_focused { ">" } else { " " };
    let words = format!("{marker} {words}");
    let words = text::end_ellipsis(&words, width);
    let rest = width.saturating_sub(text::width(&words));
    let style = if is_focused { theme.selected() } else { theme.text() };
    Line::styled(format!("{words}{:rest$}", ""), style)
}

fn fields(form: &Form, context: &Context<'_>, width: usize) -> Page {
    let theme = context.theme;
    let mut page = Page { lines: Vec::new(), focus: 0..0, cursor: None };
    for field in Field::of(form.kind) {
        let first = page.lines.len();
        let is_focused = field == form.focus;
        let (line, x) = field_line(form, field, theme, width);
        page.lines.push(line);
        page.lines.extend(message_lines(form, field, context, theme, width));
        if is_focused {
            page.focus = first..page.lines.len();
            page.cursor = Some((x, first));
        }
    }
    page.lines.push(Line::styled("  * must be filled in", theme.dim()));
    page
}

/// The label and the field, and the column of the cursor in it.
fn field_line(form: &Form, field: Field, theme: Theme, width: usize) -> (Line<'static>, usize) {
    let is_focused = field == form.focus;
    let room = width.saturating_sub(LABEL + 3).clamp(4, WIDEST);
    let (shown, before) = match field {
        Field::Password => secret_text(form, theme),
        field => visible(&form.entry(field).input, room),
    };
    let marker = if is_focused { "> " } else { "  " };
    let rest = room.saturating_sub(text::width(&shown));
    let label = format!("{marker}{:<width$}", field.label(form.is_edit()), width = LABEL - 2);
    let label_style = if is_focused { theme.label().patch(theme.heading()) } else { theme.label() };
    let line = Line::from(vec![
        Span::styled(label, label_style),
        Span::styled("[", theme.dim()),
        Span::raw(format!("{shown}{:rest$}", "")),
        Span::styled("]", theme.dim()),
    ]);
    (line, LABEL + 1 + before)
}

/// What stands in the password's field: as much for one character as for a thousand.
fn secret_text(form: &Form, theme: Theme) -> (String, usize) {
    if form.password.is_empty() {
        return (if form.is_edit() { "(unchanged)".into() } else { String::new() }, 0);
    }
    (theme.mask().to_owned(), text::width(theme.mask()))
}

/// The part of a line that fits, with the cursor in it, and the cursor's column.
fn visible(input: &Input, room: usize) -> (String, usize) {
    let before = text::width(input.before_cursor());
    // The cursor itself takes a column at the end.
    let hidden = (before + 1).saturating_sub(room);
    let (mut shown, mut column, mut skipped) = (String::new(), 0, 0);
    for part in input.text().graphemes(true) {
        let width = text::width(part);
        if skipped < hidden {
            skipped += width;
            continue;
        }
        if column + width > room {
            break;
        }
        shown.push_str(part);
        column += width;
    }
    (shown, before.saturating_sub(skipped))
}

fn message_lines(
    form: &Form,
    field: Field,
    context: &Context<'_>,
    theme: Theme,
    width: usize,
) -> Vec<Line<'static>> {
    let messages = form.messages(field, context);
    messages.into_iter().flat_map(|(tone, words)| told(tone, &words, theme, width, LABEL + 1)).collect()
}

/// A message under its field, from this column on where there is room, else from the left.
fn told(tone: Tone, words: &str, theme: Theme, width: usize, indent: usize) -> Vec<Line<'static>> {
    let indent = if width < 56 { 2 } else { indent };
    let (mark, style) = (mark(tone), theme.style(tone));
    let room = width.saturating_sub(indent + 3).clamp(8, WIDEST + 8);
    let wrapped = text::wrap(&text::safe(words), room).into_iter().enumerate();
    let line = |(at, part): (usize, String)| {
        let mark = if at == 0 { mark } else { " " };
        Line::styled(format!("{:indent$}{mark} {part}", ""), style)
    };
    wrapped.map(line).collect()
}

fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "x",
        Tone::Warning => "!",
        Tone::Plain | Tone::Good => "-",
        Tone::Dim | Tone::Heading => " ",
    }
}

fn places(form: &Form, context: &Context<'_>, width: usize) -> Page {
    let theme = context.theme;
    let mut page = Page {
        lines: vec![Line::styled(" Where does it go?", theme.heading()), Line::default()],
        focus: 0..0,
        cursor: None,
    };
    for target in form.targets(context) {
        let first = page.lines.len();
        let is_focused = target.destination == form.place;
        page.lines.push(place_line(form, &target, theme, width));
        let tone = if target.is_plain { Tone::Warning } else { Tone::Plain };
        page.lines.extend(told(tone, &place_words(form, context, &target), theme, width, PLACE));
        if let Some(problem) = form.place_problem.as_ref().filter(|_| is_focused) {
            page.lines.extend(told(Tone::Bad, problem, theme, width, PLACE));
        }
        if is_focused {
            page.focus = first..page.lines.len();
        }
    }
    page
}

fn place_line(form: &Form, target: &Target, theme: Theme, width: usize) -> Line<'static> {
    let mark = match (form.chosen.contains(&target.destination), &target.unavailable) {
        (true, _) => "x",
        (false, Some(_)) => "-",
        (false, None) => " ",
    };
    let words = format!("[{mark}] {}", target.destination.name());
    row(target.destination == form.place, &words, width, theme)
}
