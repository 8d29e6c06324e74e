//! The last page of the form: what will be handed in, decoded, with every secret masked.

use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::login::submit::{Password, Submission};
use crate::check::verdict::Standing;
use crate::credential::expiry::Expiry;
use crate::credential::rules::password::{self, Beside};
use crate::registry::key;
use crate::text;
use crate::tui::dialog::form::{Around, Checked, Form, place_words};
use crate::tui::theme::Theme;
use crate::tui::verdict;

/// Columns of the labels.
const LABEL: usize = 13;

/// When a token ends, in words that stay true while they are on the screen.
pub fn lifetime(expiry: Expiry) -> String {
    match expiry {
        Expiry::At { at, source } => {
            let local = at.to_zoned(TimeZone::system());
            format!("until {}, says {}", local.strftime("%Y-%m-%d %H:%M"), source.words())
        }
        Expiry::Estimated { .. } => "ends, but nobody said when".into(),
        Expiry::Reminder { .. } => "carries no end; the reminder is your own".into(),
        Expiry::Never { source } => format!("never ends, says {}", source.words()),
        Expiry::NoneEmbedded => "carries no end; it may be revoked all the same".into(),
        Expiry::Unknown { usual: Some(seconds) } => {
            format!("such tokens usually live {}", text::rough(i64::from(seconds)))
        }
        Expiry::Unknown { usual: None } => "ends, but nobody documents when".into(),
        Expiry::NotAsked => "kept as it is".into(),
    }
}

/// The line down to which the words can be scrolled.
pub fn last_scroll(form: &Form, around: &Around<'_>) -> usize {
    let (columns, height) = around.room;
    lines(form, around, columns).len().saturating_sub(height.saturating_sub(1))
}

/// Draws the words, and below them the buttons, which are always to be seen.
pub fn draw(frame: &mut Frame<'_>, area: Rect, form: &Form, around: &Around<'_>) {
    let height = usize::from(area.height).saturating_sub(1);
    let lines = lines(form, around, usize::from(area.width));
    let from = form.scroll().min(lines.len().saturating_sub(height));
    let hidden = lines.len().saturating_sub(from + height);
    let mut shown: Vec<_> = lines.into_iter().skip(from).take(height).collect();
    shown.resize(height, Line::default());
    shown.push(buttons(form, hidden, around.theme));
    frame.render_widget(Paragraph::new(shown), area);
}

fn buttons(form: &Form, hidden: usize, theme: Theme) -> Line<'static> {
    if form.is_sending() {
        return Line::styled(" ~ saving ...", theme.dim());
    }
    if matches!(form.check(), Checked::Asking(_)) {
        return Line::styled(" ~ asking the registry ...  s skips it", theme.dim());
    }
    let button = |word: &str, is_focused: bool| {
        let (marker, style) = if is_focused { ("> ", theme.selected()) } else { ("  ", theme.text()) };
        [Span::raw(marker), Span::styled(format!("[ {word} ]"), style)]
    };
    let mut spans: Vec<_> = button("Submit", form.is_on_submit()).into_iter().collect();
    spans.extend(button("Back", !form.is_on_submit()));
    if hidden > 0 {
        let lines = if hidden == 1 { "line" } else { "lines" };
        spans.push(Span::styled(format!("  {hidden} more {lines}: j"), theme.dim()));
    }
    Line::from(spans)
}

/// A label and what stands beside it.
struct Row {
    label: &'static str,
    words: String,
    style: Style,
}

