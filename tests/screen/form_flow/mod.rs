//! The form, played key by key.

mod anything;
mod checking;
mod fields;
mod pages;

use pullpass::tui::form::{Field, Form, Step};

use crate::support::form::Screen;

fn step(screen: &Screen) -> Option<Step> {
    screen.model.layers.form().map(Form::step)
}

fn focus(screen: &Screen) -> Option<Field> {
    screen.model.layers.form().and_then(Form::focus)
}
