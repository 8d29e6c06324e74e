//! Which helpers podman, buildah and skopeo ask for all registries, and the drop-in of ours that puts us first.
//!
//! A drop-in and never a `registries.conf`: before image v5.40 a user's one switches the machine's off (containers/image
//! `pkg/sysregistriesv2/system_registries_v2.go`).

use std::path::PathBuf;

use crate::app::Context;
use crate::app::inventory::Listings;
use crate::app::which::{self, Who};
use crate::config::locate::Locations;
use crate::credential::login::OWN_HELPER;
use crate::resolve::program::Edition;
use crate::resolve::registries_conf;
use crate::settings::value::quoted;

/// The last of the drop-ins by name is the one that counts.
const FILE: &str = "containers/registries.conf.d/zz-pullpass.conf";

/// The versions of the library that look in different places, with what they are called.
const EDITIONS: [(Edition, &str); 2] =
    [(Edition::V5, "before image v5.40"), (Edition::V540, "image v5.40 and later")];

/// Where our drop-in lies: image before v5.40 looks below `~/.config` only, later ones in `XDG_CONFIG_HOME`.
pub(super) fn drop_ins(locations: &Locations) -> Vec<PathBuf> {
    let at_home = locations.home.as_ref().map(|home| home.join(".config"));
    let mut folders: Vec<_> = at_home.into_iter().chain(locations.xdg_config_home.clone()).collect();
    folders.dedup();
    folders.into_iter().map(|folder| folder.join(FILE)).collect()
}

/// What podman's library makes of all files, by its version; an error names the file that it cannot use.
pub(super) fn asked(ctx: &Context) -> Vec<(&'static str, registries_conf::Reading)> {
    let mut snapshot = which::snapshot(&ctx.settings, &Listings::new(), Who::Me);
    let by_edition = |(edition, words)| {
        (words, which::read_on(&mut snapshot, |snapshot| registries_conf::on(snapshot, edition)))
    };
    EDITIONS.into_iter().map(by_edition).collect()
}

/// The text of the drop-in: we come first, then whoever was asked until now.
pub(super) fn text(before: &[String]) -> String {
    let others = before.iter().map(String::as_str).filter(|name| *name != OWN_HELPER);
    let names: Vec<String> = std::iter::once(OWN_HELPER).chain(others).map(quoted).collect();
    format!(
        "# Made by \"pullpass helper enable\"; \"pullpass helper disable\" removes it.\n\
         # podman, buildah and skopeo ask these one after the other; the last one stands for the files with logins.\n\
         credential-helpers = [{}]\n",
        names.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_come_first_and_once() {
        let line = |before: &[&str]| {
            let before: Vec<String> = before.iter().map(|&name| name.to_owned()).collect();
            text(&before).lines().last().unwrap().to_owned()
        };
        let first = "credential-helpers = [\"pullpass\", ";
        assert_eq!(line(&["containers-auth.json"]), format!("{first}\"containers-auth.json\"]"));
        assert_eq!(line(&["pass", "pullpass"]), format!("{first}\"pass\"]"));
    }

    #[test]
    fn both_places_get_it_where_they_differ() {
        let places = |xdg: Option<&str>| {
            let xdg_config_home = xdg.map(PathBuf::from);
            drop_ins(&Locations { home: Some("/h".into()), xdg_config_home, ..Locations::default() })
        };
        let file = |folder: &str| PathBuf::from(folder).join(FILE);
        assert_eq!(places(None), [file("/h/.config")]);
        assert_eq!(places(Some("/h/.config")), [file("/h/.config")]);
        assert_eq!(places(Some("/x")), [file("/h/.config"), file("/x")]);
    }
}
