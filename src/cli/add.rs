//! `pullpass add`

use std::io::IsTerminal as _;

use jiff::tz::TimeZone;

use crate::app::Context;
use crate::app::login::add::{self, FileOf, Request};
use crate::app::login::for_docker;
use crate::app::refresh;
use crate::app::refresh::run::{self, Refresher};
use crate::app::transaction::{self, Consent, Review, line};
use crate::app::vault::by_name;
use crate::cli::confirm::Confirm;
use crate::cli::mint::MintOptions;
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, prompt, undo};
use crate::credential::Credential;
use crate::credential::content::Content;
use crate::credential::rules;
use crate::error::{Error, Result};
use crate::net::http::Network;
use crate::refresh::{Minted, Profile};
use crate::secret::Secret;
use crate::settings::Settings;

/// Options of `add`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  printf %s \"$TOKEN\" | pullpass add --registry ghcr.io --username jane --password-stdin\n  \
                        pullpass add --registry quay.io/team --username team+robot --to podman\n  \
                        pullpass add --registry ghcr.io --username jane --to vault --for-docker\n  \
                        pullpass add --registry 123456789012.dkr.ecr.eu-west-1.amazonaws.com --to vault --for-docker --mint ecr\n\n\
                        docker: into the helper that its config.json names, or that docker would take by itself; into \
                        the file only with --plain.\npodman: into auth.json, which is always the plain file unless it \
                        names a helper.\nvault: a named secret, which \
                        no tool uses by itself; with --for-docker docker finds it there."
)]
pub struct Options {
    /// The registry: docker.io, ghcr.io, localhost:5000; for podman also a namespace
    #[arg(long, value_name = "HOST")]
    pub registry: String,

    /// The user name
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,

    /// Read the password from standard input, without its last line ending
    #[arg(long)]
    pub password_stdin: bool,

    /// What the secret is
    #[arg(long, value_enum, default_value_t = ContentKind::Password)]
    pub kind: ContentKind,

    /// Whose file, or the vault
    #[arg(long, value_enum, default_value_t = Tool::Docker)]
    pub to: Tool,

    /// In the vault: what the secret is called; otherwise a name after the registry
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// In the vault: the address that some platforms ask for
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,

    /// In the vault: the day to be reminded of: 2027-03-01, 90d, 6m
    #[arg(long, value_name = "DAY")]
    pub expires_on: Option<String>,

    /// In the vault: docker uses it; its config.json then names docker-credential-pullpass for the registry
    #[arg(long)]
    pub for_docker: bool,

    /// How passwords are minted.
    #[command(flatten)]
    pub minting: MintOptions,

    /// Keep the secret in the file, in base64 only, where there is no helper
    #[arg(long)]
    pub plain: bool,

    /// Whether it asks, and what it may write.
    #[command(flatten)]
    pub confirm: Confirm,
}

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ContentKind {
    /// A password or an access token that goes with a user name
    Password,
    /// A token that the registry's token service exchanges
    IdentityToken,
    /// A token that goes to the registry as it is
    RegistryToken,
}

/// Where a new login can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Tool {
    /// config.json
    Docker,
    /// auth.json, also for buildah and skopeo
    Podman,
    /// a named secret
    Vault,
}

/// The most that is read from standard input: no registry's secret is larger, in bytes.
const LARGEST: usize = 1 << 20;

/// Asks for what is missing, shows what will happen, and does it.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let terminal = std::io::stdin().is_terminal();
    let to = match options.to {
        Tool::Docker => FileOf::Docker,
        Tool::Podman => FileOf::Podman,
        Tool::Vault => return add_secret(ctx, options, output, terminal),
    };
    options.minting.profile(&options.registry)?;
    if options.minting.mint.is_some() {
        return Err(Error::usage("Only a secret in the vault has its passwords minted.")
            .hint("Add it there: --to vault, with --for-docker where docker is to find it."));
    }
    let is_named = options.name.is_some() || options.email.is_some() || options.expires_on.is_some();
    if is_named || options.for_docker {
        return Err(Error::usage("Only a secret in the vault has a name, an address and a reminder.")
            .hint("Add it there: --to vault"));
    }
    judge_place(&ctx.settings, options, to)?;
    let request =
        Request { registry: options.registry.clone(), content: content(options, output, terminal)?, to };
    let review = add::review(&ctx.settings, &request)?;
    if review.is_empty() {
        return output.print("nothing to change: the login is there already\n");
    }
    let mut change = undo::begin(ctx);
    let asks = terminal && !options.confirm.yes;
    if asks {
        let mut lines = line::words(&review.lines(), None);
        lines.extend(change.warning());
        output.print(&(lines.join("\n") + "\n"))?;
    }
    let plain = options.plain || agrees_to_plain(&review, output, asks)?;
    if asks && !output.ask_yes("Add it?")? {
        return Err(Error::failed("Nothing was changed."));
    }
    let consent = Consent { plain, force: options.confirm.force };
    let done = change.make(output, async |ctx| transaction::apply(ctx, review, consent).await)??;
    change.tell(&done, output)
}

/// What would be refused whatever the password is, is refused before anybody types one.
fn judge_place(settings: &Settings, options: &Options, to: FileOf) -> Result<()> {
    let request = Request { registry: options.registry.clone(), content: untyped(options), to };
    add::review(settings, &request).map(drop)
}

/// The login as far as it is known before anything was typed: what is missing, stands for anything.
fn untyped(options: &Options) -> Content {
    let any = || "any".to_owned();
    content_with(options.kind, options.username.clone().unwrap_or_else(any), Secret::from_text(any()))
}

