//! All that is told of one login, as text: the view draws it, and the model counts its lines and knows when they change.

use jiff::Timestamp;

use crate::app::inventory::used_by;
use crate::app::inventory::{Source, SourceState};
use crate::app::login::renew;
use crate::app::login::seal;
use crate::credential::diagnostic::Severity;
use crate::credential::expiry::{Expiry, Grain};
use crate::credential::login::{Listing, Login, OWN_HELPER};
use crate::credential::rules::SecretType;
use crate::credential::token::ClaimValue;
use crate::text;
use crate::tui::content::{self, Row, Tone};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::model::layers::Layer;
use crate::tui::verdict;

/// Columns of the labels.
pub const LABEL: usize = 9;

/// The lines on so many columns; none where nothing is selected.
pub fn lines(model: &Model, columns: usize, now: Timestamp) -> Vec<Row> {
    let rows = model.selected().map(|login| rows(model, login, now));
    content::wrap(rows.unwrap_or_default(), LABEL, columns)
}

/// Seconds until a text in the pane changes by itself; `None` where no pane is shown, or nothing in it moves.
pub fn changes_in(model: &Model, now: Timestamp) -> Option<i64> {
    let text = model.layers.iter().find(|layer| layer.is_text());
    let shown = match text {
        Some(layer) => matches!(layer, Layer::Detail { .. }),
        None => layout::has_pane(model.size),
    };
    let login = model.selected().filter(|_| shown)?;
    let grain = model.grain();
    let own = login.named.as_ref().map(|named| named.end);
    let expiries = [login.expiry].into_iter().chain(own);
    let expiries = expiries.chain(login.companions.iter().map(|with| with.expiry));
    let expiries = expiries.filter_map(|expiry| expiry.next_sentence_change(now, grain));
    let claims = login.claims.iter().filter(|_| !model.privacy).filter_map(|claim| match claim.value {
        ClaimValue::Time(at) => {
            let left = at.as_second() - now.as_second();
            Some(text::rough_step(left.abs(), left < 0))
        }
        ClaimValue::Text(_) => None,
    });
    let checked = model.checks.of(&login.id).map(|found| found.changes_in(now));
    expiries.chain(claims).chain(checked).min()
}

fn rows(model: &Model, login: &Login, now: Timestamp) -> Vec<Row> {
    let source = model.listed().source_of(login);
    let mut rows = Rows::default();
    secret(&mut rows, model, login, now);
    let end = login.named.as_ref().map_or(login.expiry, |named| named.end);
    rows.add("expires", &end.sentence(now, model.grain()));
    reminder(&mut rows, login, now);
    checked(&mut rows, model, login, source, now);
    diagnostics(&mut rows, model, login, source);
    if !model.privacy {
        rows.add("key", &login.id.key);
        rows.add("account", &model.user_name(login));
        rows.add("email", login.email.as_deref().unwrap_or_default());
    }
    rows.add("file", &format!("{} ({})", model.shorten(&source.place.name), source.place.why));
    rows.add("store", &store(login));
    if login.is_plain() && seal::is_sealable(login) && seal::not_movable(login).is_none() {
        rows.add("", "m moves it into the vault");
    }
    history(&mut rows, login, now);
    rows.add("provider", login.provider.name());
    for companion in &login.companions {
        rows.add(
            "with it",
            &format!("{}: {}", companion.kind.words(), companion.expiry.sentence(now, model.grain())),
        );
    }
    let views = used_by::used_by(&model.inventory, login);
    for (at, view) in views.iter().enumerate() {
        let uses = if view.uses { "+ uses it" } else { "- does not" };
        let why = if view.why.is_empty() { String::new() } else { format!(": {}", view.why) };
        let why = model.with_short_paths(&why);
        let why = if model.privacy { String::new() } else { why };
        rows.add(if at == 0 { "used by" } else { "" }, &format!("{} {uses}{why}", view.tool));
    }
    if !model.privacy {
        rows.add("renew", &renew::hint(model.listed(), login, "d").unwrap_or_default());
    }
    claims(&mut rows, model, login, now);
    rows.0
}

#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn add(&mut self, label: &str, words: &str) {
        self.toned(label, words, Tone::Plain);
    }

    fn toned(&mut self, label: &str, words: &str, tone: Tone) {
        if !words.is_empty() {
            self.0.push(Row::new(label, words, tone));
        }
    }
}

/// What the registry said of it, the last time that it was asked.
fn checked(rows: &mut Rows, model: &Model, login: &Login, source: &Source, now: Timestamp) {
    if model.checks.is_checking(&login.id) {
        rows.add("check", "asking the registry ...");
        return;
    }
    let Some(found) = model.checks.of(&login.id) else { return };
    let tone = if verdict::is_bad(found.verdict) { Tone::Bad } else { Tone::Plain };
    rows.toned("check", &found.words(now), tone);
    if found.is_older_than(source) {
        rows.add("", "The file was written since: it may hold another secret by now.");
    }
    if let Some(report) = &found.report
        && !model.privacy
    {
        rows.add("", &verdict::sentence(report));
        for line in verdict::more(report) {
            rows.add("", &line);
        }
    }
}

