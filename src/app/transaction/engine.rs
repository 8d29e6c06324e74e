//! Carrying out a review: the keepers first and read back, then the file. What was done stands in the journal, however
//! far it came; taking it back is not its business.

use std::path::Path;
use std::time::Duration;

use crate::app::Context;
use crate::app::context::blocking;
use crate::app::transaction::keeper::{self, OnConflict};
use crate::app::transaction::line::{Besides, Line};
use crate::app::transaction::review::{Consent, FileChange, Review, make};
use crate::app::transaction::undo::{Done, FileUndo, KeeperUndo, Step};
use crate::config::edited::Edited;
use crate::config::plan::{EditPlan, HelperStep, Intent};
use crate::error::{Error, Result};
use crate::file::save::{self, Outcome, ReadOnly, Saved, rivals};

/// How long a save waits before it looks whether it lasted: docker and podman write what they read some milliseconds
/// ago, without a lock.
const SETTLE: Duration = Duration::from_millis(50);

/// How many such times it waits for a program that is visibly about to write.
const MOST_SETTLES: usize = 60;

/// How often a plan is made again because the file changed while helpers were asked.
const TRIES: usize = 10;

/// Does what was reviewed, file by file.
///
/// # Errors
/// The first thing that failed; what was done before it is in `done`.
pub(super) async fn apply(ctx: &Context, review: Review, consent: Consent, done: &mut Done) -> Result<()> {
    for file in &review.files {
        apply_file(ctx, file, consent, done).await?;
    }
    Ok(())
}

