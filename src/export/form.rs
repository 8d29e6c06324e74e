//! How a secret stands in what is written.

/// How the secret stands in the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Not at all: variables of these names hold it at the platform.
    Variables,
    /// Not at all: the platform keeps it in a place of its own, under a name.
    Reference,
    /// As it is.
    Literal,
}

impl Form {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Variables => "variables",
            Self::Reference => "reference",
            Self::Literal => "literal",
        }
    }

    /// The form, as the end of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Variables => "variables",
            Self::Reference => "reference to the platform's own store",
            Self::Literal => "secret as it is (--literal)",
        }
    }
}
