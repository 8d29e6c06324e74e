//! What lies over the list, the topmost last. The topmost has the keyboard, the paste and the footer; all are drawn, from
//! below.

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use crate::tui::dialog::Dialog;
use crate::tui::dialog::ask_image::AskImage;
use crate::tui::dialog::confirm::Question;
use crate::tui::dialog::form::Form;
use crate::tui::dialog::unlock::Unlock;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Then};

/// One thing over the list.
#[derive(Debug)]
pub enum Layer {
    /// The list's filter is being typed.
    Filter,
    /// All of one login, to be read.
    Detail {
        /// The first line on the screen.
        scroll: usize,
    },
    /// The help, to be read.
    Help {
        /// The first line on the screen.
        scroll: usize,
    },
    /// What a job found out, to be read.
    Report {
        /// The first line on the screen.
        scroll: usize,
    },
    /// The form for a login.
    Form(Box<Form>),
    /// A question, and what a yes does.
    Question(Question, Then),
    /// The vault's passphrase.
    Unlock(Unlock),
    /// The image whose pull is to be checked.
    AskImage(AskImage),
}

impl Layer {
    /// The dialog in it; none where the keys of the list go on working, or the list itself is typed into.
    pub fn dialog(&self) -> Option<&dyn Dialog> {
        match self {
            Self::Filter | Self::Detail { .. } | Self::Help { .. } | Self::Report { .. } => None,
            Self::Form(form) => Some(&**form),
            Self::Question(question, _) => Some(question),
            Self::Unlock(unlock) => Some(unlock),
            Self::AskImage(image) => Some(image),
        }
    }

    fn dialog_mut(&mut self) -> Option<&mut dyn Dialog> {
        match self {
            Self::Filter | Self::Detail { .. } | Self::Help { .. } | Self::Report { .. } => None,
            Self::Form(form) => Some(&mut **form),
            Self::Question(question, _) => Some(question),
            Self::Unlock(unlock) => Some(unlock),
            Self::AskImage(image) => Some(image),
        }
    }

    /// True where nothing below it can be seen.
    pub fn fills_body(&self) -> bool {
        self.is_text() || self.dialog().is_some_and(Dialog::fills_body)
    }

    /// True for what is only read, over the whole body: the keys of the list go on working.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Detail { .. } | Self::Help { .. } | Self::Report { .. })
    }

    fn may_be_covered(&self) -> bool {
        self.is_text() || self.dialog().is_some_and(Dialog::may_be_covered)
    }
}

/// The stack.
#[derive(Debug, Default)]
pub struct Layers(Vec<Layer>);

impl Layers {
    /// Who has the keyboard; nobody but the list where this is `None`.
    pub fn top(&self) -> Option<&Layer> {
        self.0.last()
    }

    /// All of them, from below.
    pub fn iter(&self) -> impl Iterator<Item = &Layer> {
        self.0.iter()
    }

    /// True where the list lies open.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True while the list's filter is being typed.
    pub fn is_filtering(&self) -> bool {
        matches!(self.top(), Some(Layer::Filter))
    }

    /// The question that is open, and what a yes does.
    pub fn question(&self) -> Option<(&Question, Then)> {
        match self.top() {
            Some(Layer::Question(question, then)) => Some((question, *then)),
            _ => None,
        }
    }

    /// The form, also below others.
    pub fn form(&self) -> Option<&Form> {
        self.0.iter().find_map(|layer| if let Layer::Form(form) = layer { Some(&**form) } else { None })
    }

    pub(super) fn form_mut(&mut self) -> Option<&mut Form> {
        self.0
            .iter_mut()
            .find_map(|layer| if let Layer::Form(form) = layer { Some(&mut **form) } else { None })
    }

    pub(super) fn unlock_mut(&mut self) -> Option<&mut Unlock> {
        self.0
            .iter_mut()
            .find_map(|layer| if let Layer::Unlock(unlock) = layer { Some(unlock) } else { None })
    }

    /// The text that is read.
    pub(super) fn text_mut(&mut self) -> Option<&mut Layer> {
        self.0.last_mut().filter(|layer| layer.is_text())
    }

