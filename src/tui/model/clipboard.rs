//! Copying a part of a login, and clearing the clipboard of it.

use jiff::Timestamp;

use crate::tui::clipboard::Route;
use crate::tui::effect::Effect;
use crate::tui::jobs::{Job, Outcome, Part, Ticket};
use crate::tui::model::time::after;
use crate::tui::model::{Model, Reason};

/// A secret on the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// When the clipboard is cleared.
    pub until: Timestamp,
}

impl Model {
    pub(super) fn may_copy(&self, part: Part) -> Result<(), Reason> {
        let login = self.row()?;
        match part {
            Part::User => login.account.name().map(|_| ()).ok_or("no user name is known"),
            Part::Secret | Part::Auth => login.has_secret().then_some(()).ok_or("there is no secret to copy"),
            Part::Registry => Ok(()),
        }
    }

    pub(super) fn may_clear_clipboard(&self) -> Result<(), Reason> {
        self.lease.map(|_| ()).ok_or("nothing secret is on the clipboard")
    }

    pub(super) fn copy(&mut self, part: Part) -> Vec<Effect> {
        let Some(id) = self.selected().map(|login| login.id.clone()) else {
            return Vec::new();
        };
        let before = self.copying.take().map(|(ticket, _)| Effect::Cancel(ticket));
        let (ticket, start) = self.ticketed(Job::Copy(id, part));
        self.copying = Some((ticket, part));
        before.into_iter().chain([start]).collect()
    }

    /// Something reached the clipboard, or did not.
    pub(super) fn on_copied(
        &mut self,
        ticket: Ticket,
        answer: Outcome<Route>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some((_, part)) = self.copying.take_if(|(wanted, _)| *wanted == ticket) else {
            return Vec::new();
        };
        let route = match answer {
            Ok(route) => route,
            Err(notice) => return self.complain(notice),
        };
        let seconds = self.chosen.clipboard.as_secs();
        let clears = if part.is_secret() {
            format!(" It is cleared in {seconds} seconds; c does it now.")
        } else {
            String::new()
        };
        self.say(format!("The {} is on {}.{clears}", part.words(), route.words()), now);
        // Whatever was there before is gone, a leased secret too.
        self.lease = part.is_secret().then(|| Lease { until: after(now, seconds) });
        Vec::new()
    }

    pub(super) fn clear_clipboard(&mut self) -> Vec<Effect> {
        self.lease = None;
        vec![self.start(Job::ClearClipboard)]
    }

    /// It is cleared, or holds something else by now.
    pub(super) fn on_clipboard_cleared(&mut self, answer: Outcome<()>, now: Timestamp) -> Vec<Effect> {
        self.tell(answer.map(|()| "The clipboard is cleared."), now)
    }
}
