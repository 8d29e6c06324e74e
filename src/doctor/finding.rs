//! What a rule found.

use crate::config::locate::ConfigPath;
use crate::config::plan::Intent;
use crate::credential::diagnostic::Severity;
use crate::text;

/// One odd thing. There is no secret in it, and every text is safe for a terminal.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's identifier.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The file or variable.
    pub place: String,
    /// The credential key, where it is about one login.
    pub key: Option<String>,
    /// What is so: a sentence without its full stop.
    pub what: String,
    /// Whom it hurts, and how: a sentence without its full stop.
    pub hurts: String,
    /// What mends it.
    pub fix: Fix,
}

/// The one way to mend a finding.
#[derive(Clone, Debug)]
pub enum Fix {
    /// An edit that loses nothing; `doctor --fix` makes it.
    Edit(ConfigPath, Intent),
    /// A login that goes, with its secret: a person decides.
    Remove(String),
    /// A secret that moves into the vault.
    Seal(String),
    /// A fresh secret is needed: where it comes from.
    Renew(String),
    /// A command, or a step by hand.
    Step(String),
}

impl Finding {
    /// A finding about a whole place.
    pub fn of(severity: Severity, place: &str, what: impl Into<String>) -> Self {
        let place = text::safe(place).into_owned();
        let (what, hurts, fix) = (what.into(), String::new(), Fix::Step(String::new()));
        Self { rule: "", severity, place, key: None, what, hurts, fix }
    }

    /// The same, about one login.
    #[must_use]
    pub fn about(self, key: &str) -> Self {
        Self { key: Some(text::safe(key).into_owned()), ..self }
    }

    /// Whom it hurts.
    #[must_use]
    pub fn hurting(self, hurts: impl Into<String>) -> Self {
        Self { hurts: hurts.into(), ..self }
    }

    /// What mends it.
    #[must_use]
    pub fn mended_by(self, fix: Fix) -> Self {
        Self { fix, ..self }
    }
}

impl Fix {
    /// Takes the entry of this key out of this file.
    pub fn remove(key: &str, file: &str) -> Self {
        Self::Remove(format!("pullpass remove {} --file {}", quoted(key), quoted(file)))
    }

    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Edit(..) => "edit",
            Self::Remove(_) => "remove",
            Self::Seal(_) => "seal",
            Self::Renew(_) => "renew",
            Self::Step(_) => "step",
        }
    }

    /// What to do, in words that can be typed where they are a command.
    pub fn words(&self) -> &str {
        match self {
            Self::Edit(..) => "pullpass doctor --fix",
            Self::Remove(words) | Self::Seal(words) | Self::Renew(words) | Self::Step(words) => words,
        }
    }
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    let word = text::safe(word);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
