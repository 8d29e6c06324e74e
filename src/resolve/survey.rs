//! The files that a tool would open, what a viewer lists of them, and what one would not guess about them.
//!
//! The words (rules, kinds, notes) are those of the JSON output.

mod docker_form;
mod others;
mod podman_family;

use std::collections::BTreeSet;

use crate::resolve::Resolver;
use crate::resolve::run::View;
use crate::resolve::tools::{self, Tool};

/// How a tool chooses among its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// There is one.
    Single,
    /// The first that exists.
    FirstExisting,
    /// One after the other, until one has the login.
    InTurn,
    /// All together.
    Merge,
}

/// What a login is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A user name and a password.
    Basic,
    /// Nothing is in it.
    Empty,
    /// An identity token.
    IdentityToken,
    /// A token for the registry itself.
    Bearer,
    /// The secret is in a store.
    StoreMarker,
    /// A program answers.
    Helper,
    /// A shell would run a command; nobody here does.
    Command,
    /// The secret is kept elsewhere.
    Reference,
    /// The secret is encrypted.
    Encrypted,
    /// A variable would be filled in.
    Variable,
    /// It cannot be read.
    Invalid,
}

macro_rules! notes {
    ($($(#[doc = $words:literal])* $name:ident $code:literal,)*) => {
        /// What one would not guess.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Note {
            $($(#[doc = $words])* $name,)*
        }

        impl Note {
            /// The identifier in the JSON output.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The same in words.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => concat!($($words),*).trim_ascii(),)* }
            }
        }
    };
}

notes! {
    /// docker's file is read where its own has no such login.
    BorrowsDocker "borrows_docker",
    /// docker's file is never read.
    NoDockerFallback "no_docker_fallback",
    /// Its own file exists, so docker's is not opened.
    OwnFileHidesDocker "own_file_hides_docker",
    /// A login now would be written into docker's file.
    WritesIntoDockerFile "writes_into_docker_file",
    /// The file names a store and no keys: only the store's list shows its logins.
    StoreWithoutMarkers "store_without_markers",
    /// A plain entry beside a store is never used.
    PlaintextShadowedByStore "plaintext_shadowed_by_store",
    /// The program of the store is not there, and the lookup ends with that.
    StoreMissingBlocks "store_missing_blocks",
    /// docker's store is ignored by this tool.
    StoreSkipped "store_skipped",
    /// No image leads to a key of the file.
    KeyNeverAsked "key_never_asked",
    /// The path of a key is dropped: the whole host uses its login.
    PathKeyServesHost "path_key_serves_host",
    /// A key that is a URL serves its whole host.
    SchemeKeyServesHost "scheme_key_serves_host",
    /// The file cannot be parsed.
    InvalidFile "invalid_file",
    /// An entry's auth has no user name and password.
    InvalidAuth "invalid_auth",
    /// A variable goes before all files.
    EnvOverridesFile "env_overrides_file",
    /// A variable that docker knows is set and not read here.
    EnvNotRead "env_not_read",
    /// A variable stands for the whole file.
    EnvReplacesFile "env_replaces_file",
    /// A secret stands there as it is, not even in base64.
    PlainSecret "plain_secret",
    /// The home folder is that of the passwd entry.
    OtherHome "other_home",
    /// A file lies where only older versions look.
    OldPlace "old_place",
    /// An imported file replaces what the main one says.
    ImportReplacesTable "import_replaces_table",
    /// A drop-in replaces what the main file says.
    DropInWins "drop_in_wins",
    /// The table is still read and was announced for removal.
    DeprecatedTable "deprecated_table",
    /// The tool writes the secret into another file as well.
    SecondCopy "second_copy",
    /// The token service's host has no line of its own.
    TokenHostLineNeeded "token_host_line_needed",
    /// A login of another service is in the same file.
    NotARegistry "not_a_registry",
    /// Plain entries go before helpers.
    AuthsFirst "auths_first",
    /// A login stands there with the port and without it.
    OwnKeyWithPort "own_key_with_port",
}

/// A login of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The key; `*` where it serves every registry.
    pub key: String,
    /// The user name.
    pub user: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// The place where it stands.
    pub from: String,
    /// The program of a helper.
    pub program: Option<String>,
    /// What follows the registry in a scoped file's folder.
    pub scope: Option<String>,
}

/// What was found of one tool.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The files that it would open, in order, whether or not they exist.
    pub places: Vec<String>,
    /// How it chooses among them.
    pub rule: Rule,
    /// What a viewer lists.
    pub logins: Vec<Login>,
    /// What one would not guess.
    pub notes: BTreeSet<Note>,
}

