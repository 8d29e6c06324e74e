//! The list: which logins it shows, in which order, which one is selected, and how a row looks.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};

use crate::app::filter::Filter;
use crate::app::inventory::{Inventory, SourceState};
use crate::credential::expiry::State;
use crate::credential::health::Health;
use crate::credential::login::{Account, Login, LoginId};
use crate::registry::key;
use crate::text;
use crate::tui::model::Model;
use crate::tui::part::input::Input;
use crate::tui::theme::Theme;

/// The order of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By the registry's name.
    #[default]
    Name,
    /// By the time left, the shortest first.
    Expiry,
    /// By state, the gravest first.
    State,
}

impl Sort {
    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Expiry => "expiry",
            Self::State => "state",
        }
    }
}

/// The state of the list.
#[derive(Clone, Debug, Default)]
pub struct Logins {
    /// What is typed into the filter.
    pub filter: Input,
    /// True while the filter is being typed.
    pub editing: bool,
    /// The order of the rows.
    pub sort: Sort,
    /// The rows: places in the inventory.
    visible: Vec<u32>,
    /// The selected row.
    selected: usize,
    /// The first row on the screen.
    offset: usize,
    /// Rows that fit on the screen; set with the size.
    pub height: usize,
}

impl Logins {
    /// How many rows match.
    pub fn len(&self) -> usize {
        self.visible.len()
    }

    /// True where no row matches.
    pub fn is_empty(&self) -> bool {
        self.visible.is_empty()
    }

    /// The selected row.
    pub fn position(&self) -> usize {
        self.selected
    }

    /// The selected login's place in the inventory.
    pub fn selected(&self) -> Option<usize> {
        self.visible.get(self.selected).map(|at| *at as usize)
    }

    /// The places of the rows that are on the screen.
    pub fn on_screen(&self) -> impl Iterator<Item = usize> + '_ {
        self.visible.iter().skip(self.offset).take(self.height).map(|at| *at as usize)
    }

    /// Chooses and orders the rows again; the selected login stays selected where it is still there.
    pub fn arrange(&mut self, inventory: &Inventory, selected: Option<&LoginId>, now: Timestamp) {
        let filter = Filter::parse(self.filter.text());
        let logins = &inventory.logins;
        let matches =
            |login: &Login| filter.is_empty() || filter.matches(login, inventory.source_of(login), now);
        self.visible = (0..logins.len() as u32).filter(|at| matches(&logins[*at as usize])).collect();
        let name = |login: &Login| (key::display_name(&login.id.key).to_lowercase(), login.source);
        match self.sort {
            Sort::Name => self.visible.sort_by_cached_key(|at| name(&logins[*at as usize])),
            Sort::Expiry => self.visible.sort_by_cached_key(|at| {
                let login = &logins[*at as usize];
                (login.expiry.instant().is_none(), login.expiry.instant(), name(login))
            }),
            Sort::State => self.visible.sort_by_cached_key(|at| {
                let login = &logins[*at as usize];
                (Health::of(login, now), name(login))
            }),
        }
        if let Some(id) = selected
            && let Some(row) = self.visible.iter().position(|at| logins[*at as usize].id == *id)
        {
            self.selected = row;
        }
        self.move_to(self.selected);
    }

    /// Selects a row, the last one where there are fewer.
    pub fn move_to(&mut self, row: usize) {
        self.selected = row.min(self.visible.len().saturating_sub(1));
        let height = self.height.max(1);
        self.offset = self.offset.clamp((self.selected + 1).saturating_sub(height), self.selected);
        // No empty rows at the end where earlier ones could be shown.
        self.offset = self.offset.min(self.visible.len().saturating_sub(height));
    }

    /// Moves by so many rows.
    pub fn move_by(&mut self, rows: isize) {
        self.move_to(self.selected.saturating_add_signed(rows));
    }
}

/// The widths of the columns, 0 where one is left out. The registry's is what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Columns {
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
        Self { registry: width.saturating_sub(fixed), user, place, store, expires, state }
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
    if model.logins.editing {
        // The cursor stands behind what was typed, in the title.
        let x = area.x
            + 3
            + text::width("Logins /") as u16
            + text::width(model.logins.filter.before_cursor()) as u16;
        frame.set_cursor_position(Position::new(x.min(area.right().saturating_sub(1)), area.y));
    }
    let mut lines = notices(model, theme, usize::from(inner.width));
    let columns = Columns::fit(usize::from(inner.width));
    if model.logins.is_empty() {
        lines.extend(nothing(model, theme, usize::from(inner.width)));
    } else {
        lines.push(head(columns, theme));
        for (row, at) in
            model.logins.visible.iter().enumerate().skip(model.logins.offset).take(model.logins.height)
        {
            let login = &model.inventory.logins[*at as usize];
            lines.push(line(model, login, columns, row == model.logins.selected, theme, now));
        }
    }
    lines.truncate(usize::from(inner.height));
    frame.render_widget(Paragraph::new(lines), inner);
}

/// Lines of the frame's inside that are no rows: the notices and the head.
pub fn lines_above_rows(model: &Model) -> usize {
    notices(model, Theme { mono: true, ascii: true }, 80).len() + 1
}

