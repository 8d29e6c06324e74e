//! rapyuta.io: one request, with the token, the organization and the project of `rio`.
//!
//! Source: rapyuta-io-sdk-v2 0.10.0 (`config.py`, `client.py`); rapyuta-io-cli 10.11.0 creates, and changes where there is one.

use std::path::PathBuf;

use serde_json::Value;

use super::call::Call;
use super::{Plan, Step, Variables, variable};
use crate::app::Context;
use crate::error::{Error, Result};
use crate::export::platform::rapyuta::object;
use crate::export::{Answers, Bundle, Piece};
use crate::file::contents;
use crate::net::transport::Method;
use crate::secret::Secret;
use crate::text;

const LOG_IN: &str = "Log in again: rio auth login";

/// What `rio` keeps of its login.
struct Account {
    token: Secret,
    organization: String,
    project: String,
    base: String,
}

/// Plans to create the secret, or to change the one of its name.
///
/// # Errors
/// `rio` is not logged in, or rapyuta.io does not take the secret.
pub fn plan(ctx: &Context, variables: &Variables, bundle: &Bundle, answers: &Answers) -> Result<Plan> {
    let account = account(ctx, variables)?;
    let body = object(bundle, answers)?;
    let name = bundle.object_name();
    let call = |method, path: &str, done: &str, instead| Call {
        method,
        url: format!("{}/v2/secrets/{path}", account.base),
        headers: vec![
            (
                "authorization",
                Piece::Secret(Secret::from_text(format!(
                    "Bearer {}",
                    account.token.expose_text().unwrap_or_default()
                ))),
            ),
            ("organizationguid", Piece::Text(account.organization.clone())),
            ("project", Piece::Text(account.project.clone())),
        ],
        body: Some(body.clone()),
        names_id: false,
        instead,
        done: format!("rapyuta.io {done} the secret {}", text::safe(&name)),
        log_in: LOG_IN,
    };
    let change = call(Method::Put, &format!("{name}/"), "changed", None);
    let create = call(Method::Post, "", "created", Some((409, Box::new(change))));
    let to =
        format!("the project {} of rapyuta.io ({})", text::safe(&account.project), text::safe(&account.base));
    Ok(Plan { to, steps: vec![Step::Call(create)] })
}

fn account(ctx: &Context, variables: &Variables) -> Result<Account> {
    let path = config(ctx, variables).ok_or_else(logged_out)?;
    let shown = path.to_string_lossy().into_owned();
    let bytes =
        contents::find(&path).map_err(|error| Error::io("read", &path, error))?.ok_or_else(logged_out)?;
    let read = serde_json::from_slice::<Value>(&bytes.bytes);
    let json = read.map_err(|_| Error::failed(format!("{} is no JSON.", text::safe(&shown))).hint(LOG_IN))?;
    let text = |name: &str| json[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let need = |name: &str, next: &str| {
        let missing = || Error::failed(format!("{} names no {name}.", text::safe(&shown))).hint(next);
        text(name).ok_or_else(missing)
    };
    Ok(Account {
        token: Secret::from_text(text("auth_token").ok_or_else(logged_out)?),
        organization: need("organization_id", "Choose one: rio organization select")?,
        project: need("project_id", "Choose one: rio project select")?,
        base: base(text("environment").as_deref().unwrap_or("ga"), variables)?,
    })
}

/// `click`'s folder for settings.
fn config(ctx: &Context, variables: &Variables) -> Option<PathBuf> {
    let home = ctx.settings.locations.home.as_deref()?;
    let folder = match variable(variables, "XDG_CONFIG_HOME") {
        _ if cfg!(target_os = "macos") => home.join("Library/Application Support"),
        Some(folder) => PathBuf::from(folder),
        None => home.join(".config"),
    };
    Some(folder.join("rio-cli/config.json"))
}

fn base(environment: &str, variables: &Variables) -> Result<String> {
    let is_test = |name: &str| matches!(name, "qa" | "dev") || name.starts_with("pr");
    match environment {
        "ga" => Ok("https://api.rapyuta.io".into()),
        "local" => variable(variables, "LOCAL_V2API_HOST").map(str::to_owned).ok_or_else(|| {
            Error::failed("rio is set to its environment \"local\", and LOCAL_V2API_HOST is not set.")
                .hint("Set it, or choose another one: rio auth environment ga")
        }),
        name if is_test(name) && name.chars().all(|c| c.is_ascii_alphanumeric()) => {
            Ok(format!("https://{name}api.apps.okd4v2.okd4beta.rapyuta.io"))
        }
        name => Err(Error::failed(format!(
            "rio is set to an environment that is not known here: {}.",
            text::safe(name)
        ))
        .hint("Apply the manifest with rio itself: pullpass export rapyuta says how.")),
    }
}

fn logged_out() -> Error {
    Error::failed("rio is not logged in on this machine.").hint(LOG_IN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_environment_of_rio_has_its_host() {
        let mut variables = Variables::new();
        let of = |name: &str, variables: &Variables| base(name, variables).ok();
        assert_eq!(of("ga", &variables).as_deref(), Some("https://api.rapyuta.io"));
        assert_eq!(
            of("pr12", &variables).as_deref(),
            Some("https://pr12api.apps.okd4v2.okd4beta.rapyuta.io")
        );
        assert_eq!(of("local", &variables), None);
        for odd in ["other", "pr.evil.example/", ""] {
            assert_eq!(of(odd, &variables), None, "{odd}");
        }
        variables.insert("LOCAL_V2API_HOST".into(), Secret::from_text("http://127.0.0.1:1".into()));
        assert_eq!(of("local", &variables).as_deref(), Some("http://127.0.0.1:1"));
    }
}