/// A named secret: the form's rules without the form.
fn add_secret(ctx: &Context, options: &Options, output: &Output, terminal: bool) -> Result<()> {
    let fields = by_name::Fields {
        name: options.name.clone(),
        registry: options.registry.clone(),
        email: options.email.clone().unwrap_or_default(),
        expires_on: options.expires_on.clone().unwrap_or_default(),
        for_docker: options.for_docker,
    };
    let now = ctx.now();
    let today = now.to_zoned(TimeZone::system()).date();
    let profile = options.minting.profile(&options.registry)?;
    let judged = by_name::judge(&ctx.vault, &fields, &untyped(options), today)?;
    if options.for_docker {
        for_docker::review(&ctx.settings, &judged.key).map(drop)?;
    }
    let minted = profile.map(|profile| first_password(ctx, options, &judged.key, profile)).transpose()?;
    let account = match &minted {
        Some((_, minted)) => Content::Basic(minted.credential.clone()),
        None => content(options, output, terminal)?,
    };
    let mut new = by_name::review(&ctx.vault, &fields, &account, today, now)?;
    if let Some((profile, minted)) = minted {
        for note in &minted.notes {
            output.remark(&note.words());
        }
        run::make_minted(&mut new.record, &profile, minted);
    }
    new.warnings.iter().for_each(|warning| output.remark(warning));
    let line = options.for_docker.then(|| for_docker::review(&ctx.settings, &new.record.key)).transpose()?;
    let mut change = undo::begin(ctx);
    if terminal && !options.confirm.yes {
        let words = ("Add it?", "Nothing was changed", "--yes adds it.");
        let mut lines = vec![by_name::addition(&new.record)];
        lines.extend(line.iter().flat_map(Review::lines));
        confirm::ask(output, &line::words(&lines, None), words)?;
    }
    let done = match line {
        None => change.make(output, async |ctx| by_name::add(ctx, vec![new.record]).await)??,
        Some(line) => {
            let consent = Consent { plain: false, force: options.confirm.force };
            change.make(output, async |ctx| for_docker::add(ctx, vec![new.record], line, consent).await)??
        }
    };
    change.tell(&done, output)
}

/// What is minted is minted once before it is kept: who cannot mint learns it now, not at the next pull.
fn first_password(
    ctx: &Context,
    options: &Options,
    key: &str,
    profile: Profile,
) -> Result<(Profile, Minted)> {
    if options.password_stdin || options.kind != ContentKind::Password {
        return Err(Error::usage("A password that is minted is not typed.")
            .hint("Leave out --password-stdin and --kind, or --mint."));
    }
    let network = Network::of(&ctx.settings);
    let connect = |registry: &url::Url| network.client_for(registry);
    let refresher = Refresher::new(ctx, refresh::environment(&ctx.settings), connect);
    let username = options.username.as_deref().unwrap_or_default();
    let minted = block_on(refresher.mint(key, username, &profile))??;
    Ok((profile, minted))
}

/// A secret goes into a file only after a yes of its own.
///
/// # Errors
/// Nobody is asked, or the answer is no.
pub(super) fn agrees_to_plain(review: &Review, output: &Output, asks: bool) -> Result<bool> {
    if !review.is_plain() {
        return Ok(false);
    }
    if asks && output.ask_yes("Keep the secret in the file, where anybody who gets the file can read it?")? {
        return Ok(true);
    }
    let file = review.files.first().map(|file| file.path.display().to_string()).unwrap_or_default();
    Err(Error::failed(format!("Did not write the secret into {file}: it would lie there in base64, unencrypted."))
        .hint("Keep it in the vault, where docker finds it: --to vault --for-docker,")
        .hint("or install a credential helper and name it as \"credsStore\" (docker's documentation: credential stores),")
        .hint("or say yes to it with --plain."))
}

fn content(options: &Options, output: &Output, terminal: bool) -> Result<Content> {
    let named = options.kind == ContentKind::Password;
    let username = match &options.username {
        Some(name) => name.clone(),
        None if !named => String::new(),
        None if terminal && !options.password_stdin => output.ask("User name: ")?,
        None => {
            return Err(Error::usage("Who is the login for? There is no --username.")
                .hint("Give the name that the registry knows: --username jane"));
        }
    };
    let secret = if options.password_stdin {
        from_stdin(output)?
    } else {
        prompt::secret(output, "Password or token: ", "--password-stdin")?
    };
    Ok(content_with(options.kind, username, secret))
}

fn content_with(kind: ContentKind, username: String, secret: Secret) -> Content {
    match kind {
        ContentKind::Password => Content::Basic(Credential::new(username, secret)),
        ContentKind::IdentityToken => Content::IdentityToken { username, token: secret },
        ContentKind::RegistryToken => Content::RegistryToken { token: secret },
    }
}

fn from_stdin(output: &Output) -> Result<Secret> {
    let piped = prompt::all_of_stdin(LARGEST)?
        .ok_or_else(|| Error::usage("The password on standard input is larger than 1 MiB."))?;
    let given = rules::stdin_password(&piped).ok_or_else(|| {
        Error::usage("The password on standard input is empty.")
            .hint("For example: printf %s \"$TOKEN\" | pullpass add --password-stdin ...")
    })?;
    if given.has_newline {
        output.remark("the password has a line break inside; that is rarely meant");
    }
    Ok(given.password)
}
