//! `pullpass check`

mod anonymous;
mod lines;

use std::collections::BTreeSet;
use std::pin::pin;

use futures_util::StreamExt as _;

use crate::app::Context;
use crate::app::check::history::{self, Memory};
use crate::app::check::{CheckOptions, Checked, Checker, Job};
use crate::app::inventory::find::{named, secret};
use crate::app::inventory::{Inventory, Source};
use crate::app::vault::rows;
use crate::check::flow::{HUB_HOST, host_of};
use crate::check::realm;
use crate::cli::output::Output;
use crate::cli::{block_on, find_all, json};
use crate::credential::login::{EntryKind, Login};
use crate::error::{Error, Kind, Result};
use crate::net::http::Network;
use crate::registry::image::Image;
use crate::registry::key::{self, HUB_KEY};
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
    add_secrets(ctx, &mut inventory, options)?;
    if let Some(registry) = nobodys(&inventory, options, asked.image.as_ref()) {
        let files = inventory.sources.iter().filter_map(Source::trouble);
        files.chain(unusable(&inventory, &registry)).for_each(|trouble| output.remark(&trouble));
        return anonymous::run(ctx, &asked, &registry, options.json, output);
    }
    let chosen = chosen(&inventory, options, asked.image.as_ref())?;
    let unread = unread(&inventory);
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

/// The files and the entries that nothing can be asked of, because nobody can read them.
fn unread(inventory: &Inventory) -> Vec<String> {
    let files = inventory.sources.iter().filter_map(Source::trouble);
    let broken = inventory.logins.iter().filter(|login| login.kind == EntryKind::Invalid);
    let entries = broken.map(|login| {
        let key = text::safe(&login.id.key);
        format!("The entry {key} cannot be read; pullpass show {key} says more, and what to do.")
    });
    files.chain(entries).collect()
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

/// What is no login may be the name of a secret in the vault; all of them are meant by `--all`.
fn add_secrets(ctx: &Context, inventory: &mut Inventory, options: &Options) -> Result<()> {
    let unknown = options.keys.iter().any(|key| named(inventory, key).is_err());
    if !unknown && !options.all {
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

/// The registry that can only be asked what anybody may do: no login was named, and there is none for it.
fn nobodys(inventory: &Inventory, options: &Options, image: Option<&Image>) -> Option<String> {
    let has_login = match image {
        _ if options.all || !options.keys.is_empty() => return None,
        Some(image) => !of_image(inventory, image).is_empty(),
        None => {
            let is_one = |login: &&Login| login.kind != EntryKind::Empty;
            !options.rate_limit || named(inventory, HUB_KEY).is_ok_and(|found| found.iter().any(is_one))
        }
    };
    (!has_login).then(|| image.map_or_else(|| HUB_KEY.to_owned(), |image| image.registry.clone()))
}

/// The entries of a registry that are there and are no login, with the reason.
fn unusable(inventory: &Inventory, registry: &str) -> Vec<String> {
    let is_there = |login: &&Login| {
        login.kind != EntryKind::Empty && login.named.is_none() && host_of(&login.id.key) == host_of(registry)
    };
    let why = |login: &Login| {
        let why = Job::of(login).err()?;
        Some(format!("the login {} cannot be used: {why}", text::safe(&login.id.key)))
    };
    inventory.logins.iter().filter(is_there).filter_map(why).collect()
}

/// The logins that are meant, and what can be asked of them.
fn chosen<'a>(
    inventory: &'a Inventory,
    options: &Options,
    image: Option<&Image>,
) -> Result<Vec<(&'a Login, Job)>> {
    let is_checkable = |login: &'a Login| Some((login, Job::of(login).ok()?));
    if options.all {
        return Ok(inventory.logins.iter().filter_map(is_checkable).collect());
    }
    let found: Vec<&Login> = match image {
        _ if !options.keys.is_empty() => {
            let named: Result<Vec<_>> = options.keys.iter().map(|key| meant(inventory, key)).collect();
            named?.concat()
        }
        Some(image) => of_image(inventory, image),
        None if options.rate_limit => named(inventory, HUB_KEY)?,
        None => {
            return Err(Error::usage("Nothing was checked: no login was named.")
                .hint("Name one (pullpass check ghcr.io), give --image, or check --all."));
        }
    };
    let job = |login: &'a Login| {
        is_of_image(login, image)?;
        is_of_hub(login, options)?;
        let key = text::safe(&login.id.key);
        let job = Job::of(login).map_err(|why| {
            Error::failed(format!("The login {key} cannot be checked: {why}."))
                .hint(format!("pullpass show {key} says more, and what to do."))
        })?;
        Ok((login, job))
    };
    found.into_iter().map(job).collect()
}

fn meant<'a>(inventory: &'a Inventory, key: &str) -> Result<Vec<&'a Login>> {
    named(inventory, key).or_else(|nothing| secret(inventory, key).map(|login| vec![login]).ok_or(nothing))
}

/// The logins that some tool could take for an image: a key with a namespace holds for what lies in it.
fn of_image<'a>(inventory: &'a Inventory, image: &Image) -> Vec<&'a Login> {
    let holds = |login: &&Login| {
        let key = &login.id.key;
        let space = if key::is_namespaced(key) { key::parts(key).path.trim_matches('/') } else { "" };
        let rest = image.repository.strip_prefix(space);
        let is_inside = space.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        login.named.is_none()
            && host_of(key) == host_of(&image.registry)
            && is_inside
            && Job::of(login).is_ok()
    };
    inventory.logins.iter().filter(holds).collect()
}

fn is_of_image(login: &Login, image: Option<&Image>) -> Result<()> {
    let Some(image) = image else { return Ok(()) };
    if host_of(&login.id.key) == host_of(&image.registry) {
        return Ok(());
    }
    let (key, registry) = (text::safe(&login.id.key), &image.registry);
    Err(Error::usage(format!("The image lies at {registry}, and the login {key} is for another registry."))
        .hint("Leave the key out: the image's own login is then checked."))
}

fn is_of_hub(login: &Login, options: &Options) -> Result<()> {
    if !options.rate_limit || host_of(&login.id.key) == HUB_HOST {
        return Ok(());
    }
    let key = text::safe(&login.id.key);
    Err(Error::usage(format!("{key} is not Docker Hub, and only Docker Hub tells its rate limit.")))
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
