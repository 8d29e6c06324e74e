//! CRI-O: one file that its configuration names, else podman's for root.
//!
//! Source: cri-o f954a17 (v1.36) `pkg/config/config.go`; the file is read by container-libs.

use crate::resolve::containers;
use crate::resolve::run::{Halt, Run, View};
use crate::resolve::trace::{End, Outcome, Source};
use crate::sources::crio;

const MAIN: &str = "/etc/crio/crio.conf";
const DROP_INS: &str = "/etc/crio/crio.conf.d";

/// The file with logins, as the configuration has it.
#[derive(Debug, Default)]
pub struct Choice {
    /// The file; `None` where none is named.
    pub auth_file: Option<String>,
    /// The file that names it.
    pub set_by: Option<String>,
    /// True where a drop-in replaced what an earlier file names.
    pub is_replaced: bool,
}

/// What a pull for a pod without a secret of its own sends.
pub fn resolve(run: &mut Run<'_, '_>, image: &str) -> Result<End, Halt> {
    let choice = choice(run.view);
    let Some(path) = choice.auth_file else { return containers::podman_5(run, image) };
    if let Some(set_by) = choice.set_by {
        run.note(Source::File(set_by), "global_auth_file", Outcome::Found(path.clone()));
    }
    containers::in_named_file(run, image, &path)
}

/// Reads the configuration; later files win, and an empty name is none.
pub fn choice(view: &View<'_>) -> Choice {
    let mut choice = Choice::default();
    for path in std::iter::once(MAIN.to_owned()).chain(view.folder(DROP_INS, ".conf")) {
        let file = view.text(&path).and_then(|text| crio::read(text).ok());
        let Some(named) = file.and_then(|file| file.global_auth_file) else { continue };
        choice.is_replaced |= choice.auth_file.as_ref().is_some_and(|before| *before != named);
        choice.auth_file = Some(named).filter(|named| !named.is_empty());
        choice.set_by = Some(path);
    }
    if let Some(named) = view.snapshot.filled("CONTAINER_GLOBAL_AUTH_FILE") {
        choice.auth_file = Some(named.to_owned());
        choice.set_by = None;
    }
    choice
}
