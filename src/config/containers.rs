//! What the bytes of an `auth.json` mean to podman, buildah and skopeo.
//!
//! Source: container-libs 9869b8f `image/pkg/docker/config/config.go`.

use crate::config::docker::{self, ConfigFile};
use crate::credential::diagnostic::Diagnostic;

/// Reads a file as podman does. The form is docker's; an empty or blank file, which docker takes, is an error, and
/// `credsStore` is not looked at.
pub fn read(bytes: &[u8]) -> ConfigFile {
    let mut file = docker::read(bytes);
    file.creds_store = None;
    file.diagnostics.add_if(bytes.trim_ascii().is_empty(), Diagnostic::EmptyAuthJsonBreaksPodman);
    file
}
