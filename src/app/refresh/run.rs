//! Minting for a record of the vault. One process mints at a time; who waited for it takes what it made.

use url::Url;

use super::failures::{Failed, Files};
use super::standing::{self, Standing};
use crate::app::Context;
use crate::app::context::blocking;
use crate::app::vault::by_name;
use crate::credential::Credential;
use crate::error::{Error, Result};
use crate::net::transport::{Transport, TransportError};
use crate::refresh::error::Cause;
use crate::refresh::schedule::Due;
use crate::refresh::{self, Environment, MintError, Minted, Note, Order, Profile};
use crate::registry::key;
use crate::text;
use crate::vault::document::Document;
use crate::vault::record::{Mint, Record, RefreshMember};

/// Which passwords are minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Those that are due.
    Due,
    /// Any.
    Now,
}

/// What became of one record.
#[derive(Debug)]
pub struct Refreshed {
    /// The record as it is now.
    pub record: Record,
    /// What happened.
    pub end: End,
    /// The password that is there can be handed out.
    pub is_good: bool,
}

/// What happened.
#[derive(Debug)]
pub enum End {
    /// There is a new password.
    Minted {
        /// What a person should know, sentences.
        notes: Vec<String>,
    },
    /// Another process made a new one while this one waited.
    Taken,
    /// There is time, or the last failures are waited out.
    NotDue,
    /// There is none.
    Failed(MintError),
}

/// Mints, each time over a transport that `connect` makes for the registry.
pub struct Refresher<'a, W> {
    ctx: &'a Context,
    environment: Environment,
    connect: W,
}

impl<'a, T, W> Refresher<'a, W>
where
    T: Transport + Send + Sync,
    W: Fn(&Url) -> std::result::Result<T, TransportError> + Send + Sync,
{
    /// For this machine's vault, in this environment.
    pub fn new(ctx: &'a Context, environment: Environment, connect: W) -> Self {
        Self { ctx, environment, connect }
    }

    /// The names of all records that are minted.
    ///
    /// # Errors
    /// The vault is missing, locked or damaged.
    pub async fn names(&self) -> Result<Vec<String>> {
        let records = self.ctx.with_vault(|vault| vault.open()?.list()).await?;
        let minted = records.into_iter().filter(|record| record.refresh.is_some());
        Ok(minted.map(|record| record.name).collect())
    }

    /// Mints for one record, and keeps the password in it. A failure leaves the old password as it is, and is remembered.
    ///
    /// # Errors
    /// There is no such record, or it is not minted; the vault or the lock cannot be used. That nothing was minted is
    /// [`End::Failed`].
    pub async fn refresh(&self, name: &str, when: When) -> Result<Refreshed> {
        let (before, standing) = self.look(name).await?;
        if when == When::Due && standing.due != Due::Now {
            return Ok(Refreshed { record: before, end: End::NotDue, is_good: standing.is_good });
        }
        let files = Files::of(&self.ctx.settings, name)?;
        let lock = files.clone();
        let _lock = blocking(move || lock.lock()).await?;
        let (record, standing) = self.look(name).await?;
        if record.minted != before.minted && standing.is_good {
            return Ok(Refreshed { record, end: End::Taken, is_good: true });
        }
        if when == When::Due && standing.due != Due::Now {
            return Ok(Refreshed { record, end: End::NotDue, is_good: standing.is_good });
        }
        match self.mint(&record.key, &record.credential.username, &standing.profile).await {
            Ok(minted) => {
                let notes = notes(&minted, &standing);
                let record = self.keep(record, minted).await?;
                files.forget();
                Ok(Refreshed { record, end: End::Minted { notes }, is_good: true })
            }
            Err(error) => {
                files.remember(&Failed::after(standing.failed.as_ref(), &error, self.ctx.now()));
                Ok(Refreshed { record, end: End::Failed(error), is_good: standing.is_good })
            }
        }
    }

    /// Mints once, for a record that is there or is to be made.
    ///
    /// # Errors
    /// Nothing was minted.
    pub async fn mint(
        &self,
        key: &str,
        username: &str,
        profile: &Profile,
    ) -> std::result::Result<Minted, MintError> {
        let transport = self.transport(key, profile)?;
        let kept = |name: &str| self.of_the_vault(name);
        let context = refresh::Context {
            transport: &transport,
            environment: &self.environment,
            clock: &*self.ctx.clock,
            kept: &kept,
        };
        refresh::mint(&Order { key, username, profile }, &context).await
    }

    fn transport(&self, key: &str, profile: &Profile) -> std::result::Result<T, MintError> {
        let host = key::hostname(key);
        let failed = |failure| {
            let asked = text::safe(&host).into_owned();
            MintError::of(profile, Cause::Network { asked, failure })
        };
        let url = Url::parse(&format!("https://{host}/"));
        let url =
            url.map_err(|error| failed(TransportError::Setup(format!("Its address is none: {error}."))))?;
        (self.connect)(&url).map_err(failed)
    }

    fn of_the_vault(&self, name: &str) -> Option<Credential> {
        by_name::get(&self.ctx.vault, name).ok().map(|record| record.credential)
    }

    /// A record that is minted, and how it stands.
    async fn look(&self, name: &str) -> Result<(Record, Standing)> {
        let wanted = name.to_owned();
        let record = self.ctx.with_vault(move |vault| by_name::get(vault, &wanted)).await?;
        let standing = standing::of(&self.ctx.settings, &self.environment, &record, self.ctx.now())?;
        let shown = text::safe(name);
        let standing = standing.ok_or_else(|| {
            Error::usage(format!("Nothing mints the password of {shown}: it was typed."))
                .hint("Make a secret that is minted: pullpass add --to vault --registry HOST --mint PROVIDER")
        })?;
        Ok((record, standing))
    }

    /// Puts a new password into the record, unless that became another one in the meantime.
    async fn keep(&self, record: Record, minted: Minted) -> Result<Record> {
        let keep = move |document: &mut Document| {
            let now = by_name::find_in(document, &record.name)?;
            if (&now.refresh, &now.key) != (&record.refresh, &record.key) {
                let shown = text::safe(&record.name);
                return Err(Error::failed(format!(
                    "{shown} was changed while a password was minted for it."
                ))
                .hint(format!("Mint one for what it is now: pullpass refresh {shown}")));
            }
            let mut after = now.clone();
            fill_in(&mut after, minted);
            document.replace(&record.name, after.clone())?;
            Ok(after)
        };
        self.ctx.with_vault(move |vault| vault.open().map_err(Error::from)?.change(keep)).await
    }
}

/// Makes a record one whose passwords are minted, with its first one.
pub fn make_minted(record: &mut Record, profile: &Profile, minted: Minted) {
    record.refresh = profile.to_json().map(RefreshMember);
    fill_in(record, minted);
}

/// Makes a minted password the record's.
fn fill_in(record: &mut Record, minted: Minted) {
    record.minted = Some(Mint {
        at: minted.minted_at,
        principal: minted.principal,
        is_estimate: minted.is_estimate,
        asked: minted.asked,
        source: minted.source,
    });
    record.credential = minted.credential;
}

fn notes(minted: &Minted, standing: &Standing) -> Vec<String> {
    let changed = "The environment stands for somebody else than before, so the old password was not kept.";
    let changed = standing.is_anothers.then(|| changed.to_owned());
    changed.into_iter().chain(minted.notes.iter().map(Note::words)).collect()
}
