//! The question before something that cannot be taken back. The safe answer is the focused one.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

use crate::text;
use crate::tui::dialog::{Context, Dialog, Hint};
use crate::tui::layout::Room;
use crate::tui::theme::Theme;
use crate::tui::widget::input::Input;
use crate::tui::widget::one_line::centred;

/// The widest that a question gets.
const WIDEST: usize = 64;

/// What is asked: it names the thing and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The question in a few words.
    pub title: String,
    /// The thing, and what follows.
    pub lines: Vec<String>,
    /// The button that changes nothing: "Keep", "Stay".
    pub safe_word: &'static str,
    /// The button that does it: "Remove", "Leave".
    pub danger_word: &'static str,
    /// What must be typed first, where it cannot be undone.
    pub typed: Option<String>,
}

/// What came of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Open,
    /// Leave everything as it is.
    Safe,
    Danger,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    confirm: Confirm,
    is_on_danger: bool,
    input: Input,
    /// The first of the words on the screen.
    scroll: usize,
}

impl Question {
    /// The question, with the safe answer focused.
    pub fn new(confirm: Confirm) -> Self {
        Self { confirm, is_on_danger: false, input: Input::default(), scroll: 0 }
    }

    pub fn confirm(&self) -> &Confirm {
        &self.confirm
    }

    /// True where a letter is text, not an answer.
    pub fn takes_text(&self) -> bool {
        self.confirm.typed.is_some()
    }

    /// What a key decides, while the question lies over this body.
    pub fn on_key(&mut self, key: KeyEvent, body: Room) -> Answer {
        let is_plain = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Esc => return Answer::Safe,
            KeyCode::Enter if !self.is_on_danger => return Answer::Safe,
            KeyCode::Enter if self.may_go_on() => return Answer::Danger,
            KeyCode::PageDown => self.scroll_by(5, body),
            KeyCode::PageUp => self.scroll_by(-5, body),
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down => self.turn(),
            _ if self.takes_text() => self.type_key(key),
            KeyCode::Left | KeyCode::Right => self.turn(),
            KeyCode::Char('y') if is_plain => return Answer::Danger,
            KeyCode::Char('n') if is_plain => return Answer::Safe,
            KeyCode::Char('h' | 'l') if is_plain => self.turn(),
            _ => {}
        }
        Answer::Open
    }

    fn type_key(&mut self, key: KeyEvent) {
        if self.input.on_key(key) {
            self.follow_typing();
        }
    }

    /// Whoever has typed the whole word means it: Enter then does what was asked, and nothing else does.
    fn follow_typing(&mut self) {
        self.is_on_danger = self.may_go_on();
    }

    fn scroll_by(&mut self, lines: isize, body: Room) {
        let last = self.words(body).len().saturating_sub(self.most_words(body));
        self.scroll = self.scroll.saturating_add_signed(lines).min(last);
    }

    fn turn(&mut self) {
        self.is_on_danger = !self.is_on_danger;
    }

    fn may_go_on(&self) -> bool {
        self.confirm.typed.as_ref().is_none_or(|wanted| self.input.text() == wanted)
    }

    /// What is asked, in lines as long as there is room for.
    fn words(&self, body: Room) -> Vec<String> {
        let lines = self.confirm.lines.iter();
        lines.flat_map(|line| text::wrap(&text::safe(line), room(body))).collect()
    }

    /// How many of these lines fit above the answers.
    fn most_words(&self, body: Room) -> usize {
        // A frame, its title in it, and a blank line; without a frame a line for the title.
        let around = if body.is_framed() { 3 } else { 1 };
        let last = usize::from(self.takes_text()) + 1;
        body.rows.saturating_sub(around + last)
    }

    /// The title where there is no frame to hold it, with what does not fit on the screen.
    fn heading(&self, room: usize, hidden: usize, theme: Theme) -> Line<'static> {
        let more = if hidden > 0 { format!("  {hidden} more: PgDn") } else { String::new() };
        let title = text::safe(&self.confirm.title);
        let title = text::end_ellipsis(&title, room.saturating_sub(more.len())).into_owned();
        let style = theme.warning().patch(theme.heading());
        Line::from(vec![Span::styled(title, style), Span::styled(more, theme.dim())])
    }

    /// Draws the frame, where there is room for one; the answer is what is left inside.
    fn frame(&self, frame: &mut Frame<'_>, area: Rect, framed: bool, theme: Theme) -> Rect {
        if !framed {
            return Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        }
        let title = text::end_ellipsis(&self.confirm.title, usize::from(area.width).saturating_sub(4));
        let title = Span::styled(format!(" {} ", text::safe(&title)), theme.warning().patch(theme.heading()));
        let block = Block::bordered().border_set(theme.border()).title(title);
        let inner = block.inner(area);
        frame.render_widget(block, area);
        Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
    }

    /// What is typed, and what of the word is missing or wrong; before that, what is to be typed.
    fn input_line(&self, room: usize, theme: Theme) -> Option<Line<'static>> {
        let wanted = self.confirm.typed.as_ref()?;
        let typed = self.input.text();
        if !typed.is_empty() {
            let (rest, style) = match wanted.strip_prefix(typed) {
                Some("") => ("  + right".to_owned(), theme.good()),
                Some(_) => (format!("  of {}", text::safe(wanted)), theme.dim()),
                None => (format!("  x not {}", text::safe(wanted)), theme.bad()),
            };
            let typed = format!("> {}", text::safe(typed));
            let rest = text::end_ellipsis(&rest, room.saturating_sub(text::width(&typed))).into_owned();
            return Some(Line::from(vec![Span::raw(typed), Span::styled(rest, style)]));
        }
        let words = format!("type {} here to go on", text::safe(wanted));
        let words = text::end_ellipsis(&words, room.saturating_sub(2)).into_owned();
        Some(Line::from(vec![Span::raw("> "), Span::styled(words, theme.dim())]))
    }

    fn buttons(&self, theme: Theme) -> Line<'static> {
        let button = |word: &str, is_focused: bool, may: bool| {
            let marker = if is_focused { "> " } else { "  " };
            let style = match (is_focused, may) {
                (_, false) => theme.dim(),
                (true, true) => theme.selected(),
                (false, true) => theme.text(),
            };
            [Span::raw(marker), Span::styled(format!("[ {word} ]"), style)]
        };
        let safe = button(self.confirm.safe_word, !self.is_on_danger, true);
        let danger = button(self.confirm.danger_word, self.is_on_danger, self.may_go_on());
        safe.into_iter().chain([Span::raw("  ")]).chain(danger).collect()
    }
}

