//! What is odd about a helper's answer that could still be used.

macro_rules! warnings {
    ($($name:ident $code:literal $words:literal)*) => {
        /// Something odd about an answer that could still be used.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum HelperWarning {
            $(#[doc = $words] $name,)*
        }

        impl HelperWarning {
            /// The identifier in the JSON output.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What is so, in words.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

warnings! {
    Bom "helper_bom" "the helper's answer begins with a byte order mark, which docker refuses"
    ExtraOutput "helper_extra_output" "the helper prints more than its answer, which some clients refuse"
    ReturnedEmpty "helper_returned_empty" "the helper reports success but gives no login"
    EmptyUsername "empty_username" "the helper gives a secret without a user name"
    SecretTrailingNewline "secret_trailing_newline" "the secret ends in a newline, which the registry will not expect"
}

/// The warnings about one answer, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HelperWarnings(Vec<HelperWarning>);

impl HelperWarnings {
    /// Adds one where the condition holds.
    pub fn add_if(&mut self, condition: bool, warning: HelperWarning) {
        if condition {
            self.0.push(warning);
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = HelperWarning> + '_ {
        self.0.iter().copied()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
