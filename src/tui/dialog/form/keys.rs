//! What keys and pastes do on each page of the form.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::login::destination::Destination;
use crate::credential::rules::{FieldVerdict, SecretType};
use crate::tui::dialog::Context;
use crate::tui::dialog::form::review;
use crate::tui::dialog::form::{Checked, Field, Form, FormEvent, LONGEST, Step};
use crate::tui::widget::secret_field::Pasted;

/// A movement between the things of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    Back,
    On,
}

impl Form {
    /// Does what a key means on this page.
    pub fn on_key(&mut self, key: KeyEvent, context: &Context<'_>) -> FormEvent {
        if self.is_sending {
            // The answer is on its way; a second submission would do it twice.
            return FormEvent::Stay;
        }
        match self.step {
            Step::Type => self.on_type_key(key, context),
            Step::Fields => self.on_field_key(key, context),
            Step::Places => self.on_place_key(key, context),
            Step::Review => self.on_review_key(key, context),
        }
    }

    pub(super) fn paste_secret(&mut self, pasted: &str) -> Option<&'static str> {
        match self.password.paste(pasted) {
            Pasted::Whole => None,
            Pasted::Trimmed => Some("The line ending at the end of the paste was left out."),
            Pasted::TooLong => Some("The paste was left out: it is longer than 16 KiB, and no password is."),
        }
    }

    pub(super) fn paste(&mut self, pasted: &str) -> Option<&'static str> {
        let mut lines = pasted.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        let input = &mut self.entry_mut(self.focus).input;
        if input.text().len() + first.len() > LONGEST {
            return Some("The paste was left out: it is too long for this field.");
        }
        input.insert(first);
        lines.next().map(|_| "Only the first line of the paste was taken.")
    }

    fn on_type_key(&mut self, key: KeyEvent, context: &Context<'_>) -> FormEvent {
        let at = SecretType::ALL.iter().position(|kind| *kind == self.kind).unwrap_or_default();
        let last = SecretType::ALL.len() - 1;
        match key.code {
            KeyCode::Up | KeyCode::Char('k') | KeyCode::BackTab => {
                self.choose(SecretType::ALL[at.saturating_sub(1)]);
            }
            KeyCode::Down | KeyCode::Char('j') | KeyCode::Tab => {
                self.choose(SecretType::ALL[(at + 1).min(last)]);
            }
            KeyCode::Enter | KeyCode::Right => self.go_to(self.focus, context),
            KeyCode::Esc => return self.leave_form(),
            _ => {}
        }
        FormEvent::Stay
    }

    fn leave_form(&self) -> FormEvent {
        if self.is_dirty() { FormEvent::AskLeave } else { FormEvent::Close }
    }

    fn on_field_key(&mut self, key: KeyEvent, context: &Context<'_>) -> FormEvent {
        match key.code {
            KeyCode::Esc => return self.leave_form(),
            KeyCode::Tab | KeyCode::Enter => self.move_focus(Move::On, true, context),
            KeyCode::Down => self.move_focus(Move::On, false, context),
            KeyCode::BackTab => self.move_focus(Move::Back, true, context),
            KeyCode::Up => self.move_focus(Move::Back, false, context),
            _ => self.type_key(key),
        }
        FormEvent::Stay
    }

    fn type_key(&mut self, key: KeyEvent) {
        let is_taken = match self.focus {
            Field::Password => self.password.on_key(key),
            field => self.entry_mut(field).input.on_key(key),
        };
        if is_taken {
            self.entry_mut(self.focus).note = None;
        }
    }

    /// To the next field or the one before. With `turns`, beyond the last one is the next page.
    fn move_focus(&mut self, to: Move, turns: bool, context: &Context<'_>) {
        let fields = Field::of(self.kind);
        let at = fields.iter().position(|field| *field == self.focus).unwrap_or_default();
        self.leave(self.focus);
        let next = match to {
            Move::On => fields.get(at + 1),
            Move::Back => at.checked_sub(1).and_then(|at| fields.get(at)),
        };
        match next {
            Some(field) => self.go_to(*field, context),
            None if !turns => {}
            None if to == Move::Back => self.step = Step::Type,
            None => self.open_places(context),
        }
    }

    fn go_to(&mut self, field: Field, context: &Context<'_>) {
        self.step = Step::Fields;
        self.focus = field;
        // What was said of it stays while it is mended.
        let is_ok = self.verdict(field, context) == FieldVerdict::Ok;
        let entry = self.entry_mut(field);
        entry.is_live |= entry.was_left && !is_ok;
    }

    fn open_places(&mut self, context: &Context<'_>) {
        if let Some(field) = self.first_wrong(context) {
            return self.go_to(field, context);
        }
        self.step = Step::Places;
        self.preselect(context);
    }

    fn on_place_key(&mut self, key: KeyEvent, context: &Context<'_>) -> FormEvent {
        let places = Destination::ALL;
        let at = places.iter().position(|place| *place == self.place).unwrap_or_default();
        match key.code {
            KeyCode::Esc | KeyCode::Left => self.go_to(self.focus, context),
            KeyCode::BackTab if at == 0 => self.go_to(self.focus, context),
            KeyCode::Up | KeyCode::BackTab | KeyCode::Char('k') => self.place = places[at.saturating_sub(1)],
            KeyCode::Down | KeyCode::Tab | KeyCode::Char('j') => {
                self.place = places[(at + 1).min(places.len() - 1)];
            }
            KeyCode::Char('o') => return FormEvent::Unlock,
            KeyCode::Char(' ' | 'x') => self.toggle_place(context),
            KeyCode::Enter | KeyCode::Right => return self.open_review(context),
            _ => {}
        }
        FormEvent::Stay
    }

    /// To the last page, where every rule is kept and every plain file is agreed to.
    fn open_review(&mut self, context: &Context<'_>) -> FormEvent {
        if self.chosen.is_empty() {
            self.place_problem = Some("It must go somewhere: choose a place with Space.".into());
            return FormEvent::Stay;
        }
        let closed = self.chosen_targets(context).into_iter().find_map(|target| target.unavailable);
        if let Some(reason) = closed {
            self.place_problem = Some(format!("Not there: {reason}."));
            return FormEvent::Stay;
        }
        let plain = self.plain_targets(context);
        if plain.iter().any(|target| !self.plain_allowed.contains(&target.destination)) {
            return FormEvent::AskPlain(plain);
        }
        self.review(context);
        FormEvent::Stay
    }

    /// Shows all of it once more.
    pub(super) fn review(&mut self, context: &Context<'_>) {
        if let Some(field) = self.first_wrong(context) {
            return self.go_to(field, context);
        }
        self.reviewed = self.submission(context).map(Box::new);
        if self.reviewed.is_some() {
            self.step = Step::Review;
            self.check = Checked::No;
            self.is_on_submit = true;
            self.scroll = 0;
        }
    }

    fn on_review_key(&mut self, key: KeyEvent, context: &Context<'_>) -> FormEvent {
        match key.code {
            KeyCode::Esc => self.back_from_review(),
            KeyCode::Enter if !self.is_on_submit => self.back_from_review(),
            // The answer may take the reason to submit away.
            KeyCode::Enter if matches!(self.check, Checked::Asking(_)) => {}
            KeyCode::Enter if self.is_refused() => return FormEvent::AskRefused,
            KeyCode::Enter => return self.submit(context),
            KeyCode::Char('s') if matches!(self.check, Checked::Asking(_)) => self.check = Checked::Skipped,
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Left | KeyCode::Right => {
                self.is_on_submit = !self.is_on_submit;
            }
            KeyCode::Down | KeyCode::Char('j') => {
                self.scroll = (self.scroll + 1).min(review::last_scroll(self, context));
            }
            KeyCode::Up | KeyCode::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            _ => {}
        }
        FormEvent::Stay
    }

    fn back_from_review(&mut self) {
        self.reviewed = None;
        self.step = Step::Places;
    }

    /// Hands in what was reviewed. A file that became plain meanwhile is asked about first.
    pub fn submit(&mut self, context: &Context<'_>) -> FormEvent {
        let plain = self.plain_targets(context);
        if plain.iter().any(|target| !self.plain_allowed.contains(&target.destination)) {
            return FormEvent::AskPlain(plain);
        }
        let Some(reviewed) = self.reviewed.clone() else {
            return FormEvent::Stay;
        };
        self.is_sending = true;
        FormEvent::Submit(reviewed)
    }
}
