//! Which logins a person means who asks for a check, and what there is to say about those that cannot be checked.

use super::{CheckOptions, Job};
use crate::app::Context;
use crate::app::inventory::find::{named, secret};
use crate::app::inventory::{Inventory, Listings, Source};
use crate::app::vault::rows;
use crate::app::which::used_by::may_be_used;
use crate::app::which::{self, Who};
use crate::check::flow::{HUB_HOST, host_of};
use crate::credential::login::{EntryKind, Login};
use crate::error::{Error, Kind, Result};
use crate::registry::image::Image;
use crate::registry::key::HUB_KEY;
use crate::resolve::TOOLS;
use crate::text;

/// What was named for a check.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// Logins by their keys, secrets by their names.
    pub keys: &'a [String],
    /// Everything that can be checked.
    pub all: bool,
    /// What is asked of their registries: an image, the rate limit.
    pub options: &'a CheckOptions,
}

/// The files and the entries that nothing can be asked of, because nobody can read them.
pub fn unread(inventory: &Inventory) -> Vec<String> {
    let files = inventory.sources.iter().filter_map(Source::trouble);
    let broken = inventory.logins.iter().filter(|login| login.kind == EntryKind::Invalid);
    let entries = broken.map(|login| {
        let key = text::safe(&login.id.key);
        format!("The entry {key} cannot be read; pullpass show {key} says more, and what to do.")
    });
    files.chain(entries).collect()
}

impl Selection<'_> {
    /// Adds the vault's secrets to the logins where one may be meant: a name that is no login's, or everything.
    ///
    /// # Errors
    /// The vault is locked, and a name is unknown without it.
    pub fn add_secrets(&self, ctx: &Context, inventory: &mut Inventory) -> Result<()> {
        let unknown = self.keys.iter().any(|key| named(inventory, key).is_err());
        if !unknown && !self.all {
            return Ok(());
        }
        let secrets = rows::read(&ctx.vault, ctx.now());
        match secrets.state {
            rows::State::Locked { why, .. } if unknown => {
                let locked = Error::new(Kind::Locked, format!("{} A secret may have that name.", why.what));
                return Err(why.hints.into_iter().fold(locked, Error::hint));
            }
            _ => inventory.append(secrets.inventory),
        }
        Ok(())
    }

    /// The logins that are meant, and what can be asked of them. None where nothing was named and there is no login for
    /// the image, or of Docker Hub for the rate limit: then [`Self::anonymous`] says who can still be asked.
    ///
    /// # Errors
    /// A name that nothing has, a login that cannot be checked or is of another registry, nothing asked for.
    pub fn logins<'i>(&self, ctx: &Context, inventory: &'i Inventory) -> Result<Vec<(&'i Login, Job)>> {
        let is_checkable = |login: &'i Login| Some((login, Job::of(login).ok()?));
        if self.all {
            return Ok(inventory.logins.iter().filter_map(is_checkable).collect());
        }
        let found: Vec<&Login> = match &self.options.image {
            _ if !self.keys.is_empty() => {
                let named: Result<Vec<_>> = self.keys.iter().map(|key| meant(inventory, key)).collect();
                named?.concat()
            }
            Some(image) => of_image(ctx, inventory, image),
            None if self.options.rate_limit => {
                let found = named(inventory, HUB_KEY).unwrap_or_default();
                if found.iter().any(|login| login.kind != EntryKind::Empty) { found } else { Vec::new() }
            }
            None => {
                return Err(Error::usage("Nothing was checked: no login was named.")
                    .hint("Name one (pullpass check ghcr.io), give --image, or check --all."));
            }
        };
        let job = |login: &'i Login| {
            self.fits(login)?;
            let key = text::safe(&login.id.key);
            let job = Job::of(login).map_err(|why| {
                Error::failed(format!("The login {key} cannot be checked: {why}."))
                    .hint(format!("pullpass show {key} says more, and what to do."))
            })?;
            Ok((login, job))
        };
        found.into_iter().map(job).collect()
    }

    /// The registry that can only be asked what anybody may do: no login was named, and there is none for it.
    pub fn anonymous(&self, chosen: &[(&Login, Job)]) -> Option<&str> {
        let is_open = !self.all && self.keys.is_empty() && chosen.is_empty();
        is_open.then(|| self.options.image.as_ref().map_or(HUB_KEY, |image| &image.registry))
    }

    /// Refuses a login of another registry than the one that is asked about.
    fn fits(&self, login: &Login) -> Result<()> {
        let (key, host) = (text::safe(&login.id.key), host_of(&login.id.key));
        if let Some(Image { registry, .. }) =
            self.options.image.as_ref().filter(|image| host != host_of(&image.registry))
        {
            let what = format!("The image lies at {registry}, and the login {key} is for another registry.");
            return Err(Error::usage(what).hint("Leave the key out: the image's own login is then checked."));
        }
        if self.options.rate_limit && host != HUB_HOST {
            let what = format!("{key} is not Docker Hub, and only Docker Hub tells its rate limit.");
            return Err(Error::usage(what));
        }
        Ok(())
    }
}

/// The entries of a registry that are there and are no login, with the reason.
pub fn unusable(inventory: &Inventory, registry: &str) -> Vec<String> {
    let is_there = |login: &&Login| {
        login.kind != EntryKind::Empty && login.named.is_none() && host_of(&login.id.key) == host_of(registry)
    };
    let why = |login: &Login| {
        let why = Job::of(login).err()?;
        Some(format!("the login {} cannot be used: {why}", text::safe(&login.id.key)))
    };
    inventory.logins.iter().filter(is_there).filter_map(why).collect()
}

fn meant<'a>(inventory: &'a Inventory, key: &str) -> Result<Vec<&'a Login>> {
    named(inventory, key).or_else(|nothing| secret(inventory, key).map(|login| vec![login]).ok_or(nothing))
}

/// The logins that some tool would take for an image, or might, as a helper answers.
fn of_image<'a>(ctx: &Context, inventory: &'a Inventory, image: &Image) -> Vec<&'a Login> {
    let host = host_of(&image.registry);
    let is_of_host =
        |login: &&Login| login.named.is_none() && host_of(&login.id.key) == host && Job::of(login).is_ok();
    let logins: Vec<&Login> = inventory.logins.iter().filter(is_of_host).collect();
    if logins.is_empty() {
        return logins;
    }
    let tools: Vec<_> = TOOLS.iter().collect();
    let mut snapshot = which::snapshot(&ctx.settings, &Listings::new(), Who::Me);
    let traces = which::ask(&mut snapshot, &tools, &image.to_string());
    logins.into_iter().filter(|login| traces.iter().any(|trace| may_be_used(login, trace))).collect()
}
