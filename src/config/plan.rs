//! What an edit will do, as data: first shown to a person, then carried out. Bytes come in, a plan goes out.

use std::fmt;

use zeroize::Zeroizing;

use crate::config::default_store::Machine;
use crate::config::document::split_mark;
use crate::config::edit::Splice;
use crate::config::locate::Format;
use crate::credential::Credential;
use crate::credential::content::Content;
use crate::credential::login::OWN_HELPER;
use crate::secret::Secret;
use crate::text;

/// What a person wants of one file. It outlives the bytes that it was planned on: when they change, it is planned again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Keep this login under this key, wherever the file says that logins are kept. An entry that is there gets the
    /// new secret; what else it holds stays.
    Set {
        /// The credential key, as [`crate::registry::key`] makes it for this kind of file.
        key: String,
        /// The login.
        content: Content,
    },
    /// Forget these keys: their entries, and what helpers keep under them.
    Remove {
        /// The keys, as a person saw and confirmed them.
        keys: Vec<String>,
    },
    /// Keep what an entry has under another key, where nothing is kept under that.
    Rename {
        /// The key as it is.
        from: String,
        /// The key that tools look for.
        to: String,
    },
    /// Name no helper of its own for a key any more, and take the empty entry that says so out. Nobody is told: whatever
    /// the helper keeps, it keeps.
    DropHelper {
        /// The key in `credHelpers`.
        key: String,
    },
    /// Name no helper for all registries any more. Nobody is told: whatever the helper keeps, it keeps.
    DropStore,
    /// Move a secret out of the file into a helper that will be asked for this registry.
    MoveToHelper {
        /// The key of the entry.
        key: String,
        /// The helper's name, without `docker-credential-`.
        helper: String,
    },
    /// Have a helper asked for this registry, which was given the login already.
    UseHelper {
        /// The key of the login.
        key: String,
        /// The helper's name, without `docker-credential-`.
        helper: String,
    },
    /// Have a helper asked for every registry that has none of its own.
    AskForAll {
        /// The helper's name, without `docker-credential-`.
        helper: String,
    },
    /// Name a helper nowhere any more.
    ForgetHelper {
        /// The helper's name, without `docker-credential-`.
        helper: String,
        /// The one that is asked for all registries in its place, if any.
        store: Option<String>,
    },
    /// Bring back what an edit changed.
    Restore(PastEdit),
}

/// An edit that was made, with all that is needed to take it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastEdit {
    /// The file before it; `None` where there was none.
    pub before: Option<Secret>,
    /// The file right after it.
    pub after: Option<Secret>,
    /// The members that it touched.
    pub members: Vec<MemberPath>,
}

/// What decides how a file is edited, besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditContext {
    /// Which tool's file it is.
    pub format: Format,
    /// The store that docker takes for a file without a login.
    pub machine: Machine,
}

/// A member that an edit touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberPath {
    /// `auths[KEY]`.
    Entry(String),
    /// `credHelpers[KEY]`.
    Helper(String),
    /// `credsStore`.
    Store,
}

/// One thing that a file edit does, without any secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new entry with its secret in the file.
    AddEntry(String),
    /// An entry gets another secret, in the file.
    ReplaceEntry(String),
    /// A new empty entry says that a helper keeps the secret.
    AddMarker(String),
    /// The secret leaves the entry; a helper keeps it.
    EmptyEntry(String),
    /// An entry goes.
    RemoveEntry(String),
    /// An entry gets another key.
    RenameEntry(String, String),
    /// The helper for one key is named.
    NameHelper(String, String),
    /// The helper for one key is no longer named.
    ForgetHelper(String),
    /// The helper for all registries is no longer named.
    ForgetStore(String),
    /// The helper for all registries is named, as docker would at its first login.
    NameStore(String),
    /// Another helper is named for all registries than before, or none any more.
    ReplaceStore(Option<String>, Option<String>),
    /// docker asks a helper in the place of this entry, whose secret stays in the file.
    PassOver(String),
    /// A member is as it was before.
    Restore(MemberPath),
}

/// What every helper program's name begins with.
const PROGRAM: &str = "docker-credential-";

impl Change {
    /// It in words.
    pub fn sentence(&self) -> String {
        let safe = |key: &str| text::safe(key).into_owned();
        match self {
            Self::AddEntry(key) => format!("add {} with its secret in the file", safe(key)),
            Self::ReplaceEntry(key) => format!("replace the secret of {} in the file", safe(key)),
            Self::AddMarker(key) => format!("add {} without a secret: the helper keeps it", safe(key)),
            Self::EmptyEntry(key) => format!("take the secret of {} out of the file", safe(key)),
            Self::RemoveEntry(key) => format!("remove {}", safe(key)),
            Self::RenameEntry(from, to) => format!("keep the login of {} under {}", safe(from), safe(to)),
            Self::NameHelper(key, helper) => {
                format!("name docker-credential-{} for {} (credHelpers)", safe(helper), safe(key))
            }
            Self::ForgetHelper(key) => format!("name no helper for {} any more (credHelpers)", safe(key)),
            Self::ForgetStore(helper) => {
                format!("name docker-credential-{} no more (credsStore)", safe(helper))
            }
            Self::NameStore(helper) => {
                format!(
                    "name docker-credential-{} for all registries (credsStore), as docker does",
                    safe(helper)
                )
            }
            Self::ReplaceStore(before, after) => {
                let place = before.as_deref().map(|name| format!(" in the place of {PROGRAM}{}", safe(name)));
                match after {
                    Some(name) => format!(
                        "name {PROGRAM}{} for all registries (credsStore){}",
                        safe(name),
                        place.unwrap_or_default()
                    ),
                    None => "name no helper for all registries any more (credsStore)".to_owned(),
                }
            }
            Self::PassOver(key) => format!(
                "docker no longer uses the secret of {0} in this file: \"pullpass seal {0}\" moves it into the vault",
                safe(key)
            ),
            Self::Restore(slot) => format!("bring back {}", slot.words()),
        }
    }
}

