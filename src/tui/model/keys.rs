//! Who gets a key or a paste: the topmost layer, or the table of actions.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;

use crate::tui::action::{self, Action, Meaning};
use crate::tui::effect::Effect;
use crate::tui::model::{Layer, Level, Model};

impl Model {
    pub(super) fn on_key(&mut self, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
        self.touch();
        // These have been read by the time another key is pressed; the key still does its work.
        self.toast.take_if(|toast| matches!(toast.level, Level::Error | Level::Refusal));
        if self.layers.top().and_then(Layer::dialog).is_some() {
            return self.key_anywhere(key).unwrap_or_else(|| self.layer_key(key, now));
        }
        // A question that pops up under somebody who types on would be answered by chance.
        let mut effects = self.forget_review();
        effects.extend(if self.layers.is_filtering() {
            self.key_anywhere(key).unwrap_or_else(|| self.layer_key(key, now))
        } else {
            self.table_key(key, now)
        });
        effects
    }

    /// What works wherever text is typed.
    fn key_anywhere(&mut self, key: KeyEvent) -> Option<Vec<Effect>> {
        match (key.code, key.modifiers) {
            (KeyCode::Char('c'), KeyModifiers::CONTROL) => Some(vec![Effect::Quit]),
            (KeyCode::Char('z'), KeyModifiers::CONTROL) => Some(self.suspend()),
            (KeyCode::Char('l'), KeyModifiers::CONTROL) => Some(vec![Effect::Redraw]),
            _ => None,
        }
    }

    /// A key on the list, or on what lies over it to be read.
    fn table_key(&mut self, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
        let Some(name) = action::key_name(key) else {
            return Vec::new();
        };
        match action::meaning(self.prefix.take(), &name) {
            Meaning::Begins(letter) => self.prefix = Some(letter),
            Meaning::Nothing => {}
            Meaning::Does(action) => match self.unavailable(action) {
                None => return self.perform(action, now),
                // Esc on a plain list is a habit, not a wish.
                Some(_) if action == Action::Back => {}
                Some(reason) => self.refuse(reason, now),
            },
        }
        Vec::new()
    }

    /// A paste is text, never keys.
    pub(super) fn on_paste(&mut self, pasted: &str, now: Timestamp) -> Vec<Effect> {
        if self.layers.is_filtering() {
            return self.filter_paste(pasted, now);
        }
        let refused = match self.layers.dialog_mut() {
            Some(dialog) => dialog.on_paste(pasted),
            None => Some("A paste means nothing here; press / to filter."),
        };
        if let Some(words) = refused {
            self.say(words, now);
        }
        self.touch();
        Vec::new()
    }

    pub(super) fn suspend(&mut self) -> Vec<Effect> {
        self.hide().into_iter().chain([Effect::Suspend]).collect()
    }
}
