//! What the rules look at: the logins, what the tools make of the odd ones among them, and what the file system says.

use std::collections::HashMap;
use std::path::Path;

use jiff::Timestamp;

use crate::app::inventory::{Inventory, Listings, Source};
use crate::app::which::used_by::{image_of, may_be_used};
use crate::app::which::{self, Who};
use crate::credential::login::Login;
use crate::doctor::other_files;
use crate::resolve::Snapshot;
use crate::settings::Settings;

/// Tools that stand for all who look keys up alike.
const FAMILIES: &[&str] = &["docker-28.3", "podman-5", "docker-py", "tc-node", "oras-py", "ggcr", "oras"];

/// A machine, read. The rules compute.
#[derive(Debug)]
pub struct Machine<'a> {
    /// What the environment says.
    pub settings: &'a Settings,
    /// What was found, with the helpers' lists where they were asked.
    pub inventory: &'a Inventory,
    /// The time that ends are counted from.
    pub now: Timestamp,
    /// The programs that PATH leads to.
    pub snapshot: Snapshot,
    /// The tools with a file of their own that is there: identifier, file, and what one would not guess about it.
    pub other_tools: Vec<other_files::Seen>,
    /// The logins under a key that images seldom spell, and whether any tool finds each: by its place in the inventory.
    found: HashMap<usize, bool>,
}

impl<'a> Machine<'a> {
    /// Looks at a machine. The time grows with the logins: those under a plain name of a registry are found alike, and only
    /// the others are asked for one by one.
    pub fn of(settings: &'a Settings, inventory: &'a Inventory, listings: &Listings, now: Timestamp) -> Self {
        let mut snapshot = which::snapshot(settings, listings, Who::Me);
        let odd = inventory.logins.iter().enumerate().filter(|(_, login)| is_odd(&login.id.key));
        let asked: Vec<_> = odd.map(|(at, login)| (at, image_of(&login.id.key))).collect();
        let images: Vec<&str> = asked.iter().filter_map(|(_, image)| image.as_deref()).collect();
        let tools: Vec<_> = FAMILIES.iter().filter_map(|tool| crate::resolve::find(tool)).collect();
        let traces =
            if images.is_empty() { Vec::new() } else { which::ask_all(&mut snapshot, &tools, &images) };
        let mut traces = traces.into_iter();
        let mut found = HashMap::with_capacity(asked.len());
        for (at, image) in asked {
            let traces = image.and_then(|_| traces.next()).unwrap_or_default();
            found.insert(at, traces.iter().any(|trace| may_be_used(&inventory.logins[at], trace)));
        }
        let other_tools = other_files::look(&snapshot, inventory);
        Self { settings, inventory, now, snapshot, other_tools, found }
    }

    /// The logins, each with its source.
    pub fn logins(&self) -> impl Iterator<Item = (&'a Source, &'a Login)> + '_ {
        self.inventory.logins.iter().map(|login| (self.inventory.source_of(login), login))
    }

    /// The logins that no tool finds.
    pub fn unfound(&self) -> impl Iterator<Item = (&'a Source, &'a Login)> + '_ {
        let logins = self.logins().enumerate();
        logins.filter(|(at, _)| self.found.get(at) == Some(&false)).map(|(_, both)| both)
    }

    /// True where PATH leads to this program.
    pub fn has_program(&self, name: &str) -> bool {
        self.snapshot.programs.contains(name)
    }

    /// A path as people write it.
    pub fn path(&self, path: &str) -> String {
        let short = crate::text::short_path(path, self.settings.locations.home.as_deref());
        crate::text::safe(&short).into_owned()
    }

    /// How many names a file has.
    #[cfg(unix)]
    pub fn names_of(path: &Path) -> u64 {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata(path).map_or(1, |metadata| metadata.nlink())
    }

    /// How many names a file has: what other systems say of it is not asked for.
    #[cfg(not(unix))]
    pub fn names_of(_: &Path) -> u64 {
        1
    }
}

/// True for a key that is not simply the name of a registry, or of a namespace in it, as images spell it.
fn is_odd(key: &str) -> bool {
    let is_plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._:/[]".contains(&byte);
    key.is_empty()
        || !key.bytes().all(is_plain)
        || key.contains("//")
        || key.ends_with(":443")
        || crate::registry::key::is_hub_key(key)
        || !key.contains(['.', ':']) && key != "localhost"
}
