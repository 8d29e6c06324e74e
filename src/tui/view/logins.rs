//! The list of logins or secrets as it is drawn: its frame, its columns, its rows.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};

use crate::app::inventory::SourceState;
use crate::check::verdict::Standing;
use crate::credential::expiry::State;
use crate::credential::health::Health;
use crate::credential::login::Login;
use crate::text;
use crate::tui::content::Tone;
use crate::tui::layout::Room;
use crate::tui::model::list::Sort;
use crate::tui::model::notices;
use crate::tui::model::{Model, Tab};
use crate::tui::theme::Theme;
use crate::tui::view::secrets;

/// The widths of the columns, 0 where one is left out. The registry's is what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
    name: usize,
    registry: usize,
    user: usize,
    place: usize,
    store: usize,
    expires: usize,
    state: usize,
}

impl Columns {
    /// Columns are left out by what they are worth: where it is kept, which tool, who, then the state's word.
    fn fit(width: usize) -> Self {
        let (mut user, mut place, mut store, mut state) = (12, 6, 8, 11);
        let expires = if width < 30 { 0 } else { 10 };
        if width < 68 {
            store = 0;
            place = 0;
        }
        if width < 52 {
            user = 0;
        }
        if width < 40 {
            state = 1;
        }
        if width >= 96 {
            user = 20;
        }
        let gaps = [user, place, store, expires, state].iter().filter(|width| **width > 0).count();
        let fixed = user + place + store + expires + state + gaps + 2;
        Self { name: 0, registry: width.saturating_sub(fixed), user, place, store, expires, state }
    }

    /// A secret's name stands before its registry, which goes first where there is no room for both.
    fn of_secrets(width: usize) -> Self {
        let all = Self { place: 0, store: 0, ..Self::fit(width) };
        let used: usize = [all.user, all.expires, all.state]
            .iter()
            .filter(|width| **width > 0)
            .map(|width| width + 1)
            .sum();
        let rest = width.saturating_sub(used + 2);
        if rest < 24 {
            return Self { name: rest, registry: 0, ..all };
        }
        Self { name: rest / 2, registry: rest - rest / 2 - 1, ..all }
    }

    fn of(tab: Tab, width: usize) -> Self {
        match tab {
            Tab::Logins => Self::fit(width),
            Tab::Secrets => Self::of_secrets(width),
        }
    }
}

/// Draws the list with its frame.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme, now: Timestamp) {
    let block = Block::bordered().border_set(theme.border()).title(title(model, theme));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if inner.is_empty() {
        return;
    }
    let list = model.list();
    if model.layers.is_filtering() {
        // The cursor stands behind what was typed, in the title.
        let before = text::width(model.tab.title()) + text::width(list.filter.before_cursor());
        let x = area.x + 4 + before as u16;
        frame.set_cursor_position(Position::new(x.min(area.right().saturating_sub(1)), area.y));
    }
    let notices = notices::lines(model, Room::of(inner)).into_iter();
    let mut lines: Vec<_> = notices.map(|(words, tone)| Line::styled(words, theme.style(tone))).collect();
    let columns = Columns::of(model.tab, usize::from(inner.width));
    if list.is_empty() {
        lines.extend(nothing(model, theme, usize::from(inner.width)));
    } else {
        lines.push(head(columns, theme));
        for (row, at) in list.rows() {
            if let Some(login) = model.listed().logins.get(at) {
                lines.push(line(model, login, columns, row == list.position(), theme, now));
            }
        }
    }
    lines.truncate(usize::from(inner.height));
    frame.render_widget(Paragraph::new(lines), inner);
}

fn title(model: &Model, theme: Theme) -> Line<'static> {
    let (list, word) = (model.list(), model.tab.title());
    let filter = list.filter.text();
    if model.layers.is_filtering() || !filter.is_empty() {
        let found = format!(" {}/{} ", list.len(), model.listed().logins.len());
        return Line::from(vec![
            Span::styled(format!(" {word} /"), theme.heading()),
            Span::styled(text::safe(filter).into_owned(), theme.key()),
            Span::raw(found),
        ]);
    }
    let by = match list.sort {
        Sort::Name => " ".into(),
        sort => format!(" by {} ", sort.word()),
    };
    Line::from(vec![Span::styled(format!(" {word}"), theme.heading()), Span::raw(by)])
}

/// What stands where the rows would be.
fn nothing(model: &Model, theme: Theme, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let mut say = |words: &str, tone: Tone| {
        for part in text::wrap(words, width.saturating_sub(2)) {
            lines.push(Line::styled(format!(" {part}"), theme.style(tone)));
        }
    };
    if model.tab == Tab::Secrets && model.secrets.inventory.logins.is_empty() {
        for (words, tone) in secrets::instead_of_rows(model) {
            say(&words, tone);
        }
    } else if !model.loaded {
        say("Reading the files ...", Tone::Dim);
    } else if model.listed().logins.is_empty() {
        say("No logins found.", Tone::Heading);
        say("These places were looked at:", Tone::Plain);
        for source in &model.inventory.sources {
            let state = match &source.state {
                SourceState::Missing => "not there",
                SourceState::Read => "holds no login",
                SourceState::Broken(_) => "broken, see above",
                SourceState::Unreadable(_) => "cannot be read, see above",
            };
            let name = model.shorten(&source.place.name);
            say(&format!("  {} - {state}", text::safe(&name)), Tone::Plain);
        }
        say(
            "docker login REGISTRY makes one; it appears here by itself. pullpass --demo shows an example.",
            Tone::Plain,
        );
    } else {
        let one = if model.tab == Tab::Secrets { "secret" } else { "login" };
        say(&format!("No {one} matches the filter; Esc clears it."), Tone::Plain);
    }
    lines
}