impl Dialog for Question {
    /// Into the line, where there is one.
    fn on_paste(&mut self, pasted: &str) -> Option<&'static str> {
        if self.takes_text() {
            self.input.insert(pasted.trim());
            self.follow_typing();
        }
        None
    }

    /// Enter with what it would do now.
    fn hints(&self, _: &Context<'_>) -> Vec<Hint> {
        let Confirm { safe_word, danger_word, .. } = self.confirm;
        let enter = match (self.is_on_danger, self.may_go_on()) {
            (false, _) => safe_word.to_lowercase(),
            (true, true) => danger_word.to_lowercase(),
            (true, false) => "wants the name first".to_owned(),
        };
        let mut hints = vec![("enter", enter)];
        hints.extend((!self.takes_text()).then(|| ("y", danger_word.to_lowercase())));
        hints.push(("tab", "the other answer".to_owned()));
        hints.push(("esc", safe_word.to_lowercase()));
        hints
    }

    /// Over the middle of the body.
    fn draw(&self, frame: &mut Frame<'_>, body: Rect, context: &Context<'_>) {
        let theme = context.theme;
        let around = Room::of(body);
        let (framed, room) = (around.is_framed(), room(around));
        let (words, most) = (self.words(around), self.most_words(around));
        let from = self.scroll.min(words.len().saturating_sub(most));
        let hidden = words.len().saturating_sub(most);
        let mut lines: Vec<Line<'static>> = Vec::new();
        if !framed {
            lines.push(self.heading(room, hidden, theme));
        }
        lines.extend(words.into_iter().skip(from).take(most).map(Line::from));
        if framed && hidden > 0 {
            let words = format!("{hidden} more lines: PgDn, PgUp");
            lines.push(Line::styled(words, theme.dim()));
        } else if framed {
            lines.push(Line::default());
        }
        let input_row = lines.len() as u16;
        lines.extend(self.input_line(room, theme));
        lines.push(self.buttons(theme));
        let area = if framed { centred(body, room as u16 + 4, lines.len() as u16 + 2) } else { body };
        frame.render_widget(Clear, area);
        let inner = self.frame(frame, area, framed, theme);
        frame.render_widget(Paragraph::new(lines), inner);
        if self.takes_text() {
            let x = inner.x + 2 + text::width(self.input.before_cursor()) as u16;
            frame.set_cursor_position(Position::new(
                x.min(inner.right().saturating_sub(1)),
                inner.y + input_row,
            ));
        }
    }
}

