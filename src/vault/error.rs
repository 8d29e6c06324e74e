//! What can go wrong with the vault. No variant holds a secret, nor a word of what the vault holds but names.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::key::keyring::Prompt;
use super::key_source::KeySource;
use super::{SHORTEST_PASSPHRASE, VERSION};
use crate::error::plain_reason;
use crate::file::error::{FileError, shown};
use crate::text;

/// Why something could not be done with the vault.
#[derive(Debug, Error)]
pub enum VaultError {
    /// There is no vault.
    #[error("There is no vault yet.")]
    Missing,
    /// Nothing says where one would lie.
    #[error("There is no home folder to keep a vault in.")]
    NoPlace,
    /// Its key is not at hand.
    #[error(transparent)]
    Locked(#[from] LockedBecause),
    /// A file of the vault could not be written, locked or looked at.
    #[error(transparent)]
    File(#[from] FileError),
    /// The vault could not be read.
    #[error("Could not read the vault {}: {}.", shown(.path), plain_reason(.source))]
    Unreadable {
        /// The vault.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The vault is sealed for other keys, or the lines that name them are damaged.
    #[error("Your key does not open the vault {}: it is sealed for other keys, or damaged.", shown(.0))]
    OtherKeys(PathBuf),
    /// The vault is cut short or changed.
    #[error("The vault {} is damaged: it is cut short or was changed.", shown(.0))]
    Damaged(PathBuf),
    /// A later version wrote what is in the vault.
    #[error("The vault was written by a later pullpass (its form {0}, this one knows {VERSION}).")]
    LaterVersion(u64),
    /// The vault opens, and holds something else than a vault does.
    #[error("The vault opens, but line {line} column {column} in it is not what pullpass writes.")]
    NotOurs {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// `vault.json` says something else.
    #[error("{} does not say where the vault's key is: {reason}.", shown(.path))]
    BadConfig {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// The path of the identity file cannot be written down.
    #[error("The path of the identity file is not text.")]
    PathNotText(#[source] serde_json::Error),
    /// There is a vault already, or what is left of one.
    #[error("{} is there already.", shown(.0))]
    AlreadyThere(PathBuf),
    /// The keyring does not take the key of a new vault.
    #[error("The session's keyring {0}.")]
    KeyringRefuses(String),
    /// The sealed key could not be read.
    #[error("Could not read the vault's key {}: {}.", shown(.path), plain_reason(.source))]
    KeyUnreadable {
        /// `key.age`.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The sealed key is cut short, changed, or something else.
    #[error("The vault's key {} is damaged.", shown(.0))]
    KeyDamaged(PathBuf),
    /// The key that was found is another one than the vault's.
    #[error("The key in {} is not the one that {} names.", .key.words(), shown(.config))]
    OtherKey {
        /// Where the key was found.
        key: KeySource,
        /// `vault.json`.
        config: PathBuf,
    },
    /// A new passphrase is too easily guessed.
    #[error("A passphrase has at least {SHORTEST_PASSPHRASE} characters.")]
    ShortPassphrase,
    /// A new passphrase is not UTF-8.
    #[error("The passphrase is not text.")]
    PassphraseNotText,
    /// The text is not the public half of an age key.
    #[error("{} is no age public key.", text::safe(.0))]
    NotAPublicKey(String),
    /// The vault is sealed for the key already.
    #[error("The vault is sealed for that key already.")]
    KnownRecipient,
    /// The vault is not sealed for the key.
    #[error("The vault is not sealed for that key.")]
    UnknownRecipient,
    /// Nobody could open the vault here any more.
    #[error("That is your own key: without it you could not open the vault.")]
    OwnRecipient,
    /// One of those for whom the vault is sealed has no key.
    #[error("A recipient is no age public key.")]
    BadRecipient,
    /// A secret of this name is there.
    #[error("The vault has a secret of the name {} already.", text::safe(.0))]
    NameTaken(String),
    /// No secret has this name.
    #[error("The vault has no secret of the name {}.", text::safe(.0))]
    NoSuchName(String),
    /// The password of this secret is minted, and another one is to take its place.
    #[error("The password of {} is minted, so the one that was given was not kept.", text::safe(.0))]
    Minted(String),
    /// The vault is JSON.
    #[error("A password that is not text cannot be kept in the vault.")]
    PasswordNotText,
    /// The age format could not be written.
    #[error("The vault could not be sealed.")]
    NotSealed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What was sealed does not open to what it was made of.
    #[error("The vault would not give back what it was given.")]
    NotGivenBack,
    /// What the last change left does not open.
    #[error("{} does not open: it is damaged, or sealed for another key.", shown(.0))]
    UndoDamaged(PathBuf),
}

/// Why the key is not at hand.
#[derive(Debug, Error)]
pub enum LockedBecause {
    /// The passphrase is wanted.
    #[error("The vault is locked.")]
    PassphraseWanted,
    /// It was given, and does not open the key.
    #[error("The passphrase is wrong.")]
    PassphraseWrong,
    /// The keyring does not have the key.
    #[error("The vault is locked: the session's keyring does not have its key.")]
    NotInKeyring,
    /// The keyring does not give it.
    #[error("The vault is locked: the session's keyring {why}.")]
    KeyringRefuses {
        /// Why, as the rest of a sentence.
        why: String,
        /// Whether it could ask its owner.
        prompt: Prompt,
    },
    /// The identity file cannot be read.
    #[error("Could not read the identity file {}: {}.", shown(.path), plain_reason(.source))]
    IdentityUnreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The identity file holds something else.
    #[error("{} is no age identity file.", shown(.0))]
    NotAnIdentity(PathBuf),
    /// Nothing says where the key is.
    #[error("Nothing says where the key of {} is.", shown(.vault))]
    NoConfig {
        /// The vault.
        vault: PathBuf,
        /// The file that would say it.
        config: PathBuf,
    },
}
