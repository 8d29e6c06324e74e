//! The key of the vault: an age identity, and the places that keep one.
//!
//! ```text
//! keyring        the session's keyring: one small item
//! passphrase     key.age beside the vault, sealed with a passphrase
//!   └─ kernel    the unlocked key for some hours, in the kernel's memory
//! identity_file  a file that the user names
//! ```

pub mod identity_file;
pub mod kernel;
pub mod keyring;
pub mod passphrase;

use std::fmt;

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};

use crate::secret::Secret;

/// One or more age identities; the first is what the vault is made for.
#[derive(Clone)]
pub struct Key {
    first: Identity,
    more: Vec<Identity>,
}

impl Key {
    /// A new key.
    pub fn generate() -> Self {
        Self { first: Identity::generate(), more: Vec::new() }
    }

    /// Reads the lines of an identity file; comments and empty lines are skipped.
    /// `None` without an identity, or with a line that is something else.
    pub fn parse(text: &Secret) -> Option<Self> {
        let lines = text.expose_text()?.lines().map(str::trim);
        let mut identities = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let first = identities.next()?.parse().ok()?;
        let more = identities.map(|line| line.parse().ok()).collect::<Option<_>>()?;
        Some(Self { first, more })
    }

    /// The lines of an identity file, as age-keygen writes them; [`Self::parse`] reads them.
    pub fn to_lines(&self) -> Secret {
        let identity = self.first.to_string();
        let public = self.public();
        let identity = identity.expose_secret();
        let mut text = String::with_capacity(public.len() + identity.len() + 64);
        for part in ["# made by pullpass\n# public key: ", &public, "\n", identity, "\n"] {
            text.push_str(part);
        }
        Secret::from_text(text)
    }

    /// The public half of the first identity, `age1...`.
    pub fn public(&self) -> String {
        self.first.to_public().to_string()
    }

    /// The public halves of all identities.
    pub fn all_public(&self) -> Vec<String> {
        self.identities().map(|identity| identity.to_public().to_string()).collect()
    }

    /// What the vault is sealed for.
    pub fn recipient(&self) -> Recipient {
        self.first.to_public()
    }

    /// All identities.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        std::iter::once(&self.first).chain(&self.more)
    }
}

/// The public half only.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.public())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Secret {
        Secret::from_text(text.to_owned())
    }

    #[test]
    fn a_key_is_read_back_from_its_lines() {
        let key = Key::generate();
        let lines = key.to_lines();
        assert_eq!(Key::parse(&lines).map(|key| key.public()), Some(key.public()));
        let two = format!(
            "{}\r\n\n{}",
            lines.expose_text().unwrap(),
            Key::generate().to_lines().expose_text().unwrap()
        );
        let both = Key::parse(&text(&two)).unwrap();
        assert_eq!((both.public(), both.all_public().len()), (key.public(), 2));
    }

    #[test]
    fn what_is_no_identity_file_is_refused() {
        let good = Key::generate().to_lines();
        let good = good.expose_text().unwrap();
        for bad in ["", "# only a comment\n", "hunter2\n", "age1qqqq", &format!("{good}hunter2\n")] {
            assert!(Key::parse(&text(bad)).is_none(), "{bad}");
        }
    }

    #[test]
    fn debug_shows_the_public_half_only() {
        let key = Key::generate();
        let shown = format!("{key:?}");
        assert!(shown.contains("age1") && !shown.to_uppercase().contains("SECRET"));
    }
}
