//! The jobs that ask registries, and what is remembered of their answers.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use futures_util::StreamExt as _;

use crate::app::check::history::{self, Memory};
use crate::app::check::{CheckOptions, Checked, Checker, Job};
use crate::app::login::submission::Submission;
use crate::check::flow::Report;
use crate::error::Result;
use crate::net::http::Network;
use crate::tui::jobs::{Answer, Shared};

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
    /// What earlier runs found; nothing where there is no place to remember it.
    pub(super) fn read_memory(&self) -> Memory {
        self.ctx.settings.state.as_deref().map(Memory::read).unwrap_or_default()
    }

    /// Changes what is remembered. Where that cannot be written, it holds for this run all the same.
    pub(super) fn note(&self, change: impl Fn(&mut Memory)) {
        if let Some(folder) = &self.ctx.settings.state {
            let _remembered = history::change(folder, change);
        }
    }

    /// Asks the registries, and tells each answer as it comes.
    pub(super) async fn check(
        self: Arc<Self>,
        logins: Vec<Job>,
        options: CheckOptions,
        tell: impl Fn(Answer),
    ) -> Result<()> {
        let network = self.network();
        let connect = |registry: &url::Url| network.client_for(registry);
        let checker = Checker::new(&self.ctx, &options, connect);
        let mut results = Results { folder: self.ctx.settings.state.clone(), checked: Vec::new() };
        let mut stream = pin!(checker.run(logins));
        while let Some(checked) = stream.next().await {
            let (id, at) = (checked.job.id.clone(), checked.at);
            let found = match &checked.result {
                Ok(report) => Ok(Box::new(report.clone())),
                Err(error) => Err(error.into()),
            };
            results.checked.push(checked);
            tell(Answer::Checked { id, at, found });
        }
        Ok(())
    }

    /// Asks the registry about the login in the form, which is kept nowhere yet.
    pub(super) async fn check_form(
        self: Arc<Self>,
        submission: Box<Submission>,
        options: CheckOptions,
    ) -> Result<Box<Report>> {
        let network = self.network();
        let connect = |registry: &url::Url| network.client_for(registry);
        Checker::new(&self.ctx, &options, connect).unsaved(&submission).await.map(Box::new)
    }

    /// A new one for each check: authorities and certificates may have come meanwhile.
    fn network(&self) -> Network {
        Network::of(&self.ctx.settings)
    }
}
