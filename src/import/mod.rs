//! Takes logins out of what a platform keeps: the way back of [`crate::export`]. Pure.
//!
//! One file a layout. [`read`] finds out which one a file has.

pub mod circleci;
pub mod rapyuta;
pub mod refusal;
pub mod yaml;

mod docker_config;
mod gitlab;
mod json;
mod kubernetes;
mod registries;

pub use json::json_value;
pub use refusal::CannotRead;

use crate::secret::Secret;

use yaml::Value;

/// A login that was found, before anybody looked at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The name of the object that held it; empty where it has none of its own.
    pub name: String,
    /// The registry, as the file writes it; empty beside an `auth` value, which names none.
    pub registry: String,
    /// The account; empty beside a token that needs none.
    pub username: String,
    /// The password or token.
    pub secret: Secret,
    /// The e-mail address; empty where there is none.
    pub email: String,
    /// True for a token that only a registry's token service takes.
    pub is_identity_token: bool,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// docker's or podman's file, or a value of `DOCKER_AUTH_CONFIG`.
    DockerConfig,
    /// A Kubernetes Secret, or several.
    Kubernetes,
    /// A manifest of rapyuta.io.
    Rapyuta,
    /// A part of CircleCI's configuration.
    CircleCi,
    /// A variable of GitLab, alone or in its file.
    GitLab,
    /// `registries.yaml` of k3s and RKE2.
    Registries,
    /// The `auth` value of an entry, by itself.
    Auth,
}

impl Layout {
    /// The layout in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::DockerConfig => "docker's or podman's file",
            Self::Kubernetes => "a Kubernetes Secret",
            Self::Rapyuta => "a manifest of rapyuta.io",
            Self::CircleCi => "a configuration of CircleCI",
            Self::GitLab => "a variable of GitLab",
            Self::Registries => "registries.yaml of k3s or RKE2",
            Self::Auth => "an auth value",
        }
    }
}

/// What was found in a file.
#[derive(Debug)]
pub struct Imported {
    /// What the file is.
    pub layout: Layout,
    /// The logins, in order. There may be none where every entry is passed over.
    pub drafts: Vec<Draft>,
    /// What was passed over and why, in whole sentences; safe to show.
    pub notes: Vec<String>,
}

impl Imported {
    fn new(layout: Layout) -> Self {
        Self { layout, drafts: Vec::new(), notes: Vec::new() }
    }

    fn note(&mut self, words: impl Into<String>) {
        self.notes.push(words.into());
    }
}

/// The logins in a file of any layout that is known.
///
/// # Errors
/// [`CannotRead`] where there is none, or the file is a template.
pub fn read(bytes: &[u8]) -> Result<Imported, CannotRead> {
    if bytes.len() > yaml::MOST_BYTES {
        return Err(CannotRead::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| CannotRead::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    match read_text(gitlab::value_of_assignment(text)) {
        Ok(imported) if imported.drafts.is_empty() && is_template(text) => Err(CannotRead::Template),
        Ok(imported) => Ok(imported),
        Err(CannotRead::TooMany) => Err(CannotRead::TooMany),
        Err(_) if is_template(text) => Err(CannotRead::Template),
        Err(reason) => Err(reason),
    }
}

fn read_text(text: &str) -> Result<Imported, CannotRead> {
    if let Some(draft) = docker_config::read_auth(text.trim_matches('"')) {
        return Ok(Imported { drafts: vec![draft], ..Imported::new(Layout::Auth) });
    }
    if text.starts_with(['{', '[']) {
        if let Some(imported) = docker_config::read(text) {
            return Ok(imported);
        }
        if let Ok(value) = json_value(text) {
            return read_document(&value, text);
        }
    }
    let documents = yaml::read(text.as_bytes())?;
    let mut all: Option<Imported> = None;
    let mut reason = CannotRead::UnknownLayout;
    for document in &documents {
        match (read_document(document, text), &mut all) {
            (Ok(found), None) => all = Some(found),
            (Ok(found), Some(all)) => {
                all.drafts.extend(found.drafts);
                all.notes.extend(found.notes);
            }
            // Another object in the same file is nothing to complain of.
            (Err(CannotRead::UnknownLayout), _) => {}
            (Err(other), _) => reason = other,
        }
    }
    match all {
        Some(found) if reason == CannotRead::UnknownLayout => Ok(found),
        _ => Err(reason),
    }
}

fn read_document(value: &Value, text: &str) -> Result<Imported, CannotRead> {
    if rapyuta::is_one(value) {
        // rio would evaluate a mark anywhere in the file, even in a comment.
        if is_template(text) {
            return Err(CannotRead::Template);
        }
        let mut found = Imported::new(Layout::Rapyuta);
        found.drafts.push(rapyuta::read(value)?);
        return Ok(found);
    }
    let found = kubernetes::read(value).or_else(|| registries::read(value));
    let found = found.or_else(|| gitlab::read(value)).or_else(|| circleci::read(value));
    found.unwrap_or(Err(CannotRead::UnknownLayout))
}

/// True with a mark of a template in it: Jinja2's, Go's and Helm's begin alike.
fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests;
