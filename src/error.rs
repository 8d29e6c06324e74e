//! What went wrong, in words, with the next step to take.

use std::fmt;

use crate::text;

/// What an error means for the caller; decides the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The operation was tried and did not succeed.
    Failed,
    /// The command line or the settings cannot be understood.
    Usage,
    /// Nothing of that name is there.
    NotFound,
    /// The registry refused the login.
    Refused,
    /// The registry could not be reached.
    Unreachable,
    /// The vault or the keyring is locked.
    Locked,
    /// A signal of this number ended it.
    Signal(u8),
}

impl Kind {
    /// The exit status that scripts see.
    pub fn exit_status(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Refused => 4,
            Self::Unreachable => 5,
            Self::Locked => 6,
            // As a shell tells it of a program that died of one.
            Self::Signal(number) => 128 + number,
        }
    }
}

/// An error that a person can act on. It never holds a secret: `what` and `hints` are shown, logged and tested.
#[derive(Debug)]
pub struct Error {
    /// What it means for the caller.
    pub kind: Kind,
    /// What was tried and what happened, one sentence with a full stop.
    pub what: String,
    /// What to do next, one sentence each.
    pub hints: Vec<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// An error as a screen shows it: only its words, which can be compared and kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What was tried and what happened.
    pub what: String,
    /// What to do next, one sentence each.
    pub hints: Vec<String>,
}

impl Notice {
    /// The words of an error of any layer.
    pub fn of(error: impl Into<Error>) -> Self {
        error.into().into()
    }

    /// What happened, then what to do.
    pub fn into_lines(self) -> Vec<String> {
        [vec![self.what], self.hints].concat()
    }
}

impl From<Error> for Notice {
    fn from(error: Error) -> Self {
        Self { what: error.what, hints: error.hints }
    }
}

impl From<&Error> for Notice {
    fn from(error: &Error) -> Self {
        Self { what: error.what.clone(), hints: error.hints.clone() }
    }
}

/// The result of anything that can fail with an [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of this kind that says `what` happened.
    pub fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), hints: Vec::new(), source: None }
    }

    /// The operation was tried and did not succeed.
    pub fn failed(what: impl Into<String>) -> Self {
        Self::new(Kind::Failed, what)
    }

    /// Nothing of that name is there.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, what)
    }

    /// The command line or the settings cannot be understood.
    pub fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// Adds the next step to take.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds what lies underneath.
    #[must_use]
    pub fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// An input or output error, with the place it happened at.
    pub fn io(tried: &str, path: &std::path::Path, source: std::io::Error) -> Self {
        let path = path.to_string_lossy();
        let what = format!("Could not {tried} {}: {}.", text::safe(&path), plain_reason(&source));
        Self::failed(what).because(source)
    }
}

/// The reason of an input or output error without Rust's `(os error N)` tail.
pub fn plain_reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((reason, _)) => reason.to_lowercase(),
        None => text,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_the_exit_status_that_the_readme_promises() {
        let table = [
            (Kind::Failed, 1),
            (Kind::Usage, 2),
            (Kind::NotFound, 3),
            (Kind::Refused, 4),
            (Kind::Unreachable, 5),
            (Kind::Locked, 6),
            (Kind::Signal(2), 130),
        ];
        for (kind, status) in table {
            assert_eq!(kind.exit_status(), status, "{kind:?}");
        }
    }

    #[test]
    fn an_io_error_names_the_place_and_drops_the_number() {
        let source = std::io::Error::from_raw_os_error(13);
        let error = Error::io("read", std::path::Path::new("/x/config.json"), source);
        assert_eq!(error.what, "Could not read /x/config.json: permission denied.");
    }
}
