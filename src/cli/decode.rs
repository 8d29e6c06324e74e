//! `pullpass decode`: what an `auth` value, or a file with several, says.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use zeroize::Zeroizing;

use crate::app::Context;
use crate::cli::output::Output;
use crate::cli::{import, prompt};
use crate::credential::expiry::Grain;
use crate::credential::token;
use crate::error::Result;
use crate::import::{self as reader, Draft};
use crate::registry::key;
use crate::text;

/// Options of `decode`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  pullpass decode                     paste it; nothing of it is shown\n  \
                        printf %s \"$DOCKER_AUTH_CONFIG\" | pullpass decode -\n\n\
                        It takes the value of an auth member, a whole {\"auths\": ...}, and every file that import takes. \
                        Nothing is kept: pullpass import does that."
)]
pub struct Options {
    /// - reads standard input, whatever it is
    #[arg(value_name = "-", value_parser = ["-"])]
    pub input: Option<String>,

    /// Print the passwords as well
    #[arg(long)]
    pub reveal: bool,
}

/// Shows the logins in what was pasted or piped in.
pub fn run(ctx: &Context, options: &Options, output: &Output) -> Result<()> {
    let is_typed = options.input.is_none() && std::io::stdin().is_terminal();
    let bytes = if is_typed {
        let typed = prompt::secret(output, "The auth value or JSON, in one line: ", "-")?;
        Zeroizing::new(typed.expose().to_vec())
    } else {
        import::from_stdin()?
    };
    let found = reader::read(&bytes)?;
    found.notes.iter().for_each(|note| output.remark(note));
    let room: usize = found.drafts.iter().map(|draft| 1_024 + draft.secret.len() * 12).sum();
    let mut out = Zeroizing::new(String::with_capacity(room));
    for (at, draft) in found.drafts.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        tell(&mut out, ctx, draft, options.reveal, output);
    }
    output.print(&out)?;
    if output.is_terminal && !found.drafts.is_empty() {
        let registry =
            if found.drafts.iter().any(|draft| draft.registry.is_empty()) { " --registry HOST" } else { "" };
        output.remark(&format!(
            "to keep it as a login: pullpass import -{registry} --to vault --for-docker, and the same input"
        ));
    }
    Ok(())
}

fn tell(out: &mut String, ctx: &Context, draft: &Draft, reveal: bool, output: &Output) {
    let now = ctx.now();
    let secret = draft.secret.expose();
    let token = token::classify(&draft.registry, &draft.username, secret, None, now);
    // A token may stand where the user name does.
    let is_secret = draft.username.as_bytes() == secret;
    let user = if is_secret { "(the token)".into() } else { text::safe(&draft.username) };
    let password = Zeroizing::new(match (reveal, draft.secret.expose_text(), output.is_terminal) {
        (false, ..) => "••••••••".to_owned(),
        (true, Some(plain), false) => plain.to_owned(),
        (true, ..) => text::safe_bytes(secret),
    });
    let registry = key::display_name(&draft.registry);
    let facts = [
        ("name", text::safe(&draft.name)),
        ("registry", text::safe(&registry)),
        ("user", user),
        ("secret", token.kind.words().into()),
        ("expires", token.expiry.label(now, Grain::Seconds).into()),
        ("password", (&**password).into()),
    ];
    for (label, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        let _infallible = writeln!(out, "{label:<9} {value}");
    }
}
