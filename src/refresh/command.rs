//! Passwords from any program: the bare password, or JSON with `username`, `password` and `expires_at`.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::error::{Cause, Program};
use super::{Context, Minted, Order, instant, program};
use crate::credential::Credential;
use crate::credential::expiry::Expiry;
use crate::credential::token::classify;
use crate::secret::Secret;

/// Reads the output. What begins with `{` is JSON; anything else is one line with the password, of which one line end
/// is cut and no blank. The user name is empty where the program tells none.
///
/// # Errors
/// It is neither; the words are the rest of a sentence and quote nothing.
pub fn read(stdout: &[u8]) -> Result<Credential, &'static str> {
    if stdout.trim_ascii_start().starts_with(b"{") {
        return read_json(stdout);
    }
    let line = program::without_line_end(stdout);
    let text = std::str::from_utf8(line).map_err(|_| "it printed a password that is not UTF-8")?;
    if text.contains(['\n', '\r']) {
        return Err("it printed more than one line, and only one can be the password");
    }
    password(text).map(|password| Credential::new("", password))
}

fn read_json(stdout: &[u8]) -> Result<Credential, &'static str> {
    // serde's own words may quote the password.
    let members: Map<String, Value> =
        serde_json::from_slice(stdout).map_err(|_| "it printed something that begins as JSON and is none")?;
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let expires_at = match members.get("expires_at") {
        None | Some(Value::Null) => None,
        Some(end) => Some(instant::read(end).ok_or("it printed JSON whose \"expires_at\" is no time")?),
    };
    Ok(Credential {
        username: text("username").unwrap_or_default().to_owned(),
        secret: password(text("password").ok_or("it printed JSON without a \"password\"")?)?,
        expires_at,
    })
}

fn password(text: &str) -> Result<Secret, &'static str> {
    match text {
        "" => Err("it printed nothing"),
        text if text.contains(char::is_control) => Err("it printed a password with control characters"),
        text => Ok(Secret::from_text(text.to_owned())),
    }
}

/// Mints a password. Its end is what the program tells, else what the profile tells, else what the password tells.
pub(super) async fn mint<T>(
    order: &Order<'_>,
    argv: &[String],
    life: Option<u32>,
    context: &Context<'_, T>,
) -> Result<Minted, Cause> {
    let empty =
        || Cause::BadSetting { name: "the command of the refresh profile", why: "is empty".to_owned() };
    let (name, arguments) = argv.split_first().ok_or_else(empty)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let program = Program::Command(program::shown(name));
    let minted_at = context.clock.now();
    let printed = program::run(program.clone(), name, &arguments, context.environment).await?;
    let mut credential =
        read(&printed).map_err(|what| Cause::BadOutput { program, what: what.to_owned() })?;
    if credential.username.is_empty() {
        order.username.clone_into(&mut credential.username);
    }
    let usual = life.map(|seconds| SignedDuration::from_secs(seconds.into()));
    if usual.is_none() {
        credential.expires_at = credential.expires_at.or_else(|| own_end(order.key, &credential, minted_at));
    }
    let asked = program::shown(name);
    let source = format!("the command {asked}");
    Minted::new(credential, usual, minted_at, asked, source)
}

/// The end that the password itself tells.
fn own_end(key: &str, credential: &Credential, now: Timestamp) -> Option<Timestamp> {
    match classify(key, &credential.username, credential.secret.expose(), None, now).expiry {
        Expiry::At { at, .. } => Some(at),
        _ => None,
    }
}