/// Columns for the words.
fn room(body: Room) -> usize {
    body.columns.saturating_sub(if body.is_framed() { 6 } else { 2 }).min(WIDEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::inventory::Inventory;
    use crate::app::vault::rows::State;
    use crate::settings::TerminalSettings;
    use jiff::Timestamp;

    fn dialog(typed: Option<&str>) -> Question {
        Question::new(Confirm {
            title: "Remove ghcr.io?".into(),
            lines: vec!["It is gone then.".into()],
            safe_word: "Keep",
            danger_word: "Remove",
            typed: typed.map(str::to_owned),
        })
    }

    fn answer(dialog: &mut Question, codes: &[KeyCode]) -> Answer {
        let mut last = Answer::Open;
        for code in codes {
            last = dialog.on_key(KeyEvent::new(*code, KeyModifiers::NONE), Room { columns: 40, rows: 12 });
        }
        last
    }

    /// All that a question needs of the world is how things look.
    fn context<'a>(inventory: &'a Inventory, vault: &'a State) -> Context<'a> {
        let theme = Theme::of(&TerminalSettings::default());
        let (now, body) = (Timestamp::UNIX_EPOCH, Room::default());
        Context { inventory, vault, home: None, theme, now, body }
    }

    fn hints(dialog: &Question) -> Vec<Hint> {
        dialog.hints(&context(&Inventory::default(), &State::NotRead))
    }

    fn typed(text: &str) -> Vec<KeyCode> {
        text.chars().map(KeyCode::Char).collect()
    }

    #[test]
    fn the_safe_answer_is_one_key_away_and_the_other_two() {
        use KeyCode::{Char, Enter, Esc, Left, Right, Tab};
        let table: &[(&[KeyCode], Answer)] = &[
            (&[Enter], Answer::Safe),
            (&[Esc], Answer::Safe),
            (&[Char('n')], Answer::Safe),
            (&[Char('y')], Answer::Danger),
            (&[Tab, Enter], Answer::Danger),
            (&[Right, Enter], Answer::Danger),
            (&[Right, Left, Enter], Answer::Safe),
            (&[Tab, Esc], Answer::Safe),
            (&[Char('x')], Answer::Open),
        ];
        for (keys, expected) in table {
            assert_eq!(answer(&mut dialog(None), keys), *expected, "{keys:?}");
        }
    }

    #[test]
    fn a_long_answer_is_scrolled_to_its_end_and_no_further() {
        let body = Room { columns: 40, rows: 12 };
        let mut long = dialog(None);
        long.confirm.lines = (0..20).map(|number| format!("line {number}")).collect();
        for (key, first) in [
            (KeyCode::PageUp, 0),
            (KeyCode::PageDown, 5),
            (KeyCode::PageDown, 10),
            (KeyCode::PageDown, 12),
            (KeyCode::PageDown, 12),
            (KeyCode::PageUp, 7),
        ] {
            assert_eq!(long.on_key(KeyEvent::new(key, KeyModifiers::NONE), body), Answer::Open);
            assert_eq!(long.scroll, first);
        }
    }

    #[test]
    fn what_cannot_be_undone_wants_its_name_typed() {
        let mut dialog = dialog(Some("ghcr.io"));
        assert_eq!(answer(&mut dialog, &typed("y")), Answer::Open);
        assert_eq!(answer(&mut dialog, &[KeyCode::Tab, KeyCode::Enter]), Answer::Open);
        assert_eq!(answer(&mut dialog, &[KeyCode::Backspace]), Answer::Open);
        assert_eq!(answer(&mut dialog, &typed("ghcr.io")), Answer::Open);
        assert_eq!(answer(&mut dialog, &[KeyCode::Enter]), Answer::Danger);
    }

    #[test]
    fn what_is_typed_is_followed_and_enter_says_what_it_does() {
        let theme = Theme::of(&TerminalSettings::default());
        let mut dialog = dialog(Some("ghcr.io"));
        let table = [
            ("", "> type ghcr.io here to go on", "keep"),
            ("gh", "> gh  of ghcr.io", "keep"),
            ("x", "> ghx  x not ghcr.io", "keep"),
        ];
        for (more, shown, enter) in table {
            answer(&mut dialog, &typed(more));
            assert_eq!(dialog.input_line(60, theme).unwrap().to_string(), shown);
            assert_eq!(hints(&dialog)[0], ("enter", enter.to_owned()));
        }
        answer(&mut dialog, &[KeyCode::Tab]);
        assert_eq!(hints(&dialog)[0].1, "wants the name first");
        answer(&mut dialog, &[KeyCode::Backspace]);
        answer(&mut dialog, &typed("cr.io"));
        assert_eq!(dialog.input_line(60, theme).unwrap().to_string(), "> ghcr.io  + right");
        assert_eq!(hints(&dialog)[0].1, "remove");
        answer(&mut dialog, &typed("x"));
        assert_eq!(answer(&mut dialog, &[KeyCode::Enter]), Answer::Safe, "the word is wrong again");
    }

    #[test]
    fn without_a_frame_the_title_stays_and_says_how_much_is_hidden() {
        let body = Rect::new(0, 1, 40, 4);
        let mut long = dialog(Some("ghcr.io"));
        long.confirm.lines = (0..5).map(|number| format!("line {number}")).collect();
        let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(40, 6)).unwrap();
        let inventory = Inventory::default();
        let context = context(&inventory, &State::NotRead);
        terminal.draw(|frame| long.draw(frame, body, &context)).unwrap();
        let shown = terminal.backend().to_string();
        assert!(shown.contains("Remove ghcr.io?  4 more: PgDn"), "{shown}");
        assert!(
            shown.contains("line 0") && shown.contains("type ghcr.io") && shown.contains("[ Keep ]"),
            "{shown}"
        );
    }
}
