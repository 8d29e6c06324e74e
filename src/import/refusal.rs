//! Why nothing can be taken from a file.

/// Why nothing can be taken from a file. It never holds a part of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotRead {
    /// More bytes than such a file ever has.
    TooLong,
    /// Not UTF-8.
    NotText,
    /// Neither JSON nor YAML.
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Nested deeper than such a file ever is.
    TooDeep,
    /// More values than such a file ever has, aliases followed.
    TooMany,
    /// An alias of what is nowhere defined before it.
    UnknownAlias,
    /// A template: what it says is known only where it is filled in.
    Template,
    /// No layout that is known.
    UnknownLayout,
    /// A layout that is known, and no secret in it.
    NoSecret,
    /// A member is missing or is no text.
    Member {
        /// Where it belongs: `spec.docker.username`.
        path: &'static str,
        /// What is wrong with it, as the rest of a sentence.
        why: &'static str,
    },
}

impl CannotRead {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::NotText => "invalid_utf8",
            Self::Syntax { .. } => "syntax",
            Self::TooDeep => "too_deep",
            Self::TooMany => "too_many_values",
            Self::UnknownAlias => "unknown_alias",
            Self::Template => "template",
            Self::UnknownLayout => "unknown_layout",
            Self::NoSecret => "no_secret",
            Self::Member { .. } => "member",
        }
    }

    /// What is wrong, in a sentence.
    pub fn what(self) -> String {
        match self {
            Self::TooLong => "The file is too long for what it could be.".into(),
            Self::NotText => "The file is no text in UTF-8.".into(),
            Self::Syntax { line, column } => {
                format!("Line {line}, column {column}: this is neither JSON nor YAML.")
            }
            Self::TooDeep => "The file is nested too deep.".into(),
            Self::TooMany => "The file has too many values, or aliases that multiply.".into(),
            Self::UnknownAlias => "The file has an alias of what it does not define.".into(),
            Self::Template => {
                "The file is a template: its program fills in what stands in {{ }} or {% %}.".into()
            }
            Self::UnknownLayout => "The file is of no kind that is known here.".into(),
            Self::NoSecret => "There is no registry login in the file.".into(),
            Self::Member { path, why } => format!("\"{path}\" {why}."),
        }
    }

    /// What to do next, in a sentence.
    pub fn next(self) -> &'static str {
        match self {
            Self::TooLong | Self::TooMany => "Cut out the part with the login.",
            Self::NotText => "Save it as UTF-8.",
            Self::Syntax { .. } | Self::TooDeep | Self::UnknownAlias => {
                "Mend it, or cut out the part with the login."
            }
            Self::Template => {
                "Let the program fill it in first (`rio template FILE`, `helm template`), and read that."
            }
            Self::UnknownLayout | Self::NoSecret => {
                "Known are: a Kubernetes Secret, config.json, a value of DOCKER_AUTH_CONFIG, a manifest of rapyuta.io, \
                 an `auth` of CircleCI, a variable of GitLab, registries.yaml."
            }
            Self::Member { .. } => "Mend it in the file, or add the login by hand.",
        }
    }
}
