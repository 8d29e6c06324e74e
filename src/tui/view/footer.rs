//! The last line: what can be done now, or what must be said now.

use jiff::Timestamp;
use ratatui::text::{Line, Span};

use crate::text;
use crate::tui::action::{self, Binding};
use crate::tui::dialog::Hint;
use crate::tui::model::{Layer, Model};
use crate::tui::theme::Theme;

/// The line for this state, at most `columns` wide: what does not fit is folded away behind the help.
pub fn line(model: &Model, theme: Theme, columns: usize, now: Timestamp) -> Line<'static> {
    if let Some(dialog) = model.layers.top().and_then(Layer::dialog) {
        return hints(theme, columns, dialog.hints(&model.context(now)), None);
    }
    if let Some(prefix) = model.prefix {
        let entries = action::continuations(prefix)
            .map(|(binding, key)| (key, action::word_after_prefix(binding.action).to_owned()))
            .collect();
        return hints(theme, columns, entries, None);
    }
    if model.layers.is_filtering() {
        let entries =
            vec![("enter", "keep".into()), ("esc", "clear".into()), ("is: in: user: !", "narrow".to_owned())];
        return hints(theme, columns, entries, None);
    }
    let shown = |binding: &&Binding| {
        !binding.hint.is_empty() && model.unavailable(binding.action).is_none() && fits_here(model, binding)
    };
    let last = action::ALL.iter().find(|binding| binding.action == action::Action::Help);
    let entries = action::ALL
        .iter()
        .filter(shown)
        .filter(|binding| binding.action != action::Action::Help)
        .map(|binding| (action::footer_key(binding), model.hint(binding).to_owned()))
        .collect();
    hints(theme, columns, entries, last.map(|binding| (action::footer_key(binding), binding.hint)))
}

fn fits_here(model: &Model, binding: &Binding) -> bool {
    use action::Action as A;
    match model.layers.top() {
        // What other runs did is asked about; the footer has room for what this one did.
        Some(Layer::Detail { .. }) if binding.action == A::Undo => model.undo_steps > 0,
        Some(Layer::Detail { .. }) => !matches!(binding.action, A::Open | A::Filter | A::SortByName),
        Some(Layer::Help { .. } | Layer::Report { .. }) => matches!(binding.action, A::Back | A::Quit),
        _ if binding.action == A::Undo && model.undo_steps == 0 => false,
        _ => {
            let is_open = !model.list().filter.text().is_empty() || model.checks.progress().is_some();
            binding.action != A::Back || is_open
        }
    }
}

/// Key and word, key and word; `last` always has its place.
fn hints(
    theme: Theme,
    columns: usize,
    entries: Vec<Hint>,
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
