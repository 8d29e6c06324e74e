//! The places that a login can go to: which there are, which are chosen, and what each of them means.

use crate::app::login::destination::{self, Destination, Target};
use crate::app::vault::rows::State;
use crate::text;
use crate::tui::dialog::Context;
use crate::tui::dialog::form::{Form, Step};

impl Form {
    pub(super) fn targets(&self, context: &Context<'_>) -> Vec<Target> {
        destination::targets(context.inventory, &self.registry_key().unwrap_or_default())
    }

    /// The chosen places, as they are now.
    pub fn chosen_targets(&self, context: &Context<'_>) -> Vec<Target> {
        let is_chosen = |target: &Target| self.chosen.contains(&target.destination);
        self.targets(context).into_iter().filter(is_chosen).collect()
    }

    /// The chosen places where the password would lie in a file.
    pub(super) fn plain_targets(&self, context: &Context<'_>) -> Vec<Target> {
        self.chosen_targets(context).into_iter().filter(|target| target.is_plain).collect()
    }

    /// Chooses the place for whoever chose none; there may be a vault by now.
    pub fn preselect(&mut self, context: &Context<'_>) {
        if self.step == Step::Places && !self.is_chosen {
            let preselected = destination::preselected(&self.targets(context), self.is_secret);
            self.chosen = preselected.into_iter().collect();
            self.place = preselected.unwrap_or(Destination::ALL[0]);
            self.place_problem = None;
        }
    }

    pub(super) fn toggle_place(&mut self, context: &Context<'_>) {
        self.place_problem = None;
        self.is_chosen = true;
        let place = self.place;
        let target = self.targets(context).into_iter().find(|target| target.destination == place);
        if self.chosen.contains(&place) {
            self.chosen.retain(|chosen| *chosen != place);
        } else if let Some(reason) = target.and_then(|target| target.unavailable) {
            self.place_problem = Some(format!("Not there: {reason}."));
        } else {
            self.chosen.retain(|chosen| !place.excludes(*chosen));
            self.chosen.push(place);
            self.chosen.sort_unstable();
        }
    }
}

/// What must be done before the vault takes a login.
fn obstacle(vault: &State) -> &'static str {
    match vault {
        State::Open | State::NotRead | State::Missing => "",
        State::Locked { by: Some(_), .. } => "; it is locked: o unlocks it",
        State::Locked { by: None, .. } => "; it is locked",
        State::Broken(_) => "; it cannot be read now",
    }
}

/// What writing to a place means.
pub fn place_words(form: &Form, context: &Context<'_>, target: &Target) -> String {
    if target.destination.is_vault() && !context.inventory.has_vault {
        return "there is none yet: o makes one.".into();
    }
    if let Some(reason) = &target.unavailable {
        return format!("not now: {reason}.");
    }
    let file = text::short_path(target.file.as_deref().unwrap_or_default(), context.home);
    match (&target.helper, target.destination) {
        (Some(helper), _) => format!("docker-credential-{helper} keeps it; {file} names the helper."),
        (None, Destination::VaultForDocker) => {
            format!("encrypted; {file} tells docker to ask the vault for it{}.", obstacle(context.vault))
        }
        (None, Destination::Vault) => {
            // A secret that docker uses already is found as before.
            let who = if form.edits_secret() {
                "docker's file stays as it is"
            } else {
                "docker does not look there"
            };
            format!("encrypted; {who}{}.", obstacle(context.vault))
        }
        (None, Destination::Docker | Destination::Podman) => {
            format!("plain text in {file}: base64 is no encryption.")
        }
    }
}
