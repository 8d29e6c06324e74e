//! The questions before something that cannot be taken back, or that only the person can decide.

use crossterm::event::KeyEvent;
use jiff::Timestamp;

use crate::tui::dialog::confirm::{Answer, Confirm, Question};
use crate::tui::dialog::form::Form;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Job, Ticket};
use crate::tui::layout;

use crate::tui::model::Model;
use crate::tui::model::layers::Layer;

/// What a yes to a question does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The form is closed, and what was typed is wiped.
    LeaveForm,
    /// The form goes on to the review: its plain files are agreed to.
    AllowPlainFile,
    /// The login in the form is saved although the registry refuses it.
    SubmitRefused,
    /// The login goes to the token service that was asked about.
    SendLogin,
    /// What was reviewed is done.
    CarryOut(Ticket),
    /// A vault is made.
    MakeVault,
    /// The change that cannot be taken back waits behind the ones before it.
    SkipUndo,
}

impl Model {
    /// Asks a question; the safe answer is focused. A token service is asked about when its registry answers, which may
    /// be at any moment: never in the place of another question, nor under somebody who types. The next check asks again.
    /// True where the question is asked. So it is with a change that cannot be taken back.
    pub(super) fn ask(&mut self, confirm: Confirm, then: Then) -> bool {
        let comes_by_itself = matches!(then, Then::SendLogin | Then::SkipUndo);
        if comes_by_itself && !self.layers.may_be_covered() {
            return false;
        }
        self.layers.push(Layer::Question(Question::new(confirm), then));
        true
    }

    /// A key while a question has the keyboard.
    pub(super) fn question_key(
        &mut self,
        mut question: Question,
        then: Then,
        key: KeyEvent,
        now: Timestamp,
    ) -> Vec<Effect> {
        match (question.on_key(key, layout::body(self.size)), then) {
            (Answer::Open, then) => {
                self.layers.push(Layer::Question(question, then));
                Vec::new()
            }
            (Answer::Danger, then) => self.go_on(then, now),
            // What was reviewed may be a secret: nobody keeps it any longer.
            (Answer::Safe, Then::CarryOut(ticket)) => vec![Effect::Cancel(ticket)],
            (Answer::Safe, _) => Vec::new(),
        }
    }

    fn go_on(&mut self, then: Then, now: Timestamp) -> Vec<Effect> {
        match then {
            Then::CarryOut(ticket) => return self.carry_out(ticket),
            Then::SendLogin => return self.send_login(),
            Then::MakeVault => return self.make_vault(),
            Then::SkipUndo => return vec![self.start(Job::SkipUndo)],
            Then::SubmitRefused => {
                if let Some(event) = self.with_form(now, Form::submit) {
                    return self.on_form_event(event, now);
                }
            }
            Then::LeaveForm => {
                self.layers.take_form();
            }
            Then::AllowPlainFile => {
                if self.with_form(now, Form::allow_plain).is_some() {
                    return self.check_form();
                }
            }
        }
        Vec::new()
    }
}
