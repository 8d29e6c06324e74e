//! What is kept outside of the files: one step with a helper or the vault, and the way back.

use crate::app::Context;
use crate::app::helper::answering::answering;
use crate::app::transaction::line::Line;
use crate::app::transaction::undo::{Done, HelperUndo, KeeperUndo, Step};
use crate::config::plan::{HelperStep, keeper_words};
use crate::credential::Credential;
use crate::credential::login::OWN_HELPER;
use crate::credential_helper::Client;
use crate::error::{Error, Result};
use crate::store::error::StoreError;
use crate::store::helper;
use crate::store::vault::{self, RecordChange};
use crate::text;

/// What becomes of a keeper's login that somebody changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnConflict {
    /// It is newer and stays: nothing is taken back.
    Fail,
    /// It is newer and stays, and everything else is taken back. For a step that failed half-way, after which a keeper may
    /// have anything.
    Keep,
}

/// Takes a step and asks whether it was taken. The helper that we are ourselves needs no program: the vault is here.
/// What takes it back is written ahead, and added to `taken`: of a helper before it is told anything, of the vault, which is
/// changed whole or not at all, afterwards.
///
/// # Errors
/// The helper or the vault failed, or does not give back what it was given.
pub(super) async fn carry_out(ctx: &Context, step: &HelperStep, taken: &mut Vec<KeeperUndo>) -> Result<()> {
    let mut step = step.clone();
    // What the vault is given it keeps; what is to be forgotten may lie with a helper that ours asks.
    if step.keep.is_none() {
        step.helper = answering(ctx, &step.helper, &step.key).await;
    }
    if step.helper == OWN_HELPER {
        let (now, ahead) = (ctx.now(), ctx.ahead.clone());
        let note = move |touched: &[RecordChange]| ahead.note(&Step::of_vault(touched));
        let touched = ctx.with_vault(move |vault| vault::carry_out(vault, &step, now, note)).await?;
        taken.push(KeeperUndo::Vault(touched));
        return Ok(());
    }
    let client = &ctx.client;
    let before = helper::stored(client, &step.helper, &step.key).await?;
    if step.is_taken(before.as_ref()) {
        return Err(StoreError::Taken { helper: step.helper.clone(), key: step.key.clone() }.into());
    }
    let undo = KeeperUndo::Helper(HelperUndo {
        helper: step.helper.clone(),
        key: step.key.clone(),
        before: before.clone(),
        after: step.keep.clone(),
        is_whole: step.is_kept(before.as_ref()),
    });
    ctx.ahead.note(&Step::Keeper(undo.clone()))?;
    taken.push(undo);
    if step.is_kept(before.as_ref()) {
        return Ok(());
    }
    helper::put(client, (&step.helper, &step.key), before.as_ref(), step.keep.as_ref()).await?;
    mark_whole(taken);
    Ok(())
}

/// The step that was begun last has come to its end.
fn mark_whole(taken: &mut [KeeperUndo]) {
    if let Some(KeeperUndo::Helper(undo)) = taken.last_mut() {
        undo.is_whole = true;
    }
}

/// Looks whether a helper still has what it was given, now that the file no longer has it, and gives it once more where
/// another run took it away. The vault needs no second look: who takes something out of it sees that it was given again.
///
/// # Errors
/// The helper failed, or does not give back what it was given.
pub(super) async fn make_sure(client: &Client, step: &HelperStep) -> Result<()> {
    if step.helper == OWN_HELPER {
        return Ok(());
    }
    let now = helper::stored(client, &step.helper, &step.key).await?;
    if step.is_kept(now.as_ref()) {
        return Ok(());
    }
    Ok(helper::put(client, (&step.helper, &step.key), now.as_ref(), step.keep.as_ref()).await?)
}

/// What is kept under a key now, by a helper or the vault.
///
/// # Errors
/// It cannot be asked, or the vault is missing or locked.
pub(in crate::app) async fn stored(ctx: &Context, (helper, key): (&str, &str)) -> Result<Option<Credential>> {
    if helper == OWN_HELPER {
        let key = key.to_owned();
        return ctx.with_vault(move |vault| vault::stored(vault, &key)).await;
    }
    Ok(helper::stored(&ctx.client, helper, key).await?)
}

/// Takes one step back. What undoes that in turn is added to `done`.
///
/// # Errors
/// Somebody changed the login in the meantime, or the helper or the vault failed.
pub(super) async fn take_back(
    ctx: &Context,
    step: KeeperUndo,
    on_conflict: OnConflict,
    done: &mut Done,
) -> Result<()> {
    match step {
        KeeperUndo::Helper(undo) => helper_back(&ctx.client, undo, on_conflict, done).await,
        KeeperUndo::Vault(touched) => vault_back(ctx, touched, on_conflict, done).await,
    }
}

async fn helper_back(
    client: &Client,
    undo: HelperUndo,
    on_conflict: OnConflict,
    done: &mut Done,
) -> Result<()> {
    let HelperUndo { helper, key, before, after, is_whole: was_whole } = undo;
    let now = helper::stored(client, &helper, &key).await?;
    let is_now = |login: &Option<Credential>| Credential::are_same(now.as_ref(), login.as_ref());
    if is_now(&before) {
        return Ok(());
    }
    let (who, shown) = (keeper_words(&helper), text::safe(&key).into_owned());
    let is_newer = now.is_some() && !is_now(&after);
    match on_conflict {
        OnConflict::Fail if is_newer => {
            let what = format!("{who} has another login for {shown} than it was left with.");
            return Err(Error::failed(what).hint("It was changed in the meantime and is left as it is."));
        }
        OnConflict::Keep if is_newer && was_whole => return Ok(()),
        OnConflict::Fail | OnConflict::Keep => {}
    }
    // Before it is told anything: where it fails half-way it is brought back to what it has now.
    let (old, new) = (now.clone(), before.clone());
    let back =
        HelperUndo { helper: helper.clone(), key: key.clone(), before: old, after: new, is_whole: false };
    done.undo.keepers.push(KeeperUndo::Helper(back));
    helper::put(client, (&*helper, &*key), now.as_ref(), before.as_ref()).await?;
    mark_whole(&mut done.undo.keepers);
    done.lines.push(Line::Said(format!("{who}: {shown} is as before")));
    Ok(())
}

async fn vault_back(
    ctx: &Context,
    touched: Vec<RecordChange>,
    on_conflict: OnConflict,
    done: &mut Done,
) -> Result<()> {
    if touched.is_empty() {
        return Ok(());
    }
    // A step leaves no record half-way: what differs is somebody else's.
    let leave = on_conflict == OnConflict::Keep;
    let touched = ctx.with_vault(move |vault| vault::restore(&vault.open()?, &touched, leave)).await?;
    let words = |one: &RecordChange| {
        let name = text::safe(one.name());
        let is_there =
            if one.after.is_some() { "is in the vault as before" } else { "is no longer in the vault" };
        Line::Said(format!("{name} {is_there}."))
    };
    done.lines.extend(touched.iter().map(words));
    done.undo.keepers.push(KeeperUndo::Vault(touched));
    Ok(())
}
