//! Which helper names may become a program.

use std::fmt;

use super::error::HelperError;
use crate::credential::helper_name;
use crate::text;

/// What every helper program's name begins with (docker-credential-helpers 594c023 `client/command.go`).
const PREFIX: &str = "docker-credential-";

/// What a shell takes for more than itself inside a word (POSIX, "Quoting").
const SHELL: &str = "|&;<>()$`\\\"'*?[";

/// The name of a helper as `credsStore` and `credHelpers` give it: one or more of `A-Z a-z 0-9 . _ -`.
///
/// docker runs any name: `sub/helper` starts a program below the current directory. Here such a name has no value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HelperName(String);

impl HelperName {
    /// Checks a name from a configuration file.
    ///
    /// A name that could lead out of PATH's folders, or that means something to a shell, is a
    /// [`HelperError::BadName`]. One with any other odd character cannot be a helper either, and counts as
    /// [`HelperError::NotFound`].
    pub fn new(name: &str) -> Result<Self, HelperError> {
        let leads_elsewhere = |c: char| c == '/' || SHELL.contains(c) || c.is_whitespace() || c.is_control();
        if name.is_empty() || name.contains("..") || name.contains(leads_elsewhere) {
            return Err(HelperError::BadName { name: text::safe(name).into_owned() });
        }
        if !helper_name::is_plain(name) {
            return Err(HelperError::NotFound { program: format!("{PREFIX}{}", text::safe(name)) });
        }
        Ok(Self(name.to_owned()))
    }

    /// The name without the program's prefix.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The program's file name, without a folder.
    pub fn program(&self) -> String {
        format!("{PREFIX}{}", self.0)
    }
}

impl fmt::Display for HelperName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_use_are_accepted() {
        for name in ["pass", "secretservice", "ecr-login", "desktop.exe", "acr_env", "gcr2", "."] {
            let program = HelperName::new(name).map(|name| name.program());
            assert_eq!(program.ok(), Some(format!("docker-credential-{name}")));
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_bad_and_any_other_odd_one_is_not_found() {
        let table = [
            ("", "bad_helper_name"),
            ("sub/helper", "bad_helper_name"),
            ("sub\\helper", "bad_helper_name"),
            ("../evil", "bad_helper_name"),
            ("..", "bad_helper_name"),
            ("x y", "bad_helper_name"),
            ("x\u{a0}y", "bad_helper_name"),
            ("x\n", "bad_helper_name"),
            ("x\0", "bad_helper_name"),
            ("x\u{1b}[2J", "bad_helper_name"),
            ("#definitely-does-not-exist", "helper_not_found"),
            ("$(id)", "bad_helper_name"),
            ("x;y", "bad_helper_name"),
            ("x|y", "bad_helper_name"),
            ("x'y", "bad_helper_name"),
            ("*", "bad_helper_name"),
            ("pässe", "helper_not_found"),
            ("x\u{202e}y", "helper_not_found"),
        ];
        for (name, code) in table {
            assert_eq!(HelperName::new(name).err().map(|error| error.code()), Some(code), "{name:?}");
        }
    }

    #[test]
    fn a_refused_name_is_shown_without_what_could_rewrite_the_terminal() {
        for name in ["x\u{1b}[2J", "x\u{202e}y"] {
            let shown = HelperName::new(name).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(shown.contains('x') && !shown.contains(text::is_unsafe), "{shown:?}");
        }
    }
}
