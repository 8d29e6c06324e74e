//! One change of files, helpers and the vault: planned, carried out as a whole, taken back.
//!
//! ```text
//! review        what a change will do, for a person to say yes to
//! apply         all of it or nothing
//!   ├─ engine     the steps, file by file
//!   ├─ rollback   the way back
//!   ├─ keeper     one step of a helper or the vault, and its way back
//!   └─ journal    what was done
//! line          what is told of it
//! last_change   the journal of a command, sealed for the next one
//! ```

mod engine;
mod journal;
pub(super) mod keeper;
pub mod last_change;
pub mod line;
pub mod review;
mod rollback;

use crate::app::Context;
use crate::error::Result;
pub use journal::{Done, Undo};
pub use line::Line;
pub use review::{Consent, FileChange, Review};
pub(super) use rollback::roll_back;
pub use rollback::take_back;

/// Does what was reviewed. When something fails, what was done before it is taken back.
///
/// # Errors
/// The first thing that failed; files and helpers are as they were.
pub async fn apply(ctx: &Context, review: Review, consent: Consent) -> Result<Done> {
    let mut done = Done::default();
    match engine::apply(ctx, review, consent, &mut done).await {
        Ok(()) => Ok(done),
        Err(error) => Err(roll_back(ctx, done.undo, error).await),
    }
}
