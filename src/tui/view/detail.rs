//! All that is known of one login: in the pane below or beside the list, or over the whole body.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph};

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
use crate::tui::model::{Model, Overlay};
use crate::tui::theme::Theme;
use crate::tui::verdict;
use crate::tui::view::Areas;
use crate::tui::view::logins::user_name;

/// Columns of the labels.
const LABEL: usize = 9;

/// One thing to say: a label and a text that may need several lines.
struct Row {
    label: String,
    words: String,
    style: Style,
}

/// Draws the pane. `scroll` is the first line; `more` says that there is more than fits.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme, scroll: usize, now: Timestamp) {
    frame.render_widget(Clear, area);
    let block = Block::bordered().border_set(theme.border());
    let inner = block.inner(area);
    let Some(login) = model.selected() else {
        frame.render_widget(block, area);
        return;
    };
    let name = match &login.named {
        Some(_) => model.secret_name(login),
        None => model.registry_name(login),
    };
    let title = text::middle_ellipsis(&name, usize::from(area.width).saturating_sub(6)).into_owned();
    let lines = lines(model, login, theme, usize::from(inner.width), now);
    let height = usize::from(inner.height);
    let from = scroll.min(lines.len().saturating_sub(height));
    let hidden = lines.len().saturating_sub(from + height);
    let mut block = block.title(Span::styled(format!(" {title} "), theme.heading()));
    if hidden > 0 {
        block = block.title_bottom(Line::from(more(model, hidden)).right_aligned());
    }
    frame.render_widget(block, area);
    let shown: Vec<_> = lines.into_iter().skip(from).take(height).collect();
    frame.render_widget(Paragraph::new(shown), inner);
}

fn more(model: &Model, hidden: usize) -> String {
    let key = if model.overlay.is_some() { "j" } else { "Enter" };
    let lines = if hidden == 1 { "line" } else { "lines" };
    format!(" {hidden} more {lines}: {key} ")
}

/// How many lines there are at this width, for scrolling.
pub fn count(model: &Model, width: usize, now: Timestamp) -> usize {
    let theme = Theme { mono: true, ascii: true };
    model.selected().map_or(0, |login| lines(model, login, theme, width, now).len())
}

/// Seconds until a text in the pane changes by itself; `None` where no pane is shown, or nothing in it moves.
pub fn changes_in(model: &Model, now: Timestamp) -> Option<i64> {
    let shown = match model.overlay {
        Some(Overlay::Detail { .. }) => true,
        Some(Overlay::Help { .. }) => false,
        None => Areas::of(model.size, false).is_some_and(|areas| areas.detail.is_some()),
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
    let checked = model.checks.of(&login.id).map(|found| verdict::changes_in(found, now));
    expiries.chain(claims).chain(checked).min()
}

fn lines(model: &Model, login: &Login, theme: Theme, width: usize, now: Timestamp) -> Vec<Line<'static>> {
    let room = width.saturating_sub(LABEL + 3).max(8);
    let mut lines = Vec::new();
    for row in rows(model, login, theme, now) {
        for (at, part) in text::wrap(&row.words, room).into_iter().enumerate() {
            let label = if at == 0 { &*row.label } else { "" };
            lines.push(Line::from(vec![
                Span::styled(format!(" {label:<LABEL$} "), theme.label()),
                Span::styled(part, row.style),
            ]));
        }
    }
    lines
}

fn rows(model: &Model, login: &Login, theme: Theme, now: Timestamp) -> Vec<Row> {
    let source = model.listed().source_of(login);
    let mut rows = Rows { rows: Vec::new(), plain: theme.text() };
    secret(&mut rows, model, login, theme, now);
    let end = login.named.as_ref().map_or(login.expiry, |named| named.end);
    rows.add("expires", &end.sentence(now, model.grain()));
    reminder(&mut rows, login, theme, now);
    checked(&mut rows, model, login, (source, now), theme);
    diagnostics(&mut rows, model, login, source, theme);
    if !model.privacy {
        rows.add("key", &login.id.key);
        rows.add("account", &user_name(&login.account));
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
    rows.rows
}

struct Rows {
    rows: Vec<Row>,
    plain: Style,
}

impl Rows {
    fn add(&mut self, label: &str, words: &str) {
        self.styled(label, words, self.plain);
    }

    fn styled(&mut self, label: &str, words: &str, style: Style) {
        if !words.is_empty() {
            let words = text::safe(words).into_owned();
            self.rows.push(Row { label: text::safe(label).into_owned(), words, style });
        }
    }
}

/// What the registry said of it, the last time that it was asked.
fn checked(rows: &mut Rows, model: &Model, login: &Login, (source, now): (&Source, Timestamp), theme: Theme) {
    if model.checks.is_checking(&login.id) {
        rows.add("check", "asking the registry ...");
        return;
    }
    let Some(found) = model.checks.of(&login.id) else { return };
    let style = if verdict::is_bad(found.verdict) { theme.bad() } else { theme.text() };
    rows.styled("check", &verdict::with_time(found, now), style);
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

fn secret(rows: &mut Rows, model: &Model, login: &Login, theme: Theme, now: Timestamp) {
    let kind = login.token.map_or(login.kind.words(), |kind| kind.words());
    if let Some(reveal) = model.reveal.as_ref().filter(|reveal| reveal.id == login.id) {
        let left = reveal.until.as_second() - now.as_second();
        let shown = zeroize::Zeroizing::new(text::safe_bytes(reveal.secret.expose()));
        rows.styled("secret", &shown, theme.warning());
        rows.add("", &format!("hidden again in {} s", left.max(0)));
        return;
    }
    if !login.has_secret() {
        rows.add("secret", kind);
    } else if model.is_fetching(&login.id) {
        rows.add("secret", &format!("{}  fetching it ...", theme.mask()));
    } else {
        rows.add("secret", &format!("{}  {kind}", theme.mask()));
    }
}

/// The day is the owner's own, so it never stands where the token's end does.
fn reminder(rows: &mut Rows, login: &Login, theme: Theme, now: Timestamp) {
    let Some(reminder) = login.named.as_ref().and_then(|named| named.reminder) else { return };
    let expiry = Expiry::Reminder { at: reminder.at };
    let words = format!("{}: {}", reminder.day, expiry.sentence(now, Grain::Minutes));
    let style = if expiry.is_due(now) { theme.warning() } else { theme.text() };
    rows.styled("reminder", &words, style);
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

fn diagnostics(rows: &mut Rows, model: &Model, login: &Login, source: &Source, theme: Theme) {
    if let Listing::Failed(reason) = &login.listing {
        rows.styled("problem", reason, theme.bad());
    }
    if let SourceState::Broken(problem) = &source.state {
        rows.styled("problem", &format!("the file: {}", problem.sentence()), theme.bad());
    }
    let mut all = login.diagnostics;
    all.extend(&source.beside_a_login());
    let mut found: Vec<_> = all.iter().collect();
    found.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity()));
    for diagnostic in found {
        let (label, style) = match diagnostic.severity() {
            Severity::Error => ("problem", theme.bad()),
            Severity::Warning => ("warning", theme.warning()),
            Severity::Note => ("note", theme.text()),
        };
        rows.styled(label, &diagnostic.sentence(), style);
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
