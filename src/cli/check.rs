//! `pullpass check`

mod anonymous;
mod lines;

use std::collections::BTreeSet;
use std::pin::pin;

use futures_util::StreamExt as _;

use crate::app::Context;
use crate::app::check::history::{self, Memory};
use crate::app::check::select::{self, Selection};
use crate::app::check::{CheckOptions, Checked, Checker, Job};
use crate::app::inventory::{Inventory, Source};
use crate::check::flow::host_of;
use crate::check::realm;
use crate::cli::output::Output;
use crate::cli::{block_on, find_all, json};
use crate::credential::login::Login;
use crate::error::{Error, Kind, Result};
use crate::net::http::Network;
use crate::registry::image::Image;
use crate::text;

/// Options of `check`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass check ghcr.io\n  pullpass check --image ghcr.io/team/app:1.0   may it pull this?\n  \
                        pullpass check --all --json\n  pullpass check --rate-limit docker.io\n\n\
                        Each login goes to its registry once, and to another host only where that is known to belong to \
                        the registry or --allow-realm names it.\n\n\
                        Exit status: 4 a registry refused a login, else 5 one could not be reached, else 1 one was not \
                        shown to work, or with --all a file or an entry could not be read.\n\n\
                        Piped, each line holds key, user, verdict, the verdict in words and file, separated by tabs."
)]
pub struct Options {
    /// The credential keys, the registries' names, or the names of secrets in the vault
    #[arg(value_name = "KEY|NAME")]
    pub keys: Vec<String>,

    /// Check every login, and every secret of an open vault
    #[arg(long, conflicts_with_all = ["keys", "image", "rate_limit"])]
    pub all: bool,

    /// Check whether this image can be pulled, with the login and without; where there is none, only without
    #[arg(long, value_name = "REF")]
    pub image: Option<String>,

    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,

    /// In this run a registry may have the login sent to this token service
    #[arg(long, value_name = "HOST")]
    pub allow_realm: Vec<String>,

    /// Ask this registry over plain http where https fails; anybody on the way can read the login
    #[arg(long, value_name = "HOST")]
    pub plain_http: Vec<String>,

    /// Ask Docker Hub how many pulls are left: for its login, or where there is none for this address
    #[arg(long, conflicts_with = "image")]
    pub rate_limit: bool,
}

/// Checks logins and says what their registries think of them.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let mut asked = asked(options)?;
    if let Some(folder) = &ctx.settings.state {
        asked.choices = Memory::read(folder).choices();
    }
    let mut inventory = find_all(ctx, true)?;
    let selection = Selection { keys: &options.keys, all: options.all, options: &asked };
    selection.add_secrets(ctx, &mut inventory)?;
    let chosen = selection.logins(ctx, &inventory)?;
    if let Some(registry) = selection.anonymous(&chosen) {
        let files = inventory.sources.iter().filter_map(Source::trouble);
        files.chain(select::unusable(&inventory, registry)).for_each(|trouble| output.remark(&trouble));
        return anonymous::run(ctx, &asked, registry, options.json, output);
    }
    let unread = select::unread(&inventory);
    if options.all {
        for trouble in &unread {
            output.remark(trouble);
        }
        if chosen.is_empty() {
            output.remark("nothing to check: no login has a secret that goes to a registry");
        }
    }
    let results = check(ctx, &inventory, &chosen, &asked, options, output)?;
    remember(ctx, &results, *output);
    if options.json {
        output.print(&json::check::document(&inventory, &results, ctx.now())?)?;
    }
    // People have read it in the lines.
    verdict_of_all(&results, options.json || !output.is_terminal)?;
    if options.all && !unread.is_empty() {
        return Err(Error::failed("Not every login was checked.")
            .hint("Mend what could not be read, and check again."));
    }
    Ok(())
}

/// What the options mean.
fn asked(options: &Options) -> Result<CheckOptions> {
    let image = options.image.as_deref().map(|text| {
        Image::parse(text).map_err(|_| {
            Error::usage(format!("\"{}\" is no image reference.", text::safe(text)))
                .hint("Write it as docker pull takes it: ghcr.io/team/app:1.0")
        })
    });
    Ok(CheckOptions {
        image: image.transpose()?,
        rate_limit: options.rate_limit,
        realms: options.allow_realm.iter().map(|host| realm_origin(host)).collect::<Result<_>>()?,
        plain_http: options.plain_http.iter().map(|host| host_of(host)).collect(),
        choices: Vec::new(),
    })
}

