//! The last line: what can be done now, or what must be said now.

use ratatui::text::{Line, Span};

use crate::text;
use crate::tui::action::{self, Entry};
use crate::tui::model::{Model, Overlay};
use crate::tui::theme::Theme;

/// The line for this state, at most `columns` wide: what does not fit is folded away behind the help.
pub fn line(model: &Model, theme: Theme, columns: usize) -> Line<'static> {
    if let Some(unlock) = &model.unlocking {
        return hints(theme, columns, unlock.hints(), None);
    }
    if let Some(image) = model.image.as_ref().filter(|_| model.question.is_none()) {
        return hints(theme, columns, image.hints(), None);
    }
    if let Some((dialog, _)) = &model.question {
        return hints(theme, columns, dialog.hints(), None);
    }
    if let Some(form) = &model.form {
        return hints(theme, columns, form.hints(model.vault_step()), None);
    }
    if let Some(prefix) = model.prefix {
        let entries = action::continuations(prefix)
            .map(|(entry, key)| (key, action::word_after_prefix(entry.action).to_owned()))
            .collect();
        return hints(theme, columns, entries, None);
    }
    if model.list().editing {
        let entries =
            vec![("enter", "keep".into()), ("esc", "clear".into()), ("is: in: user: !", "narrow".to_owned())];
        return hints(theme, columns, entries, None);
    }
    let shown = |entry: &&Entry| {
        !entry.hint.is_empty() && model.unavailable(entry.action).is_none() && fits_here(model, entry)
    };
    let last = action::ALL.iter().find(|entry| entry.action == action::Action::Help);
    let entries = action::ALL
        .iter()
        .filter(shown)
        .filter(|entry| entry.action != action::Action::Help)
        .map(|entry| (action::footer_key(entry), model.hint(entry).to_owned()))
        .collect();
    hints(theme, columns, entries, last.map(|entry| (action::footer_key(entry), entry.hint)))
}

fn fits_here(model: &Model, entry: &Entry) -> bool {
    use action::Action as A;
    match model.overlay {
        None => {
            let is_open = !model.list().filter.text().is_empty() || model.checks.progress().is_some();
            entry.action != A::Back || is_open
        }
        Some(Overlay::Detail { .. }) => !matches!(entry.action, A::Open | A::Filter | A::SortByName),
        Some(Overlay::Help { .. }) => matches!(entry.action, A::Back | A::Quit),
    }
}

/// Key and word, key and word; `last` always has its place.
fn hints(
    theme: Theme,
    columns: usize,
    entries: Vec<(&'static str, String)>,
    last: Option<(&'static str, &'static str)>,
) -> Line<'static> {
    let mut spans = Vec::new();
    let reserved = last.map_or(0, |(key, word)| key.len() + word.len() + 3);
    let mut used = 0;
    let mut push = |key: &'static str, word: String| {
        spans.push(Span::styled(format!(" {key}"), theme.key()));
        spans.push(Span::styled(format!(" {word} "), theme.text()));
    };
    for (key, word) in entries {
        let width = text::width(key) + text::width(&word) + 3;
        if used + width + reserved > columns {
            break;
        }
        used += width;
        push(key, word);
    }
    if let Some((key, word)) = last.filter(|_| used + reserved <= columns) {
        push(key, word.to_owned());
    }
    Line::from(spans)
}
