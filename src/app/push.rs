//! Secrets sent to a platform with that platform's own configuration: all of it is shown before it goes out, and what was shown
//! goes out.

pub mod circleci;
pub mod kubernetes;
pub mod rapyuta;

mod call;
mod run;

use std::collections::BTreeMap;

use crate::app::Context;
use crate::error::Result;
use crate::secret::Secret;

pub use call::Call;
pub use run::Run;

/// What will be sent. Nothing was yet.
#[derive(Debug)]
pub struct Plan {
    /// Who gets it, for the question: `the project x of rapyuta.io at api.rapyuta.io`.
    pub to: String,
    steps: Vec<Step>,
}

/// One thing that is sent.
#[derive(Debug)]
enum Step {
    Call(Call),
    Run(Run),
}

/// The variables of this process, by their names; some hold tokens.
pub type Variables = BTreeMap<String, Secret>;

impl Plan {
    /// All that is sent, each line safe to show and without a secret.
    pub fn lines(&self) -> Vec<String> {
        let lines = |step: &Step| match step {
            Step::Call(call) => call.lines(),
            Step::Run(run) => run.lines(),
        };
        self.steps.iter().flat_map(lines).collect()
    }

    /// Sends it, in order, and tells what was done. What was sent before a failure stays there.
    ///
    /// # Errors
    /// The first thing that was refused or did not arrive.
    pub async fn send(self, ctx: &Context) -> Result<Vec<String>> {
        let mut told = Vec::new();
        let mut sender = call::Sender::new(ctx);
        for step in self.steps {
            match step {
                Step::Call(call) => told.push(sender.send(call).await?),
                Step::Run(run) => told.extend(run.send().await?),
            }
        }
        Ok(told)
    }
}

/// A variable that is set and not empty, as text.
fn variable<'a>(variables: &'a Variables, name: &str) -> Option<&'a str> {
    variables.get(name).and_then(Secret::expose_text).filter(|value| !value.is_empty())
}
