//! What keys and pastes do.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;

use crate::tui::action::{self, Action, Meaning};
use crate::tui::clipboard::Route;
use crate::tui::effect::{Change, Effect, Part};
use crate::tui::layout;
use crate::tui::message::{Failure, Ticket};
use crate::tui::model::list::Sort;
use crate::tui::model::state::{Purpose, after};
use crate::tui::model::{Layer, Lease, Level, Model, Tab, detail, help};

/// A key, in whatever state the screen is.
pub fn on_key(model: &mut Model, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    model.touch();
    // These have been read by the time another key is pressed; the key still does its work.
    let is_over = |level| matches!(level, Level::Error | Level::Refusal);
    if model.toast.as_ref().is_some_and(|toast| is_over(toast.level)) {
        model.toast = None;
    }
    if model.layers.top().and_then(Layer::dialog).is_some()
        && let Some(effects) = anywhere(model, key)
    {
        return effects;
    }
    match model.layers.pop() {
        Some(Layer::Form(form)) => model.form_key(form, key, now),
        Some(Layer::Question(question, then)) => model.question_key(question, then, key, now),
        Some(Layer::Unlock(unlock)) => model.unlock_key(unlock, key),
        Some(Layer::AskImage(asked)) => model.image_key(asked, key),
        other => {
            if let Some(layer) = other {
                model.layers.push(layer);
            }
            // A question that pops up under somebody who types on would be answered by chance.
            let mut effects = model.forget_review();
            effects.extend(on_list_key(model, key, now));
            effects
        }
    }
}

/// A key on the list, or on what lies over it to be read.
fn on_list_key(model: &mut Model, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    if model.layers.is_filtering() {
        return edit_filter(model, key, now);
    }
    let Some(name) = action::key_name(key) else {
        return Vec::new();
    };
    let prefix = model.prefix.take();
    match action::meaning(prefix, &name) {
        Meaning::Begins(letter) => {
            model.prefix = Some(letter);
            Vec::new()
        }
        Meaning::Does(action) => perform(model, action, now),
        Meaning::Nothing => Vec::new(),
    }
}

/// What works wherever text is typed.
fn anywhere(model: &mut Model, key: KeyEvent) -> Option<Vec<Effect>> {
    match (key.code, key.modifiers) {
        (KeyCode::Char('c'), KeyModifiers::CONTROL) => Some(vec![Effect::Quit]),
        (KeyCode::Char('z'), KeyModifiers::CONTROL) => Some(suspend(model)),
        (KeyCode::Char('l'), KeyModifiers::CONTROL) => Some(vec![Effect::Redraw]),
        _ => None,
    }
}

/// A paste is text, never keys.
pub fn on_paste(model: &mut Model, pasted: &str, now: Timestamp) -> Vec<Effect> {
    if model.layers.is_filtering() {
        model.list_mut().filter.insert(pasted.lines().next().unwrap_or_default());
        model.arrange(now);
        model.touch();
        return model.hide();
    }
    if let Some(dialog) = model.layers.dialog_mut() {
        if let Some(words) = dialog.on_paste(pasted) {
            model.say(words, now);
        }
        model.touch();
        return Vec::new();
    }
    model.say("A paste means nothing here; press / to filter.", now);
    Vec::new()
}

fn edit_filter(model: &mut Model, key: KeyEvent, now: Timestamp) -> Vec<Effect> {
    if let Some(effects) = anywhere(model, key) {
        return effects;
    }
    if matches!(key.code, KeyCode::Esc | KeyCode::Enter) {
        model.layers.pop();
    }
    let list = model.list_mut();
    match (key.code, key.modifiers) {
        (KeyCode::Esc, _) => list.filter.clear(),
        (KeyCode::Enter, _) => {}
        (KeyCode::Up, _) => list.move_by(-1),
        (KeyCode::Down, _) => list.move_by(1),
        _ if !list.filter.on_key(key) => return Vec::new(),
        _ => {}
    }
    if !matches!(key.code, KeyCode::Enter | KeyCode::Up | KeyCode::Down) {
        model.arrange(now);
    }
    model.hide()
}

fn perform(model: &mut Model, action: Action, now: Timestamp) -> Vec<Effect> {
    if let Some(reason) = model.unavailable(action) {
        // Esc on a plain list is a habit, not a wish.
        if action != Action::Back {
            model.say(format!("Not now: {reason}."), now);
            model.toast.iter_mut().for_each(|toast| toast.level = Level::Refusal);
        }
        return Vec::new();
    }
    match action {
        Action::Add => model.add(),
        Action::Edit => model.edit(),
        Action::Remove => model.review(Change::Remove, now),
        Action::Seal => model.review(Change::Seal, now),
        Action::Undo => model.undo(now),
        Action::Unlock => model.open_unlock(now),
        Action::Check => model.check(),
        Action::CheckAll => model.check_all(),
        Action::CheckImage => model.ask_image(),
        Action::Back if model.layers.is_empty() && model.checks.progress().is_some() => model.stop_check(now),
        Action::Reveal => reveal(model),
        Action::Inspect => fetch(model, Purpose::Inspect),
        Action::Copy(part) => copy(model, part),
        Action::ClearClipboard => {
            model.lease = None;
            vec![Effect::ClearClipboard]
        }
        Action::Reload => {
            model.listings.clear();
            model.load()
        }
        Action::Redraw => vec![Effect::Redraw],
        Action::Suspend => suspend(model),
        Action::Quit if !model.layers.is_empty() => close(model),
        Action::Quit | Action::QuitNow => vec![Effect::Quit],
        action => {
            let hidden = model.hide();
            show(model, action, now);
            hidden
        }
    }
}