fn cell(text: &str, width: usize) -> String {
    let text = text::middle_ellipsis(text, width);
    format!("{text}{:1$}", "", width.saturating_sub(text::width(&text)))
}

fn head(columns: Columns, theme: Theme) -> Line<'static> {
    let names = [
        ("NAME", columns.name),
        ("REGISTRY", columns.registry),
        ("USER", columns.user),
        ("IN", columns.place),
        ("WHERE", columns.store),
        ("EXPIRES", columns.expires),
        ("STATE", columns.state),
    ];
    let mut line = String::from(" ");
    for (name, width) in names.into_iter().filter(|(_, width)| *width > 0) {
        line.push(' ');
        // A column of one character has no room for its name.
        line.push_str(&cell(if width > 1 { name } else { "" }, width));
    }
    Line::styled(line, theme.dim())
}

fn line(
    model: &Model,
    login: &Login,
    columns: Columns,
    selected: bool,
    theme: Theme,
    now: Timestamp,
) -> Line<'static> {
    let health = Health::of(login, now);
    let expires = login.expiry.label(now, model.grain());
    let (glyph, word, state_style) = state(model, login, health, theme);
    let state = match columns.state {
        0 => String::new(),
        1 => glyph.to_string(),
        _ => format!("{glyph} {word}"),
    };
    let cells = [
        (model.secret_name(login), columns.name, theme.text()),
        (model.registry_name(login), columns.registry, theme.text()),
        (model.user_name(login), columns.user, theme.text()),
        (model.listed().source_of(login).place.format.tag().to_owned(), columns.place, theme.dim()),
        (text::safe(&login.place_word()).into_owned(), columns.store, place_style(login, theme)),
        (expires, columns.expires, expiry_style(login, theme, now)),
        (state, columns.state, state_style),
    ];
    let marker = if selected { ">" } else { " " };
    let mut spans = vec![Span::raw(marker)];
    for (words, width, style) in cells.into_iter().filter(|(_, width, _)| *width > 0) {
        // The selected row is one bar: reversed colours would make a patchwork of it.
        let style = if selected { theme.text() } else { style };
        spans.push(Span::styled(format!(" {}", cell(&words, width)), style));
    }
    let line = Line::from(spans);
    if selected { line.style(theme.selected()) } else { line }
}

fn place_style(login: &Login, theme: Theme) -> Style {
    if login.is_plain() { theme.warning() } else { theme.text() }
}

fn expiry_style(login: &Login, theme: Theme, now: Timestamp) -> Style {
    match login.expiry.state(now) {
        State::Expired => theme.bad(),
        _ if login.expiry.is_soon(now) || login.expiry.is_due(now) => theme.warning(),
        State::Valid => theme.good(),
        _ => theme.text(),
    }
}

/// How a login is: what its registry said, unless what lies here is graver or newer.
fn state(model: &Model, login: &Login, health: Health, theme: Theme) -> (char, &'static str, Style) {
    if model.checks.is_checking(&login.id) {
        return ('~', "checking", theme.dim());
    }
    let source = model.listed().source_of(login);
    let found = model.checks.of(&login.id).filter(|found| !health.is_bad() && !found.is_older_than(source));
    let Some(found) = found else { return (health.glyph(), health.word(), health_style(health, theme)) };
    let standing = found.verdict.standing();
    let style = match standing {
        Standing::Works => theme.good(),
        Standing::Refused => theme.bad(),
        Standing::Unproved | Standing::Failed | Standing::Unreachable => theme.warning(),
    };
    (standing.glyph(), found.verdict.word(), style)
}

fn health_style(health: Health, theme: Theme) -> Style {
    match health {
        health if health <= Health::Expired => theme.bad(),
        Health::ProbablyExpired | Health::Due | Health::Soon => theme.warning(),
        Health::Waiting | Health::NotAsked | Health::Empty => theme.dim(),
        _ => theme.good(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_never_outgrow_the_line_and_the_registry_keeps_its_place() {
        for width in 12..200 {
            let columns = Columns::fit(width);
            let used = [columns.user, columns.place, columns.store, columns.expires, columns.state];
            let gaps = used.iter().filter(|width| **width > 0).count() + 2;
            assert!(used.iter().sum::<usize>() + gaps + columns.registry <= width, "{width} {columns:?}");
            assert!(width < 26 || columns.registry >= 12, "{width} {columns:?}");
            let columns = Columns::of_secrets(width);
            let used = [columns.name, columns.registry, columns.user, columns.expires, columns.state];
            let gaps = used.iter().filter(|width| **width > 0).count() + 1;
            assert!(used.iter().sum::<usize>() + gaps <= width, "{width} {columns:?}");
            assert!(width < 26 || columns.name >= 11, "{width} {columns:?}");
        }
    }
}
