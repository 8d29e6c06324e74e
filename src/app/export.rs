//! Logins and secrets on their way to a platform: found, fetched, written down.

pub mod place;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::app::Context;
use crate::app::inventory::{Inventory, find};
use crate::app::login::fetch;
use crate::app::vault::by_name;
use crate::credential::TOKEN_USERNAME;
use crate::credential::login::{EntryKind, Login};
use crate::error::{Error, Result};
use crate::export::{self, Answers, Artifact, Bundle, Form, Platform, Variables};
use crate::text;
use crate::vault::record::Record;

/// What a person wants a platform to get.
pub struct Request {
    /// Who gets it.
    pub platform: &'static Platform,
    /// Credential keys, registries' names, or names of secrets in the vault.
    pub secrets: Vec<String>,
    /// The one file that the logins are to come from; without it, every file that has them.
    pub file: Option<PathBuf>,
    /// The form that was asked for.
    pub form: Option<Form>,
    /// What was answered to the platform's questions.
    pub answers: Answers,
    /// What was said of each secret, in their order. The last ones may be missing.
    pub own: Vec<Own>,
}

/// What a person says of one secret for this export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// The name of the object at the platform.
    pub name: Option<String>,
    /// The e-mail address, in the place of its own.
    pub email: Option<String>,
    /// The image that it is to pull.
    pub image: Option<String>,
    /// The variables that hold it there.
    pub variables: Option<Variables>,
}

impl Own {
    /// Says it of a secret.
    pub fn tell(self, bundle: &mut Bundle) {
        bundle.name = self.name.unwrap_or_default();
        bundle.own_email = self.email;
        bundle.image = self.image;
        bundle.variables = self.variables;
    }
}

/// Finds and fetches what is asked for, and writes it down for the platform.
///
/// # Errors
/// A login is not there, is one of several, or cannot be fetched; or the platform cannot take it.
pub async fn export(ctx: &Context, inventory: &Inventory, request: Request) -> Result<Artifact> {
    let form = form(request.platform, request.form)?;
    let mut own = request.own.into_iter();
    let mut bundles = find(ctx, inventory, &request.secrets, request.file.as_deref()).await?;
    for bundle in &mut bundles {
        own.next().unwrap_or_default().tell(bundle);
    }
    if own.next().is_some() {
        return Err(Error::usage("Something is said of more secrets than there are.").hint(
            "--name, --email, --image and --env are given once for each secret, in the secrets' order.",
        ));
    }
    Ok(export::export(request.platform, &bundles, Some(form), &request.answers, ctx.now())?)
}

/// The form that was asked for, else the usual one; the secret itself is written only where somebody asked for it.
///
/// # Errors
/// The platform has no form without the secret, and nobody asked for the one with it.
pub fn form(platform: &Platform, wanted: Option<Form>) -> Result<Form> {
    match wanted {
        Some(form) => Ok(form),
        None if platform.usual_form() == Form::Literal => {
            Err(Error::usage(format!("What {} reads holds the secret itself.", platform.name))
                .hint("Ask for it with --literal, and mind who can read the file."))
        }
        None => Ok(platform.usual_form()),
    }
}

/// Logins by their keys or registries, else secrets of the vault by their names, with the secrets fetched.
///
/// # Errors
/// One is not there, is one of several, or cannot be fetched.
pub async fn find(
    ctx: &Context,
    inventory: &Inventory,
    wanted: &[String],
    file: Option<&Path>,
) -> Result<Vec<Bundle>> {
    let mut found: Vec<Option<Bundle>> = Vec::with_capacity(wanted.len());
    let mut names = Vec::new();
    let mut nothing = Vec::new();
    for name in wanted {
        match find::named(inventory, name) {
            Ok(logins) => found.push(Some(login(ctx, inventory, &logins, name, file).await?)),
            Err(_) if file.is_some() => return Err(not_in(name, file)),
            Err(error) => {
                found.push(None);
                names.push(name.clone());
                nothing.push(error);
            }
        }
    }
    let mut records = Vec::new();
    if !names.is_empty() {
        let find = move |vault: &_| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            by_name::find_each(vault, &names)
        };
        records = ctx.with_vault(find).await?;
    }
    let now = ctx.now();
    let mut rest = records.into_iter().zip(nothing);
    let take = |bundle: Option<Bundle>| match (bundle, &mut rest) {
        (Some(bundle), _) => Ok(bundle),
        (None, rest) => match rest.next() {
            Some((Some(record), _)) => Ok(of_record(record, now)),
            Some((None, nothing)) => Err(nothing),
            None => Err(export::CannotWrite::Nothing.into()),
        },
    };
    found.into_iter().map(take).collect()
}

