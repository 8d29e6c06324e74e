//! Who uses the selected login. The files hold secrets and the model none, so a job reads them and says.

use std::sync::Arc;

use crate::app::which::used_by::ToolView;
use crate::credential::login::LoginId;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Job, Outcome, Ticket};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::model::layers::Layer;

/// What is known of one login; one question at a time, however fast somebody moves through the list.
#[derive(Debug, Default)]
pub struct Uses {
    asking: Option<(Ticket, LoginId)>,
    of: Option<(LoginId, Vec<ToolView>)>,
}

impl Uses {
    /// What each tool makes of this login, where that was answered.
    pub fn of(&self, id: &LoginId) -> Option<&[ToolView]> {
        self.of.as_ref().filter(|(of, _)| of == id).map(|(_, views)| &**views)
    }

    /// The files or the helpers say something else now; so does an answer that is on its way.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Model {
    /// Asks who uses the selected login, where that is told on the screen and not known yet.
    pub(super) fn ask_uses(&mut self) -> Option<Effect> {
        let is_open = self.layers.iter().any(|layer| matches!(layer, Layer::Detail { .. }));
        let login = self.selected().filter(|_| is_open || layout::has_pane(self.size))?.clone();
        if self.uses.asking.is_some() || self.uses.of(&login.id).is_some() {
            return None;
        }
        let id = login.id.clone();
        let listings = Arc::clone(&self.helpers.listings);
        let (ticket, effect) = self.ticketed(Job::Uses { login: Box::new(login), listings });
        self.uses.asking = Some((ticket, id));
        Some(effect)
    }

    /// A crash is told once, and not asked for again.
    pub(super) fn on_uses(&mut self, ticket: Ticket, answer: Outcome<Vec<ToolView>>) -> Vec<Effect> {
        let Some((_, id)) = self.uses.asking.take_if(|(asking, _)| *asking == ticket) else {
            return Vec::new();
        };
        self.touch();
        match answer {
            Ok(views) => {
                self.uses.of = Some((id, views));
                Vec::new()
            }
            Err(notice) => {
                self.uses.of = Some((id, Vec::new()));
                self.complain(notice)
            }
        }
    }
}
