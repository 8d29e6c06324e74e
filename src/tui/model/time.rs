//! What the passing of time does: it is asked for by the instant, there is no tick.

use jiff::Timestamp;

use crate::credential::expiry::Grain;
use crate::tui::effect::Effect;
use crate::tui::model::summary::Counts;
use crate::tui::model::{Model, detail};

/// So many seconds after an instant, at the full second: what counts down then ends with a change of its own text.
pub(super) fn after(now: Timestamp, seconds: u64) -> Timestamp {
    Timestamp::from_second(now.as_second() + seconds.cast_signed()).unwrap_or(now)
}

impl Model {
    /// How finely countdowns count now.
    pub fn grain(&self) -> Grain {
        if self.reduced_motion || !self.focused { Grain::Minutes } else { Grain::Seconds }
    }

    /// The next instant at which the text on the screen changes by itself; `None` where it never does.
    pub fn next_wakeup(&self, now: Timestamp) -> Option<Timestamp> {
        let leases = [self.reveal.as_ref().map(|r| r.until), self.lease.map(|lease| lease.until)];
        let counting = leases.iter().flatten().next().map(|_| 1);
        let rows = self.list().on_screen().filter_map(|at| self.listed().logins.get(at));
        let rows = rows.filter_map(|login| login.expiry.next_change(now, self.grain())).min();
        let seconds = [counting, rows].into_iter().flatten().min();
        let ticking = seconds.and_then(|seconds| Timestamp::from_second(now.as_second() + seconds).ok());
        let toast = self.toast.as_ref().and_then(|toast| toast.until);
        let detail = detail::changes_at(self, now);
        [ticking, detail, toast, self.counts.change_at].into_iter().flatten().min()
    }
    pub(super) fn on_wake(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.reveal.as_ref().is_some_and(|reveal| reveal.until <= now) {
            effects.extend(self.hide());
        }
        if self.lease.is_some_and(|lease| lease.until <= now) {
            effects.extend(self.clear_clipboard());
        }
        if self.toast.as_ref().is_some_and(|toast| toast.until.is_some_and(|until| until <= now)) {
            self.toast = None;
        }
        if self.counts.change_at.is_some_and(|at| at <= now) {
            self.count(now);
            self.arrange(now);
        }
        self.touch();
        effects
    }

    /// Counts the numbers of the header anew.
    pub(super) fn count(&mut self, now: Timestamp) {
        self.counts = Counts::of(&self.inventory.logins, &self.secrets.inventory.logins, now);
    }
}
