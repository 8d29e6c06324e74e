//! What keys and pastes do on each page of the form.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::login::destination::Destination;
use crate::credential::rules::{SecretType, Verdict};
use crate::tui::dialog::form::review;
use crate::tui::dialog::form::{Around, Checked, Field, Form, LONGEST, Step, Wish};
use crate::tui::widget::secret_field::Pasted;

/// A movement between the things of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    Back,
    On,
}

impl Form {
    /// Does what a key means on this page.
    pub fn on_key(&mut self, key: KeyEvent, around: &Around<'_>) -> Wish {
        if self.is_sending {
            // The answer is on its way; a second submission would do it twice.
            return Wish::Stay;
        }
        match self.step {
            Step::Type => self.on_type_key(key, around),
            Step::Fields => self.on_field_key(key, around),
            Step::Places => self.on_place_key(key, around),
            Step::Review => self.on_review_key(key, around),
        }
    }

    /// Takes a paste: text, never keys. The answer is what to say where it means nothing.
    pub fn on_paste(&mut self, pasted: &str) -> Option<&'static str> {
        if self.step != Step::Fields || self.is_sending {
            return Some("A paste means nothing here.");
        }
        let note = if self.focus == Field::Password { self.paste_secret(pasted) } else { self.paste(pasted) };
        self.entry_mut(self.focus).note = note.map(str::to_owned);
        None
    }

    fn paste_secret(&mut self, pasted: &str) -> Option<&'static str> {
        match self.password.paste(pasted) {
            Pasted::Whole => None,
            Pasted::Trimmed => Some("The line ending at the end of the paste was left out."),
            Pasted::TooLong => Some("The paste was left out: it is longer than 16 KiB, and no password is."),
        }
    }

    fn paste(&mut self, pasted: &str) -> Option<&'static str> {
        let mut lines = pasted.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        let input = &mut self.entry_mut(self.focus).input;
        if input.text().len() + first.len() > LONGEST {
            return Some("The paste was left out: it is too long for this field.");
        }
        input.insert(first);
        lines.next().map(|_| "Only the first line of the paste was taken.")
    }

    fn on_type_key(&mut self, key: KeyEvent, around: &Around<'_>) -> Wish {
        let at = SecretType::ALL.iter().position(|kind| *kind == self.kind).unwrap_or_default();
        let last = SecretType::ALL.len() - 1;
        match key.code {
            KeyCode::Up | KeyCode::Char('k') | KeyCode::BackTab => {
                self.choose(SecretType::ALL[at.saturating_sub(1)]);
            }
            KeyCode::Down | KeyCode::Char('j') | KeyCode::Tab => {
                self.choose(SecretType::ALL[(at + 1).min(last)]);
            }
            KeyCode::Enter | KeyCode::Right => self.go_to(self.focus, around),
            KeyCode::Esc => return self.leave_form(),
            _ => {}
        }
        Wish::Stay
    }

    fn leave_form(&self) -> Wish {
        if self.is_dirty() { Wish::AskLeave } else { Wish::Close }
    }

    fn on_field_key(&mut self, key: KeyEvent, around: &Around<'_>) -> Wish {
        match key.code {
            KeyCode::Esc => return self.leave_form(),
            KeyCode::Tab | KeyCode::Enter => self.move_focus(Move::On, true, around),
            KeyCode::Down => self.move_focus(Move::On, false, around),
            KeyCode::BackTab => self.move_focus(Move::Back, true, around),
            KeyCode::Up => self.move_focus(Move::Back, false, around),
            _ => self.type_key(key),
        }
        Wish::Stay
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
    fn move_focus(&mut self, to: Move, turns: bool, around: &Around<'_>) {
        let fields = Field::of(self.kind);
        let at = fields.iter().position(|field| *field == self.focus).unwrap_or_default();
        self.leave(self.focus);
        let next = match to {
            Move::On => fields.get(at + 1),
            Move::Back => at.checked_sub(1).and_then(|at| fields.get(at)),
        };
        match next {
            Some(field) => self.go_to(*field, around),
            None if !turns => {}
            None if to == Move::Back => self.step = Step::Type,
            None => self.open_places(around),
        }
    }

    fn go_to(&mut self, field: Field, around: &Around<'_>) {
        self.step = Step::Fields;
        self.focus = field;
        // What was said of it stays while it is mended.
        let is_ok = self.verdict(field, around) == Verdict::Ok;
        let entry = self.entry_mut(field);
        entry.is_live |= entry.was_left && !is_ok;
    }

    fn open_places(&mut self, around: &Around<'_>) {
        if let Some(field) = self.first_wrong(around) {
            return self.go_to(field, around);
        }
        self.step = Step::Places;
        self.preselect(around);
    }

    fn on_place_key(&mut self, key: KeyEvent, around: &Around<'_>) -> Wish {
        let places = Destination::ALL;
        let at = places.iter().position(|place| *place == self.place).unwrap_or_default();
        match key.code {
            KeyCode::Esc | KeyCode::Left => self.go_to(self.focus, around),
            KeyCode::BackTab if at == 0 => self.go_to(self.focus, around),
            KeyCode::Up | KeyCode::BackTab | KeyCode::Char('k') => self.place = places[at.saturating_sub(1)],
            KeyCode::Down | KeyCode::Tab | KeyCode::Char('j') => {
                self.place = places[(at + 1).min(places.len() - 1)];
            }
            KeyCode::Char('o') => return Wish::Unlock,
            KeyCode::Char(' ' | 'x') => self.toggle_place(around),
            KeyCode::Enter | KeyCode::Right => return self.open_review(around),
            _ => {}
        }
        Wish::Stay
    }

    /// To the last page, where every rule is kept and every plain file is agreed to.
    fn open_review(&mut self, around: &Around<'_>) -> Wish {
        if self.chosen.is_empty() {
            self.place_problem = Some("It must go somewhere: choose a place with Space.".into());
            return Wish::Stay;
        }
        let closed = self.chosen_targets(around).into_iter().find_map(|target| target.unavailable);
        if let Some(reason) = closed {
            self.place_problem = Some(format!("Not there: {reason}."));
            return Wish::Stay;
        }
        let plain = self.plain_targets(around);
        if plain.iter().any(|target| !self.plain_allowed.contains(&target.destination)) {
            return Wish::AskPlain(plain);
        }
        self.review(around);
        Wish::Stay
    }

    /// Shows all of it once more.
    pub(super) fn review(&mut self, around: &Around<'_>) {
        if let Some(field) = self.first_wrong(around) {
            return self.go_to(field, around);
        }
        self.reviewed = self.submission(around).map(Box::new);
        if self.reviewed.is_some() {
            self.step = Step::Review;
            self.check = Checked::No;
            self.is_on_submit = true;
            self.scroll = 0;
        }
    }

    fn on_review_key(&mut self, key: KeyEvent, around: &Around<'_>) -> Wish {
        match key.code {
            KeyCode::Esc => self.back_from_review(),
            KeyCode::Enter if !self.is_on_submit => self.back_from_review(),
            // The answer may take the reason to submit away.
            KeyCode::Enter if matches!(self.check, Checked::Asking(_)) => {}
            KeyCode::Enter if self.is_refused() => return Wish::AskRefused,
            KeyCode::Enter => return self.submit(around),
            KeyCode::Char('s') if matches!(self.check, Checked::Asking(_)) => self.check = Checked::Skipped,
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Left | KeyCode::Right => {
                self.is_on_submit = !self.is_on_submit;
            }
            KeyCode::Down | KeyCode::Char('j') => {
                self.scroll = (self.scroll + 1).min(review::last_scroll(self, around));
            }
            KeyCode::Up | KeyCode::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            _ => {}
        }
        Wish::Stay
    }

    fn back_from_review(&mut self) {
        self.reviewed = None;
        self.step = Step::Places;
    }

    /// Hands in what was reviewed. A file that became plain meanwhile is asked about first.
    pub fn submit(&mut self, around: &Around<'_>) -> Wish {
        let plain = self.plain_targets(around);
        if plain.iter().any(|target| !self.plain_allowed.contains(&target.destination)) {
            return Wish::AskPlain(plain);
        }
        let Some(reviewed) = self.reviewed.clone() else {
            return Wish::Stay;
        };
        self.is_sending = true;
        Wish::Submit(reviewed)
    }

    /// The keys of this page with their words, for the footer. `vault_step` is what `o` does to the vault now.
    pub fn hints(&self, vault_step: Option<&'static str>) -> Vec<(&'static str, String)> {
        let hints: &[(&str, &str)] = match self.step {
            _ if self.is_sending => &[("ctrl-c", "leave at once")],
            Step::Type => &[("j k", "choose"), ("enter", "go on"), ("esc", "leave")],
            Step::Fields => {
                &[("enter", "next"), ("esc", "leave"), ("shift-tab", "back"), ("ctrl-u", "empty")]
            }
            Step::Places => &[("space", "choose"), ("enter", "review"), ("esc", "back")],
            Step::Review if matches!(self.check, Checked::Asking(_)) => {
                &[("s", "skip the check"), ("tab", "other button"), ("esc", "back")]
            }
            Step::Review => &[("enter", "press"), ("tab", "other button"), ("esc", "back")],
        };
        let vault = vault_step.filter(|_| self.step == Step::Places).map(|word| ("o", word));
        hints.iter().copied().chain(vault).map(|(key, word)| (key, word.to_owned())).collect()
    }
}