impl Survey {
    fn new(places: Vec<String>, rule: Rule) -> Self {
        Self { places, rule, logins: Vec::new(), notes: BTreeSet::new() }
    }

    fn note(&mut self, note: Note) {
        self.notes.insert(note);
    }

    fn note_if(&mut self, condition: bool, note: Note) {
        if condition {
            self.note(note);
        }
    }
}

impl Login {
    fn new(key: &str, user: Option<&str>, kind: Kind, from: &str) -> Self {
        let user = user.map(str::to_owned);
        Self { key: key.to_owned(), user, kind, from: from.to_owned(), program: None, scope: None }
    }
}

impl Rule {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::FirstExisting => "first_existing",
            Self::InTurn => "in_turn",
            Self::Merge => "merge",
        }
    }
}

impl Kind {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Empty => "empty",
            Self::IdentityToken => "identity_token",
            Self::Bearer => "bearer",
            Self::StoreMarker => "store_marker",
            Self::Helper => "helper",
            Self::Command => "command",
            Self::Reference => "reference",
            Self::Encrypted => "encrypted",
            Self::Variable => "variable",
            Self::Invalid => "invalid",
        }
    }
}

/// Looks at a tool's files, for an image or for none.
type Look = fn(&View<'_>, Option<&str>) -> Survey;

/// The tools with files of their own, by identifier.
const LOOKS: &[(&str, Look)] = &[
    ("docker-28.3", docker_form::docker_28_3),
    ("docker", docker_form::docker),
    ("docker-20.10", docker_form::docker),
    ("docker-snap", docker_form::snap),
    ("finch", docker_form::finch),
    ("helm", docker_form::helm_4),
    ("helm-3.18.4", docker_form::helm_4),
    ("helm-3.18", docker_form::helm_4),
    ("helm-3.8", docker_form::helm_3),
    ("apptainer", docker_form::apptainer),
    ("apptainer-1.3.0", docker_form::apptainer_without_docker),
    ("apptainer-1.2.3", docker_form::apptainer),
    ("apptainer-1.2.0", docker_form::apptainer_without_docker),
    ("apptainer-1.1", docker_form::apptainer),
    ("singularity", docker_form::singularity),
    ("buildx", docker_form::buildx),
    ("tc-node", docker_form::testcontainers),
    ("tc-java", docker_form::testcontainers),
    ("tc-rs", docker_form::testcontainers),
    ("dc-rs", docker_form::docker),
    ("devc", docker_form::docker),
    ("docker-py", docker_form::docker_py),
    ("tc-py", docker_form::docker_py),
    ("oras-py", docker_form::oras_py),
    ("ggcr", docker_form::ggcr),
    ("nerdctl", docker_form::nerdctl),
    ("oras", docker_form::docker),
    ("regctl", others::regctl),
    ("regctl-0.11.1", others::regctl_old),
    ("k3s", others::k3s),
    ("rke2", others::rke2),
    ("containerd", others::containerd),
    ("containerd-1", others::containerd_1),
    ("enroot", others::enroot),
    ("charliecloud", others::charliecloud),
    ("cdk-assets", others::cdk),
    ("maven", others::maven),
    ("ecs-agent", others::ecs),
    ("apple-container", others::apple),
    ("nomad", others::nomad),
    ("kubelet-files", podman_family::kubelet),
    ("cri-o", podman_family::crio),
    ("podman", podman_family::podman_4),
    ("podman-5", podman_family::podman_5),
    ("podman-image-5.40", podman_family::podman_540),
    ("buildah", podman_family::podman_4),
    ("buildah-1.35", podman_family::podman_5),
    ("skopeo", podman_family::skopeo_4),
    ("skopeo-1.15", podman_family::skopeo_5),
];

/// What a tool's files are, and what is in them, for an image or for none. The name is an identifier or another name of a
/// tool, or of one that has files and finds no login for an image by them (`maven`).
pub fn survey(name: &str, image: Option<&str>, resolver: &Resolver<'_>) -> Option<Survey> {
    let id = tools::find(name).map_or(name, |tool: &Tool| tool.id);
    let (_, look) = LOOKS.iter().find(|(of, _)| *of == id)?;
    Some(look(&resolver.view, image))
}

#[cfg(test)]
mod tests;
