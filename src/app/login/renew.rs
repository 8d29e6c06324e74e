//! Where a fresh secret for a login comes from.

use crate::app::inventory::Source;
use crate::config::locate::{DOCKER_AUTH_CONFIG, Format};
use crate::credential::login::{EntryKind, Listing, Login, Store};
use crate::refresh::hint;
use crate::registry::key;

/// What to run or open for a fresh secret, as text to show: what the provider mints, or a new login where the entry has
/// none. `removal` takes the entry out: with one that cannot be read docker may throw the whole file away as it logs in.
pub fn hint(source: &Source, login: &Login, removal: &str) -> Option<String> {
    let place = &source.place;
    let tool = if place.format == Format::Containers { "podman" } else { "docker" };
    let anew = || format!("{tool} login {}", key::display_name(&login.id.key));
    match (login.kind, login.token) {
        (EntryKind::Invalid, _) if place.format == Format::Variable => {
            Some(format!("change or unset {DOCKER_AUTH_CONFIG} where it is set"))
        }
        _ if place.format == Format::Variable => None,
        (EntryKind::Invalid, _) => Some(format!("{removal} takes the entry out; then {}", anew())),
        _ if login.listing == Listing::Missing => Some(anew()),
        (EntryKind::Empty | EntryKind::Incomplete, _) if login.id.store == Store::Inline => Some(anew()),
        (_, Some(kind)) => {
            let name = login.account.name().unwrap_or_default();
            hint::refresh_hint(&login.id.key, name, login.provider, kind)
        }
        (_, None) => None,
    }
}
