//! Dev Containers CLI: features and templates. Images go by the docker command.
//!
//! Measured with npm @devcontainers/cli 0.89.0 (`dist/spec-node/devContainersSpecCLI.js`, `spec-configuration/httpOCIRegistry.ts`).

use crate::config::default_store::System;
use crate::config::document;
use crate::resolve::helper::{self, Told};
use crate::resolve::json::{self, Config, Fields, Json, Names, Value};
use crate::resolve::jsonc;
use crate::resolve::raw_auth;
use crate::resolve::run::{Found, Halt, Run};
use crate::resolve::snapshot::FileText;
use crate::resolve::trace::{End, Outcome, Sent, Source};
use crate::secret::Secret;

const OCI_AUTH: &str = "DEVCONTAINERS_OCI_AUTH";
const GITHUB_TOKEN: &str = "GITHUB_TOKEN";

/// What a request for a feature or a template sends.
pub fn resolve(run: &mut Run<'_, '_>, reference: &str) -> Result<End, Halt> {
    let registry = reference.to_lowercase();
    let registry = registry.split('/').next().unwrap_or_default();
    if let Some(end) = from_variable(run, registry) {
        return Ok(end);
    }
    if let Some(end) = from_docker(run, registry)? {
        return Ok(end);
    }
    Ok(from_github(run, registry))
}

/// `HOST|USER|PASSWORD`, several with commas between.
fn from_variable(run: &mut Run<'_, '_>, registry: &str) -> Option<End> {
    let text = run.snapshot().filled(OCI_AUTH)?;
    let source = Source::Variable(OCI_AUTH);
    let found = text.split(',').find(|one| one.split('|').next() == Some(registry));
    let Some(found) = found else {
        run.note(source, registry, Outcome::NotFound);
        return None;
    };
    let mut parts = found.split('|').skip(1);
    let mut part = || parts.next().unwrap_or("undefined").to_owned();
    let (name, password) = (part(), Secret::from_text(part()));
    run.note(source.clone(), registry, Outcome::Found(registry.to_owned()));
    Some(End::login(source, registry, Sent::basic(name, Some(password))))
}

/// docker's file and its helpers; `None` where they have nothing.
fn from_docker(run: &mut Run<'_, '_>, registry: &str) -> Result<Option<End>, Halt> {
    let path = run.snapshot().docker_file();
    let file = match run.open(&path, registry) {
        Found::Text(file) => file,
        // What cannot be read ends the search as an exception does; a folder of that name is no file.
        Found::Unreadable => return Ok(None),
        Found::Absent => return default_helper(run, registry),
    };
    let json = run.view.json(&path, file);
    let is_strict = matches!(json.value, Value::Object(_) | Value::Null | Value::Other) && !json.has_rest;
    if is_strict {
        let config = run.view.config(&path, &json, Names::Exact);
        return in_config(run, &path, &json, &config, registry);
    }
    from_text(run, &path, file, registry)
}

/// A file that only a tolerant reader can read.
fn from_text(
    run: &mut Run<'_, '_>,
    path: &str,
    file: &FileText,
    registry: &str,
) -> Result<Option<End>, Halt> {
    let clean = jsonc::tolerant(file.text()).unwrap_or_default();
    let json = Json::read(&clean, true);
    let config = Config::read(json.members(), Names::Exact);
    in_config(run, path, &json, &config, registry)
}

fn in_config(
    run: &mut Run<'_, '_>,
    path: &str,
    json: &Json<'_>,
    config: &Config<'_>,
    registry: &str,
) -> Result<Option<End>, Halt> {
    let source = || Source::File(path.to_owned());
    if matches!(json.value, Value::Null | Value::Blank) {
        run.note(source(), registry, Outcome::Failed("it holds no object".to_owned()));
        return Ok(None);
    }
    let own = config.cred_helpers.text(registry).filter(|helper| !helper.is_empty());
    if let Some(helper) = own.or_else(|| config.store()) {
        run.note(source(), registry, Outcome::LeadsTo(helper.clone().into_owned()));
        if let Some(end) = ask(run, &helper, registry)? {
            return Ok(Some(end));
        }
    }
    let entry = config.auths.map().and_then(|auths| auths.get(registry));
    if let Some(entry) = entry.filter(|entry| !document::is_null(entry)) {
        let fields = Fields::read(entry, Names::Exact).unwrap_or_default();
        return in_entry(run, path, &fields, registry).map(Some);
    }
    run.note(source(), registry, Outcome::NotFound);
    let has_login = config.store().is_some() || config.cred_helpers.len() + config.auths.len() > 0;
    if has_login { Ok(None) } else { default_helper(run, registry) }
}

/// An entry ends the search, whatever is in it.
fn in_entry(run: &mut Run<'_, '_>, path: &str, fields: &Fields<'_>, registry: &str) -> Result<End, Halt> {
    let source = || Source::File(path.to_owned());
    let filled = |value| json::secret(value).filter(|secret: &Secret| !secret.is_empty());
    let sent = match (filled(fields.identity_token), filled(fields.auth)) {
        (Some(token), _) => Sent::identity(Some(token)),
        (None, Some(auth)) if raw_auth::fits_a_header(&auth) => raw_auth::sent(auth),
        (None, Some(_)) => {
            let words =
                "TypeError [ERR_INVALID_CHAR]: Invalid character in header content [\"authorization\"]";
            run.note(source(), registry, Outcome::Failed(words.to_owned()));
            return Err(Halt::Stops(words.to_owned()));
        }
        (None, None) => {
            run.note(source(), registry, Outcome::Nothing);
            return Ok(End::Anonymous);
        }
    };
    run.note(source(), registry, Outcome::Found(registry.to_owned()));
    Ok(End::login(source(), registry, sent))
}

/// Where the file has nothing to do with logins, the system's own helper, or what this tool takes for that.
fn default_helper(run: &mut Run<'_, '_>, registry: &str) -> Result<Option<End>, Halt> {
    let snapshot = run.snapshot();
    let has_pass = snapshot.programs.contains("pass") || snapshot.not_executable.contains("pass");
    let helper = match snapshot.system {
        System::Linux if has_pass => "pass",
        System::Linux => "secret",
        System::MacOs => "osxkeychain",
        System::Windows => "wincred",
        System::Other => return Ok(None),
    };
    ask(run, helper, registry)
}

/// A helper's login; `None` where it has none or fails in any way.
fn ask(run: &mut Run<'_, '_>, helper: &str, registry: &str) -> Result<Option<End>, Halt> {
    Ok(match run.ask(helper, registry, helper::devcontainers)? {
        Told::Login(creds) => Some(End::login(Source::Helper(helper.to_owned()), registry, creds.sent())),
        Told::Empty | Told::NotFound | Told::Missing | Told::Failed(_) | Told::Unreadable => None,
    })
}

fn from_github(run: &mut Run<'_, '_>, registry: &str) -> End {
    let snapshot = run.snapshot();
    let is_github = snapshot.filled("GITHUB_HOST").is_none_or(|host| host == "github.com");
    match snapshot.filled(GITHUB_TOKEN).filter(|_| registry == "ghcr.io" && is_github) {
        Some(token) => {
            let source = Source::Variable(GITHUB_TOKEN);
            run.note(source.clone(), registry, Outcome::Found(registry.to_owned()));
            let sent = Sent::basic("USERNAME", Some(Secret::from_text(token.to_owned())));
            End::login(source, registry, sent)
        }
        None => End::Anonymous,
    }
}
