//! The form, played key by key.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may

mod anything;
mod checking;
mod fields;
#[path = "../form_support/mod.rs"]
mod form_support;
mod pages;

use form_support::Screen;
use pullpass::tui::screen::form::{Field, Step};

fn step(screen: &Screen) -> Option<Step> {
    screen.model.form.as_ref().map(|form| form.step())
}

fn focus(screen: &Screen) -> Option<Field> {
    screen.model.form.as_ref().and_then(|form| form.focus())
}
