//! The question for the vault's passphrase. What is typed shows nothing, not even its length.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::vault::rows;
use crate::error::Notice;
use crate::secret::Secret;
use crate::text;
use crate::tui::dialog::{Context, Dialog, Hint};
use crate::tui::theme::Theme;
use crate::tui::widget::one_line::{self, OneLine};
use crate::tui::widget::secret_field::{Pasted, SecretField};

/// The widest that the question gets.
const WIDEST: u16 = 60;

/// What the question wants after a key.
#[derive(Debug, PartialEq, Eq)]
pub enum UnlockEvent {
    Stay,
    Close,
    Open(Secret),
    Make(Secret),
}

/// What the passphrase is for.
#[derive(Debug, Default)]
enum Purpose {
    /// The vault that is there.
    #[default]
    Open,
    /// A new one: it is typed twice, because nobody can bring it back.
    Make { why: String, first: Option<Secret> },
}

#[derive(Debug, Default)]
pub struct Unlock {
    purpose: Purpose,
    field: SecretField,
    is_opening: bool,
    problem: Option<String>,
}

impl Unlock {
    /// For a vault that is being made; a passphrase may be wanted for it.
    pub fn making() -> Self {
        let purpose = Purpose::Make { why: String::new(), first: None };
        Self { purpose, is_opening: true, ..Self::default() }
    }

    pub fn is_making(&self) -> bool {
        matches!(self.purpose, Purpose::Make { .. })
    }

    /// The vault that is being made wants one; why is said.
    pub fn want(&mut self, why: String) {
        self.purpose = Purpose::Make { why, first: None };
        self.is_opening = false;
    }

    pub fn on_key(&mut self, key: KeyEvent) -> UnlockEvent {
        match key.code {
            KeyCode::Esc => return UnlockEvent::Close,
            _ if self.is_opening => {}
            KeyCode::Enter if self.field.is_empty() => {
                self.problem = Some("Type the passphrase first.".into());
            }
            KeyCode::Enter => return self.hand_in(),
            _ => {
                if self.field.on_key(key) {
                    self.problem = None;
                }
            }
        }
        UnlockEvent::Stay
    }

    fn hand_in(&mut self) -> UnlockEvent {
        let passphrase = self.field.secret();
        self.field.clear();
        self.problem = None;
        let Purpose::Make { first, .. } = &mut self.purpose else {
            self.is_opening = true;
            return UnlockEvent::Open(passphrase);
        };
        match (first.take(), rows::fault_of_passphrase(&passphrase)) {
            (None, Some(fault)) => self.problem = Some(fault.into_lines().join(" ")),
            (None, None) => *first = Some(passphrase),
            (Some(before), _) if before == passphrase => {
                self.is_opening = true;
                return UnlockEvent::Make(passphrase);
            }
            (Some(_), _) => self.problem = Some("The two differ: type it twice again.".into()),
        }
        UnlockEvent::Stay
    }

    /// It did not open: the reason, and another try.
    pub fn failed(&mut self, notice: Notice) {
        self.is_opening = false;
        self.problem = Some(notice.what);
    }

