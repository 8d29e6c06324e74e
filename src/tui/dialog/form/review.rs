//! The last page of the form as text: what will be handed in, decoded, with every secret masked.

use jiff::tz::TimeZone;

use crate::app::describe::{Fact, Tone};
use crate::app::login::submission::{Password, Submission};
use crate::check::verdict::Standing;
use crate::credential::expiry::Expiry;
use crate::credential::rules::{PasswordContext, password};
use crate::registry::key;
use crate::text;
use crate::tui::content::{self, Row};
use crate::tui::dialog::Context;
use crate::tui::dialog::form::places::place_words;
use crate::tui::dialog::form::{Checked, Form};
use crate::tui::theme::Theme;
use crate::tui::verdict;

/// Columns of the labels.
pub const LABEL: usize = 13;

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
pub fn last_scroll(form: &Form, context: &Context<'_>) -> usize {
    let body = context.body;
    let room = if body.is_framed() { body.inside() } else { body };
    lines(form, context, room.columns).len().saturating_sub(room.rows.saturating_sub(1))
}

/// The lines on so many columns.
pub fn lines(form: &Form, context: &Context<'_>, columns: usize) -> Vec<Row> {
    let facts = form.reviewed().map(|submission| facts(form, submission, context));
    content::wrap(facts.unwrap_or_default(), LABEL, columns)
}

fn facts(form: &Form, submission: &Submission, context: &Context<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    if submission.destinations.iter().any(|place| place.is_vault()) {
        facts.push(Fact::new("name", submission.name.clone()));
    }
    facts.push(Fact::new("registry", registry(submission)));
    facts.extend(pair(submission, context.theme));
    facts.extend(token(submission, context));
    facts.extend(check(form, submission));
    if !submission.email.is_empty() {
        facts.push(Fact::new("email", submission.email.clone()));
    }
    if let Some(day) = submission.expires_on {
        facts.push(Fact::new("reminder", format!("on {day}")));
    }
    let targets = form.chosen_targets(context);
    for (at, target) in targets.iter().enumerate() {
        let tone = if target.is_plain { Tone::Warning } else { Tone::Plain };
        let words = format!("{}: {}", target.destination.name(), place_words(form, context, target));
        facts.push(Fact::new(if at == 0 { "goes to" } else { "" }, words).toned(tone));
    }
    let warnings = form.warnings(context).into_iter();
    facts.extend(warnings.map(|words| Fact::new("warning", words).toned(Tone::Warning)));
    facts
}

/// What the registry said of the login.
fn check(form: &Form, submission: &Submission) -> Vec<Fact> {
    let (words, tone) = match form.check() {
        Checked::No => return Vec::new(),
        Checked::Asking(_) => {
            (vec![format!("asking {} ...", key::display_name(&submission.registry_key))], Tone::Dim)
        }
        Checked::Skipped => (vec!["skipped".to_owned()], Tone::Dim),
        Checked::Failed(notice) => (notice.clone().into_lines(), Tone::Warning),
        Checked::Found(report) => {
            let tone = match report.verdict.standing() {
                Standing::Works => Tone::Good,
                Standing::Refused => Tone::Bad,
                Standing::Unproved | Standing::Failed | Standing::Unreachable => Tone::Warning,
            };
            (std::iter::once(verdict::sentence(report)).chain(verdict::more(report)).collect(), tone)
        }
    };
    let label = |at| if at == 0 { "check" } else { "" };
    words.into_iter().enumerate().map(|(at, words)| Fact::new(label(at), words).toned(tone)).collect()
}

/// The registry as people say it, and the key where that is another text.
fn registry(submission: &Submission) -> String {
    let stored = &submission.registry_key;
    let name = key::display_name(stored);
    if *name == **stored { stored.clone() } else { format!("{name} (stored under {stored})") }
}

/// The decoded pair and what is made of it, masked: the lengths are not told either.
fn pair(submission: &Submission, theme: Theme) -> [Fact; 4] {
    let (user, mask) = (&submission.username, theme.mask());
    let password = match submission.password {
        Password::Keep => "unchanged: the old one is kept".to_owned(),
        Password::New(_) => mask.to_owned(),
    };
    [
        Fact::new("user", user.clone()),
        Fact::new("password", password),
        Fact::new("sent as", format!("Authorization: Basic {mask}")),
        Fact::new("", format!("which is base64 of {user}:{mask}")),
    ]
}

/// What the new password is, and when it ends.
fn token(submission: &Submission, context: &Context<'_>) -> Vec<Fact> {
    let Password::New(secret) = &submission.password else {
        return Vec::new();
    };
    let (key, username) = (&*submission.registry_key, &*submission.username);
    let pair = PasswordContext { kind: submission.kind, key, username };
    let token = pair.classify(secret.expose(), context.now);
    match password::kind_words(token.kind) {
        Some(kind) => vec![Fact::new("token", kind), Fact::new("lives", lifetime(token.expiry))],
        None => Vec::new(),
    }
}
