//! Asking docker's configuration library in Go for one key, step by step: its file, or the helper that the file names.
//!
//! Sources: as [`super::library`].

use crate::resolve::helper::{self, Told};
use crate::resolve::library::{Edition, Library, not_on_path};
use crate::resolve::run::{Halt, Run};
use crate::resolve::trace::{End, Outcome, Sent, Source};

impl<'a> Library<'a> {
    /// The login in the file itself.
    pub fn in_file(&self, run: &mut Run<'_, 'a>, path: &str, key: &str, edition: Edition) -> End {
        let source = || Source::File(path.to_owned());
        let places = self.places(key, edition);
        let list = self.config.auths.map().map_or(&[][..], |auths| auths.list());
        let mut ends = Vec::new();
        for at in &places {
            let stored = list.get(*at).map_or("", |(name, _)| name);
            for sent in self.sent(*at, edition) {
                let is_nothing = sent == Sent::default();
                let outcome = if is_nothing { Outcome::Nothing } else { Outcome::Found(stored.to_owned()) };
                if run.steps.last().is_none_or(|step| step.outcome != outcome) {
                    run.note(source(), key, outcome);
                }
                ends.push(if is_nothing { End::Anonymous } else { End::login(source(), stored, sent) });
            }
        }
        if places.is_empty() {
            run.note(source(), key, Outcome::NotFound);
        }
        End::one_of(ends)
    }

    /// What a helper says for a key, as the library's native store has it. `Err` carries the helper's failure.
    ///
    /// # Errors
    /// [`Halt::Unknown`] where nobody asked the helper.
    pub fn in_helper(
        &self,
        run: &mut Run<'_, 'a>,
        (helper, key): (&str, &str),
        edition: Edition,
    ) -> Result<Result<End, String>, Halt> {
        let registry_token = self.registry_token(key, edition);
        let source = || Source::Helper(helper.to_owned());
        Ok(match run.ask(helper, key, helper::go)? {
            Told::Login(creds) => Ok(End::login(source(), key, Sent { registry_token, ..creds.sent() })),
            Told::Empty | Told::NotFound if registry_token.is_some() => {
                Ok(End::login(source(), key, Sent { registry_token, ..Sent::default() }))
            }
            Told::Empty | Told::NotFound => Ok(End::Anonymous),
            Told::Missing => Err(not_on_path(helper)),
            Told::Failed(words) => {
                Err(format!("error getting credentials - err: exit status 1, out: `{words}`"))
            }
            Told::Unreadable => Err(format!("docker-credential-{helper} wrote no JSON object")),
        })
    }
}
