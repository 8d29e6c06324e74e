//! Taking a change back: secrets are put where they were before they go where they are.

use crate::app::Context;
use crate::app::transaction::engine;
use crate::app::transaction::journal::Ahead;
use crate::app::transaction::keeper::{self, OnConflict};
use crate::app::transaction::review::{Consent, FileChange, Review};
use crate::app::transaction::undo::{Done, FileUndo, HelperUndo, KeeperUndo, Undo};
use crate::config::default_store::Machine;
use crate::config::plan::{EditContext, Intent};
use crate::error::{Error, Result};
use crate::file::save;
use crate::store::helper as store;

/// Takes everything back, the last change first. Where nobody else wrote in between, each file has exactly its old bytes.
///
/// # Errors
/// Somebody changed the same login in the meantime, or a helper or the file system failed: nothing is taken back.
pub async fn take_back(ctx: &Context, undo: Undo) -> Result<Done> {
    let mut done = Done::default();
    match attempt(ctx, undo, OnConflict::Fail, &mut done).await {
        Ok(()) => Ok(done),
        Err(error) => Err(roll_back(&ctx.writing(Ahead::default()), done.undo, 0, error).await),
    }
}

/// Takes back what was done before an error; the error then says whether that worked. What was written ahead of it, after the
/// first `noted` steps, counts no longer.
pub(in crate::app) async fn roll_back(ctx: &Context, undo: Undo, noted: usize, error: Error) -> Error {
    if undo.is_empty() {
        ctx.ahead.only(noted);
        return error;
    }
    match attempt(ctx, undo, OnConflict::Keep, &mut Done::default()).await {
        Ok(()) => {
            ctx.ahead.only(noted);
            error.hint("What this try had done already was taken back.")
        }
        Err(second) => error.hint(format!("Taking back what was done before failed: {}", second.what)),
    }
}

async fn attempt(ctx: &Context, undo: Undo, on_conflict: OnConflict, done: &mut Done) -> Result<()> {
    // What takes a change back is no change of its own: who comes later looks at each place.
    let ctx = &ctx.writing(Ahead::default());
    let (give, take) = KeeperUndo::giving_and_taking(undo.keepers);
    let mut problem = None;
    for step in give {
        on_conflict.go_on(keeper::take_back(ctx, step, on_conflict, done).await, &mut problem)?;
    }
    let files = undo.files.clone();
    for file in undo.files.into_iter().rev() {
        // What could not be given back may lie nowhere else than in this file.
        if problem.is_some() && file.edited.holds_a_new_secret() {
            continue;
        }
        on_conflict.go_on(restore(ctx, file, done).await, &mut problem)?;
    }
    // What could not be brought back may lie nowhere else than in what would be taken away now.
    if let Some(problem) = problem {
        return Err(problem);
    }
    for step in take {
        let taken = keeper::take_back(ctx, step.clone(), on_conflict, done).await;
        on_conflict.go_on(taken, &mut problem)?;
        give_again(ctx, step, &files).await?;
    }
    problem.map_or(Ok(()), Err)
}

/// A helper knows no lock: where a file names it again by now, somebody moved the login there a second time and counts on
/// it. Whoever writes the file later than this asks the helper himself.
async fn give_again(ctx: &Context, step: KeeperUndo, files: &[FileUndo]) -> Result<()> {
    let KeeperUndo::Helper(HelperUndo { helper, key, before: None, after: Some(login), .. }) = step else {
        return Ok(());
    };
    for file in files {
        let now = save::read(&file.path)?;
        if file.edited.names_its_helper_again(now.as_deref().map(Vec::as_slice), &key)
            && store::stored(&ctx.client, &helper, &key).await?.is_none()
        {
            store::put(&ctx.client, (&*helper, &*key), None, Some(&login)).await?;
        }
    }
    Ok(())
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
    let FileUndo { path, edited } = file;
    // Bringing members back asks nobody where logins are kept.
    let around = EditContext { format: edited.format, machine: Machine::default() };
    let now = save::read(&path)?;
    let intent = Intent::Restore(edited.past(now.as_deref().map(Vec::as_slice)));
    let review = Review::of(FileChange::with(&path, around, intent)?);
    let mut written = Done::default();
    let result = engine::apply(ctx, review, Consent { plain: true, force: true }, &mut written).await;
    done.lines.extend(written.lines);
    done.undo.files.extend(written.undo.files);
    result
}
