//! Why an edit is not made: the file is left as it is.

use crate::config::document::Problem;
use crate::credential::content::Unfit;
use crate::credential::diagnostic::Diagnostic;
use crate::error::Error;
use crate::text;

/// The reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
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
    /// The helper protocol has no room for one (docker/cli `native_store.go`).
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

impl Refusal {
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

    /// The error for a person; `file` is the file's name.
    pub fn error(&self, file: &str) -> Error {
        let file = text::safe(file);
        let refused = |why: &str| Error::failed(format!("Did not change {file}: {why}."));
        match self {
            Self::Broken(problem) => refused(&text::safe(&problem.sentence()))
                .hint("Mend the file in an editor; what cannot be read is never overwritten."),
            Self::Lossy(diagnostic) => refused(diagnostic.words())
                .hint("Mend the file in an editor; writing it could lose something, so it is read-only."),
            Self::Unfit(unfit) => refused(unfit.words()),
            Self::Namespace { key } => {
                let key = text::safe(key);
                refused(&format!("docker would use a login for {key} for the whole host"))
                    .hint("Store it for the host alone, or for podman: --to podman keeps namespaces apart.")
            }
            Self::NamespaceWithHelper { key, helper } => {
                let (key, helper) = (text::safe(key), text::safe(helper));
                refused(&format!(
                    "podman asks docker-credential-{helper} for whole registries, not for {key}"
                ))
                .hint("Store it for the registry alone.")
            }
            Self::TokenForPodman => refused("podman, buildah and skopeo never read a registry token")
                .hint("Give a user name and a password, or store the token for docker."),
            Self::NothingToMove { key, why } => {
                refused(&format!("the entry {} {}", text::safe(key), why.words()))
            }
            Self::ServedByHelper { key, helper } => {
                let (key, helper) = (text::safe(key), text::safe(helper));
                refused(&format!("it names docker-credential-{helper} for {key}, so no tool reads the entry"))
                    .hint(format!("Where that helper has the login: docker login {key} empties the entry."))
            }
            Self::HasHelper { key, helper } => {
                let (key, helper) = (text::safe(key), text::safe(helper));
                refused(&format!(
                    "it names docker-credential-{helper} for {key}, and docker goes on asking that"
                ))
                .hint(format!("Take {key} out of credHelpers first, or give that helper the login."))
            }
            Self::OtherSpelling { key, other } => {
                let (key, other) = (text::safe(key), text::safe(other));
                refused(&format!("{key} and {other} are the same registry, but hold different logins"))
                    .hint("Which one is used depends on the tool: take one of them out of the file first.")
            }
            Self::ChangedSince { what } => {
                refused(&format!("{} was changed in the meantime", text::safe(what)))
                    .hint("What is there now is newer than what would be brought back.")
            }
        }
    }
}
