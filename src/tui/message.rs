//! What can happen: everything that [`update`](crate::tui::model::update) is told.

use crossterm::event::Event;

use crate::tui::jobs::{Answer, Ticket};

/// One thing that happened.
#[derive(Debug)]
pub enum Message {
    /// A key, a paste, a new size, the focus.
    Input(Event),
    /// The time that [`Model::next_wakeup`](crate::tui::model::Model::next_wakeup) asked for has come, or the program
    /// was suspended and is back.
    Wake,
    /// The program goes to the background: nothing secret may be on the screen when it comes back.
    Suspended,
    /// One of the files on the screen was changed by somebody.
    FilesChanged,
    /// A job answered.
    Answer(Ticket, Answer),
    /// A signal asks the program to end, or the terminal is gone.
    Terminate,
}
