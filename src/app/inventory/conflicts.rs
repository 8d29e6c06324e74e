//! What shows only when the logins of one file are seen together.

use std::collections::HashMap;

use crate::config::locate::Format;
use crate::credential::diagnostic::Diagnostic;
use crate::credential::login::{Companion, EntryKind, Login, Store};
use crate::registry::key;

/// Marks keys that compete: several names of Docker Hub, two URLs of one host, a namespace that docker cuts off.
pub(super) fn diagnose(logins: &mut [Login], format: Format) {
    let inline = |login: &&Login| login.id.store == Store::Inline && login.has_secret();
    let hub: Vec<_> = logins.iter().filter(inline).filter(|login| key::is_hub_key(&login.id.key)).collect();
    let several = hub.len() > 1;
    // podman writes `docker.io` and finds it; docker looks for its own key only.
    let docker = matches!(format, Format::Docker | Format::Variable);
    let spellings = spellings(logins.iter().filter(inline));
    for login in logins.iter_mut().filter(|login| login.id.store == Store::Inline && login.has_secret()) {
        let stored = &*login.id.key;
        if key::is_hub_key(stored) {
            login.diagnostics.add_if(several, Diagnostic::HubDoubleEntry);
            login.diagnostics.add_if(docker && stored != key::HUB_KEY, Diagnostic::HubKeyNotCanonical);
        } else if stored.contains('/')
            && let Some(spelling) = spellings.get(&*key::hostname(stored))
        {
            let parts = key::parts(stored);
            let cut = spelling.alone() && parts.scheme.is_none() && parts.path.len() > 1;
            login.diagnostics.add_if(spelling.compete(), Diagnostic::AmbiguousKeys);
            login.diagnostics.add_if(docker && cut, Diagnostic::NamespacedKeyUsedForWholeHost);
        }
    }
}

/// How a host stands in a file.
#[derive(Clone, Copy, Default)]
struct Spelling {
    /// Keys that are more than the plain name.
    indirect: usize,
    /// True with a key that is the plain name.
    exact: bool,
}

impl Spelling {
    fn compete(self) -> bool {
        !self.exact && self.indirect > 1
    }

    fn alone(self) -> bool {
        !self.exact && self.indirect == 1
    }
}

/// The hosts that some key names indirectly; a file of plain names has none, and costs nothing.
fn spellings<'a>(logins: impl Iterator<Item = &'a Login> + Clone) -> HashMap<String, Spelling> {
    let mut found: HashMap<String, Spelling> = HashMap::new();
    let indirect = |login: &&Login| login.id.key.contains('/') && key::companion(&login.id.key).is_none();
    for login in logins.clone().filter(indirect) {
        found.entry(key::hostname(&login.id.key).into_owned()).or_default().indirect += 1;
    }
    if !found.is_empty() {
        for login in logins {
            if let Some(spelling) = found.get_mut(&*login.id.key) {
                spelling.exact = true;
            }
        }
    }
    found
}

/// Hangs the entries of docker's web login onto the Docker Hub login of the same file and store: they are no
/// registries of their own.
pub(super) fn gather_companions(logins: &mut Vec<Login>) {
    let companions: Vec<usize> =
        (0..logins.len()).filter(|at| key::companion(&logins[*at].id.key).is_some()).collect();
    let mut gathered = Vec::new();
    for at in companions {
        let companion = &logins[at];
        let hub = logins.iter().position(|login| {
            *login.id.key == *key::HUB_KEY
                && login.source == companion.source
                && login.id.store.helper() == companion.id.store.helper()
        });
        let Some(hub) = hub else { continue };
        let one = Companion {
            key: companion.id.key.clone(),
            kind: companion_kind(companion),
            expiry: companion.expiry,
        };
        gathered.push(at);
        let mut all = std::mem::take(&mut logins[hub].companions).into_vec();
        if !all.iter().any(|known| known.key == one.key) {
            all.push(one);
        }
        logins[hub].companions = all.into();
    }
    let mut at = 0;
    logins.retain(|_| {
        at += 1;
        !gathered.contains(&(at - 1))
    });
}

fn companion_kind(login: &Login) -> EntryKind {
    match key::companion(&login.id.key) {
        Some(key::Companion::RefreshToken) => EntryKind::OauthRefreshToken,
        _ => EntryKind::OauthAccessToken,
    }
}
