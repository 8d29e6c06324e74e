//! `pullpass add`

use std::io::{IsTerminal as _, Read as _};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use zeroize::Zeroizing;

use crate::app::inventory::list_helpers;
use crate::app::login::add::{self, Destination, Request};
use crate::app::login::for_docker;
use crate::app::transaction::change::{self, Consent, Review};
use crate::app::vault::by_name;
use crate::cli::args::{AddOptions, SecretKind, Tool};
use crate::cli::output::Output;
use crate::cli::{block_on, confirm, prompt, undo};
use crate::credential::content::Content;
use crate::credential::rules;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::settings::Settings;

/// The most that is read from standard input: no registry's secret is larger, in bytes.
const LARGEST: u64 = 1 << 20;

/// Asks for what is missing, shows what will happen, and does it.
pub fn run(settings: &Settings, options: &AddOptions, output: &Output, now: Timestamp) -> Result<()> {
    let terminal = std::io::stdin().is_terminal();
    let to = match options.to {
        Tool::Docker => Destination::Docker,
        Tool::Podman => Destination::Podman,
        Tool::Vault => return add_secret(settings, options, (output, now), terminal),
    };
    let is_named = options.name.is_some() || options.email.is_some() || options.expires_on.is_some();
    if is_named || options.for_docker {
        return Err(Error::usage("Only a secret in the vault has a name, an address and a reminder.")
            .hint("Add it there: --to vault"));
    }
    judge_place(settings, options, to)?;
    let request =
        Request { registry: options.registry.clone(), content: content(options, output, terminal)?, to };
    let review = add::review(settings, &request)?;
    if review.is_empty() {
        return output.print("nothing to change: the login is there already\n");
    }
    let asks = terminal && !options.yes;
    if asks {
        output.print(&(review.lines().join("\n") + "\n"))?;
    }
    let plain = options.plain || agrees_to_plain(&review, output, asks)?;
    if asks && !output.ask_yes("Add it?")? {
        return Err(Error::failed("Nothing was changed."));
    }
    let consent = Consent { plain, force: options.force };
    let done = block_on(change::apply(&list_helpers::client(settings), review, consent))??;
    undo::tell(&settings.vault, &done, output, now)
}

/// What would be refused whatever the password is, is refused before anybody types one.
fn judge_place(settings: &Settings, options: &AddOptions, to: Destination) -> Result<()> {
    let request = Request { registry: options.registry.clone(), content: untyped(options), to };
    add::review(settings, &request).map(drop)
}

/// The login as far as it is known before anything was typed: what is missing, stands for anything.
fn untyped(options: &AddOptions) -> Content {
    let any = || "any".to_owned();
    content_with(options.kind, options.username.clone().unwrap_or_else(any), Secret::from_text(any()))
}

/// A named secret: the form's rules without the form.
fn add_secret(
    settings: &Settings,
    options: &AddOptions,
    (output, now): (&Output, Timestamp),
    terminal: bool,
) -> Result<()> {
    let fields = by_name::Fields {
        name: options.name.clone(),
        registry: options.registry.clone(),
        email: options.email.clone().unwrap_or_default(),
        expires_on: options.expires_on.clone().unwrap_or_default(),
        for_docker: options.for_docker,
    };
    let today = now.to_zoned(TimeZone::system()).date();
    let judged = by_name::judge(&settings.vault, &fields, &untyped(options), today)?;
    if options.for_docker {
        for_docker::review(settings, &judged.key).map(drop)?;
    }
    let account = content(options, output, terminal)?;
    let new = by_name::review(&settings.vault, &fields, &account, today, now)?;
    new.warnings.iter().for_each(|warning| output.remark(warning));
    let line = options.for_docker.then(|| for_docker::review(settings, &new.record.key)).transpose()?;
    if terminal && !options.yes {
        let words = ("Add it?", "Nothing was changed", "--yes adds it.");
        let mut shown = by_name::addition(&new.record);
        shown.extend(line.iter().flat_map(Review::lines));
        confirm::ask(output, &shown, words)?;
    }
    let done = match line {
        None => by_name::add(&settings.vault, new.record)?,
        Some(line) => {
            let consent = Consent { plain: false, force: options.force };
            let client = list_helpers::client(settings);
            block_on(for_docker::add(settings, &client, new.record, line, consent))??
        }
    };
    undo::tell(&settings.vault, &done, output, now)
}

/// A secret goes into a file only after a yes of its own.
fn agrees_to_plain(review: &Review, output: &Output, asks: bool) -> Result<bool> {
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

fn content(options: &AddOptions, output: &Output, terminal: bool) -> Result<Content> {
    let named = options.kind == SecretKind::Password;
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

fn content_with(kind: SecretKind, username: String, secret: Secret) -> Content {
    match kind {
        SecretKind::Password => Content::Basic { username, password: secret },
        SecretKind::IdentityToken => Content::IdentityToken { username, token: secret },
        SecretKind::RegistryToken => Content::RegistryToken { token: secret },
    }
}

fn from_stdin(output: &Output) -> Result<Secret> {
    let mut piped = Zeroizing::new(Vec::with_capacity(LARGEST as usize + 1));
    let read = std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut piped);
    read.map_err(|error| Error::failed("Could not read the password from standard input.").because(error))?;
    if piped.len() as u64 > LARGEST {
        return Err(Error::usage("The password on standard input is larger than 1 MiB."));
    }
    let given = rules::stdin_password(&piped).ok_or_else(|| {
        Error::usage("The password on standard input is empty.")
            .hint("For example: printf %s \"$TOKEN\" | pullpass add --password-stdin ...")
    })?;
    if given.has_newline {
        output.remark("the password has a line break inside; that is rarely meant");
    }
    Ok(given.password)
}
