//! The form, played key by key.

mod anything;
mod checking;
mod fields;
mod pages;

use pullpass::tui::dialog::form::{Field, Step};

use crate::support::form::Screen;

fn step(screen: &Screen) -> Option<Step> {
    screen.model.form.as_ref().map(|form| form.step())
}

fn focus(screen: &Screen) -> Option<Field> {
    screen.model.form.as_ref().and_then(|form| form.focus())
}
