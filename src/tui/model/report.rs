//! A text that a job writes and a person reads over the list: which login each tool sends, and what is odd on this machine.

use std::sync::Arc;

use crate::app::describe::Fact;
use crate::app::which::used_by::image_of;
use crate::tui::content::{self, Row};
use crate::tui::effect::Effect;
use crate::tui::jobs::{Job, Outcome, Ticket};
use crate::tui::model::detail::LABEL;
use crate::tui::model::layers::Layer;
use crate::tui::model::{Model, Reason};

/// The text, or that it is on its way.
#[derive(Debug)]
pub struct Report {
    /// What it is about.
    pub title: String,
    ticket: Ticket,
    facts: Option<Vec<Fact>>,
}

/// The lines on so many columns.
pub fn lines(model: &Model, columns: usize) -> Vec<Row> {
    let one = |words: &str| vec![Fact::new("", words)];
    let facts = match model.report.as_ref().map(|report| &report.facts) {
        _ if model.privacy => one("Names and hosts are hidden; p shows them."),
        Some(Some(facts)) if facts.is_empty() => one("Nothing is odd on this machine."),
        Some(Some(facts)) => facts.clone(),
        Some(None) | None => one("Looking ..."),
    };
    content::wrap(facts, LABEL, columns)
}

impl Model {
    pub(super) fn may_ask_which(&self) -> Result<(), Reason> {
        image_of(&self.row()?.id.key).map(drop).ok_or("no image leads to this key")
    }

    /// Asks which login each tool would send for an image of the selected login's registry.
    pub(super) fn which(&mut self) -> Vec<Effect> {
        let Some(image) = self.selected().and_then(|login| image_of(&login.id.key)) else {
            return Vec::new();
        };
        let title = format!("Which login for {image}");
        let listings = Arc::clone(&self.helpers.listings);
        self.report(title, Job::Which { image, listings })
    }

    /// Asks what is odd on this machine.
    pub(super) fn doctor(&mut self) -> Vec<Effect> {
        let listings = Arc::clone(&self.helpers.listings);
        self.report("Doctor".into(), Job::Doctor(listings))
    }

    fn report(&mut self, title: String, job: Job) -> Vec<Effect> {
        let (ticket, effect) = self.ticketed(job);
        self.report = Some(Report { title, ticket, facts: None });
        self.layers.read(Layer::Report { scroll: 0 });
        self.hide().into_iter().chain([effect]).collect()
    }

    pub(super) fn on_reported(&mut self, ticket: Ticket, answer: Outcome<Vec<Fact>>) -> Vec<Effect> {
        let Some(report) = self.report.as_mut().filter(|report| report.ticket == ticket) else {
            return Vec::new();
        };
        match answer {
            Ok(facts) => report.facts = Some(facts),
            Err(notice) => {
                self.layers.close_text();
                return self.complain(notice);
            }
        }
        self.touch();
        Vec::new()
    }
}