    /// The title, and what is said where nothing is wrong.
    fn words(&self) -> (&'static str, String) {
        match &self.purpose {
            Purpose::Open if self.is_opening => {
                ("The vault's passphrase", "Opening it; that takes a second ...".into())
            }
            Purpose::Open => ("The vault's passphrase", "What is typed is not shown.".into()),
            Purpose::Make { .. } if self.is_opening => ("A new vault", "Making it ...".into()),
            Purpose::Make { why, first: None } => (
                "A passphrase for the new vault",
                format!("{why} A passphrase keeps its key. Nobody can bring a forgotten one back.")
                    .trim_start()
                    .to_owned(),
            ),
            Purpose::Make { first: Some(_), .. } => {
                ("The same passphrase again", "What is typed is not shown, so once more.".into())
            }
        }
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

impl Dialog for Unlock {
    fn on_paste(&mut self, pasted: &str) -> Option<&'static str> {
        if self.is_opening {
            return None;
        }
        self.problem = match self.field.paste(pasted) {
            Pasted::Whole | Pasted::Trimmed => None,
            Pasted::TooLong => Some("The paste was left out: no passphrase is so long.".into()),
        };
        None
    }

    fn hints(&self, _: &Context<'_>) -> Vec<Hint> {
        if self.is_opening {
            return vec![("esc", "close".into())];
        }
        let (enter, esc) = match &self.purpose {
            Purpose::Open => ("unlock", "leave it locked"),
            Purpose::Make { first: None, .. } => ("once more", "make none"),
            Purpose::Make { first: Some(_), .. } => ("make the vault", "make none"),
        };
        vec![("enter", enter.into()), ("ctrl-u", "empty".into()), ("esc", esc.into())]
    }

    /// Over the middle of the body.
    fn draw(&self, frame: &mut Frame<'_>, body: Rect, context: &Context<'_>) {
        let theme = context.theme;
        let (title, words) = self.words();
        let (words, style) = match &self.problem {
            Some(problem) if !self.is_opening => (format!("x {problem}"), theme.bad()),
            _ => (words, theme.dim()),
        };
        let behind = 1 + text::width(self.shown(theme));
        let question = OneLine {
            title,
            typed: self.field_line(theme, one_line::room(body, WIDEST)),
            cursor: (!self.is_opening).then_some(behind),
            words,
            style,
        };
        question.draw(frame, body, WIDEST, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyModifiers;

    fn press(unlock: &mut Unlock, code: KeyCode) -> UnlockEvent {
        unlock.on_key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn what_was_typed_is_handed_over_once_and_kept_nowhere() {
        let mut unlock = Unlock::default();
        assert_eq!(press(&mut unlock, KeyCode::Enter), UnlockEvent::Stay);
        unlock.on_paste("hunter");
        assert_eq!(press(&mut unlock, KeyCode::Char('2')), UnlockEvent::Stay);
        assert!(!format!("{unlock:?}").contains("hunter"));
        assert_eq!(
            press(&mut unlock, KeyCode::Enter),
            UnlockEvent::Open(Secret::from_text("hunter2".into()))
        );
        assert!(unlock.field.is_empty());
        assert_eq!(press(&mut unlock, KeyCode::Enter), UnlockEvent::Stay, "one try at a time");
        unlock.failed(Notice { what: "Wrong.".into(), hints: Vec::new() });
        unlock.on_paste("again");
        assert_eq!(press(&mut unlock, KeyCode::Enter), UnlockEvent::Open(Secret::from_text("again".into())));
        assert_eq!(press(&mut unlock, KeyCode::Esc), UnlockEvent::Close);
    }

    #[test]
    fn a_new_passphrase_is_typed_twice() {
        let mut unlock = Unlock::making();
        unlock.on_paste("early");
        assert_eq!(press(&mut unlock, KeyCode::Enter), UnlockEvent::Stay, "the keyring is asked first");
        unlock.want("There is no keyring.".into());
        unlock.on_paste("hunter2");
        assert_eq!(press(&mut unlock, KeyCode::Enter), UnlockEvent::Stay);
        let problem = unlock.problem.clone().unwrap_or_default();
        assert!(problem.contains("at least 8 characters"), "{problem}: said before it is typed again");
        for (first, second) in [("hunter2-x", "hunter2-y"), ("hunter2-x", "hunter2-x")] {
            unlock.on_paste(first);
            assert_eq!(press(&mut unlock, KeyCode::Enter), UnlockEvent::Stay);
            assert!(!format!("{unlock:?}").contains("hunter"));
            unlock.on_paste(second);
            let event = press(&mut unlock, KeyCode::Enter);
            assert_eq!(
                event == UnlockEvent::Make(Secret::from_text(first.into())),
                first == second,
                "{event:?}"
            );
            assert_eq!(unlock.problem.is_some(), first != second);
        }
    }
}
