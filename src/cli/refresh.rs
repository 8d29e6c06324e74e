//! `pullpass refresh`: new passwords for the secrets that mint them.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::app::Context;
use crate::app::refresh;
use crate::app::refresh::run::{End, Refreshed, Refresher, When};
use crate::cli::output::Output;
use crate::cli::{block_on, json};
use crate::error::{Error, Kind, Result};
use crate::net::http::Network;
use crate::registry::key;
use crate::text;
use crate::vault::record::Record;

/// Options of `refresh`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  pullpass refresh ci\n  pullpass refresh --due\n  \
                        pullpass refresh ci --print docker-login\n\n\
                        Secrets that are minted are made by pullpass add --to vault --mint PROVIDER. docker and podman need \
                        none of this: docker-credential-pullpass mints when it is due.")]
pub struct Options {
    /// Names of secrets
    #[arg(value_name = "NAME", required_unless_present_any = ["due", "all"], conflicts_with = "all")]
    pub names: Vec<String>,

    /// Only those that are due: of the named ones, or of all
    #[arg(long)]
    pub due: bool,

    /// Every secret that is minted, due or not
    #[arg(long, conflicts_with = "due")]
    pub all: bool,

    /// Print the password of one secret: for a shell, or as the command that logs docker in
    #[arg(long, value_enum, value_name = "FORM", conflicts_with_all = ["all", "json"])]
    pub print: Option<Form>,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// How a password is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// Lines for a shell's eval, with the password; only into a pipe
    Env,
    /// The command that logs docker in with the password of those lines
    DockerLogin,
}

/// Mints, and tells what became of each.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    if options.print.is_some() && options.names.len() != 1 {
        return Err(
            Error::usage("--print prints one secret.").hint("Name one: pullpass refresh NAME --print env")
        );
    }
    if options.print == Some(Form::Env) && output.is_terminal {
        return Err(Error::usage("--print env prints the password, and only into a pipe.")
            .hint("For example: eval \"$(pullpass refresh NAME --print env)\""));
    }
    let network = Network::of(&ctx.settings);
    let connect = |registry: &url::Url| network.client_for(registry);
    let minter = Refresher::new(ctx, refresh::environment(&ctx.settings), connect);
    let when = if options.due { When::Due } else { When::Now };
    let results = block_on(async {
        let names = if options.names.is_empty() { minter.names().await? } else { options.names.clone() };
        let mut results = Vec::new();
        for name in names {
            let refreshed = minter.refresh(&name, when).await?;
            if !options.json && options.print.is_none() {
                tell(ctx, &refreshed, output)?;
            }
            results.push(refreshed);
        }
        Ok::<_, Error>(results)
    })??;
    if options.json {
        output.print(&json::refresh::document(&results, ctx.now())?)?;
    }
    if let (Some(form), [refreshed]) = (options.print, results.as_slice())
        && refreshed.is_good
    {
        output.print(&printed(form, &refreshed.record)?)?;
    }
    end(results)
}

/// One line a secret; what a person should know beside it goes to standard error.
fn tell(ctx: &Context, refreshed: &Refreshed, output: &Output) -> Result<()> {
    let (record, now) = (&refreshed.record, ctx.now());
    let name = text::safe(&record.name);
    let until = match record.credential.expires_at {
        Some(at) if refreshed.is_good => format!(", good until {}", text::moment(at, now)),
        _ => String::new(),
    };
    match &refreshed.end {
        End::Minted { notes } => {
            let by = record.minted.as_ref().map(|mint| format!(", from {} by {}", mint.asked, mint.source));
            for note in notes {
                output.remark(note);
            }
            output.print(&format!("{name}: a new password{until}{}\n", by.unwrap_or_default()))
        }
        End::Taken => output.print(&format!("{name}: another pullpass just minted one{until}\n")),
        End::NotDue if refreshed.is_good => output.print(&format!("{name}: not due{until}\n")),
        End::NotDue => output.print(&format!("{name}: none at present; the last failure is waited out\n")),
        End::Failed(error) => {
            output.remark(&format!("{name}: {error}"));
            if refreshed.is_good {
                output.print(&format!("{name}: the old password stays{until}\n"))
            } else {
                Ok(())
            }
        }
    }
}

/// The password for a shell.
fn printed(form: Form, record: &Record) -> Result<Zeroizing<String>> {
    let not_text = || Error::failed("The password is not text.");
    let password = record.credential.secret.expose_text().ok_or_else(not_text)?;
    let (user, host) = (quoted(&record.credential.username), quoted(&key::hostname(&record.key)));
    let mut lines = Zeroizing::new(String::new());
    let _infallible = match form {
        Form::Env => {
            writeln!(lines, "export DOCKER_USERNAME={user}\nexport DOCKER_PASSWORD={}", quoted(password))
        }
        Form::DockerLogin => writeln!(
            lines,
            "printf %s \"$DOCKER_PASSWORD\" | docker login --username {user} --password-stdin {host}"
        ),
    };
    Ok(lines)
}

/// One word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A failure is one whether or not the old password is good for a while.
fn end(results: Vec<Refreshed>) -> Result<()> {
    let count = results.len();
    let kinds: Vec<Kind> = results
        .into_iter()
        .filter_map(|refreshed| match refreshed.end {
            End::Failed(error) => Some(error.kind()),
            _ => None,
        })
        .collect();
    match kinds.first() {
        None => Ok(()),
        Some(kind) if count == 1 => Err(Error::new(*kind, "No password was minted.")),
        Some(kind) => {
            Err(Error::new(*kind, format!("{} of {count} passwords were not minted.", kinds.len())))
        }
    }
}
