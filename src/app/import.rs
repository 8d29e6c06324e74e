//! Logins out of a platform's file: the same review as of a login that is typed, and one change for all of them.

use std::io::ErrorKind;
use std::path::Path;

use jiff::tz::TimeZone;
use zeroize::Zeroizing;

use crate::app::Context;
use crate::app::login::add::{self, FileOf};
use crate::app::login::for_docker;
use crate::app::transaction::{self, Consent, Done, Line, Review};
use crate::app::vault::by_name::{self, Fields};
use crate::credential::Credential;
use crate::credential::content::Content;
use crate::credential::rules;
use crate::error::{Error, Result};
use crate::file::contents;
use crate::import::Draft;
use crate::registry::key;
use crate::text;
use crate::vault::name;
use crate::vault::record::Record;

/// Where the logins go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// docker's or podman's file, or what it names.
    Tool(FileOf),
    /// The vault, where docker finds them or not.
    Vault {
        /// docker's file will name the helper that finds them there.
        for_docker: bool,
    },
}

/// What an import will do. Nothing is written yet.
#[derive(Debug, Default)]
pub struct Import {
    records: Vec<Record>,
    files: Review,
    /// What is odd about what was found, in whole sentences.
    pub warnings: Vec<String>,
}

/// Finds out what keeping these logins means.
///
/// # Errors
/// One breaks a rule, or its place cannot take it; the error names the registry.
pub fn review(ctx: &Context, drafts: Vec<Draft>, to: To) -> Result<Import> {
    let mut import = Import::default();
    for draft in drafts {
        let registry = text::safe(&key::display_name(&draft.registry)).into_owned();
        let one = match to {
            To::Tool(file_of) => for_tool(ctx, draft, file_of, &mut import),
            To::Vault { for_docker } => for_vault(ctx, draft, for_docker, &mut import),
        };
        one.map_err(|error| {
            error.hint(format!("That is the login for {registry}; no other one was taken either."))
        })?;
    }
    Ok(import)
}

fn for_tool(ctx: &Context, draft: Draft, to: FileOf, import: &mut Import) -> Result<()> {
    let registry = draft.registry.clone();
    let review = add::review(&ctx.settings, &add::Request { registry, content: content(draft), to })?;
    if !review.is_empty() {
        import.files.append(review);
    }
    Ok(())
}

fn for_vault(ctx: &Context, draft: Draft, for_docker: bool, import: &mut Import) -> Result<()> {
    let document = ctx.vault.open().and_then(|vault| vault.read())?;
    let is_taken =
        |name: &str| document.find(name).is_some() || import.records.iter().any(|record| record.name == name);
    let fits = rules::name::fault(&draft.name, is_taken).is_none();
    let name = if fits { draft.name.clone() } else { name::for_registry(&draft.registry, is_taken) };
    let fields = Fields {
        name: Some(name),
        registry: draft.registry.clone(),
        email: draft.email.clone(),
        expires_on: String::new(),
        for_docker,
    };
    let now = ctx.now();
    let today = now.to_zoned(TimeZone::system()).date();
    let new = by_name::review(&ctx.vault, &fields, &content(draft), today, now)?;
    let is_same = |known: &&Record| {
        known.key == new.record.key
            && known.credential == new.record.credential
            && (known.is_login || !for_docker)
    };
    if let Some(known) = document.records.iter().chain(&import.records).find(is_same) {
        import.warnings.push(format!("The vault has this login already, as {}.", text::safe(&known.name)));
        return Ok(());
    }
    import.warnings.extend(new.warnings);
    if for_docker {
        let line = for_docker::review(&ctx.settings, &new.record.key)?;
        if !line.is_empty() {
            import.files.append(line);
        }
    }
    import.records.push(new.record);
    Ok(())
}

fn content(draft: Draft) -> Content {
    let Draft { username, secret, is_identity_token, .. } = draft;
    if is_identity_token {
        Content::IdentityToken { username, token: secret }
    } else {
        Content::Basic(Credential::new(username, secret))
    }
}

impl Import {
    /// What will happen; no secret in it.
    pub fn lines(&self) -> Vec<Line> {
        self.records.iter().map(by_name::addition).chain(self.files.lines()).collect()
    }

    /// True where there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.files.is_empty()
    }

    /// What is written into files, where a secret may lie in plain text.
    pub fn files(&self) -> &Review {
        &self.files
    }

    /// Keeps all of them, or none.
    ///
    /// # Errors
    /// The first thing that failed; everything is as it was.
    pub async fn carry_out(self, ctx: &Context, consent: Consent) -> Result<Done> {
        if self.records.is_empty() {
            return transaction::apply(ctx, self.files, consent).await;
        }
        for_docker::add(ctx, self.records, self.files, consent).await
    }
}

/// The bytes of a file that logins are taken from.
///
/// # Errors
/// It is not there, or cannot be read.
pub fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    contents::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Error::not_found(format!("There is no file {}.", text::safe(&path.to_string_lossy())))
                .hint("Name the file to read, or - for standard input.")
        }
        _ => Error::io("read", path, error),
    })
}

/// Gives the logins that name no registry this one.
///
/// # Errors
/// One of them names none, and none was given.
pub fn name_registry(drafts: &mut [Draft], registry: Option<&str>) -> Result<()> {
    for draft in drafts.iter_mut().filter(|draft| draft.registry.is_empty()) {
        registry.unwrap_or_default().clone_into(&mut draft.registry);
    }
    if drafts.iter().any(|draft| draft.registry.is_empty()) {
        return Err(
            Error::usage("An auth value says nothing of its registry.").hint("Name it: --registry ghcr.io")
        );
    }
    Ok(())
}
