//! Removing and sealing a row, and taking changes back. Nothing is done without the danger answer to the question here.

use jiff::Timestamp;

use crate::app::login::{destination, seal};
use crate::app::vault::rows::State;
use crate::credential::login::LoginId;
use crate::error::Notice;
use crate::registry::key;
use crate::text;
use crate::tui::dialog::confirm::Confirm;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Change, Changed, Job, Outcome, Planned, Ticket};
use crate::tui::model::{Model, Reason, Then};

/// How far a change or an undo has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Changing {
    #[default]
    No,
    /// What it means is being found out: a change of a row, or taking back what another run did.
    Asked { ticket: Ticket, of: Option<(LoginId, Change)> },
    /// It is carried out: nothing else is changed meanwhile.
    Writing,
}

impl Model {
    /// Finds out what a change of the selected row means; then the person is asked.
    pub(super) fn review(&mut self, change: Change, now: Timestamp) -> Vec<Effect> {
        let Some(id) = self.selected().map(|login| login.id.clone()) else { return Vec::new() };
        let mut effects = self.hide();
        let (ticket, start) = self.ticketed(Job::Review(id.clone(), change));
        self.changing = Changing::Asked { ticket, of: Some((id, change)) };
        self.say("Looking what goes with it ...", now);
        effects.push(start);
        effects
    }

    pub(super) fn may_remove(&self) -> Result<(), Reason> {
        let login = self.row()?;
        self.may_write()?;
        destination::not_removable(self.listed(), login).map_or(Ok(()), Err)
    }

    pub(super) fn may_undo(&self) -> Result<(), Reason> {
        self.may_write()?;
        if self.undo_steps == 0 && self.demo { Err("this session has nothing to take back") } else { Ok(()) }
    }

    pub(super) fn may_seal(&self) -> Result<(), Reason> {
        if self.demo {
            return Err("no docker would look into the sample vault");
        }
        self.may_write()?;
        match self.row()? {
            login if login.named.is_some() => Err("the vault keeps it already"),
            login if login.id.store.helper().is_some() => Err("its helper keeps it already"),
            login => seal::not_movable(self.listed().source_of(login), login).map_or(Ok(()), Err),
        }?;
        match self.secrets.state {
            State::Open => Ok(()),
            State::Missing => Err("there is no vault yet: 2 shows its page, o makes one"),
            State::NotRead => Err("the vault is being read"),
            State::Locked { .. } => Err("the vault is locked: 2 shows it, o opens it"),
            State::Broken(_) => Err("the vault cannot be read: 2 says why"),
        }
    }

    /// While a change runs, no other begins.
    fn may_write(&self) -> Result<(), Reason> {
        if self.changing == Changing::Writing { Err("a change is being written") } else { Ok(()) }
    }

    /// The person does something else: the question is not wanted any more.
    pub(super) fn forget_review(&mut self) -> Vec<Effect> {
        let Changing::Asked { ticket, .. } = self.changing else { return Vec::new() };
        self.changing = Changing::No;
        self.toast = None;
        vec![Effect::Cancel(ticket)]
    }

    pub(super) fn on_reviewed(&mut self, ticket: Ticket, answer: Outcome<Planned>) -> Vec<Effect> {
        let of = match &self.changing {
            Changing::Asked { ticket: wanted, of } if *wanted == ticket => of.clone(),
            _ => return Vec::new(),
        };
        self.changing = Changing::No;
        self.toast = None;
        self.touch();
        match answer {
            // The keys of what came meanwhile would answer this one.
            Ok(_) if !self.layers.may_be_covered() => vec![Effect::Cancel(ticket)],
            Ok(planned) => {
                let question = match of {
                    Some((id, change)) => question(&id, change, planned),
                    None => undo_question(planned),
                };
                self.ask(question, Then::CarryOut(ticket));
                Vec::new()
            }
            Err(notice) => self.complain(notice),
        }
    }

    pub(super) fn carry_out(&mut self, ticket: Ticket) -> Vec<Effect> {
        self.changing = Changing::Writing;
        vec![self.start(Job::CarryOut(ticket))]
    }

    /// Takes back the last change of this session; without one, asks about the last one of another run.
    pub(super) fn undo(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.undo_steps == 0 {
            let mut effects = self.hide();
            let (ticket, start) = self.ticketed(Job::ReviewUndo);
            self.changing = Changing::Asked { ticket, of: None };
            self.say("Looking what another run changed ...", now);
            effects.push(start);
            return effects;
        }
        self.changing = Changing::Writing;
        let effects = self.hide();
        self.say("Taking the last change back ...", now);
        effects.into_iter().chain([self.start(Job::Undo)]).collect()
    }

    /// The last change was taken back, or cannot be now: then the person may go on to the ones before it.
    pub(super) fn on_undone(&mut self, answer: Outcome<Changed>, now: Timestamp) -> Vec<Effect> {
        match answer {
            Err(notice) if self.undo_steps > 1 && self.ask(skip_question(&notice), Then::SkipUndo) => {
                self.changing = Changing::No;
                self.toast = None;
                self.touch();
                self.hide().into_iter().chain(self.load()).collect()
            }
            answer => self.on_changed(answer, now),
        }
    }

    /// Something was written, or not. The files are read again either way: what failed may have come half-way.
    pub(super) fn on_changed(&mut self, answer: Outcome<Changed>, now: Timestamp) -> Vec<Effect> {
        if self.changing == Changing::Writing {
            self.changing = Changing::No;
        }
        let mut effects = match answer {
            Ok(changed) => {
                let more = changed.undo_steps > self.undo_steps;
                self.undo_steps = changed.undo_steps;
                self.helpers.forget();
                let hint = if more { " u undoes it." } else { "" };
                self.say(format!("{}{hint}", changed.words), now);
                Vec::new()
            }
            Err(notice) => self.complain(notice),
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

fn undo_question(planned: Planned) -> Confirm {
    Confirm {
        title: "Take back the last change?".into(),
        lines: planned.lines,
        safe_word: "Leave it",
        danger_word: "Take it back",
        typed: None,
    }
}

fn skip_question(notice: &Notice) -> Confirm {
    let mut lines = notice.clone().into_lines();
    let skipped = "Skipped, it is kept until you leave pullpass: u takes the changes before it back, then tries it again.";
    lines.push(skipped.to_owned());
    Confirm {
        title: "The last change cannot be taken back".into(),
        lines,
        safe_word: "Leave it",
        danger_word: "Skip it",
        typed: None,
    }
}

fn can_be_typed(name: &str) -> bool {
    !name.is_empty() && name.len() <= 100 && !name.chars().any(text::is_unsafe)
}