/// The one login that is meant: the same in several files is one.
async fn login(
    ctx: &Context,
    inventory: &Inventory,
    logins: &[&Login],
    wanted: &str,
    file: Option<&Path>,
) -> Result<Bundle> {
    let is_there = |login: &&&Login| file.is_none_or(|file| is_same_file(&login.id.source, file));
    let here: Vec<&Login> = logins.iter().filter(is_there).copied().collect();
    if here.is_empty() {
        return Err(not_in(wanted, file));
    }
    let mut found: Option<Bundle> = None;
    for login in here.iter().filter(|login| login.has_secret()) {
        let bundle = of_login(ctx, login).await?;
        let is_other =
            |known: &Bundle| (&known.username, &known.secret) != (&bundle.username, &bundle.secret);
        if found.as_ref().is_some_and(is_other) {
            return Err(several(inventory, &here, wanted));
        }
        found.get_or_insert(bundle);
    }
    let mut bundle = found.ok_or_else(|| {
        Error::failed(format!("There is no secret in the login of {}.", text::safe(wanted)))
            .hint("Log in to it first: docker login, or pullpass add.")
    })?;
    wanted.clone_into(&mut bundle.known_as);
    bundle.file = file.map(|file| file.to_string_lossy().into_owned());
    Ok(bundle)
}

/// A login with its secret, fetched from where it is kept.
///
/// # Errors
/// It cannot be fetched, or is a token that no platform takes.
pub async fn of_login(ctx: &Context, login: &Login) -> Result<Bundle> {
    if login.kind == EntryKind::RegistryToken {
        let key = text::safe(&login.id.key);
        return Err(Error::failed(format!(
            "The login of {key} is a registry token, which no platform takes."
        ))
        .hint("Log in with a password or an access token, and export that."));
    }
    let fetched = fetch::fetch(ctx, &login.id).await?;
    let is_token = fetched.is_identity_token(login.kind, &login.id.store);
    let expiry = fetched.expiry;
    let credential = fetched.credential;
    let username = if is_token { TOKEN_USERNAME.to_owned() } else { credential.username };
    Ok(Bundle {
        known_as: login.named.as_ref().map_or(&*login.id.key, |named| &*named.name).to_owned(),
        email: login.email.as_deref().unwrap_or_default().to_owned(),
        expiry,
        ..Bundle::new(&*login.id.key, username, Some(credential.secret))
    })
}

fn of_record(record: Record, now: Timestamp) -> Bundle {
    let expiry = by_name::token(&record, now).expiry;
    Bundle {
        known_as: record.name,
        email: record.email.unwrap_or_default(),
        expiry,
        ..Bundle::new(record.key, record.credential.username, Some(record.credential.secret))
    }
}

/// True where a person's path names this source.
fn is_same_file(source: &str, file: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(Path::new(source)) == real(file)
}

fn not_in(wanted: &str, file: Option<&Path>) -> Error {
    let file = file.map(|file| file.to_string_lossy().into_owned()).unwrap_or_default();
    Error::not_found(format!("There is no login for {} in {}.", text::safe(wanted), text::safe(&file)))
        .hint(format!("pullpass show {} names the files that have one.", text::safe(wanted)))
}

fn several(inventory: &Inventory, logins: &[&Login], wanted: &str) -> Error {
    let error = Error::usage(format!("{} means several logins that differ.", text::safe(wanted)));
    let line = |login: &&Login| {
        let (key, account) = (text::safe(&login.id.key), text::safe(login.account.words()));
        format!("{key} of {account}, in {}", text::safe(&inventory.source_of(login).place.name))
    };
    let lines = logins.iter().map(line);
    lines.fold(error, Error::hint).hint("Name the one by its key, or its file with --file.")
}