async fn apply_file(ctx: &Context, file: &FileChange, consent: Consent, done: &mut Done) -> Result<()> {
    if file.is_moved() {
        return Ok(());
    }
    let mut steps = file.plan.helper_steps.clone();
    for _ in 0..TRIES {
        let (from, noted) = (done.undo.keepers.len(), ctx.ahead.count());
        match attempt(ctx, file, &steps, consent, done).await {
            Ok(None) => {
                done.lines.extend(steps.iter().map(|step| Line::Step(step.sentence())));
                return Ok(());
            }
            // Another run has moved the login meanwhile, and counts on what its keeper has: nothing is taken back.
            Ok(Some(_)) | Err(_) if !done.undo.has_file(&file.path) && file.is_moved() => {
                done.undo.keepers.truncate(from);
                ctx.ahead.only(noted);
                return Ok(());
            }
            // Somebody changed where the file says that logins are kept: from the beginning.
            Ok(Some(wanted)) => {
                take_steps_back(ctx, from, done).await?;
                ctx.ahead.only(noted);
                steps = wanted;
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::failed(format!("Did not write {}: another program keeps changing it.", file.path.display()))
        .hint("Wait until docker or podman is done with it, and try again."))
}

/// Takes back what keepers were told for a file that wants other steps now.
async fn take_steps_back(ctx: &Context, from: usize, done: &mut Done) -> Result<()> {
    let taken = done.undo.keepers.split_off(from);
    let (give, take) = KeeperUndo::giving_and_taking(taken.clone());
    let mut back = Done::default();
    for step in give.into_iter().chain(take) {
        if let Err(error) = keeper::take_back(ctx, step, OnConflict::Fail, &mut back).await {
            done.undo.keepers.extend(taken);
            done.undo.append(back.undo);
            return Err(error);
        }
    }
    Ok(())
}

/// The keepers first, then the file. `Some` where the file as it is now needs other steps than were carried out.
async fn attempt(
    ctx: &Context,
    file: &FileChange,
    steps: &[HelperStep],
    consent: Consent,
    done: &mut Done,
) -> Result<Option<Vec<HelperStep>>> {
    for step in steps {
        keeper::carry_out(ctx, step, &mut done.undo.keepers).await?;
    }
    let wanted = write(ctx, file, steps, consent, done).await?;
    if wanted.is_none() && matches!(file.intent, Intent::MoveToHelper { .. }) {
        for step in steps {
            keeper::make_sure(&ctx.client, step).await?;
        }
    }
    Ok(wanted)
}

/// Writes until it has lasted. `Some` where the file as it is now needs other helper steps than were carried out.
async fn write(
    ctx: &Context,
    file: &FileChange,
    steps: &[HelperStep],
    consent: Consent,
    done: &mut Done,
) -> Result<Option<Vec<HelperStep>>> {
    for _ in 0..TRIES {
        let (saved, plan, undo) = match save_once(ctx, file, steps, consent).await? {
            Written::Other(wanted) if done.undo.has_file(&file.path) => {
                // Our own edit is in already; what a rival wants besides is not ours.
                drop(wanted);
                return Ok(None);
            }
            Written::Other(wanted) => return Ok(Some(wanted)),
            Written::Done(done) => *done,
        };
        let Some(undo) = undo else { return Ok(None) };
        done.lines.extend(report(&file.path, &saved, &plan));
        done.undo.files.push(undo);
        settle(&file.path).await;
    }
    Err(Error::failed(format!("Could not keep {}: another program keeps writing it.", file.path.display()))
        .hint("Wait until docker or podman is done with it, and try again."))
}

/// What became of one save.
enum Written {
    /// What takes it back, where the file was changed.
    Done(Box<(Saved, EditPlan, Option<FileUndo>)>),
    Other(Vec<HelperStep>),
}

async fn save_once(
    ctx: &Context,
    file: &FileChange,
    steps: &[HelperStep],
    consent: Consent,
) -> Result<Written> {
    let (file, steps, ahead) = (file.clone(), steps.to_vec(), ctx.ahead.clone());
    blocking(move || {
        let (mut made, noted) = ((EditPlan::default(), None), ahead.count());
        let mut edit = |bytes: Option<&[u8]>| {
            let plan = make(&file.path, bytes, &file.intent, &file.around)?;
            let outcome = outcome(&plan, bytes, &steps, consent, &file.path)?;
            // What was noted for other bytes never happened.
            ahead.only(noted);
            let undo = undo_of(&file, &plan, bytes, &outcome);
            if let Some(undo) = &undo {
                ahead.note(&Step::File(undo.clone()))?;
            }
            made = (plan, undo);
            Ok::<_, Error>(outcome)
        };
        let read_only = if consent.force { ReadOnly::Write } else { ReadOnly::Refuse };
        let saved = save::save(&file.path, read_only, &mut edit, &mut |_| {})?;
        let (plan, undo) = made;
        let other = plan.helper_steps != steps;
        Ok(if other {
            Written::Other(plan.helper_steps)
        } else {
            Written::Done(Box::new((saved, plan, undo)))
        })
    })
    .await
}

/// What takes this outcome back; `None` where the file stays.
fn undo_of(file: &FileChange, plan: &EditPlan, bytes: Option<&[u8]>, outcome: &Outcome) -> Option<FileUndo> {
    let after = match outcome {
        Outcome::Same => return None,
        Outcome::Remove => None,
        Outcome::Write(after) => Some(after.as_slice()),
    };
    let edited = Edited::by(plan, file.around.format, bytes, after);
    Some(FileUndo { path: file.path.clone(), edited })
}

fn outcome(
    plan: &EditPlan,
    bytes: Option<&[u8]>,
    steps: &[HelperStep],
    consent: Consent,
    path: &Path,
) -> Result<Outcome> {
    if plan.helper_steps != steps || !plan.changes_file() {
        return Ok(Outcome::Same);
    }
    if plan.plain && !consent.plain {
        return Err(Error::failed(format!("Did not write the secret into {}.", path.display()))
            .hint("It would lie there in base64, which is not encryption: anybody with the file has it."));
    }
    Ok(if plan.remove_file { Outcome::Remove } else { Outcome::Write(plan.apply(bytes.unwrap_or_default())) })
}

/// Waits until no other program is about to write what it read before our write.
async fn settle(path: &Path) {
    for _ in 0..MOST_SETTLES {
        tokio::time::sleep(SETTLE).await;
        if !rivals::are_writing(path) {
            return;
        }
    }
}

fn report(path: &Path, saved: &Saved, plan: &EditPlan) -> Vec<Line> {
    let changed = plan.changes.iter().map(|change| Line::Changed(path.to_owned(), change.clone()));
    let besides = [
        saved.tightened_from.map(Besides::Closed),
        saved.owner_changed.then_some(Besides::NewOwner),
        saved.in_place.then_some(Besides::InPlace),
    ];
    changed.chain(besides.into_iter().flatten().map(|what| Line::Besides(path.to_owned(), what))).collect()
}
