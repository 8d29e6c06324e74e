//! Messages for the person.

use jiff::Timestamp;

use crate::error::Notice;
use crate::tui::effect::Effect;
use crate::tui::jobs::Outcome;
use crate::tui::model::Model;
use crate::tui::model::time::after;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It goes by itself.
    Info,
    /// Why a key does nothing: it goes by itself, and with the next key.
    Refusal,
    /// It stays until a key is pressed.
    Error,
}

/// A message for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// How much it matters.
    pub level: Level,
    /// What happened, and what to do.
    pub lines: Vec<String>,
    pub(super) until: Option<Timestamp>,
}

impl Toast {
    /// What went wrong; it stays until a key is pressed.
    pub(super) fn error(lines: Vec<String>) -> Self {
        Self { level: Level::Error, lines, until: None }
    }
}

impl Model {
    /// Shows a message that goes by itself.
    pub(super) fn say(&mut self, words: impl Into<String>, now: Timestamp) {
        let until = Some(after(now, self.chosen.message.as_secs()));
        self.toast = Some(Toast { level: Level::Info, lines: vec![words.into()], until });
        self.touch();
    }

    /// Shows what went wrong until a key is pressed; whatever secret is on the screen goes.
    pub(super) fn complain(&mut self, notice: Notice) -> Vec<Effect> {
        self.toast = Some(Toast::error(notice.into_lines()));
        self.touch();
        self.hide()
    }

    /// Says what was done, or why it was not.
    pub(super) fn tell(&mut self, outcome: Outcome<impl Into<String>>, now: Timestamp) -> Vec<Effect> {
        match outcome {
            Ok(words) => {
                self.say(words, now);
                Vec::new()
            }
            Err(notice) => self.complain(notice),
        }
    }

    /// Says why a key does nothing now.
    pub(super) fn refuse(&mut self, reason: &str, now: Timestamp) {
        self.say(format!("Not now: {reason}."), now);
        self.toast.iter_mut().for_each(|toast| toast.level = Level::Refusal);
    }
}
