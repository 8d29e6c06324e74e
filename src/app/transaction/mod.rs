//! One change of files, helpers and the vault: planned, carried out as a whole, taken back.
//!
//! ```text
//! review        what a change will do, for a person to say yes to
//! apply         all of it or nothing
//!   ├─ engine     the steps, file by file
//!   ├─ rollback   the way back
//!   ├─ keeper     one step of a helper or the vault, and its way back
//!   └─ undo       what was done
//! line          what is told of it
//! journal       the steps of each change, sealed and written ahead, for a later run to take back
//! ```

mod engine;
pub mod journal;
pub(super) mod keeper;
pub mod line;
pub mod review;
mod rollback;
mod undo;

use crate::app::Context;
use crate::error::Result;
use journal::{Ahead, Journal, NotKept};
pub use line::Line;
pub use review::{Consent, FileChange, Review};
pub(super) use rollback::roll_back;
pub use rollback::take_back;
pub(super) use undo::Step;
pub use undo::{Done, Undo};

/// The run in which one change is made, and where its steps are written down; or why they are not.
pub fn begin(ctx: &Context) -> (Context, std::result::Result<Ahead, NotKept>) {
    let ahead = Journal::ahead(ctx);
    (ctx.writing(ahead.as_ref().cloned().unwrap_or_default()), ahead)
}

/// Does what was reviewed. When something fails, what was done before it is taken back.
///
/// # Errors
/// The first thing that failed; files and helpers are as they were.
pub async fn apply(ctx: &Context, review: Review, consent: Consent) -> Result<Done> {
    let (mut done, noted) = (Done::default(), ctx.ahead.count());
    match engine::apply(ctx, review, consent, &mut done).await {
        Ok(()) => Ok(done),
        Err(error) => Err(roll_back(ctx, done.undo, noted, error).await),
    }
}
