//! The one type that may hold secret bytes.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// Secret bytes: wiped on drop, never shown by `Debug`, without `Display` and without `Serialize`.
///
/// Bytes rather than text, because a password in docker's file may be any bytes at all.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over; the caller keeps no copy.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Takes a text over without leaving a copy behind.
    pub fn from_text(text: String) -> Self {
        Self::new(text.into_bytes())
    }

    /// The bytes themselves. Every call is a place to look at in a review.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, where they are UTF-8.
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// True without a single byte.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The length in bytes. Never show it: it helps a guesser.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Wipes the bytes now instead of on drop.
    pub fn wipe(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(•••)")
    }
}

/// Takes the same time wherever the difference lies.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Secret {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_bytes_nor_length() {
        let short = format!("{:?}", Secret::from_text("hunter2".into()));
        let long = format!("{:?}", Secret::from_text("hunter2".repeat(9)));
        assert_eq!(short, "Secret(•••)");
        assert_eq!(short, long);
    }

    #[test]
    fn equality_compares_the_bytes() {
        assert_eq!(Secret::new(vec![1, 2]), Secret::new(vec![1, 2]));
        assert_ne!(Secret::new(vec![1, 2]), Secret::new(vec![1, 3]));
        assert_ne!(Secret::new(vec![1, 2]), Secret::new(vec![1]));
    }

    #[test]
    fn wiping_leaves_nothing() {
        let mut secret = Secret::from_text("hunter2".into());
        secret.wipe();
        assert!(secret.is_empty());
    }
}