    /// The dialog that has the keyboard.
    pub(super) fn dialog_mut(&mut self) -> Option<&mut dyn Dialog> {
        self.0.last_mut().and_then(Layer::dialog_mut)
    }

    /// True where a question may come by itself: a key that answers it by chance is meant for nothing else.
    pub(super) fn may_be_covered(&self) -> bool {
        self.top().is_none_or(Layer::may_be_covered)
    }

    pub(super) fn push(&mut self, layer: Layer) {
        self.0.push(layer);
    }

    /// Whoever takes a key takes the layer, and puts it back unless it closes.
    pub(super) fn pop(&mut self) -> Option<Layer> {
        self.0.pop()
    }

    /// Shows a text in the place of the one before.
    pub(super) fn read(&mut self, text: Layer) {
        self.close_text();
        self.push(text);
    }

    pub(super) fn close_text(&mut self) {
        self.0.retain(|layer| !layer.is_text());
    }

    /// Closes the form, wherever it lies.
    pub(super) fn take_form(&mut self) -> Option<Box<Form>> {
        let at = self.0.iter().position(|layer| matches!(layer, Layer::Form(_)))?;
        match self.0.remove(at) {
            Layer::Form(form) => Some(form),
            _ => None,
        }
    }

    /// Closes the question for a passphrase, where it is of this kind.
    pub(super) fn close_unlock(&mut self, is_it: impl Fn(&Unlock) -> bool) {
        self.0.retain(|layer| !matches!(layer, Layer::Unlock(unlock) if is_it(unlock)));
    }
}

impl Model {
    /// The topmost layer takes the key, and is on top again afterwards unless it closed.
    pub(super) fn layer_key(&mut self, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
        match self.layers.pop() {
            Some(Layer::Form(form)) => self.form_key(form, key, now),
            Some(Layer::Question(question, then)) => self.question_key(question, then, key, now),
            Some(Layer::Unlock(unlock)) => self.unlock_key(unlock, key),
            Some(Layer::AskImage(asked)) => self.image_key(asked, key),
            Some(Layer::Filter) => self.filter_key(key, now),
            Some(text @ (Layer::Detail { .. } | Layer::Help { .. } | Layer::Report { .. })) => {
                self.layers.push(text);
                Vec::new()
            }
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::login::{LoginId, Store};
    use crate::tui::dialog::confirm::Confirm;

    fn question() -> Question {
        let (safe_word, danger_word) = ("Keep", "Remove");
        Question::new(Confirm { title: "?".into(), lines: Vec::new(), safe_word, danger_word, typed: None })
    }

    #[test]
    fn no_question_comes_by_itself_over_what_is_typed_or_asked() {
        let id = LoginId { source: "file".into(), key: "ghcr.io".into(), store: Store::Inline };
        let table = [
            (Layer::Detail { scroll: 0 }, true),
            (Layer::Help { scroll: 3 }, true),
            (Layer::Filter, false),
            (Layer::Form(Box::new(Form::new(Vec::new(), false))), false),
            (Layer::Question(question(), Then::LeaveForm), false),
            (Layer::Unlock(Unlock::default()), false),
            (Layer::AskImage(AskImage::of(&id)), false),
        ];
        let mut layers = Layers::default();
        assert!(layers.may_be_covered());
        for (layer, expected) in table {
            let shown = format!("{layer:?}");
            layers.push(layer);
            assert_eq!(layers.may_be_covered(), expected, "{shown}");
        }
    }

    #[test]
    fn one_text_is_read_at_a_time_and_what_lies_below_stays() {
        let mut layers = Layers::default();
        layers.read(Layer::Detail { scroll: 7 });
        layers.read(Layer::Help { scroll: 0 });
        assert_eq!(layers.iter().count(), 1);
        layers.push(Layer::Form(Box::new(Form::new(Vec::new(), false))));
        layers.push(Layer::Unlock(Unlock::making()));
        layers.close_unlock(|unlock| !unlock.is_making());
        assert!(matches!(layers.top(), Some(Layer::Unlock(_))) && layers.form().is_some());
        assert!(layers.take_form().is_some() && layers.take_form().is_none());
        layers.close_unlock(Unlock::is_making);
        assert!(matches!(layers.top(), Some(Layer::Help { scroll: 0 })));
    }
}
