//! What the model wants done: data, carried out by the runtime.

use crate::tui::jobs::{Job, Ticket};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Start a job; what comes of it is told with this ticket.
    Start(Ticket, Job),
    /// Drop the answer of a job, whether it runs or the answer is there: nobody waits for it any more.
    Cancel(Ticket),
    /// Hand the terminal back to the shell until the user returns.
    Suspend,
    /// Paint every cell again.
    Redraw,
    /// End the program.
    Quit,
}
