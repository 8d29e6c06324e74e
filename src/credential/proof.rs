//! What proves to a registry who asks: a user name and a secret.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;

use crate::credential::token;
use crate::secret::Secret;
use crate::text;

/// The user name that marks the secret as an identity token wherever only a pair can be kept, in exactly this spelling
/// (docker/cli v28.2 `cli/config/credentials/native_store.go`).
pub const TOKEN_USERNAME: &str = "<token>";

/// The user name of an identity token at Azure's registries (Azure/acr `docs/Token-BasicAuth.md`, 2024-05).
pub const ACR_TOKEN_USERNAME: &str = "00000000-0000-0000-0000-000000000000";

/// A user name and a secret, as stores and helpers keep them and registries take them.
///
/// Two of them are equal with the same end only; [`Self::is_same_login`] asks what a registry would.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The user name; [`TOKEN_USERNAME`] for an identity token. At some registries it is itself the secret.
    pub username: String,
    /// The password, or the token in its place.
    pub secret: Secret,
    /// When the secret ends, where whoever gave it out said so. Docker's helper protocol has no room for it.
    pub expires_at: Option<Timestamp>,
}

/// The user name may be the token, so none is shown.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.expires_at {
            Some(at) => write!(f, "Credential(•••, ends {at})"),
            None => f.write_str("Credential(•••)"),
        }
    }
}

impl Credential {
    /// A user name and a secret of which nobody said when it ends.
    pub fn new(username: impl Into<String>, secret: Secret) -> Self {
        Self { username: username.into(), secret, expires_at: None }
    }

    /// True where the secret is an identity token, not a password.
    pub fn is_identity_token(&self) -> bool {
        self.username == TOKEN_USERNAME
    }

    /// True where both are the same to a registry, whatever is known of their end.
    pub fn is_same_login(&self, other: &Self) -> bool {
        self.username == other.username && self.secret == other.secret
    }

    /// As [`Self::is_same_login`], where there may be none.
    pub fn are_same(one: Option<&Self>, other: Option<&Self>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) => one.is_same_login(other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }

    /// True where the user name must be kept as a secret: it is the secret, or has the form of a token.
    pub fn is_username_secret(&self) -> bool {
        self.username.as_bytes() == self.secret.expose() || token::looks_like_token(&self.username)
    }

    /// The user name in words that may be shown.
    pub fn user_words(&self) -> Cow<'_, str> {
        match () {
            () if self.is_identity_token() => Cow::Borrowed("an identity token"),
            () if self.is_username_secret() => Cow::Borrowed("(the token)"),
            () => text::safe(&self.username),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(username: &str, secret: &str) -> Credential {
        Credential::new(username, Secret::from_text(secret.into()))
    }

    #[test]
    fn debug_shows_neither_user_name_nor_secret() {
        let ending = Credential { expires_at: Some(Timestamp::UNIX_EPOCH), ..credential("jane", "hunter2") };
        for shown in [format!("{:?}", credential("jane", "hunter2")), format!("{ending:?}")] {
            assert!(!shown.contains("jane") && !shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn only_the_exact_spelling_marks_an_identity_token() {
        for (username, is_token) in [("<token>", true), ("<TOKEN>", false), ("<token> ", false), ("", false)]
        {
            assert_eq!(credential(username, "t").is_identity_token(), is_token, "{username:?}");
        }
    }

    #[test]
    fn the_end_is_no_part_of_the_login() {
        let told = Credential { expires_at: Some(Timestamp::UNIX_EPOCH), ..credential("u", "s") };
        assert!(told.is_same_login(&credential("u", "s")) && told != credential("u", "s"));
        assert!(!told.is_same_login(&credential("u", "t")) && !told.is_same_login(&credential("v", "s")));
    }

    #[test]
    fn a_user_name_that_is_the_secret_is_not_shown() {
        let table = [
            ("jane", "s", "jane"),
            ("ja\u{1b}ne", "s", "ja\\x1bne"),
            ("<token>", "s", "an identity token"),
            ("same", "same", "(the token)"),
            ("dop_v1_0123456789", "s", "(the token)"),
        ];
        for (username, secret, words) in table {
            assert_eq!(credential(username, secret).user_words(), words, "{username}");
        }
    }
}