impl MemberPath {
    /// The member in words.
    pub fn words(&self) -> String {
        match self {
            Self::Entry(key) => format!("the entry {}", text::safe(key)),
            Self::Helper(key) => format!("the helper of {}", text::safe(key)),
            Self::Store => "credsStore".into(),
        }
    }
}

/// One thing that a helper is asked to do, before the file is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelperStep {
    /// The helper's name, without `docker-credential-`. Not checked yet.
    pub helper: String,
    /// The key it is told.
    pub key: String,
    /// What to keep; `None` to forget.
    pub keep: Option<Credential>,
    /// The address that goes with it, for a store that has room for one.
    pub email: Option<String>,
    /// Another login under the key is not replaced.
    pub is_move: bool,
}

/// A helper in words; our own one is the vault.
pub fn keeper_words(helper: &str) -> String {
    if helper == OWN_HELPER {
        return "the vault".to_owned();
    }
    format!("docker-credential-{}", text::safe(helper))
}

impl HelperStep {
    /// True where carrying it out would replace a login that must stay.
    pub fn is_taken(&self, found: Option<&Credential>) -> bool {
        self.is_move && found.is_some_and(|_| !self.is_kept(found))
    }

    /// True where nothing is left to do.
    pub fn is_kept(&self, found: Option<&Credential>) -> bool {
        Credential::are_same(self.keep.as_ref(), found)
    }

    /// It in words.
    pub fn sentence(&self) -> String {
        let (who, key) = (keeper_words(&self.helper), text::safe(&self.key));
        match &self.keep {
            Some(login) => format!("{who} keeps {key} for {}: ••••••••", login.user_words()),
            None => format!("{who} forgets {key}"),
        }
    }
}

/// Something that a person should know before saying yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The helper protocol has no room for it (docker/cli 28f7560 `native_store.go`).
    UsernameIsLost,
    /// The helper mints or keeps other things; the file goes on asking it.
    HelperStaysNamed,
    /// Helpers cannot keep it.
    RegistryTokenStaysInFile,
    /// podman looks for `docker.io` in `credHelpers`, docker for the URL.
    PodmanMissesHub,
    /// A helper for one registry goes before the one for all.
    StoreIsPassedOver,
    /// docker would take a store if the helper of `pass` were installed.
    PassShadowsSecretservice,
    /// What only the vault has is found by `pullpass` alone.
    OnlyInTheVault,
}

impl Note {
    /// It in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::UsernameIsLost => "the helper keeps an identity token without its user name",
            Self::HelperStaysNamed => {
                "the file goes on naming the helper (credHelpers), so it is asked again"
            }
            Self::RegistryTokenStaysInFile => "helpers cannot keep a registry token: it goes into the file",
            Self::PodmanMissesHub => {
                "podman does not find Docker Hub's login in docker's file once a helper keeps it"
            }
            Self::StoreIsPassedOver => "the store for all registries (credsStore) is not asked for this one",
            Self::PassShadowsSecretservice => {
                "pass is installed without docker-credential-pass, so docker does not use the secret service"
            }
            Self::OnlyInTheVault => "what only the vault has stays there, and is no longer found from here",
        }
    }
}

/// What will change. `Debug` and all words are free of secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EditPlan {
    /// The file's changes, in words that can be shown.
    pub changes: Vec<Change>,
    /// What helpers are asked to do, before the file is written.
    pub helper_steps: Vec<HelperStep>,
    /// The file's changes in bytes: made one after the other, each in the text that the one before it left. Places
    /// count from behind a byte order mark.
    pub splices: Vec<Splice>,
    /// The members that they touch.
    pub members: Vec<MemberPath>,
    /// What a person should know.
    pub notes: Vec<Note>,
    /// True where a secret will lie in the file, in base64 only: it takes an explicit yes.
    pub plain: bool,
    /// True where the file itself goes: it was made by the edit that is undone.
    pub remove_file: bool,
}

impl fmt::Debug for EditPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { changes, helper_steps, notes, plain, remove_file, .. } = self;
        write!(f, "EditPlan({changes:?}, {helper_steps:?}, {notes:?}, plain {plain}, remove {remove_file})")
    }
}

impl EditPlan {
    /// True where there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.helper_steps.is_empty() && !self.changes_file()
    }

    /// True where the file will be written.
    pub fn changes_file(&self) -> bool {
        self.remove_file || !self.splices.is_empty()
    }

    /// The file's bytes with the plan carried out on those that it was made from.
    pub fn apply(&self, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
        let (mark, text) = split_mark(bytes);
        let start = Zeroizing::new(String::from_utf8_lossy(text).into_owned());
        let text = self.splices.iter().fold(start, |text, splice| splice.apply(&text));
        let mut out = Zeroizing::new(Vec::with_capacity(mark.len() + text.len()));
        out.extend_from_slice(mark);
        out.extend_from_slice(text.as_bytes());
        out
    }
}
