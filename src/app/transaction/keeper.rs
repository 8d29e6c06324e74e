//! What is kept outside of the files: one step with a helper or the vault, and the way back.

use crate::app::Context;
use crate::app::transaction::change::Done;
use crate::app::transaction::undo::Care;
use crate::config::plan::{HelperStep, keeper_words};
use crate::credential::Credential;
use crate::credential::login::OWN_HELPER;
use crate::credential_helper::Client;
use crate::error::{Error, Result};
use crate::store::helper;
use crate::store::vault::{self, Touched};
use crate::text;

/// A step that was taken.
#[derive(Clone, Debug)]
pub(super) enum KeptUndo {
    /// A helper program was told to keep or to forget a login.
    Helper(HelperUndo),
    /// Records of the vault were changed.
    Vault(VaultUndo),
}

/// A login that a helper was told to keep or to forget.
#[derive(Clone, Debug)]
pub(super) struct HelperUndo {
    pub helper: String,
    pub key: String,
    pub before: Option<Credential>,
    pub after: Option<Credential>,
    /// False where the helper failed half-way, and may have anything now.
    pub is_whole: bool,
}

/// Records that were changed.
#[derive(Clone, Debug)]
pub(super) struct VaultUndo {
    pub touched: Vec<Touched>,
}

/// Takes a step and asks whether it was taken. The helper that we are ourselves needs no program: the vault is here.
/// What takes it back is added to `taken`: of a helper before it is told anything, of the vault, which is changed whole or
/// not at all, afterwards.
///
/// # Errors
/// The helper or the vault failed, or does not give back what it was given.
pub(super) async fn carry_out(ctx: &Context, step: &HelperStep, taken: &mut Vec<KeptUndo>) -> Result<()> {
    if step.helper == OWN_HELPER {
        let (step, now) = (step.clone(), ctx.now());
        let touched = ctx.with_vault(move |vault| vault::carry_out(vault, &step, now)).await?;
        taken.push(KeptUndo::Vault(VaultUndo { touched }));
        return Ok(());
    }
    let client = &ctx.client;
    let before = helper::kept(client, &step.helper, &step.key).await?;
    if step.is_taken(before.as_ref()) {
        let (who, key) = (keeper_words(&step.helper), text::safe(&step.key));
        return Err(Error::failed(format!("{who} keeps another login for {key} already."))
            .hint("See which one works (pullpass check), and forget the other (pullpass remove)."));
    }
    taken.push(KeptUndo::Helper(HelperUndo {
        helper: step.helper.clone(),
        key: step.key.clone(),
        before: before.clone(),
        after: step.keep.clone(),
        is_whole: step.is_kept(before.as_ref()),
    }));
    if step.is_kept(before.as_ref()) {
        return Ok(());
    }
    helper::put(client, (&step.helper, &step.key), before.as_ref(), step.keep.as_ref()).await?;
    mark_whole(taken);
    Ok(())
}

/// The step that was begun last has come to its end.
fn mark_whole(taken: &mut [KeptUndo]) {
    if let Some(KeptUndo::Helper(undo)) = taken.last_mut() {
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
    let now = helper::kept(client, &step.helper, &step.key).await?;
    if step.is_kept(now.as_ref()) {
        return Ok(());
    }
    helper::put(client, (&step.helper, &step.key), now.as_ref(), step.keep.as_ref()).await
}

/// What is kept under a key now, by a helper or the vault.
///
/// # Errors
/// It cannot be asked, or the vault is missing or locked.
pub(in crate::app) async fn kept(ctx: &Context, (helper, key): (&str, &str)) -> Result<Option<Credential>> {
    if helper == OWN_HELPER {
        let key = key.to_owned();
        return ctx.with_vault(move |vault| vault::kept(vault, &key)).await;
    }
    helper::kept(&ctx.client, helper, key).await
}

impl KeptUndo {
    /// True where taking it back gives a secret to a keeper: that comes before the files, and taking one away after
    /// them, so that at any instant the secret lies somewhere.
    pub fn gives(&self) -> bool {
        match self {
            Self::Helper(undo) => undo.before.is_some(),
            Self::Vault(undo) => undo.touched.iter().any(|touched| touched.before.is_some()),
        }
    }

    pub async fn run(self, ctx: &Context, care: Care, done: &mut Done) -> Result<()> {
        match self {
            Self::Helper(undo) => undo.run(&ctx.client, care, done).await,
            Self::Vault(undo) => undo.run(ctx, care, done).await,
        }
    }
}

impl HelperUndo {
    async fn run(self, client: &Client, care: Care, done: &mut Done) -> Result<()> {
        let Self { helper, key, before, after, is_whole: was_whole } = self;
        let now = helper::kept(client, &helper, &key).await?;
        let is_now = |login: &Option<Credential>| Credential::are_same(now.as_ref(), login.as_ref());
        if is_now(&before) {
            return Ok(());
        }
        let (who, shown) = (keeper_words(&helper), text::safe(&key).into_owned());
        let is_newer = now.is_some() && !is_now(&after);
        match care {
            Care::AsFound if is_newer => {
                let what = format!("{who} has another login for {shown} than it was left with.");
                return Err(Error::failed(what).hint("It was changed in the meantime and is left as it is."));
            }
            Care::Whatever if is_newer && was_whole => return Ok(()),
            Care::AsFound | Care::Whatever => {}
        }
        // Before it is told anything: where it fails half-way it is brought back to what it has now.
        let (old, new) = (now.clone(), before.clone());
        let back =
            Self { helper: helper.clone(), key: key.clone(), before: old, after: new, is_whole: false };
        done.undo.kept.push(KeptUndo::Helper(back));
        helper::put(client, (&*helper, &*key), now.as_ref(), before.as_ref()).await?;
        mark_whole(&mut done.undo.kept);
        done.lines.push(format!("{who}: {shown} is as before"));
        Ok(())
    }
}

impl VaultUndo {
    async fn run(self, ctx: &Context, care: Care, done: &mut Done) -> Result<()> {
        let Self { touched } = self;
        if touched.is_empty() {
            return Ok(());
        }
        // A step leaves no record half-way: what differs is somebody else's.
        let leave = care == Care::Whatever;
        let touched = ctx.with_vault(move |vault| vault::restore(&vault.open()?, &touched, leave)).await?;
        let words = |one: &Touched| {
            let name = text::safe(one.name());
            let is_there =
                if one.after.is_some() { "is in the vault as before" } else { "is no longer in the vault" };
            format!("{name} {is_there}.")
        };
        done.lines.extend(touched.iter().map(words));
        done.undo.kept.push(KeptUndo::Vault(Self { touched }));
        Ok(())
    }
}
