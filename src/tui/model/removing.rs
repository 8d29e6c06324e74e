//! Removing a row and taking changes back. Nothing is removed without the danger answer to the question here.

use jiff::Timestamp;

use crate::credential::login::LoginId;
use crate::registry::key;
use crate::text;
use crate::tui::effect::Effect;
use crate::tui::message::{Failure, Planned, Report, Ticket};
use crate::tui::model::{Model, Then};
use crate::tui::screen::confirm::Confirm;

/// How far a removal or an undo has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Removing {
    #[default]
    No,
    /// What it means is being found out.
    Asked { ticket: Ticket, id: LoginId },
    /// It is carried out: nothing else is changed meanwhile.
    Writing,
}

impl Model {
    /// True while a change is carried out.
    pub fn is_writing(&self) -> bool {
        self.removing == Removing::Writing
    }

    /// Finds out what removing the selected row means; then the person is asked.
    pub(super) fn review_removal(&mut self, now: Timestamp) -> Vec<Effect> {
        let Some(id) = self.selected().map(|login| login.id.clone()) else { return Vec::new() };
        let mut effects = self.hide();
        let ticket = self.ticket();
        self.removing = Removing::Asked { ticket, id: id.clone() };
        self.say("Looking what goes with it ...", now);
        effects.push(Effect::ReviewRemoval { ticket, id });
        effects
    }

    /// The person does something else: the question is not wanted any more.
    pub(super) fn forget_removal(&mut self) -> Vec<Effect> {
        let Removing::Asked { ticket, .. } = self.removing else { return Vec::new() };
        self.removing = Removing::No;
        self.toast = None;
        vec![Effect::Cancel(ticket)]
    }

    pub(super) fn take_review(&mut self, ticket: Ticket, answer: Result<Planned, Failure>) -> Vec<Effect> {
        let id = match &self.removing {
            Removing::Asked { ticket: wanted, id } if *wanted == ticket => id.clone(),
            _ => return Vec::new(),
        };
        self.removing = Removing::No;
        self.toast = None;
        self.touch();
        match answer {
            Ok(planned) => {
                let lines = planned.lines.iter().map(|line| self.with_short_paths(line)).collect();
                let planned = Planned { lines, ..planned };
                self.ask(question(&id, planned), Then::Remove(ticket));
                Vec::new()
            }
            Err(failure) => self.complain(failure),
        }
    }

    pub(super) fn remove(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.removing = Removing::Writing;
        vec![Effect::Remove(ticket)]
    }

    pub(super) fn undo(&mut self, now: Timestamp) -> Vec<Effect> {
        self.removing = Removing::Writing;
        let effects = self.hide();
        self.say("Taking the last change back ...", now);
        effects.into_iter().chain([Effect::Undo]).collect()
    }

    /// Something was written, or not. The files are read again either way: what failed may have come half-way.
    pub(super) fn take_changed(&mut self, answer: Result<Report, Failure>, now: Timestamp) -> Vec<Effect> {
        if self.removing == Removing::Writing {
            self.removing = Removing::No;
        }
        let mut effects = match answer {
            Ok(report) => {
                let more = report.undo_steps > self.undo_steps;
                self.undo_steps = report.undo_steps;
                // What helpers said before is old now.
                self.listings.clear();
                self.known.clear();
                let hint = if more { " u undoes it." } else { "" };
                self.say(format!("{}{hint}", self.with_short_paths(&report.words)), now);
                Vec::new()
            }
            Err(failure) => self.complain(failure),
        };
        effects.extend(self.load());
        effects
    }
}

fn question(id: &LoginId, planned: Planned) -> Confirm {
    let name = match id.store.vault_name() {
        Some(name) => name.to_string(),
        None => key::display_name(&id.key).into_owned(),
    };
    Confirm {
        title: format!("Remove {name}?"),
        lines: planned.lines,
        safe_word: "Keep",
        danger_word: "Remove",
        // What cannot be typed cannot be asked for.
        typed: Some(name).filter(|name| planned.is_wide && can_be_typed(name)),
    }
}

fn can_be_typed(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && !name.chars().any(text::is_unsafe)
}
