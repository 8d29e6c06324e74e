//! Why an edit is not made: the file is left as it is.

use std::fmt;

use thiserror::Error;

use crate::config::document::Problem;
use crate::credential::content::Unfit;
use crate::credential::diagnostic::Diagnostic;
use crate::text::safe;

/// What stands against an edit: the file, the entry or the helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditRefused {
    /// The file cannot be read as what it should be.
    Broken(Problem),
    /// Writing it again could lose something.
    Lossy(Diagnostic),
    /// The login would be read back as something else.
    Unfit(Unfit),
    /// docker would send a namespace's login to the whole host.
    Namespace {
        /// The key.
        key: String,
    },
    /// podman asks helpers for whole registries only.
    NamespaceWithHelper {
        /// The key.
        key: String,
        /// The helper that the file names for its registry.
        helper: String,
    },
    /// podman, buildah and skopeo never read registry tokens.
    TokenForPodman,
    /// The login has to stay in the file.
    NothingToMove {
        /// The key.
        key: String,
        /// Why.
        why: Immovable,
    },
    /// The file names a helper for the registry already, so no tool reads the entry.
    ServedByHelper {
        /// The key.
        key: String,
        /// The helper.
        helper: String,
    },
    /// The file names another helper for the registry than the one that was given its login.
    HasHelper {
        /// The key.
        key: String,
        /// The helper.
        helper: String,
    },
    /// Two entries hold different logins that would end up under one key.
    OtherSpelling {
        /// The key.
        key: String,
        /// The other one.
        other: String,
    },
    /// Somebody changed the same login after the edit that is to be undone.
    ChangedSince {
        /// The member that differs.
        what: String,
    },
}

/// Why a login cannot leave its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Immovable {
    /// There is no secret.
    NoSecret,
    /// A user name without a password.
    Incomplete,
    /// The entry cannot be read.
    Undecodable,
    /// The helper protocol is JSON, so it carries text only.
    NotText,
    /// The helper protocol has no room for one (docker/cli 28f7560 `native_store.go`).
    RegistryToken,
    /// podman asks helpers for whole registries only.
    Namespace,
    /// No tool looks in `credHelpers` for this key.
    NeverAsked,
}

impl Immovable {
    /// The identifier in tests.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoSecret => "nothing_to_move",
            Self::Incomplete => "incomplete",
            Self::Undecodable => "undecodable",
            Self::NotText => "non_utf8_secret",
            Self::RegistryToken => "registry_token",
            Self::Namespace => "namespaced_key_with_helper",
            Self::NeverAsked => "never_asked",
        }
    }

    /// The reason, as the rest of a sentence that begins with the entry.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoSecret => "holds no secret that can be moved",
            Self::Incomplete => "has no password",
            Self::Undecodable => "cannot be read, and stays as it is",
            Self::NotText => "has a user name or a secret that is not text, and helpers keep text only",
            Self::RegistryToken => "is a registry token, and no helper can keep one",
            Self::Namespace => "is for a namespace, and podman asks helpers for whole registries only",
            Self::NeverAsked => "has a key for which no tool would ask a helper",
        }
    }
}

impl EditRefused {
    /// The identifier in tests and in the JSON output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Broken(problem) => problem.kind.code(),
            Self::Lossy(diagnostic) => diagnostic.code(),
            Self::Unfit(unfit) => unfit.code(),
            Self::Namespace { .. } => "namespaced_key",
            Self::NamespaceWithHelper { .. } => "namespaced_key_with_helper",
            Self::TokenForPodman => "podman_ignores_registrytoken",
            Self::NothingToMove { why, .. } => why.code(),
            Self::ServedByHelper { .. } => "served_by_helper",
            Self::HasHelper { .. } => "has_helper",
            Self::OtherSpelling { .. } => "other_spelling",
            Self::ChangedSince { .. } => "changed_since",
        }
    }
}

/// The reason, as the rest of a sentence.
impl fmt::Display for EditRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(problem) => f.write_str(&safe(&problem.sentence())),
            Self::Lossy(diagnostic) => f.write_str(diagnostic.words()),
            Self::Unfit(unfit) => f.write_str(unfit.words()),
            Self::Namespace { key } => {
                write!(f, "docker would use a login for {} for the whole host", safe(key))
            }
            Self::NamespaceWithHelper { key, helper } => {
                let (key, helper) = (safe(key), safe(helper));
                write!(f, "podman asks docker-credential-{helper} for whole registries, not for {key}")
            }
            Self::TokenForPodman => f.write_str("podman, buildah and skopeo never read a registry token"),
            Self::NothingToMove { key, why } => write!(f, "the entry {} {}", safe(key), why.words()),
            Self::ServedByHelper { key, helper } => {
                let (key, helper) = (safe(key), safe(helper));
                write!(f, "it names docker-credential-{helper} for {key}, so no tool reads the entry")
            }
            Self::HasHelper { key, helper } => {
                let (key, helper) = (safe(key), safe(helper));
                write!(f, "it names docker-credential-{helper} for {key}, and docker goes on asking that")
            }
            Self::OtherSpelling { key, other } => {
                let (key, other) = (safe(key), safe(other));
                write!(f, "{key} and {other} are the same registry, but hold different logins")
            }
            Self::ChangedSince { what } => write!(f, "{} was changed in the meantime", safe(what)),
        }
    }
}

/// An edit that is not made, and of which file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("Did not change {}: {why}.", safe(.file))]
pub struct EditError {
    /// The file's name.
    pub file: String,
    /// Why.
    pub why: EditRefused,
}