fn lines(form: &Form, around: &Around<'_>, columns: usize) -> Vec<Line<'static>> {
    let Some(submission) = form.reviewed() else {
        return Vec::new();
    };
    let room = columns.saturating_sub(LABEL + 3).max(8);
    let mut lines = Vec::new();
    for row in rows(form, submission, around) {
        for (at, part) in text::wrap(&text::safe(&row.words), room).into_iter().enumerate() {
            let label = if at == 0 { row.label } else { "" };
            lines.push(Line::from(vec![
                Span::styled(format!(" {label:<LABEL$} "), around.theme.label()),
                Span::styled(part, row.style),
            ]));
        }
    }
    lines
}

fn rows(form: &Form, submission: &Submission, around: &Around<'_>) -> Vec<Row> {
    let theme = around.theme;
    let row = |label, words: String| Row { label, words, style: theme.text() };
    let mut rows = Vec::new();
    if submission.destinations.iter().any(|place| place.is_vault()) {
        rows.push(row("name", submission.name.clone()));
    }
    rows.push(row("registry", registry(submission)));
    rows.extend(pair(submission, theme).into_iter().map(|(label, words)| row(label, words)));
    rows.extend(token(submission, around).into_iter().map(|(label, words)| row(label, words)));
    rows.extend(check(form, submission, theme));
    if !submission.email.is_empty() {
        rows.push(row("email", submission.email.clone()));
    }
    if let Some(day) = submission.expires_on {
        rows.push(row("reminder", format!("on {day}")));
    }
    let targets = form.chosen_targets(around);
    for (at, target) in targets.iter().enumerate() {
        let style = if target.is_plain { theme.warning() } else { theme.text() };
        let words = format!("{}: {}", target.destination.name(), place_words(form, around, target));
        rows.push(Row { label: if at == 0 { "goes to" } else { "" }, words, style });
    }
    let warnings = form.warnings(around).into_iter();
    rows.extend(warnings.map(|words| Row { label: "warning", words, style: theme.warning() }));
    rows
}

/// What the registry said of the login.
fn check(form: &Form, submission: &Submission, theme: Theme) -> Vec<Row> {
    let (words, style) = match form.check() {
        Checked::No => return Vec::new(),
        Checked::Asking(_) => {
            (vec![format!("asking {} ...", key::display_name(&submission.registry_key))], theme.dim())
        }
        Checked::Skipped => (vec!["skipped".to_owned()], theme.dim()),
        Checked::Failed(failure) => {
            (std::iter::once(&failure.what).chain(&failure.hints).cloned().collect(), theme.warning())
        }
        Checked::Found(report) => {
            let style = match report.verdict.standing() {
                Standing::Works => theme.good(),
                Standing::Refused => theme.bad(),
                Standing::Unproved | Standing::Failed | Standing::Unreachable => theme.warning(),
            };
            (std::iter::once(verdict::sentence(report)).chain(verdict::more(report)).collect(), style)
        }
    };
    let label = |at| if at == 0 { "check" } else { "" };
    words.into_iter().enumerate().map(|(at, words)| Row { label: label(at), words, style }).collect()
}

/// The registry as people say it, and the key where that is another text.
fn registry(submission: &Submission) -> String {
    let stored = &submission.registry_key;
    let name = key::display_name(stored);
    if *name == **stored { stored.clone() } else { format!("{name} (stored under {stored})") }
}

/// The decoded pair and what is made of it, masked: the lengths are not told either.
fn pair(submission: &Submission, theme: Theme) -> Vec<(&'static str, String)> {
    let (user, mask) = (&submission.username, theme.mask());
    let password = match submission.password {
        Password::Keep => "unchanged: the old one is kept".to_owned(),
        Password::New(_) => mask.to_owned(),
    };
    vec![
        ("user", user.clone()),
        ("password", password),
        ("sent as", format!("Authorization: Basic {mask}")),
        ("", format!("which is base64 of {user}:{mask}")),
    ]
}

/// What the new password is, and when it ends.
fn token(submission: &Submission, around: &Around<'_>) -> Vec<(&'static str, String)> {
    let Password::New(secret) = &submission.password else {
        return Vec::new();
    };
    let (key, username) = (&*submission.registry_key, &*submission.username);
    let beside = Beside { kind: submission.kind, key, username };
    let token = password::classify(&beside, secret.expose(), around.now);
    match password::kind_words(token.kind) {
        Some(kind) => vec![("token", kind.to_owned()), ("lives", lifetime(token.expiry))],
        None => Vec::new(),
    }
}
