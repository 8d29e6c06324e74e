//! `pullpass show`

use std::fmt::Write as _;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::Context;
use crate::app::describe::{Audience, Fact, Steps, describe};
use crate::app::inventory::{Inventory, Source, find};
use crate::app::login::fetch;
use crate::app::vault::{by_name, rows};
use crate::app::which::used_by::{ToolView, used_by};
use crate::app::which::{self, Who};
use crate::cli::json::{self, Shown};
use crate::cli::output::Output;
use crate::cli::{block_on, find_with_lists};
use crate::credential::expiry::Grain;
use crate::credential::login::Login;
use crate::error::{Error, Result};
use crate::resolve::Snapshot;
use crate::secret::Secret;
use crate::text;

/// Options of `show`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass show docker.io\n  pullpass show https://index.docker.io/v1/ --json\n  \
                        pullpass show 123456789012.dkr.ecr.eu-west-1.amazonaws.com --reveal\n\n\
                        A helper is asked for the secret only with --reveal or --decode."
)]
pub struct Options {
    /// The credential key, the registry's name, or the name of a secret in the vault
    #[arg(value_name = "KEY|NAME")]
    pub key: String,

    /// Print JSON (docs/json.md)
    #[arg(long)]
    pub json: bool,

    /// Print the secret as well
    #[arg(long)]
    pub reveal: bool,

    /// Ask the helper for the secret and show what it says of itself, but not the secret
    #[arg(long)]
    pub decode: bool,
}

/// Shows every login under this key, one after the other.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let now = ctx.now();
    let (inventory, listings) = find_with_lists(ctx, true)?;
    let mut snapshot = which::snapshot(&ctx.settings, &listings, Who::Me);
    let logins = match find::named(&inventory, &options.key) {
        Ok(logins) => logins,
        Err(nothing) => return show_secret(ctx, &inventory, &mut snapshot, options, output, nothing),
    };
    let mut shown = Vec::new();
    for login in logins {
        let wanted = options.reveal || (options.decode && login.id.store.helper().is_some());
        let fetched =
            if wanted && login.has_secret() { Some(block_on(fetch::fetch(ctx, &login.id))??) } else { None };
        let uses = used_by(&mut snapshot, login, None);
        shown.push(Shown { login, fetched, uses });
    }
    if options.json {
        return output.print(&json::show(&inventory, &shown, options.reveal, now)?);
    }
    let mut out = Zeroizing::new(String::new());
    for (at, Shown { login, fetched, uses }) in shown.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let mut known = (*login).clone();
        if let Some(fetched) = fetched {
            fetched.fill_in(&mut known);
        }
        tell(&mut out, inventory.source_of(login), &known, uses, now);
        if options.reveal {
            reveal(&mut out, fetched.as_ref().map(|fetched| &fetched.credential.secret), output.is_terminal);
        }
    }
    output.print(&out)
}

/// What is no login may be the name of a secret in the vault.
fn show_secret(
    ctx: &Context,
    inventory: &Inventory,
    snapshot: &mut Snapshot,
    options: &Options,
    output: &Output,
    nothing: Error,
) -> Result<()> {
    let now = ctx.now();
    let record = by_name::find(&ctx.vault, &options.key)?.ok_or(nothing)?;
    if options.json {
        return output.print(&Zeroizing::new(json::show_named(inventory, &record, options.reveal, now)?));
    }
    let secret = &record.credential.secret;
    // A secret is at most this long; a text that grows would leave copies behind.
    let mut out = Zeroizing::new(String::with_capacity(4096 + secret.len() * 8));
    let file = ctx.vault.settings.file.clone().unwrap_or_default();
    let rows = rows::of_records(&file, std::slice::from_ref(&record), now);
    for login in &rows.logins {
        tell(&mut out, rows.source_of(login), login, &used_by(snapshot, login, None), now);
    }
    if options.reveal {
        reveal(&mut out, Some(secret), output.is_terminal);
    }
    output.print(&out)
}

/// The description, a fact a line.
fn tell(out: &mut String, source: &Source, login: &Login, uses: &[ToolView], now: Timestamp) {
    let steps = Steps::commands(&login.id.key);
    let audience = Audience { now, grain: Grain::Seconds, privacy: false, home: None, steps };
    for Fact { label, value, .. } in describe(source, login, Some(uses), &audience).into_facts() {
        let _infallible = writeln!(out, "{label:<9} {}", text::safe(&value));
    }
}

/// The secret itself: made safe for a terminal, byte for byte into a pipe.
fn reveal(out: &mut String, secret: Option<&Secret>, terminal: bool) {
    let Some(secret) = secret else {
        out.push_str("reveal    there is no secret to show\n");
        return;
    };
    let shown = Zeroizing::new(match (secret.expose_text(), terminal) {
        (Some(plain), false) => plain.to_owned(),
        _ => text::safe_bytes(secret.expose()),
    });
    out.push_str("reveal    ");
    out.push_str(&shown);
    out.push('\n');
}
