//! `pullpass seal`

use crate::app::Context;
use crate::app::inventory::find;
use crate::app::inventory::{self, Inventory};
use crate::app::login::seal::{self, SealPlan, SealTo};
use crate::app::transaction::{Consent, Line, line};
use crate::cli::confirm::Confirm;
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, undo};
use crate::credential::login::OWN_HELPER;
use crate::credential::login::{Login, LoginId};
use crate::error::{Error, Result};

/// Options of `seal`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass seal ghcr.io\n  pullpass seal --all --yes\n  pullpass seal docker.io --to helper:pass\n\n\
                        The file then names docker-credential-pullpass, or the helper, in credHelpers. What goes is shown \
                        first; what cannot be moved stays, with the reason, and makes the exit status 1."
)]
pub struct Options {
    /// The credential keys, or the registries' names
    #[arg(value_name = "KEY", required_unless_present = "all", conflicts_with = "all")]
    pub keys: Vec<String>,

    /// Every secret that lies in a file
    #[arg(long)]
    pub all: bool,

    /// Where they go: vault, or helper:NAME for docker-credential-NAME
    #[arg(long, value_name = "vault|helper:NAME", default_value = "vault", value_parser = target)]
    pub to: SealTo,

    /// Whether it asks, and what it may write.
    #[command(flatten)]
    pub confirm: Confirm,
}

/// `vault`, or `helper:NAME`; our own helper is the vault.
fn target(text: &str) -> std::result::Result<SealTo, String> {
    match text.strip_prefix("helper:") {
        Some(OWN_HELPER) => Ok(SealTo::Vault),
        Some(name) if !name.is_empty() => Ok(SealTo::Helper(name.to_owned())),
        None if text == "vault" => Ok(SealTo::Vault),
        _ => Err("it is vault, or helper:NAME".to_owned()),
    }
}

/// Shows what moves and what stays, asks, and moves it.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let inventory = inventory::read(&ctx.settings, ctx.now());
    let (ids, unread) =
        if options.all { seal::all(&inventory) } else { (meant(&inventory, options)?, Vec::new()) };
    let mut review =
        if ids.is_empty() { SealPlan::default() } else { block_on(seal::review(ctx, &ids, &options.to))?? };
    review.stays.extend(unread);
    let count = review.logins.len() + review.stays.len();
    if count == 0 {
        return output.print("nothing to seal: no secret lies in a file\n");
    }
    let mut change = undo::begin(ctx);
    if !options.confirm.yes && !review.logins.is_empty() {
        let words = ("Seal them?", "Nothing was sealed", "--yes seals them.");
        let mut lines = line::words(&review.lines(), None);
        lines.extend(change.warning());
        confirm::ask(output, &lines, words)?;
    }
    let consent = Consent { plain: false, force: options.confirm.force };
    let mut sealed = change.make(output, async |ctx| seal::run(ctx, review, consent).await)?;
    if count > 1 && sealed.moved > 0 {
        let sum = format!("{} of {count} logins are in {} now", sealed.moved, options.to.words());
        sealed.done.lines.push(Line::Said(sum));
    }
    if !sealed.done.lines.is_empty() {
        change.tell(&sealed.done, output)?;
    }
    finish(sealed.failed, count, &options.to, output)
}

/// The logins that were named and lie in a file.
fn meant(inventory: &Inventory, options: &Options) -> Result<Vec<LoginId>> {
    let mut ids = Vec::new();
    for key in &options.keys {
        let logins =
            find::named(inventory, key)?.into_iter().filter(|login: &&Login| seal::is_sealable(login));
        ids.extend(logins.map(|login| login.id.clone()));
    }
    Ok(ids)
}

/// Whatever stays in the open is an error in the end, after all that could move has moved.
fn finish(failed: Vec<Error>, count: usize, to: &SealTo, output: &Output) -> Result<()> {
    let stays = failed.len();
    if stays == 1 && count == 1 {
        return failed.into_iter().next().map_or(Ok(()), Err);
    }
    for error in &failed {
        output.problem(error);
    }
    if stays == 0 {
        return Ok(());
    }
    let place = to.words();
    Err(Error::failed(format!("{stays} of {count} could not be moved into {place}."))
        .hint("They are as they were; the reasons are above."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_the_vault_or_a_helper() {
        let pass = SealTo::Helper("pass".into());
        let table = [
            ("vault", Some(SealTo::Vault)),
            ("helper:pullpass", Some(SealTo::Vault)),
            ("helper:pass", Some(pass)),
        ];
        let wrong = ["", "helper", "helper:", "pass"].map(|text| (text, None));
        for (text, expected) in table.into_iter().chain(wrong) {
            assert_eq!(target(text).ok(), expected, "{text}");
        }
    }
}
