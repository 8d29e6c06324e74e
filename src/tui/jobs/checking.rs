//! The jobs that ask registries, and what is remembered of their answers.

use std::path::PathBuf;
use std::pin::pin;

use futures_util::StreamExt as _;
use tokio::sync::mpsc::UnboundedSender;

use crate::app::check::history::{self, Memory};
use crate::app::check::{Checked, Checker, Job, Wish};
use crate::app::login::submission::Submission;
use crate::check::flow::RealmPair;
use crate::net::http::Network;
use crate::tui::jobs::{Outcome, Shared};
use crate::tui::message::{Message, Ticket};

/// What a check found so far. However it ends, that is remembered.
struct Results {
    folder: Option<PathBuf>,
    checked: Vec<Checked>,
}

impl Drop for Results {
    fn drop(&mut self) {
        let Some(folder) = self.folder.as_ref().filter(|_| !self.checked.is_empty()) else { return };
        // A check that cannot be remembered was made all the same, and is on the screen.
        let _remembered = history::change(folder, |memory| memory.add(&self.checked));
    }
}

impl Shared {
    /// What earlier runs found.
    pub(super) fn read_memory(&self) -> Outcome {
        match &self.ctx.settings.state {
            Some(folder) => Outcome::Tell(Message::Remembered(Box::new(Memory::read(folder)))),
            None => Outcome::Nothing,
        }
    }

    /// Remembers what the person said of a token service.
    pub(super) fn choose(&self, pair: &RealmPair, allowed: bool) -> Outcome {
        if let Some(folder) = &self.ctx.settings.state {
            // Said for this run all the same.
            let _remembered = history::change(folder, |memory| memory.choose(pair, allowed));
        }
        Outcome::Nothing
    }

    /// Forgets what was found of the logins of a registry.
    pub(super) fn forget_checks(&self, host: &str) -> Outcome {
        if let Some(folder) = &self.ctx.settings.state {
            let _remembered = history::change(folder, |memory| memory.forget(host));
        }
        Outcome::Nothing
    }

    /// Asks the registries, and tells each answer as it comes.
    pub(super) async fn check(
        &self,
        ticket: Ticket,
        jobs: Vec<Job>,
        wish: &Wish,
        told: UnboundedSender<Message>,
    ) -> Outcome {
        let network = self.network();
        let way = |registry: &url::Url| network.way_to(registry);
        let checker = Checker::new(&self.ctx, wish, way);
        let mut results = Results { folder: self.ctx.settings.state.clone(), checked: Vec::new() };
        let mut stream = pin!(checker.run(jobs));
        while let Some(checked) = stream.next().await {
            let (id, at) = (checked.job.id.clone(), checked.at);
            let answer = match &checked.result {
                Ok(report) => Ok(Box::new(report.clone())),
                Err(error) => Err(error.into()),
            };
            results.checked.push(checked);
            // Nobody listens once the program ends.
            let _told = told.send(Message::Checked { ticket, id, at, answer });
        }
        Outcome::Tell(Message::CheckEnded { ticket })
    }

    /// Asks the registry about the login in the form, which is kept nowhere yet.
    pub(super) async fn check_form(&self, ticket: Ticket, submission: &Submission, wish: &Wish) -> Outcome {
        let network = self.network();
        let way = |registry: &url::Url| network.way_to(registry);
        let checker = Checker::new(&self.ctx, wish, way);
        let answer = checker.unsaved(submission).await;
        Outcome::Tell(Message::FormChecked { ticket, answer: answer.map(Box::new).map_err(Into::into) })
    }

    /// A new one for each check: authorities and certificates may have come meanwhile.
    fn network(&self) -> Network {
        Network::of(&self.ctx.settings)
    }
}