/// A host means https there; plain http must be written out.
fn realm_origin(host: &str) -> Result<String> {
    let address = if host.contains("://") { host.to_owned() } else { format!("https://{host}") };
    let parsed = url::Url::parse(&address).ok().filter(url::Url::has_host);
    let is_host = |url: &url::Url| matches!(url.scheme(), "https" | "http") && url.path() == "/";
    parsed.filter(is_host).map(|url| realm::origin(&url)).ok_or_else(|| {
        Error::usage(format!("\"{}\" is no host.", text::safe(host)))
            .hint("Give the host that the refusal named: --allow-realm auth.example.com")
    })
}

fn check(
    ctx: &Context,
    inventory: &Inventory,
    chosen: &[(&Login, Job)],
    asked: &CheckOptions,
    options: &Options,
    output: &Output,
) -> Result<Vec<Checked>> {
    let network = Network::of(&ctx.settings);
    let connect = |registry: &url::Url| network.client_for(registry);
    let checker = Checker::new(ctx, asked, connect);
    let shows_progress = chosen.len() > 1 && output.can_show_progress();
    block_on(async {
        let mut stream = pin!(checker.run(chosen.iter().map(|(_, job)| job.clone())));
        let mut results = Vec::with_capacity(chosen.len());
        let progress = |done: usize| {
            if shows_progress {
                output.progress(&format!("checked {done} of {}", chosen.len()));
            }
        };
        progress(0);
        while let Some(checked) = stream.next().await {
            if shows_progress {
                output.progress("");
            }
            if !options.json {
                output.print(&lines::of(inventory, &checked, output.is_terminal))?;
            }
            results.push(checked);
            progress(results.len());
        }
        if shows_progress {
            output.progress("");
        }
        Ok(results)
    })?
}

/// What cannot be remembered was checked all the same.
fn remember(ctx: &Context, results: &[Checked], output: Output) {
    let Some(folder) = &ctx.settings.state else { return };
    if results.is_empty() {
        return;
    }
    if let Err(error) = history::change(folder, |memory| memory.add(results)) {
        output.remark(&error.to_string());
    }
}

/// The gravest result decides: refused, then unreachable, then the rest.
fn verdict_of_all(results: &[Checked], names_flags: bool) -> Result<()> {
    let kind = |checked: &Checked| match &checked.result {
        Ok(report) => report.verdict.standing().kind(),
        Err(error) => Some(error.kind),
    };
    let bad: Vec<Kind> = results.iter().filter_map(kind).collect();
    let Some(gravest) = gravest(&bad) else { return Ok(()) };
    let what = match results {
        [_] => "The login did not pass the check.".to_owned(),
        _ => format!("{} of {} logins did not pass the check.", bad.len(), results.len()),
    };
    let asked: BTreeSet<String> = results.iter().filter(|_| names_flags).filter_map(flag).collect();
    Err(asked.into_iter().fold(Error::new(gravest, what), Error::hint))
}

/// The flag that lets a login go where it was not sent without a yes.
fn flag(checked: &Checked) -> Option<String> {
    checked.result.as_ref().ok().and_then(lines::flag)
}

fn gravest(kinds: &[Kind]) -> Option<Kind> {
    let order = [Kind::Refused, Kind::Unreachable, Kind::Locked, Kind::NotFound];
    order.into_iter().find(|kind| kinds.contains(kind)).or(kinds.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refused_is_graver_than_unreachable_and_that_than_the_rest() {
        use Kind::{Failed, Locked, NotFound, Refused, Unreachable};
        let table: &[(&[Kind], Option<Kind>)] = &[
            (&[], None),
            (&[Failed], Some(Failed)),
            (&[Failed, NotFound], Some(NotFound)),
            (&[Failed, Locked, NotFound], Some(Locked)),
            (&[Locked, Unreachable, Failed], Some(Unreachable)),
            (&[Unreachable, Refused, Failed], Some(Refused)),
        ];
        for (kinds, expected) in table {
            assert_eq!(gravest(kinds), *expected, "{kinds:?}");
        }
    }

    #[test]
    fn a_realm_is_allowed_by_its_host() {
        let table = [
            ("auth.example.com", Some("https://auth.example.com")),
            ("Auth.example.com:8443", Some("https://auth.example.com:8443")),
            ("http://localhost:5001", Some("http://localhost:5001")),
            ("https://auth.example.com/", Some("https://auth.example.com")),
            ("https://auth.example.com/token", None),
            ("ftp://auth.example.com", None),
            ("", None),
            ("two words", None),
        ];
        for (text, origin) in table {
            assert_eq!(realm_origin(text).ok().as_deref(), origin, "{text}");
        }
    }
}
