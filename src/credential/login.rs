//! A login: one credential that some tool on this machine can use now. It holds no secret.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::credential::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::credential::expiry::Expiry;
use crate::credential::rules::SecretType;
use crate::credential::token::{Claim, TokenKind};
use crate::registry::provider::Provider;

/// What an entry of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// User name and password.
    Basic,
    /// A token that the registry's token service exchanges.
    IdentityToken,
    /// A token that goes to the registry as it is.
    RegistryToken,
    /// The access token of docker's web login.
    OauthAccessToken,
    /// The refresh token of docker's web login.
    OauthRefreshToken,
    /// Nothing: the marker that docker writes beside a store.
    Empty,
    /// Half a credential.
    Incomplete,
    /// Cannot be read.
    Invalid,
}

impl EntryKind {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::IdentityToken => "identity_token",
            Self::RegistryToken => "registry_token",
            Self::OauthAccessToken => "docker_oauth_access_token",
            Self::OauthRefreshToken => "docker_oauth_refresh_token",
            Self::Empty => "empty",
            Self::Incomplete => "incomplete",
            Self::Invalid => "invalid",
        }
    }

    /// The kind in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Basic => "user name and password",
            Self::IdentityToken => "identity token",
            Self::RegistryToken => "registry token",
            Self::OauthAccessToken => "access token of docker's web login",
            Self::OauthRefreshToken => "refresh token of docker's web login",
            Self::Empty => "no secret in the file",
            Self::Incomplete => "incomplete: no password",
            Self::Invalid => "cannot be read",
        }
    }
}

/// Where the secret bytes are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Store {
    /// In the file itself.
    Inline,
    /// With the program `docker-credential-NAME`, which the file names for all registries (`credsStore`).
    CredsStore(Arc<str>),
    /// With the program `docker-credential-NAME`, which the file names for this key (`credHelpers`).
    CredHelper(Arc<str>),
    /// In pullpass's own vault, under this name.
    Vault(Arc<str>),
}

impl Store {
    /// The helper's name, where there is one.
    pub fn helper(&self) -> Option<&Arc<str>> {
        match self {
            Self::Inline | Self::Vault(_) => None,
            Self::CredsStore(name) | Self::CredHelper(name) => Some(name),
        }
    }

    /// The name in the vault, where that keeps it.
    pub fn vault_name(&self) -> Option<&Arc<str>> {
        match self {
            Self::Vault(name) => Some(name),
            Self::Inline | Self::CredsStore(_) | Self::CredHelper(_) => None,
        }
    }

    /// The word of the WHERE column and of the JSON output's `store`.
    pub fn label(&self) -> String {
        match self {
            Self::Inline => "inline".into(),
            Self::CredsStore(name) | Self::CredHelper(name) => format!("helper:{name}"),
            Self::Vault(_) => "vault".into(),
        }
    }
}

/// The helper that we are: what it keeps lies in the vault.
pub const OWN_HELPER: &str = "pullpass";

/// Who the login is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// A user name, as stored. Not safe to print as it is.
    Name(Box<str>),
    /// The user name is itself the token: never shown.
    IsTheSecret,
    /// Nobody told: an identity token, or a helper that was not asked.
    Unknown,
}

impl Account {
    /// The name, where there is one to show.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::IsTheSecret | Self::Unknown => None,
        }
    }

    /// The user name as far as it may be shown. Not safe to print as it is.
    pub fn words(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::IsTheSecret => "(the token)",
            Self::Unknown => "-",
        }
    }
}

/// How far a login that a helper keeps is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// The file holds it: nothing to ask.
    NotNeeded,
    /// The helper was not asked for its list.
    NotAsked,
    /// The helper was asked for its list and has not answered.
    Waiting,
    /// The helper lists it.
    Listed,
    /// The helper answered, and this one is not among them.
    Missing,
    /// The helper could not be asked: the reason.
    Failed(Arc<str>),
}