fn title(model: &Model, theme: Theme) -> Line<'static> {
    let filter = model.logins.filter.text();
    if model.logins.editing || !filter.is_empty() {
        let found = format!(" {}/{} ", model.logins.len(), model.inventory.logins.len());
        return Line::from(vec![
            Span::styled(" Logins /", theme.heading()),
            Span::styled(text::safe(filter).into_owned(), theme.key()),
            Span::raw(found),
        ]);
    }
    let by = match model.logins.sort {
        Sort::Name => " ".into(),
        sort => format!(" by {} ", sort.word()),
    };
    Line::from(vec![Span::styled(" Logins", theme.heading()), Span::raw(by)])
}

/// What is wrong with whole files, above the rows: a broken file never looks like an empty one.
fn notices(model: &Model, theme: Theme, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for source in &model.inventory.sources {
        let name = model.shorten(&source.place.name);
        let what = match &source.state {
            SourceState::Broken(problem) => problem.sentence(),
            SourceState::Unreadable(reason) => format!("cannot be read: {reason}"),
            SourceState::Read | SourceState::Missing => continue,
        };
        let what = format!("x {}: {}", text::safe(&name), text::safe(&what));
        lines.push(Line::styled(text::end_ellipsis(&what, width).into_owned(), theme.bad()));
    }
    for diagnostic in model.inventory.diagnostics.iter() {
        let what = format!("! {}", diagnostic.sentence());
        lines.push(Line::styled(text::end_ellipsis(&what, width).into_owned(), theme.warning()));
    }
    // A third of an 80x24 list at the most; the rest is in the help of each login.
    lines.truncate(4);
    lines
}

/// What stands where the rows would be.
fn nothing(model: &Model, theme: Theme, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let mut say = |words: &str, style: Style| {
        for part in text::wrap(words, width.saturating_sub(2)) {
            lines.push(Line::styled(format!(" {part}"), style));
        }
    };
    if !model.loaded {
        say("Reading the files ...", theme.dim());
    } else if model.inventory.logins.is_empty() {
        say("No logins found.", theme.heading());
        say("These places were looked at:", theme.text());
        for source in &model.inventory.sources {
            let state = match &source.state {
                SourceState::Missing => "not there",
                SourceState::Read => "holds no login",
                SourceState::Broken(_) => "broken, see above",
                SourceState::Unreadable(_) => "cannot be read, see above",
            };
            let name = model.shorten(&source.place.name);
            say(&format!("  {} - {state}", text::safe(&name)), theme.text());
        }
        say(
            "docker login REGISTRY makes one; it appears here by itself. pullpass --demo shows an example.",
            theme.text(),
        );
    } else {
        say("No login matches the filter; Esc clears it.", theme.text());
    }
    lines
}

fn cell(text: &str, width: usize) -> String {
    let text = text::middle_ellipsis(text, width);
    format!("{text}{:1$}", "", width.saturating_sub(text::width(&text)))
}

fn head(columns: Columns, theme: Theme) -> Line<'static> {
    let names = [
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
    let expires = expires(model, login, now);
    let state = match columns.state {
        0 => String::new(),
        1 => health.glyph().to_string(),
        _ => format!("{} {}", health.glyph(), health.word()),
    };
    let cells = [
        (model.registry_name(login), columns.registry, theme.text()),
        (model.user_name(login), columns.user, theme.text()),
        (model.inventory.source_of(login).place.format.tag().to_owned(), columns.place, theme.dim()),
        (text::safe(&login.place_word()).into_owned(), columns.store, place_style(login, theme)),
        (expires, columns.expires, expiry_style(login, theme, now)),
        (state, columns.state, health_style(health, theme)),
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

/// The EXPIRES cell. With reduced motion nothing counts seconds.
fn expires(model: &Model, login: &Login, now: Timestamp) -> String {
    match login.expiry.seconds_left(now) {
        Some(left) if left > 0 && left < 3_600 && model.counts_minutes_only() => {
            let mark = if login.expiry.is_soon(now) { " !" } else { "" };
            format!("{} min{mark}", (left + 59) / 60)
        }
        _ => login.expiry.label(now),
    }
}

fn place_style(login: &Login, theme: Theme) -> Style {
    if login.is_plain() { theme.warning() } else { theme.text() }
}

fn expiry_style(login: &Login, theme: Theme, now: Timestamp) -> Style {
    match login.expiry.state(now) {
        State::Expired => theme.bad(),
        _ if login.expiry.is_soon(now) => theme.warning(),
        State::Valid => theme.good(),
        _ => theme.text(),
    }
}

fn health_style(health: Health, theme: Theme) -> Style {
    match health {
        health if health <= Health::Expired => theme.bad(),
        Health::ProbablyExpired | Health::Soon => theme.warning(),
        Health::Waiting | Health::Empty => theme.dim(),
        _ => theme.good(),
    }
}

/// The user name as it may be shown.
pub fn user_name(account: &Account) -> String {
    match account {
        Account::Name(name) => text::safe(name).into_owned(),
        Account::IsTheSecret => "(the token)".into(),
        Account::Unknown => "-".into(),
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
        }
    }
}
