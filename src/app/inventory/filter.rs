//! The filter language of the list: words, `is:`, `in:`, `user:`, each negated with `!`.

use jiff::Timestamp;
use memchr::memchr2_iter;

use crate::app::inventory::Source;
use crate::config::locate::Format;
use crate::credential::expiry::State;
use crate::credential::login::{Listing, Login, Store};
use crate::registry::key;
use crate::registry::provider::Provider;

/// What `is:` can ask for, with the words of the help.
pub const STATES: &[(&str, &str)] = &[
    ("expired", "the token has ended"),
    ("soon", "the token ends within 15 minutes"),
    ("valid", "the token has an end that lies ahead"),
    ("never", "no end is known to it"),
    ("unknown", "it ends, nobody knows when"),
    ("due", "the day of your reminder has come"),
    ("plain", "the secret lies in the file in plain text"),
    ("helper", "a credential helper keeps the secret"),
    ("broken", "a tool cannot use it"),
    ("odd", "there is something to say about it"),
];

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Word(String),
    Is(String),
    In(String),
    User(String),
}

/// A parsed filter. All its terms must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<(bool, Term)>,
}

impl Filter {
    /// Reads what was typed. Every text is a filter; an unknown `is:` matches nothing.
    pub fn parse(typed: &str) -> Self {
        let term = |word: &str| {
            let (negated, word) = match word.strip_prefix('!') {
                Some(rest) => (true, rest),
                None => (false, word),
            };
            let word = word.to_lowercase();
            let term = match word.split_once(':') {
                Some((_, "")) | None if word.is_empty() => return None,
                // Half-typed: it must not empty the list.
                Some(("is" | "in" | "user", "")) => return None,
                Some(("is", state)) => Term::Is(state.to_owned()),
                Some(("in", place)) => Term::In(place.to_owned()),
                Some(("user", name)) => Term::User(name.to_owned()),
                _ => Term::Word(word),
            };
            Some((negated, term))
        };
        Self { terms: typed.split_whitespace().filter_map(term).collect() }
    }

    /// The first word that `is:` does not know; half-typed ones are no mistake on the screen.
    pub fn unknown_state(&self) -> Option<&str> {
        self.terms.iter().find_map(|(_, term)| match term {
            Term::Is(word) if STATES.iter().all(|(known, _)| known != word) => Some(word.as_str()),
            _ => None,
        })
    }

    /// True without any term: everything matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// True where the answer may change by itself as time passes.
    pub fn depends_on_time(&self) -> bool {
        self.terms.iter().any(|(_, term)| matches!(term, Term::Is(_)))
    }

    /// True where all terms hold.
    pub fn matches(&self, login: &Login, source: &Source, now: Timestamp) -> bool {
        self.terms.iter().all(|(negated, term)| term.matches(login, source, now) != *negated)
    }
}

impl Term {
    fn matches(&self, login: &Login, source: &Source, now: Timestamp) -> bool {
        let user = || login.account.name().unwrap_or_default();
        match self {
            Self::Word(word) => {
                let has = |text: &str| contains(text, word);
                has(&key::display_name(&login.id.key))
                    || has(&login.id.key)
                    || has(user())
                    || (login.provider != Provider::Generic && has(login.provider.name()))
                    || login.id.store.helper().is_some_and(|name| has(name))
                    || login.named.as_ref().is_some_and(|named| has(&named.name))
            }
            Self::User(name) => contains(user(), name),
            Self::Is(state) => is(state, login, now),
            Self::In(place) => is_in(place, login, source),
        }
    }
}

fn is(state: &str, login: &Login, now: Timestamp) -> bool {
    let expiry = login.expiry.state(now);
    match state {
        "expired" => expiry == State::Expired,
        "soon" => login.expiry.is_soon(now),
        "valid" => expiry == State::Valid,
        "never" => matches!(expiry, State::NeverExpires | State::NoEmbeddedExpiry),
        "unknown" => matches!(expiry, State::Unknown | State::Estimated),
        "due" => login.expiry.is_due(now),
        "plain" => login.is_plain(),
        "helper" => login.id.store.helper().is_some(),
        "broken" => login.is_broken(),
        "odd" => !login.diagnostics.is_empty() || matches!(login.listing, Listing::Failed(_)),
        _ => false,
    }
}

fn is_in(place: &str, login: &Login, source: &Source) -> bool {
    match place {
        "docker" => source.place.docker,
        "podman" | "buildah" | "skopeo" => source.place.podman.is_some() && podman_reads(login),
        "env" => source.place.format == Format::Variable,
        _ => {
            contains(&source.place.name, place)
                || login.id.store.helper().is_some_and(|name| contains(name, place))
        }
    }
}

fn podman_reads(login: &Login) -> bool {
    use crate::credential::diagnostic::Diagnostic;
    !matches!(login.id.store, Store::CredsStore(_)) && !login.diagnostics.has(Diagnostic::PodmanIgnoresEntry)
}

/// Case does not count. `lower` is in lower case already.
fn contains(text: &str, lower: &str) -> bool {
    if text.is_ascii() {
        return contains_ascii(text.as_bytes(), lower.as_bytes());
    }
    text.to_lowercase().contains(lower)
}

/// It runs for each text of each login at each letter typed: most texts are over at the search for the first one.
fn contains_ascii(text: &[u8], lower: &[u8]) -> bool {
    let Some((&first, rest)) = lower.split_first() else {
        return true;
    };
    let begins =
        |at: usize| text[at + 1..].get(..rest.len()).is_some_and(|part| part.eq_ignore_ascii_case(rest));
    memchr2_iter(first, first.to_ascii_uppercase(), text).any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_typed_term_changes_nothing() {
        for typed in ["", "  ", "!", "is:", "in:", "user:", "!is:"] {
            assert!(Filter::parse(typed).is_empty(), "{typed:?}");
        }
    }

    #[test]
    fn words_and_keys_are_told_apart() {
        let filter = Filter::parse("GHCR !is:expired user:Jane reg:5000");
        let expected = [
            (false, Term::Word("ghcr".into())),
            (true, Term::Is("expired".into())),
            (false, Term::User("jane".into())),
            (false, Term::Word("reg:5000".into())),
        ];
        assert_eq!(filter.terms, expected);
        assert!(filter.depends_on_time());
    }

    #[test]
    fn case_never_counts() {
        assert!(contains("Registry.Example.COM", "example.com"));
        assert!(contains("MÜNCHEN.example", "münchen"));
        assert!(contains("aab", "ab") && contains("abc", "") && contains("", ""));
        assert!(!contains("abc", "abcd") && !contains("", "a"));
    }
}
