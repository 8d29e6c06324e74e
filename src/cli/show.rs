//! `pullpass show`

use std::fmt::Write as _;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::app::inventory::Inventory;
use crate::app::inventory::{find, used_by};
use crate::app::login::fetch::{self, Fetched};
use crate::app::login::renew;
use crate::app::{self, Context};
use crate::cli::list::account;
use crate::cli::output::Output;
use crate::cli::{block_on, find_all, json, named};
use crate::credential::expiry::Grain;
use crate::credential::login::{Listing, Login};
use crate::credential::token::{Claim, ClaimValue};
use crate::error::{Error, Result};
use crate::registry::key;
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
    let inventory = find_all(ctx, true)?;
    let logins = match find::named(&inventory, &options.key) {
        Ok(logins) => logins,
        Err(nothing) => return show_secret(ctx, &inventory, options, output, nothing),
    };
    let mut shown = Vec::new();
    for login in logins {
        let wanted = options.reveal || (options.decode && login.id.store.helper().is_some());
        let fetched =
            if wanted && login.has_secret() { Some(block_on(fetch::fetch(ctx, &login.id))??) } else { None };
        shown.push((login, fetched));
    }
    if options.json {
        return output.print(&json::show(&inventory, &shown, options.reveal, now)?);
    }
    let mut out = Zeroizing::new(String::new());
    for (at, (login, fetched)) in shown.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        describe(&mut out, &inventory, login, fetched.as_ref(), now);
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
    options: &Options,
    output: &Output,
    nothing: Error,
) -> Result<()> {
    let now = ctx.now();
    let record = app::vault::by_name::find(&ctx.vault, &options.key)?.ok_or(nothing)?;
    if options.json {
        return output.print(&Zeroizing::new(json::show_named(inventory, &record, options.reveal, now)?));
    }
    output.print(&named::shown(&record, options.reveal, output.is_terminal, now))
}

fn describe(
    out: &mut String,
    inventory: &Inventory,
    login: &Login,
    fetched: Option<&Fetched>,
    now: Timestamp,
) {
    let source = inventory.source_of(login);
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            let _infallible = writeln!(out, "{label:<9} {}", text::safe(value));
        }
    };
    line("registry", &key::display_name(&login.id.key));
    line("key", &login.id.key);
    line("file", &source.place.name);
    line("store", &login.id.store.label());
    line("account", account(&login.account));
    line("email", login.email.as_deref().unwrap_or_default());
    line("provider", login.provider.name());
    let kind = fetched.map(|fetched| fetched.kind).or(login.token);
    line("secret", kind.map_or(login.kind.words(), |kind| kind.words()));
    line("expires", &fetched.map_or(login.expiry, |fetched| fetched.expiry).sentence(now, Grain::Seconds));
    for companion in &login.companions {
        line(
            "with",
            &format!("{}: {}", companion.kind.words(), companion.expiry.sentence(now, Grain::Seconds)),
        );
    }
    for view in used_by::used_by(inventory, login) {
        let uses = if view.uses { "yes" } else { "no" };
        let why = if view.why.is_empty() { String::new() } else { format!(": {}", view.why) };
        line("used by", &format!("{} {uses}{why}", view.tool));
    }
    if let Listing::Failed(reason) = &login.listing {
        line("problem", reason);
    }
    let warnings = fetched.map(|fetched| fetched.warnings).unwrap_or_default();
    let mut diagnostics = login.diagnostics;
    diagnostics.extend(&source.beside_a_login());
    diagnostics.extend(&warnings);
    for diagnostic in diagnostics.iter() {
        line("note", &diagnostic.sentence());
    }
    let removal = format!("pullpass remove {}", login.id.key);
    line("renew", &renew::hint(inventory, login, &removal).unwrap_or_default());
    let claims = fetched.map_or(&*login.claims, |fetched| &fetched.claims);
    for claim in claims {
        line(claim.section, &claim_words(claim, now));
    }
}

/// A member of a token.
pub fn claim_words(claim: &Claim, now: Timestamp) -> String {
    let value = match &claim.value {
        ClaimValue::Text(text) => text.clone(),
        ClaimValue::Time(at) => text::moment(*at, now),
    };
    format!("{} = {value}", claim.name)
}

/// The secret itself: made safe for a terminal, byte for byte into a pipe.
pub fn reveal(out: &mut String, secret: Option<&Secret>, terminal: bool) {
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
