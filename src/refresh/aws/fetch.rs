//! Fetches the keys from where they are.

use std::path::Path;

use super::Run;
use super::answer::ApiError;
use super::credentials::{Chosen, Source};
use super::endpoint::Api;
use super::keys::Keys;
use super::{container, instance, token_file, xml};
use crate::net::transport::{Authorization, Body, Method, Request, Transport};
use crate::refresh::error::{Cause, Program, SignIn};
use crate::refresh::{ask, instant, program, shell_words};
use crate::secret::Secret;

/// The keys of a place.
///
/// # Errors
/// Nobody gives any, or they are over.
pub(super) async fn keys<T: Transport>(chosen: &Chosen, run: &Run<'_, T>) -> Result<Keys, Cause> {
    let keys = match &chosen.source {
        Source::Keys(keys) => keys.clone(),
        Source::Cli(wants) => of_cli(*wants, run).await?,
        Source::Process(command) => of_process(command, run).await?,
        Source::WebIdentity { token_file: file, role, session_name } => {
            of_web_identity(file, role, session_name.as_deref(), &chosen.place, run).await?
        }
        Source::Container => container::keys(run).await?,
        Source::Instance => instance::keys(run).await?,
    };
    // A machine's own keys may be past their end and good all the same, while their service is in trouble.
    let is_over = keys.are_over(run.context.clock.now()) && chosen.source != Source::Instance;
    if is_over { Err(Cause::KeysExpired { place: chosen.place.clone() }) } else { Ok(keys) }
}

/// Roles, sessions of IAM Identity Center and of `aws login` are the AWS CLI's business (version 2 only).
async fn of_cli<T: Transport>(wants: SignIn, run: &Run<'_, T>) -> Result<Keys, Cause> {
    let profile = run.config.profile.as_str();
    let cli = Program::Aws { profile: profile.to_owned(), wants };
    let arguments = ["configure", "export-credentials", "--profile", profile, "--format", "process"];
    let printed = program::run(cli.clone(), "aws", &arguments, run.context.environment).await?;
    Keys::from_process(&printed).map_err(|what| Cause::BadOutput { program: cli, what: what.to_owned() })
}

async fn of_process<T: Transport>(command: &str, run: &Run<'_, T>) -> Result<Keys, Cause> {
    let wrong = |why: &str| Cause::BadSetting { name: "credential_process", why: why.to_owned() };
    let words = shell_words::split(command).ok_or_else(|| wrong("has a quote without its end"))?;
    let (name, arguments) = words.split_first().ok_or_else(|| wrong("is empty"))?;
    let process =
        Program::CredentialProcess { profile: run.config.profile.clone(), name: program::shown(name) };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let printed = program::run(process.clone(), name, &arguments, run.context.environment).await?;
    Keys::from_process(&printed).map_err(|what| Cause::BadOutput { program: process, what: what.to_owned() })
}

/// One unsigned call of `AssumeRoleWithWebIdentity` (AWS STS API reference, version 2011-06-15).
async fn of_web_identity<T: Transport>(
    file: &Path,
    role: &str,
    session_name: Option<&str>,
    place: &str,
    run: &Run<'_, T>,
) -> Result<Keys, Cause> {
    let token = token_file::read(file)?;
    let text = |text: &str| Secret::from_text(text.to_owned());
    let own_name = format!("pullpass-{}", run.context.clock.now().as_second());
    let form = vec![
        ("Action", text("AssumeRoleWithWebIdentity")),
        ("Version", text("2011-06-15")),
        ("RoleArn", text(role)),
        ("RoleSessionName", text(session_name.unwrap_or(&own_name))),
        ("WebIdentityToken", token.clone()),
    ];
    let addresses = Api::Sts.addresses(run.region, run.wanted, &run.config, run.context.environment)?;
    let request = |url| Request {
        method: Method::Post,
        url,
        authorization: Authorization::Anonymous,
        accept: "",
        headers: Vec::new(),
        body: Body::Form(form.clone()),
    };
    let (url, answer) = ask::first_reachable(run.context.transport, &addresses, request).await?;
    if answer.status / 100 != 2 {
        let error = ApiError::read(&answer);
        return Err(run.refused(&url, &answer, &error, place, &[&token]));
    }
    let body = answer.body.expose_text().unwrap_or_default();
    let member = |name| xml::text(body, name).filter(|text| !text.is_empty());
    let keys = || {
        Some(Keys {
            id: member("AccessKeyId")?,
            secret: Secret::from_text(member("SecretAccessKey")?),
            session: Some(Secret::from_text(member("SessionToken")?)),
            expires_at: Some(instant::from_text(&member("Expiration")?)?),
        })
    };
    keys().ok_or_else(|| Cause::BadAnswer { asked: ask::host(&url), what: "its answer has no keys" })
}
