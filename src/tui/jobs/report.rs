//! What is read over the list: which login each tool sends, and what is odd.

use crate::app::describe::{Fact, Tone};
use crate::app::inventory::{self, Listings};
use crate::app::which::{self, Who};
use crate::credential::diagnostic::Severity;
use crate::doctor::{self, Machine};
use crate::resolve::{self, Trace};
use crate::tui::jobs::Shared;

impl Shared {
    /// The newest version of each tool, and what it sends for an image. Those that send something come first.
    pub(super) fn which(&self, image: &str, listings: &Listings) -> Vec<Fact> {
        let mut snapshot = which::snapshot(&self.ctx.settings, listings, Who::Me);
        let mut traces = which::ask(&mut snapshot, &which::newest(), image);
        traces.sort_by_key(|trace| trace.end.candidates().is_empty());
        traces.iter().map(|trace| self.told(trace)).collect()
    }

    fn told(&self, trace: &Trace) -> Fact {
        let (label, tone) = match trace.end.code() {
            "login" => ("sends", Tone::Good),
            "random" => ("chance", Tone::Bad),
            "depends" => ("depends", Tone::Plain),
            "stops" => ("stops", Tone::Bad),
            _ => ("nothing", Tone::Dim),
        };
        let tool = resolve::TOOLS.iter().find(|tool| tool.id == trace.tool);
        let name = tool.map(|tool| format!("{} ({}): ", tool.name, tool.version)).unwrap_or_default();
        let words = trace.end.sentence();
        let home = self.ctx.settings.locations.home.as_ref().map(|home| home.to_string_lossy());
        let words = home.map_or_else(|| words.clone(), |home| words.replace(&*home, "~"));
        Fact::new(label, name + &words).toned(tone)
    }

    /// Everything odd, the gravest first: what is so, whom it hurts, what mends it.
    pub(super) fn doctor(&self, listings: &Listings) -> Vec<Fact> {
        let settings = &self.ctx.settings;
        let mut found = inventory::read(settings, self.ctx.now());
        inventory::apply_listings(&mut found, listings);
        let machine = Machine::of(settings, &found, listings, self.ctx.now());
        let told = |finding: doctor::Finding| {
            let (label, tone) = match finding.severity {
                Severity::Error => ("problem", Tone::Bad),
                Severity::Warning => ("warning", Tone::Warning),
                Severity::Note => ("note", Tone::Plain),
            };
            let key = finding.key.map(|key| format!("{key}: ")).unwrap_or_default();
            let place = machine.path(&finding.place);
            [
                Fact::new(label, format!("{key}{} ({place})", finding.what)).toned(tone),
                Fact::new("  hurts", finding.hurts),
                Fact::new("  mend", finding.fix.words()),
            ]
        };
        doctor::look(&machine).into_iter().flat_map(told).filter(|fact| !fact.value.is_empty()).collect()
    }
}
