//! What a rule says of a field.

use std::borrow::Cow;

/// What a rule says of what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldVerdict {
    /// Nothing to say.
    Ok,
    /// It can be saved, but it is odd: why. Whole sentences.
    Warn(String),
    /// It cannot be saved.
    Wrong {
        /// What the field must be, in a sentence.
        rule: Cow<'static, str>,
        /// What to do about it, in a sentence; empty where the rule says it all.
        fix: Cow<'static, str>,
    },
}

impl FieldVerdict {
    /// It cannot be saved: the rule, and the fix.
    pub fn wrong(rule: impl Into<Cow<'static, str>>, fix: impl Into<Cow<'static, str>>) -> Self {
        Self::Wrong { rule: rule.into(), fix: fix.into() }
    }

    /// All that is odd, in one verdict.
    pub fn warn_of(warnings: impl IntoIterator<Item = String>) -> Self {
        let words: Vec<String> = warnings.into_iter().collect();
        if words.is_empty() { Self::Ok } else { Self::Warn(words.join(" ")) }
    }

    /// True where it cannot be saved.
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::Wrong { .. })
    }

    /// The sentences to show; `None` where there is nothing to say.
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Ok => None,
            Self::Warn(words) => Some(words.clone()),
            Self::Wrong { rule, fix } if fix.is_empty() => Some(rule.to_string()),
            Self::Wrong { rule, fix } => Some(format!("{rule} {fix}")),
        }
    }
}
