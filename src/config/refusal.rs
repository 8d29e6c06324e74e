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
    /// There is no secret in the file to move.
    NothingToMove {
        /// The key.
        key: String,
    },
    /// Somebody changed the same login after the edit that is to be undone.
    ChangedSince {
        /// The member that differs.
        what: String,
    },
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
            Self::NothingToMove { .. } => "nothing_to_move",
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
            Self::NothingToMove { key } => {
                refused(&format!("the entry {} holds no secret that can be moved", text::safe(key)))
            }
            Self::ChangedSince { what } => {
                refused(&format!("{} was changed in the meantime", text::safe(what)))
                    .hint("What is there now is newer than what would be brought back.")
            }
        }
    }
}