/// What changes nothing but the screen.
fn show(model: &mut Model, action: Action, now: Timestamp) {
    match action {
        Action::Open if model.layers.is_empty() => model.layers.push(Layer::Detail { scroll: 0 }),
        Action::Back if !model.layers.is_empty() => model.layers.close_text(),
        Action::Logins => model.turn_to(Tab::Logins),
        Action::Secrets => model.turn_to(Tab::Secrets),
        Action::NextTab => model.turn_to(model.tab.next()),
        Action::Back => {
            model.list_mut().filter.clear();
            model.arrange(now);
        }
        Action::Filter => {
            model.layers.close_text();
            model.layers.push(Layer::Filter);
        }
        Action::SortByName | Action::SortByExpiry | Action::SortByState => {
            model.list_mut().sort = match action {
                Action::SortByExpiry => Sort::Expiry,
                Action::SortByState => Sort::State,
                _ => Sort::Name,
            };
            model.arrange(now);
        }
        Action::Privacy => model.privacy = !model.privacy,
        Action::Help if matches!(model.layers.top(), Some(Layer::Help { .. })) => model.layers.close_text(),
        Action::Help => model.layers.read(Layer::Help { scroll: 0 }),
        movement => move_cursor(model, movement, now),
    }
}

fn move_cursor(model: &mut Model, action: Action, now: Timestamp) {
    let room = layout::body(model.size).inside();
    let page = if model.layers.is_empty() { model.list().height } else { room.rows };
    let by = |rows: usize| rows.max(1) as isize;
    let step = match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::HalfDown => by(page / 2),
        Action::HalfUp => -by(page / 2),
        Action::PageDown => by(page.saturating_sub(1)),
        Action::PageUp => -by(page.saturating_sub(1)),
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        _ => return,
    };
    let lines = match model.layers.top() {
        Some(Layer::Detail { .. }) => detail::lines(model, room.columns, now).len(),
        Some(Layer::Help { .. }) => help::lines(room.columns).len(),
        _ => return model.list_mut().move_by(step),
    };
    if let Some(Layer::Detail { scroll } | Layer::Help { scroll }) = model.layers.text_mut() {
        *scroll = scroll.saturating_add_signed(step).min(lines.saturating_sub(page));
    }
}

fn close(model: &mut Model) -> Vec<Effect> {
    model.layers.close_text();
    model.hide()
}

fn suspend(model: &mut Model) -> Vec<Effect> {
    let mut effects = model.hide();
    effects.push(Effect::Suspend);
    effects
}

/// Shows the secret, or hides it where it is shown.
fn reveal(model: &mut Model) -> Vec<Effect> {
    if model.reveal.is_some() {
        return model.hide();
    }
    fetch(model, Purpose::Reveal)
}

fn fetch(model: &mut Model, purpose: Purpose) -> Vec<Effect> {
    let Some(id) = model.selected().map(|login| login.id.clone()) else {
        return Vec::new();
    };
    let mut effects = match model.fetching.take() {
        Some((ticket, _, _)) => vec![Effect::Cancel(ticket)],
        None => Vec::new(),
    };
    let ticket = model.ticket();
    model.fetching = Some((ticket, purpose, id.clone()));
    effects.push(Effect::Fetch { ticket, id });
    effects
}

fn copy(model: &mut Model, part: Part) -> Vec<Effect> {
    let Some(id) = model.selected().map(|login| login.id.clone()) else {
        return Vec::new();
    };
    let mut effects = match model.copying.take() {
        Some((ticket, _)) => vec![Effect::Cancel(ticket)],
        None => Vec::new(),
    };
    let ticket = model.ticket();
    model.copying = Some((ticket, part.is_secret()));
    effects.push(Effect::Copy { ticket, id, part });
    effects
}

/// Something reached the clipboard, or did not.
pub fn on_copied(
    model: &mut Model,
    ticket: Ticket,
    what: &str,
    answer: Result<Route, Failure>,
    now: Timestamp,
) -> Vec<Effect> {
    let Some((_, secret)) = model.copying.take_if(|(wanted, _)| *wanted == ticket) else {
        return Vec::new();
    };
    match answer {
        Ok(route) => {
            let clears = if secret {
                let seconds = model.chosen.clipboard.as_secs();
                format!(" It is cleared in {seconds} seconds; c does it now.")
            } else {
                String::new()
            };
            model.say(format!("The {what} is on {}.{clears}", route.words()), now);
            // Whatever was there before is gone, a leased secret too.
            model.lease = None;
            if secret {
                let until = after(now, model.chosen.clipboard.as_secs());
                model.lease = Some(Lease { until });
            }
        }
        Err(failure) => return model.complain(failure),
    }
    Vec::new()
}
