//! Removing and sealing a row, and taking changes back. Nothing is done without the danger answer to the question here.

use jiff::Timestamp;

use crate::app::login::seal;
use crate::app::vault::rows::State;
use crate::credential::login::LoginId;
use crate::registry::key;
use crate::text;
use crate::tui::dialog::confirm::Confirm;
use crate::tui::effect::{Change, Effect};
use crate::tui::message::{Failure, Planned, Report, Ticket};
use crate::tui::model::available::WRITING;
use crate::tui::model::{Model, Then};

/// How far a change or an undo has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Changing {
    #[default]
    No,
    /// What it means is being found out.
    Asked { ticket: Ticket, id: LoginId, change: Change },
    /// It is carried out: nothing else is changed meanwhile.
    Writing,
}

impl Model {
    /// True while a change is carried out.
    pub fn is_writing(&self) -> bool {
        self.changing == Changing::Writing
    }

    /// Finds out what a change of the selected row means; then the person is asked.
    pub(super) fn review(&mut self, change: Change, now: Timestamp) -> Vec<Effect> {
        let Some(id) = self.selected().map(|login| login.id.clone()) else { return Vec::new() };
        let mut effects = self.hide();
        let ticket = self.ticket();
        self.changing = Changing::Asked { ticket, id: id.clone(), change };
        self.say("Looking what goes with it ...", now);
        effects.push(Effect::Review { ticket, id, change });
        effects
    }

    /// Why the selected login cannot be sealed.
    pub fn not_sealable(&self) -> Option<&'static str> {
        match self.selected() {
            _ if self.demo => Some("no docker would look into the sample vault"),
            _ if self.is_writing() => Some(WRITING),
            None => Some(self.none_selected()),
            Some(login) if login.named.is_some() => Some("the vault keeps it already"),
            Some(login) if login.id.store.helper().is_some() => Some("its helper keeps it already"),
            Some(login) => {
                seal::not_movable(self.listed().source_of(login), login).or(match self.secrets.state {
                    State::Open => None,
                    State::Missing => Some("there is no vault yet: 2 shows its page, o makes one"),
                    State::NotRead => Some("the vault is being read"),
                    State::Locked { .. } => Some("the vault is locked: 2 shows it, o opens it"),
                    State::Broken(_) => Some("the vault cannot be read: 2 says why"),
                })
            }
        }
    }

    /// The person does something else: the question is not wanted any more.
    pub(super) fn forget_review(&mut self) -> Vec<Effect> {
        let Changing::Asked { ticket, .. } = self.changing else { return Vec::new() };
        self.changing = Changing::No;
        self.toast = None;
        vec![Effect::Cancel(ticket)]
    }

    pub(super) fn take_review(&mut self, ticket: Ticket, answer: Result<Planned, Failure>) -> Vec<Effect> {
        let (id, change) = match &self.changing {
            Changing::Asked { ticket: wanted, id, change } if *wanted == ticket => (id.clone(), *change),
            _ => return Vec::new(),
        };
        self.changing = Changing::No;
        self.toast = None;
        self.touch();
        match answer {
            // The keys of what came meanwhile would answer this one.
            Ok(_) if !self.layers.may_be_covered() => vec![Effect::Cancel(ticket)],
            Ok(planned) => {
                self.ask(question(&id, change, planned), Then::CarryOut(ticket));
                Vec::new()
            }
            Err(failure) => self.complain(failure),
        }
    }

    pub(super) fn carry_out(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.changing = Changing::Writing;
        vec![Effect::CarryOut(ticket)]
    }

    pub(super) fn undo(&mut self, now: Timestamp) -> Vec<Effect> {
        self.changing = Changing::Writing;
        let effects = self.hide();
        self.say("Taking the last change back ...", now);
        effects.into_iter().chain([Effect::Undo]).collect()
    }

    /// The last change was taken back, or cannot be now: then the person may go on to the ones before it.
    pub(super) fn take_undone(&mut self, answer: Result<Report, Failure>, now: Timestamp) -> Vec<Effect> {
        match answer {
            Err(failure) if self.undo_steps > 1 && self.ask(skip_question(&failure), Then::SkipUndo) => {
                self.changing = Changing::No;
                self.toast = None;
                self.touch();
                self.hide().into_iter().chain(self.load()).collect()
            }
            answer => self.take_changed(answer, now),
        }
    }

    /// Something was written, or not. The files are read again either way: what failed may have come half-way.
    pub(super) fn take_changed(&mut self, answer: Result<Report, Failure>, now: Timestamp) -> Vec<Effect> {
        if self.changing == Changing::Writing {
            self.changing = Changing::No;
        }
        let mut effects = match answer {
            Ok(report) => {
                let more = report.undo_steps > self.undo_steps;
                self.undo_steps = report.undo_steps;
                // What helpers said before is old now.
                self.listings.clear();
                self.known.clear();
                let hint = if more { " u undoes it." } else { "" };
                self.say(format!("{}{hint}", report.words), now);
                Vec::new()
            }
            Err(failure) => self.complain(failure),
        };
        effects.extend(self.load());
        effects
    }
}

fn question(id: &LoginId, change: Change, planned: Planned) -> Confirm {
    let name = match id.store.vault_name() {
        Some(name) => name.to_string(),
        None => key::display_name(&id.key).into_owned(),
    };
    match change {
        Change::Remove => Confirm {
            title: format!("Remove {name}?"),
            lines: planned.lines,
            safe_word: "Keep",
            danger_word: "Remove",
            // What cannot be typed cannot be asked for.
            typed: Some(name).filter(|name| planned.is_wide && can_be_typed(name)),
        },
        Change::Seal => Confirm {
            title: format!("Move the secret of {name} into the vault?"),
            lines: planned.lines,
            safe_word: "Leave it",
            danger_word: "Move it",
            typed: None,
        },
    }
}

fn skip_question(failure: &Failure) -> Confirm {
    let why = std::iter::once(&failure.what).chain(&failure.hints).cloned();
    let skipped = "Skipped, it is kept until you leave pullpass: u takes the changes before it back, then tries it again.";
    Confirm {
        title: "The last change cannot be taken back".into(),
        lines: why.chain([skipped.to_owned()]).collect(),
        safe_word: "Leave it",
        danger_word: "Skip it",
        typed: None,
    }
}

fn can_be_typed(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && !name.chars().any(text::is_unsafe)
}
