//! Taking a change back: secrets are put where they were before they go where they are.

use crate::app::Context;
use crate::app::transaction::engine;
use crate::app::transaction::journal::{Done, FileUndo, KeeperUndo, Undo};
use crate::app::transaction::keeper::{self, OnConflict};
use crate::app::transaction::review::{Consent, FileChange, Review};
use crate::config::default_store::Machine;
use crate::config::plan::{EditContext, Intent, PastEdit};
use crate::error::{Error, Result};

/// Takes everything back, the last change first. Where nobody else wrote in between, each file has exactly its old bytes.
///
/// # Errors
/// Somebody changed the same login in the meantime, or a helper or the file system failed: nothing is taken back.
pub async fn take_back(ctx: &Context, undo: Undo) -> Result<Done> {
    let mut done = Done::default();
    match attempt(ctx, undo, OnConflict::Fail, &mut done).await {
        Ok(()) => Ok(done),
        Err(error) => Err(roll_back(ctx, done.undo, error).await),
    }
}

/// Takes back what was done before an error; the error then says whether that worked.
pub(in crate::app) async fn roll_back(ctx: &Context, undo: Undo, error: Error) -> Error {
    if undo.is_empty() {
        return error;
    }
    match attempt(ctx, undo, OnConflict::Keep, &mut Done::default()).await {
        Ok(()) => error.hint("What this try had done already was taken back."),
        Err(second) => error.hint(format!("Taking back what was done before failed: {}", second.what)),
    }
}

async fn attempt(ctx: &Context, undo: Undo, on_conflict: OnConflict, done: &mut Done) -> Result<()> {
    let (give, take) = KeeperUndo::giving_and_taking(undo.keepers);
    let mut problem = None;
    for step in give {
        on_conflict.go_on(keeper::take_back(ctx, step, on_conflict, done).await, &mut problem)?;
    }
    for file in undo.files.into_iter().rev() {
        on_conflict.go_on(restore(ctx, file, done).await, &mut problem)?;
    }
    // What could not be brought back may lie nowhere else than in what would be taken away now.
    if let Some(problem) = problem {
        return Err(problem);
    }
    for step in take {
        on_conflict.go_on(keeper::take_back(ctx, step, on_conflict, done).await, &mut problem)?;
    }
    problem.map_or(Ok(()), Err)
}

impl OnConflict {
    /// Stops at a failure; or keeps the first one for later, so that it keeps nothing else from coming back.
    fn go_on(self, result: Result<()>, problem: &mut Option<Error>) -> Result<()> {
        match result {
            Err(error) if self == Self::Keep => {
                problem.get_or_insert(error);
                Ok(())
            }
            result => result,
        }
    }
}

async fn restore(ctx: &Context, file: FileUndo, done: &mut Done) -> Result<()> {
    let FileUndo { path, format, before, after, slots } = file;
    // Bringing members back asks nobody where logins are kept.
    let around = EditContext { format, machine: Machine::default() };
    let intent = Intent::Restore(PastEdit { before, after, members: slots });
    let review = Review::of(FileChange::with(&path, around, intent)?);
    let mut written = Done::default();
    let result = engine::apply(ctx, review, Consent { plain: true, force: true }, &mut written).await;
    done.lines.extend(written.lines);
    done.undo.files.extend(written.undo.files);
    result
}