fn secret(rows: &mut Rows, model: &Model, login: &Login, now: Timestamp) {
    let mask = model.theme.mask();
    let kind = login.token.map_or(login.kind.words(), |kind| kind.words());
    if let Some(reveal) = model.reveal.as_ref().filter(|reveal| reveal.id == login.id) {
        let left = reveal.until.as_second() - now.as_second();
        let shown = zeroize::Zeroizing::new(text::safe_bytes(reveal.secret.expose()));
        rows.toned("secret", &shown, Tone::Warning);
        rows.add("", &format!("hidden again in {} s", left.max(0)));
        return;
    }
    if !login.has_secret() {
        rows.add("secret", kind);
    } else if model.is_fetching(&login.id) {
        rows.add("secret", &format!("{mask}  fetching it ..."));
    } else {
        rows.add("secret", &format!("{mask}  {kind}"));
    }
}

/// The day is the owner's own, so it never stands where the token's end does.
fn reminder(rows: &mut Rows, login: &Login, now: Timestamp) {
    let Some(reminder) = login.named.as_ref().and_then(|named| named.reminder) else { return };
    let expiry = Expiry::Reminder { at: reminder.at };
    let words = format!("{}: {}", reminder.day, expiry.sentence(now, Grain::Minutes));
    let tone = if expiry.is_due(now) { Tone::Warning } else { Tone::Plain };
    rows.toned("reminder", &words, tone);
}

/// What a named secret is for, and how old it is.
fn history(rows: &mut Rows, login: &Login, now: Timestamp) {
    let Some(named) = &login.named else { return };
    let kind = named.kind.map_or("of a later version of pullpass", SecretType::name);
    rows.add("type", kind);
    rows.add("made", &text::moment(named.created_at, now));
    if named.changed_at != named.created_at {
        rows.add("changed", &text::moment(named.changed_at, now));
    }
}

fn store(login: &Login) -> String {
    let words = match &login.listing {
        Listing::NotNeeded if login.named.is_some() => "in the vault, encrypted",
        Listing::NotNeeded if login.is_plain() => "in the file, base64 only, not encrypted",
        Listing::NotNeeded => "in the file",
        Listing::NotAsked => "its helper was not asked",
        Listing::Waiting => "asking its helper ...",
        Listing::Listed => "kept by its helper",
        Listing::Missing => "its helper does not list it",
        Listing::Failed(_) => "its helper fails",
    };
    match login.id.store.helper() {
        None => words.into(),
        Some(name) if **name == *OWN_HELPER && login.listing == Listing::Listed => {
            "in the vault, encrypted; docker finds it there".into()
        }
        Some(name) => format!("docker-credential-{name}: {words}"),
    }
}

fn diagnostics(rows: &mut Rows, model: &Model, login: &Login, source: &Source) {
    if let Listing::Failed(reason) = &login.listing {
        rows.toned("problem", reason, Tone::Bad);
    }
    if let SourceState::Broken(problem) = &source.state {
        rows.toned("problem", &format!("the file: {}", problem.sentence()), Tone::Bad);
    }
    let mut all = login.diagnostics;
    all.extend(&source.beside_a_login());
    let mut found: Vec<_> = all.iter().collect();
    found.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity()));
    for diagnostic in found {
        let (label, tone) = match diagnostic.severity() {
            Severity::Error => ("problem", Tone::Bad),
            Severity::Warning => ("warning", Tone::Warning),
            Severity::Note => ("note", Tone::Plain),
        };
        rows.toned(label, &diagnostic.sentence(), tone);
    }
    if model.privacy {
        rows.add("privacy", "names and hosts are hidden; p shows them");
    }
}

fn claims(rows: &mut Rows, model: &Model, login: &Login, now: Timestamp) {
    if model.privacy {
        return;
    }
    let mut section = "";
    for claim in &login.claims {
        let label = if claim.section == section { "" } else { claim.section };
        section = claim.section;
        let value = match &claim.value {
            ClaimValue::Text(words) => words.clone(),
            ClaimValue::Time(at) => text::moment(*at, now),
        };
        rows.add(label, &format!("{} = {value}", claim.name));
    }
    let is_asked = login.id.store.helper().is_some() && !matches!(login.listing, Listing::Failed(_));
    if login.claims.is_empty() && is_asked && login.token.is_none() {
        rows.add("token", "press i to ask the helper when it ends and what it says");
    }
}
