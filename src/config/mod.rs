//! docker's `config.json` and podman's `auth.json`: where they are, what they say, which login a tool would use.

mod ask_for_all;
pub mod containers;
pub mod default_store;
pub mod docker;
pub mod document;
mod draft;
pub mod edit;
pub mod edit_refused;
pub mod edited;
pub mod effective;
pub mod entry;
pub mod locate;
pub mod plan;
pub mod planning;
pub mod relocate;
mod restore;
mod spans;
mod style;

use docker::ConfigFile;
use locate::Format;

/// Reads the bytes of a file of this format, or of the variable; one bad entry never hides the others.
pub fn read(format: Format, bytes: &[u8]) -> ConfigFile {
    match format {
        Format::Docker | Format::Vault => docker::read(bytes),
        Format::Containers => containers::read(bytes),
        Format::Legacy => docker::read_legacy(bytes),
        Format::Variable => docker::read_variable(bytes),
    }
}
