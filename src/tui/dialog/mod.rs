//! One file a dialog: what lies over the list and asks for something. Its state, what a key does to it, and how it is
//! drawn. What comes of a key is an event of the dialog's own, which the model answers.

pub mod ask_image;
pub mod confirm;
pub mod form;
pub mod unlock;

use std::path::Path;

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::inventory::Inventory;
use crate::app::vault::rows::State;
use crate::tui::layout::Room;
use crate::tui::theme::Theme;

/// A key and its word, for the footer.
pub type Hint = (&'static str, String);

/// What a dialog sees of the world.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What was found on this machine.
    pub inventory: &'a Inventory,
    pub vault: &'a State,
    /// The home folder, for short paths.
    pub home: Option<&'a Path>,
    pub theme: Theme,
    pub now: Timestamp,
    /// The room that the dialog has, with its frame.
    pub body: Room,
}

/// What can be done to the vault now, in the word of the footer.
pub fn vault_step(inventory: &Inventory, vault: &State) -> Option<&'static str> {
    match vault {
        _ if !inventory.has_vault => Some("make a vault"),
        State::Locked { by: Some(_), .. } => Some("unlock"),
        _ => None,
    }
}

/// What lies over the list and has the keyboard to itself.
pub trait Dialog {
    /// Takes a paste: text, never keys. The answer is what to say where it means nothing.
    fn on_paste(&mut self, pasted: &str) -> Option<&'static str>;

    /// Its keys for the footer.
    fn hints(&self, context: &Context<'_>) -> Vec<Hint>;

    /// Draws it over the body.
    fn draw(&self, frame: &mut Frame<'_>, body: Rect, context: &Context<'_>);

    /// True where a question that comes by itself may lie over it: no key that is meant for the dialog could answer it.
    fn may_be_covered(&self) -> bool {
        false
    }

    /// True where nothing below it can be seen.
    fn fills_body(&self) -> bool {
        false
    }
}
