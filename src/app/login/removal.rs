//! Removing one row of the screen: what goes with it is shown first, and exactly that is done.

use crate::app::Context;
use crate::app::login::add;
use crate::app::login::fetch::file_of;
use crate::app::login::remove::{self, Request};
use crate::app::transaction::{self, Consent, Done, Review};
use crate::app::vault::by_name;
use crate::config::plan::Intent;
use crate::credential::login::LoginId;
use crate::error::Result;
use crate::vault::record::Record;

/// What will be removed. Nothing was yet.
#[derive(Debug)]
pub enum Removal {
    /// A login with all its spellings, and what helpers keep of it.
    Login(Review),
    /// A named secret, as it was shown.
    Secret(Box<Record>),
}

/// Finds out what removing a row means. Helpers are asked for their lists.
///
/// # Errors
/// It is gone, or its file or the vault cannot be read or edited.
pub async fn review(ctx: &Context, id: &LoginId) -> Result<Removal> {
    if let Some(name) = id.store.vault_name() {
        let name = name.clone();
        let record = ctx.with_vault(move |vault| by_name::get(vault, &name)).await?;
        return Ok(Removal::Secret(Box::new(record)));
    }
    // Without a file every one that has the key would be meant; the row is about one.
    let file = file_of(id).ok_or_else(add::in_the_variable)?.to_owned();
    let request = Request { name: id.key.to_string(), file: Some(file) };
    Ok(Removal::Login(remove::review(ctx, &request).await?))
}

impl Removal {
    /// What will happen, a line each; no secret in it.
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Login(review) => review.lines(),
            Self::Secret(record) => by_name::removal(record),
        }
    }

    /// True where more goes than one entry of one file, or a helper forgets something.
    pub fn is_wide(&self) -> bool {
        let Self::Login(review) = self else { return false };
        let keys = |intent: &Intent| match intent {
            Intent::Remove { keys } => keys.len(),
            _ => 1,
        };
        let count: usize = review.files.iter().map(|file| keys(&file.intent)).sum();
        count > 1 || review.files.iter().any(|file| !file.plan.helper_steps.is_empty())
    }

    /// Does it.
    ///
    /// # Errors
    /// Something was changed meanwhile or could not be written: nothing is removed then.
    pub async fn carry_out(self, ctx: &Context) -> Result<Done> {
        match self {
            Self::Login(review) => transaction::apply(ctx, review, Consent::default()).await,
            Self::Secret(record) => ctx.with_vault(move |vault| by_name::remove(vault, &record)).await,
        }
    }
}
