//! CircleCI: the variables of one context, with the token of its program.
//!
//! Source: circleci-cli 0.1.x (`settings/settings.go`: `~/.circleci/cli.yml`, `CIRCLECI_CLI_TOKEN`, `CIRCLECI_CLI_HOST`) and 1.x
//! (`internal/apiclient/context.go`: the interface for contexts, version 2).

use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

use super::call::{Call, ID, Sender, is_id, no_answer};
use super::{Plan, Step, Variables, variable};
use crate::app::Context;
use crate::error::{Error, Result};
use crate::export::artifact::Body;
use crate::export::platform::circleci::values;
use crate::export::{Answers, Bundle, Piece};
use crate::file::contents;
use crate::import::yaml;
use crate::net::transport::Method;
use crate::secret::Secret;
use crate::text;

const LOG_IN: &str = "Give the program another one: circleci setup, or set CIRCLECI_CLI_TOKEN.";

/// The most pages of contexts that are looked through; an organization has at most 500.
const MOST_PAGES: usize = 50;

/// What the program keeps of its login.
struct Account {
    token: Secret,
    base: String,
}

/// Plans to give the variables of a context their values. Asks CircleCI for the context, which is made where it is missing.
///
/// # Errors
/// The program is not logged in, the context cannot be looked for, or CircleCI does not take the secrets.
pub async fn plan(
    ctx: &Context,
    variables: &Variables,
    bundles: &[Bundle],
    (context, organization): (&str, &str),
    answers: &Answers,
) -> Result<Plan> {
    let account = account(ctx, variables)?;
    let values = values(bundles, answers)?;
    let id = find(&Sender::new(ctx), &account, context, organization).await?;
    let mut steps = Vec::new();
    if id.is_none() {
        let owner = json!({"slug": organization, "type": "organization"});
        let body = Body::from(json!({"name": context, "owner": owner}).to_string());
        let done = format!("CircleCI made the context {}", text::safe(context));
        steps.push(Step::Call(Call {
            names_id: true,
            ..account.call(Method::Post, "context", Some(body), done)
        }));
    }
    let id = id.as_deref().unwrap_or(ID);
    for (name, body) in values {
        let path = format!("context/{id}/environment-variable/{name}");
        let done = format!("{name} has its value in {}", text::safe(context));
        steps.push(Step::Call(account.call(Method::Put, &path, Some(body), done)));
    }
    let to =
        format!("the context {} of {} at {}", text::safe(context), text::safe(organization), account.base);
    Ok(Plan { to, steps })
}

impl Account {
    fn call(&self, method: Method, path: &str, body: Option<Body>, done: String) -> Call {
        Call {
            method,
            url: format!("{}/api/v2/{path}", self.base),
            headers: vec![("circle-token", Piece::Secret(self.token.clone()))],
            body,
            names_id: false,
            instead: None,
            done,
            log_in: LOG_IN,
        }
    }
}

/// The identifier of the context of this name; `None` where there is none.
async fn find(
    sender: &Sender,
    account: &Account,
    context: &str,
    organization: &str,
) -> Result<Option<String>> {
    let quoted = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let (slug, name) = (quoted(organization), quoted(context));
    let mut page = String::new();
    for _ in 0..MOST_PAGES {
        let path = format!("context?owner-slug={slug}&name={name}{page}");
        let call = account.call(Method::Get, &path, None, String::new());
        let answer = sender.ask(&call).await?;
        let no_list = || no_answer(&account.base);
        let json: Value = serde_json::from_slice(answer.body.expose()).map_err(|_| no_list())?;
        let items = json["items"].as_array().ok_or_else(no_list)?;
        if let Some(found) = items.iter().find(|item| item["name"] == context) {
            let id = found["id"].as_str().filter(|id| is_id(id)).ok_or_else(no_list)?;
            return Ok(Some(id.to_owned()));
        }
        match json["next_page_token"].as_str() {
            Some(next) => page = format!("&page-token={}", quoted(next)),
            None => return Ok(None),
        }
    }
    Ok(None)
}

fn account(ctx: &Context, variables: &Variables) -> Result<Account> {
    let file = file(ctx)?;
    let said =
        |name: &str| file.as_ref().and_then(|file| file.get(name)?.text()).filter(|text| !text.is_empty());
    let token = variable(variables, "CIRCLECI_CLI_TOKEN").or_else(|| said("token"));
    let token = token.ok_or_else(|| {
        Error::failed("CircleCI's program is not logged in on this machine.")
            .hint("Log in: circleci setup, or set CIRCLECI_CLI_TOKEN.")
    })?;
    let base = variable(variables, "CIRCLECI_CLI_HOST").or_else(|| said("host"));
    let base = base.unwrap_or("https://circleci.com").trim_end_matches('/');
    Ok(Account { token: Secret::from_text(token.to_owned()), base: text::safe(base).into_owned() })
}

fn file(ctx: &Context) -> Result<Option<yaml::Value>> {
    let Some(home) = ctx.settings.locations.home.as_deref() else { return Ok(None) };
    let path = home.join(".circleci/cli.yml");
    let Some(content) = contents::find(&path).map_err(|error| Error::io("read", &path, error))? else {
        return Ok(None);
    };
    let documents = yaml::read(&content.bytes).map_err(|_| {
        Error::failed(format!("{} is no YAML.", text::safe(&path.to_string_lossy()))).hint(LOG_IN)
    })?;
    Ok(documents.into_iter().next())
}