/// Which login it is, over every reading of the files.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LoginId {
    /// The file or variable, as [`crate::config::locate::Place`] names it.
    pub source: Arc<str>,
    /// The credential key.
    pub key: Box<str>,
    /// Where the secret bytes are.
    pub store: Store,
}

/// One login. No member of it is secret; the claims are the readable half of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The file, the key and the store.
    pub id: LoginId,
    /// Which of the inventory's sources it comes from.
    pub source: u16,
    /// What the entry is.
    pub kind: EntryKind,
    /// Who it is for.
    pub account: Account,
    /// The member "email", which docker once wrote.
    pub email: Option<Box<str>>,
    /// Who runs the registry.
    pub provider: Provider,
    /// What the secret is; `None` until a helper was asked for it.
    pub token: Option<TokenKind>,
    /// How long it is good for.
    pub expiry: Expiry,
    /// What is odd about it.
    pub diagnostics: Diagnostics,
    /// The readable half of the token.
    pub claims: Box<[Claim]>,
    /// How far a helper's login is known.
    pub listing: Listing,
    /// The web-login entries that belong to it.
    pub companions: Box<[Companion]>,
    /// What the vault knows of it besides; `None` for a login of a file or helper.
    pub named: Option<Box<Named>>,
}

/// What only a named secret of the vault has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// What its owner calls it.
    pub name: Arc<str>,
    /// What it is for; `None` for a type of a later version.
    pub kind: Option<SecretType>,
    /// What the secret says of its own end. [`Login::expiry`] is the earlier of this and the reminder.
    pub end: Expiry,
    /// The day that its owner wants to be reminded of.
    pub reminder: Option<Reminder>,
    /// True where docker's helper answers with it.
    pub is_login: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// A day to be reminded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// The day, as its owner wrote it.
    pub day: Date,
    /// When it begins, where its owner is.
    pub at: Timestamp,
}

/// An entry of docker's web login beside the Docker Hub login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    /// Its key in the file or store.
    pub key: Box<str>,
    /// Access or refresh token.
    pub kind: EntryKind,
    /// How long it is good for.
    pub expiry: Expiry,
}

impl Login {
    /// True where somebody with the file has the secret.
    pub fn is_plain(&self) -> bool {
        self.diagnostics.has(Diagnostic::PlaintextSecret)
    }

    /// True where the helper that keeps it is the one that we are.
    pub fn is_ours(&self) -> bool {
        self.id.store.helper().is_some_and(|helper| **helper == *OWN_HELPER)
    }

    /// True for a secret of the vault that tools get for this key.
    pub fn is_login_of(&self, key: &str) -> bool {
        *self.id.key == *key && self.named.as_ref().is_some_and(|named| named.is_login)
    }

    /// The word of the WHERE column: `plain !` for a secret in the open, the helper's name, the vault, or nothing kept.
    pub fn place_word(&self) -> Cow<'_, str> {
        match &self.id.store {
            Store::CredsStore(name) | Store::CredHelper(name) if **name != *OWN_HELPER => Cow::Borrowed(name),
            Store::CredsStore(_) | Store::CredHelper(_) | Store::Vault(_) => Cow::Borrowed("vault"),
            Store::Inline if self.is_plain() => Cow::Borrowed("plain !"),
            Store::Inline => Cow::Borrowed("-"),
        }
    }

    /// True where a tool cannot use it.
    pub fn is_broken(&self) -> bool {
        matches!(self.kind, EntryKind::Invalid | EntryKind::Incomplete)
            || matches!(self.listing, Listing::Missing | Listing::Failed(_))
            || self.diagnostics.worst() == Some(Severity::Error)
    }

    /// True where there is a secret that can be shown or copied.
    pub fn has_secret(&self) -> bool {
        match self.id.store {
            Store::Inline => {
                !matches!(self.kind, EntryKind::Empty | EntryKind::Incomplete | EntryKind::Invalid)
            }
            Store::CredsStore(_) | Store::CredHelper(_) | Store::Vault(_) => true,
        }
    }
}
