//! The question for the vault's passphrase. What is typed shows nothing, not even its length.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::secret::Secret;
use crate::text;
use crate::tui::message::Failure;
use crate::tui::part::one_line::{self, OneLine};
use crate::tui::part::secret_field::{Pasted, SecretField};
use crate::tui::theme::Theme;

/// The widest that the question gets.
const WIDEST: u16 = 60;

/// What the question wants after a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing but to be drawn again.
    Stay,
    /// To be closed.
    Close,
    /// The vault to be opened with this.
    Open(Secret),
}

/// The question.
#[derive(Debug, Default)]
pub struct Unlock {
    field: SecretField,
    is_opening: bool,
    problem: Option<String>,
}

impl Unlock {
    /// Does what a key means here.
    pub fn on_key(&mut self, key: KeyEvent) -> Wish {
        match key.code {
            KeyCode::Esc => return Wish::Close,
            _ if self.is_opening => {}
            KeyCode::Enter if self.field.is_empty() => {
                self.problem = Some("Type the passphrase first.".into());
            }
            KeyCode::Enter => {
                self.is_opening = true;
                self.problem = None;
                let passphrase = self.field.secret();
                self.field.clear();
                return Wish::Open(passphrase);
            }
            _ => {
                if self.field.on_key(key) {
                    self.problem = None;
                }
            }
        }
        Wish::Stay
    }

    /// Takes a paste: text, never keys.
    pub fn on_paste(&mut self, pasted: &str) {
        if self.is_opening {
            return;
        }
        self.problem = match self.field.paste(pasted) {
            Pasted::Whole | Pasted::Trimmed => None,
            Pasted::TooLong => Some("The paste was left out: no passphrase is so long.".into()),
        };
    }

    /// It did not open: the reason, and another try.
    pub fn failed(&mut self, failure: Failure) {
        self.is_opening = false;
        self.problem = Some(failure.what);
    }

    /// The keys for the footer.
    pub fn hints(&self) -> Vec<(&'static str, String)> {
        if self.is_opening {
            return vec![("esc", "close".into())];
        }
        vec![("enter", "unlock".into()), ("ctrl-u", "empty".into()), ("esc", "leave it locked".into())]
    }

    /// Draws it over the middle of the body.
    pub fn draw(&self, frame: &mut Frame<'_>, body: Rect, theme: Theme) {
        let (words, style) = match &self.problem {
            _ if self.is_opening => ("Opening it; that takes a second ...".to_owned(), theme.dim()),
            Some(problem) => (format!("x {problem}"), theme.bad()),
            None => ("What is typed is not shown.".to_owned(), theme.dim()),
        };
        let behind = 1 + text::width(self.shown(theme));
        let question = OneLine {
            title: "The vault's passphrase",
            typed: self.field_line(theme, one_line::room(body, WIDEST)),
            cursor: (!self.is_opening).then_some(behind),
            words,
            style,
        };
        question.draw(frame, body, WIDEST, theme);
    }

    /// As much for one character as for a hundred.
    fn shown(&self, theme: Theme) -> &'static str {
        if self.field.is_empty() && !self.is_opening { "" } else { theme.mask() }
    }

    fn field_line(&self, theme: Theme, width: usize) -> Line<'static> {
        let shown = self.shown(theme);
        let rest = width.saturating_sub(text::width(shown) + 2);
        Line::from(vec![
            Span::styled("[", theme.dim()),
            Span::raw(format!("{shown}{:rest$}", "")),
            Span::styled("]", theme.dim()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyModifiers;

    fn press(unlock: &mut Unlock, code: KeyCode) -> Wish {
        unlock.on_key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn what_was_typed_is_handed_over_once_and_kept_nowhere() {
        let mut unlock = Unlock::default();
        assert_eq!(press(&mut unlock, KeyCode::Enter), Wish::Stay);
        unlock.on_paste("hunter");
        assert_eq!(press(&mut unlock, KeyCode::Char('2')), Wish::Stay);
        assert!(!format!("{unlock:?}").contains("hunter"));
        assert_eq!(press(&mut unlock, KeyCode::Enter), Wish::Open(Secret::from_text("hunter2".into())));
        assert!(unlock.field.is_empty());
        assert_eq!(press(&mut unlock, KeyCode::Enter), Wish::Stay, "one try at a time");
        unlock.failed(Failure { what: "Wrong.".into(), hints: Vec::new() });
        unlock.on_paste("again");
        assert_eq!(press(&mut unlock, KeyCode::Enter), Wish::Open(Secret::from_text("again".into())));
        assert_eq!(press(&mut unlock, KeyCode::Esc), Wish::Close);
    }
}
