//! What can go wrong with a helper.

use std::fmt;
use std::time::Duration;

use super::hint::Hint;
use crate::text;

/// What a helper is asked to do: its only argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Give one login.
    Get,
    /// Name all logins.
    List,
    /// Keep a login.
    Store,
    /// Forget a login.
    Erase,
}

impl Action {
    /// The argument.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Store => "store",
            Self::Erase => "erase",
        }
    }
}

/// Why a helper gave no answer. Its texts are safe to show and hold nothing that a successful `get` printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelperError {
    /// The name could lead to a program outside PATH, so nothing was run.
    BadName {
        /// The name, made safe to show.
        name: String,
    },
    /// No folder of PATH has the program.
    NotFound {
        /// The program's file name, made safe to show.
        program: String,
    },
    /// It could not be started, or ended with an error.
    Failed {
        /// The program's file name.
        program: String,
        /// What it was asked to do.
        action: Action,
        /// What happened, as the rest of a sentence.
        how: String,
        /// What it printed: one safe line, or empty.
        said: String,
        /// A cause that we know.
        hint: Option<Hint>,
    },
    /// It ended well, but did not print the JSON that it should.
    BadJson {
        /// The program's file name.
        program: String,
        /// What it was asked to do.
        action: Action,
    },
    /// It did not end in time and was killed.
    Timeout {
        /// The program's file name.
        program: String,
        /// What it was asked to do.
        action: Action,
        /// The limit.
        limit: Duration,
    },
    /// It printed more than the limit and was killed.
    OutputTooLarge {
        /// The program's file name.
        program: String,
        /// What it was asked to do.
        action: Action,
        /// The limit in bytes.
        limit: usize,
    },
    /// The secret to store is not UTF-8, which the protocol cannot carry.
    SecretNotText {
        /// The program's file name.
        program: String,
    },
}

impl HelperError {
    /// The identifier in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadName { .. } => "bad_helper_name",
            Self::NotFound { .. } => "helper_not_found",
            Self::Failed { action: Action::List, .. } => "helper_list_failed",
            Self::Failed { .. } => "helper_failed",
            Self::BadJson { .. } => "helper_bad_json",
            Self::Timeout { .. } => "helper_timeout",
            Self::OutputTooLarge { .. } => "helper_output_too_large",
            Self::SecretNotText { .. } => "non_utf8_secret",
        }
    }

    /// A cause that we know, with its own identifier.
    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Failed { hint, .. } => *hint,
            Self::NotFound { program } => Hint::of_missing(program),
            _ => None,
        }
    }
}

impl fmt::Display for HelperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName { name } => {
                write!(f, "Did not run the credential helper \"{name}\": its name may only have letters, ")?;
                f.write_str("digits, dots, dashes and underscores.")
            }
            Self::NotFound { program } => write!(f, "Could not run {program}: no folder of PATH has it."),
            Self::Failed { program, action, how, said, .. } => {
                write!(f, "Asked {program} to {}, but it {how}", action.as_str())?;
                if said.is_empty() {
                    f.write_str(".")
                } else {
                    write!(f, ": {}.", said.trim_end_matches('.'))
                }
            }
            Self::BadJson { program, action } => {
                write!(
                    f,
                    "Asked {program} to {}, but its answer is not the JSON it should be.",
                    action.as_str()
                )
            }
            Self::Timeout { program, action, limit } => {
                write!(f, "Asked {program} to {}, but it was not done after {limit:?}.", action.as_str())
            }
            Self::OutputTooLarge { program, action, limit } => {
                write!(f, "Asked {program} to {}, but it printed more than {limit} bytes.", action.as_str())
            }
            Self::SecretNotText { program } => {
                write!(
                    f,
                    "Could not hand the secret to {program}: it is not UTF-8, and a helper takes only that."
                )
            }
        }
    }
}

impl std::error::Error for HelperError {}

/// The columns that a helper's own words may take.
const SAID_COLUMNS: usize = 200;

/// The bytes of an output in which a message is looked for.
const MESSAGE_BYTES: usize = 4096;

/// What a failed helper printed, as one safe line, and what it tells. By the protocol the message is on stdout.
///
/// `secret` is what the helper was given to store, so that its words are dropped where they repeat it.
pub fn last_words(stdout: &[u8], stderr: &[u8], secret: Option<&[u8]>) -> (String, Option<Hint>) {
    let outputs = [stdout, stderr].map(|bytes| &bytes[..bytes.len().min(MESSAGE_BYTES)]);
    let hint = outputs.iter().find_map(|bytes| Hint::of_text(&String::from_utf8_lossy(bytes)));
    let message = outputs.iter().find(|bytes| is_message(bytes, secret.unwrap_or_default()));
    (message.map_or_else(String::new, |bytes| one_line(bytes)), hint)
}

/// A helper may print a login and then fail, so an object is never a message.
fn is_message(bytes: &[u8], secret: &[u8]) -> bool {
    let repeats = !secret.is_empty() && bytes.windows(secret.len()).any(|part| part == secret);
    !bytes.trim_ascii().is_empty() && !bytes.contains(&b'{') && !repeats
}

fn one_line(bytes: &[u8]) -> String {
    let words = String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ");
    text::end_ellipsis(&text::safe(&words), SAID_COLUMNS).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(action: Action, stdout: &str, stderr: &str) -> HelperError {
        let (said, hint) = last_words(stdout.as_bytes(), stderr.as_bytes(), None);
        HelperError::Failed {
            program: "docker-credential-x".into(),
            action,
            how: "failed".into(),
            said,
            hint,
        }
    }

    #[test]
    fn a_known_cause_is_found_in_either_output() {
        for error in [failed(Action::Get, "not implemented", ""), failed(Action::Get, "", "not implemented")]
        {
            assert_eq!(error.hint(), Some(Hint::ReadOnlyHelper));
        }
    }

    #[test]
    fn an_error_says_what_was_tried_and_what_happened() {
        let error = failed(Action::Get, "it\n  is\tbroken.\n", "debug");
        assert_eq!(error.to_string(), "Asked docker-credential-x to get, but it failed: it is broken.");
    }

    #[test]
    fn a_failed_list_has_its_own_code() {
        assert_eq!(failed(Action::List, "boom", "").code(), "helper_list_failed");
        assert_eq!(failed(Action::Get, "boom", "").code(), "helper_failed");
    }

    #[test]
    fn words_are_safe_and_short() {
        let (said, _) = last_words("\u{1b}[2J\u{202e}".repeat(500).as_bytes(), b"", None);
        assert!(text::width(&said) <= SAID_COLUMNS && !said.contains(text::is_unsafe), "{said}");
    }

    #[test]
    fn words_never_hold_a_login() {
        let login = br#"{"Username":"u","Secret":"hunter2"}"#;
        assert_eq!(last_words(login, b"", None).0, "");
        assert_eq!(last_words(login, b"disk full", None).0, "disk full");
        assert_eq!(last_words(b"cannot keep hunter2", b"disk full", Some(b"hunter2")).0, "disk full");
        assert_eq!(last_words(b"cannot keep it", b"", Some(b"")).0, "cannot keep it");
    }
}
