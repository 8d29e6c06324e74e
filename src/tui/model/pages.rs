//! What changes nothing but what is seen: pages, order, filter, texts to read, and the cursor.

use crossterm::event::{KeyCode, KeyEvent};
use jiff::Timestamp;

use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::list::Sort;
use crate::tui::model::{Layer, Model, Reason, detail, help, report};

/// A page of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What tools on this machine use.
    #[default]
    Logins,
    /// The named secrets of the vault.
    Secrets,
}

impl Tab {
    /// Its word.
    pub fn title(self) -> &'static str {
        match self {
            Self::Logins => "Logins",
            Self::Secrets => "Secrets",
        }
    }

    /// The next one; after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Logins => Self::Secrets,
            Self::Secrets => Self::Logins,
        }
    }
}

impl Model {
    pub(super) fn may_go_back(&self) -> Result<(), Reason> {
        let is_plain = self.layers.is_empty() && self.list().filter.text().is_empty();
        if is_plain && self.checks.progress().is_none() { Err("nothing is open") } else { Ok(()) }
    }

    pub(super) fn may_see_list(&self) -> Result<(), Reason> {
        match self.layers.top() {
            Some(Layer::Help { .. }) => Err("close the help first"),
            Some(Layer::Report { .. }) => Err("close the report first"),
            _ => Ok(()),
        }
    }

    /// Does what an action of this kind means.
    pub(super) fn show(&mut self, action: Action, now: Timestamp) -> Vec<Effect> {
        match action {
            Action::Open if self.layers.is_empty() => self.layers.push(Layer::Detail { scroll: 0 }),
            Action::Back | Action::Quit if !self.layers.is_empty() => self.layers.close_text(),
            Action::Logins => self.turn_to(Tab::Logins),
            Action::Secrets => self.turn_to(Tab::Secrets),
            Action::NextTab => self.turn_to(self.tab.next()),
            Action::Back => {
                self.list_mut().filter.clear();
                self.arrange(now);
            }
            Action::Filter => {
                self.layers.close_text();
                self.layers.push(Layer::Filter);
            }
            Action::SortByName => self.sort(Sort::Name, now),
            Action::SortByExpiry => self.sort(Sort::Expiry, now),
            Action::SortByState => self.sort(Sort::State, now),
            Action::Privacy => self.privacy = !self.privacy,
            Action::Help if matches!(self.layers.top(), Some(Layer::Help { .. })) => self.layers.close_text(),
            Action::Help => self.layers.read(Layer::Help { scroll: 0 }),
            movement => self.move_cursor(movement, now),
        }
        self.hide()
    }

    fn turn_to(&mut self, tab: Tab) {
        self.layers.close_text();
        self.tab = tab;
        self.fit();
    }

    fn sort(&mut self, sort: Sort, now: Timestamp) {
        self.list_mut().sort = sort;
        self.arrange(now);
    }

    /// A key while the filter is being typed.
    pub(super) fn filter_key(&mut self, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
        if !matches!(key.code, KeyCode::Esc | KeyCode::Enter) {
            self.layers.push(Layer::Filter);
        }
        let list = self.list_mut();
        match key.code {
            KeyCode::Esc => list.filter.clear(),
            KeyCode::Enter => {}
            KeyCode::Up => list.move_by(-1),
            KeyCode::Down => list.move_by(1),
            _ if !list.filter.on_key(key) => return Vec::new(),
            _ => {}
        }
        if !matches!(key.code, KeyCode::Enter | KeyCode::Up | KeyCode::Down) {
            self.arrange(now);
        }
        self.hide()
    }

    /// A paste while the filter is being typed: its first line.
    pub(super) fn filter_paste(&mut self, pasted: &str, now: Timestamp) -> Vec<Effect> {
        self.list_mut().filter.insert(pasted.lines().next().unwrap_or_default());
        self.arrange(now);
        self.touch();
        self.hide()
    }

    fn move_cursor(&mut self, action: Action, now: Timestamp) {
        let room = layout::body(self.size).inside();
        let page = if self.layers.is_empty() { self.list().height } else { room.rows };
        let by = |rows: usize| rows.max(1) as isize;
        let step = match action {
            Action::Down => 1,
            Action::Up => -1,
            Action::HalfDown => by(page / 2),
            Action::HalfUp => -by(page / 2),
            Action::PageDown => by(page.saturating_sub(1)),
            Action::PageUp => -by(page.saturating_sub(1)),
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            _ => return,
        };
        let lines = match self.layers.top() {
            Some(Layer::Detail { .. }) => detail::lines(self, room.columns, now).len(),
            Some(Layer::Help { .. }) => help::lines(room.columns).len(),
            Some(Layer::Report { .. }) => report::lines(self, room.columns).len(),
            _ => return self.list_mut().move_by(step),
        };
        if let Some(Layer::Detail { scroll } | Layer::Help { scroll } | Layer::Report { scroll }) =
            self.layers.text_mut()
        {
            *scroll = scroll.saturating_add_signed(step).min(lines.saturating_sub(page));
        }
    }
}
