//! All that is told of one login, as text: the view draws it, and the model counts its lines and knows when they change.

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::describe::{Audience, Fact, Steps, Tone, describe};
use crate::credential::login::Login;
use crate::text;
use crate::tui::content::{self, Row};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::model::layers::Layer;
use crate::tui::verdict;

/// Columns of the labels.
pub const LABEL: usize = 9;

/// The lines on so many columns; none where nothing is selected.
pub fn lines(model: &Model, columns: usize, now: Timestamp) -> Vec<Row> {
    let facts = model.selected().map(|login| facts(model, login, now));
    content::wrap(facts.unwrap_or_default(), LABEL, columns)
}

/// When a text in the pane changes by itself; `None` where no pane is shown, or nothing in it moves.
pub fn changes_at(model: &Model, now: Timestamp) -> Option<Timestamp> {
    let text = model.layers.iter().find(|layer| layer.is_text());
    let shown = match text {
        Some(layer) => matches!(layer, Layer::Detail { .. }),
        None => layout::has_pane(model.size),
    };
    let login = model.selected().filter(|_| shown)?;
    facts(model, login, now).iter().filter_map(|fact| fact.changes_at).min()
}

/// What is known of the login, and between it what only the screen knows. Its name stands in the title.
fn facts(model: &Model, login: &Login, now: Timestamp) -> Vec<Fact> {
    let source = model.listed().source_of(login);
    let audience = Audience {
        now,
        grain: model.grain(),
        privacy: model.privacy,
        home: model.home.as_deref(),
        steps: Steps { remove: "d".into(), seal: "m".into(), inspect: "i".into(), which: "w".into() },
    };
    let known = describe(source, login, model.uses.of(&login.id), &audience);
    let mut facts = secret(model, login, known.secret, now);
    facts.extend(known.life);
    facts.extend(checked(model, login, now));
    facts.extend(known.oddities);
    if model.privacy {
        facts.push(Fact::new("privacy", "names and hosts are hidden; p shows them"));
    }
    facts.extend(known.rest);
    facts
}

/// What the registry said of it, the last time that it was asked.
fn checked(model: &Model, login: &Login, now: Timestamp) -> Vec<Fact> {
    if model.checks.is_checking(&login.id) {
        return vec![Fact::new("check", "asking the registry ...")];
    }
    let Some(found) = model.checks.of(&login.id) else { return Vec::new() };
    let tone = if verdict::is_bad(found.verdict) { Tone::Bad } else { Tone::Plain };
    let words = Fact::new("check", found.words(now)).toned(tone);
    let mut facts = vec![words.changing_in(Some(found.changes_in(now)), now)];
    if found.is_older_than(model.listed().source_of(login)) {
        facts.push(Fact::new("", "The file was written since: it may hold another secret by now."));
    }
    if let Some(report) = found.report.as_ref().filter(|_| !model.privacy) {
        facts.push(Fact::new("", verdict::sentence(report)));
        facts.extend(verdict::more(report).into_iter().map(|line| Fact::new("", line)));
    }
    facts
}

/// The secret while it is revealed, else a mask and what it is.
fn secret(model: &Model, login: &Login, kind: Fact, now: Timestamp) -> Vec<Fact> {
    let mask = model.theme.mask();
    if let Some(reveal) = model.reveal.as_ref().filter(|reveal| reveal.id == login.id) {
        let left = reveal.until.as_second() - now.as_second();
        let shown = Zeroizing::new(text::safe_bytes(reveal.secret.expose()));
        let hidden = Fact::new("", format!("hidden again in {} s", left.max(0)));
        return vec![
            Fact::new("secret", &**shown).toned(Tone::Warning),
            hidden.changing_in(Some(1).filter(|_| left > 0), now),
        ];
    }
    if !login.has_secret() {
        vec![kind]
    } else if model.is_fetching(&login.id) {
        vec![Fact::new("secret", format!("{mask}  fetching it ..."))]
    } else {
        vec![Fact::new("secret", format!("{mask}  {}", kind.value))]
    }
}
